// What the page is drawn from says of a run what its trace and its world say.
#include "sim/report/html_record.h"

#include <gmock/gmock.h>

#include <numeric>

#include "sim/report/deferrals.h"
#include "sim/report/html_page.h"
#include "tests/support/boxes.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* deployment = "scenarios/deploy-three-units.json";
constexpr const char* failover = "scenarios/primary-pod-deleted.json";

// A run that was written down, with what it is compared with.
struct Recorded {
  explicit Recorded(const Scenario& of, const CharmUnderTest& charm = given::postgresql(),
                    ExecutorKind executor = default_executor(), std::uint64_t seed = 0)
      : scenario(of),
        simulation(scenario, charm, {.executor = executor}),
        record(*charm.definition, scenario, simulation),
        deferrals(scenario.world.app, *charm.definition),
        definition(*charm.definition),
        properties(charm.properties) {
    simulation.trace().listen(&deferrals);
    ListChoices calm;
    RandomChoices random(seed);
    verdict = seed == 0 ? simulation.run(calm) : simulation.run(random);
    told = simulation.trace().count();
    json = record.json();
  }
  [[nodiscard]] std::string page() const {
    const VerdictView view{verdict, properties, scenario, "scenarios/test.json",
                           "",      "./run it", {}};
    return to_html({.verdict = view, .record = record, .charm = definition, .run_name = "calm"});
  }

  Scenario scenario;
  Simulation simulation;
  HtmlRecord record;
  DeferralReport deferrals;
  const charm::CharmDefinition& definition;
  std::span<const Property> properties;
  Verdict verdict;
  std::uint64_t told = 0;  // events of the trace
  Json json;
};

// What stands between the tags of the page's data.
std::string data_of(const std::string& page) {
  const std::string begin = R"(<script type="application/json" id="data">)";
  const std::size_t from = page.find(begin) + begin.size();
  return page.substr(from, page.find("</script>", from) - from);
}

TEST(HtmlRecord, HasEachEventOfTheTraceOnce) {
  const Recorded run(given::scenario_of(deployment));
  std::uint64_t told = 0;
  std::int64_t before_us = 0;
  for (const Json& event : run.json["events"]) {
    if (event["kind"] != "change") ++told;
    EXPECT_FALSE(event["text"].get<std::string>().empty()) << event;
    EXPECT_FALSE(event["family"].get<std::string>().empty()) << event;
    EXPECT_GE(event["at_us"].get<std::int64_t>(), before_us);
    before_us = event["at_us"];
  }
  EXPECT_EQ(told, run.told);
}

TEST(HtmlRecord, ListensAndChangesNothing) {
  const Scenario scenario = given::scenario_of(failover);
  for (const std::uint64_t seed : {0U, 3U}) {
    const Recorded run(scenario, given::postgresql(), default_executor(), seed);
    ListChoices calm;
    RandomChoices random(seed);
    const Verdict alone = seed == 0 ? given::run(scenario, given::postgresql(), calm)
                                    : given::run(scenario, given::postgresql(), random);
    EXPECT_EQ(given::numbers_of(run.verdict), given::numbers_of(alone));
  }
}

TEST(HtmlRecord, ItsChangesLeadToTheWorldThatTheRunEndedWith) {
  const Recorded run(given::scenario_of(failover));
  StateTexts cluster(cluster_fields().size());
  std::vector<StateTexts> units(run.json["units"].size(), StateTexts(unit_fields().size()));
  for (const Json& change : run.json["changes"]) {
    const int whose = change[1];
    StateTexts& state = whose < 0 ? cluster : units[static_cast<std::size_t>(whose)];
    state.at(change[2]) = run.json["texts"].at(change[3].get<std::size_t>());
  }
  const StateView view{run.simulation.world(), run.simulation.texts(), run.scenario,
                       run.definition};
  const auto expect_same = [](std::span<const StateField> fields, const StateTexts& played,
                              const StateTexts& world) {
    for (std::size_t at = 0; at < fields.size(); ++at) {
      if (fields[at].role == FieldRole::quiet) continue;
      EXPECT_EQ(played[at], world[at]) << fields[at].key;
    }
  };
  expect_same(cluster_fields(), cluster, cluster_state(view));
  for (std::uint16_t at = 0; at < units.size(); ++at) {
    expect_same(unit_fields(), units[at], unit_state(view, charm::UnitName{at}));
  }
  EXPECT_THAT(units[0], testing::Contains("standby"));
  EXPECT_THAT(units[1], testing::Contains("primary"));
}

