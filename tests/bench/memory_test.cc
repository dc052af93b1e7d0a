// What is allocated and not given back must not grow with the number of runs.
#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/support/runs.h"

namespace sim {
namespace {

std::size_t bytes_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(Memory, DoesNotGrowWithTheNumberOfRuns) {
  if (default_executor() == ExecutorKind::reexecution) GTEST_SKIP() << "sanitizers keep memory";
  FlowMonitor flow(given::charts());
  Simulation simulation(given::scenario_of("scenarios/faults-while-deploying.json"),
                        given::postgresql(&flow), {});
  RandomChoices random(0);
  const auto run = [&](std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t seed = from; seed < to; ++seed) {
      random.restart(seed);
      (void)simulation.run(random);
    }
  };
  run(0, 1000);
  const std::size_t before = bytes_in_use();
  // The same runs again: no buffer finds a longer one than before, so that anything more was lost.
  run(0, 1000);
  EXPECT_LE(bytes_in_use(), before);
}

}  // namespace
}  // namespace sim
