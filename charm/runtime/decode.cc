// The hook's name says kind and subject; further variables say which units the event is about.
#include "charm/runtime/decode.h"

#include <array>
#include <span>

namespace charm {
namespace {

constexpr std::array plain_kinds{
    EventKind::install,        EventKind::start,         EventKind::config_changed,
    EventKind::leader_elected, EventKind::update_status, EventKind::upgrade_charm,
    EventKind::stop,           EventKind::remove,        EventKind::secret_changed,
};
constexpr std::array relation_kinds{
    EventKind::relation_created,  EventKind::relation_joined, EventKind::relation_changed,
    EventKind::relation_departed, EventKind::relation_broken,
};
constexpr std::array storage_kinds{EventKind::storage_attached, EventKind::storage_detaching};
static_assert(plain_kinds.size() + relation_kinds.size() + storage_kinds.size() + 1 ==
              event_kind_count);

constexpr Event unobserved{.kind = EventKind::update_status, .subject = unobserved_subject};

std::unexpected<DecodeError> refuse(std::string_view what, std::string_view value) {
  constexpr std::size_t longest = 80;  // of a value: its beginning tells it apart
  std::string text(what);
  text.append(": '").append(value.substr(0, longest)).append("'");
  return std::unexpected(DecodeError{std::move(text)});
}

// Not set and empty are the same: Juju exports some variables empty.
std::string_view value_of(const EnvironmentLookup& environment, std::string_view name) {
  return environment(name).value_or(std::string_view());
}

// What stands before `-<kind>`: `database-peers` in `database-peers-relation-changed`.
std::optional<std::string_view> subject_of(std::string_view hook, EventKind kind) {
  const std::string_view ending = to_text(kind);
  if (!hook.ends_with(ending)) return std::nullopt;
  hook.remove_suffix(ending.size());
  if (hook.size() < 2 || !hook.ends_with('-')) return std::nullopt;
  hook.remove_suffix(1);
  return hook;
}

std::uint8_t index_of(std::span<const std::string_view> names, std::string_view name) {
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (names[at] == name) return static_cast<std::uint8_t>(at);
  }
  return unobserved_subject;
}

// A longer subject may end like a kind, so each is asked: `a-relation-changed` is no subject's name
// here.
Event event_named(const CharmDefinition& charm, std::string_view hook) {
  for (EventKind kind : plain_kinds) {
    if (hook == to_text(kind)) return {.kind = kind};
  }
  for (EventKind kind : relation_kinds) {
    if (const auto name = subject_of(hook, kind)) {
      return {.kind = kind, .subject = index_of(charm.relations, *name)};
    }
  }
  for (EventKind kind : storage_kinds) {
    if (const auto name = subject_of(hook, kind)) {
      return {.kind = kind, .subject = index_of(charm.storages, *name)};
    }
  }
  const auto container = subject_of(hook, EventKind::pebble_ready);
  if (container && *container == charm.container) return {.kind = EventKind::pebble_ready};
  return unobserved;
}

bool is_of_relation(EventKind kind) {
  for (EventKind relation_kind : relation_kinds) {
    if (kind == relation_kind) return true;
  }
  return false;
}

std::expected<MaybeUnit, DecodeError> unit_in(const AppName& app,
                                              const EnvironmentLookup& environment,
                                              std::string_view variable) {
  const std::string_view text = value_of(environment, variable);
  if (text.empty()) return MaybeUnit();
  if (const auto unit = parse_unit_name(app, text)) return MaybeUnit(*unit);
  return refuse(std::string(variable) + " is no unit of " + app.text, text);
}

bool needs_remote_unit(EventKind kind) {
  return kind == EventKind::relation_joined || kind == EventKind::relation_departed;
}

std::expected<Event, DecodeError> with_units(const CharmDefinition& charm, const AppName& app,
                                             const EnvironmentLookup& environment, Event event) {
  const std::string_view relation = value_of(environment, "JUJU_RELATION");
  if (relation != charm.relations[event.subject]) {
    return refuse("JUJU_RELATION is not the relation of " + hook_name(charm, event), relation);
  }
  const auto remote = unit_in(app, environment, "JUJU_REMOTE_UNIT");
  if (!remote) return std::unexpected(remote.error());
  if (!remote->has_value() && needs_remote_unit(event.kind)) {
    return refuse("JUJU_REMOTE_UNIT is missing in " + hook_name(charm, event), {});
  }
  event.remote_unit = *remote;
  if (event.kind != EventKind::relation_departed) return event;
  const auto departing = unit_in(app, environment, "JUJU_DEPARTING_UNIT");
  if (!departing) return std::unexpected(departing.error());
  event.departing_unit = *departing;
  return event;
}

}  // namespace

std::expected<Event, DecodeError> decode_event(const CharmDefinition& charm, const AppName& app,
                                               const EnvironmentLookup& environment) {
  constexpr std::string_view hooks = "hooks/";
  constexpr std::string_view actions = "actions/";
  const std::string_view path = value_of(environment, "JUJU_DISPATCH_PATH");
  if (path.starts_with(actions) && path.size() > actions.size()) return unobserved;
  if (!path.starts_with(hooks) || path.size() == hooks.size()) {
    return refuse("JUJU_DISPATCH_PATH is neither hooks/NAME nor actions/NAME", path);
  }
  const Event event = event_named(charm, path.substr(hooks.size()));
  if (is_unobserved(event)) return unobserved;
  if (is_of_relation(event.kind)) return with_units(charm, app, environment, event);
  return event;
}

}  // namespace charm
