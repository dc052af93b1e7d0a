// The lease: one holder, renewed every 30 s of its 60, free again by expiry or when its holder is
// dead. Source: juju-and-pebble.md, sections 4.1 to 4.3.
#include "model/juju/parts.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::UnitName;

void take_lease(Step& step, UnitName unit) {
  step.world.shared().application.lease_holder = unit;
  step.world.arm(timer_id(WorldTimer::lease_expiry), exactly(timing::lease_length));
  step.world.arm(timer_id(unit, UnitTimer::lease), exactly(timing::lease_renewal));
  step.note(FactKind::leadership_gained, unit);
  wake_agent(step, unit);
}

}  // namespace

void on_lease_timer(Step& step, UnitName unit) {
  const charm::MaybeUnit holder = step.world.shared().application.lease_holder;
  Application& application = step.world.shared().application;
  if (!holder) return take_lease(step, unit);
  if (!(holder == unit)) return;  // denied: waits until the lease is free
  if (application.renewals_fail) {
    application.lapsing = true;
    step.note(FactKind::leadership_lost, unit);
    return wake_agent(step, unit);
  }
  step.world.arm(timer_id(WorldTimer::lease_expiry), exactly(timing::lease_length));
  step.world.arm(timer_id(unit, UnitTimer::lease), exactly(timing::lease_renewal));
}

// All that wait race for it; a dying unit's tracker, too.
void on_lease_expiry(Step& step) {
  Application& application = step.world.shared().application;
  const charm::MaybeUnit before = application.lease_holder;
  const charm::MaybeUnit next = application.lease_next;
  if (!application.lapsing) step.note(FactKind::leadership_lost, before);
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

bool is_leader(const World& world, UnitName unit) {
  const Application& application = world.shared().application;
  return application.lease_holder == unit && !application.lapsing;
}

}  // namespace model::juju
