// What the HA loop, the long actions and the REST API share: the lock, who can see whom, and the
// way between the world and ha::decide().
#pragma once

#include "model/ha_decision.h"
#include "model/step.h"

namespace model::patroni {

// --- the lock ---

// Notices a changed lock record, and restarts this observer's clock for it (section 1.7).
void observe_lock(Step& step, charm::UnitName unit);
// Reads its caches anew: the lock's record and clock, and the version of its object that the next
// acquisition goes by. Its HA loop does so, and whoever serves a request that needs the cluster, in
// the same process, with the same memory (section 8.1).
void load_cluster(Step& step, charm::UnitName unit);
// From its peers' answers to its write of the lock a pass keeps to the cluster as it has loaded it.
void begin_race(Step& step, charm::UnitName unit);
// What it has waited for, it waits for no more.
void end_pass(Step& step, charm::UnitName unit);
// By this observer's view: the record is valid and names the unit.
bool holds_lock(const World& world, charm::UnitName unit);
// By this observer's view: nobody holds the lock.
bool is_unlocked(const World& world, charm::UnitName unit);
// Writes the lock record; every other member is woken by its watch (section 1.6). A writer that
// hears nothing of it has not confirmed its leadership.
enum class Heard : std::uint8_t { yes, no };
void write_lock(Step& step, charm::UnitName unit, Heard heard = Heard::yes);
// A renewal: the failsafe map goes with it.
void renew(Step& step, charm::UnitName unit, Heard heard);
void release_lock(Step& step, charm::UnitName unit);
void wake(Step& step, charm::UnitName unit);

// All of patroni.yml but pg_hba, and the TLS files that it names: at the start of the process and
// at a reload.
void load_file(Step& step, charm::UnitName unit);

// The key `initialize`; a change is a fact.
void set_initialise(Step& step, Initialise state);

// --- what its watches have brought (section 1.6) ---

// Patroni's Endpoints as this member sees them: the present, unless its watch is behind.
const Dcs& seen_by(const World& world, charm::UnitName unit);
// The members that it sees: Pods with the labels, and a record on them.
charm::UnitSet members_seen_by(const World& world, charm::UnitName unit);
bool sees_member(const World& world, charm::UnitName unit, charm::UnitName member);
// The state in that record.
charm::MemberState state_seen_by(const World& world, charm::UnitName unit, charm::UnitName member);
// Its process is new: it lists everything first.
void forget_cache(Step& step, charm::UnitName unit);
// An event of the lock or the configuration: wakes the loop, if the watch brings it now.
void wake_by_watch(Step& step, charm::UnitName unit);
enum class Key : std::uint8_t { lock, config, sync, failover };
// What a member has written it sees at once, whatever its watches bring.
void see_own_write(Step& step, charm::UnitName writer, Key key);
// A write on the resourceVersion that the member has seen is refused if there is a newer one; it
// lists anew then (since 2.1.4).
bool conflicts(Step& step, charm::UnitName writer, Key key);

// --- what a pass sees ---

ha::HaView view_of(const World& world, charm::UnitName unit, const Parameters& parameters);
// The cluster in the DCS, as this member observes it now.
ha::Dcs dcs_of(const World& world, charm::UnitName unit);
// The same as a pass that races has loaded it: nobody held the lock.
ha::Dcs raced_dcs_of(const World& world, charm::UnitName unit);
Memory memory_of(const ha::Memory& memory, charm::Instant now);

// --- what a pass asks ---

// Does what the pass asks for, and writes the answer down.
void answer(Step& step, charm::UnitName unit, const ha::HaDecision& so_far, ha::HaAnswers& answers);
// Finds out who is silent, or is not heard over a lossy link: each is waited for (2 s), and does
// not count then. False: everybody answers.
bool note_silent_peers(Step& step, charm::UnitName unit);
// Writes `-sync`, on the version that the member has seen.
void write_standbys(Step& step, charm::UnitName unit, const ha::SyncKey& key);

// --- who counts as a synchronous standby (sync.cc) ---

// Its synchronous_standby_names have changed, from these: whoever is new there has to catch up.
void note_new_names(Step& step, charm::UnitName unit, const charm::UnitSet& before);
// Its process is new, and PostgreSQL has names already: it knows of nobody yet.
void forget_who_caught_up(Step& step, charm::UnitName unit);
// Looks at those that are named and stream, as each pass of a primary does.
void note_who_caught_up(Step& step, charm::UnitName unit);

// --- what a pass does ---

// What has been decided comes about: writes, if the API server is reached, jobs, PostgreSQL,
// memory.
void apply(Step& step, charm::UnitName unit, const ha::HaDecision& decision);

// The end of a pass: the configuration that it has seen counts.
void load_parameters(Step& step, charm::UnitName unit);

void start_job(Step& step, charm::UnitName unit, Job job, const ha::Upstream& upstream = {});

// --- PostgreSQL's end, and the lock that goes with it (hand_over.cc) ---

// A switchover (section 2.12).
constexpr bool is_step_down(Job job) {
  return job == Job::demote_gracefully || job == Job::demote_to_standby_cluster;
}
void begin_step_down(Step& step, charm::UnitName unit);
// True: the lock has been let go, and the others have had their time.
bool go_on_stepping_down(Step& step, charm::UnitName unit);
// The same of a job that demotes without the DCS.
bool go_on_demoting(Step& step, charm::UnitName unit);
void finish_step_down(Step& step, charm::UnitName unit);

// --- a promotion (promotion.cc) ---

// True: it has been seen to be out of recovery, or Patroni looks no more.
bool go_on_promoting(Step& step, charm::UnitName unit);
// PostgreSQL is out of recovery, whether anybody has seen it or not.
void finish_promotion(Step& step, charm::UnitName unit);

// SIGTERM (section 2.13), its next step.
void go_on_shutting_down(Step& step, charm::UnitName unit);

// --- pg_hba.conf (pg_hba.cc) ---

// A job that brings data, by a copy or anew, and then starts PostgreSQL.
bool copies_data(Job job);
bool makes_data(Job job);
// A job begins: pg_hba.conf is written now, if it starts PostgreSQL, or when it comes so far.
void arm_start(Step& step, charm::UnitName unit, Job job);
// It has come so far, perhaps before its timer.
void write_pg_hba_at_last(Step& step, charm::UnitName unit);
// Patroni reads the list; writes what it has read; or both, at a reload, as its state has it.
void load_pg_hba(Step& step, charm::UnitName unit);
void write_pg_hba(Step& step, charm::UnitName unit);
void reload_pg_hba(Step& step, charm::UnitName unit);

// --- PostgreSQL's start ---

// A job that starts data that is there.
bool starts_postgres(Job job);
// How much longer than usual a start takes.
charm::Duration recovery_left(const World& world, charm::UnitName unit);
// A start that takes so long that it is seen: a postmaster that refuses connections. How long the
// job waits for it.
Span begin_start(Step& step, charm::UnitName unit, Span takes);
// It is up: in recovery, or, after a crash, in place.
void finish_start(Step& step, charm::UnitName unit);
void finish_start_primary(Step& step, charm::UnitName unit);
// A promotion is no start.
void start_with_parameters(Step& step, charm::UnitName unit);
void come_up(Step& step, charm::UnitName unit, ha::Role role);
// It begins: not down, and not to be connected to yet.
bool is_starting(const Member& member);
// A member record that others can find: published, on a pod with the labels.
bool is_member(const World& world, charm::UnitName unit);
// Publishes the member record and the role label; the end of every pass.
void publish(Step& step, charm::UnitName unit);
// A replication slot for every other member that it knows, on a primary, and from 4.0 on wherever
// PostgreSQL runs (cycle step C13; 4.1.5: sync_replication_slots, in slots.py).
void manage_slots(Step& step, charm::UnitName unit);

}  // namespace model::patroni
