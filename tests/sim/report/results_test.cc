// What CI is told of runs: which, what broke, and the line of the handler that acted.
#include "sim/report/results.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/boxes.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(given::repository() / file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// --- where handlers stand ---

TEST(HookPlaces, AreWhereTheSourcesHaveThem) {
  for (const HookPlace& place : postgresql_hook_places()) {
    const auto lines = lines_of(std::string(place.file));
    ASSERT_GE(lines.size(), static_cast<std::size_t>(place.line)) << place.file;
    EXPECT_THAT(lines[static_cast<std::size_t>(place.line) - 1],
                StartsWith("Outcome " + std::string(place.function) + "("))
        << place.file << ':' << place.line;
  }
}

TEST(HookPlaces, HaveEachHandlerOnce) {
  for (const charm::Handler& handler : charm::postgresql_k8s().handlers) {
    EXPECT_EQ(std::ranges::count(postgresql_hook_places(), handler.name, &HookPlace::handler), 1)
        << handler.name;
  }
}

// --- who acted ---

struct Told {
  Verdict verdict;
  RunResult result;
};

Told run_told(const Scenario& scenario, const CharmUnderTest& charm) {
  Simulation simulation(scenario, charm, {});
  const ActingHook acting(*charm.definition, scenario.world.app, simulation);
  ListChoices calm;
  Told told{.verdict = simulation.run(calm), .result = {}};
  told.result = result_of(told.verdict, acting.actors());
  told.result.scenario_file = "scenarios/it.json";
  told.result.name = "calm";
  told.result.reproduce = "./run scenarios/it.json";
  return told;
}

// An outsider's write to Patroni's lock: two properties say so.
Told run_broken() {
  const given::WithBox box("update-status", given::name_the_own_member);
  return run_told(given::scenario_of("scenarios/primary-pod-deleted.json"), box.charm());
}

std::optional<std::string> never_blocked(const Moment& moment) {
  for (charm::UnitName unit; unit.ordinal < moment.world.unit_count(); ++unit.ordinal) {
    if (moment.world.unit(unit).status == charm::StatusKind::blocked)
      return name_of(moment, unit) + " is blocked";
  }
  return std::nullopt;
}
constexpr Property nobody_is_blocked{
    "nobody is blocked", Form::always, on_handler_end, never_blocked, {}};

charm::Outcome block(charm::Unit& unit, const charm::Event& /*event*/) {
  unit.juju.set_unit_status({charm::StatusKind::blocked, "it is"});
  return {};
}

TEST(ActingHook, IsTheOneThatEndsAsThePropertyBreaks) {
  const given::WithBox box("uphold-passwords", block);
  const Told told = run_told(given::scenario_of("scenarios/deploy-three-units.json"),
                             box.charm({&nobody_is_blocked, 1}));
  ASSERT_EQ(told.result.failures.size(), 1U);
  const auto& actor = told.result.failures[0].actor;
  ASSERT_TRUE(actor.has_value());
  EXPECT_EQ(actor->handler, "uphold-passwords");
  EXPECT_EQ(actor->call, "juju.set_unit_status");
  EXPECT_TRUE(actor->in_the_act);
  EXPECT_THAT(told.verdict.violations[0].what,
              StartsWith(to_text(charm::AppName{"postgresql-k8s"}, actor->unit)));
}

std::optional<std::string> never(const Moment& /*moment*/) {
  return "postgresql-k8s/2 is not what it should be";
}
constexpr Property it_never_comes{"it never comes", Form::eventually, {}, never, {}};

TEST(ActingHook, IsTheLastOfTheUnitThatIsNamedIfNobodyActs) {
  const Told told = run_told(given::scenario_with(R"("world": {"units": 3}, "horizon_s": 200)"),
                             {&charm::postgresql_k8s(), {&it_never_comes, 1}, nullptr});
  ASSERT_EQ(told.result.failures.size(), 1U);
  const auto& actor = told.result.failures[0].actor;
  ASSERT_TRUE(actor.has_value());
  EXPECT_EQ(actor->unit, charm::UnitName{2});
  EXPECT_FALSE(actor->in_the_act);
}

// --- JUnit ---

