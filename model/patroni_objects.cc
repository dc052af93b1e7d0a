// What the charm may do to Patroni's objects.
#include "model/patroni_objects.h"

#include <array>

#include "model/patroni.h"
#include "model/patroni/loop.h"

namespace model::patroni_objects {
namespace {

constexpr std::uint8_t bit(Object object) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(object));
}
// Of Dcs::removed, beside those of the objects.
constexpr std::uint8_t configuration_bit = 8;

// Of Dcs::origin: an older application has left it; a StatefulSet owns it. Both: its owner is gone.
constexpr std::uint8_t left_over(Object object) { return bit(object); }
constexpr std::uint8_t owned(Object object) { return static_cast<std::uint8_t>(bit(object) << 4U); }
constexpr std::array objects{Object::lock, Object::config, Object::sync};

// A changed `leader` of the lock object wakes every HA loop, whoever has changed it (section 1.6).
void wake_all(Step& step) {
  for (charm::UnitName unit : step.world.existing()) patroni::wake_by_watch(step, unit);
}

// Anything else that happens to it wakes those who do not hold it.
void wake_followers(Step& step) {
  for (charm::UnitName unit : step.world.existing()) {
    if (!(patroni::seen_by(step.world, unit).lock_holder == charm::member_of(unit))) {
      patroni::wake_by_watch(step, unit);
    }
  }
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

bool has_configuration(const Dcs& dcs) {
  return dcs.config_version > 0 && (dcs.removed & configuration_bit) == 0;
}

void leave_behind(Step& step) {
  Dcs& dcs = step.world.shared().dcs;
  dcs.lock_version = dcs.config_version = dcs.sync_version = 1;
  dcs.lock_holder = dcs.sync_leader = charm::MemberName{0};
  dcs.transitions = 1;
  dcs.initialise = Initialise::done;
  dcs.system_id = step.world.shared().next_system_id++;
  dcs.node_count = 1;
  owner_removed(step);
}

bool is_left_over(const World& world, Object object) {
  return (world.shared().dcs.origin & left_over(object)) != 0;
}

bool has_owner(const World& world, Object object) {
  return (world.shared().dcs.origin & owned(object)) != 0;
}

void owner_removed(Step& step) {
  Dcs& dcs = step.world.shared().dcs;
  for (Object object : objects) {
    if (version(step.world, object) == 0) continue;
    dcs.origin = static_cast<std::uint8_t>(dcs.origin | left_over(object));
  }
}

void made(Dcs& dcs, Object object) {
  dcs.removed = static_cast<std::uint8_t>(dcs.removed & ~bit(object));
}

void made_for_initialise(Dcs& dcs) {
  if (dcs.config_version == 0) {
    dcs.removed = static_cast<std::uint8_t>(dcs.removed | configuration_bit);
  }
  made(dcs, Object::config);
  ++dcs.config_version;
}

void made_configuration(Dcs& dcs) {
  dcs.removed = static_cast<std::uint8_t>(dcs.removed & ~configuration_bit);
  made(dcs, Object::config);
  ++dcs.config_version;
}

charm::ClusterView published_members(const World& world) {
  const Dcs& dcs = world.shared().dcs;
  charm::ClusterView members;
  for (charm::UnitName unit : world.existing()) {
    const Pod& pod = world.unit(unit).pod;
    if (pod.phase == PodPhase::absent || !pod.member_labels) continue;
    charm::ClusterMember member{charm::member_of(unit), charm::MemberRole::replica,
                                pod.published ? pod.published_state : charm::MemberState::other};
    if (dcs.lock_holder == member.name) {
      member.role = charm::MemberRole::leader;
    } else if (dcs.sync_standbys.contains(unit)) {
      member.role = charm::MemberRole::sync_standby;
    }
    members.push_back(member);
  }
  return members;
}

std::uint32_t version(const World& world, Object object) {
  const Dcs& dcs = world.shared().dcs;
  if ((dcs.removed & bit(object)) != 0) return 0;
  switch (object) {
    case Object::lock: return dcs.lock_version;
    case Object::config: return dcs.config_version;
    case Object::sync: return dcs.sync_version;
  }
  return 0;
}

namespace {

void forget(Step& step, Object object) {
  Dcs& dcs = step.world.shared().dcs;
  dcs.origin = static_cast<std::uint8_t>(dcs.origin & ~(left_over(object) | owned(object)));
  dcs.removed = static_cast<std::uint8_t>(dcs.removed | bit(object));
  switch (object) {
    case Object::lock:
      dcs.lock_holder = {};
      dcs.optime = 0;
      dcs.has_failsafe_map = false;
      dcs.failsafe_map = {};
      ++dcs.lock_version;
      return wake_all(step);
    case Object::config:
      dcs.removed = static_cast<std::uint8_t>(dcs.removed | configuration_bit);
      patroni::set_initialise(step, Initialise::absent);
      dcs.cluster_timeline = 0;
      ++dcs.config_version;
      return;
    case Object::sync:
      dcs.sync_leader = {};
      dcs.sync_standbys.clear();
      ++dcs.sync_version;
      return;
  }
}

}  // namespace

void remove(Step& step, Object object) {
  step.note(FactKind::object_removed, {}, somebody_runs(step.world) ? 1 : 0);
  forget(step, object);
}

void set_owner(Step& step, Object object) {
  if (version(step.world, object) == 0 || has_owner(step.world, object)) return;
  Dcs& dcs = step.world.shared().dcs;
  // Applied with force, the reference names this application's StatefulSet alone.
  dcs.origin = static_cast<std::uint8_t>((dcs.origin & ~left_over(object)) | owned(object));
  step.note(FactKind::owners_set);
  switch (object) {
    // The record in it is the same, so nobody counts it as a renewal (section 1.7); whoever writes
    // it next reads its resourceVersion anew, and goes on (section 1.9, step 4).
    case Object::lock: return wake_followers(step);
    case Object::config: ++dcs.config_version; return;
    case Object::sync: ++dcs.sync_version; return;
  }
}

std::uint32_t collect_garbage(Step& step) {
  std::uint32_t collected = 0;
  for (Object object : objects) {
    if (!has_owner(step.world, object) || !is_left_over(step.world, object)) continue;
    forget(step, object);
    ++collected;
  }
  return collected;
}

void sweep(Step& step) {
  step.note(FactKind::endpoints_swept);
  step.world.shared().client.unprotected = true;
  for (Object object : {Object::lock, Object::sync}) {
    if (version(step.world, object) != 0) forget(step, object);
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
