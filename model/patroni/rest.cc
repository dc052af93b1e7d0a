// Patroni's REST API: what a member answers, and what it does when it is asked to.
#include <algorithm>

#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {

using charm::UnitName;

namespace {

bool takes_requests(const World& world, UnitName name) {
  return is_up(world, name) && network::reaches_api(world, name);
}

// Any member takes a request; whoever knows asks the lock holder, for only its loop can act on it.
charm::MaybeUnit asked_member(const World& world) {
  const charm::MaybeMember holder = world.shared().dcs.lock_holder;
  if (holder && takes_requests(world, charm::unit_of(*holder))) return charm::unit_of(*holder);
  for (UnitName unit : world.existing()) {
    if (takes_requests(world, unit)) return unit;
  }
  return {};
}

// 412: nobody could take over. The holder repeats stricter checks later (section 3.6).
bool is_good_candidate(const World& world, UnitName asked, UnitName candidate) {
  return sees_member(world, asked, candidate) && is_up(world, candidate) &&
         network::connected(world, asked, candidate) && !world.unit(candidate).member.tagged;
}

charm::UnitSet candidates_of_a_switchover(const World& world, UnitName asked) {
  charm::UnitSet found;
  for (UnitName unit : seen_by(world, asked).sync_standbys) {
    if (is_good_candidate(world, asked, unit)) found.insert(unit);
  }
  return found;
}

// All Pods with the labels, as this member sees them: also those whose member has no record yet.
charm::UnitSet pods_seen_by(const World& world, UnitName name) {
  const Cache& cache = world.unit(name).cache;
  if (cache.pods_behind) return cache.exist;
  charm::UnitSet pods;
  for (UnitName unit : world.existing()) {
    const Pod& pod = world.unit(unit).pod;
    if (pod.phase != PodPhase::absent && pod.member_labels) pods.insert(unit);
  }
  return pods;
}

void write_failover_key(Step& step, UnitName asked, charm::MaybeMember leader,
                        charm::MaybeUnit candidate) {
  Dcs& dcs = step.world.shared().dcs;
  dcs.failover_leader = leader;
  dcs.failover_candidate = {};
  if (candidate) dcs.failover_candidate = charm::member_of(*candidate);
  see_own_write(step, asked, Key::failover);
  wake(step, asked);
}

// Another one may still be open: its key is overwritten (section 8, 34), and nobody waits for it.
void open_request(Step& step, UnitName asked) {
  step.world.shared().request = {.asked_us = step.world.now().micros,
                                 .asked = asked,
                                 .leader = seen_by(step.world, asked).lock_holder};
  step.world.arm(timer_id(WorldTimer::request), exactly(timing::request_poll));
}

void answer_request(Step& step, std::uint32_t status) {
  step.note(FactKind::request_answered, step.world.shared().request.asked, status);
  step.world.shared().request = {};
}

void write_configuration(Step& step, UnitName asked) {
  ++step.world.shared().dcs.config_version;
  see_own_write(step, asked, Key::config);
  wake(step, asked);
  for (UnitName unit : step.world.existing()) {
    if (unit != asked) wake_by_watch(step, unit);
  }
}

}  // namespace

std::optional<charm::ClusterView> cluster(Step& step, UnitName name) {
  // Without the API server its caches are not ready, and the connection is closed (section 3.4).
  if (!is_up(step.world, name) || !network::reaches_api(step.world, name)) return std::nullopt;
  load_cluster(step, name);
  const Dcs& dcs = seen_by(step.world, name);
  const bool is_unheld = is_unlocked(step.world, name);
  charm::ClusterView view;
  // A labelled pod is listed before its member has written a record, and has no state then.
  for (UnitName unit : pods_seen_by(step.world, name)) {
    charm::ClusterMember member{charm::member_of(unit), charm::MemberRole::replica, {}};
    member.state = sees_member(step.world, name, unit) ? state_seen_by(step.world, name, unit)
                                                       : charm::MemberState::other;
    if (!is_unheld && dcs.lock_holder == member.name) {
      member.role = charm::MemberRole::leader;
    } else if (dcs.sync_standbys.contains(unit)) {
      member.role = charm::MemberRole::sync_standby;
    }
    view.push_back(member);
  }
  return view;
}

