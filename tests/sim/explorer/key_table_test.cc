// A table of keys has those that were put into it, each once, as it grows.
#include "sim/explorer/key_table.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "sim/explorer/mix.h"
#include "sim/explorer/zeroed_memory.h"

namespace sim::explorer {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

class OfWidth : public testing::TestWithParam<unsigned> {};

TEST_P(OfWidth, AMixIsUndone) {
  const Mix mix(GetParam());
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - GetParam());
  for (std::uint64_t i = 0; i < 1000; ++i) {
    for (const std::uint64_t number : {i & all, all - (i & all), (i * 0x9e3779b97f4a7c15) & all}) {
      EXPECT_LE(mix.mix(number), all);
      EXPECT_EQ(mix.unmix(mix.mix(number)), number);
    }
  }
}

template <class Slot>
void hold_against_a_set(unsigned key_bits, std::uint64_t distinct) {
  KeyTable<Slot> table(key_bits);
  std::set<std::uint64_t> keys;
  const Mix mix(64);
  for (std::uint64_t i = 0; i < 3 * distinct; ++i) {
    // Every key some three times, and now and then a row of neighbours that have one home.
    std::uint64_t key = mix.mix(mix.mix(i) % distinct) >> (64 - key_bits);
    if (i % 4 == 0) {
      key = (std::uint64_t{1} << (key_bits - 1)) + i % std::min<std::uint64_t>(distinct / 2, 40);
    }
    EXPECT_EQ(table.contains(key), keys.contains(key));
    EXPECT_EQ(table.insert(key, unlimited),
              keys.insert(key).second ? Insertion::added : Insertion::known);
    EXPECT_TRUE(table.contains(key));
  }
  EXPECT_EQ(table.size(), keys.size());
  for (const std::uint64_t key : keys) EXPECT_TRUE(table.contains(key));
}

TEST_P(OfWidth, ATableIsTheSetOfItsKeys) {
  const unsigned bits = GetParam() - 5;
  const std::uint64_t distinct = bits < 14 ? std::uint64_t{1} << bits : 10'000;
  hold_against_a_set<std::uint64_t>(bits, distinct);
  if (KeyTable<std::uint32_t>::fewest_bucket_bits(bits) < 14) {
    hold_against_a_set<std::uint32_t>(bits, distinct);
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, OfWidth,
                         testing::Values(11U, 16U, 17U, 25U, 39U, 46U, 53U, 63U, 64U));

TEST(KeyTable, HoldsWholeHashes) { hold_against_a_set<std::uint64_t>(64, 10'000); }

// 2^12 keys that are at home in a few buckets.
TEST(KeyTable, KeepsKeysThatBeginAlike) {
  KeyTable<std::uint32_t> table(30);
  for (std::uint64_t key = 0; key < 4096; ++key) {
    EXPECT_EQ(table.insert(key << 10, unlimited), Insertion::added);
  }
  for (std::uint64_t key = 0; key < 4096; ++key) EXPECT_TRUE(table.contains(key << 10));
}

TEST(KeyTable, IsFullBeforeItTakesMoreThanItMay) {
  KeyTable<std::uint32_t> table(30);
  constexpr std::size_t limit = 20'000;
  std::uint64_t added = 0;
  while (table.insert(Mix(30).mix(added), limit) == Insertion::added) ++added;
  EXPECT_EQ(table.size(), added);
  EXPECT_GT(added, limit / 16);
  EXPECT_LE(table.bytes() + table.old_bytes(), limit);
  EXPECT_EQ(table.insert(Mix(30).mix(0), limit), Insertion::known);
}

TEST(KeyTable, TakesFourBytesForAKeyOfThirtyFourBits) {
  KeyTable<std::uint32_t> table(34);
  for (std::uint64_t i = 0; i < 100'000; ++i) table.insert(Mix(34).mix(i), unlimited);
  EXPECT_EQ(table.size(), 100'000U);
  EXPECT_EQ(table.bytes(), (1U << 17) * 4U);  // the smallest power of two that is enough
}

// Else the first write to a page that was read before interrupts all other workers.
TEST(ZeroedMemory, HasItsPagesBeforeTheyAreRead) {
  constexpr std::size_t pages = 16;
  const std::size_t bytes = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  ZeroedMemory memory(1024);
  memory.take(bytes / 2);
  memory.take(bytes);
  std::vector<unsigned char> present(pages);
  ASSERT_EQ(mincore(memory.data(), bytes, present.data()), 0);
  if (madvise(memory.data(), bytes, MADV_POPULATE_WRITE) != 0) GTEST_SKIP() << "an old kernel";
  EXPECT_EQ(std::ranges::count_if(present, [](unsigned char page) { return (page & 1) != 0; }),
            pages);
}

}  // namespace
}  // namespace sim::explorer
