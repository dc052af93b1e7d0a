#include "charm/live/databags.h"

#include "charm/live/need.h"

namespace charm::live {
namespace {

const wire::Bag& empty_bag() {
  static const wire::Bag none;
  return none;
}

}  // namespace

const std::vector<std::string>& Databags::ids(std::string_view endpoint) {
  const auto known = ids_.find(endpoint);
  if (known != ids_.end()) return known->second;
  return ids_.emplace(endpoint, need(tools_.relation_ids(endpoint))).first->second;
}

std::optional<std::string> Databags::peer_relation(std::string_view endpoint) {
  const auto& all = ids(endpoint);
  return all.empty() ? std::nullopt : std::optional(all.front());
}

std::string Databags::own_name(Scope scope) const {
  return scope == Scope::application ? who_.app.text : to_text(who_.app, who_.unit);
}

const wire::Bag& Databags::bag(const std::string& relation, Scope scope, const std::string& of) {
  Key key{relation, scope, of};
  const auto known = bags_.find(key);
  if (known != bags_.end()) return known->second;
  return bags_.emplace(std::move(key), need(tools_.relation_bag(relation, scope, of)))
      .first->second;
}

UnitSet Databags::peers(std::string_view endpoint) {
  const auto known = peers_.find(endpoint);
  if (known != peers_.end()) return known->second;
  UnitSet units;
  if (const auto relation = peer_relation(endpoint)) {
    for (const std::string& name : need(tools_.relation_units(*relation))) {
      const auto unit = parse_unit_name(who_.app, name);
      if (!unit) throw HookFailed("relation-list: its output names no unit of " + who_.app.text);
      if (*unit != who_.unit) units.insert(*unit);
    }
  }
  return peers_.emplace(endpoint, units).first->second;
}

const wire::Bag& Databags::application(std::string_view endpoint) {
  const auto relation = peer_relation(endpoint);
  return relation ? bag(*relation, Scope::application, who_.app.text) : empty_bag();
}

const wire::Bag& Databags::unit(std::string_view endpoint, UnitName unit) {
  const auto relation = peer_relation(endpoint);
  return relation ? bag(*relation, Scope::unit, to_text(who_.app, unit)) : empty_bag();
}

void Databags::say_that_there_is_no(std::string_view endpoint) {
  tools_.log(LogLevel::warning, std::string("there is no relation ")
                                    .append(endpoint)
                                    .append(": nothing is written into its bags"));
}

std::expected<void, NotLeader> Databags::set_application(std::string_view endpoint,
                                                         const wire::Bag& changes) {
  const auto relation = peer_relation(endpoint);
  if (relation) return set(*relation, Scope::application, changes);
  say_that_there_is_no(endpoint);
  return {};
}

void Databags::set_unit(std::string_view endpoint, const wire::Bag& changes) {
  const auto relation = peer_relation(endpoint);
  if (!relation) return say_that_there_is_no(endpoint);
  if (!set(*relation, Scope::unit, changes)) {
    throw HookFailed("Juju has refused the unit's own bag of " + std::string(endpoint));
  }
}

std::vector<std::string> Databags::relations(std::string_view endpoint) {
  std::vector<std::string> all = ids(endpoint);
  std::erase(all, who_.broken_relation);
  return all;
}

const std::string& Databags::other_application(const std::string& relation) {
  const auto known = others_.find(relation);
  if (known != others_.end()) return known->second;
  std::string name = need(tools_.relation_application(relation));
  if (name.empty() || name.starts_with('-')) {
    throw HookFailed("relation-list: its output names no application");
  }
  return others_.emplace(relation, std::move(name)).first->second;
}

const wire::Bag& Databags::other_bag(const std::string& relation) {
  const std::string& other = other_application(relation);
  Key key{relation, Scope::application, other};
  const auto known = bags_.find(key);
  if (known != bags_.end()) return known->second;
  auto told = tools_.relation_bag(relation, Scope::application, other);
  const bool has_gone = !told && told.error().what == ToolFailure::relation_not_found;
  wire::Bag content = has_gone ? wire::Bag() : need(std::move(told));
  return bags_.emplace(std::move(key), std::move(content)).first->second;
}

const wire::Bag& Databags::own_application_bag(const std::string& relation) {
  return bag(relation, Scope::application, own_name(Scope::application));
}

const wire::Bag& Databags::own_unit_bag(const std::string& relation) {
  return bag(relation, Scope::unit, own_name(Scope::unit));
}

std::expected<void, NotLeader> Databags::set(const std::string& relation, Scope scope,
                                             const wire::Bag& changes) {
  auto told = tools_.set_relation_bag(relation, scope, changes);
  if (!told && told.error().what == ToolFailure::not_leader) return std::unexpected(NotLeader{});
  need(std::move(told));
  const auto read = bags_.find(Key{relation, scope, own_name(scope)});
  if (read == bags_.end()) return {};  // it is read with what has been written
  for (const auto& [name, value] : changes) {
    if (value.empty()) {
      read->second.erase(name);
    } else {
      read->second.insert_or_assign(name, value);
    }
  }
  return {};
}

}  // namespace charm::live
