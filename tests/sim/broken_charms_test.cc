// Tiny charms, each with the mistake that one property is there to find: a whole run finds it. So
// no property is true by itself; those that the model keeps whatever a charm does are named as
// such.
#include <gmock/gmock.h>

#include <array>
#include <vector>

#include "charm/options/options.h"
#include "charm/postgresql_k8s.h"
#include "sim/properties/actions.h"
#include "sim/properties/charm_duties.h"
#include "sim/properties/dcs.h"
#include "sim/properties/extensions.h"
#include "sim/properties/passwords.h"
#include "sim/properties/postgresql.h"
#include "sim/properties/restarts.h"
#include "sim/properties/within.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using given::expect_broken;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

// The calm run of a charm of one handler, judged by one property.
Verdict run_of(EventKind on, given::TinyCharm::Run hook, const Property& property,
               std::string_view scenario = R"("world": {"units": 2}, "horizon_s": 1200)",
               TraceSink* sink = nullptr) {
  const given::TinyCharm charm(on, hook);
  return given::run_calm(given::scenario_with(scenario), charm.with({&property, 1}), sink);
}

// --- always ---

Outcome list_twice(Unit& unit, const Event& /*event*/) {
  charm::HostList hosts = unit.juju.endpoints();
  for (int times = 0; times < 2; ++times) hosts.push_back(host_of(unit.name));
  (void)unit.juju.set_endpoints(hosts);
  return {};
}

TEST(ABrokenCharm, ThatListsAUnitTwiceIsFound) {
  expect_broken(
      run_of(EventKind::leader_elected, list_twice, properties::endpoints_without_duplicates),
      properties::endpoints_without_duplicates,
      "postgresql-k8s-0.postgresql-k8s-endpoints is listed twice");
}

// Lists all that are planned, and the next time those whose `joined` it takes for all there are.
Outcome list_fewer_each_time(Unit& unit, const Event& /*event*/) {
  if (!unit.juju.is_leader()) return {};
  const bool first = unit.juju.endpoints().empty();
  charm::HostList hosts;
  for (charm::UnitName name : unit.juju.planned_units()) {
    if (first || name == unit.name) hosts.push_back(host_of(name));
  }
  (void)unit.juju.set_endpoints(hosts);
  return {};
}

TEST(ABrokenCharm, ThatDropsAUnitThatStaysIsFound) {
  const std::string_view long_enough =
      R"("world": {"units": 2}, "story": [{"at_s": 1000, "set_trust": true}])";
  expect_broken(run_of(EventKind::update_status, list_fewer_each_time,
                       properties::endpoints_keep_units, long_enough),
                properties::endpoints_keep_units, "postgresql-k8s/0 dropped 1 that stay");
}

Outcome set_the_flag_at_once(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.set_cluster_initialised();
  return {};
}

TEST(ABrokenCharm, ThatSetsTheFlagBeforeThePrimaryWorksIsFound) {
  expect_broken(run_of(EventKind::leader_elected, set_the_flag_at_once,
                       properties::initialised_after_service),
                properties::initialised_after_service, "has never led to a running primary");
}

Outcome give_up_without_patroni(Unit& unit, const Event& /*event*/) {
  if (!unit.patroni.cluster()) throw charm::HookFailed("Patroni does not answer");
  return {};
}

TEST(ABrokenCharm, ThatGivesUpWherePatroniDoesNotAnswerYetIsFound) {
  expect_broken(
      run_of(EventKind::pebble_ready, give_up_without_patroni, properties::no_hook_exception),
      properties::no_hook_exception, "Patroni does not answer");
}

void start_patroni(Unit& unit) {
  (void)unit.kubernetes.label_pod_as_member(pod_of(unit.name));
  (void)unit.workload.create_data_directory();
  charm::PatroniConfiguration configuration{.own_host = host_of(unit.name),
                                            .options = &charm::default_options()};
  for (charm::UnitName name : unit.juju.planned_units()) {
    configuration.hosts.push_back(host_of(name));
  }
  (void)unit.workload.write_patroni_configuration(configuration);
  (void)unit.workload.update_and_restart_service({});
}

