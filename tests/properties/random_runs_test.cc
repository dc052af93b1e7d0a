// All properties, on lists of deviations that RapidCheck makes and shrinks, and on plain seeds.
// What fails ends with one line to paste.
#include <gtest/gtest.h>

// After gtest, as its header wants it.
#include <rapidcheck/gtest.h>

#include "tests/support/runs.h"

namespace sim {
namespace {

// A deviation that some run of three units could ask for.
rc::Gen<Deviation> a_deviation() {
  const auto actor = rc::gen::inRange<std::uint16_t>(0, 3);
  const auto question = rc::gen::inRange<std::uint8_t>(0, question_count);
  return rc::gen::map(rc::gen::tuple(actor, question, rc::gen::inRange<std::uint32_t>(0, 120),
                                     rc::gen::inRange<std::uint32_t>(1, 16)),
                      [](const auto& parts) {
                        const auto& [unit, asked, nth, option] = parts;
                        Deviation deviation{{charm::UnitName{unit}, Question{asked}}, nth, option};
                        if (asked < model::world_timer_count) deviation.label.actor = {};
                        return deviation;
                      });
}

Deviations without_doubles(Deviations deviations) {
  std::sort(deviations.begin(), deviations.end());
  const auto same = [](const Deviation& a, const Deviation& b) {
    return a.label == b.label && a.nth == b.nth;
  };
  deviations.erase(std::unique(deviations.begin(), deviations.end(), same), deviations.end());
  return deviations;
}

void holds_whatever_deviates(const std::string& file) {
  const Scenario scenario = given::scenario_of(file);
  FlowMonitor flow(given::charts());
  Simulation simulation(scenario, given::postgresql(&flow), {});
  ListChoices choices;
  const bool held = rc::check(file, [&] {
    const auto made = *rc::gen::container<Deviations>(a_deviation());
    choices.restart(without_doubles(made));
    const Verdict verdict = simulation.run(choices);
    if (verdict.ok()) return;
    RC_LOG() << verdict.violations[0].property << ": " << verdict.violations[0].what << '\n'
             << "reproduce: " << given::reproduce(file, choices.taken()) << '\n';
    RC_FAIL("a property broke");
  });
  EXPECT_TRUE(held);
}

TEST(Properties, HoldInADeploymentWhateverDeviates) {
  holds_whatever_deviates("scenarios/deploy-three-units.json");
}

TEST(Properties, HoldWithFaultsWhateverDeviates) {
  holds_whatever_deviates("scenarios/faults-while-deploying.json");
}

class Seeds : public testing::TestWithParam<std::string> {};

TEST_P(Seeds, AllPropertiesHoldInRandomRuns) {
  constexpr std::uint64_t seeds = RANDOM_RUNS;
  FlowMonitor flow(given::charts());
  Simulation simulation(given::scenario_of(GetParam()), given::postgresql(&flow), {});
  RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    random.restart(seed);
    const Verdict verdict = simulation.run(random);
    ASSERT_TRUE(verdict.ok()) << verdict.violations[0].property << ": "
                              << verdict.violations[0].what << "\nreproduce: ./run " << GetParam()
                              << " --seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Seeds, testing::ValuesIn(given::scenario_files()),
                         [](const auto& test) { return given::test_name(test.param); });

}  // namespace
}  // namespace sim
