// From the world to what one pass of the HA loop can see.
#include <algorithm>
#include <array>
#include <span>

#include "model/network.h"
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "model/postgresql.h"

namespace model::patroni {
namespace {

using charm::UnitName;

ha::MemberSet members_of(const charm::UnitSet& units) {
  ha::MemberSet set;
  for (UnitName unit : units) set.insert(charm::member_of(unit));
  return set;
}

charm::Duration since(std::int64_t moment_us, charm::Instant now) {
  if (moment_us == Memory::long_ago_us) return ha::never_ago;
  return charm::Duration(now.micros - moment_us);
}

std::int64_t moment_of(charm::Duration since, charm::Instant now) {
  return since >= ha::never_ago ? Memory::long_ago_us : now.micros - since.count();
}

ha::Memory memory_of(const Member& member, charm::Instant now) {
  const Memory& memory = member.memory;
  ha::Memory view;
  view.job = member.job;
  view.started = memory.started;
  view.recovering = memory.recovering;
  view.was_paused = memory.was_paused;
  view.bootstrapping = memory.bootstrapping;
  view.is_leader = memory.is_leader;
  view.response = memory.response;
  view.rewind = memory.rewind;
  // The checkpoint of a new primary is done by its next pass.
  view.checkpoint =
      memory.checkpoint == ha::Checkpoint::runs ? ha::Checkpoint::succeeded : memory.checkpoint;
  view.crash_recovery_tried = memory.crash_recovery_tried;
  view.crash_recovery_for =
      member.job == Job::crash_recovery ? since(memory.crash_recovery_us, now) : charm::Duration{0};
  view.since_failed_promotion = since(memory.failed_promotion_us, now);
  view.since_promotion = since(memory.promotion_us, now);
  view.last_timeline = memory.last_timeline;
  view.failsafe_sender = memory.failsafe_sender;
  view.since_failsafe = since(memory.failsafe_us, now);
  view.has_failsafe_map = memory.has_failsafe_map;
  view.failsafe_map = memory.failsafe_map;
  view.has_seen_cluster = memory.has_seen_cluster;
  view.seen = memory.seen;
  view.seen_nofailover = memory.seen_nofailover;
  view.seen_holder = memory.seen_holder;
  return view;
}

ha::ControlState control_of(const Postgres& postgres) {
  if (postgres.in_recovery) {
    return postgres.clean ? ha::ControlState::shut_down_in_recovery
                          : ha::ControlState::in_archive_recovery;
  }
  return postgres.clean ? ha::ControlState::shut_down : ha::ControlState::in_production;
}

// Who has flushed most comes first, of several the first in the primary's list (Patroni's sort is
// stable).
void sort_by_flushed(const World& world, std::span<UnitName> units) {
  std::ranges::sort(units, [&world](UnitName a, UnitName b) {
    const Postgres& one = world.unit(a).postgres;
    const Postgres& other = world.unit(b).postgres;
    if (one.lsn != other.lsn) return one.lsn > other.lsn;
    if (one.walsender != other.walsender) return one.walsender < other.walsender;
    return a < b;
  });
}

// Those whose sync_state is `sync`; with `*` it is the first in the list alone.
charm::UnitSet synchronous(const World& world, UnitName name, const charm::UnitSet& streaming) {
  if (!world.unit(name).postgres.any_standby_syncs) {
    return streaming & world.unit(name).member.sync_names;
  }
  if (streaming.empty()) return {};
  return {postgresql::first_listed(world, streaming)};
}

// Whom a primary would name as synchronous standbys, of those that stream: those that are, then by
// what they have flushed (sections 4.2, 4.3).
ha::MemberSet picked_standbys(const World& world, UnitName name, const charm::UnitSet& streaming) {
  const Dcs& dcs = seen_by(world, name);
  // 0 behaves as 1: the picking loop takes a first candidate before it compares
  // (charm-hooks.md, 8.1).
  const int wanted = dcs.node_count == 0 ? 1 : dcs.node_count;
  charm::UnitSet candidates;
  for (UnitName standby : streaming) {
    const bool leaves = world.unit(standby).pod.published_tags != Tags::none;
    if (sees_member(world, name, standby) && !leaves) candidates.insert(standby);
  }
  ha::MemberSet picked;
  const charm::UnitSet are = synchronous(world, name, streaming);
  for (const charm::UnitSet& some : {candidates & are, candidates - are}) {
    std::array<UnitName, max_world_units> room;
    const std::span sorted(room.begin(), std::ranges::copy(some, room.begin()).out);
    sort_by_flushed(world, sorted);
    for (std::size_t at = 0; at < sorted.size() && picked.size() < wanted; ++at) {
      picked.insert(charm::member_of(sorted[at]));
    }
  }
  return picked;
}

// Whom this primary names, who of these has caught up (sync.cc), and who will have when it has
// named them. A connection that is cut counts as streaming for a minute, and whoever is behind it
// will not.
ha::Standbys standbys_of(const World& world, UnitName name) {
  const UnitState& unit = world.unit(name);
  const charm::UnitSet streaming = postgresql::standbys(world, name);
  ha::Standbys standbys;
  standbys.picked = picked_standbys(world, name, streaming);
  standbys.named = unit.member.sync_names.members();
  standbys.named_count = static_cast<std::uint8_t>(standbys.named.size());
  const charm::UnitSet caught_up = unit.member.sync_names - unit.member.behind_names;
  charm::UnitSet reached;
  for (UnitName standby : streaming) {
    if (network::connected(world, standby, name)) reached.insert(standby);
  }
  // It looks for names: where `*` stands, nobody counts (sync.py, _process_replica_readiness).
  standbys.confirmed = standbys.picked & members_of(caught_up);
  standbys.confirmed_after_reload = standbys.picked & members_of(caught_up | reached);
  return standbys;
}

ha::Postgres postgres_of(const World& world, UnitName name) {
  const UnitState& unit = world.unit(name);
  const Postgres& postgres = unit.postgres;
  ha::Postgres view;
  view.data =
      postgres.database == Database::none ? ha::DataDirectory::empty : ha::DataDirectory::filled;
  view.system_id = postgres.system_id;
  view.control = control_of(postgres);
  view.recovery_configured = postgres.in_recovery;
  view.answers = postgres.database == Database::running;
  view.runs = view.answers || postgres.database == Database::starting;
  view.in_recovery = postgres.in_recovery;
  view.state = unit.member.state;
  view.role = unit.member.role;
  view.timeline = view.control_timeline = postgres.timeline;
  if (postgres.upstream) view.received_timeline = postgres.timeline;
  // Of one that was shut down cleanly, the last checkpoint begins before its end.
  const bool shut_down = !view.runs && postgres.clean && !postgres.in_recovery;
  view.flushed = shut_down && postgres.lsn > 0 ? postgres.lsn - 1 : postgres.lsn;
  view.received = postgres.lsn;
  view.replayed = view.runs ? postgres.replayed : postgres.lsn;
  if (postgres.following) {
    view.upstream = {.source = ha::Source::member, .member = charm::member_of(*postgres.following)};
  }
  if (view.runs && !postgres.in_recovery) view.standbys = standbys_of(world, name);
  return view;
}

ha::Initialize initialise_of(Initialise state) {
  switch (state) {
    case Initialise::absent: return ha::Initialize::absent;
    case Initialise::bootstrapping: return ha::Initialize::empty;
    case Initialise::done: return ha::Initialize::system_id;
  }
  return ha::Initialize::absent;
}

ha::DcsMembers members_in(const World& world, UnitName observer) {
  ha::DcsMembers members;
  const Cache& cache = world.unit(observer).cache;
  if (cache.pods_behind) {
    members.exist = cache.exist.members();
    members.published = cache.published.members();
    members.primaries = cache.primaries.members();
    for (UnitName unit : cache.published) {
      // Tags are not kept: they change once in a unit's life.
      if (world.unit(unit).pod.published_tags == Tags::both) {
        members.nofailover.insert(charm::member_of(unit));
      }
      const bool kept = unit.ordinal < Cache::kept;
      members.timeline[unit.ordinal] =
          kept ? cache.timelines[unit.ordinal] : world.unit(unit).pod.published_timeline;
    }
    return members;
  }
  for (UnitName unit : world.existing()) {
    const Pod& pod = world.unit(unit).pod;
    if (pod.phase == PodPhase::absent || !pod.member_labels) continue;
    const charm::MemberName name = charm::member_of(unit);
    members.exist.insert(name);
    if (!pod.published) continue;
    members.published.insert(name);
    if (pod.published_primary) members.primaries.insert(name);
    if (pod.published_tags == Tags::both) members.nofailover.insert(name);
    members.timeline[name.ordinal] = pod.published_timeline;
  }
  return members;
}

}  // namespace

Memory memory_of(const ha::Memory& view, charm::Instant now) {
  Memory memory;
  memory.failed_promotion_us = moment_of(view.since_failed_promotion, now);
  memory.promotion_us = moment_of(view.since_promotion, now);
  memory.failsafe_us = moment_of(view.since_failsafe, now);
  memory.last_timeline = view.last_timeline;
  memory.failsafe_map = view.failsafe_map;
  memory.seen = view.seen;
  memory.seen_nofailover = view.seen_nofailover;
  memory.failsafe_sender = view.failsafe_sender;
  memory.seen_holder = view.seen_holder;
  memory.response = view.response;
  memory.rewind = view.rewind;
  memory.checkpoint = view.checkpoint;
  memory.started = view.started;
  memory.recovering = view.recovering;
  memory.was_paused = view.was_paused;
  memory.bootstrapping = view.bootstrapping;
  memory.is_leader = view.is_leader;
  memory.crash_recovery_tried = view.crash_recovery_tried;
  memory.has_failsafe_map = view.has_failsafe_map;
  memory.has_seen_cluster = view.has_seen_cluster;
  return memory;
}

namespace {

ha::Dcs without_lock(const World& world, UnitName unit, const Dcs& dcs) {
  ha::Dcs view;
  view.initialize = initialise_of(dcs.initialise);
  view.system_id = dcs.system_id;
  view.has_config = patroni_objects::has_configuration(dcs);
  view.cluster_timeline = dcs.cluster_timeline;
  view.optime = dcs.optime;
  view.failover.leader = dcs.failover_leader;
  view.failover.candidate = dcs.failover_candidate;
  view.sync.leader = dcs.sync_leader;
  view.sync.standbys = dcs.sync_standbys.members();
  view.members = members_in(world, unit);
  return view;
}

}  // namespace

ha::Dcs dcs_of(const World& world, UnitName unit) {
  const Dcs& dcs = seen_by(world, unit);
  ha::Dcs view = without_lock(world, unit, dcs);
  if (!is_unlocked(world, unit)) view.lock_holder = dcs.lock_holder;
  return view;
}

ha::Dcs raced_dcs_of(const World& world, UnitName unit) {
  return without_lock(world, unit, world.unit(unit).cache.raced);
}

ha::HaView view_of(const World& world, UnitName name, const Parameters& parameters) {
  const Dcs& dcs =
      seen_by(world, name);  // its settings also while it cannot be read: they seldom change
  ha::HaView view;
  view.me = charm::member_of(name);
  view.nofailover = world.unit(name).member.tagged;
  ha::Settings& settings = view.settings;
  settings.version = parameters.patroni;
  settings.synchronous_mode = ha::SyncMode::on;
  settings.strict = dcs.strict;
  settings.node_count = static_cast<std::uint8_t>(std::clamp<int>(dcs.node_count, 1, 255));
  settings.maximum_lag_on_failover = dcs.maximum_lag;
  settings.paused = dcs.paused;
  settings.failsafe_mode = true;  // the charm's (charm-hooks.md, 8.1)
  settings.ttl = parameters.ttl;
  settings.loop_wait = parameters.loop_wait;
  settings.primary_start_timeout = parameters.primary_start_timeout;
  view.postgres = postgres_of(world, name);
  const std::int64_t starting_us = world.unit(name).member.starting_us;
  if (starting_us != 0) view.postgres.in_state = since(starting_us, world.now());
  view.memory = memory_of(world.unit(name).member, world.now());
  view.dcs = dcs_of(world, name);
  view.dcs_readable = network::reaches_api(world, name);
  if (view.dcs_readable && dcs.lock_version > 0) {
    view.memory.has_failsafe_map = dcs.has_failsafe_map;
    view.memory.failsafe_map = dcs.failsafe_map;
  }
  return view;
}

}  // namespace model::patroni
