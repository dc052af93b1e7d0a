// What read_scenario makes of a good file.
#include "sim/scenario/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sim/scenario/own_choices.h"
#include "tests/sim/scenario/example.h"
#include "tests/support/places.h"

namespace {

using charm::Instant;
using charm::UnitName;
using sim::read_scenario;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

TEST(ReadScenario, TheSmallestOneDescribesTheUsualWorld) {
  const auto scenario = read_scenario(R"({"schema_version": 1, "title": "x"})", "a/calm.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_EQ(scenario->name, "calm");
  EXPECT_EQ(scenario->title, "x");
  EXPECT_EQ(scenario->world.app.text, "postgresql-k8s");
  EXPECT_EQ(scenario->world.units, 3);
  EXPECT_TRUE(scenario->world.trusted);
  EXPECT_EQ(scenario->world.configuration.config, charm::CharmConfig{});
  EXPECT_EQ(scenario->world.patroni.ttl, 30s);
  EXPECT_EQ(scenario->world.client_writes_every, 1s);
  EXPECT_EQ(scenario->world.patroni_version, model::ha::Version::v3_1);
  EXPECT_EQ(scenario->world.synchronous_commit, model::SynchronousCommit::on);
  EXPECT_TRUE(scenario->story.empty());
  EXPECT_EQ(scenario->horizon, 2h);
  EXPECT_FALSE(scenario->permutes_deferrals);
  EXPECT_THAT(sim::own_choices(R"({"title": "x"})"), testing::IsEmpty());
  EXPECT_TRUE(scenario->holds.empty());
}

TEST(ReadScenario, EveryWordOfTheWorldIsRead) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const sim::WorldSpec& world = scenario->world;
  EXPECT_EQ(world.units, 3);
  EXPECT_FALSE(world.trusted);
  EXPECT_FALSE(world.configuration.config.valid) << "memory_work_mem is at least 64";
  EXPECT_EQ(world.configuration.set.size(), 5U);
  EXPECT_EQ(world.patroni.ttl, 40s);
  EXPECT_EQ(world.patroni.loop_wait, 5s);
  EXPECT_EQ(world.patroni.retry_timeout, 15s);
  EXPECT_EQ(world.client_writes_every, 250ms);
  EXPECT_EQ(world.patroni_version, model::ha::Version::v4_1);
  EXPECT_TRUE(world.race_mended);
  EXPECT_EQ(world.synchronous_commit, model::SynchronousCommit::remote_apply);
  EXPECT_THAT(world.container_reachable_after,
              ElementsAre(Pair(UnitName{0}, 60s), Pair(UnitName{3}, 300s)));
  EXPECT_THAT(world.clock_rate_ppm, ElementsAre(Pair(UnitName{1}, 200), Pair(UnitName{2}, -500)));
  EXPECT_EQ(node_of(*scenario, UnitName{0}), sim::usual_node);
  EXPECT_EQ(node_of(*scenario, UnitName{1}),
            (charm::NodeResources{.cores = 2, .memory_bytes = sim::usual_node.memory_bytes}));
  EXPECT_EQ(node_of(*scenario, UnitName{3}),
            (charm::NodeResources{.cores = 1, .memory_bytes = std::uint64_t{1} << 30U}));
  EXPECT_TRUE(world.leftovers);
  EXPECT_EQ(world.service_routes_after, 30s);
}

TEST(ReadScenario, StepsSayWhenTheyAreDue) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  ASSERT_EQ(scenario->story.size(), 23U);
  EXPECT_EQ(scenario->story[0].when, sim::Condition::initialised);
  EXPECT_EQ(scenario->story[0].after, 5s);
  EXPECT_EQ(scenario->story[0].at, std::nullopt);
  EXPECT_EQ(scenario->story[1].when, std::nullopt);
  EXPECT_EQ(scenario->story[1].at, Instant{120'000'000});
  EXPECT_EQ(scenario->story[7].at, Instant{130'000'000});
  EXPECT_EQ(scenario->story[7].after, 2'250ms);
}

TEST(ReadScenario, StepsSayWhatIsDoneToWhom) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto& story = scenario->story;
  const auto& kill = std::get<sim::KillPod>(story[0].deed);
  EXPECT_EQ(kill.target, sim::Target{sim::Role::primary});
  EXPECT_FALSE(kill.returns_at_once);
  EXPECT_EQ(std::get<sim::AddUnits>(story[1].deed).count, 1);
  EXPECT_EQ(std::get<sim::LoseNode>(story[2].deed).target, sim::Target{sim::Role::lock_holder});
  EXPECT_EQ(std::get<sim::DeletePod>(story[3].deed).target, sim::Target{UnitName{1}});
  EXPECT_EQ(std::get<sim::MoveLeadership>(story[4].deed).to, UnitName{3});
  EXPECT_EQ(std::get<sim::MoveLeadership>(story[5].deed).to, std::nullopt);
  EXPECT_TRUE(std::get<sim::SetTrust>(story[6].deed).trusted);
  const auto& broken = std::get<sim::BreakContainer>(story[7].deed);
  EXPECT_EQ(broken.target, sim::Target{sim::Role::replica});
  EXPECT_EQ(broken.lasts, 45s);
}

