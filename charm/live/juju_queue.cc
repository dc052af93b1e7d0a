// The deferral queue in Juju's state store, and whether the charm's own state can be read
// (charm/wire/keys.cc says where it stands). Source: juju-and-pebble.md, sections 2.2 (state-get),
// 5.2 and 5.5.
#include "charm/live/juju.h"
#include "charm/live/need.h"
#include "charm/runtime/stored_queue.h"
#include "charm/types/text.h"
#include "charm/wire/ops_queue.h"
#include "charm/wire/unreadable.h"

namespace charm::live {
namespace {

constexpr std::size_t longest_value = 65536;

wire::StateLookup lookup_in(const wire::Bag& state) {
  return [&state](std::string_view key) -> std::optional<std::string> {
    const std::string_view text = wire::value_of(state, key);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
}

}  // namespace

const wire::Bag& Juju::state() {
  if (!state_) state_ = need(tools_.state());
  return *state_;
}

std::vector<wire::Bag> Juju::unit_bags(std::string_view endpoint) {
  std::vector<wire::Bag> bags;
  for (const UnitName unit : members(endpoint)) bags.push_back(bags_.unit(endpoint, unit));
  return bags;
}

wire::StoredState Juju::stored_state() {
  using wire::Place;
  wire::StoredState stored;
  const auto add_secret = [&](Place place, const std::string& label) {
    if (auto content = secrets_.content(label)) stored.at(place).push_back(*std::move(content));
  };
  stored.at(Place::peers_app) = {bags_.application("database-peers")};
  stored.at(Place::peers_unit) = unit_bags("database-peers");
  add_secret(Place::application_secret, "database-peers." + who_.app.text + ".app");
  stored.at(Place::unit_secret) = {unit_secret()};
  stored.at(Place::upgrade_app) = {bags_.application("upgrade")};
  stored.at(Place::upgrade_unit) = unit_bags("upgrade");
  stored.at(Place::restart_app) = {bags_.application("restart")};
  stored.at(Place::restart_unit) = unit_bags("restart");
  if (const auto relation = certificates_relation()) {
    stored.at(Place::certificates_unit) = {bags_.own_unit_bag(*relation)};
  }
  stored.at(Place::state_store) = {state()};
  if (!is_leader()) return stored;
  for (const RelationId relation : client_relations()) {
    wire::ClientAnswer told = told_to_client(relation);
    stored.at(Place::client_app).push_back(std::move(told.bag));
    stored.at(Place::client_user).push_back(std::move(told.secret_user));
    stored.at(Place::client_tls).push_back(std::move(told.secret_tls));
  }
  return stored;
}

StateKey Juju::unreadable_state() {
  const wire::Unreadable found = wire::first_unreadable(charm_, who_.app, stored_state());
  if (found.key != StateKey::none) {
    tools_.log(LogLevel::warning, refusal_of(found.key).append(": ").append(found.why));
  }
  return found.key;
}

// Upstream's are older than any of this charm's own.
Juju::StoredQueue Juju::read_queue() {
  StoredQueue queue;
  const auto add = [&queue](const Notices& notices) {
    for (const Notice& notice : notices) {
      if (queue.notices.full()) throw HookFailed("the stored deferral queue is too long");
      queue.notices.push_back(notice);
    }
  };
  const auto of_ops = wire::take_over_ops_queue(charm_, who_.app, lookup_in(state()));
  if (of_ops && state().contains(wire::ops_notices_key)) {
    add(*of_ops);
    const auto rows = need(wire::parse_ops_notices(wire::value_of(state(), wire::ops_notices_key)));
    queue.of_ops.emplace_back(wire::ops_notices_key);
    for (const wire::OpsNotice& row : rows) {
      if (state().contains(row.event)) queue.of_ops.push_back(row.event);
    }
  }
  std::string_view text = wire::value_of(state(), stored_queue_key);
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    if (const auto notices = parse_stored_text(charm_, who_.app, line)) {
      add(*notices);
    } else {
      queue.unreadable.append(line).append("\n");
    }
  }
  return queue;
}

Notices Juju::notices() { return read_queue().notices; }

void Juju::set_notices(const Notices& notices) {
  const StoredQueue before = read_queue();
  std::string text = before.unreadable + to_stored_text(charm_, who_.app, notices);
  if (text.size() > longest_value) {
    throw HookFailed("cannot store " + std::to_string(notices.size()) +
                     " notices: Juju's state store takes 64 KiB");
  }
  if (text.empty()) {
    need(tools_.delete_state(stored_queue_key));
    state_->erase(std::string(stored_queue_key));
  } else {
    need(tools_.set_state({{std::string(stored_queue_key), text}}));
    state_->insert_or_assign(std::string(stored_queue_key), std::move(text));
  }
  for (const std::string& key : before.of_ops) {
    if (!state_->contains(key)) continue;  // two rows of one event have one snapshot
    need(tools_.delete_state(key));
    state_->erase(key);
  }
}

}  // namespace charm::live
