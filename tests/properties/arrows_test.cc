// Every arrow of the published charts is walked by some run, or this names the arrow.
#include <gtest/gtest.h>

#include "sim/flow/coverage.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

constexpr std::uint64_t seeds = 200;

// Of the calm and some random runs of every scenario.
const Coverage& walked() {
  static const Coverage coverage = [] {
    Coverage sum;
    for (const std::string& file : given::scenario_files()) {
      FlowMonitor flow(given::charts());
      Simulation simulation(given::scenario_of(file), given::postgresql(&flow), {});
      ListChoices calm;
      (void)simulation.run(calm);
      RandomChoices random(0);
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        random.restart(seed);
        (void)simulation.run(random);
      }
      sum.add(flow.coverage());
    }
    return sum;
  }();
  return coverage;
}

class PublishedArrows : public testing::TestWithParam<std::string> {};

TEST_P(PublishedArrows, AreAllWalkedBySomeRun) {
  const Chart* chart = given::charts().published(GetParam());
  ASSERT_NE(chart, nullptr);
  const auto counts = walked().published.find(GetParam());
  ASSERT_NE(counts, walked().published.end()) << "no run walked any of it";
  const CoverageSummary summary = summarise(*chart, counts->second);
  EXPECT_EQ(summary.arrows_never_walked, std::vector<std::string>{}) << to_text(summary);
}

INSTANTIATE_TEST_SUITE_P(Charts, PublishedArrows,
                         testing::Values("leader-elected", "postgresql-pebble-ready",
                                         "peer-relation-changed"),
                         [](const auto& test) { return given::test_name(test.param); });

}  // namespace
}  // namespace sim
