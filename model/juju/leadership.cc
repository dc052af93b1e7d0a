// The lease: one holder, renewed every 30 s of its 60, free again by expiry or when its holder is
// dead. Source: juju-and-pebble.md, sections 4.1 to 4.3.
#include "model/juju/parts.h"
#include "model/network.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::UnitName;

// By the agent's clock; the controller has its own.
Span renewal(const Step& step, UnitName unit) {
  return exactly(network::by_clock_of(step.world, unit, timing::lease_renewal));
}

// An agent whose unit is in error still gives its flag up (section 1.5): should it lead again
// before its retry, leader-elected comes anew. Otherwise its next look resigns.
void resign_in_error(Step& step, charm::MaybeUnit unit) {
  if (!unit) return;
  AgentRecord& record = step.world.unit(*unit).record;
  if (record.step == HookStep::failed) record.leader_flag = false;
}

void take_lease(Step& step, UnitName unit) {
  step.world.shared().application.lease_holder = unit;
  step.world.arm(timer_id(WorldTimer::lease_expiry), exactly(timing::lease_length));
  step.world.arm(timer_id(unit, UnitTimer::lease), renewal(step, unit));
  step.note(FactKind::leadership_gained, unit);
  wake_agent(step, unit);
}

}  // namespace

void on_lease_timer(Step& step, UnitName unit) {
  const charm::MaybeUnit holder = step.world.shared().application.lease_holder;
  Application& application = step.world.shared().application;
  const bool reached = network::reaches_controller(step.world, unit);
  if (!holder) return reached ? take_lease(step, unit) : void();  // it claims when it is reached
  if (!(holder == unit)) return;  // denied: waits until the lease is free
  if (application.renewals_fail || !reached) {
    if (application.lapsing) return;
    application.lapsing = true;
    step.note(FactKind::leadership_lost, unit);
    resign_in_error(step, unit);
    return wake_agent(step, unit);
  }
  if (application.lapsing) {
    application.lapsing = false;
    step.note(FactKind::leadership_gained, unit);
    wake_agent(step, unit);
  }
  step.world.arm(timer_id(WorldTimer::lease_expiry), exactly(timing::lease_length));
  step.world.arm(timer_id(unit, UnitTimer::lease), renewal(step, unit));
}

// All that wait race for it; a dying unit's tracker, too.
void on_lease_expiry(Step& step) {
  Application& application = step.world.shared().application;
  const charm::MaybeUnit before = application.lease_holder;
  const charm::MaybeUnit next = application.lease_next;
  if (!application.lapsing) {
    step.note(FactKind::leadership_lost, before);
    resign_in_error(step, before);
  }
  const bool let_go = application.renewals_fail;
  application.lease_holder = application.lease_next = {};
  application.renewals_fail = application.lapsing = false;
  for (UnitName unit : step.world.existing()) {
    if (!step.world.unit(unit).process.running) continue;
    const bool kept_back = let_go && (next ? !(next == unit) : before == unit);
    const Span when = kept_back ? timing::lease_late_claim : timing::lease_claim;
    step.world.arm(timer_id(unit, UnitTimer::lease), when);
  }
}

void revoke_lease(Step& step, UnitName unit) {
  if (!(step.world.shared().application.lease_holder == unit)) return;
  if (step.choose(Fork::lease_revocation, unit, 2) != 0) return;  // it failed: the lease runs out
  step.world.disarm(timer_id(WorldTimer::lease_expiry));
  on_lease_expiry(step);
}

void let_lease_go(Step& step, charm::MaybeUnit to) {
  Application& application = step.world.shared().application;
  if (!application.lease_holder || application.renewals_fail || application.lease_holder == to)
    return;
  application.renewals_fail = true;
  application.lease_next = to;
}

void on_controller_reached(Step& step, UnitName unit) {
  if (!step.world.unit(unit).process.running) return;
  const Application& application = step.world.shared().application;
  const bool holds = application.lease_holder == unit;
  if (holds && !application.lapsing) return;  // the next renewal is on its way
  if (holds && application.renewals_fail) return;
  step.world.arm(timer_id(unit, UnitTimer::lease), timing::lease_claim);
  wake_agent(step, unit);
}

bool is_leader(const World& world, UnitName unit) {
  const Application& application = world.shared().application;
  return application.lease_holder == unit && !application.lapsing;
}

}  // namespace model::juju