TEST(ReadScenario, StepsScaleConfigureRestartAndResolve) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto& story = scenario->story;
  EXPECT_EQ(std::get<sim::RemoveUnits>(story[8].deed).count, 1);
  EXPECT_EQ(std::get<sim::ScaleTo>(story[9].deed).units, 2);
  const auto& restarted = std::get<sim::RestartContainer>(story[11].deed);
  EXPECT_EQ(restarted.target, sim::Target{sim::Role::primary});
  EXPECT_EQ(restarted.container, sim::RestartContainer::Container::charm);
  const auto& resolved = std::get<sim::Resolve>(story[12].deed);
  EXPECT_EQ(resolved.unit, UnitName{1});
  EXPECT_FALSE(resolved.retry);
}

TEST(ReadScenario, StepsAskPatroni) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto& story = scenario->story;
  EXPECT_EQ(std::get<sim::Switchover>(story[13].deed).to, std::nullopt);
  EXPECT_EQ(std::get<sim::Switchover>(story[14].deed).to, sim::Target{UnitName{1}});
  EXPECT_EQ(std::get<sim::Failover>(story[15].deed).to, sim::Target{sim::Role::replica});
  EXPECT_TRUE(std::get<sim::Pause>(story[16].deed).paused);
  const auto& crash = std::get<sim::CrashPostgresql>(story[17].deed);
  EXPECT_EQ(crash.target, sim::Target{sim::Role::primary});
  EXPECT_EQ(crash.recovers_in, 400s);
  EXPECT_EQ(std::get<sim::CrashPatroni>(story[20].deed).target, sim::Target{sim::Role::replica});
  EXPECT_EQ(std::get<sim::StopService>(story[21].deed).target, sim::Target{sim::Role::replica});
  EXPECT_EQ(std::get<sim::FillVolume>(story[22].deed).target, sim::Target{sim::Role::primary});
  EXPECT_EQ(std::get<sim::FillVolume>(story[22].deed).free_percent, 7);
}

TEST(ReadScenario, StepsRelateClientsAndRemoveThem) {
  const auto scenario = read_scenario(
      R"({"schema_version": 1, "title": "t", "story": [
        {"relate": "shop", "database": "orders", "extra_user_roles": "createdb,admin"},
        {"relate": "billing", "database": "in \"voices\"", "secret": false,
         "uses_extension": "\"uuid-ossp\""},
        {"unrelate": "shop"}]})",
      "clients.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto all = sim::clients(*scenario);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0]->client, "shop");
  EXPECT_EQ(all[0]->request,
            (charm::ClientRequest{.database = charm::RequestText("orders"),
                                  .extra_user_roles = charm::RequestText("createdb,admin"),
                                  .wants_secret = true}));
  EXPECT_EQ(all[1]->request.database.view(), "in \"voices\"");
  EXPECT_FALSE(all[1]->request.wants_secret);
  EXPECT_TRUE(all[0]->uses.none());
  EXPECT_EQ(all[1]->uses, charm::extension_named("\"uuid-ossp\""));
  EXPECT_EQ(std::get<sim::Unrelate>(scenario->story[2].deed).client, "shop");
}

TEST(ReadScenario, StepsRunActions) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto& promote = std::get<sim::RunAction>(scenario->story[18].deed);
  EXPECT_EQ(promote.action, "promote-to-primary");
  EXPECT_EQ(promote.unit, sim::Target{UnitName{1}});
  EXPECT_EQ(promote.parameters.scope, charm::ParameterText("unit"));
  EXPECT_TRUE(promote.parameters.force);
  EXPECT_EQ(promote.parameters.username, std::nullopt);
  const auto& password = std::get<sim::RunAction>(scenario->story[19].deed);
  EXPECT_EQ(password.unit, sim::Target{sim::Role::replica});
  EXPECT_EQ(password.parameters.username, charm::ParameterText("rewind"));
  EXPECT_FALSE(password.parameters.force);
  const auto all = sim::actions(*scenario);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1], &password);
}

TEST(ReadScenario, StepsRemoveTheApplicationAndDeployItAgain) {
  const auto scenario = read_scenario(R"({"schema_version": 1, "title": "x", "story": [
      {"remove_application": true}, {"when": "removed", "deploy_again": 4}]})",
                                      "x.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_TRUE(std::holds_alternative<sim::RemoveApplication>(scenario->story[0].deed));
  EXPECT_EQ(scenario->story[1].when, sim::Condition::removed);
  EXPECT_EQ(std::get<sim::DeployAgain>(scenario->story[1].deed).units, 4);
  EXPECT_EQ(unit_capacity(*scenario), 4);
}

TEST(ReadScenario, StepsRefreshTheCharm) {
  const auto scenario = read_scenario(R"({"schema_version": 1, "title": "x", "story": [
      {"refresh": "to a revision that works"},
      {"when": "first unit refreshed", "refresh": "to a revision that never streams"},
      {"refresh": "to a revision that cannot follow"}]})",
                                      "x.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  using Revision = sim::Refresh::Revision;
  EXPECT_EQ(std::get<sim::Refresh>(scenario->story[0].deed).revision, Revision::works);
  EXPECT_EQ(std::get<sim::Refresh>(scenario->story[1].deed).revision, Revision::never_streams);
  EXPECT_EQ(scenario->story[1].when, sim::Condition::first_refreshed);
  EXPECT_EQ(std::get<sim::Refresh>(scenario->story[2].deed).revision, Revision::cannot_follow);
}

