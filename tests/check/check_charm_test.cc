// check_charm(): the charm holds; one with a mistake does not, and what is told of it plays again.
#include "sim/check/check_charm.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "sim/check/smaller.h"
#include "tests/sim/search/searched.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::Not;

ScenarioText three_units() {
  return scenario_text_of((given::repository() / "scenarios/deploy-three-units.json").string());
}

// What the charm of the tests of the search breaks, and nothing else.
ScenarioText judged_by_one() {
  auto json = nlohmann::ordered_json::parse(given::dropping_story);
  json["holds"] = {given::dropped};
  return {"judged-by-one.json", text_of(json)};
}

const CharmUnderTest& dropping() {
  static const CharmUnderTest charm = given::charm_that_drops_units().charm();
  return charm;
}

// Where counterexamples are saved; gone with the test.
class Kept {
 public:
  explicit Kept(const std::string& name) : path_(testing::TempDir() + name) { remove(); }
  ~Kept() { remove(); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path_;
};

CheckOptions of_dropping() {
  return {.charm = dropping().definition,
          .cases = 1000,
          .seed = 1,
          .range = {.least_units = 2,
                    .deeds = {"add_units", "break_container", "move_leadership", "set_config"},
                    .faults = {}},
          .program = ""};
}

// A cluster has one second to be made.
ScenarioText impossible() {
  return {"impossible.json",
          R"({"schema_version": 1, "title": "Too soon", "world": {"units": 1}, "horizon_s": 1,
              "holds": ["every planned unit is Active, listed and streaming"]})"};
}

const CheckedFinding& found() {
  static const CheckResult result =
      find_counterexample(judged_by_one(), postgresql_properties(), of_dropping());
  CHECK(result.found.has_value());
  return *result.found;
}

bool breaks(const CheckedFinding& as, const CheckedCase& one) {
  const auto played = play(one, dropping());
  return played && !played->verdict.ok() &&
         played->verdict.violations[0].property == as.violation.property;
}

// What a shell makes of the line.
std::string output_of(const std::string& line, int& status) {
  FILE* pipe = popen((line + " 2>&1").c_str(), "r");
  std::string output;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), size);
  }
  status = pclose(pipe);
  return output;
}