// The second unit comes late, and takes what it finds for what another application left behind.
Outcome clean_up_without_looking(Unit& unit, const Event& /*event*/) {
  if (unit.name.ordinal != 0) {
    unit.clock.sleep(30s);
    for (std::size_t at = 0; at < charm::ports::patroni_object_count; ++at) {
      const auto object = static_cast<charm::ports::PatroniObject>(at);
      const auto found = unit.kubernetes.patroni_object(object);
      if (found) (void)unit.kubernetes.delete_patroni_object(object, found->version);
    }
  }
  start_patroni(unit);
  return {};
}

TEST(ABrokenCharm, ThatLetsAnotherDatabaseBeMadeIsFound) {
  const std::string_view primary_away = R"("world": {"units": 2}, "story": [
      {"at_s": 20, "kill_pod": "postgresql-k8s/0", "returns": "after failover"},
      {"at_s": 600, "set_trust": true}])";
  expect_broken(run_of(EventKind::pebble_ready, clean_up_without_looking,
                       properties::one_system_identifier, primary_away),
                properties::one_system_identifier, "holds data of another bootstrap");
}

// The second unit takes the lock over by hand, from one that is alive.
Outcome name_itself_lock_holder(Unit& unit, const Event& /*event*/) {
  start_patroni(unit);
  if (unit.name.ordinal != 0) {
    unit.clock.sleep(10s);
    const auto found = unit.kubernetes.leader_annotation();
    if (found) {
      (void)unit.kubernetes.patch_leader_annotation(member_of(unit.name), found->version);
    }
  }
  return {};
}

TEST(ABrokenCharm, ThatNamesALockHolderWhileAMemberRunsIsFound) {
  expect_broken(
      run_of(EventKind::pebble_ready, name_itself_lock_holder, properties::lock_is_patronis),
      properties::lock_is_patronis, "postgresql-k8s/1 was named, and a member runs");
}

TEST(ABrokenCharm, ThatWritesTheLeaderAnnotationIsFound) {
  expect_broken(
      run_of(EventKind::pebble_ready, name_itself_lock_holder, properties::annotation_is_patronis),
      properties::annotation_is_patronis, "postgresql-k8s/1 was named by the charm");
}

TEST(ABrokenCharm, ThatRemovesObjectsOfARunningClusterIsFound) {
  expect_broken(
      run_of(EventKind::pebble_ready, clean_up_without_looking, properties::used_objects_stay,
             R"("world": {"units": 2}, "story": [{"at_s": 600, "set_trust": true}])"),
      properties::used_objects_stay, "one was removed, and a member runs");
}

// The other unit has no database to take over with.
Outcome restart_each_time(Unit& unit, const Event& /*event*/) {
  if (unit.name.ordinal != 0) return {};
  start_patroni(unit);
  (void)unit.workload.restart_service();
  return {};
}

TEST(ABrokenCharm, ThatRestartsTheLastCopyIsFound) {
  expect_broken(run_of(EventKind::update_status, restart_each_time, properties::last_copy_is_spared,
                       R"("world": {"units": 2}, "horizon_s": 3600,
                "story": [{"at_s": 1800, "set_trust": true}])"),
                properties::last_copy_is_spared,
                "postgresql-k8s/0 was restarted by the charm, and nobody");
}

// --- within ---

Outcome claim_to_work(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.set_cluster_initialised();
  unit.juju.set_unit_status({charm::StatusKind::active, {}});
  return {};
}

TEST(ABrokenCharm, ThatIsActiveWithoutADatabaseIsFoundInTime) {
  expect_broken(run_of(EventKind::start, claim_to_work, properties::status_tells,
                       R"("world": {"units": 1}, "story": [{"at_s": 900, "set_trust": true}])"),
                properties::status_tells, "postgresql-k8s/0: since t=");
}

// --- eventually ---

Outcome wait_for_ever(Unit& /*unit*/, const Event& /*event*/) {
  return {Outcome::Kind::deferred, "not now"};
}

