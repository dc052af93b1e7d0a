// A scenario as a value: what the world is, what happens when, which faults may strike, what must
// hold. The file format is scenarios/scenario.schema.json; read_scenario() is in scenario/read.h.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "charm/options/extensions.h"
#include "charm/types/action.h"
#include "charm/types/client.h"
#include "charm/types/cluster.h"
#include "charm/types/names.h"
#include "charm/types/time.h"
#include "model/ha/view.h"
#include "model/step.h"
#include "sim/scenario/configuration.h"

namespace sim {

// Patroni's dynamic timing. Source: patroni-and-kubernetes.md, sections 0 and 2.1 (ttl >= 20 s,
// loop_wait >= 1 s, retry_timeout >= 3 s, loop_wait + 2 retry_timeout <= ttl).
struct PatroniTiming {
  charm::Duration ttl = std::chrono::seconds(30);
  charm::Duration loop_wait = std::chrono::seconds(10);
  charm::Duration retry_timeout = std::chrono::seconds(10);
  // How long a primary that crashed may recover before others are let at its lock; 0: not at all.
  charm::Duration primary_start_timeout = std::chrono::seconds(300);
};

// What stands before the first event.
struct WorldSpec {
  charm::AppName app{"postgresql-k8s"};
  std::uint16_t units = 3;
  bool trusted = true;  // false: deployed without --trust, the API server answers 403
  Nodes nodes;
  Reloaded reloaded_by_default;  // on these nodes
  Configuration configuration;
  PatroniTiming patroni;
  model::ha::Version patroni_version = model::ha::Version::v3_1;
  bool race_mended = false;  // patroni-and-kubernetes.md, section 8.1
  model::SynchronousCommit synchronous_commit = model::SynchronousCommit::on;
  charm::Duration update_status_interval = std::chrono::minutes(5);
  charm::Duration client_writes_every = std::chrono::seconds(1);
  // Container not reachable before this time, by unit; absent: as soon as the pod is up.
  std::map<charm::UnitName, charm::Duration> container_reachable_after;
  // By unit: by how many millionths its clock is faster than real time, or slower.
  std::map<charm::UnitName, std::int32_t> clock_rate_ppm;
  // What the workload's image has beside what the options have by default: text search
  // configurations, date styles, time zones, locales.
  std::vector<std::string> known_values{
      "pg_catalog.english", "pg_catalog.german", "ISO, DMY", "ISO, YMD",  "Europe/Berlin",
      "America/New_York",   "C.UTF-8",           "POSIX",    "en_US.utf8"};
  // Patroni's objects of an older application of the same name are still there.
  bool leftovers = false;
  // The primary Service routes nowhere before this time.
  charm::Duration service_routes_after{0};
};

// Whom a story step means: one unit by name, or whoever plays a role at that moment.
enum class Role : std::uint8_t { juju_leader, lock_holder, primary, replica };
using Target = std::variant<charm::UnitName, Role>;

// What a story step waits for.
enum class Condition : std::uint8_t {
  leader_elected,   // the first leader-elected hook has ended
  bootstrapping,    // some member runs initdb
  primary_running,  // some member is out of recovery
  no_primary,       // no member is out of recovery, after one has been
  initialised,      // cluster_initialised is committed
  settled,          // every "eventually" property holds
  removed,          // the application is gone
  first_refreshed,  // of a prepared refresh the first unit is done, the others wait
};

struct KillPod {  // SIGKILL of the whole pod
  Target target;
  bool returns_at_once = true;  // false: the StatefulSet brings it back after the failover only
};
struct DeletePod {  // deletion with grace: SIGTERM, then the StatefulSet makes it anew
  Target target;
};
struct LoseNode {  // the pod stops at once, its object stays, and nothing replaces it
  Target target;
};
struct MoveLeadership {               // the leader cannot renew its lease any more
  std::optional<charm::UnitName> to;  // absent: whichever other unit claims first
};
struct AddUnits {
  std::uint16_t count = 1;
};
struct RemoveUnits {  // the highest ordinals, all together
  std::uint16_t count = 1;
};
struct ScaleTo {
  std::uint16_t units = 1;
};
struct SetConfig {
  Configuration configuration;  // all of it: what stood before, with what the step names
};
struct SetTrust {
  bool trusted = true;
};
struct BreakContainer {  // Pebble stops answering for a while, the service goes on
  Target target;
  charm::Duration lasts = std::chrono::seconds(30);
};
struct RestartContainer {  // that container alone, in the same pod
  enum class Container : std::uint8_t { charm, workload };

