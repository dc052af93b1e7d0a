#include "tests/live/scenes/record.h"

namespace scenes {

using charm::UnitName;

std::string name_of(const charm::CharmDefinition& charm, const charm::Event& event) {
  if (event.kind == charm::EventKind::action) return std::string(charm.actions[event.subject]);
  std::string name = charm::hook_name(charm, event);
  if (event.remote_unit) name += ' ' + std::to_string(event.remote_unit.ordinal);
  if (event.departing_unit) name += ", departing " + std::to_string(event.departing_unit.ordinal);
  return name;
}

std::string handler_in(std::string_view said) {
  constexpr std::string_view level = "DEBUG ";
  if (!said.starts_with(level)) return {};
  said.remove_prefix(level.size());
  for (const std::string_view how : {"): done: ", "): deferred: ", "): is queued already"}) {
    if (said.find(how) != said.npos) return std::string(said);
  }
  return {};
}

std::string to_text(const RunHook& hook) {
  std::string text = hook.name + ": " + (hook.end.empty() ? "runs" : hook.end) + '\n';
  for (const std::string& handler : hook.handlers) text += "    " + handler + '\n';
  return text;
}

void SimulatedRecord::take(const sim::TraceEvent& event) {
  if (!event.unit) return;
  std::vector<RunHook>& hooks = record_[*event.unit];
  switch (event.kind) {
    case sim::TraceKind::hook_started:
      hooks.push_back({.name = name_of(charm_, event.event),
                       .handlers = {},
                       .end = {},
                       .began_us = event.at.micros,
                       .ended_us = 0,
                       .handled_us = {}});
      return;
    case sim::TraceKind::handler_ended:
    case sim::TraceKind::handler_merged: {
      std::string line(event.handler->name);
      line.append(" (").append(charm::hook_name(charm_, event.event));
      if (event.kind == sim::TraceKind::handler_merged) {
        line.append("): is queued already");
      } else {
        line.append(event.reemitted ? ", deferred before)" : ")");
        line.append(event.outcome.deferred() ? ": deferred: " : ": done: ");
        line.append(event.outcome.reason).append(": ").append(to_text(*event.path));
      }
      hooks.back().handlers.push_back(std::move(line));
      hooks.back().handled_us.push_back(event.at.micros);
      return;
    }
    case sim::TraceKind::hook_ended:
      hooks.back().end = to_text(event.end);
      hooks.back().ended_us = event.at.micros;
      return;
    default: return;
  }
}

}  // namespace scenes
