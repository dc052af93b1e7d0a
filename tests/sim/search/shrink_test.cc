// A small run that breaks the same: what "1-minimal" claims is tried here by hand.
#include "sim/search/shrink.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>

#include "tests/sim/search/searched.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Shrunk shrunk(const ShrinkOptions& options = {}) {
  const auto result =
      shrink_choices(given::dropping_scenario(), given::charm_that_drops_units().charm(),
                     given::dropping_choices(), given::dropped, options);
  EXPECT_TRUE(result.has_value());
  return result.value_or(Shrunk{});
}

bool breaks(const Scenario& scenario, const Deviations& choices) {
  ListChoices list(choices);
  const Verdict verdict = given::run(scenario, given::charm_that_drops_units().charm(), list);
  return !verdict.ok() && verdict.violations[0].property == given::dropped;
}

void expect_minimal(const Scenario& scenario, const Deviations& choices) {
  EXPECT_TRUE(breaks(scenario, choices));
  for (std::size_t at = 0; at < choices.size(); ++at) {
    Deviations less = choices;
    less.erase(less.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_FALSE(breaks(scenario, less)) << "without " << to_text(Deviations{choices[at]});
    for (std::uint32_t option = 1; option < choices[at].option; ++option) {
      Deviations calmer = choices;
      calmer[at].option = option;
      EXPECT_FALSE(breaks(scenario, calmer)) << to_text(Deviations{calmer[at]});
    }
  }
}

TEST(Shrinking, LeavesNothingThatCouldBeLeftOutOrBeMadeCalmer) {
  const Shrunk small = shrunk();
  EXPECT_TRUE(small.is_minimal);
  EXPECT_LT(small.choices.size(), given::dropping_choices().size());
  EXPECT_FALSE(small.choices.empty());
  EXPECT_LE(small.choices.size(), 25U);
  expect_minimal(given::dropping_scenario(), small.choices);
}

TEST(Shrinking, IsDeterministicAndCountsItsRuns) {
  const Shrunk first = shrunk();
  std::uint64_t told = 0;
  const Shrunk second =
      shrunk({.progress = [&told](std::uint64_t tries, std::size_t) { told = tries; }});
  EXPECT_EQ(first.choices, second.choices);
  EXPECT_EQ(first.tries, second.tries);
  EXPECT_EQ(told, second.tries);
}

TEST(Shrinking, ThatIsEndedBeforeSaysThatItIsNotMinimal) {
  const Shrunk small = shrunk({.most_tries = 3});
  EXPECT_EQ(small.tries, 3U);
  EXPECT_FALSE(small.is_minimal);
  EXPECT_TRUE(breaks(given::dropping_scenario(), small.choices));
}

TEST(Shrinking, EndsWhenItsTimeIsOver) {
  using Clock = std::chrono::steady_clock;
  const ShrinkOptions over{.until = Clock::now()};
  EXPECT_TRUE(over.is_over(0));
  EXPECT_FALSE(ShrinkOptions{.until = Clock::time_point::max()}.is_over(0));
  EXPECT_FALSE(shrink_choices(given::dropping_scenario(), given::charm_that_drops_units().charm(),
                              given::dropping_choices(), given::dropped, over));
  const std::string text(given::dropping_story);
  const ShrunkStory story =
      shrink_story(text, given::charm_that_drops_units().charm(), shrunk({.most_tries = 3}), over);
  EXPECT_EQ(story.run.tries, 3U);
  EXPECT_FALSE(story.run.is_minimal);
  EXPECT_EQ(story.scenario, text);
}

TEST(Shrinking, OfARunThatBreaksSomethingElseDoesNotBegin) {
  EXPECT_FALSE(shrink_choices(given::dropping_scenario(), given::charm_that_drops_units().charm(),
                              given::dropping_choices(), "endpoints has no duplicates", {}));
  EXPECT_FALSE(shrink_choices(given::dropping_scenario(), given::charm_that_drops_units().charm(),
                              {}, given::dropped, {}));
}

TEST(Shrinking, LeavesOutWhatTheStoryDoesNotNeed) {
  const std::string text(given::dropping_story);
  const ShrunkStory story =
      shrink_story(text, given::charm_that_drops_units().charm(), shrunk(), {});
  EXPECT_GE(story.steps_removed, 1U) << "set_trust changes nothing";
  EXPECT_GE(story.fault_kinds_removed, 1U);
  EXPECT_TRUE(story.run.is_minimal);
  EXPECT_THAT(story.scenario, testing::Not(HasSubstr("set_trust")));
  const auto scenario = read_scenario(story.scenario, "small.json");
  ASSERT_TRUE(scenario);
  expect_minimal(*scenario, story.run.choices);
}

TEST(Shrinking, LeavesAStoryThatNeedsAllOfItAsItIs) {
  const std::string text =
      R"({"schema_version": 1, "title": "t", "world": {"units": 1}, "horizon_s": 1})";
  const auto scenario = read_scenario(text, "t.json");
  ASSERT_TRUE(scenario);
  const std::string_view broken = "every planned unit is Active, listed and streaming";
  const auto small = shrink_choices(*scenario, given::postgresql(), {}, broken, {});
  ASSERT_TRUE(small);
  EXPECT_THAT(small->choices, IsEmpty());
  EXPECT_TRUE(small->is_minimal);
  const ShrunkStory story = shrink_story(text, given::postgresql(), *small, {});
  EXPECT_FALSE(story.is_other());
  EXPECT_EQ(story.scenario, text);
}

TEST(AShape, IsWhatIsAskedAndNotWhenOrOfWhom) {
  const std::string one = shape_of("p", given::deviations("0.call.3=1,1.fault.7=4"));
  EXPECT_EQ(shape_of("p", given::deviations("2.call.9=12,0.fault.1=4")), one);
  EXPECT_NE(shape_of("p", given::deviations("2.call.9=12,0.fault.1=5")), one) << "another fault";
  EXPECT_NE(shape_of("q", given::deviations("0.call.3=1,1.fault.7=4")), one);
  EXPECT_NE(shape_of("p", given::deviations("0.call.3=1,0.call.4=1,1.fault.7=4")), one);
}

}  // namespace
}  // namespace sim