  Target target;
  Container container = Container::charm;
};
struct Resolve {  // `juju resolve`, for a unit in error
  charm::UnitName unit;
  bool retry = true;
};
struct Switchover {          // POST /switchover
  std::optional<Target> to;  // absent: whichever synchronous standby takes it
};
struct Failover {  // POST /failover, to a member that may lack commits
  Target to;
};
struct RemoveApplication {};  // `juju remove-application`: all units, then itself
struct DeployAgain {          // `juju deploy` under the same name, once it is gone
  std::uint16_t units = 1;
};
struct CrashPostgresql {  // the postmaster is killed
  Target target;
  charm::Duration recovers_in{0};  // it has recovered so long after that at the earliest
};
struct CrashPatroni {  // once more: Pebble waits as long as it ever does before it starts it
  Target target;
  bool restarts = true;  // false: Pebble leaves it so
};
struct StopService {  // `pebble stop`: Pebble leaves it so
  Target target;
};
struct FillVolume {  // so much of it is free then; it needs more than nothing
  Target target;
  std::uint8_t free_percent = 0;
};
struct Pause {  // PATCH /config: Patroni keeps its hands off, or goes on
  bool paused = true;
};
struct RunAction {  // `juju run`
  std::string action;
  Target unit;
  charm::ActionParameters parameters;
};
struct Relate {  // `juju integrate` with a client application
  std::string client;
  charm::ClientRequest request;
  charm::ExtensionSet uses;  // objects of the client depend on these, where it has a database
};
struct Unrelate {  // `juju remove-relation`
  std::string client;
};
struct WriteForeignState {  // another revision has left what this one cannot read
  charm::StateKey key = charm::StateKey::endpoints;
  std::optional<Target> of_unit;  // absent: of all units
};
struct MendState {};     // an operator has mended it
struct RelateProvider {  // `juju integrate` with a provider of certificates
  std::string provider;
};
struct UnrelateProvider {
  std::string provider;
};
struct RotateCertificates {  // by the provider
  bool revoked = false;      // false: renewed, with another authority
};
struct Refresh {  // `juju refresh`
  enum class Revision : std::uint8_t {
    works,
    never_streams,  // its workload starts, and never streams
    cannot_follow,  // it does not support an upgrade from the versions before it
  };

