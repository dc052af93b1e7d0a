// How far a refresh is: by the charm that each unit runs, and by the bags of `upgrade`.
#include "sim/properties/refresh.h"

#include <algorithm>

#include "charm/types/status.h"
#include "model/patroni.h"
#include "sim/properties/sight.h"

namespace sim::properties {
namespace {

using charm::UnitName;
using charm::UpgradeState;

UpgradeState state_of(const model::World& world, UnitName unit) {
  return world.unit(unit).record.upgrade_state;
}

bool is_stuck(UpgradeState state) {
  return state == UpgradeState::failed || state == UpgradeState::recovery;
}

bool is_upgraded(const model::World& world, UnitName unit) {
  const model::UnitState& state = world.unit(unit);
  const UpgradeState said = state_of(world, unit);
  // None yet: it has come with this charm, and has no other one to be upgraded from.
  const bool done =
      said == UpgradeState::completed || said == UpgradeState::idle || said == UpgradeState::none;
  return done && state.record.charm == world.shared().application.rollout.charm;
}

bool runs_the_new_charm(const model::World& world, UnitName unit) {
  return world.unit(unit).record.charm == world.shared().application.rollout.charm;
}

// It has led or streamed with the new charm: it says so later, for the partition is moved first;
// and a pod that is replaced once more says that it is upgraded once more.
bool has_worked(const Moment& moment, UnitName unit) {
  const model::World& world = moment.world;
  return moment.memory->replicated.contains(unit) && runs_the_new_charm(world, unit);
}

// The first unit is taken off the stack, and the next one has not begun. If those above it are
// gone, nobody has been upgraded for the operator to look at.
bool is_paused(const model::World& world) {
  const charm::UpgradeStack stack = world.upgrade_stack();
  if (stack.empty()) return false;
  const UnitName next = stack[stack.size() - 1];
  const charm::UnitSet planned = world.planned();
  const bool is_highest = std::none_of(planned.begin(), planned.end(), [next](UnitName unit) {
    return unit.ordinal > next.ordinal;
  });
  return !is_highest && world.shared().application.rollout.partition > next.ordinal;
}

std::string_view status_text(const Moment& moment, UnitName unit) {
  return moment.texts.text_of(moment.world.unit(unit).status_text);
}

bool asks_operator(std::string_view text) {
  return text == charm::messages::upgrade_failed || text == charm::messages::upgraded_first ||
         text == charm::messages::ready_to_roll_back;
}

}  // namespace

bool waits_for_operator(const model::World& world) {
  const charm::UnitSet planned = world.planned();
  const bool stuck = std::any_of(planned.begin(), planned.end(), [&world](UnitName unit) {
    return is_stuck(state_of(world, unit));
  });
  return stuck || is_paused(world);
}

bool is_refreshing(const model::World& world) {
  const charm::UnitSet planned = world.planned();
  return std::any_of(planned.begin(), planned.end(), [&world](UnitName unit) {
    const UpgradeState state = state_of(world, unit);
    return state != UpgradeState::idle && state != UpgradeState::none;
  });
}

bool is_mute(const model::World& world, UnitName unit) {
  const model::UnitState& state = world.unit(unit);
  return !state.process.running && state.pod.charm != world.shared().application.rollout.charm;
}

// In these three, what the unit shows is asked first: what all of them do takes longer.
bool tells_of_refresh(const Moment& moment, UnitName unit) {
  const std::string_view text = status_text(moment, unit);
  return (asks_operator(text) || text == charm::messages::upgrading ||
          text == charm::messages::upgraded || text == charm::messages::others_upgrade_first) &&
         is_refreshing(moment.world);
}

bool is_silenced_by_refresh(const model::World& world, UnitName unit) {
  return unit.ordinal < world.shared().application.rollout.partition && is_mute(world, unit) &&
         waits_for_operator(world);
}

bool is_held_by_refresh(const Moment& moment, UnitName unit) {
  if (is_mute(moment.world, unit)) return is_silenced_by_refresh(moment.world, unit);
  const std::string_view text = status_text(moment, unit);
  const bool tells = asks_operator(text) || text == charm::messages::others_upgrade_first ||
                     text == charm::messages::upgraded;
  return tells && waits_for_operator(moment.world);
}

namespace judge {

std::optional<std::string> one_upgrade_at_a_time(const Moment& moment) {
  const model::World& world = moment.world;
  if (moment.memory->partition_without_primary) return std::nullopt;
  const charm::UpgradeStack stack = world.upgrade_stack();
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::pod_outdated || !stack.contains(*fact.unit)) continue;
    for (UnitName above : world.planned()) {
      if (above.ordinal <= (*fact.unit).ordinal || is_upgraded(world, above)) continue;
      if (has_worked(moment, above)) continue;
      return name_of(moment, *fact.unit) + "'s pod is replaced, and " + name_of(moment, above) +
             " is not upgraded yet";
    }
  }
  return std::nullopt;
}

namespace {

// Which unit's pod comes next, and the one above it, that lets it go; nothing, if there is none or
// an action has done it.
struct Turn {
  UnitName next;
  UnitName above;
};
std::optional<Turn> turn_of(const Moment& moment) {
  const auto set =
      std::ranges::find(moment.facts, model::FactKind::partition_set, &model::Fact::kind);
  const auto next = static_cast<std::uint16_t>(set->value);
  const Turn turn{{next}, {static_cast<std::uint16_t>(next + 1)}};
  const charm::UnitSet planned = moment.world.planned();
  if (!planned.contains(turn.next) || !planned.contains(turn.above)) return std::nullopt;
  const bool acts = std::ranges::any_of(moment.world.existing(), [&moment](UnitName unit) {
    return moment.world.unit(unit).record.action != 0;
  });
  return acts ? std::nullopt : std::optional(turn);
}

}  // namespace