std::string line_to_paste(const testing::AssertionResult& result) {
  const std::string text = result.message();
  const std::string mark = "\nreproduce    ";
  const auto at = text.find(mark);
  EXPECT_NE(at, text.npos) << text;
  const auto begin = at + mark.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

// Not of all deeds: see ARCHITECTURE.md for what this finds when it is let loose.
TEST(CheckCharm, HoldsOnTheCharmAsItIs) {
  const std::vector<std::string> deeds{"add_units",  "break_container",   "delete_pod",
                                       "kill_pod",   "move_leadership",   "relate",
                                       "set_config", "restart_container", "switchover"};
  EXPECT_TRUE(check_charm(three_units(), postgresql_properties(),
                          {.charts = &given::charts(),
                           .cases = 150,
                           .seed = 1,
                           .range = {.deeds = deeds, .faults = {}}}));
}

TEST(CheckCharm, FindsAMistakeAndMakesItSmall) {
  EXPECT_EQ(found().violation.property, given::dropped);
  EXPECT_TRUE(found().is_minimal);
  EXPECT_LE(found().choices.size(), 25U);
  EXPECT_LT(found().choices.size(), found().drawn.choices.size());
  const auto json = nlohmann::ordered_json::parse(found().scenario);
  EXPECT_LE(units_of(json), units_of(found().drawn.scenario));
  EXPECT_LE(steps_of(json), steps_of(found().drawn.scenario));
}

// The mistake needs a leader that has not joined all of its peers: what does not help goes.
TEST(CheckCharm, LeavesNothingThatCouldBeLeftOut) {
  const CheckedCase small{nlohmann::ordered_json::parse(found().scenario), found().choices, {}};
  ASSERT_TRUE(breaks(found(), small));
  auto rest = smaller(small, dropping());
  int tried = 0;
  while (const auto one = rest.next()) {
    // A wait before a step, a world's oddity and a fault less are RapidCheck's to take away; what
    // is stated is of steps, units, kinds of faults and choices.
    if (steps_of(one->scenario) == steps_of(small.scenario) &&
        units_of(one->scenario) == units_of(small.scenario) &&
        fault_kinds_of(one->scenario) == fault_kinds_of(small.scenario) &&
        one->choices.size() == small.choices.size()) {
      continue;
    }
    EXPECT_FALSE(breaks(found(), *one)) << *one;
    ++tried;
  }
  EXPECT_GE(tried, 1);
}

TEST(CheckCharm, IsTheSameForTheSameSeed) {
  CheckOptions options = of_dropping();
  options.most_tries = 500;
  const auto first = find_counterexample(judged_by_one(), postgresql_properties(), options);
  const auto second = find_counterexample(judged_by_one(), postgresql_properties(), options);
  ASSERT_TRUE(first.found);
  ASSERT_TRUE(second.found);
  EXPECT_EQ(first.cases, second.cases);
  EXPECT_EQ(first.found->scenario, second.found->scenario);
  EXPECT_EQ(first.found->choices, second.found->choices);
  EXPECT_EQ(first.found->tries, second.found->tries);
}

TEST(CheckCharm, ThatIsOutOfTriesSaysThatItIsNotMinimal) {
  CheckOptions options = of_dropping();
  options.most_tries = 5;
  const auto result = find_counterexample(judged_by_one(), postgresql_properties(), options);
  ASSERT_TRUE(result.found);
  EXPECT_FALSE(result.found->is_minimal);
  EXPECT_LE(result.found->tries, 6U);
}

// The line runs this test again, in another process and with the run to play.
TEST(CheckCharm, PrintsALineThatPlaysTheRunOfACharmThatOnlyTheTestHas) {
  if (std::getenv("CHARM_CHECK_REPLAY") != nullptr) {
    const auto played = check_charm(judged_by_one(), postgresql_properties(), of_dropping());
    EXPECT_FALSE(played);
    std::cout << played.message();
    return;
  }
  const Kept kept("check_charm");
  CheckOptions options = of_dropping();
  options.folder = kept.path();
  const auto result = check_charm(judged_by_one(), postgresql_properties(), options);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("FAILED \"" + std::string(given::dropped) + '"'));
  int status = -1;
  const std::string output = output_of(line_to_paste(result), status);
  EXPECT_EQ(status, 0) << output;
  EXPECT_THAT(output, HasSubstr("FAILED \"" + std::string(given::dropped) + '"'));
  EXPECT_THAT(output, HasSubstr("the same, all"));
}

TEST(CheckCharm, PrintsALineThatCharmsimPlays) {
  const Kept kept("check charm");
  const auto result =
      check_charm(impossible(), postgresql_properties(),
                  {.cases = 5,
                   .seed = 1,
                   .range = {.most_units = 1, .most_steps = 0, .deeds = {}, .faults = {}},
                   .folder = kept.path(),
                   .program = CHARMSIM_BINARY});
  ASSERT_FALSE(result);
  int status = -1;
  const std::string output = output_of(line_to_paste(result), status);
  EXPECT_EQ(WEXITSTATUS(status), 1) << output;
  EXPECT_THAT(output, HasSubstr("FAILED"));
  EXPECT_THAT(output, HasSubstr("every planned unit is Active, listed and streaming"));
  EXPECT_THAT(output, HasSubstr("same"));
  EXPECT_THAT(output, Not(HasSubstr("differs")));
}

TEST(CheckCharm, OfWhatIsNoScenarioSaysWhy) {
  const auto result = check_charm({"broken.json", "{"}, postgresql_properties());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("broken.json:1"));
}

}  // namespace
}  // namespace sim
