// The deferral queue, with a charm of three handlers that defer when they are told to.
#include "charm/runtime/dispatch.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <span>
#include <string_view>

#include "charm/postgresql_k8s.h"
#include "tests/charm/fake_ports.h"

namespace charm {
namespace {

using Ended = std::vector<std::string>;

// The handlers are plain functions, so a unit's options tell them what to do: each has its number.
bool told_to(Unit& unit, std::uint32_t bit) {
  return (unit.juju.config().experimental_max_connections & bit) != 0;
}
constexpr std::uint32_t first_defers = 1;
constexpr std::uint32_t second_defers = 2;
constexpr std::uint32_t second_fails = 4;

Outcome first(Unit& unit, const Event&) {
  return told_to(unit, first_defers) ? unit.path.deferred("defer", "told to")
                                     : unit.path.done("rtn", "nothing to do");
}
Outcome second(Unit& unit, const Event&) {
  if (told_to(unit, second_fails)) throw HookFailed("cannot go on");
  return told_to(unit, second_defers) ? unit.path.deferred("defer", "told to")
                                      : unit.path.done("rtn", "nothing to do");
}
Outcome third(Unit& unit, const Event&) { return unit.path.done("rtn", "nothing to do"); }

constexpr std::array<std::string_view, 1> relations{"peers"};
constexpr std::array handlers{
    Handler{"first", "", EventKind::leader_elected, 0, first},
    Handler{"second", "", EventKind::relation_changed, 0, second},
    Handler{"third", "", EventKind::relation_changed, 0, third},
};
constexpr CharmDefinition charm_of_three{"three", "box", relations, {}, handlers};

constexpr Event elected{.kind = EventKind::leader_elected};
Event changed_by(std::uint16_t unit) {
  return {.kind = EventKind::relation_changed, .remote_unit = UnitName{unit}};
}

struct DispatchTest : testing::Test {
  DispatchResult run(const Event& event, std::uint32_t told = 0) {
    world.options.experimental_max_connections = told;
    observer = {};
    return dispatch(charm, it.unit, event, observer);
  }