namespace {

// It let the next unit go, and took it for none that leads.
bool goes_on_as_it_is(const charm::Path& path) {
  bool looks = false;
  bool lets_go = false;
  for (const charm::Path::Step& step : path.steps()) {
    looks = looks || (step.node == "does_next_lead" && step.arrow == "no");
    lets_go = lets_go || (step.node == "set_partition" && step.arrow == "done");
  }
  return looks && lets_go;
}

}  // namespace

std::optional<std::string> primary_hands_over(const Moment& moment) {
  const HandlerEnding& ending = *moment.handler;
  const model::World& world = moment.world;
  const Memory::Queue& hook = moment.memory->queues[ending.unit.ordinal];
  if (ending.unit.ordinal == 0 || !goes_on_as_it_is(ending.path)) return std::nullopt;
  const UnitName next{static_cast<std::uint16_t>(ending.unit.ordinal - 1)};
  // It has led from the beginning of that hook on, and nothing was in the way of seeing it.
  if (sight::working_holder(world) != next) return std::nullopt;
  if (hook.transitions != world.shared().dcs.transitions) return std::nullopt;
  if (hook.disturbed || !sight::is_undisturbed(world)) return std::nullopt;
  return name_of(moment, next) + " is the primary, its pod is next, and " +
         name_of(moment, ending.unit) + " was not to take over";
}

namespace {

// Some unit above has not been upgraded, and is not the one whose hook it is.
bool is_ahead_of_its_turn(const Moment& moment, UnitName unit) {
  return std::ranges::any_of(moment.world.planned(), [&moment, unit](UnitName above) {
    return above.ordinal > unit.ordinal && !runs_the_new_charm(moment.world, above);
  });
}

// A primary whose pg_hba names not all who are listed: they get no copy before its agent is back,
// which may be when its pod is made anew (charm/steps/shut_out.h). Not of a refresh that was
// prepared: there each turn is the operator's to give.
bool shuts_another_out(const model::World& world, UnitName unit) {
  if (sight::working_holder(world) != unit || !world.upgrade_stack().empty()) return false;
  return std::ranges::any_of(sight::listed(world), [&world, unit](UnitName other) {
    return other != unit && !model::patroni::lets_in(world, unit, other);
  });
}

// While the hook of a unit that is upgraded runs; of one that has ended it counts, too.
bool was_disturbed(const Moment& moment, UnitName unit) {
  return std::ranges::any_of(moment.world.planned(), [&moment, unit](UnitName above) {
    return above.ordinal > unit.ordinal && runs_the_new_charm(moment.world, above) &&
           moment.memory->queues[above.ordinal].disturbed;
  });
}

}  // namespace

std::optional<std::string> only_who_is_down(const Moment& moment) {
  const model::World& world = moment.world;
  const std::optional<Turn> turn = turn_of(moment);
  if (!turn || !is_ahead_of_its_turn(moment, turn->next)) return std::nullopt;
  const bool runs = model::patroni::is_up(world, turn->next) &&
                    world.unit(turn->next).postgres.database == model::Database::running;
  if (shuts_another_out(world, turn->next)) return std::nullopt;
  if (!runs || was_disturbed(moment, turn->next) || !sight::is_undisturbed(world)) {
    return std::nullopt;
  }
  return name_of(moment, turn->next) + " is let go, and its member runs";
}

std::optional<std::string> let_go_ahead(const Moment& moment) {
  const std::optional<Turn> turn = turn_of(moment);
  if (!turn || !is_ahead_of_its_turn(moment, turn->next)) return std::nullopt;
  return name_of(moment, turn->next);
}

std::optional<std::string> upgraded_took_over(const Moment& moment) {
  const std::optional<Turn> turn = turn_of(moment);
  if (!turn || !moment.memory->queues[turn->above.ordinal].asked) return std::nullopt;
  return name_of(moment, turn->above);
}

std::optional<std::string> refresh_ends(const Moment& moment) {
  const model::World& world = moment.world;
  const charm::UnitSet planned = world.planned();
  if (waits_for_operator(world)) {
    const bool asks = std::any_of(planned.begin(), planned.end(), [&moment](UnitName unit) {
      return asks_operator(status_text(moment, unit));
    });
    if (asks) return std::nullopt;
    return "a refresh waits for its operator, and no unit says so";
  }
  for (UnitName unit : planned) {
    if (world.unit(unit).pod.node_lost) continue;
    if (world.unit(unit).record.charm != world.shared().application.rollout.charm) {
      return name_of(moment, unit) + " runs the charm before";
    }
    if (state_of(world, unit) != UpgradeState::idle) {
      return name_of(moment, unit) + " is in the middle of a refresh";
    }
  }
  return std::nullopt;
}

std::optional<std::string> refreshed(const Moment& moment) {
  const std::uint8_t charm = moment.world.shared().application.rollout.charm;
  if (charm == 0 || refresh_ends(moment) || waits_for_operator(moment.world)) return std::nullopt;
  return "charm " + std::to_string(charm);
}

std::optional<std::string> refresh_stopped(const Moment& moment) {
  const UnitName unit = moment.dispatch->unit;
  if (state_of(moment.world, unit) != UpgradeState::failed) return std::nullopt;
  return name_of(moment, unit);
}

}  // namespace judge

}  // namespace sim::properties
