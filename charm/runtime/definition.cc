#include "charm/runtime/definition.h"

namespace charm {
namespace {

// By Event::subject, the names that a hook of this kind may begin with.
std::span<const std::string_view> subjects(const CharmDefinition& charm, EventKind kind) {
  switch (subject_of(kind)) {
    case Subject::relation: return charm.relations;
    case Subject::storage: return charm.storages;
    case Subject::container: return {&charm.container, 1};
    case Subject::action: return charm.actions;
    case Subject::none: return {};
  }
  return {};
}

// `database-peers` of `database-peers-relation-changed`; nothing if it is no hook of this kind.
std::string_view subject_in(std::string_view hook, EventKind kind) {
  const std::string_view ending = to_text(kind);
  if (!hook.ends_with(ending)) return {};
  hook.remove_suffix(ending.size());
  if (!hook.ends_with('-')) return {};
  hook.remove_suffix(1);
  return hook;
}

}  // namespace

std::string hook_name(const CharmDefinition& charm, const Event& event) {
  std::string name;
  if (const auto names = subjects(charm, event.kind); !names.empty()) {
    name.append(names[event.subject]).append("-");
  }
  return name.append(to_text(event.kind));
}

std::optional<Event> parse_hook_name(const CharmDefinition& charm, std::string_view hook) {
  for (std::size_t kind_at = 0; kind_at < event_kind_count; ++kind_at) {
    const auto kind = static_cast<EventKind>(kind_at);
    if (kind == EventKind::action) continue;
    if (subject_of(kind) == Subject::none && hook == to_text(kind)) return Event{.kind = kind};
    const std::string_view subject = subject_in(hook, kind);
    if (subject.empty()) continue;
    const auto names = subjects(charm, kind);
    for (std::size_t at = 0; at < names.size(); ++at) {
      if (names[at] != subject) continue;
      return Event{.kind = kind, .subject = static_cast<std::uint8_t>(at)};
    }
  }
  return std::nullopt;
}

}  // namespace charm
