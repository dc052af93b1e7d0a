// What stands while time does not move, and which steps touch nothing else.
#include "sim/search/independence.h"

#include <algorithm>
#include <cstring>

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/postgresql.h"
#include "sim/properties/postgresql.h"
#include "sim/search/call_parts.h"

namespace sim {
namespace {

using charm::UnitName;

bool has_staged_for_others(const model::Staged& staged) {
  return staged.endpoints || staged.initialised || staged.uninitialised ||
         staged.passwords != model::Passwords{} || staged.clients != 0 || staged.restart_written ||
         staged.upgrade_written || staged.restart_state_written || staged.upgrade_state_written ||
         staged.tls_written || staged.asked_written;
}

charm::Instant moment_of(const model::World& world) {
  return std::max(world.now(), world.window(world.next()).earliest);
}

// Without time moving on.
bool can_come(const model::World& world, model::TimerId timer) {
  return world.is_armed(timer) && world.window(timer).earliest <= moment_of(world);
}

// Whoever holds the lease holds it as long as time does not move: it is renewed, if anything.
bool stands_the_lease(const model::World& world) {
  const model::Application& application = world.shared().application;
  return application.lease_holder && !application.renewals_fail && !application.lapsing &&
         !can_come(world, model::timer_id(model::WorldTimer::lease_expiry));
}

// Nothing but its own hook acts on it: Patroni does not run.
bool is_container_alone(const model::World& world, UnitName unit) {
  using model::UnitTimer;
  if (world.unit(unit).container.service_running) return false;
  for (const UnitTimer timer : {UnitTimer::container, UnitTimer::service, UnitTimer::ha,
                                UnitTimer::job, UnitTimer::startup}) {
    if (can_come(world, model::timer_id(unit, timer))) return false;
  }
  return true;
}

bool is_told_by_nobody(UnitName unit, const Writers& writers, Reliance& relied) {
  if (writers.told.contains(unit)) return false;
  relied.untold.insert(unit);
  return true;
}

// Neither the unit's own timers nor anybody else act on its pod's processes.
bool is_pod_alone(const model::World& world, UnitName unit, const Writers& writers,
                  Reliance& relied) {
  using model::UnitTimer;
  for (const UnitTimer timer : {UnitTimer::container, UnitTimer::ha, UnitTimer::lock_expiry,
                                UnitTimer::job, UnitTimer::replication, UnitTimer::recovery,
                                UnitTimer::service, UnitTimer::startup, UnitTimer::watch}) {
    if (can_come(world, model::timer_id(unit, timer))) return false;
  }
  if (writers.woken.contains(unit)) return false;
  relied.unwoken.insert(unit);
  return is_told_by_nobody(unit, writers, relied);
}

// Whether a member streams is its upstream's, too.
bool finds_pod_alone(const model::World& world, UnitName unit, const Calls& made,
                     const Writers& writers, Reliance& relied) {
  const bool of_container = (made & of_its_container()).any();
  const bool of_member = (made & of_its_member()).any();
  if (of_member || (of_container && !is_container_alone(world, unit))) {
    if (!is_pod_alone(world, unit, writers, relied)) return false;
  }
  const charm::MaybeUnit upstream = world.unit(unit).postgres.upstream;
  const bool asks_upstream = made.test(static_cast<std::size_t>(Call::own_health)) && upstream;
  if (!asks_upstream) return true;
  if (writers.moved.contains(*upstream)) return false;
  relied.unmoved.insert(*upstream);
  return true;
}

bool is_written_by_nobody_else(const model::World& world, UnitName unit, const Calls& made,
                               const Writers& writers, Reliance& relied) {
  for (const Reading& one : readings()) {
    if ((made & one.calls).none()) continue;
    if (one.has_looked != nullptr && world.unit(unit).staged.*one.has_looked) continue;
    if (one.part == SharedPart::leadership && stands_the_lease(world)) continue;
    if (writers.is_written_by_others(one.part, unit)) return false;
    relied.parts.set(static_cast<std::size_t>(one.part));
  }
  return true;
}

// At the end of a handler or of a hook, and at what an agent does, it is looked whether all has
// settled, if a status was set since.
bool finds_statuses_alone(UnitName unit, const Writers& writers, Reliance& relied) {
  if (writers.is_written_by_others(SharedPart::statuses, unit)) return false;
  relied.parts.set(static_cast<std::size_t>(SharedPart::statuses));
  return true;
}

// The look for the next hook: what its agent is told of, who leads, and how the cluster stands when
// a dispatch begins, which properties remember. A hook that begins reads first whether there is
// something that it cannot read: there is nothing, where it is quiet.
bool looks_alone(const model::World& world, UnitName unit, const Writers& writers,
                 Reliance& relied) {
  using model::UnitTimer;
  for (const UnitTimer timer : {UnitTimer::container, UnitTimer::lease, UnitTimer::update_status}) {
    if (can_come(world, model::timer_id(unit, timer))) return false;
  }
  if (writers.told.contains(unit)) return false;
  relied.untold.insert(unit);
  for (const SharedPart part :
       {SharedPart::leadership, SharedPart::secret, SharedPart::scope, SharedPart::cluster}) {
    if (part == SharedPart::leadership && stands_the_lease(world)) continue;
    if (writers.is_written_by_others(part, unit)) return false;
    relied.parts.set(static_cast<std::size_t>(part));
  }
  return true;
}

// Of its record, what others read.
bool shows_others_the_same(const model::AgentRecord& before, const model::AgentRecord& after) {
  return before.bag_version == after.bag_version && before.in_scope == after.in_scope &&
         before.restart_state == after.restart_state &&
         before.upgrade_state == after.upgrade_state && before.life == after.life;
}

}  // namespace

Independence::Independence(const Scenario& scenario, std::span<const Property> properties)
    : scenario_(scenario) {
  const std::span<const Property> known = postgresql_properties();
  const auto is_known = [known](const Property& one) {
    return std::ranges::any_of(known,
                               [&one](const Property& two) { return one.judge == two.judge; });
  };
  judges_units_ = std::ranges::all_of(properties, is_known);
  const std::string_view name = properties::units_active.name;
  const auto& holds = scenario.holds;
  asks_for_data_ = std::ranges::find(properties, name, &Property::name) != properties.end() &&
                   (holds.empty() || std::ranges::find(holds, name) != holds.end());
}

// Nobody but its hook sets a unit's status: as long as that goes on, and says something else than
// Active, nothing settles. (A refresh, or an option that keeps a cluster from being made, excuses
// its units; there is none.)
bool Independence::can_settle(const model::World& world, UnitName unit) const {
  const charm::StatusKind status = world.unit(unit).status;
  const bool holds_up = asks_for_data_ && scenario_.story.empty() &&
                        world.shared().application.initialised &&
                        status != charm::StatusKind::active && status != charm::StatusKind::blocked;
  return !holds_up && can_settle(world);
}

// A bootstrap and a copy take steps of time, at the end of which there are data.
bool Independence::can_settle(const model::World& world) const {
  if (!asks_for_data_) return true;
  return std::ranges::none_of(world.planned(), [&world](UnitName unit) {
    return world.unit(unit).postgres.database == model::Database::none &&
           !can_come(world, model::timer_id(unit, model::UnitTimer::job));
  });
}

bool Independence::may_go_on_with_story(const model::World& world) const {
  const std::size_t step = world.shared().story_step;
  if (step >= scenario_.story.size()) return false;
  return scenario_.story[step].when != Condition::settled || can_settle(world) ||
         world.is_armed(model::timer_id(model::WorldTimer::story));
}

bool Independence::is_quiet_around(const model::World& world) const {
  using model::WorldTimer;
  const model::Shared& shared = world.shared();
  const model::Application& application = shared.application;
  if (may_go_on_with_story(world)) return false;
  if (application.presence != model::Presence::deployed || application.scaling_down) return false;
  if (application.api_down || application.api_trouble != model::ApiTrouble::none) return false;
  if (!application.trusted || application.unreadable != charm::StateKey::none) return false;
  if (model::kubernetes::is_rolling_out(world)) return false;
  for (const WorldTimer timer : {WorldTimer::story, WorldTimer::mishap, WorldTimer::api,
                                 WorldTimer::provisioner, WorldTimer::rollout}) {
    if (can_come(world, model::timer_id(timer))) return false;
  }
  for (std::uint16_t ordinal = 0; ordinal < world.unit_count(); ++ordinal) {
    const model::UnitState& unit = world.units()[ordinal];
    if (unit.exists != (ordinal < application.scale)) return false;
    if (!unit.exists) continue;
    if (unit.record.life != model::Life::alive) return false;
    if (unit.record.unreadable != charm::StateKey::none || unit.pod.node_lost) return false;
    const model::Surroundings& around = unit.surroundings;
    if (around.api_cut || around.api_lost || around.api_lossy || around.controller_cut ||
        around.frozen != model::Frozen::no) {
      return false;
    }
  }
  return true;
}

bool Independence::keeps_to_its_unit(const model::World& world, model::TimerId timer,
                                     const StepFootprint& footprint, const Writers& writers,
                                     Reliance& relied) const {
  if (footprint.is_seen || model::is_world_timer(timer)) return false;
  const UnitName unit = model::unit_of(timer);
  const model::UnitState& state = world.unit(unit);
  if (!state.process.running || state.pod.phase != model::PodPhase::running) return false;
  if (can_come(world, model::timer_id(unit, model::UnitTimer::pod))) return false;
  const model::Application& application = world.shared().application;
  if (model::unit_timer(timer) == model::UnitTimer::lease) {
    return stands_the_lease(world) && !(application.lease_holder == unit) &&
           !can_settle(world, unit) && finds_statuses_alone(unit, writers, relied);
  }
  if (model::unit_timer(timer) == model::UnitTimer::agent) {
    return footprint.calls.none() && !footprint.ends_dispatch && !can_settle(world, unit) &&
           finds_statuses_alone(unit, writers, relied) && looks_alone(world, unit, writers, relied);
  }
  if (model::unit_timer(timer) == model::UnitTimer::deadline) {  // only its own hook asks for it
    const bool may_ask = can_come(world, model::timer_id(unit, model::UnitTimer::call));
    return !may_ask && !can_settle(world, unit) && finds_statuses_alone(unit, writers, relied);
  }
  if (model::unit_timer(timer) != model::UnitTimer::call) return false;
  const Calls& made = footprint.calls;
  if (can_come(world, model::timer_id(unit, model::UnitTimer::deadline)) &&
      (footprint.ends_dispatch || (made & of_its_deadline()).any())) {
    return false;
  }
  if ((made & ~(of_its_hook() | of_its_container() | of_its_member() | of_its_record())).any()) {
    return false;
  }
  if (!finds_pod_alone(world, unit, made, writers, relied)) return false;
  if ((made & of_its_record()).any() && !is_told_by_nobody(unit, writers, relied)) return false;
  const bool shows = made.test(static_cast<std::size_t>(Call::set_workload_version));
  if (shows && can_settle(world, unit)) return false;
  if (!is_written_by_nobody_else(world, unit, made, writers, relied)) return false;
  const bool ends = footprint.ends_handler || footprint.ends_dispatch;
  if (ends &&
      (!judges_units_ || can_settle(world, unit) || !finds_statuses_alone(unit, writers, relied))) {
    return false;
  }
  if (!footprint.ends_dispatch) return true;
  // Statuses are judged at the ends of hooks from then on.
  if (application.initialised || has_staged_for_others(state.staged)) return false;
  return (made & that_write_bags()).none();
}

bool Independence::streams_only(const RunState& state, charm::Instant moment,
                                std::span<const model::TimerId> due) {
  if (state.may_have_settled || state.memory.bounds.next_due_us <= moment.micros) return false;
  const model::World& world = state.world;
  return std::ranges::all_of(due, [&world](model::TimerId timer) {
    if (model::is_world_timer(timer)) return false;
    if (model::unit_timer(timer) != model::UnitTimer::replication) return false;
    const UnitName unit = model::unit_of(timer);
    const charm::MaybeUnit upstream = world.unit(unit).postgres.upstream;
    return upstream && model::postgresql::is_streaming(world, unit) &&
           model::network::connected(world, unit, *upstream);
  });
}

bool Independence::has_written_its_own(const RunState& before, const RunState& after,
                                       UnitName unit) {
  const model::World& old = before.world;
  const model::World& now = after.world;
  const auto same = [](const auto& a, const auto& b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  model::Shared shared = old.shared();
  shared.now_us = now.shared().now_us;
  shared.passwords_made = now.shared().passwords_made;
  if (!same(shared, now.shared()) || before.settled != after.settled) return false;
  for (std::size_t at = 0; at < old.units().size(); ++at) {
    if (at != unit.ordinal && !same(old.units()[at], now.units()[at])) return false;
  }
  if (!shows_others_the_same(old.unit(unit).record, now.unit(unit).record)) return false;
  if (has_moved(old.unit(unit), now.unit(unit))) return false;
  const auto count = static_cast<std::uint32_t>(old.timer_count());
  for (std::uint32_t at = 0; at < count; ++at) {
    const model::TimerId timer{at};
    if (!model::is_world_timer(timer) && model::unit_of(timer) == unit) continue;
    if (old.is_armed(timer) != now.is_armed(timer)) return false;
    if (old.is_armed(timer) && old.window(timer).earliest != now.window(timer).earliest) {
      return false;
    }
  }
  Memory memory = before.memory;
  memory.queues[unit.ordinal] = after.memory.queues[unit.ordinal];
  return memory == after.memory;
}

}  // namespace sim
