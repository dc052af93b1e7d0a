// A client that writes so seldom that it is silent for longer than a failover takes.
#include <gtest/gtest.h>

#include <numeric>

#include "charm/postgresql_k8s.h"
#include "sim/failover/measure.h"

namespace sim::failover {
namespace {

class RareWrites : public testing::TestWithParam<std::uint32_t> {};

// Its silence alone is no outage that never ends, and between two writes there is at least that.
TEST_P(RareWrites, AreServedAgainAndTheirSilenceIsCounted) {
  Setting setting;
  setting.client_ms = GetParam();
  const std::int64_t silence_us = std::int64_t{setting.client_ms} * 1000;
  for (const char* kind : {"pod-gone", "switchover", "postgresql-killed"}) {
    const auto base =
        prepare(*find_kind(kind), setting,
                {&charm::postgresql_k8s(), postgresql_properties(), nullptr}, nullptr);
    ASSERT_TRUE(base.has_value()) << kind;
    Meter meter(*base, charm::postgresql_k8s());
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Failover one = meter.measure(seed);
      EXPECT_FALSE(one.is_open) << kind << ' ' << seed;
      // A commit takes a little more or less than the one before; and a write that finds nobody is
      // not tried again before its next time.
      EXPECT_GE(one.outage_us, silence_us - 1'000'000) << kind << ' ' << seed;
      EXPECT_LE(one.outage_us, 2 * silence_us + 60'000'000) << kind << ' ' << seed;
      EXPECT_EQ(std::accumulate(one.phases_us.begin(), one.phases_us.end(), 0LL), one.outage_us);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, RareWrites, testing::Values(900, 1000, 5000, 60'000, 3'600'000),
                         [](const auto& each) { return std::to_string(each.param) + "ms"; });

}  // namespace
}  // namespace sim::failover
