// Failovers after which nobody serves.
#include <gtest/gtest.h>

#include <numeric>

#include "charm/postgresql_k8s.h"
#include "sim/failover/measure.h"

namespace sim::failover {
namespace {

// The node of one of two units does not come back, and the other has no standby whom a commit could
// wait for.
TEST(OpenFailovers, HavePhasesThatAddUp) {
  Setting setting;
  setting.units = 2;
  const auto base = prepare(*find_kind("node-lost"), setting,
                            {&charm::postgresql_k8s(), postgresql_properties(), nullptr}, nullptr);
  ASSERT_TRUE(base.has_value());
  Meter meter(*base, charm::postgresql_k8s());
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Failover one = meter.measure(seed);
    EXPECT_TRUE(one.is_open) << seed;
    EXPECT_GE(one.outage_us, 590'000'000) << seed;
    EXPECT_EQ(std::accumulate(one.phases_us.begin(), one.phases_us.end(), 0LL), one.outage_us)
        << seed;
  }
}

}  // namespace
}  // namespace sim::failover
