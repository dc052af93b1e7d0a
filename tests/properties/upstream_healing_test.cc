// The hazards of charm-hooks.md, section 11, as upstream_hazards_test.cc has them: of who is
// healed, who waits, and what is thrown away. Where upstream calls what no port of the charm has
// (7, 16, 27), the simulator's ports have it.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "charm/hooks/hooks.h"
#include "charm/steps/admission.h"
#include "charm/steps/initialisation.h"
#include "charm/steps/members.h"
#include "charm/steps/restart.h"
#include "charm/steps/retry.h"
#include "charm/steps/status.h"
#include "sim/ports/ports.h"
#include "sim/properties/sight.h"
#include "tests/support/hazards.h"

namespace sim {
namespace {

using charm::Event;
using charm::Outcome;
using charm::Unit;
using given::Hazard;
using namespace std::chrono_literals;

bool is_up(charm::MemberState state) {
  return state == charm::MemberState::running || state == charm::MemberState::streaming;
}

// Section 7, `are_all_members_ready`: of the own member alone, and whether anybody leads, or is
// there, is not asked.
bool are_all_ready(Unit& unit) {
  return charm::steps::retry_for(unit.clock, {.total = 10s, .every = 3s}, [&unit] {
    const auto members = unit.patroni.cluster();
    return members && std::ranges::all_of(*members, is_up, &charm::ClusterMember::state);
  });
}

// Section 6.11, `_restart`, and what runs it.
Outcome restart_where_nobody_leads(Unit& unit, const Event& event) {
  if (!charm::steps::holds_restart_lock(unit)) return on_restart_relation_changed(unit, event);
  if (are_all_ready(unit)) (void)unit.patroni.restart(charm::ports::RestartWhen::pending);
  charm::steps::release_restart_lock(unit);
  if (unit.juju.is_leader()) (void)charm::steps::process_restart_locks(unit, event);
  return {};
}

// Section 6.2: who is to be let in waits for the leader's own Patroni.
template <Outcome (*hook)(Unit& unit, const Event& event)>
Outcome admit_by_the_own_member(Unit& unit, const Event& event) {
  if (charm::steps::is_anybody_left_out(unit) && !unit.patroni.cluster()) {
    return {.kind = Outcome::Kind::deferred, .reason = "a member is not ready"};
  }
  return hook(unit, event);
}

// Section 3.1, steps 3 and 4, and 6.8: whatever stands there is deleted while the flag is absent; a
// missing `leader` is repaired with the own member, and the flag cleared.
Outcome clear_the_flag(Unit& unit, const Event& event) {
  for (std::size_t at = 0; at < charm::ports::patroni_object_count; ++at) {
    if (unit.juju.cluster_initialised()) break;
    const auto object = static_cast<charm::ports::PatroniObject>(at);
    const auto found = unit.kubernetes.patroni_object(object);
    if (found) (void)unit.kubernetes.delete_patroni_object(object, found->version);
  }
  const auto lock = unit.kubernetes.leader_annotation();
  if (lock && !lock->leader) {
    (void)unit.kubernetes.patch_leader_annotation(member_of(unit.name), lock->version);
    (void)static_cast<JujuPort&>(unit.juju).clear_cluster_initialised();
  }
  return on_leader_elected(unit, event);
}

// Section 3.9, guard 4: a Waiting is left to who has set it.
Outcome heal_nobody_who_waits(Unit& unit, const Event& event) {
  const charm::StatusKind status = unit.juju.unit_status().kind;
  if (status == charm::StatusKind::waiting || status == charm::StatusKind::blocked) return {};
  return on_update_status(unit, event);
}

// Sections 3.9, guard 1, and 6.12.
Outcome heal_nobody_while_any_is_not_idle(Unit& unit, const Event& event) {
  const auto states = unit.juju.upgrade_states();
  const bool idle = std::ranges::all_of(states, [](const charm::UpgradeMember& member) {
    return member.state == charm::UpgradeState::idle;
  });
  return idle ? on_update_status(unit, event) : Outcome{};
}

// Section 6.14, step 3: who follows, and does not stream at this moment, is made anew.
Outcome reinitialise_who_does_not_stream(Unit& unit, const Event& event) {
  const bool lags = charm::steps::has_another_leader(unit) &&
                    unit.patroni.own_health() == charm::MemberState::running;
  if (!lags) return on_update_status(unit, event);
  (void)static_cast<PatroniPort&>(unit.patroni).reinitialise();
  return {};
}

// Section 7, `member_started` (SEED): one that is starting has not.
bool is_running(Unit& unit) {
  return charm::steps::retry_for(unit.clock, {.total = 10s, .every = 1s}, [&unit] {
    return is_up(unit.patroni.own_health().value_or(charm::MemberState::other));
  });
}

// Section 3.5, step 8: whether anything could start it meanwhile or not.
Outcome wait_for_who_is_not_started(Unit& unit, const Event& event) {
  const bool told = event.kind != charm::EventKind::update_status;
  if (told && charm::steps::is_part_of_cluster(unit) && unit.juju.cluster_initialised() &&
      unit.workload.can_connect() && !is_running(unit)) {
    charm::steps::set_waiting(unit, charm::messages::awaiting_member);
    return {.kind = Outcome::Kind::deferred, .reason = "the member has not started"};
  }
  return on_peer_relation_changed(unit, event);
}

// Sections 3.5 and 6.9, step 7: each of the notices, of which there is one for each event, looks
// for 12 s for a restart that is pending.
Outcome look_for_a_restart_at_each_notice(Unit& unit, const Event& event) {
  const Outcome outcome = on_peer_relation_changed(unit, event);
  const bool told = event.kind != charm::EventKind::update_status;
  if (told && !outcome.deferred() && charm::steps::is_part_of_cluster(unit)) {
    unit.clock.sleep(12s);
  }
  return outcome;
}

// Section 3.2, step 3: an error there fails the hook.
Outcome fail_where_the_directory_is_refused(Unit& unit, const Event& event) {
  if (unit.workload.can_connect() && !unit.workload.create_data_directory()) {
    throw charm::HookFailed("the data directory could not be made");
  }
  return on_postgresql_pebble_ready(unit, event);
}

// What costs time alone breaks what shall have come about by the horizon; this charm is 500 s, or
// 100 s, earlier. One unit's pod is made anew again and again: each time its address changes, which
// is an event for the others.
std::string churn(int times) {
  std::string steps;
  for (int more = 0; more < times; ++more) {
    steps += R"({"after_s": 60, "delete_pod": "postgresql-k8s/2"}, )";
  }
  return steps;
}

const std::string& churn_before_the_initialisation() {
  static const std::string scenario = R"("horizon_s": 3200, "world": {"units": 3,
      "update_status_interval_s": 60, "service_routes_after_s": 2600}, "story": [)" +
                                      churn(40) + R"({"set_trust": true}])";
  return scenario;
}

const std::string& churn_during_a_recovery() {
  static const std::string scenario =
      R"("horizon_s": 2750, "world": {"units": 3,
      "update_status_interval_s": 60}, "story": [
      {"when": "settled", "after_s": 60, "crash_postgresql": "postgresql-k8s/1",
       "recovery_s": 2500}, )" +
      churn(40) + R"({"after_s": 60, "restart_container": "postgresql-k8s/1"}])";
  return scenario;
}

