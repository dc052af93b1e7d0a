// What a live client went through, out of what is seen of all members: whose acknowledged writes
// count is as sim/failover/watch.h has it.
#include <gtest/gtest.h>

#include <vector>

#include "tests/live/sampling/client.h"

namespace sampling {
namespace {

using charm::UnitName;

constexpr UnitName first{0};
constexpr UnitName second{1};
constexpr std::int64_t s = 1'000'000;

class LiveClient : public testing::Test {
 protected:
  // A write, by the nth postmaster of that member.
  void acknowledged(std::int64_t at_us, UnitName by, std::int64_t postmaster = 1) {
    see(at_us, Sight::acknowledged, by, true, postmaster);
  }
  void see(std::int64_t at_us, Sight sight, UnitName unit, bool is_so = true,
           std::int64_t since_us = 0) {
    seen.push_back({at_us, sight, unit, is_so, since_us});
  }
  [[nodiscard]] Watched watched() const { return watch(seen, first, 10 * s); }

  std::vector<Seen> seen;
};

TEST_F(LiveClient, IsOutBetweenTheLastWriteAndTheFirstOneOfItsNextServer) {
  acknowledged(9 * s, first);
  acknowledged(9 * s + 900'000, first);
  see(30 * s, Sight::lock, second, true, 29 * s);
  see(31 * s, Sight::recovery, second, false);
  see(31 * s + 1, Sight::route, first, false);
  see(31 * s + 2, Sight::route, second);
  acknowledged(36 * s, second);
  acknowledged(36 * s + 100'000, second);
  const Watched result = watched();
  ASSERT_TRUE(result.longest.has_value());
  EXPECT_EQ(result.longest->began_us, 9 * s + 900'000);
  EXPECT_EQ(result.longest->ended_us, 36 * s);
  EXPECT_EQ(result.longest->server, second);
  EXPECT_EQ(result.longest->lock_us, 30 * s);
  EXPECT_EQ(result.longest->acquired_us, 29 * s);
  EXPECT_EQ(result.longest->primary_us, 31 * s);
  EXPECT_EQ(result.longest->routed_us, 31 * s + 2);
  EXPECT_TRUE(result.has_noticed);
  EXPECT_EQ(result.served_since_us, 36 * s);
  EXPECT_EQ(result.last_us, 36 * s + 100'000);
}

TEST_F(LiveClient, IsNotServedByWhomTheServiceDoesNotLeadTo) {
  acknowledged(9 * s, first);
  acknowledged(20 * s, second);
  see(21 * s, Sight::route, second);
  acknowledged(22 * s, second);
  EXPECT_EQ(watched().longest->ended_us, 22 * s);
}

// A new postmaster of the same member is another connection: the Service must lead there.
TEST_F(LiveClient, FindsANewPostmasterByTheService) {
  acknowledged(9 * s, first);
  see(11 * s, Sight::route, first, false);
  acknowledged(15 * s, first, 2);
  see(16 * s, Sight::route, first);
  acknowledged(17 * s, first, 2);
  EXPECT_EQ(watched().longest->ended_us, 17 * s);
  EXPECT_EQ(watched().longest->postmaster_us, 2);
}

// As long as it acknowledges, wherever the Service leads meanwhile.
TEST_F(LiveClient, StaysWithAServerThatServes) {
  acknowledged(9 * s, first);
  see(10 * s, Sight::route, first, false);
  acknowledged(10 * s + 100'000, first);
  const Watched result = watched();
  EXPECT_EQ(result.longest->ended_us - result.longest->began_us, s + 100'000);
  EXPECT_EQ(result.last_us, 10 * s + 100'000);
}

TEST_F(LiveClient, CountsNoGapThatEndedBeforeTheFault) {
  acknowledged(2 * s, first);
  acknowledged(9 * s, first);
  acknowledged(10 * s + 50'000, first);
  acknowledged(10 * s + 150'000, first);
  EXPECT_EQ(watched().longest->began_us, 9 * s);
  EXPECT_EQ(watched().longest->ended_us, 10 * s + 50'000);
}

}  // namespace
}  // namespace sampling