TEST(JUnit, HasASuiteForEachScenarioAndACaseForEachRun) {
  RunResult held{.scenario_file = "a.json", .name = "calm"};
  RunResult cut{.scenario_file = "a.json", .name = "seed 7", .interrupted = true};
  RunResult broken{.scenario_file = "b<.json", .name = "seed \"8\"", .reproduce = "./run b & c"};
  broken.failures.push_back(
      {{"one primary", Form::always, "two < one\x01", charm::Instant{1'500'000}, 12}, {}});
  const std::vector<RunResult> results{held, cut, broken};
  EXPECT_EQ(to_junit(results), R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="charmsim" tests="3" failures="1" errors="0" skipped="1">
  <testsuite name="a.json" tests="2" failures="0" errors="0" skipped="1">
    <testcase classname="a.json" name="calm"/>
    <testcase classname="a.json" name="seed 7">
      <skipped message="interrupted"/>
    </testcase>
  </testsuite>
  <testsuite name="b&lt;.json" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="b&lt;.json" name="seed &quot;8&quot;">
      <failure type="always" message="one primary">at t=1.500s, step 12: two &lt; one?
reproduce: ./run b &amp; c
</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(JUnit, SaysWhoActed) {
  const Told told = run_broken();
  const std::string text = to_junit({&told.result, 1});
  EXPECT_THAT(text, HasSubstr("the hook that acted"));
  EXPECT_THAT(text, HasSubstr("update-status"));
}

// --- SARIF 2.1.0 ---

Json sarif_of(std::span<const RunResult> results) {
  static const charm::AppName app{"postgresql-k8s"};
  return Json::parse(
      to_sarif({results, postgresql_properties(), postgresql_hook_places(), app, "1.2.3"}));
}

// What the schema requires (sarif-schema-2.1.0.json), of what we write.
void expect_sarif(const Json& log) {
  EXPECT_EQ(log.at("version"), "2.1.0");
  ASSERT_EQ(log.at("runs").size(), 1U);
  const Json& run = log["runs"][0];
  const Json& driver = run.at("tool").at("driver");
  EXPECT_TRUE(driver.at("name").is_string());
  for (const Json& rule : driver.at("rules")) {
    EXPECT_TRUE(rule.at("id").is_string());
    EXPECT_TRUE(rule.at("shortDescription").at("text").is_string());
  }
  EXPECT_TRUE(run.at("invocations").at(0).at("executionSuccessful").is_boolean());
  for (const Json& result : run.at("results")) {
    EXPECT_TRUE(result.at("message").at("text").is_string());
    const Json& rule = driver["rules"].at(result.at("ruleIndex").get<std::size_t>());
    EXPECT_EQ(result.at("ruleId"), rule["id"]);
    EXPECT_EQ(result.at("level"), "error");
    for (const Json& location : result.at("locations")) {
      EXPECT_FALSE(location.at("logicalLocations").empty());
      if (!location.contains("physicalLocation")) continue;
      const Json& place = location["physicalLocation"];
      EXPECT_FALSE(place.at("artifactLocation").at("uri").get<std::string>().starts_with('/'));
      EXPECT_GE(place.at("region").at("startLine").get<int>(), 1);
    }
  }
}

TEST(Sarif, OfARunThatHeldHasNoResult) {
  const RunResult held{.scenario_file = "a.json", .name = "calm"};
  const Json log = sarif_of({&held, 1});
  expect_sarif(log);
  EXPECT_TRUE(log["runs"][0]["results"].empty());
  EXPECT_EQ(log["runs"][0]["tool"]["driver"]["version"], "1.2.3");
}

TEST(Sarif, PointsAtTheLineOfTheHandlerThatActed) {
  const Told told = run_broken();
  ASSERT_EQ(told.result.failures.size(), 2U);
  ASSERT_TRUE(told.result.failures[0].actor.has_value());
  const Json log = sarif_of({&told.result, 1});
  expect_sarif(log);
  const Json& result = log["runs"][0]["results"].at(0);
  const Json& place = result["locations"].at(0)["physicalLocation"];
  const auto lines = lines_of(place["artifactLocation"]["uri"]);
  const auto handler = std::ranges::find(
      postgresql_hook_places(), told.result.failures[0].actor->handler, &HookPlace::handler);
  EXPECT_THAT(lines.at(place["region"]["startLine"].get<std::size_t>() - 1),
              HasSubstr(std::string(handler->function)));
  EXPECT_THAT(result["message"]["text"].get<std::string>(),
              HasSubstr(told.verdict.violations[0].what));
}

TEST(Sarif, HasARuleOnceAndAResultForEachRun) {
  const Told told = run_broken();
  const std::vector<RunResult> results{told.result, told.result};
  const Json log = sarif_of(results);
  expect_sarif(log);
  EXPECT_EQ(log["runs"][0]["tool"]["driver"]["rules"].size(), 2U);
  ASSERT_EQ(log["runs"][0]["results"].size(), 4U);
  EXPECT_EQ(log["runs"][0]["results"][0]["partialFingerprints"],
            log["runs"][0]["results"][2]["partialFingerprints"]);
}

TEST(Sarif, NamesAHandlerWhosePlaceIsNotKnown) {
  const Told told = run_broken();
  ASSERT_FALSE(told.result.failures.empty());
  const charm::AppName app{"postgresql-k8s"};
  const Json log =
      Json::parse(to_sarif({{&told.result, 1}, postgresql_properties(), {}, app, "1.2.3"}));
  expect_sarif(log);
  const Json& location = log["runs"][0]["results"].at(0)["locations"].at(0);
  EXPECT_FALSE(location.contains("physicalLocation"));
  EXPECT_EQ(location["logicalLocations"][0]["name"], told.result.failures[0].actor->handler);
}

}  // namespace
}  // namespace sim