std::optional<bool> sees_no_leader(const World& world, UnitName name) {
  if (!is_up(world, name)) return std::nullopt;
  const UnitState& unit = world.unit(name);
  const bool is_behind =
      unit.member.racing && unit.cache.raced.lock_version == unit.member.raced_lock;
  return is_behind || is_unlocked(world, name);
}

std::optional<charm::MemberState> health(const World& world, UnitName name) {
  if (!is_up(world, name)) return std::nullopt;
  const UnitState& unit = world.unit(name);
  if (unit.postgres.database == Database::running) {
    return postgresql::is_streaming(world, name) ? charm::MemberState::streaming
                                                 : charm::MemberState::running;
  }
  const bool starts = unit.postgres.database == Database::starting;
  if (starts || is_starting(unit.member)) return charm::MemberState::starting;
  return charm::MemberState::other;
}

namespace {

// What a PATCH can change of the configuration.
struct Patched {
  charm::SynchronousSettings synchronous;
  MaximumLag maximum_lag = 0;
  KeptWal kept_wal = 0;
  std::uint32_t parameters = 0;

  friend bool operator==(const Patched&, const Patched&) = default;
};

Patched patched_of(const Dcs& dcs) {
  return {.synchronous = {.node_count = dcs.node_count, .strict = dcs.strict},
          .maximum_lag = dcs.maximum_lag,
          .kept_wal = dcs.kept_wal,
          .parameters = dcs.parameters};
}

// It loads the cluster, and puts what `change` makes of what it sees in its place.
template <class Change>
bool patch(Step& step, UnitName name, Change change) {
  Dcs& dcs = step.world.shared().dcs;
  if (!is_up(step.world, name) || !network::reaches_api(step.world, name)) return false;
  if (!patroni_objects::has_configuration(dcs)) return false;
  load_cluster(step, name);
  const Patched seen = patched_of(seen_by(step.world, name));
  Patched wanted = seen;
  change(wanted);
  if (wanted == seen) {  // no write if nothing changed (section 3.5), but its loop comes at once
    wake(step, name);    // (Patroni 3.1.2: api.py, do_PATCH_config)
    return true;
  }
  if (!network::api_acts(step.world, name)) return false;
  if (conflicts(step, name, Key::config)) return false;  // 409
  dcs.node_count = wanted.synchronous.node_count;
  dcs.strict = wanted.synchronous.strict;
  dcs.maximum_lag = wanted.maximum_lag;
  dcs.kept_wal = wanted.kept_wal;
  dcs.parameters = wanted.parameters;
  write_configuration(step, name);
  return network::api_serves(step.world, name);  // 503 though it is written
}

}  // namespace

// Of the body only this: what else it carries (charm/rendering/patch_body.h) is one constant.
bool patch_configuration(Step& step, UnitName name, const charm::DynamicConfiguration& wanted) {
  return patch(step, name, [&wanted](Patched& patched) {
    patched = {.synchronous = wanted.synchronous,
               .maximum_lag = maximum_lag(wanted.maximum_lag_on_failover_bytes),
               .kept_wal = kept_wal(wanted.wal_keep_size_mb),
               .parameters = parameters_of(wanted)};
  });
}

bool patch_synchronous(Step& step, UnitName name, const charm::SynchronousSettings& settings) {
  return patch(step, name, [&settings](Patched& patched) { patched.synchronous = settings; });
}

bool reload(Step& step, UnitName name) {
  if (!is_up(step.world, name)) return false;
  step.world.unit(name).member.reload_pending = true;
  return true;
}

bool authenticates(const World& world, UnitName name, std::uint16_t password) {
  const Passwords& loaded = world.unit(name).member.passwords;
  const std::uint16_t known = loaded[static_cast<std::size_t>(charm::SystemUser::patroni)];
  return known == 0 || known == password;
}

