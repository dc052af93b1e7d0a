#include "charm/wire/ops_queue.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "charm/types/names.h"

namespace charm::wire {
namespace {

constexpr std::string_view key = "the deferral queue";
constexpr std::size_t longest = 65536;  // of a value in the state store

// yaml-cpp tells what is no YAML, and what is nested too deeply, by an exception.
std::optional<YAML::Node> parse_yaml(std::string_view text) {
  if (text.size() > longest) return std::nullopt;
  try {
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

std::optional<std::string> word_of(const YAML::Node& node) {
  if (!node.IsDefined() || !node.IsScalar()) return std::nullopt;
  return node.Scalar();
}

std::string beginning(std::string_view text) {
  constexpr std::size_t enough = 120;
  std::string shown(text.substr(0, enough));
  std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
  return shown;
}

std::unexpected<WireError> refuse_event(std::string_view event, std::string_view why) {
  return refuse(key, beginning(event) + ' ' + std::string(why));
}

// `database-peers-relation-changed` of `Charm/on/database_peers_relation_changed[5]`; nothing, if
// the event is not one of the charm object's own.
std::optional<std::string> hook_of(std::string_view event) {
  constexpr std::string_view of_charm = "/on/";
  const std::size_t slash = event.find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  std::string_view rest = event.substr(slash);
  if (!rest.starts_with(of_charm) || !rest.ends_with(']')) return std::nullopt;
  rest = rest.substr(of_charm.size(), rest.size() - of_charm.size() - 1);
  const std::size_t bracket = rest.find('[');
  if (bracket == std::string_view::npos || bracket == 0) return std::nullopt;
  const std::string_view number = rest.substr(bracket + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (number.empty() || !std::ranges::all_of(number, is_digit)) return std::nullopt;
  std::string hook(rest.substr(0, bracket));
  std::ranges::replace(hook, '_', '-');
  return hook;
}

// What the snapshot of a relation event says, in texts; absent where it says nothing.
struct Snapshot {
  std::optional<std::string> relation_id;
  std::optional<std::string> app;
  std::optional<std::string> unit;
  std::optional<std::string> departing;
};

std::optional<Snapshot> parse_snapshot(std::string_view text) {
  const auto node = parse_yaml(text);
  if (!node || !node->IsMap()) return std::nullopt;
  const YAML::Node& map = *node;
  return Snapshot{.relation_id = word_of(map["relation_id"]),
                  .app = word_of(map["app_name"]),
                  .unit = word_of(map["unit_name"]),
                  .departing = word_of(map["departing_unit"])};
}

// False: it names somebody, and that is no unit of the application.
bool read_unit(const AppName& app, const std::optional<std::string>& text, MaybeUnit& unit) {
  if (!text) return true;
  const auto name = parse_unit_name(app, *text);
  if (name) unit = *name;
  return name.has_value();
}

bool read_remote(const Snapshot& snapshot, Event& event) {
  const auto relation = parse_relation_id("", ":" + snapshot.relation_id.value_or(""));
  if (!relation) return false;
  event.relation = *relation;
  if (!snapshot.unit) return true;
  const auto unit = parse_remote_unit_name(AppName{snapshot.app.value_or("")}, *snapshot.unit);
  if (unit) event.remote_unit = *unit;
  return unit.has_value();
}

bool needs_unit(EventKind kind) {
  return kind == EventKind::relation_joined || kind == EventKind::relation_departed;
}

// The event with what it is about; false if the snapshot does not tell.
bool complete(const CharmDefinition& charm, const AppName& app, const Snapshot& snapshot,
              Event& event) {
  const bool with_others = charm.is_with_others(event);
  if (with_others ? !read_remote(snapshot, event)
                  : !read_unit(app, snapshot.unit, event.remote_unit)) {
    return false;
  }
  if (needs_unit(event.kind) && !event.remote_unit) return false;
  if (event.kind != EventKind::relation_departed) return true;
  // With others: only a unit of ours is told apart, as in decode_event().
  return read_unit(app, snapshot.departing, event.departing_unit) || with_others;
}

bool is_observed(const CharmDefinition& charm, const Event& event) {
  return std::ranges::any_of(charm.handlers,
                             [&event](const Handler& one) { return observes(one, event); });
}

// Nothing: nobody observes it.
Wire<std::optional<Event>> event_of(const CharmDefinition& charm, const AppName& app,
                                    const OpsNotice& notice, const StateLookup& state) {
  const auto hook = hook_of(notice.event);
  if (!hook) return refuse_event(notice.event, "is no event of the charm itself");
  auto event = parse_hook_name(charm, *hook);
  if (!event || !is_observed(charm, *event)) return std::optional<Event>();
  if (event->kind == EventKind::stop || event->kind == EventKind::remove) {
    return refuse_event(notice.event, "cannot have been deferred");
  }
  if (subject_of(event->kind) != Subject::relation) return event;
  const auto text = state(notice.event);
  const auto snapshot = text ? parse_snapshot(*text) : std::nullopt;
  if (!snapshot) return refuse_event(notice.event, "has no snapshot that can be read");
  if (!complete(charm, app, *snapshot, *event)) {
    return refuse_event(notice.event, "is about a relation or unit that cannot be read");
  }
  return event;
}

}  // namespace

Wire<std::vector<OpsNotice>> parse_ops_notices(std::string_view text) {
  const auto list = parse_yaml(text);
  if (!list) return refuse(key, "is no YAML");
  if (list->IsNull()) return {};
  if (!list->IsSequence()) return refuse(key, "is no list");
  std::vector<OpsNotice> notices;
  for (const YAML::Node& row : *list) {
    if (!row.IsSequence() || row.size() != 3)
      return refuse(key, "has a row that is not three words");
    const auto event = word_of(row[0]);
    const auto observer = word_of(row[1]);
    const auto method = word_of(row[2]);
    if (!event || !observer || !method) return refuse(key, "has a row that is not three words");
    notices.push_back({*event, *observer, *method});
  }
  return notices;
}

Wire<Notices> take_over_ops_queue(const CharmDefinition& charm, const AppName& app,
                                  const StateLookup& state) {
  const auto text = state(ops_notices_key);
  if (!text) return {};
  const auto rows = parse_ops_notices(*text);
  if (!rows) return std::unexpected(rows.error());
  Notices notices;
  for (const OpsNotice& row : *rows) {
    const auto event = event_of(charm, app, row, state);
    if (!event) return std::unexpected(event.error());
    if (!*event) continue;
    for (std::size_t at = 0; at < charm.handlers.size(); ++at) {
      const Notice notice{static_cast<std::uint16_t>(at), **event};
      if (!observes(charm.handlers[at], **event) || notices.contains(notice)) continue;
      if (notices.full()) return refuse(key, "has too many notices");
      notices.push_back(notice);
    }
  }
  return notices;
}

}  // namespace charm::wire
