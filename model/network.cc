// Cuts, freezes and clocks.
#include "model/network.h"

#include <algorithm>

#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/patroni.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::network {
namespace {

using charm::UnitName;

constexpr std::uint16_t bit_of(UnitTimer timer) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(timer));
}
static_assert(unit_timer_count <= 16);

constexpr std::uint16_t patroni_timers = bit_of(UnitTimer::ha) | bit_of(UnitTimer::job);
// Not the clocks: an expiry comes whether anybody looks or not. Not the pod: kubelet is outside.
constexpr std::uint16_t pod_timers = patroni_timers | bit_of(UnitTimer::agent) |
                                     bit_of(UnitTimer::call) | bit_of(UnitTimer::lease) |
                                     bit_of(UnitTimer::container) | bit_of(UnitTimer::replication) |
                                     bit_of(UnitTimer::service) | bit_of(UnitTimer::startup);

constexpr std::uint16_t charm_timers =
    bit_of(UnitTimer::agent) | bit_of(UnitTimer::call) | bit_of(UnitTimer::lease);

std::uint16_t held_timers(Frozen frozen) {
  switch (frozen) {
    case Frozen::no: return 0;
    case Frozen::charm: return charm_timers;
    case Frozen::patroni: return patroni_timers;
    case Frozen::pod: return pod_timers;
  }
  return 0;
}

void release_overdue(Step& step, UnitName name) {
  Surroundings& around = step.world.unit(name).surroundings;
  for (std::size_t at = 0; at < unit_timer_count; ++at) {
    const auto timer = static_cast<UnitTimer>(at);
    if ((around.overdue & bit_of(timer)) == 0 || is_held(step.world, name, timer)) continue;
    around.overdue = static_cast<std::uint16_t>(around.overdue & ~bit_of(timer));
    step.world.arm(timer_id(name, timer), timing::thaw_step);
  }
}

void thaw(Step& step, UnitName name) {
  Surroundings& around = step.world.unit(name).surroundings;
  if (around.frozen == Frozen::no) return;
  around.frozen = Frozen::no;
  release_overdue(step, name);
  step.world.unit(name).postgres.excused_us = step.world.now().micros;
  step.note(FactKind::thawed, name);
  kubernetes::look_at_health(step, name);
}

void heal(Step& step, UnitName name) {
  World& world = step.world;
  Surroundings& around = world.unit(name).surroundings;
  bool whole = !around.api_cut && !around.controller_cut && !around.lossy && !around.api_lossy &&
               around.cut_to.empty();
  const bool from_controller = around.controller_cut;
  around.api_cut = around.controller_cut = around.lossy = false;
  around.api_lossy = around.api_lost = false;
  around.cut_to.clear();
  for (UnitState& other : world.units()) {
    if (other.surroundings.cut_to.contains(name)) whole = false;
    other.surroundings.cut_to.erase(name);
  }
  if (whole) return;
  step.note(FactKind::healed, name);
  patroni::on_api_reached(step, name);
  if (!from_controller) return;
  release_overdue(step, name);
  juju::on_controller_reached(step, name);
}

void schedule_recovery(Step& step, UnitName name, charm::Duration lasts) {
  step.world.arm(timer_id(name, UnitTimer::recovery), exactly(lasts));
}

// Moves a timer that waits by the pod's clock.
void move(World& world, TimerId timer, charm::Duration by) {
  if (!world.is_armed(timer)) return;
  const Window window = world.window(timer);
  const charm::Duration least = std::max(charm::Duration{0}, window.earliest - world.now() - by);
  const charm::Duration most = std::max(charm::Duration{0}, window.latest - world.now() - by);
  world.arm(timer, {least, most});
}

}  // namespace

void cut(Step& step, UnitName name, Cut what, charm::Duration lasts) {
  World& world = step.world;
  Surroundings& around = world.unit(name).surroundings;
  if (what == Cut::from_api || what == Cut::from_all) around.api_cut = true;
  if (what == Cut::from_controller || what == Cut::from_all) around.controller_cut = true;
  if (what == Cut::lossy) around.lossy = true;
  if (what == Cut::api_lossy) around.api_lossy = true;
  for (std::uint16_t ordinal = 0; ordinal < world.unit_count(); ++ordinal) {
    const UnitName other{ordinal};
    if (other == name) continue;
    if (what == Cut::to_peers || what == Cut::from_all) around.cut_to.insert(other);
    if (what == Cut::from_peers || what == Cut::from_all) {
      world.unit(other).surroundings.cut_to.insert(name);
    }
  }
  step.note(FactKind::cut_off, name, static_cast<std::uint32_t>(what));
  postgresql::connections_changed(step);
  schedule_recovery(step, name, lasts);
}

void split(Step& step, const charm::UnitSet& side, ApiSide api, charm::Duration lasts) {
  World& world = step.world;
  for (UnitName in : side) {
    for (UnitName out; out.ordinal < world.unit_count(); ++out.ordinal) {
      if (side.contains(out)) continue;
      world.unit(in).surroundings.cut_to.insert(out);
      world.unit(out).surroundings.cut_to.insert(in);
    }
    if (api == ApiSide::others) world.unit(in).surroundings.api_cut = true;
    step.note(FactKind::cut_off, in, static_cast<std::uint32_t>(Cut::split));
    schedule_recovery(step, in, lasts);
  }
  postgresql::connections_changed(step);
}