TEST(ABrokenCharm, ThatDefersForEverIsFound) {
  expect_broken(run_of(EventKind::start, wait_for_ever, properties::queues_empty),
                properties::queues_empty, "postgresql-k8s/0 has 1 deferred");
}

Outcome be_active_without_a_database(Unit& unit, const Event& /*event*/) {
  unit.juju.set_unit_status({charm::StatusKind::active, {}});
  return {};
}

TEST(ABrokenCharm, ThatIsActiveAndNotListedIsFound) {
  expect_broken(run_of(EventKind::start, be_active_without_a_database, properties::units_active),
                properties::units_active, "postgresql-k8s/0 is not listed");
}

TEST(ABrokenCharm, ThatMakesNoPrimaryIsFound) {
  expect_broken(
      run_of(EventKind::start, be_active_without_a_database, properties::service_selects_primary),
      properties::service_selects_primary, "it leads to nobody, the primary is nobody");
}

// Observes no `stop`, so nobody makes the StatefulSet the owner of what Patroni makes.
Outcome run_patroni(Unit& unit, const Event& /*event*/) {
  start_patroni(unit);
  return {};
}

TEST(ABrokenCharm, WhoseRemovalLeavesPatronisObjectsIsFound) {
  expect_broken(run_of(EventKind::pebble_ready, run_patroni, properties::nothing_left_behind,
                       R"("world": {"units": 2}, "horizon_s": 1200,
                          "story": [{"at_s": 300, "remove_application": true}])"),
                properties::nothing_left_behind,
                "the lock outlives the application, and has no owner");
}

TEST(ABrokenCharm, ThatRendersNothingWhenAUnitDepartsIsFound) {
  expect_broken(run_of(EventKind::pebble_ready, run_patroni, properties::departed_forgotten,
                       R"("world": {"units": 2}, "horizon_s": 1200,
                          "story": [{"at_s": 300, "remove_units": 1}])"),
                properties::departed_forgotten,
                "postgresql-k8s/1 has departed, and is admitted by the pg_hba on the storage of "
                "postgresql-k8s/0");
}

TEST(ABrokenCharm, ThatTellsPatroniNoConfigurationIsFound) {
  expect_broken(run_of(EventKind::pebble_ready, run_patroni, properties::configuration_converges),
                properties::configuration_converges, "wanted: 1, strict");
}

Outcome fail_to_leave(Unit& /*unit*/, const Event& /*event*/) {
  throw charm::HookFailed("not now");
}

TEST(ABrokenCharm, WhoseUnitsCannotLeaveIsFound) {
  expect_broken(run_of(EventKind::stop, fail_to_leave, properties::scale_reached,
                       R"("world": {"units": 2}, "horizon_s": 3600,
                          "story": [{"at_s": 300, "remove_units": 1}])"),
                properties::scale_reached, "postgresql-k8s/1 is still being torn down");
}

TEST(ABrokenCharm, ThatLetsReplicasCopyBeforeTheFlagIsFound) {
  expect_broken(run_of(EventKind::pebble_ready, run_patroni, properties::copies_when_admitted),
                properties::copies_when_admitted,
                "postgresql-k8s/1 has copied the data, and was started without the flag");
}

// Unit 0 leads at first, and begins when it does not any more; unit 1 when it leads.
Outcome start_when_it_has_led(Unit& unit, const Event& /*event*/) {
  const bool waits_to_lose = unit.name.ordinal == 0;
  if (unit.juju.is_leader() == waits_to_lose) return {};
  if (waits_to_lose) unit.clock.sleep(180s);  // until the other one leads, and has a database
  start_patroni(unit);
  return {};
}

TEST(ABrokenCharm, ThatStartsAFormerLeaderWithoutTheFlagIsFound) {
  expect_broken(
      run_of(EventKind::update_status, start_when_it_has_led, properties::copies_when_admitted,
             R"("world": {"units": 2, "update_status_interval_s": 60},
                          "horizon_s": 1800,
                          "story": [{"at_s": 100, "move_leadership": "postgresql-k8s/1"},
                                    {"at_s": 1500, "set_trust": true}])"),
      properties::copies_when_admitted,
      "postgresql-k8s/0 has copied the data, and was started without the flag");
}