  CharmDefinition charm = charm_of_three;
  fake::World world;
  fake::FakeUnit it{world};
  fake::Observer observer;
};

using Dispatch = DispatchTest;

TEST_F(Dispatch, RunsTheObserversOfAnEventInTheOrderOfTheTable) {
  EXPECT_TRUE(run(changed_by(1)).ok);

  EXPECT_EQ(observer.ended, (Ended{"second done", "third done"}));
  EXPECT_EQ(world.queue_writes, 0);
}

TEST_F(Dispatch, QueuesOnlyTheHandlerThatDefers) {
  run(changed_by(1), second_defers);

  ASSERT_EQ(world.queue.size(), 1U);
  EXPECT_EQ(world.queue[0], (Notice{1, changed_by(1)}));
}

TEST_F(Dispatch, ReemitsTheQueueBeforeTheNewEvent) {
  run(changed_by(1), second_defers);

  run(elected);

  EXPECT_EQ(observer.ended, (Ended{"second done", "first done"}));
  EXPECT_EQ(observer.reemissions, 1);
  EXPECT_TRUE(world.queue.empty());
}

TEST_F(Dispatch, AReDeferredNoticeKeepsItsPlace) {
  run(elected, first_defers);
  run(changed_by(1), first_defers | second_defers);
  run(changed_by(2), first_defers | second_defers);
  ASSERT_EQ(world.queue.size(), 3U);

  run(changed_by(3), first_defers);

  ASSERT_EQ(world.queue.size(), 1U);
  EXPECT_EQ(world.queue[0], (Notice{0, elected}));
}

TEST_F(Dispatch, OldestComeFirst) {
  run(changed_by(2), second_defers);
  run(changed_by(1), second_defers);

  run(elected, second_defers);

  ASSERT_EQ(world.queue.size(), 2U);
  EXPECT_EQ(world.queue[0].event, changed_by(2));
  EXPECT_EQ(world.queue[1].event, changed_by(1));
}

TEST_F(Dispatch, AnEqualNoticeThatDefersAgainStandsForTheNewEvent) {
  run(changed_by(1), second_defers);

  run(changed_by(1), second_defers);

  EXPECT_EQ(observer.ended, (Ended{"second deferred", "second merged", "third done"}));
  EXPECT_EQ(world.queue.size(), 1U);
}

TEST_F(Dispatch, AnEqualNoticeThatSucceedsDoesNot) {
  run(changed_by(1), second_defers);

  run(changed_by(1));

  EXPECT_EQ(observer.ended, (Ended{"second done", "second done", "third done"}));
}

TEST_F(Dispatch, WhereDuplicatesAreKeptTheNewEventIsQueuedBesideAnEqualNotice) {
  charm.duplicates = Duplicates::kept;
  run(changed_by(1), second_defers);

  run(changed_by(1), second_defers);

  EXPECT_EQ(observer.ended, (Ended{"second deferred", "second deferred", "third done"}));
  EXPECT_EQ(world.queue, (Notices{{1, changed_by(1)}, {1, changed_by(1)}}));
}

TEST_F(Dispatch, TheCharmMergesDuplicatesAsTheOpsOfItsUpstreamDoes) {
  EXPECT_EQ(postgresql_k8s().duplicates, Duplicates::merged);
}

TEST_F(Dispatch, NoticesOfDifferentUnitsAreNotEqual) {
  run(changed_by(1), second_defers);
  run(changed_by(2), second_defers);

  EXPECT_EQ(world.queue.size(), 2U);
}

TEST_F(Dispatch, WritesTheQueueOnlyIfItChanges) {
  run(elected, first_defers);
  EXPECT_EQ(world.queue_writes, 1);

  run(changed_by(1), first_defers);

  EXPECT_EQ(world.queue_writes, 1);
}

TEST_F(Dispatch, AFailureStoresNothing) {
  run(elected, first_defers);
  const Notices before = world.queue;

  const DispatchResult result = run(changed_by(1), second_fails);

  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.error, "cannot go on");
  EXPECT_EQ(observer.ended, (Ended{"first done"}));
  EXPECT_EQ(world.queue, before);
}

TEST_F(Dispatch, ANoticeWhoseHandlerIsGoneIsDropped) {
  world.queue.push_back({7, elected});

  EXPECT_TRUE(run(changed_by(1)).ok);

  EXPECT_EQ(observer.reemissions, 0);
  EXPECT_TRUE(world.queue.empty());
}

TEST_F(Dispatch, ANoticeThatIsDroppedLeavesTheOthersInTheirOrder) {
  world.queue = {{1, changed_by(1)}, {no_handler, elected}, {0, elected}};

  run({.kind = EventKind::update_status}, first_defers | second_defers);

  EXPECT_EQ(world.queue, (Notices{{1, changed_by(1)}, {0, elected}}));
}

TEST_F(Dispatch, ANoticeIsNotDroppedByAHookThatFails) {
  world.queue = {{no_handler, elected}};

  EXPECT_FALSE(run(changed_by(1), second_fails).ok);

  EXPECT_EQ(world.queue.size(), 1U);
}

TEST_F(Dispatch, GivesADeferredHandlerItsEventAsItWas) {
  const Event departed{.kind = EventKind::relation_changed,
                       .remote_unit = UnitName{2},
                       .departing_unit = UnitName{3}};
  run(departed, second_defers);

  run(changed_by(1), second_defers);

  EXPECT_EQ(world.queue[0].event, departed);
}

TEST_F(Dispatch, StopAndRemoveCannotBeDeferred) {
  for (const EventKind kind : {EventKind::stop, EventKind::remove}) {
    const std::array handler{Handler{"first", "", kind, 0, first}};
    charm.handlers = handler;

    const DispatchResult result = run({.kind = kind}, first_defers);

    EXPECT_EQ(result.error, "cannot defer " + std::string(to_text(kind)));
    EXPECT_TRUE(world.queue.empty());
  }
}

TEST_F(Dispatch, AQueueThatIsFullFailsTheHook) {
  charm.duplicates = Duplicates::kept;
  while (!world.queue.full()) world.queue.push_back({0, elected});

  EXPECT_EQ(run(elected, first_defers).error, "cannot defer: the queue is full");
}

TEST_F(Dispatch, AnEventThatNobodyObservesStillRunsTheQueue) {
  run(elected, first_defers);

  run({.kind = EventKind::update_status});

  EXPECT_EQ(observer.ended, (Ended{"first done"}));
}

TEST_F(Dispatch, EachHandlerStartsAPathOfItsOwn) {
  run(changed_by(1), second_defers);

  EXPECT_EQ(observer.paths, (std::vector<std::string>{"defer", "rtn"}));
}

// --- state of another revision ---

Outcome configured(Unit& unit, const Event&) { return unit.path.done("rtn", "nothing to do"); }
constexpr std::array with_configuration{
    Handler{"first", "", EventKind::leader_elected, 0, first},
    Handler{"second", "", EventKind::relation_changed, 0, second},
    Handler{"third", "", EventKind::relation_changed, 0, third},
    Handler{"configured", "", EventKind::config_changed, 0, configured},
    Handler{"fourth", "", EventKind::stop, 0, third},
    Handler{"fifth", "", EventKind::action, 0, third},
};

struct UnreadableState : DispatchTest {
  UnreadableState() { charm.handlers = with_configuration; }

