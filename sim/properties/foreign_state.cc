#include "sim/properties/foreign_state.h"

#include <algorithm>

#include "model/juju.h"

namespace sim::properties::judge {
namespace {

using charm::EventKind;
using model::FactKind;

// Whatever has become of it since.
bool judges(const Moment& moment) {
  const DispatchEnding& ending = *moment.dispatch;
  return ending.end == HookEnd::ok && ending.unreadable != charm::StateKey::none;
}

bool has_written(const Moment& moment) {
  return std::ranges::any_of(moment.facts, [&moment](const model::Fact& fact) {
    // These name whose lock it is; the bag is written by the dispatch that ends here.
    const bool is_lock =
        fact.kind == FactKind::restart_granted || fact.kind == FactKind::restart_freed;
    const bool is_write = fact.kind == FactKind::endpoints_written ||
                          fact.kind == FactKind::initialised ||
                          fact.kind == FactKind::secret_revised;
    return is_lock || (is_write && fact.unit == moment.dispatch->unit);
  });
}

bool is_blocked_by_name(const Moment& moment) {
  const model::UnitState& unit = moment.world.unit(moment.dispatch->unit);
  const std::string_view text = moment.texts.text_of(unit.status_text);
  return unit.status == charm::StatusKind::blocked &&
         text == refusal_of(moment.dispatch->unreadable);
}

// A handler that shall see the event later, and is not queued for it; empty: there is none.
std::string_view forgotten_handler(const Moment& moment) {
  const charm::Event& event = moment.dispatch->event;
  const bool passes = event.kind == EventKind::stop || event.kind == EventKind::remove ||
                      event.kind == EventKind::action;
  if (passes) return {};
  const charm::Notices queue = moment.world.notices(moment.dispatch->unit);
  for (std::size_t at = 0; at < moment.charm.handlers.size(); ++at) {
    const charm::Handler& handler = moment.charm.handlers[at];
    if (!observes(handler, event)) continue;
    if (!queue.contains({static_cast<std::uint16_t>(at), event})) return handler.name;
  }
  return {};
}

std::string_view wrong_in(const Moment& moment) {
  if (has_written(moment)) return "it has written over what it could not read";
  if (!is_blocked_by_name(moment)) return "its unit is not Blocked with the refusal of the key";
  const std::size_t before = moment.memory->queues[moment.dispatch->unit.ordinal].before;
  if (moment.world.notices(moment.dispatch->unit).size() < before) {
    return "of what was queued before something is lost";
  }
  return {};
}

}  // namespace

std::optional<std::string> unreadable_is_refused(const Moment& moment) {
  if (!judges(moment)) return std::nullopt;
  const std::string which = hook_name(moment.charm, moment.dispatch->event) + " of " +
                            to_text(moment.scenario.world.app, moment.dispatch->unit);
  if (const std::string_view wrong = wrong_in(moment); !wrong.empty()) {
    return which + ": " + std::string(wrong);
  }
  const std::string_view forgotten = forgotten_handler(moment);
  if (forgotten.empty()) return std::nullopt;
  return which + ": the event is lost for " + std::string(forgotten);
}

std::optional<std::string> unreadable_was_refused(const Moment& moment) {
  if (!judges(moment)) return std::nullopt;
  return "by " + to_text(moment.scenario.world.app, moment.dispatch->unit);
}

}  // namespace sim::properties::judge
