// What a member sees of the API server: two caches that LIST and WATCH feed, one of Endpoints and
// one of Pods. They are kept only while one is behind (patroni-and-kubernetes.md, sections 1.6,
// 7.5).
#include <algorithm>

#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

void copy_lock(Dcs& to, const Dcs& from) {
  to.lock_version = from.lock_version;
  to.lock_holder = from.lock_holder;
  to.transitions = from.transitions;
  to.optime = from.optime;
  to.has_failsafe_map = from.has_failsafe_map;
  to.failsafe_map = from.failsafe_map;
}

void copy_config(Dcs& to, const Dcs& from) {
  to.config_version = from.config_version;
  to.initialise = from.initialise;
  to.system_id = from.system_id;
  to.cluster_timeline = from.cluster_timeline;
  to.strict = from.strict;
  to.node_count = from.node_count;
  to.maximum_lag = from.maximum_lag;
  to.kept_wal = from.kept_wal;
  to.parameters = from.parameters;
  to.paused = from.paused;
  to.removed = from.removed;
}

void copy_sync(Dcs& to, const Dcs& from) {
  to.sync_version = from.sync_version;
  to.sync_leader = from.sync_leader;
  to.sync_standbys = from.sync_standbys;
}

patroni_objects::Object object_of(Key key) {
  switch (key) {
    case Key::lock: return patroni_objects::Object::lock;
    case Key::config: return patroni_objects::Object::config;
    case Key::sync:
    case Key::failover: break;
  }
  return patroni_objects::Object::sync;
}

// All of the pods at this moment.
void list_pods(World& world, UnitName name) {
  Cache& cache = world.unit(name).cache;
  cache.exist.clear();
  cache.published.clear();
  cache.primaries.clear();
  for (UnitName unit : world.existing()) {
    const Pod& pod = world.unit(unit).pod;
    if (pod.phase == PodPhase::absent || !pod.member_labels) continue;
    cache.exist.insert(unit);
    if (pod.published) cache.published.insert(unit);
    if (pod.published && pod.published_primary) cache.primaries.insert(unit);
    if (unit.ordinal >= Cache::kept) continue;
    cache.timelines[unit.ordinal] = pod.published_timeline;
    cache.states[unit.ordinal] = pod.published_state;
  }
}

void take_in(World& world, UnitName name) {
  Cache& cache = world.unit(name).cache;
  if (cache.objects_behind) cache.dcs = world.shared().dcs;
  if (cache.pods_behind) list_pods(world, name);
}

// A LIST of everything. It wakes no loop: only events do.
void relist(Step& step, UnitName name) {
  if (step.world.unit(name).cache.watch == Watch::current) return;
  forget_cache(step, name);
  step.note(FactKind::watch, name, static_cast<std::uint32_t>(Watch::current));
}

void schedule_news(Step& step, UnitName name) {
  const Cache& cache = step.world.unit(name).cache;
  const charm::Duration left{std::max<std::int64_t>(0, cache.until_us - step.world.now().micros)};
  const TimerId timer = timer_id(name, UnitTimer::watch);
  if (cache.watch == Watch::silent) return step.world.arm(timer, exactly(left));
  step.world.arm(timer, {std::min(timing::watch_lag.least, left), timing::watch_lag.most});
}

}  // namespace

const Dcs& seen_by(const World& world, UnitName unit) {
  const Cache& cache = world.unit(unit).cache;
  return cache.objects_behind ? cache.dcs : world.shared().dcs;
}

charm::UnitSet members_seen_by(const World& world, UnitName unit) {
  const Cache& cache = world.unit(unit).cache;
  if (cache.pods_behind) return cache.published;
  charm::UnitSet members;
  for (UnitName other : world.existing()) {
    if (is_member(world, other)) members.insert(other);
  }
  return members;
}

bool sees_member(const World& world, UnitName unit, UnitName member) {
  const Cache& cache = world.unit(unit).cache;
  return cache.pods_behind ? cache.published.contains(member) : is_member(world, member);
}

charm::MemberState state_seen_by(const World& world, UnitName unit, UnitName member) {
  const Cache& cache = world.unit(unit).cache;
  const bool old = cache.pods_behind && member.ordinal < Cache::kept;
  return old ? cache.states[member.ordinal] : world.unit(member).pod.published_state;
}

void forget_cache(Step& step, UnitName unit) {
  Cache& cache = step.world.unit(unit).cache;
  if (cache.watch == Watch::current) return;
  cache = {.raced = cache.raced};
  step.world.disarm(timer_id(unit, UnitTimer::watch));
}

void see_own_write(Step& step, UnitName writer, Key key) {
  Cache& cache = step.world.unit(writer).cache;
  Dcs& dcs = step.world.shared().dcs;
  if (dcs.removed != 0 && key != Key::failover) patroni_objects::made(dcs, object_of(key));
  if (!cache.objects_behind) return;
  switch (key) {
    case Key::lock: return copy_lock(cache.dcs, dcs);
    case Key::config: return copy_config(cache.dcs, dcs);
    case Key::sync: return copy_sync(cache.dcs, dcs);
    case Key::failover:
      cache.dcs.failover_leader = dcs.failover_leader;
      cache.dcs.failover_candidate = dcs.failover_candidate;
      return;
  }
}

void wake_by_watch(Step& step, UnitName unit) {
  if (!step.world.unit(unit).cache.objects_behind) wake(step, unit);
}

bool conflicts(Step& step, UnitName writer, Key key) {
  if (!step.world.unit(writer).cache.objects_behind) return false;
  const Dcs& seen = seen_by(step.world, writer);
  const Dcs& dcs = step.world.shared().dcs;
  bool same = true;
  switch (key) {
    case Key::lock: same = seen.lock_version == dcs.lock_version; break;
    case Key::sync: same = seen.sync_version == dcs.sync_version; break;
    case Key::config:
      same = seen.config_version == dcs.config_version && seen.initialise == dcs.initialise &&
             seen.system_id == dcs.system_id && seen.cluster_timeline == dcs.cluster_timeline;
      break;
    case Key::failover: break;  // cleared whatever its version is
  }
  if (same) return false;
  step.note(FactKind::conflict, writer);
  relist(step, writer);
  return true;
}

void fall_behind(Step& step, UnitName unit, Watch watch, Watched what, charm::Duration lasts) {
  if (!step.world.unit(unit).container.service_running || watch == Watch::current) return;
  forget_cache(step, unit);
  Cache& cache = step.world.unit(unit).cache;
  cache.watch = watch;
  cache.objects_behind = what != Watched::pods;
  cache.pods_behind = what != Watched::objects;
  cache.until_us = step.world.now().micros + lasts.count();
  take_in(step.world, unit);
  step.note(FactKind::watch, unit, static_cast<std::uint32_t>(watch));
  schedule_news(step, unit);
}

void on_watch_timer(Step& step, UnitName name) {
  Cache& cache = step.world.unit(name).cache;
  if (step.world.now().micros >= cache.until_us) return relist(step, name);
  const std::uint32_t lock = cache.dcs.lock_version;
  const std::uint32_t config = cache.dcs.config_version;
  if (network::reaches_api(step.world, name)) take_in(step.world, name);
  const bool news = cache.dcs.lock_version != lock || cache.dcs.config_version != config;
  if (news && cache.objects_behind) wake(step, name);
  schedule_news(step, name);
}

}  // namespace model::patroni
