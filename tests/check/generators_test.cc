// What is drawn can be, and what is smaller is a scenario again or is refused.
#include "sim/check/generators.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "sim/check/smaller.h"
#include "sim/check/story_deed.h"
#include "sim/scenario/read.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

const Json& base() {
  static const Json json = {{"schema_version", 1},
                            {"title", "A base"},
                            {"world", {{"units", 2}}},
                            {"story", {{{"when", "settled"}, {"kill_pod", "postgresql-k8s/1"}}}}};
  return json;
}

CaseRange range() {
  return {.most_units = 5,
          .most_steps = 6,
          .deeds = known_deeds(),
          .faults = {FaultKind::kill_hook, FaultKind::delete_pod, FaultKind::split_network}};
}

RC_GTEST_PROP(DrawnStories, BeginWithThoseOfTheScenarioAndCanBeTold, ()) {
  Json scenario = base();
  scenario["story"] = *stories(base(), range());
  const auto read = read_scenario(text_of(scenario), "drawn.json");
  RC_ASSERT(read.has_value());
  RC_ASSERT(scenario["story"].front() == base()["story"].front());
  RC_ASSERT(read->story.size() <= 1U + range().most_steps);
}

// The step of the scenario names unit 1: there are two at least.
RC_GTEST_PROP(DrawnWorlds, HaveTheUnitsThatTheScenarioNeeds, ()) {
  const Json world = *worlds(base(), range());
  RC_ASSERT(world["units"].get<int>() >= 2);
  RC_ASSERT(world["units"].get<int>() <= 5);
}

RC_GTEST_PROP(DrawnFaults, AreOfTheKindsThatAreAskedFor, ()) {
  const Json faults = *fault_plans(base(), range());
  for (const auto& [key, budget] : faults.items()) {
    RC_ASSERT(key == "kill_hook" || key == "delete_pod" || key == "split_network" ||
              key == "until_s");
  }
  RC_ASSERT(faults.empty() || faults.contains("until_s"));
}

TEST(DrawnStories, HaveEachKindOfStep) {
  std::set<std::string> met;
  const auto gen = stories(base(), range());
  rc::Random random(1);
  for (int at = 0; at < 500; ++at) {
    const Json story = gen(random.split(), 50).value();
    for (const Json& step : story) {
      for (const auto& [key, value] : step.items()) met.insert(key);
    }
  }
  for (const std::string& deed : known_deeds()) EXPECT_TRUE(met.contains(deed)) << deed;
}

TEST(SmallerCases, WithoutAUnitAreWithoutTheStepsThatNeedIt) {
  const CheckedCase one{base(), {}, {}};
  auto rest = smaller(one, given::postgresql());
  bool is_there = false;
  while (const auto less = rest.next()) {
    const bool has_lost_both = units_of(less->scenario) == 1 && steps_of(less->scenario) == 0;
    is_there = is_there || has_lost_both;
  }
  EXPECT_TRUE(is_there);
}

TEST(SmallerCases, TryEachChoiceAloneAndEachSmallerOptionOfIt) {
  Json calm = base();
  calm.erase("story");
  CheckedCase one{calm, given::deviations("0.call.1=3,0.call.2=1,1.call.4=2"), {}};
  auto rest = smaller(one, given::postgresql());
  std::set<std::string> tried;
  while (const auto less = rest.next()) {
    tried.insert(to_text(given::sorted(less->choices)));
  }
  EXPECT_THAT(
      tried, testing::IsSupersetOf({std::string("0.call.2=1,1.call.4=2"),
                                    std::string("0.call.1=3,1.call.4=2"),
                                    std::string("0.call.1=3,0.call.2=1"), std::string("1.call.4=2"),
                                    std::string("0.call.1=1,0.call.2=1,1.call.4=2"),
                                    std::string("0.call.1=2,0.call.2=1,1.call.4=2"),
                                    std::string("0.call.1=3,0.call.2=1,1.call.4=1")}));
}

}  // namespace
}  // namespace sim