// How soon a unit is let in, no property of the charm's says.
std::optional<std::string> unlisted(const Moment& moment) {
  for (const charm::UnitName unit : moment.world.planned()) {
    if (!moment.world.endpoints().contains(host_of(unit))) return name_of(moment, unit);
  }
  return std::nullopt;
}
constexpr Property units_listed{"every planned unit is listed", Form::eventually, {}, unlisted, {}};

// Nor whether a member may be restarted meanwhile: at the moment of the request, which a charm does
// not see.
std::optional<std::string> restarted_without_a_leader(const Moment& moment) {
  if (sight::working_holder(moment.world)) return std::nullopt;
  return "a member is restarted, and nobody leads";
}
constexpr Property restarted_under_a_leader{"nobody is restarted while nobody leads",
                                            Form::always,
                                            on_facts(model::FactKind::restart_asked),
                                            restarted_without_a_leader,
                                            {}};

class UpstreamHealing : public testing::TestWithParam<Hazard> {};

TEST_P(UpstreamHealing, BreaksAPropertyAsUpstreamHasItAndNoneAsItIsHere) {
  given::expect_only_upstream_breaks(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Section11, UpstreamHealing,
    testing::Values(
        Hazard{"H07_TheFlagIsCleared", "leader-elected", clear_the_flag,
               R"("world": {"units": 2}, "story": [
                  {"when": "settled", "after_s": 60, "move_leadership": "postgresql-k8s/1"},
                  {"after_s": 28, "lose_node": "postgresql-k8s/1"},
                  {"after_s": 2, "delete_pod": "primary"},
                  {"after_s": 120, "set_trust": true}],
                  "holds": ["cluster_initialised is never cleared while a listed member holds data"])",
               "cluster_initialised is never cleared while a listed member holds data", 300},
        Hazard{"H07_TheNextElectionDeletesAHealthyClustersObjects", "leader-elected",
               clear_the_flag,
               R"("world": {"units": 2}, "story": [
                  {"when": "settled", "after_s": 60, "move_leadership": "postgresql-k8s/1"},
                  {"after_s": 28, "lose_node": "postgresql-k8s/1"},
                  {"after_s": 2, "delete_pod": "primary"},
                  {"after_s": 120, "move_leadership": "another unit"},
                  {"after_s": 120, "set_trust": true}],
                  "holds": ["the charm removes no object that a running cluster uses"])",
               "the charm removes no object that a running cluster uses", 300},
        Hazard{"H16_TheFlagIsClearedByTheWayBackFromZero", "leader-elected", clear_the_flag,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "scale_to": 0},
                  {"after_s": 300, "scale_to": 3}],
                  "holds": ["cluster_initialised is never cleared while a listed member holds data"])",
               "cluster_initialised is never cleared while a listed member holds data"},
        Hazard{"H18_ANoticeForEachEvent",
               "peer-relation-changed",
               look_for_a_restart_at_each_notice,
               churn_before_the_initialisation(),
               "every planned unit is Active, listed and streaming",
               0,
               {},
               {},
               charm::Duplicates::kept},
        Hazard{"H21_WaitsInFrontOfWhatStartsIt",
               "peer-relation-changed",
               wait_for_who_is_not_started,
               churn_during_a_recovery(),
               "every planned unit is Active, listed and streaming",
               0,
               {},
               {},
               charm::Duplicates::kept},
        Hazard{"H29_AdmitsByTheOwnMember",
               "peer-relation-changed",
               admit_by_the_own_member<charm::on_peer_relation_changed>,
               R"("world": {"units": 3}, "horizon_s": 300, "story": [
                  {"when": "settled", "after_s": 60, "move_leadership": "postgresql-k8s/1"},
                  {"at_s": 260, "crash_patroni": "postgresql-k8s/1"},
                  {"after_s": 1, "add_units": 1}])",
               units_listed.name,
               0,
               {},
               {{"leader-elected", admit_by_the_own_member<charm::on_leader_elected>}},
               charm::Duplicates::merged,
               {&units_listed, 1}},
        Hazard{"H19_FailsWhereTheDirectoryIsRefused", "postgresql-pebble-ready",
               fail_where_the_directory_is_refused,
               R"("world": {"units": 2}, "faults": {"until_s": 300, "refuse_workload": 10})",
               "no hook ends by an exception", 300},
        Hazard{"H22_WhoWaitsIsNotHealed", "update-status", heal_nobody_who_waits,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "stop_service": "postgresql-k8s/2"},
                  {"after_s": 5, "add_units": 1}],
                  "holds": ["a member that has a file and data runs, whatever the options are"])",
               "a member that has a file and data runs, whatever the options are"},
        Hazard{"H23_NobodyIsHealedWhileARefreshWaits", "update-status",
               heal_nobody_while_any_is_not_idle,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "run_action": "pre-upgrade-check",
                   "unit": "juju leader"},
                  {"after_s": 30, "refresh": "to a revision that works"},
                  {"when": "first unit refreshed", "after_s": 60,
                   "stop_service": "postgresql-k8s/1"}],
                  "holds": ["a member that has a file and data runs, whatever the options are"])",
               "a member that has a file and data runs, whatever the options are"},
        Hazard{"H26_RestartsWhereNobodyLeads",
               "restart-relation-changed",
               restart_where_nobody_leads,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "move_leadership": "postgresql-k8s/1"},
                  {"after_s": 100, "pause": true},
                  {"after_s": 10, "lose_node": "primary"},
                  {"after_s": 60, "set_config": {"memory_shared_buffers": 20000}},
                  {"after_s": 60, "pause": false}])",
               restarted_under_a_leader.name,
               0,
               {},
               {},
               charm::Duplicates::merged,
               {&restarted_under_a_leader, 1}},
        Hazard{"H27_WhoDoesNotStreamIsMadeAnew", "update-status", reinitialise_who_does_not_stream,
               R"("world": {"units": 2, "update_status_interval_s": 60}, "story": [
                  {"when": "settled", "after_s": 60, "crash_postgresql": "primary",
                   "recovery_s": 25}])",
               "no member is wiped but by Patroni"}),
    [](const auto& hazard) { return hazard.param.name; });

}  // namespace
}  // namespace sim