void try_api(Step& step, UnitName name) {
  Surroundings& around = step.world.unit(name).surroundings;
  if (around.api_lossy) around.api_lost = step.choose(Fork::packet, name, 2) != 0;
}

void freeze(Step& step, UnitName name, Frozen what, charm::Duration lasts) {
  if (what == Frozen::no || !kubernetes::pod_runs(step.world, name)) return;
  thaw(step, name);
  step.world.unit(name).surroundings.frozen = what;
  step.note(FactKind::frozen, name, static_cast<std::uint32_t>(what));
  kubernetes::look_at_health(step, name);
  postgresql::connections_changed(step);
  schedule_recovery(step, name, lasts);
}

void on_recovery_timer(Step& step, UnitName name) {
  heal(step, name);
  thaw(step, name);
  postgresql::connections_changed(step);
}

void stop_api(Step& step, charm::Duration lasts) {
  step.world.shared().application.api_down = true;
  step.note(FactKind::api_stopped);
  step.world.arm(timer_id(WorldTimer::api), exactly(lasts));
}

void refuse_api(Step& step, ApiTrouble trouble, charm::Duration lasts) {
  step.world.shared().application.api_trouble = trouble;
  step.note(FactKind::api_refuses, {}, static_cast<std::uint32_t>(trouble));
  step.world.arm(timer_id(WorldTimer::api), exactly(lasts));
}

void on_api_timer(Step& step) {
  step.world.shared().application.api_down = false;
  step.world.shared().application.api_trouble = ApiTrouble::none;
  step.note(FactKind::api_started);
  for (UnitName unit : step.world.existing()) patroni::on_api_reached(step, unit);
}

void step_clock(Step& step, UnitName name, charm::Duration by) {
  step.note(FactKind::clock_stepped, name, static_cast<std::uint32_t>(by.count() / 1000));
  Postgres& postgres = step.world.unit(name).postgres;
  postgres.confirmed_us -= by.count();
  // It takes a cycle to notice; by a clock that went back that cycle comes so much later.
  postgres.excused_us = step.world.now().micros + std::max<std::int64_t>(0, -by.count());
  for (UnitTimer timer : {UnitTimer::lock_expiry, UnitTimer::ha}) {
    move(step.world, timer_id(name, timer), by);
  }
}

void drift_clock(Step& step, UnitName name, std::int32_t rate_ppm) {
  step.world.unit(name).surroundings.clock_rate_ppm = rate_ppm;
  step.note(FactKind::clock_drifts, name, static_cast<std::uint32_t>(rate_ppm));
}

bool reaches(const World& world, UnitName from, UnitName to) {
  if (from == to) return true;
  const Surroundings& sender = world.unit(from).surroundings;
  if (sender.cut_to.contains(to)) return false;
  if (sender.frozen == Frozen::pod) return false;
  return world.unit(to).surroundings.frozen != Frozen::pod;
}

bool connected(const World& world, UnitName a, UnitName b) {
  return reaches(world, a, b) && reaches(world, b, a);
}

bool reaches_api(const World& world, UnitName unit) {
  const Surroundings& around = world.unit(unit).surroundings;
  return !around.api_cut && !around.api_lost && !world.shared().application.api_down;
}

ApiTrouble api_trouble(const World& world) {
  const Application& application = world.shared().application;
  // Who sends too much is told so before anybody looks what he may do.
  if (application.trusted || application.api_trouble == ApiTrouble::throttled) {
    return application.api_trouble;
  }
  return ApiTrouble::forbidden;
}

bool api_acts(const World& world, UnitName unit) {
  return api_serves(world, unit) ||
         (reaches_api(world, unit) && api_trouble(world) == ApiTrouble::late);
}

bool api_serves(const World& world, UnitName unit) {
  return reaches_api(world, unit) && api_trouble(world) == ApiTrouble::none;
}

bool is_lossy(const World& world, UnitName a, UnitName b) {
  return a != b && (world.unit(a).surroundings.lossy || world.unit(b).surroundings.lossy);
}

bool answers_in_time(Step& step, UnitName from, UnitName to) {
  if (!connected(step.world, from, to)) return false;
  return !is_lossy(step.world, from, to) || step.choose(Fork::packet, from, 2) == 0;
}

bool reaches_controller(const World& world, UnitName unit) {
  return !world.unit(unit).surroundings.controller_cut;
}

bool is_held(const World& world, UnitName unit, UnitTimer timer) {
  // Without its controller an agent learns of nothing, and records no hook.
  if (timer == UnitTimer::agent && !reaches_controller(world, unit)) return true;
  return (held_timers(world.unit(unit).surroundings.frozen) & bit_of(timer)) != 0;
}

void keep_for_later(World& world, UnitName unit, UnitTimer timer) {
  std::uint16_t& overdue = world.unit(unit).surroundings.overdue;
  overdue = static_cast<std::uint16_t>(overdue | bit_of(timer));
}

charm::Duration on_clock_of(const World& world, UnitName unit, charm::Duration time) {
  const std::int64_t rate = world.unit(unit).surroundings.clock_rate_ppm;
  return rate == 0 ? time : time + charm::Duration(time.count() / 1000 * rate / 1000);
}

charm::Duration by_clock_of(const World& world, UnitName unit, charm::Duration time) {
  const std::int64_t rate = world.unit(unit).surroundings.clock_rate_ppm;
  return time - charm::Duration(time.count() * rate / 1'000'000);
}

}  // namespace model::network