bool post_switchover(Step& step, UnitName asked, charm::MaybeUnit candidate,
                     charm::MaybeMember leader) {
  if (!takes_requests(step.world, asked) || !network::api_serves(step.world, asked)) return false;
  load_cluster(step, asked);
  const Dcs& seen = seen_by(step.world, asked);
  if (!seen.lock_holder || is_unlocked(step.world, asked)) return false;
  if (leader && !(seen.lock_holder == leader)) return false;  // 412
  if (seen.paused && !candidate) return false;                // 400
  const charm::UnitSet good = candidates_of_a_switchover(step.world, asked);
  if (candidate ? !good.contains(*candidate) : good.empty()) return false;
  write_failover_key(step, asked, seen.lock_holder, candidate);
  step.note(FactKind::switchover_asked, candidate);
  return true;
}

TakeOver post_take_over(Step& step, UnitName asked, charm::MemberName leader) {
  if (!takes_requests(step.world, asked) || !network::api_serves(step.world, asked)) {
    return TakeOver::refused;
  }
  load_cluster(step, asked);
  const Dcs& seen = seen_by(step.world, asked);
  // 412: the leader's name does not match. Whoever leads is no synchronous standby, and since 4.0
  // it is told that source and target are the same (400).
  if (is_unlocked(step.world, asked) || !(seen.lock_holder == leader)) return TakeOver::refused;
  const bool says_so = step.parameters.patroni == ha::Version::v4_1;
  if (says_so && leader == charm::member_of(asked)) return TakeOver::refused;
  if (!seen.sync_standbys.contains(asked)) return TakeOver::not_synchronous;
  if (!candidates_of_a_switchover(step.world, asked).contains(asked)) return TakeOver::refused;
  write_failover_key(step, asked, seen.lock_holder, asked);
  step.note(FactKind::switchover_asked, asked);
  return TakeOver::asked;
}

bool switch_over(Step& step, charm::MaybeUnit candidate) {
  const charm::MaybeUnit asked = asked_member(step.world);
  if (!asked || !post_switchover(step, *asked, candidate)) return false;
  open_request(step, *asked);
  return true;
}

bool fail_over(Step& step, UnitName candidate) {
  const charm::MaybeUnit asked = asked_member(step.world);
  if (!asked || !network::api_serves(step.world, *asked)) return false;
  load_cluster(step, *asked);
  if (!is_good_candidate(step.world, *asked, candidate)) return false;
  write_failover_key(step, *asked, {}, candidate);
  step.world.shared().client.failed_over_by_hand = true;
  step.note(FactKind::failover_asked, candidate);
  open_request(step, *asked);
  return true;
}

std::optional<std::uint32_t> status_of_request(Step& step, UnitName asked,
                                               charm::MaybeMember leader) {
  if (!is_up(step.world, asked)) return 0;
  if (!network::reaches_api(step.world, asked)) return std::nullopt;
  load_cluster(step, asked);
  const Dcs& seen = seen_by(step.world, asked);
  if (!is_unlocked(step.world, asked) && !(seen.lock_holder == leader)) return 200;
  if (!seen.failover_leader && !seen.failover_candidate) return 503;
  return std::nullopt;
}

void on_request_timer(Step& step) {
  const Request& request = step.world.shared().request;
  if (!request.asked) return;
  if (const auto status = status_of_request(step, *request.asked, request.leader)) {
    return answer_request(step, *status);
  }
  const std::int64_t waited = step.world.now().micros - request.asked_us;
  if (waited >= timing::request_timeout.count()) return answer_request(step, 0);
  step.world.arm(timer_id(WorldTimer::request), exactly(timing::request_poll));
}

bool set_paused(Step& step, bool paused) {
  const charm::MaybeUnit asked = asked_member(step.world);
  Dcs& dcs = step.world.shared().dcs;
  if (!asked || !network::api_serves(step.world, *asked)) return false;
  if (!patroni_objects::has_configuration(dcs) || conflicts(step, *asked, Key::config))
    return false;
  if (dcs.paused == paused) return true;
  dcs.paused = paused;
  write_configuration(step, *asked);
  step.note(FactKind::pause_changed, {}, paused ? 1 : 0);
  return true;
}

}  // namespace model::patroni