// Queued for a handler that is not there: nobody runs it.
Outcome queue_for_nobody(Unit& unit, const Event& event) {
  charm::Notices notices;
  notices.push_back({7, event});
  unit.juju.set_notices(notices);
  unit.clock.sleep(120s);
  return {};
}

// The state is spoilt in the middle of a dispatch that had found it readable: that is no excuse.
TEST(ABrokenCharm, ThatLosesWhatIsQueuedIsFoundWhileStateIsSpoilt) {
  const Verdict verdict =
      run_of(EventKind::update_status, queue_for_nobody, properties::deferred_runs,
             R"("world": {"units": 1, "update_status_interval_s": 60},
                "story": [{"at_s": 200, "write_foreign_state": "endpoints in database-peers"},
                          {"at_s": 1500, "mend_state": true}])");
  expect_broken(verdict, properties::deferred_runs, "of 1 that were queued, 0 were run");
  EXPECT_GT(verdict.violations.front().at, charm::Instant{200'000'000});
}

// --- in a settled world ---

// Listed once more each time.
Outcome list_once_more(Unit& unit, const Event& /*event*/) {
  start_patroni(unit);
  charm::HostList hosts = unit.juju.endpoints();
  hosts.push_back(host_of(unit.name));
  (void)unit.juju.set_endpoints(hosts);
  unit.juju.set_unit_status({charm::StatusKind::active, {}});
  return {};
}

TEST(ABrokenCharm, WhoseHookChangesASettledWorldIsFound) {
  const given::TinyCharm charm(EventKind::pebble_ready, list_once_more);
  const Scenario scenario =
      given::scenario_with(R"("world": {"units": 1}, "story": [{"at_s": 120, "set_trust": true}])");
  ListChoices calm;
  Simulation asked(scenario, charm.with({}), {.idempotence = true});
  const Verdict verdict = asked.run(calm);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, handlers_are_idempotent);
  EXPECT_THAT(verdict.violations[0].what, HasSubstr("changes endpoints"));
}

TEST(TheCharm, ChangesNothingInASettledWorld) {
  ListChoices calm;
  Simulation simulation(given::scenario_with(), given::postgresql(), {.idempotence = true});
  const Verdict verdict = simulation.run(calm);
  EXPECT_THAT(verdict.violations, IsEmpty());
  EXPECT_GT(verdict.probes, 8U);
}

// --- what the model keeps ---

// Believes for five minutes that it leads.
Outcome write_as_if_still_leading(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.set_endpoints({host_of(unit.name)});
  unit.clock.sleep(300s);
  return {};
}

TEST(TheModel, RefusesEndpointsOfAUnitThatIsNotTheLeaderAnyMore) {
  given::Events events;
  const Verdict verdict =
      run_of(EventKind::leader_elected, write_as_if_still_leading, properties::endpoints_by_leader,
             R"("world": {"units": 2}, "story": [{"at_s": 3, "move_leadership": "another unit"},
                                               {"at_s": 900, "set_trust": true}])",
             &events);
  EXPECT_THAT(verdict.violations, IsEmpty());
  const auto facts = events.of(TraceKind::fact);
  const auto is_refused = [](const given::Events::Item& item) {
    return item.fact == model::FactKind::flush_refused && item.unit == charm::UnitName{0};
  };
  EXPECT_TRUE(std::ranges::any_of(facts, is_refused));
}

// --- restarts ---

Outcome restart_again_and_again(Unit& unit, const Event& /*event*/) {
  start_patroni(unit);
  unit.clock.sleep(60s);
  for (int times = 0; times < 20; ++times)
    (void)unit.patroni.restart(charm::ports::RestartWhen::always);
  return {};
}

constexpr std::string_view goes_on =
    R"("world": {"units": 2}, "story": [{"at_s": 300, "set_trust": true}])";

