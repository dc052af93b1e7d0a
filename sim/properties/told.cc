// What a unit's status says is held against what its hook was answered.
#include "sim/properties/told.h"

#include <algorithm>

#include "charm/types/status.h"
#include "sim/properties/memory.h"

namespace sim::properties::judge {
namespace {

using charm::UnitName;

std::string_view status_text(const Moment& moment, UnitName unit) {
  return moment.texts.text_of(moment.world.unit(unit).status_text);
}

bool says_juju_trust(const Moment& moment, UnitName unit) {
  return moment.world.unit(unit).status == charm::StatusKind::blocked &&
         status_text(moment, unit).starts_with(charm::messages::no_trust);
}

// In the dispatch that ends.
bool has_come_to_say_inactive(const Moment& moment, UnitName unit) {
  const std::uint16_t text = moment.world.unit(unit).status_text;
  return text != moment.memory->queues[unit.ordinal].status_text &&
         moment.texts.text_of(text) == charm::messages::service_inactive;
}

// Who only looks how far a refresh is, and whose member works, is not Blocked for it; a leader
// that tries once more to make the cluster has been Blocked by its pebble-ready; and who waits for
// its member says that, though it has been refused a look aside. So does a leader that waits for
// another member: it was refused its look for a unit that is admitted by half, and trust was back
// when it asked who is to be admitted next. And who was refused one of several looks for somebody
// who leads has found somebody by the next one, or asks on; or nobody leads, and what it was answered
// last was no 403.
bool leaves_the_word_to_others(const charm::Path& path) {
  return std::ranges::any_of(path.steps(), [](const charm::Path::Step& step) {
    return step.arrow == "unknown" || step.node == "initialise_cluster" ||
           step.node.starts_with("await_") ||
           (step.node == "are_all_members_ready" && step.arrow == "no") ||
           (step.node == "is_anybody_needed" && step.arrow == "no") ||
           (step.node == "release_needed" && step.arrow == "refused");
  });
}

}  // namespace

std::optional<std::string> forbidden_is_told(const Moment& moment) {
  const HandlerEnding& ending = *moment.handler;
  if (!moment.memory->queues[ending.unit.ordinal].forbidden || !ending.outcome.deferred()) {
    return std::nullopt;
  }
  const bool is_blocked = moment.world.unit(ending.unit).status == charm::StatusKind::blocked;
  if (is_blocked || leaves_the_word_to_others(ending.path)) return std::nullopt;
  return std::string(ending.handler.name) + " of " + name_of(moment, ending.unit) +
         " was answered 403, is deferred, and says '" +
         std::string(status_text(moment, ending.unit)) + "'";
}

std::optional<std::string> inactive_was_started(const Moment& moment) {
  const UnitName unit = moment.dispatch->unit;
  if (!has_come_to_say_inactive(moment, unit)) return std::nullopt;
  if (moment.memory->queues[unit.ordinal].started) return std::nullopt;
  return name_of(moment, unit) + " says so, and its service has run on";
}

std::optional<std::string> lack_of_trust_was_told(const Moment& moment) {
  const UnitName unit = moment.handler->unit;
  if (!says_juju_trust(moment, unit)) return std::nullopt;
  return name_of(moment, unit);
}

std::optional<std::string> inactive_was_told(const Moment& moment) {
  const UnitName unit = moment.dispatch->unit;
  if (!has_come_to_say_inactive(moment, unit)) return std::nullopt;
  return name_of(moment, unit);
}

}  // namespace sim::properties::judge
