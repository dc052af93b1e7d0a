// Parts of a campaign: each run is in one of them.
#include "sim/search/shards.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sim {
namespace {

RC_GTEST_PROP(Shards, HaveEachRunOnceInOrderAndAlikeMany, ()) {
  const auto count = *rc::gen::inRange<std::uint32_t>(1, 1000);
  const auto runs = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000);
  std::uint64_t next = 0;
  for (std::uint32_t index = 0; index < count; ++index) {
    const RunRange range = runs_of({index, count}, runs);
    RC_ASSERT(range.begin == next);
    RC_ASSERT(range.size() == runs / count || range.size() == runs / count + 1);
    next = range.end;
  }
  RC_ASSERT(next == runs);
}

RC_GTEST_PROP(Shards, AreReadAsTheyAreWritten, ()) {
  const auto count = *rc::gen::inRange<std::uint32_t>(1, most_shards + 1);
  const Shard shard{*rc::gen::inRange<std::uint32_t>(0, count), count};
  RC_ASSERT(parse_shard(to_text(shard)) == shard);
}

TEST(Shards, OfAllRunsIsAllThereIs) {
  EXPECT_EQ(runs_of({}, 7).begin, 0U);
  EXPECT_EQ(runs_of({}, 7).end, 7U);
  EXPECT_TRUE(ShardSet{}.is_whole());
}

TEST(Shards, ThatAreMissingAreListed) {
  const ShardSet some{.count = 7, .has = {1, 5}};
  EXPECT_FALSE(some.is_whole());
  EXPECT_EQ(some.missing(), (std::vector<std::uint32_t>{0, 2, 3, 4, 6}));
  EXPECT_EQ(to_text(some.missing()), "0, 2 to 4, 6");
  EXPECT_EQ(to_text(std::vector<std::uint32_t>{}), "");
  EXPECT_TRUE((ShardSet{.count = 2, .has = {0, 1}}).missing().empty());
  EXPECT_EQ(some.runs(16), 3U + 2U);
  EXPECT_EQ((ShardSet{.count = 7, .has = {0, 1, 6}}).runs(16), 3U + 3U + 2U);
}

}  // namespace
}  // namespace sim
