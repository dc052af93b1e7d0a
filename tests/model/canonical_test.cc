// Which worlds are the same to a search: those that counters tell apart which nothing compares but
// with one another, and those whose counters compare otherwise.
#include "model/canonical.h"

#include <gtest/gtest.h>

#include <functional>

namespace model {
namespace {

using charm::UnitName;

class CanonicalWorlds : public testing::Test {
 protected:
  using Change = std::function<void(World&)>;

  static World changed(const Change& change) {
    World world(2);
    world.arm(timer_id(WorldTimer::client), {std::chrono::seconds(1), std::chrono::seconds(1)});
    change(world);
    return world;
  }
  // Each looked at for the first time, and each after the other, when not all is hashed anew.
  bool are_the_same(const Change& one, const Change& other) {
    const World worlds[] = {changed(one), changed(other)};
    const std::uint64_t first = fresh().of(worlds[0], texts_);
    const std::uint64_t second = fresh().of(worlds[1], texts_);
    CanonicalFingerprint both = fresh();
    EXPECT_EQ(both.of(worlds[0], texts_), first);
    EXPECT_EQ(both.of(worlds[1], texts_), second);
    EXPECT_EQ(both.of(worlds[0], texts_), first);
    return first == second;
  }

 private:
  static CanonicalFingerprint fresh() { return {World(2), std::chrono::seconds(30)}; }

  Texts texts_;
};

constexpr UnitName first{0};
constexpr UnitName second{1};

TEST_F(CanonicalWorlds, OfAPodsIncarnationsItCountsWhetherItsBagHasTheAddress) {
  const auto with = [](std::uint16_t incarnation, std::uint16_t address) {
    return [=](World& world) {
      world.unit(first).pod.incarnation = incarnation;
      world.unit(first).record.bag_address = address;
    };
  };
  EXPECT_TRUE(are_the_same(with(1, 1), with(3, 3)));
  EXPECT_TRUE(are_the_same(with(2, 1), with(4, 2)));
  EXPECT_FALSE(are_the_same(with(2, 2), with(2, 1)));
}

TEST_F(CanonicalWorlds, WhatAHookHasReadAndWaitedForCountsWhileItRuns) {
  const auto with = [](HookStep step, bool passed, bool told, std::uint8_t configuration) {
    return [=](World& world) {
      world.unit(first).record.step = step;
      world.unit(first).process.deadline_passed = passed;
      world.unit(first).process.told_not_leader = told;
      world.unit(first).process.configuration = configuration;
    };
  };
  for (const HookStep step : {HookStep::none, HookStep::queued, HookStep::failed, HookStep::done}) {
    EXPECT_TRUE(are_the_same(with(step, true, true, 1), with(step, false, false, 0)));
  }
  const auto nothing = with(HookStep::running, false, false, 0);
  EXPECT_FALSE(are_the_same(with(HookStep::running, true, false, 0), nothing));
  EXPECT_FALSE(are_the_same(with(HookStep::running, false, true, 0), nothing));
  EXPECT_FALSE(are_the_same(with(HookStep::running, false, false, 1), nothing));
}

TEST_F(CanonicalWorlds, OfRecordsItCountsWhichHaveComeSinceAHookBegan) {
  const auto with = [](std::uint16_t one, std::uint16_t newest, std::uint16_t made) {
    return [=](World& world) {
      world.unit(first).record.number = one;
      world.unit(second).record.newest_number = newest;
      world.shared().application.records_made = made;
    };
  };
  EXPECT_TRUE(are_the_same(with(2, 3, 3), with(4, 5, 5)));
  EXPECT_FALSE(are_the_same(with(2, 2, 2), with(2, 1, 2)));
  EXPECT_FALSE(are_the_same(with(0, 1, 1), with(1, 1, 1)));
}

TEST_F(CanonicalWorlds, OfRevisionsItCountsWhetherTheLatestWasToldOf) {
  const auto with = [](std::uint16_t revision, std::uint16_t tracked, std::uint16_t told) {
    return [=](World& world) {
      world.shared().application.secret_revision = revision;
      world.unit(first).record.secret_tracked = tracked;
      world.unit(first).record.secret_told = told;
    };
  };
  EXPECT_TRUE(are_the_same(with(1, 1, 1), with(3, 2, 3)));
  EXPECT_TRUE(are_the_same(with(3, 1, 2), with(4, 1, 0)));
  EXPECT_FALSE(are_the_same(with(3, 1, 3), with(3, 1, 2)));
  EXPECT_FALSE(are_the_same(with(3, 1, 3), with(3, 0, 3)));
  EXPECT_FALSE(are_the_same(with(0, 0, 0), with(1, 0, 1)));
}

TEST_F(CanonicalWorlds, OfStintsItCountsWhetherItIsTheFirstAndHasAcknowledged) {
  const auto with = [](std::uint16_t stint, std::uint16_t acknowledged) {
    return [=](World& world) {
      world.unit(first).postgres.stint = stint;
      world.unit(first).postgres.acknowledged_stint = acknowledged;
    };
  };
  EXPECT_TRUE(are_the_same(with(2, 2), with(5, 5)));
  EXPECT_TRUE(are_the_same(with(2, 1), with(5, 3)));
  EXPECT_FALSE(are_the_same(with(2, 2), with(2, 1)));
  EXPECT_FALSE(are_the_same(with(1, 1), with(2, 2)));
}

TEST_F(CanonicalWorlds, HowOftenTheLockHasChangedHandsIsNothingToThem) {
  const auto with = [](std::uint16_t transitions) {
    return [=](World& world) { world.shared().dcs.transitions = transitions; };
  };
  EXPECT_TRUE(are_the_same(with(1), with(4)));
}

TEST_F(CanonicalWorlds, TheSerialsOfBranchesAreForTheClientsLogAlone) {
  const auto with = [](std::uint32_t serial, std::uint16_t timeline) {
    return [=](World& world) {
      world.shared().client.branches_made = serial;
      world.shared().branches[1] = {.timeline = timeline, .serial = serial};
    };
  };
  EXPECT_TRUE(are_the_same(with(1, 2), with(7, 2)));
  EXPECT_FALSE(are_the_same(with(1, 2), with(1, 3)));
}

// What lies behind all databases counts by its order: with one position another becomes an other.
TEST_F(CanonicalWorlds, ThePositionThatNamesWaitForIsOneThatOthersAreComparedWith) {
  const auto with = [](std::uint64_t names_lsn) {
    return [=](World& world) {
      world.unit(first).postgres.database = Database::running;
      world.unit(first).postgres.lsn = 1000;
      world.shared().branches[1].fork_lsn = 10;
      world.unit(second).member.names_lsn = names_lsn;
    };
  };
  EXPECT_TRUE(are_the_same(with(20), with(30)));
  EXPECT_FALSE(are_the_same(with(20), with(5)));
}

}  // namespace
}  // namespace model