TEST(HtmlRecord, HasEachHookWithItsHandlersAndItsPortCalls) {
  const Recorded run(given::scenario_of(deployment));
  std::size_t calls = 0;
  std::size_t handlers = 0;
  for (const Json& hook : run.json["hooks"]) {
    EXPECT_LE(hook["from_us"].get<std::int64_t>(), hook["to_us"].get<std::int64_t>());
    calls += hook["calls"].size();
    handlers += hook["handlers"].size();
    std::size_t next = 0;  // the calls are their handlers', and those between are the dispatch's
    for (const Json& handler : hook["handlers"]) {
      EXPECT_EQ(handler["calls"][0].get<std::size_t>(), next);
      next = handler["calls"][1];
    }
    EXPECT_LE(next, hook["calls"].size());
    for (const Json& call : hook["calls"]) {
      EXPECT_LE(hook["from_us"].get<std::int64_t>(), call[0].get<std::int64_t>());
      EXPECT_LE(call[0].get<std::int64_t>(), call[1].get<std::int64_t>());
      EXPECT_LE(call[1].get<std::int64_t>(), hook["to_us"].get<std::int64_t>());
    }
  }
  const auto ended = std::ranges::count_if(
      run.json["events"], [](const Json& event) { return event["kind"] == "handler-ended"; });
  EXPECT_EQ(run.json["hooks"].size(), run.verdict.dispatches);
  EXPECT_EQ(calls, run.verdict.calls);
  EXPECT_EQ(handlers, static_cast<std::size_t>(ended));
}

TEST(HtmlRecord, LeadsEachDeferralToWhereItRunsAgain) {
  const Recorded run(given::scenario_of(failover));
  std::size_t again = 0;
  std::size_t waiting = 0;
  for (const Deferral& deferral : run.deferrals.deferrals()) {
    again += deferral.times - 1U + (deferral.end ? 1U : 0U);
    if (!deferral.end) ++waiting;
  }
  ASSERT_GT(again, 0U);
  for (const Json& arc : run.json["deferrals"]) {
    const Json& from = run.json["events"].at(arc["from"].get<std::size_t>());
    EXPECT_EQ(from["deferred"], true);
    if (!arc.contains("to")) {
      EXPECT_GT(waiting--, 0U);
      continue;
    }
    const Json& to = run.json["events"].at(arc["to"].get<std::size_t>());
    EXPECT_THAT(to["text"].get<std::string>(), HasSubstr(" again"));
    EXPECT_EQ(from["unit"], to["unit"]);
    EXPECT_EQ(from["chart"], to["chart"]);
    EXPECT_LT(from["at_us"].get<std::int64_t>(), to["at_us"].get<std::int64_t>());
    --again;
  }
  EXPECT_EQ(again, 0U);
  EXPECT_EQ(waiting, 0U);
}

TEST(HtmlRecord, IsTheSameForTheSameRunHoweverHooksAreStopped) {
  const Scenario scenario = given::scenario_of(failover);
  const Recorded fiber(scenario, given::postgresql(), ExecutorKind::fiber, 5);
  const Recorded again(scenario, given::postgresql(), ExecutorKind::reexecution, 5);
  EXPECT_EQ(fiber.page(), again.page());
  EXPECT_NE(fiber.page(), Recorded(scenario, given::postgresql(), ExecutorKind::fiber, 6).page());
}

TEST(HtmlRecord, PointsAtWhatBroke) {
  const given::WithBox box("update-status", given::name_the_own_member);
  const Recorded run(given::scenario_of(failover), box.charm());
  ASSERT_FALSE(run.verdict.ok());
  const Json& last = run.json["events"].back();
  EXPECT_EQ(last["kind"], "violated");
  EXPECT_EQ(last["property"], run.verdict.violations.back().property);
  EXPECT_EQ(last["at_us"], run.verdict.violations.back().at.micros);
}

// --- the page ---

TEST(HtmlPage, OfADeploymentIsLessThanTwoMegabytes) {
  EXPECT_LT(Recorded(given::scenario_of(deployment)).page().size(), 2'000'000U);
}

TEST(HtmlPage, HasWhateverATextSaysAsDataAndNotAsMarkup) {
  Scenario scenario = given::scenario_with(R"("world": {"units": 1})");
  scenario.title = "</script><b>&amp; <!-- {{style}} \"it\"";
  const Recorded run(scenario);
  const std::string page = run.page();
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;&lt;b&gt;&amp;amp; &lt;!-- {{style}} "));
  EXPECT_EQ(Json::parse(data_of(page))["title"], scenario.title);
}

TEST(HtmlPage, NamesNoAddressButThatOfSvg) {
  std::string page;
  for (const PageFile& file : page_files()) page += file.text;
  const std::string svg = "http://www.w3.org/2000/svg";
  page.replace(page.find(svg), svg.size(), "");
  EXPECT_THAT(page, Not(HasSubstr("://")));
  EXPECT_THAT(page, Not(HasSubstr("fetch(")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(HtmlPage, ShowsThePointOfNoReturnIfItIsKnown) {
  const Recorded run(given::scenario_of(deployment));
  const VerdictView view{run.verdict, run.properties, run.scenario, "f", "", "./run it", {}};
  HtmlView page{.verdict = view, .record = run.record, .charm = run.definition, .run_name = "calm"};
  EXPECT_FALSE(to_page_json(page).contains("point_of_no_return"));
  page.no_return = PointOfNoReturn{
      {1'500'000}, "1.call.17=3", "the reply is lost", true, "ended after 5 branches"};
  const Json point = to_page_json(page)["point_of_no_return"];
  EXPECT_EQ(point["at_us"], 1'500'000);
  EXPECT_EQ(point["choice"], "1.call.17=3");
  EXPECT_EQ(point["what"], "the reply is lost");
  EXPECT_EQ(point["or_later"], true);
  EXPECT_EQ(point["tried"], "ended after 5 branches");
}

}  // namespace
}  // namespace sim
