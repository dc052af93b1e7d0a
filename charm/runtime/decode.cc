// The hook's name says kind and subject; further variables say which units the event is about.
#include "charm/runtime/decode.h"

namespace charm {
namespace {

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

// Another application: who it is, and which of the relations with it.
std::expected<Event, DecodeError> with_others(const CharmDefinition& charm, const AppName& app,
                                              const EnvironmentLookup& environment, Event event) {
  const std::string_view relation_id = value_of(environment, "JUJU_RELATION_ID");
  const auto relation = parse_relation_id(charm.relations[event.subject], relation_id);
  if (!relation) {
    return refuse("JUJU_RELATION_ID is not that of " + hook_name(charm, event), relation_id);
  }
  event.relation = *relation;
  const AppName other{std::string(value_of(environment, "JUJU_REMOTE_APP"))};
  const std::string_view remote = value_of(environment, "JUJU_REMOTE_UNIT");
  if (!remote.empty()) {
    const auto unit = parse_remote_unit_name(other, remote);
    if (!unit) return refuse("JUJU_REMOTE_UNIT is no unit of " + other.text, remote);
    event.remote_unit = *unit;
  } else if (needs_remote_unit(event.kind)) {
    return refuse("JUJU_REMOTE_UNIT is missing in " + hook_name(charm, event), {});
  }
  if (event.kind != EventKind::relation_departed) return event;
  if (const auto own = parse_unit_name(app, value_of(environment, "JUJU_DEPARTING_UNIT"))) {
    event.departing_unit = *own;
  }
  return event;
}

std::expected<Event, DecodeError> with_units(const CharmDefinition& charm, const AppName& app,
                                             const EnvironmentLookup& environment, Event event) {
  const std::string_view relation = value_of(environment, "JUJU_RELATION");
  if (relation != charm.relations[event.subject]) {
    return refuse("JUJU_RELATION is not the relation of " + hook_name(charm, event), relation);
  }
  if (charm.is_with_others(event)) return with_others(charm, app, environment, event);
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

// Juju names it twice, and gives it an id (section 1.2).
std::expected<Event, DecodeError> action_in(const CharmDefinition& charm,
                                            const EnvironmentLookup& environment,
                                            std::string_view path_name) {
  const std::string_view name = value_of(environment, "JUJU_ACTION_NAME");
  if (name != path_name) return refuse("JUJU_ACTION_NAME is not that of the path", name);
  if (value_of(environment, "JUJU_ACTION_UUID").empty()) {
    return refuse("JUJU_ACTION_UUID is missing in the action", name);
  }
  for (std::size_t at = 0; at < charm.actions.size(); ++at) {
    if (charm.actions[at] != name) continue;
    return Event{.kind = EventKind::action, .subject = static_cast<std::uint8_t>(at)};
  }
  return unobserved;
}

}  // namespace

std::expected<Event, DecodeError> decode_event(const CharmDefinition& charm, const AppName& app,
                                               const EnvironmentLookup& environment) {
  constexpr std::string_view hooks = "hooks/";
  constexpr std::string_view actions = "actions/";
  const std::string_view path = value_of(environment, "JUJU_DISPATCH_PATH");
  if (path.starts_with(actions) && path.size() > actions.size()) {
    return action_in(charm, environment, path.substr(actions.size()));
  }
  if (!path.starts_with(hooks) || path.size() == hooks.size()) {
    return refuse("JUJU_DISPATCH_PATH is neither hooks/NAME nor actions/NAME", path);
  }
  const auto event = parse_hook_name(charm, path.substr(hooks.size()));
  if (!event) return unobserved;
  if (subject_of(event->kind) == Subject::relation)
    return with_units(charm, app, environment, *event);
  return *event;
}

}  // namespace charm
