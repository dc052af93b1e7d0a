// Patroni: the HA loop of each member over the lock on the Endpoints object, with expiry by each
// observer's own clock, and what its REST API answers. Source: patroni-and-kubernetes.md, sections
// 1, 2.
#pragma once

#include <optional>

#include "charm/types/cluster.h"
#include "model/step.h"

namespace model::patroni {

// The process begins, ends at once (SIGKILL), or is asked to end (SIGTERM: it hands the lock over).
void start_process(Step& step, charm::UnitName unit);
void kill_process(Step& step, charm::UnitName unit);
// SIGKILL of Patroni alone: a PostgreSQL that runs goes on, and the next Patroni finds it (section
// 2.16). What Patroni was about to do with it is over, and PostgreSQL with it.
void kill_patroni(Step& step, charm::UnitName unit);
void shut_down(Step& step, charm::UnitName unit);
// The postmaster is killed. The next HA loop finds out. Whoever starts it then finds that much to
// replay that it has recovered so long from now at the earliest.
void crash_database(Step& step, charm::UnitName unit, charm::Duration recovers_in = {});
// PostgreSQL has recovered: it answers, whether anybody waits for it or not.
void on_startup_timer(Step& step, charm::UnitName unit);
// Its REST API answers, to whoever reaches it.
bool is_up(const World& world, charm::UnitName unit);

void on_ha_timer(Step& step, charm::UnitName unit);
// The API server can be reached from here, perhaps again: whoever tries to renew its lock does it.
void on_api_reached(Step& step, charm::UnitName unit);
void on_lock_expiry(Step& step, charm::UnitName unit);
void on_job_timer(Step& step, charm::UnitName unit);

// --- its watches on the API server (sections 1.6, 7.5) ---
enum class Watched : std::uint8_t { both, objects, pods };
// For so long the news of this member come late, or not at all.
void fall_behind(Step& step, charm::UnitName unit, Watch watch, Watched what,
                 charm::Duration lasts);
void on_watch_timer(Step& step, charm::UnitName unit);

// --- REST ---
// Loads the cluster first, as the real one does (section 3.4). Nothing: nobody answers.
std::optional<charm::ClusterView> cluster(Step& step, charm::UnitName unit);
// GET /patroni, `cluster_unlocked`: as the cluster was loaded last, by the HA loop or by whoever
// has asked for it. A pass that has ended knows of each change (wake-ups take at most 100 ms), so
// only one that races may be behind, unless it was asked for the cluster meanwhile.
std::optional<bool> sees_no_leader(const World& world, charm::UnitName unit);
std::optional<charm::MemberState> health(const World& world, charm::UnitName unit);
// False: there is no configuration yet, or nobody answers.
bool patch_synchronous(Step& step, charm::UnitName unit,
                       const charm::SynchronousSettings& settings);
bool patch_configuration(Step& step, charm::UnitName unit,
                         const charm::DynamicConfiguration& wanted);
bool reload(Step& step, charm::UnitName unit);
// Whether pg_hba.conf says what patroni.yml does.
bool is_pg_hba_taken(const World& world, charm::UnitName unit);
// Whether the pg_hba.conf of one lets the other replicate.
bool lets_in(const World& world, charm::UnitName server, charm::UnitName client);
// Of those that PostgreSQL takes only when it starts: a digest.
std::uint32_t parameters_of(const charm::DynamicConfiguration& configuration);
// `pending_restart`: PostgreSQL runs with others than Patroni has loaded. Nothing: nobody answers,
// or PostgreSQL does not run.
std::optional<bool> is_restart_pending(const World& world, charm::UnitName unit);
// POST /restart: it loads the cluster, and begins. False: refused (section 3.7), perhaps because
// nothing is pending, or nobody answers. A
// synchronous standby should wait to be released first (section 4.4); it does not.
bool post_restart(Step& step, charm::UnitName unit, bool only_if_pending = false);
// Whether PostgreSQL is up after it; nothing as long as it goes on.
std::optional<bool> result_of_restart(const World& world, charm::UnitName unit);
// POST /reinitialize: its data are thrown away, for a new copy of the leader's. False: it leads
// itself, nobody leads, it is busy, or nobody answers.
bool post_reinitialise(Step& step, charm::UnitName unit);
// Whether it takes an unsafe request with this password of `patroni`, or answers 401 (section 3.1).
// Members ask each other with their own, and are not asked for it here: no two differ in it.
bool authenticates(const World& world, charm::UnitName unit, std::uint16_t password);
// What an operator asks of the lock holder's Patroni, or of any that answers: POST /switchover, to
// a synchronous standby; POST /failover, to anybody; PATCH /config (sections 2.12, 2.14, 3.6).
// False: nobody answers, or it is refused at once. Otherwise the loops decide.
// It looks each second what has become of it, and answers 200 or 503; the client waits 10 s.
bool switch_over(Step& step, charm::MaybeUnit candidate);
void on_request_timer(Step& step);
// The same for who waits by himself: the request to that member, and what it would answer now, each
// second, to one that wants to see that leader replaced. Nothing: it goes on waiting.
bool post_switchover(Step& step, charm::UnitName asked, charm::MaybeUnit candidate,
                     charm::MaybeMember leader = {});
// And for a member that shall take over from the leader it names.
enum class TakeOver : std::uint8_t { asked, not_synchronous, refused };
TakeOver post_take_over(Step& step, charm::UnitName asked, charm::MemberName leader);
std::optional<std::uint32_t> status_of_request(Step& step, charm::UnitName asked,
                                               charm::MaybeMember leader);
bool fail_over(Step& step, charm::UnitName candidate);
bool set_paused(Step& step, bool paused);

}  // namespace model::patroni