TEST(ABrokenCharm, WhoseUnitsRestartTogetherIsFound) {
  expect_broken(
      run_of(EventKind::pebble_ready, restart_again_and_again, properties::one_restarts, goes_on),
      properties::one_restarts, "postgresql-k8s/0 and postgresql-k8s/1 restart together");
}

TEST(ABrokenCharm, ThatRestartsAHealthyMemberIsFound) {
  expect_broken(run_of(EventKind::pebble_ready, restart_again_and_again,
                       properties::restarts_are_needed, goes_on),
                properties::restarts_are_needed, "is restarted, and has all its parameters");
}

TEST(ABrokenCharm, ThatLeavesAnOptionUnheardIsFound) {
  expect_broken(run_of(EventKind::pebble_ready, run_patroni, properties::parameters_hold),
                properties::parameters_hold, "postgresql-k8s/0 runs with other parameters");
}

Outcome ask_for_the_lock(Unit& unit, const Event& /*event*/) {
  unit.juju.set_restart_state(charm::RestartState::acquire);
  return {};
}

TEST(ABrokenCharm, WhoseLockNobodyGrantsIsFound) {
  expect_broken(run_of(EventKind::start, ask_for_the_lock, properties::restart_lock_is_free),
                properties::restart_lock_is_free, "postgresql-k8s/0 waits for it");
}

Outcome grant_the_lock_to_all(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.set_restart_granted(unit.juju.planned_units());
  return {};
}

TEST(ABrokenCharm, ThatGrantsTheLockToTwoIsFound) {
  expect_broken(run_of(EventKind::leader_elected, grant_the_lock_to_all, properties::one_restarts),
                properties::one_restarts, "2 units are granted the lock");
}

// --- actions ---

constexpr std::string_view asks_for_a_promotion =
    R"("world": {"units": 2}, "horizon_s": 1200,
       "story": [{"at_s": 100, "run_action": "promote-to-primary", "unit": 1,
                  "parameters": {"scope": "unit"}}])";

Outcome say_that_it_is_done(Unit& /*unit*/, const Event& /*event*/) { return {}; }

TEST(ABrokenCharm, ThatCompletesAnActionWithoutDoingItIsFound) {
  expect_broken(run_of(EventKind::action, say_that_it_is_done, properties::action_keeps_its_word,
                       asks_for_a_promotion),
                properties::action_keeps_its_word,
                "promote-to-primary-action of postgresql-k8s/1 has completed, and its member has "
                "not taken the lock");
}

constexpr std::string_view asks_for_a_password =
    R"("world": {"units": 1}, "horizon_s": 1200,
       "story": [{"at_s": 100, "run_action": "set-password", "unit": 0,
                  "parameters": {"username": "rewind", "password": "canary-Zk3-given"}}])";

Verdict run_of_password(given::TinyCharm::Run action, std::string_view scenario) {
  const given::TinyCharm charm(EventKind::action, action, "set-password");
  return given::run_calm(given::scenario_with(scenario),
                         charm.with({&properties::action_keeps_its_word, 1}));
}

TEST(ABrokenCharm, ThatCompletesAPasswordWithoutChangingItIsFound) {
  expect_broken(run_of_password(say_that_it_is_done, asks_for_a_password),
                properties::action_keeps_its_word,
                "set-password-action of postgresql-k8s/0 has completed, and the secret has another "
                "password");
}

Outcome announce_what_is_given(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.set_password(charm::SystemUser::rewind, *unit.action.parameters().password);
  return {};
}

TEST(ABrokenCharm, ThatAnnouncesAPasswordAndTellsNoDatabaseIsFound) {
  expect_broken(run_of_password(announce_what_is_given, asks_for_a_password),
                properties::action_keeps_its_word, "and no database was told");
}

Outcome generate_and_forget(Unit& unit, const Event& /*event*/) {
  (void)unit.entropy.make_password(charm::SystemUser::rewind);
  return {};
}

