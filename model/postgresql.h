// PostgreSQL: who streams from whom, how far WAL has come, which history a member's data belongs
// to, which commits are acknowledged. Source: patroni-and-kubernetes.md, section 5.
#pragma once

#include "model/step.h"

namespace model::postgresql {

// Out of recovery, and running.
// The workload of its charm starts, and never streams.
bool never_streams(const World& world, charm::UnitName unit);
bool is_primary(const World& world, charm::UnitName unit);
// A running replica with a connection to the primary of its timeline. A connection that is cut
// looks alive to both ends for a while (wal_sender_timeout).
bool is_streaming(const World& world, charm::UnitName unit);
// The units that stream from this primary, as it sees them.
charm::UnitSet standbys(const World& world, charm::UnitName primary);
// Of some that stream from one primary, not none, the one that pg_stat_replication has first there:
// its rows go by walsenders, and a connection gets the first that is free.
charm::UnitName first_listed(const World& world, const charm::UnitSet& streaming);

// --- histories (section 5.1) ---

// Whether the member's data has what was written up to there on that branch.
bool contains(const World& world, charm::UnitName unit, std::uint16_t branch, std::uint64_t lsn);
// Whether a standby's data is a prefix of that primary's, so that it can stream from it.
bool can_follow(const World& world, charm::UnitName standby, charm::UnitName primary);
// Whether `unit` has commits that a standby had confirmed, and that `other` has not.
bool has_confirmed_beyond(const World& world, charm::UnitName unit, charm::UnitName other);
// The first history of a new database.
void begin_history(Step& step, charm::UnitName unit, std::uint64_t lsn);
// A copy of the source's data, as it is now.
void copy(Step& step, charm::UnitName to, charm::UnitName source);

// --- what happens to a member ---

// Configured to stream from this primary: tries now, and then every 5 s
// (wal_retrieve_retry_interval).
void follow(Step& step, charm::UnitName standby, charm::UnitName primary);
// primary_conninfo is taken out: its connection ends, and it tries no more.
void follow_nobody(Step& step, charm::UnitName standby);
// A standby's connection is up: WAL flows, unless something is cut.
void stream(Step& step, charm::UnitName standby, charm::UnitName primary);
// A base backup takes two walsenders of its source while it is made.
void begin_backup(Step& step, charm::UnitName to, charm::UnitName source);
void end_backup(Step& step, charm::UnitName to);
// Leaves recovery: all that was received has been replayed, and a new timeline forks there.
void promote(Step& step, charm::UnitName unit);
// Shut down: the data stays, all of it, and walsenders do not end before their standbys have it.
void stop(Step& step, charm::UnitName unit);
// The same, but the postmaster ends only when the standbys that it does not reach have everything
// too, or their connections have timed out: Postgres::unsent.
void begin_stop(Step& step, charm::UnitName unit);
// The processes are gone at once: what was written and not flushed is lost.
void crash(Step& step, charm::UnitName unit);
// The server is up again, in recovery.
void start_in_recovery(Step& step, charm::UnitName unit);

// WAL goes a step further here, a cut connection ends, or one that failed is tried again.
void on_replication_timer(Step& step, charm::UnitName unit);
// There is new WAL on this primary for whoever streams from it.
void send(Step& step, charm::UnitName primary);
// Something was cut, or is whole again.
void connections_changed(Step& step);

// --- users that the charm makes for client applications ---

// As this member's data has it; no branch: it never heard of one.
ClientUser client_user(const World& world, charm::UnitName unit, std::size_t client);
// A statement on a primary, which goes to its standbys like all WAL; the position after it. Whether
// it is confirmed: is_confirmed_up_to().
std::uint64_t write_client_user(Step& step, charm::UnitName primary, std::size_t client,
                                ClientUser user);
// Whether all standbys that this primary waits for have what was written up to there.
bool is_confirmed_up_to(const Step& step, charm::UnitName primary, std::uint64_t lsn);

// --- the charm's own users ---

// As this member's data has them.
SystemRoles system_roles(const World& world, charm::UnitName unit);
// A statement on a primary; the position after it.
std::uint64_t write_system_roles(Step& step, charm::UnitName primary, SystemRoles roles);
// What Patroni creates in a database that it has just made.
void begin_system_roles(Step& step, charm::UnitName maker);
// Whether `server` takes what `client` has loaded as that user's password.
bool may_log_in(const World& world, charm::UnitName client, charm::UnitName server,
                charm::SystemUser user);

// --- the client ---

// It tries to write on every member that is out of recovery, one write at a time on each, and
// remembers what was acknowledged.
void write(Step& step);
// A member is promoted while nothing protects what it lacks (Client::unprotected): that is given up
// by whoever let it lead, and no rewind of another takes it.
void give_up_unprotected(Step& step, charm::UnitName promoted);
// Acknowledges the write that waits, if those that it waits for have it.
void acknowledge_if_confirmed(Step& step, charm::UnitName primary);

}  // namespace model::postgresql
