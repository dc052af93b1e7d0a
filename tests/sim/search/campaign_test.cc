// Campaigns: the same result for any number of workers, what is found, what is covered, and how
// they end.
#include "sim/search/campaign.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sim/search/odometer.h"
#include "tests/sim/search/searched.h"

namespace sim {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

CampaignResult dropping(const CampaignOptions& options) {
  return run_campaign({given::dropping_scenario()}, given::charm_that_drops_units().charm(),
                      &given::charts(), options);
}

// All that must not depend on the workers.
std::string text_of(const CampaignResult& result) {
  std::string text = std::to_string(result.runs) + ' ' + std::to_string(result.violations) + ' ' +
                     std::to_string(result.dispatches) + ' ' + std::to_string(result.calls) + ' ' +
                     std::to_string(result.actions) + ' ' +
                     std::to_string(result.simulated.count()) + ' ' + std::to_string(result.kept);
  for (const FoundRun& found : result.found) {
    text += '\n' + std::to_string(found.scenario) + ' ' + std::to_string(found.seed.value_or(0)) +
            ' ' + std::string(found.property) + ' ' + found.what + ' ' + to_text(found.choices);
  }
  for (std::string_view witness : result.witnesses) text.append("\n").append(witness);
  for (const auto& [met, times] : result.hooks) {
    text += '\n' + std::to_string(static_cast<int>(met.kind)) + ' ' + std::to_string(met.subject) +
            ' ' + std::string(to_text(met.outcome)) + ' ' + std::to_string(met.fault) + ' ' +
            std::to_string(times);
  }
  return text + '\n' + to_json_text(result.coverage);
}

class OfAnyCrew : public testing::TestWithParam<Strategy> {};

TEST_P(OfAnyCrew, HasTheSameResult) {
  const std::vector<Scenario> scenarios{
      given::dropping_scenario(), given::scenario_of("scenarios/faults-while-deploying.json")};
  std::vector<std::string> texts;
  for (const unsigned workers : {1U, 2U, 5U}) {
    Corpus corpus;
    const CampaignResult result =
        run_campaign(scenarios, given::charm_that_drops_units().charm(), &given::charts(),
                     {.strategy = GetParam(),
                      .runs = 60,
                      .workers = workers,
                      .keep_going = true,
                      .bounds = {.questions = GetParam() == Strategy::few ? 0U : 500U},
                      .corpus = GetParam() == Strategy::odometer ? nullptr : &corpus});
    EXPECT_GE(result.runs, 120U);
    texts.push_back(text_of(result));
  }
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_EQ(texts[0], texts[2]);
}

INSTANTIATE_TEST_SUITE_P(Strategies, OfAnyCrew,
                         testing::Values(Strategy::random, Strategy::swarm, Strategy::few,
                                         Strategy::odometer),
                         [](const auto& strategy) { return std::string(to_text(strategy.param)); });

TEST(ACampaign, EndsWithTheLowestSeedThatBreaksAProperty) {
  Simulation simulation(given::dropping_scenario(), given::charm_that_drops_units().charm(), {});
  RandomChoices random(0);
  std::uint64_t lowest = 0;
  Verdict verdict;
  do {
    random.restart(++lowest);
    verdict = simulation.run(random);
  } while (verdict.ok() && lowest < 1000);
  for (const unsigned workers : {1U, 4U}) {
    const CampaignResult result = dropping({.runs = 1000, .workers = workers});
    ASSERT_FALSE(result.found.empty());
    EXPECT_EQ(result.found[0].seed, lowest);
    EXPECT_EQ(result.found[0].property, verdict.violations[0].property);
    EXPECT_EQ(result.found[0].choices, given::sorted(random.taken()));
    EXPECT_LT(result.runs, 1000U);
  }
}

TEST(ACampaign, OfRunsThatAllBreakEndsWithItsFirstSeed) {
  const Scenario scenario = given::scenario_with(R"("world": {"units": 1}, "horizon_s": 5)");
  for (const unsigned workers : {1U, 4U}) {
    const CampaignResult result = run_campaign({scenario}, given::postgresql(), nullptr,
                                               {.first_seed = 7, .runs = 1000, .workers = workers});
    ASSERT_FALSE(result.found.empty());
    EXPECT_EQ(result.found[0].seed, 7U);
    EXPECT_EQ(result.violations, result.runs);
  }
}

TEST(ACampaign, ThatKeepsGoingMakesAllItsRunsAndKeepsTheFirstOfWhatItFinds) {
  const CampaignResult result = dropping({.runs = 600, .workers = 2, .keep_going = true});
  EXPECT_EQ(result.runs, 600U);
  EXPECT_GE(result.violations, result.found.size());
  std::map<std::string_view, std::size_t> kept;
  for (const FoundRun& found : result.found) ++kept[found.property];
  EXPECT_TRUE(kept.contains(given::dropped));
  for (const auto& [property, times] : kept) EXPECT_LE(times, found_most) << property;
}

TEST(ACampaign, OfTheCharmAsItIsFindsNothingHere) {
  const CampaignResult result = run_campaign({given::dropping_scenario()}, given::postgresql(),
                                             &given::charts(), {.runs = 300, .workers = 2});
  EXPECT_THAT(result.found, IsEmpty());
  EXPECT_EQ(result.runs, 300U);
  EXPECT_THAT(result.witnesses, Contains("a deferral was re-emitted"));
  EXPECT_GT(result.coverage.charts.at("leader-elected").nodes.size(), 3U);
}

// Each fault of a dispatch counts with how its hook ended.
TEST(ACampaign, CountsHooksByOutcomeAndFault) {
  const CampaignResult result =
      run_campaign({given::scenario_of("scenarios/faults-while-deploying.json")},
                   given::postgresql(), nullptr, {.runs = 100});
  std::uint64_t dispatches = 0;
  std::uint64_t killed = 0;
  for (const auto& [met, times] : result.hooks) {
    if (met.fault == fault_kind_count) dispatches += times;
    const bool is_kill = met.fault == static_cast<std::uint8_t>(FaultKind::kill_hook);
    if (is_kill) {
      EXPECT_EQ(met.outcome, HookOutcome::killed);
    }
    killed += is_kill ? times : 0;
  }
  EXPECT_GT(dispatches, 0U);
  EXPECT_LE(dispatches, result.dispatches);
  EXPECT_GT(killed, 0U);
}

// A deviation at each of the first questions, and the calm run: counted here by the odometer's own
// rule, from the options that the calm run has.
TEST(ACampaign, OfAnOdometerSaysThatItHasCoveredAll) {
  const Scenario scenario = given::scenario_of("scenarios/deploy-one-unit.json");
  const SearchBounds bounds{.deviations = 1, .questions = 12};
  Simulation simulation(scenario, given::postgresql(), {});
  PlacedChoices placed;
  placed.restart({}, bounds.questions);
  simulation.run(placed);
  std::uint64_t expected = 1;
  for (std::uint32_t options : placed.option_counts()) expected += options - 1;

  const CampaignOptions options{.strategy = Strategy::odometer, .workers = 2, .bounds = bounds};
  const CampaignResult all = run_campaign({scenario}, given::postgresql(), nullptr, options);
  EXPECT_EQ(all.runs, expected);
  EXPECT_TRUE(all.is_covered);
  EXPECT_EQ(all.covered_deviations, 1U);

  CampaignOptions fewer = options;
  fewer.runs = expected - 1;
  const CampaignResult cut = run_campaign({scenario}, given::postgresql(), nullptr, fewer);
  EXPECT_EQ(cut.runs, expected - 1);
  EXPECT_FALSE(cut.is_covered);
  EXPECT_EQ(cut.covered_deviations, 0U);

  CampaignOptions exact = options;
  exact.runs = expected;
  EXPECT_TRUE(run_campaign({scenario}, given::postgresql(), nullptr, exact).is_covered);
}

TEST(ACampaign, EndsWhenItsTimeIsOver) {
  const CampaignResult result = run_campaign({given::dropping_scenario()}, given::postgresql(),
                                             nullptr, {.time = std::chrono::milliseconds(1)});
  EXPECT_THAT(result.found, IsEmpty());
  EXPECT_FALSE(result.was_interrupted);
}

TEST(ACampaign, ThatIsInterruptedSaysSo) {
  std::atomic<bool> interrupted{true};
  const CampaignResult result =
      run_campaign({given::dropping_scenario()}, given::postgresql(), nullptr,
                   {.runs = 100'000, .interrupted = &interrupted});
  EXPECT_TRUE(result.was_interrupted);
  EXPECT_EQ(result.runs, 0U);
}

// --- what is kept ---

class ACorpus : public testing::Test {
 protected:
  // Of this process alone: tests run side by side.
  ACorpus()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("charmsim-corpus-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
  }
  ~ACorpus() override { std::filesystem::remove_all(folder_); }

  CampaignResult campaign(Corpus& corpus, std::uint64_t runs) {
    return run_campaign({given::scenario_of("scenarios/faults-while-deploying.json")},
                        given::postgresql(), &given::charts(),
                        {.runs = runs, .workers = 2, .corpus = &corpus});
  }

  std::filesystem::path folder_;
};

TEST_F(ACorpus, KeepsWhatMeetsSomethingNewAndTheNextCampaignGoesOnFromIt) {
  Corpus first;
  ASSERT_EQ(first.open(folder_), std::nullopt);
  const CampaignResult before = campaign(first, 40);
  EXPECT_GT(before.kept, 3U);
  EXPECT_EQ(first.entries().size(), before.kept);
  EXPECT_LT(before.kept, before.runs);

  Corpus second;
  ASSERT_EQ(second.open(folder_), std::nullopt);
  EXPECT_THAT(second.entries(), testing::UnorderedElementsAreArray(first.entries()));
  const CampaignResult after = campaign(second, 40);
  EXPECT_EQ(after.runs, before.kept + 40) << "what is kept is played first";
  EXPECT_LT(after.kept, before.kept) << "what it meets is not new any more";
}

TEST_F(ACorpus, OfAnotherScenarioIsLetBe) {
  Corpus corpus;
  ASSERT_EQ(corpus.add({"Another", given::deviations("0.call.1=1")}), std::nullopt);
  EXPECT_EQ(campaign(corpus, 20).runs, 20U);
}

TEST_F(ACorpus, ThatCannotBeWrittenEndsTheCampaignWithItsResult) {
  Corpus corpus;
  ASSERT_EQ(corpus.open(folder_), std::nullopt);
  std::filesystem::remove_all(folder_);
  const CampaignResult result = campaign(corpus, 10'000);
  EXPECT_THAT(result.corpus_error, HasSubstr("cannot be written"));
  EXPECT_GT(result.runs, 0U);
  EXPECT_LT(result.runs, 10'000U);
}

TEST_F(ACorpus, RefusesAFileThatIsNone) {
  std::filesystem::create_directories(folder_);
  const auto refusal = [this](const std::string& text) {
    std::ofstream(folder_ / "a.choices.json") << text;
    Corpus corpus;
    return corpus.open(folder_).value_or("");
  };
  EXPECT_THAT(refusal("{"), HasSubstr("a.choices.json: is no JSON object"));
  EXPECT_THAT(refusal("{}"), HasSubstr("is of schema null"));
  EXPECT_THAT(refusal(R"({"schema": "charmsim-choices/1", "scenario": "t"})"),
              HasSubstr("/choices is no text"));
  EXPECT_THAT(
      refusal(R"({"schema": "charmsim-choices/1", "scenario": "t", "choices": "0.call.1"})"),
      HasSubstr("/choices, column 1"));
}

TEST_F(ACorpus, BelowAFileIsRefusedBeforeAnythingRuns) {
  std::ofstream(folder_) << "a file";
  Corpus corpus;
  EXPECT_THAT(corpus.open(folder_ / "corpus").value_or(""), HasSubstr("cannot be made"));
}

}  // namespace
}  // namespace sim
