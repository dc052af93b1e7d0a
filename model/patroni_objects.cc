// What the charm may do to Patroni's objects.
#include "model/patroni_objects.h"

#include "model/patroni.h"
#include "model/patroni/loop.h"

namespace model::patroni_objects {
namespace {

// A change of the lock object wakes every HA loop, whoever made it (fact 12).
void wake_all(Step& step) {
  for (charm::UnitName unit : step.world.existing()) patroni::wake_by_watch(step, unit);
}

// A member that could win the lock by itself, or has it.
bool somebody_runs(const World& world) {
  for (charm::UnitName unit : world.existing()) {
    const bool runs = world.unit(unit).postgres.database == Database::running;
    if (runs && patroni::is_up(world, unit)) return true;
  }
  return false;
}

}  // namespace

std::uint32_t version(const World& world, Object object) {
  const Dcs& dcs = world.shared().dcs;
  switch (object) {
    case Object::lock: return dcs.lock_version;
    case Object::config: return dcs.config_version;
    case Object::sync: return dcs.sync_version;
  }
  return 0;
}

void remove(Step& step, Object object) {
  Dcs& dcs = step.world.shared().dcs;
  step.note(FactKind::object_removed, {}, somebody_runs(step.world) ? 1 : 0);
  switch (object) {
    case Object::lock:
      dcs.lock_holder = {};
      ++dcs.lock_version;
      return wake_all(step);
    case Object::config:
      patroni::set_initialise(step, Initialise::absent);
      ++dcs.config_version;
      return;
    case Object::sync:
      dcs.sync_leader = {};
      dcs.sync_standbys.clear();
      ++dcs.sync_version;
      return;
  }
}

void name_lock_holder(Step& step, charm::MemberName holder) {
  Dcs& dcs = step.world.shared().dcs;
  dcs.lock_holder = holder;
  ++dcs.lock_version;
  step.note(FactKind::lock_granted, charm::unit_of(holder), somebody_runs(step.world) ? 1 : 0);
  wake_all(step);
}

}  // namespace model::patroni_objects
