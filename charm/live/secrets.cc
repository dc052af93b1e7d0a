#include "charm/live/secrets.h"

#include "charm/live/need.h"
#include "charm/types/check.h"

namespace charm::live {
namespace {

template <class T>
bool is(const Told<T>& told, ToolFailure failure) {
  return !told && told.error().what == failure;
}

}  // namespace

std::optional<wire::Bag> Secrets::content(std::string_view label) {
  const auto known = known_.find(label);
  if (known != known_.end() && known->second.written) return known->second.written;
  auto told = tools_.secret_content(label);
  if (is(told, ToolFailure::secret_not_found)) return std::nullopt;
  return need(std::move(told));
}

std::expected<void, NotLeader> Secrets::make(std::string_view label, Scope owner,
                                             const wire::Bag& content) {
  auto uri = tools_.add_secret(label, owner, content);
  if (is(uri, ToolFailure::not_leader)) return std::unexpected(NotLeader{});
  known_.insert_or_assign(std::string(label),
                          Known{.id = need(std::move(uri)), .written = content});
  return {};
}

// Who does not own it is told that there is none.
std::expected<std::string, NotLeader> Secrets::id_of(std::string_view label) {
  Known& secret = known_[std::string(label)];
  if (!secret.id.empty()) return secret.id;
  auto id = tools_.secret_id(label);
  const bool not_ours = is(id, ToolFailure::secret_not_found) || is(id, ToolFailure::not_leader);
  if (not_ours) return std::unexpected(NotLeader{});
  secret.id = "secret:" + need(std::move(id));
  return secret.id;
}

std::expected<void, NotLeader> Secrets::change(std::string_view label, const wire::Bag& content) {
  const auto id = id_of(label);
  if (!id) return std::unexpected(id.error());
  auto told = tools_.set_secret(*id, content);
  if (is(told, ToolFailure::not_leader)) return std::unexpected(NotLeader{});
  need(std::move(told));
  known_[std::string(label)].written = content;
  return {};
}

std::expected<void, NotLeader> Secrets::set(std::string_view label, Scope owner,
                                            const wire::Bag& content) {
  CHECK(!content.empty());
  const auto before = this->content(label);
  if (!before) return make(label, owner, content);
  if (*before == content) return {};
  return change(label, content);
}

std::expected<std::string, NotLeader> Secrets::grant(std::string_view label,
                                                     std::string_view relation) {
  auto id = id_of(label);
  if (!id) return id;
  auto told = tools_.grant_secret(*id, relation);
  if (is(told, ToolFailure::not_leader)) return std::unexpected(NotLeader{});
  need(std::move(told));
  return id;
}

}  // namespace charm::live