TEST(ABrokenCharm, ThatGeneratesAPasswordAndForgetsItIsFound) {
  expect_broken(run_of_password(generate_and_forget,
                                R"("world": {"units": 1}, "horizon_s": 1200,
                                   "story": [{"at_s": 100, "run_action": "set-password", "unit": 0,
                                              "parameters": {"username": "rewind"}}])"),
                properties::action_keeps_its_word, "the secret has no other password");
}

// As upstream does, and then its process is gone: the statement is done, the secret is not
// committed, and nothing looks again.
Outcome alter_and_fail(Unit& unit, const Event& event) {
  if (event.kind == EventKind::action) {
    (void)unit.postgresql.alter_password(charm::SystemUser::rewind, charm::Secret("lost"));
    throw charm::HookFailed("killed");
  }
  return {};
}

// PostgreSQL's charm, but for its set-password and uphold-passwords.
TEST(ABrokenCharm, ThatAltersAUserAndNeverLooksAgainIsFound) {
  std::vector<charm::Handler> handlers;
  for (charm::Handler handler : charm::postgresql_k8s().handlers) {
    if (handler.name == "uphold-passwords") continue;
    if (handler.name == "set-password") handler.run = alter_and_fail;
    handlers.push_back(handler);
  }
  charm::CharmDefinition charm = charm::postgresql_k8s();
  charm.handlers = handlers;
  const Verdict verdict =
      given::run_calm(given::scenario_with(R"("world": {"units": 1}, "horizon_s": 3600,
          "story": [{"when": "settled", "after_s": 60, "run_action": "set-password", "unit": 0,
                     "parameters": {"username": "rewind"}}])"),
                      {&charm, {&properties::passwords_are_served, 1}, nullptr});
  expect_broken(verdict, properties::passwords_are_served,
                "the database of postgresql-k8s/0 takes another one of rewind");
}

// As upstream does once it is initialised, but for config-changed.
TEST(ABrokenCharm, ThatLooksAtItsPluginsOnceIsFound) {
  std::vector<charm::Handler> handlers;
  for (const charm::Handler& handler : charm::postgresql_k8s().handlers) {
    if (handler.name != "uphold-extensions") handlers.push_back(handler);
  }
  charm::CharmDefinition charm = charm::postgresql_k8s();
  charm.handlers = handlers;
  const auto run = [&charm](std::string_view story) {
    return given::run_calm(given::scenario_with(story),
                           {&charm, {&properties::extensions_converge, 1}, nullptr});
  };
  expect_broken(run(R"("world": {"units": 1}, "horizon_s": 3600,
          "story": [{"at_s": 300, "set_config": {"plugin_hstore_enable": true}}])"),
                properties::extensions_converge,
                "the databases of postgresql-k8s/0 differ by plugin_hstore_enable");
  // What a database was made with it keeps.
  expect_broken(run(R"("world": {"units": 1}, "horizon_s": 3600,
          "story": [{"at_s": 300, "set_config": {"plugin_hstore_enable": true}},
                    {"at_s": 400, "relate": "shop", "database": "orders"}])"),
                properties::extensions_converge,
                "a client's database of postgresql-k8s/0 has others");
}

Outcome fail_without_a_word(Unit& unit, const Event& /*event*/) {
  unit.action.fail("");
  return {};
}

TEST(ABrokenCharm, ThatFailsAnActionWithoutATextIsFound) {
  expect_broken(run_of(EventKind::action, fail_without_a_word, properties::action_keeps_its_word,
                       asks_for_a_promotion),
                properties::action_keeps_its_word, "has failed, and does not say why");
}

Outcome sleep_for_ever(Unit& unit, const Event& /*event*/) {
  for (;;) unit.clock.sleep(1h);
}

TEST(ABrokenCharm, WhoseActionNeverEndsIsFound) {
  expect_broken(
      run_of(EventKind::action, sleep_for_ever, properties::actions_end, asks_for_a_promotion),
      properties::actions_end, "one waits, or runs, on postgresql-k8s/1");
}

}  // namespace
}  // namespace sim
