// The calls by what they read, and what stands while time does not move.
#include "sim/search/independence.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/postgresql.h"
#include "sim/properties/postgresql.h"

namespace sim {
namespace {

using charm::UnitName;
using Calls = std::bitset<call_count>;

Calls calls(std::initializer_list<Call> list) {
  Calls set;
  for (const Call call : list) set.set(static_cast<std::size_t>(call));
  return set;
}

// Of what its hook and its agent know, and of what only the story changes.
const Calls& of_its_hook() {
  static const Calls set = calls({Call::peers,
                                  Call::planned_units,
                                  Call::config,
                                  Call::unit_status,
                                  Call::set_unit_status,
                                  Call::notices,
                                  Call::set_notices,
                                  Call::log,
                                  Call::open_ports,
                                  Call::set_restart_state,
                                  Call::set_upgrade_state,
                                  Call::restart_states,
                                  Call::upgrade_states,
                                  Call::sleep,
                                  Call::set_deadline,
                                  Call::deadline_passed,
                                  Call::node_resources,
                                  Call::is_leader,
                                  Call::endpoints,
                                  Call::set_endpoints,
                                  Call::cluster_initialised,
                                  Call::set_cluster_initialised,
                                  Call::passwords,
                                  Call::set_password,
                                  Call::restart_granted,
                                  Call::set_restart_granted,
                                  Call::upgrade_stack,
                                  Call::set_upgrade_stack,
                                  Call::upgrade_standbys,
                                  Call::set_upgrade_standbys,
                                  Call::dependencies,
                                  Call::set_dependencies,
                                  Call::make_password});
  return set;
}
// Of these, what reads a shared part.
struct Reading {
  SharedPart part{};
  Calls calls;
  // Once it has looked, a hook goes on with what it has seen.
  bool model::Staged::* has_looked = nullptr;
};
const std::array<Reading, 7>& readings() {
  static const std::array all{
      Reading{SharedPart::leadership,
              calls({Call::is_leader, Call::set_endpoints, Call::set_cluster_initialised,
                     Call::set_password, Call::set_restart_granted, Call::set_upgrade_stack,
                     Call::set_upgrade_standbys, Call::set_dependencies, Call::passwords})},
      Reading{SharedPart::bag,
              calls({Call::endpoints, Call::set_endpoints, Call::cluster_initialised,
                     Call::set_cluster_initialised}),
              &model::Staged::bag_read},
      Reading{SharedPart::secret, calls({Call::passwords})},
      Reading{SharedPart::restart_bag, calls({Call::restart_granted, Call::set_restart_granted}),
              &model::Staged::restart_read},
      Reading{SharedPart::upgrade_bag,
              calls({Call::upgrade_stack, Call::set_upgrade_stack, Call::upgrade_standbys,
                     Call::set_upgrade_standbys, Call::dependencies, Call::set_dependencies}),
              &model::Staged::upgrade_read},
      Reading{SharedPart::peer_states, calls({Call::restart_states, Call::upgrade_states})},
      Reading{SharedPart::password_count, calls({Call::make_password})},
  };
  return all;
}
// Of its container and its volume.
const Calls& of_its_container() {
  static const Calls set =
      calls({Call::can_connect, Call::create_data_directory, Call::holds_database,
             Call::free_percent_of_volume, Call::has_locale, Call::is_plan_current,
             Call::is_service_running, Call::tls_files, Call::write_patroni_configuration});
  return set;
}

// What is committed for others to read.
const Calls& that_write_bags() {
  static const Calls set =
      calls({Call::set_endpoints, Call::set_cluster_initialised, Call::set_password,
             Call::set_restart_state, Call::set_upgrade_state, Call::set_restart_granted,
             Call::set_upgrade_stack, Call::set_upgrade_standbys, Call::set_dependencies});
  return set;
}
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
    return stands_the_lease(world) && !(application.lease_holder == unit) && !can_settle(world) &&
           finds_statuses_alone(unit, writers, relied);
  }
  if (model::unit_timer(timer) == model::UnitTimer::agent) {
    return footprint.calls.none() && !footprint.ends_dispatch && !can_settle(world) &&
           finds_statuses_alone(unit, writers, relied) && looks_alone(world, unit, writers, relied);
  }
  if (model::unit_timer(timer) != model::UnitTimer::call) return false;
  if (can_come(world, model::timer_id(unit, model::UnitTimer::deadline))) return false;
  const Calls& made = footprint.calls;
  if ((made & ~(of_its_hook() | of_its_container())).any()) return false;
  if ((made & of_its_container()).any() && !is_container_alone(world, unit)) return false;
  if (!is_written_by_nobody_else(world, unit, made, writers, relied)) return false;
  const bool ends = footprint.ends_handler || footprint.ends_dispatch;
  if (ends &&
      (!judges_units_ || can_settle(world) || !finds_statuses_alone(unit, writers, relied))) {
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