  Revision revision = Revision::works;
};
using Deed =
    std::variant<KillPod, DeletePod, LoseNode, MoveLeadership, AddUnits, SetTrust, BreakContainer,
                 RemoveUnits, ScaleTo, SetConfig, RestartContainer, Resolve, Switchover, Failover,
                 Pause, CrashPostgresql, CrashPatroni, RemoveApplication, DeployAgain, RunAction,
                 Relate, Unrelate, WriteForeignState, MendState, RelateProvider, UnrelateProvider,
                 RotateCertificates, Refresh, StopService, FillVolume>;

// Steps happen one after the other: a step is due when its condition holds and its times have come.
struct StoryStep {
  std::optional<Condition> when;
  std::optional<charm::Instant> at;  // not before this moment of the run
  charm::Duration after{0};          // this long after its condition held (or the step before)
  Deed deed;
  std::string text;  // as the file says it, for the trace
};

// The faults that a run may draw, each with a budget for the whole run. A budget of 0 is off.
enum class FaultKind : std::uint8_t {
  kill_hook,            // the charm process dies at a port call, before the flush
  kill_after_flush,     // it dies after Juju has committed its writes: the hook runs again
  kill_pod,             // a pod dies at a port call of its hook, and comes back at once
  move_leadership,      // the leader's renewals fail from a port call on: its lease runs out
  refuse_kubernetes,    // an API call fails without effect
  lose_kubernetes,      // an API call takes effect and fails
  refuse_patroni,       // a Patroni call fails without effect
  lose_patroni,         // a Patroni call takes effect and fails
  slow_kubernetes,      // an API call takes up to 30 s
  crash_agent,          // the unit agent dies at a call, or at one of its own steps, and comes back
  restart_workload,     // the workload container dies at a port call, and comes back
  throttle_kubernetes,  // an API call is answered 429
  freeze_charm,         // the charm container stops at a port call for a while, agent and hook
  refuse_workload,      // a call of Pebble or an SQL statement fails without effect
  lose_workload,        // it takes effect, and its answer does not come
  kill_postgresql,      // the postmaster is killed at a port call
  kill_patroni,         // Patroni is killed at a port call; as crash_patroni
  kill_node,            // the pod's node is lost at a port call, and comes back
  // Mishaps: whenever, whoever, and for a while.
  crash_postgresql,     // the postmaster is killed
  crash_patroni,        // Patroni is killed, PostgreSQL goes on, and Pebble starts Patroni again
  delete_pod,           // with grace
  lose_pod,             // killed, and not back before a failover
  break_container,      // Pebble does not answer
  freeze_patroni,       // SIGSTOP, while PostgreSQL goes on
  freeze_pod,           // all of it stops
  cut_from_api,         // the API server cannot be reached from the pod
  cut_one_way,          // what the pod sends does not reach the others, or what they send
  cut_off,              // the pod reaches nobody, and nobody reaches it
  stop_api,             // the API server answers nobody
  step_clock,           // the pod's wall clock jumps
  silence_watch,        // a member's watches on the API server bring nothing
  lag_watch,            // they bring news late
  throttle_api,         // the API server answers everybody 429
  forbid_api,           // the API server answers everybody 403
  drift_clock,          // the pod's clock runs too fast or too slow, from now on
  lose_packets,         // what goes between the pod and the others is late, or lost
  cut_from_controller,  // Juju's controller cannot be reached from the pod
  delay_api,            // the API server does what it is asked for, and answers too late
  sweep_endpoints,      // kube-controller-manager deletes Endpoints without a Service
  slow_recovery,        // the postmaster is killed, and whoever starts it waits for its recovery
  split_network,        // the pods are in two groups, and each reaches its own
  lose_api_packets,     // what goes between the pod and the API server is late, or lost
  lose_node,            // with its pod, for a while: longer than its pods may stay, or shorter
};
inline constexpr std::size_t fault_kind_count = 43;
inline constexpr FaultKind first_mishap = FaultKind::crash_postgresql;
inline constexpr std::size_t mishap_count =
    fault_kind_count - static_cast<std::size_t>(first_mishap);
std::string_view to_text(FaultKind kind);

struct FaultPlan {
  std::array<std::uint16_t, fault_kind_count> budget{};
  charm::Duration from{0};  // no fault strikes before it
  // The off-switch: no fault strikes after it, and "eventually" is judged after it.
  charm::Duration until{0};
};

// What else may come about at any time, so often in a run. 0: nothing is asked.
struct Changes {
  std::uint16_t leaders = 0;     // Juju gives the leadership to another unit
  std::uint16_t departures = 0;  // the operator takes the unit of the highest ordinal away
};

struct Scenario {
  std::string name;  // the file's, without folder and suffix
  std::string title;
  WorldSpec world;
  std::vector<StoryStep> story;
  FaultPlan faults;
  Changes changes;
  // Random runs re-emit what is deferred in any order: an adversary beyond ops, which finds
  // handlers that need an order.
  bool permutes_deferrals = false;
  charm::Duration horizon = std::chrono::hours(2);  // a run that has not settled by then has not
  // Not 0: time moves in steps of that length, windows are widened to whole steps, and whatever may
  // come next within its window may come (simulation_orders.cc). The explorer plays so.
  charm::Duration quantum{0};
  // Names of the properties to judge; empty: all that the charm comes with.
  std::vector<std::string> holds;
  // "Sometimes" properties that the calm run of this scenario must reach.
  std::vector<std::string> witnesses;
};

// How many units the story can ever have at once: what a world of this scenario has room for.
std::uint16_t unit_capacity(const Scenario& scenario);
// How many units are asked for after a step, if they were this many before it. 2^16 and more stay.
std::uint32_t scale_after(const Deed& deed, std::uint32_t before);
// The charm's different configurations, first that of the world, then those that steps set.
std::vector<charm::CharmConfig> configurations(const Scenario& scenario);
// One of them, by its place: model::Application::configuration says which one is in force.
charm::CharmConfig configuration_at(const Scenario& scenario, std::size_t place);
// What the node of a unit's pod gives to it.
const charm::NodeResources& node_of(const Scenario& scenario, charm::UnitName unit);
// The digest of what a unit reloads (configuration.h) with options of this scenario.
std::uint32_t reloaded_with(const Scenario& scenario, const charm::Options& options,
                            charm::UnitName unit);

// The actions that the story asks for, in its order: each one's place is its number.
std::vector<const RunAction*> actions(const Scenario& scenario);
// Its client relations, in its order.
std::vector<const Relate*> clients(const Scenario& scenario);
// Its providers of certificates, in its order.
std::vector<const RelateProvider*> providers(const Scenario& scenario);

}  // namespace sim
