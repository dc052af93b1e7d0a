// The hazards of charm-hooks.md, section 11: each box as upstream's code has it, put back into this
// charm, breaks a property in a run; this charm holds every property in the same runs. So the
// deviations that the charts name are needed, and the scenarios here are their proof. Others are in
// upstream_membership_test.cc and upstream_healing_test.cc, and of clients (4, 14) in
// tests/sim/broken_clients_test.cc; ARCHITECTURE.md has all thirty, and why three have no run.
#include <gmock/gmock.h>

#include <string>

#include "charm/actions/actions.h"
#include "charm/hooks/hooks.h"
#include "charm/steps/configuration.h"
#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/members.h"
#include "charm/steps/restart.h"
#include "charm/steps/status.h"
#include "tests/support/boxes.h"
#include "tests/support/hazards.h"

namespace sim {
namespace {

using charm::Event;
using charm::Outcome;
using charm::Unit;
using charm::UnitName;
using given::Hazard;

// --- boxes as upstream has them ---

// Sections 3.1, step 3, and 6.8: whatever stands there is deleted while the flag is absent.
Outcome delete_whatever_stands_there(Unit& unit, const Event& event) {
  for (std::size_t at = 0; at < charm::ports::patroni_object_count; ++at) {
    if (unit.juju.cluster_initialised()) break;
    const auto object = static_cast<charm::ports::PatroniObject>(at);
    const auto found = unit.kubernetes.patroni_object(object);
    if (found) (void)unit.kubernetes.delete_patroni_object(object, found->version);
  }
  return on_leader_elected(unit, event);
}

// Section 6.8: a missing `leader` is repaired with the own unit.
Outcome name_the_own_member(Unit& unit, const Event& event) {
  const auto lock = unit.kubernetes.leader_annotation();
  if (lock && !lock->leader) {
    (void)unit.kubernetes.patch_leader_annotation(member_of(unit.name), lock->version);
  }
  return on_leader_elected(unit, event);
}

// Section 6.2: whoever is missing in Patroni's view is appended, listed already or not.
Outcome append_whoever_is_missing(Unit& unit, const Event& event) {
  const auto members = unit.patroni.cluster();
  if (members && unit.juju.is_leader() && unit.juju.cluster_initialised()) {
    charm::HostList hosts = unit.juju.endpoints();
    const std::size_t before = hosts.size();
    for (UnitName peer : unit.juju.peers()) {
      const auto is_peer = [peer](const charm::ClusterMember& member) {
        return member.name == member_of(peer);
      };
      if (std::ranges::any_of(*members, is_peer)) continue;
      hosts.push_back(host_of(peer));
    }
    if (hosts.size() != before) (void)unit.juju.set_endpoints(hosts);
  }
  return on_peer_relation_changed(unit, event);
}

// Section 3.1, steps 4 and 5: what is refused ends the hook, and nothing brings it back.
Outcome end_where_the_api_refuses(Unit& unit, const Event& event) {
  Outcome outcome = on_leader_elected(unit, event);
  if (unit.juju.unit_status().kind == charm::StatusKind::blocked)
    outcome.kind = Outcome::Kind::done;
  return outcome;
}

// Section 3.6: nothing is rendered on the leader, which its own write brings no event.
Outcome drop_and_render_nothing(Unit& unit, const Event& event) {
  if (!unit.juju.is_leader() || event.departing_unit == unit.name) return {};
  (void)charm::steps::remove_departed_units(unit);
  return {};
}

// Section 6.2, `add_cluster_member`: labelled or not, it is listed, and nothing is deferred.
Outcome list_whom_it_could_not_label(Unit& unit, const Event& event) {
  if (unit.juju.is_leader() && unit.juju.cluster_initialised()) {
    for (UnitName peer : unit.juju.peers()) {
      if (unit.juju.endpoints().contains(host_of(peer))) continue;
      if (!charm::steps::are_all_members_ready(unit)) break;
      (void)charm::steps::list_unit(unit, peer);
      if (!unit.kubernetes.label_pod_as_member(pod_of(peer))) {
        charm::steps::set_blocked(unit, charm::messages::patch_failed_with);
      }
    }
    if (!charm::steps::is_part_of_cluster(unit)) return {};
    (void)charm::steps::update_config(unit);
    if (unit.juju.unit_status().kind != charm::StatusKind::blocked) charm::steps::set_active(unit);
    return {};
  }
  return on_peer_relation_changed(unit, event);
}

// Section 3.10: whichever candidate Patroni takes, without a wait for one.
Outcome hand_over_to_anybody(Unit& unit, const Event& /*event*/) {
  if (unit.juju.planned_units().contains(unit.name)) return {};
  if (!charm::steps::is_own_member_leader(unit)) return {};
  if (!charm::steps::are_all_members_ready(unit)) return {};
  (void)unit.patroni.switch_over({});
  return {};
}

// Section 6.11, `_restart`: deferred where somebody is not ready, and the lock is released all the
// same; who runs again has none.
Outcome restart_when_all_are_ready(Unit& unit, const Event& event) {
  const bool holds = charm::steps::holds_restart_lock(unit);
  const bool had_its_turn = unit.juju.restart_states().release.contains(unit.name);
  if (!holds && !(had_its_turn && charm::steps::is_restart_pending(unit))) {
    return on_restart_relation_changed(unit, event);
  }
  if (holds) charm::steps::release_restart_lock(unit);
  Outcome outcome;
  if (charm::steps::are_all_members_ready(unit)) {
    (void)charm::steps::restart_postgresql(unit);
  } else {
    outcome.kind = Outcome::Kind::deferred;
  }
  if (unit.juju.is_leader()) (void)charm::steps::process_restart_locks(unit, event);
  return outcome;
}

// Section 7, `update_config`: what follows from the own node, by whoever renders. As the last
// handler of a dispatch, so that it stands.
Outcome ask_for_what_the_own_node_gives(Unit& unit, const Event& event) {
  const Outcome outcome = on_database_leader_elected(unit, event);
  const auto node = unit.kubernetes.node_resources(pod_of(unit.name));
  if (!node || !unit.juju.is_leader() || !unit.juju.cluster_initialised()) return outcome;
  const std::size_t planned = unit.juju.planned_units().size();
  (void)unit.patroni.patch_configuration(charm::steps::dynamic_configuration(
      unit.juju.config(), planned, unit.juju.endpoints().size(), *node));
  return outcome;
}

// As given::ask_in_the_middle_of_a_race, of an action of a unit that has no member yet.
Outcome ask_another_in_the_middle_of_a_race(Unit& unit, const Event& event) {
  for (charm::HostName host : unit.juju.endpoints()) (void)unit.patroni.cluster_by(host);
  return on_get_primary(unit, event);
}

// The lock runs out while an operator wants to know who leads.
const std::string& impatience() {
  static const std::string scenario = [] {
    std::string text = R"("world": {"units": 4,
        "container_reachable_after_s": {"postgresql-k8s/3": 3000}}, "story": [
        {"when": "initialised", "after_s": 120, "lose_node": "lock holder"},
        {"after_s": 28, "run_action": "get-primary", "unit": 3})";
    for (int more = 0; more < 29; ++more) text += R"(, {"run_action": "get-primary", "unit": 3})";
    return text + R"(], "holds": ["nobody takes the lock that another has won since it looked"])";
  }();
  return scenario;
}

class UpstreamHazards : public testing::TestWithParam<Hazard> {};

TEST_P(UpstreamHazards, BreaksAPropertyAsUpstreamHasItAndNoneAsItIsHere) {
  given::expect_only_upstream_breaks(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Section11, UpstreamHazards,
    testing::Values(
        Hazard{"H01_LeaderChangeBeforeInitialisation", "leader-elected",
               delete_whatever_stands_there,
               R"("world": {"units": 3, "service_routes_after_s": 200}, "story": [
                  {"when": "primary running", "after_s": 10, "move_leadership": "postgresql-k8s/1"}])",
               "the charm removes no object that a running cluster uses"},
        Hazard{"H02_BootstrapsBeforeItIsToldThatItLeads", "leader-elected",
               delete_whatever_stands_there,
               R"("world": {"units": 2, "service_routes_after_s": 400,
                   "container_reachable_after_s": {"postgresql-k8s/0": 1000}}, "story": [
                  {"when": "leader elected", "after_s": 10, "move_leadership": "postgresql-k8s/1"}])",
               "the charm removes no object that a running cluster uses"},
        Hazard{"H05_DroppedByTheListOfPeers", "leader-elected", given::drop_whoever_is_no_peer_yet,
               R"("world": {"units": 2}, "story": [
                  {"when": "settled", "move_leadership": "another unit"},
                  {"after_s": 40, "add_units": 1}])",
               "endpoints loses no unit that stays", 300},
        Hazard{
            "H06_RefusedAndNotDeferred", "leader-elected", end_where_the_api_refuses,
            R"("world": {"units": 1, "trusted": false}, "story": [
                  {"at_s": 60, "set_trust": true}],
                  "holds": ["every planned unit is Active, listed and streaming",
                            "units are Active within 2 update-status cycles and )"
            R"(V4 and V9 of the last disturbance"])",
            "units are Active within 2 update-status cycles and V4 and V9 of the last disturbance",
            0, "peer-relation-changed"},
        Hazard{"H08_TheOwnMemberIsNamed", "leader-elected", name_the_own_member,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "scale_to": 0},
                  {"after_s": 300, "scale_to": 3}],
                  "holds": ["the charm names no lock holder while a member could win the lock"])",
               "the charm names no lock holder while a member could win the lock", 1000},
        Hazard{"H10_ListedTwice", "peer-relation-changed", append_whoever_is_missing,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "add_units": 2}],
                  "faults": {"until_s": 600, "kill_pod": 2, "refuse_kubernetes": 2},
                  "holds": ["endpoints has no duplicates"])",
               "endpoints has no duplicates", 200},
        Hazard{"H11_RendersNothingForItself", "peer-relation-departed", drop_and_render_nothing,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "remove_units": 1}],
                  "holds": ["every planned unit is Active, listed and streaming",
                            "a departed unit disappears everywhere"])",
               "a departed unit disappears everywhere", 0, "uphold-passwords"},
        Hazard{"H13_HandedOverToAnybody", "pgdata-storage-detaching", hand_over_to_anybody,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "switchover": "postgresql-k8s/2"},
                  {"when": "settled", "after_s": 60, "remove_units": 2}])",
               "every planned unit is Active, listed and streaming", 100},
        Hazard{"H20_DeferredUnderTheLock", "restart-relation-changed", restart_when_all_are_ready,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "crash_postgresql": "postgresql-k8s/1",
                   "recovery_s": 300},
                  {"after_s": 20, "set_config": {"experimental_max_connections": 300}},
                  {"after_s": 340, "set_config": {"logging_log_connections": false}}],
                  "holds": ["at most one member restarts under the lock",
                            "every planned unit is Active, listed and streaming"])",
               "at most one member restarts under the lock"},
        Hazard{"H24_ListedAndNotLabelled", "peer-relation-changed", list_whom_it_could_not_label,
               R"("world": {"units": 3}, "faults": {"until_s": 300, "refuse_kubernetes": 10})",
               "no unit is listed whose pod was never labelled", 2000},
        Hazard{"H28_ByTheNodeOfWhoeverLeads", "database-leader-elected",
               ask_for_what_the_own_node_gives,
               R"("world": {"units": 3, "nodes": {"postgresql-k8s/1": {"cores": 2}}}, "story": [
                  {"when": "settled", "after_s": 60, "move_leadership": "postgresql-k8s/1"},
                  {"after_s": 500, "set_trust": true}])",
               "a configuration change holds on every unit"}),
    [](const auto& hazard) { return hazard.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OfPatroni, UpstreamHazards,
    testing::Values(Hazard{"LockIsStolenByWhoIsAskedForTheCluster", "update-status",
                           given::ask_in_the_middle_of_a_race,
                           R"("world": {"units": 3, "update_status_interval_s": 60}, "story": [
                              {"when": "settled", "after_s": 60, "lose_node": "primary"}])",
                           "nobody takes the lock that another has won since it looked", 800},
                    Hazard{"LockIsStolenByWhoIsAskedByAnotherUnit", "get-primary",
                           ask_another_in_the_middle_of_a_race, impatience(),
                           "nobody takes the lock that another has won since it looked", 3000}),
    [](const auto& hazard) { return hazard.param.name; });

}  // namespace
}  // namespace sim
