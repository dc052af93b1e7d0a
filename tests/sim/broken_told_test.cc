// What a hook says of what it has met can be broken: charms with one box exchanged, and paths by
// hand.
#include <gmock/gmock.h>

#include "charm/steps/members.h"
#include "charm/types/status.h"
#include "sim/properties/actions.h"
#include "sim/properties/charm_duties.h"
#include "sim/properties/clients.h"
#include "sim/properties/told.h"
#include "tests/support/boxes.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::Outcome;
using charm::Unit;
using given::expect_broken;
using testing::IsEmpty;

Verdict run_with(std::string_view handler, given::TinyCharm::Run box, const Property& property,
                 std::string_view scenario) {
  const given::WithBox charm(handler, box);
  return given::run_calm(given::scenario_with(scenario), charm.charm({&property, 1}));
}

// --- a 403 ---

constexpr std::string_view untrusted = R"("world": {"units": 1, "trusted": false}, "horizon_s": 900,
    "story": [{"at_s": 300, "set_trust": true}])";

Outcome wait_without_a_word(Unit& unit, const Event& /*event*/) {
  const auto labelled = unit.kubernetes.is_labelled_as_member(pod_of(unit.name));
  if (labelled) return {};
  return {.kind = Outcome::Kind::deferred, .reason = "the API server has refused it"};
}

TEST(ABrokenCharm, ThatDoesNotSayThatItLacksTrustIsFound) {
  expect_broken(
      run_with("leader-elected", wait_without_a_word, properties::forbidden_is_told, untrusted),
      properties::forbidden_is_told,
      "leader-elected of postgresql-k8s/0 was answered 403, is deferred, and says");
}

Outcome name_the_error(Unit& unit, const Event& event) {
  const Outcome outcome = wait_without_a_word(unit, event);
  const std::string text = std::string(charm::messages::patch_failed_with) + "forbidden";
  if (outcome.deferred()) unit.juju.set_unit_status({charm::StatusKind::blocked, text});
  return outcome;
}

TEST(ABrokenCharm, IsNoneIfItIsBlocked) {
  EXPECT_THAT(run_with("leader-elected", name_the_error, properties::forbidden_is_told, untrusted)
                  .violations,
              IsEmpty());
}

// Seed 2499 of faults-of-the-bootstrap: trust comes back between a look aside and the next one.
Outcome wait_for_a_member(Unit& unit, const Event& event) {
  const Outcome outcome = wait_without_a_word(unit, event);
  (void)unit.path.at("are_all_members_ready").yes(!outcome.deferred());
  return outcome;
}

TEST(ABrokenCharm, IsNoneIfItWaitsForAMemberThatIsNotReady) {
  EXPECT_THAT(
      run_with("leader-elected", wait_for_a_member, properties::forbidden_is_told, untrusted)
          .violations,
      IsEmpty());
}

// Seed 178 of faults-while-refreshing: the look after the refused one has found the leader.
Outcome look_again_for_a_leader(Unit& unit, const Event& event) {
  const Outcome outcome = wait_without_a_word(unit, event);
  (void)unit.path.at("is_anybody_needed").yes(!outcome.deferred());
  return outcome;
}

TEST(ABrokenCharm, IsNoneIfItHasFoundALeaderAfterARefusedLook) {
  EXPECT_THAT(run_with("leader-elected", look_again_for_a_leader, properties::forbidden_is_told,
                       untrusted)
                  .violations,
              IsEmpty());
}

// --- a service that is down ---

constexpr std::string_view calm = R"("world": {"units": 2}, "horizon_s": 2000,
    "story": [{"at_s": 1000, "set_trust": true}])";

Outcome say_inactive(Unit& unit, const Event& /*event*/) {
  unit.juju.set_unit_status({charm::StatusKind::maintenance, charm::messages::service_inactive});
  return {};
}

TEST(ABrokenCharm, ThatCallsARunningServiceInactiveIsFound) {
  expect_broken(run_with("update-status", say_inactive, properties::inactive_was_started, calm),
                properties::inactive_was_started, "says so, and its service has run on");
}

constexpr std::string_view stopped = R"("world": {"units": 1}, "horizon_s": 2000,
    "story": [{"when": "settled", "stop_service": "postgresql-k8s/0"},
              {"at_s": 1000, "set_trust": true}])";

Outcome say_inactive_and_start_it(Unit& unit, const Event& event) {
  if (unit.workload.is_service_running().value_or(true)) return {};
  const charm::Secret monitoring = unit.juju.passwords().of(charm::SystemUser::monitoring);
  (void)unit.workload.update_and_restart_service(monitoring);
  return say_inactive(unit, event);
}

TEST(ABrokenCharm, IsNoneIfItHasStartedTheService) {
  EXPECT_THAT(run_with("update-status", say_inactive_and_start_it, properties::inactive_was_started,
                       stopped)
                  .violations,
              IsEmpty());
}

// --- who is listed, and who is told ---

Outcome list_everybody(Unit& unit, const Event& /*event*/) {
  if (!unit.juju.is_leader()) return {};
  for (const charm::UnitName peer : unit.juju.peers()) {
    (void)charm::steps::list_unit(unit, peer);
  }
  return {};
}

TEST(ABrokenCharm, ThatListsWhomItHasNotLabelledIsFound) {
  expect_broken(
      run_with("peer-relation-changed", list_everybody, properties::listed_when_labelled, calm),
      properties::listed_when_labelled,
      "postgresql-k8s/0 lists postgresql-k8s/1, whose pod was never labelled");
}

constexpr std::string_view client = R"("world": {"units": 2}, "horizon_s": 2000,
    "story": [{"at_s": 1, "relate": "shop", "database": "orders"},
              {"at_s": 1000, "set_trust": true}])";

Outcome tell_of_replicas(Unit& unit, const Event& /*event*/) {
  if (!unit.juju.is_leader()) return {};
  for (const charm::RelationId relation : unit.juju.client_relations()) {
    (void)unit.juju.set_client_offer(relation, {.read_only_endpoints = true});
  }
  return {};
}

TEST(ABrokenCharm, ThatTellsAStrangerOfReplicasIsFound) {
  expect_broken(run_with("database-relation-changed", tell_of_replicas,
                         properties::strangers_are_told_nothing, client),
                properties::strangers_are_told_nothing,
                "shop has no credentials, and is told of replicas");
}

// --- an action that fails ---

Outcome fail_and_keep_the_password(Unit& unit, const Event& /*event*/) {
  const auto user = charm::SystemUser::rewind;
  const charm::Secret password = unit.entropy.make_password(user);
  (void)unit.postgresql.alter_password(user, password);
  (void)unit.juju.set_password(user, password);
  unit.action.fail("Failed changing the password.");
  return {};
}

TEST(ABrokenCharm, WhoseActionFailsAndLeavesAnotherPasswordIsFound) {
  expect_broken(
      run_with("set-password", fail_and_keep_the_password, properties::action_keeps_its_word,
               R"("world": {"units": 1}, "story": [{"when": "settled", "after_s": 60,
                            "run_action": "set-password", "unit": "juju leader",
                            "parameters": {"username": "rewind"}}])"),
      properties::action_keeps_its_word, "has failed, and the secret has another password");
}

}  // namespace
}  // namespace sim
