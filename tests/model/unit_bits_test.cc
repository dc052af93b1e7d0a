// A set of units in two bytes is the set that it stands for.
#include "model/unit_bits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
// After gtest, as its header wants it.
#include <rapidcheck/gtest.h>

#include <vector>

namespace model {
namespace {

using charm::UnitName;
using charm::UnitSet;
using testing::ElementsAre;

constexpr UnitName zero{0};
constexpr UnitName one{1};
constexpr UnitName last{max_world_units - 1};
constexpr UnitName beyond{max_world_units};

static_assert(sizeof(UnitBits) == 2);

TEST(UnitBits, AreGoneThroughInAscendingOrder) {
  const UnitBits units{last, zero, one};
  EXPECT_THAT(std::vector<UnitName>(units.begin(), units.end()), ElementsAre(zero, one, last));
  EXPECT_TRUE(UnitBits().empty());
  EXPECT_EQ((UnitBits{last, one}.first()), one);
}

TEST(UnitBits, HoldWhoWasInsertedAndNotErased) {
  UnitBits units{zero, one};
  units.erase(zero);
  units.insert(last);
  units.insert(last);
  EXPECT_EQ(units, (UnitBits{one, last}));
  EXPECT_EQ(units.size(), 2U);
  EXPECT_FALSE(units.contains(zero));
  EXPECT_EQ(units.members().bits(), 0x8002);
  units.clear();
  EXPECT_TRUE(units.empty());
}

TEST(UnitBits, KnowNobodyBeyondAWorld) {
  UnitBits units{one};
  EXPECT_FALSE(units.contains(beyond));
  units.erase(beyond);
  EXPECT_EQ(units, (UnitBits{one}));
}

TEST(UnitBitsDeathTest, TakeNobodyBeyondAWorld) {
  UnitBits units;
  EXPECT_DEATH(units.insert(beyond), "CHECK");
  EXPECT_DEATH((units = UnitSet{zero, beyond}), "CHECK");
  EXPECT_DEATH((void)units.first(), "CHECK");
}

rc::Gen<std::vector<std::uint16_t>> any_ordinals() {
  return rc::gen::container<std::vector<std::uint16_t>>(
      rc::gen::inRange<std::uint16_t>(0, max_world_units));
}

RC_GTEST_PROP(UnitBits, ComeBackFromASetAndAreItInEveryExpression, ()) {
  UnitSet a;
  UnitSet b;
  for (std::uint16_t ordinal : *any_ordinals()) a.insert({ordinal});
  for (std::uint16_t ordinal : *any_ordinals()) b.insert({ordinal});
  UnitBits bits;
  bits = a;
  RC_ASSERT(bits == a);
  RC_ASSERT(bits.size() == a.size());
  RC_ASSERT(bits.empty() == a.empty());
  RC_ASSERT((bits | b) == (a | b));
  RC_ASSERT((b & bits) == (a & b));
  RC_ASSERT((bits - b) == (a - b));
  RC_ASSERT((bits - UnitBits(b)) == (a - b));
  RC_ASSERT((bits == UnitBits(b)) == (a == b));
}

// The bits below it in both widths.
template <class Mask>
UnitSet set_of(Mask mask) {
  UnitSet set;
  for (; !mask.empty(); mask.erase_first()) set.insert({mask.first()});
  return set;
}

template <class Mask>
void are_sets() {
  const auto ordinals = rc::gen::container<std::vector<std::uint16_t>>(
      rc::gen::inRange<std::uint16_t>(0, Mask::room));
  UnitSet a;
  UnitSet b;
  Mask one;
  Mask other;
  for (std::uint16_t ordinal : *ordinals) {
    a.insert({ordinal});
    one.insert(ordinal);
  }
  for (std::uint16_t ordinal : *ordinals) {
    b.insert({ordinal});
    other.insert(ordinal);
  }
  RC_ASSERT(set_of(one) == a);
  RC_ASSERT(static_cast<std::size_t>(one.size()) == a.size());
  RC_ASSERT(one.empty() == a.empty());
  RC_ASSERT(set_of(one | other) == (a | b));
  RC_ASSERT(set_of(one & other) == (a & b));
  RC_ASSERT(set_of(one - other) == (a - b));
  RC_ASSERT((one == other) == (a == b));
  for (std::uint16_t ordinal = 0; ordinal < Mask::room; ++ordinal) {
    RC_ASSERT(one.contains(ordinal) == a.contains({ordinal}));
  }
  for (UnitName unit : b) one.erase(unit.ordinal);
  RC_ASSERT(set_of(one) == (a - b));
}

RC_GTEST_PROP(NarrowMask, IsTheSetOfItsOrdinals, ()) { are_sets<NarrowMask>(); }
RC_GTEST_PROP(WideMask, IsTheSetOfItsOrdinals, ()) { are_sets<WideMask>(); }

TEST(WideMask, KnowsNobodyBeyondItsRoom) {
  WideMask mask;
  mask.insert(127);
  mask.insert(128);
  mask.erase(128);
  EXPECT_FALSE(mask.contains(128));
  EXPECT_EQ(mask.size(), 1);
  EXPECT_EQ(mask.first(), 127);
}

}  // namespace
}  // namespace model