  static constexpr const char* refusal =
      "Cannot read what another revision has left: endpoints in database-peers";
};

TEST_F(UnreadableState, IsRefusedByNameAndEveryEventIsKept) {
  run(elected, first_defers);
  world.unreadable = StateKey::endpoints;
  EXPECT_TRUE(run(changed_by(1)).ok);
  EXPECT_EQ(observer.ended, Ended{}) << "nobody decides by what cannot be read";
  EXPECT_EQ(world.statuses.back(), std::string("blocked: ") + refusal);
  ASSERT_EQ(world.queue.size(), 4U);
  EXPECT_EQ(world.queue[0], (Notice{0, elected})) << "what was deferred before";
  EXPECT_EQ(world.queue[1], (Notice{1, changed_by(1)}));
  EXPECT_EQ(world.queue[2], (Notice{2, changed_by(1)}));
  EXPECT_EQ(world.queue[3].event.kind, EventKind::config_changed);
}

TEST_F(UnreadableState, OfWhichTheSameEventsAreKeptOnce) {
  world.unreadable = StateKey::endpoints;
  run(changed_by(1));
  const int writes = world.queue_writes;
  run(changed_by(1));
  EXPECT_EQ(world.queue.size(), 3U);
  EXPECT_EQ(world.queue_writes, writes);
  run(changed_by(2));
  EXPECT_EQ(world.queue.size(), 5U);
}

TEST_F(UnreadableState, OnceMendedEverythingIsMadeUpFor) {
  world.unreadable = StateKey::endpoints;
  run(changed_by(1));
  run(elected);
  world.unreadable = StateKey::none;
  EXPECT_TRUE(run(changed_by(2)).ok);
  EXPECT_EQ(observer.ended, (Ended{"second done", "third done", "configured done", "first done",
                                   "second done", "third done"}));
  EXPECT_TRUE(world.queue.empty());
}

TEST_F(UnreadableState, ThatIsUnderWayIsRefusedInOtherWords) {
  world.unreadable = StateKey::restoring_backup;
  EXPECT_TRUE(run(changed_by(1)).ok);
  EXPECT_EQ(observer.ended, Ended{});
  EXPECT_EQ(world.statuses.back(),
            "blocked: Cannot go on with what another revision has left: restoring-backup in "
            "database-peers");
  EXPECT_FALSE(world.queue.empty());
}

TEST_F(UnreadableState, AnActionFailsWithTheText) {
  world.unreadable = StateKey::endpoints;
  EXPECT_TRUE(run({.kind = EventKind::action}).ok);
  EXPECT_EQ(world.failure, refusal);
  ASSERT_EQ(world.queue.size(), 1U);
  EXPECT_EQ(world.queue[0].event.kind, EventKind::config_changed);
}

TEST_F(UnreadableState, WhatCannotBeKeptPasses) {
  world.unreadable = StateKey::endpoints;
  EXPECT_TRUE(run({.kind = EventKind::stop}).ok);
  EXPECT_EQ(observer.ended, Ended{});
}

TEST_F(UnreadableState, EachKeyHasItsName) {
  std::set<std::string_view> names;
  for (std::size_t at = 0; at < state_key_count; ++at) {
    const auto key = static_cast<StateKey>(at);
    names.insert(to_text(key));
    EXPECT_EQ(state_key_named(to_text(key)), key);
  }
  EXPECT_EQ(names.size(), state_key_count);
  EXPECT_EQ(to_text(StateKey::none), "");
  EXPECT_EQ(state_key_named("endpoints"), StateKey::none);
}

}  // namespace
}  // namespace charm