TEST(ReadScenario, ASetConfigKeepsTheOptionsThatItDoesNotName) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const charm::CharmConfig after =
      std::get<sim::SetConfig>(scenario->story[10].deed).configuration.config;
  EXPECT_EQ(after.synchronous_node_count, charm::CharmConfig::NodeCount::majority);
  EXPECT_TRUE(after.valid) << "memory_work_mem is back at its default";
  EXPECT_EQ(after.experimental_max_connections, 200U);
  EXPECT_EQ(after.maximum_lag_on_failover_bytes, 4096);
  EXPECT_FALSE(after.synchronous_mode_strict);
  EXPECT_THAT(configurations(*scenario), ElementsAre(scenario->world.configuration.config, after));
}

TEST(ReadScenario, WhatIsSetBackIsTheConfigurationItWas) {
  const auto scenario = read_scenario(R"({"schema_version": 1, "title": "x", "story": [
      {"set_config": {"memory_work_mem": 64}}, {"set_config": {"memory_work_mem": 128}},
      {"set_config": {"memory_work_mem": 64}}, {"set_config": {"memory_work_mem": null}}]})",
                                      "back.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_EQ(configurations(*scenario).size(), 3U);
}

TEST(ReadScenario, AStepKeepsItsTextOnOneLine) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_EQ(scenario->story[1].text, R"({"at_s": 120, "add_units": 1})");
  EXPECT_EQ(scenario->story[2].text, R"({"when": "settled", "lose_node": "lock holder"})");
}

TEST(ReadScenario, APasswordIsGivenToTheActionAndToNoText) {
  const auto scenario = read_scenario(R"({"schema_version": 1, "title": "x", "story": [
      {"at_s": 9, "run_action": "set-password", "unit": 0,
       "parameters": {"username": "rewind", "p\u0061ssword": "sesame"}}]})",
                                      "x.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto& set = std::get<sim::RunAction>(scenario->story[0].deed);
  EXPECT_EQ(set.parameters.password, charm::Secret("sesame"));
  EXPECT_EQ(scenario->story[0].text,
            R"-({"at_s": 9, "parameters": {"password": "(hidden)", "username": "rewind"}, )-"
            R"("run_action": "set-password", "unit": 0})");
}

TEST(ReadScenario, FaultsHaveABudgetEach) {
  const auto scenario = read_scenario(whole_scenario, "whole.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_THAT(
      scenario->faults.budget,
      ElementsAre(2, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 26, 27, 40, 41, 42, 12, 13, 14, 15, 16,
                  17, 18, 19, 20, 21, 22, 23, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 43));
  EXPECT_EQ(scenario->faults.until, 600s);
  EXPECT_EQ(scenario->horizon, 3600s);
  EXPECT_TRUE(scenario->permutes_deferrals);
  EXPECT_EQ(sim::to_text(sim::own_choices(whole_scenario)), "0.agent.2=1,1.call.17=3") << "sorted";
  EXPECT_THAT(scenario->holds, ElementsAre("at most one primary"));
  EXPECT_THAT(scenario->witnesses, ElementsAre("a failover", "a hook was deferred"));
}

TEST(ReadScenario, TheWorldHasRoomForAllUnitsOfTheStory) {
  const auto scenario = read_scenario(
      R"({"schema_version": 1, "title": "x", "world": {"units": 2},
          "story": [{"add_units": 3}, {"delete_pod": "primary"}, {"add_units": 4}]})",
      "grow.json");

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_EQ(unit_capacity(*scenario), 9);
}

TEST(ReadScenario, AFileIsNamedByItsStem) {
  const auto path = std::filesystem::path(testing::TempDir()) / "read_scenario_test.json";
  std::ofstream(path) << whole_scenario;

  const auto scenario = sim::read_scenario_file(path);
  std::filesystem::remove(path);

  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_EQ(scenario->name, "read_scenario_test");
}

TEST(ReadScenario, EveryScenarioOfTheProjectIsRead) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(tests::in_repository("scenarios"))) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name == "scenario.schema.json") continue;
    const auto scenario = sim::read_scenario_file(entry.path());
    EXPECT_TRUE(scenario) << to_text(scenario.error());
    ++count;
  }
  EXPECT_GT(count, 0U);
}

TEST(ReadScenario, AFileThatIsNotThereIsAnError) {
  const auto missing = sim::read_scenario_file("no/such.json");
  ASSERT_FALSE(missing);
  EXPECT_EQ(to_text(missing.error()), "no/such.json: cannot be read: No such file or directory");

  const auto folder = sim::read_scenario_file("/");
  ASSERT_FALSE(folder);
  EXPECT_EQ(to_text(folder.error()), "/: cannot be read: it is a folder");
}

}  // namespace
