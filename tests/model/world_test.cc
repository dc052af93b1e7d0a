// The world as a value: copied, compared, hashed by its content, and small.
#include "model/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
// After gtest, as its header wants it.
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "model/fingerprint.h"
#include "model/hash.h"
#include "model/text.h"

namespace model {
namespace {

using namespace std::chrono_literals;
using charm::HostList;
using charm::Instant;
using charm::UnitName;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr UnitName zero{0};
constexpr UnitName two{2};
constexpr TimerId client = timer_id(WorldTimer::client);
constexpr TimerId agent = timer_id(two, UnitTimer::agent);
constexpr TimerId pod = timer_id(zero, UnitTimer::pod);

HostList hosts(std::initializer_list<charm::HostName> names) { return {names}; }

charm::Notices notices(std::uint16_t handler) {
  return {{.handler = handler,
           .event = {charm::EventKind::relation_changed, 0, UnitName{1}, UnitName{2}}}};
}

std::vector<std::uint32_t> take_fresh(World& world) {
  std::vector<std::uint32_t> taken;
  world.take_fresh([&taken](TimerId id) { taken.push_back(id.index); });
  return taken;
}

// --- a value ---

TEST(World, HasRoomForOneUnitAndForTheLargestNumber) {
  EXPECT_EQ(World(1).unit_count(), 1);
  EXPECT_EQ(World(max_world_units).unit_count(), max_world_units);
}

TEST(WorldDeathTest, RefusesToBeMadeForNobodyOrForTooMany) {
  EXPECT_DEATH(World(0), "CHECK");
  EXPECT_DEATH(World(max_world_units + 1), "CHECK");
}

TEST(World, BeginsEmptyAtZeroWithNoTimerArmed) {
  const World world(3);
  EXPECT_EQ(world.now(), Instant{0});
  EXPECT_TRUE(world.existing().empty());
  EXPECT_TRUE(world.endpoints().empty());
  EXPECT_FALSE(world.is_armed(world.next()));
}

TEST(World, KnowsWhichUnitsExistInAscendingOrder) {
  World world(4);
  world.unit(two).exists = true;
  world.unit(zero).exists = true;
  EXPECT_EQ(world.existing(), (charm::UnitSet{zero, two}));
}

TEST(World, ACopyIsEqualAndLeadsALifeOfItsOwn) {
  World world(3);
  world.set_endpoints(hosts({{0}}));
  World copy = world;
  ASSERT_EQ(copy, world);
  copy.set_endpoints(hosts({{0}, {1}}));
  EXPECT_NE(copy, world);
  EXPECT_EQ(world.endpoints(), hosts({{0}}));
}

TEST(World, OfAnotherSizeIsAnotherWorld) { EXPECT_NE(World(2), World(3)); }

TEST(World, TimeGoesOn) {
  World world(1);
  world.advance_to({5'000'000});
  EXPECT_EQ(world.now(), Instant{5'000'000});
}

TEST(WorldDeathTest, TimeDoesNotGoBack) {
  World world(1);
  world.advance_to({5});
  EXPECT_DEATH(world.advance_to({4}), "CHECK");
}

// Each kind of content, by one change of it.
struct Change {
  const char* what;
  void (*make)(World& world);
};

class AnyChange : public testing::TestWithParam<Change> {};

TEST_P(AnyChange, MakesAnotherWorldWithAnotherFingerprint) {
  const Texts texts;
  const World before(3);
  World after = before;
  GetParam().make(after);
  EXPECT_NE(after, before);
  EXPECT_NE(fingerprint(after, texts), fingerprint(before, texts));
}

TEST_P(AnyChange, MadeInTwoWorldsLeavesThemTheSame) {
  const Texts texts;
  World here(3);
  World there(3);
  GetParam().make(here);
  GetParam().make(there);
  EXPECT_EQ(here, there);
  EXPECT_EQ(fingerprint(here, texts), fingerprint(there, texts));
}

INSTANTIATE_TEST_SUITE_P(
    World, AnyChange,
    testing::Values(
        Change{"time", [](World& w) { w.advance_to({1}); }},
        Change{"application", [](World& w) { w.shared().application.initialised = true; }},
        Change{"lock", [](World& w) { w.shared().dcs.lock_version = 1; }},
        Change{"client", [](World& w) { w.shared().client.acknowledged = 1; }},
        Change{"first_unit", [](World& w) { w.unit(zero).exists = true; }},
        Change{"last_unit", [](World& w) { w.unit(two).postgres.lsn = 128; }},
        Change{"endpoints", [](World& w) { w.set_endpoints(hosts({{0}})); }},
        Change{"staged_endpoints", [](World& w) { w.stage_endpoints(two, hosts({{0}})); }},
        Change{"notices", [](World& w) { w.set_notices(zero, notices(0)); }},
        Change{"staged_notices", [](World& w) { w.stage_notices(two, notices(0)); }},
        Change{"world_timer", [](World& w) { w.arm(client, exactly(1s)); }},
        Change{"unit_timer", [](World& w) { w.arm(agent, {1s, 2s}); }}),
    [](const auto& change) { return std::string(change.param.what); });

TEST(Fingerprint, TellsTheUnitsOfAWorldApart) {
  const Texts texts;
  World first(3);
  World last(3);
  first.unit(zero).exists = true;
  last.unit(two).exists = true;
  EXPECT_NE(fingerprint(first, texts), fingerprint(last, texts));
}

TEST(Fingerprint, TakesAStatusByWhatItSaysNotByItsNumber) {
  Texts here;
  Texts there;
  World world(1);
  World other(1);
  there.id_of("said before");
  world.unit(zero).status_text = here.id_of("Primary");
  other.unit(zero).status_text = there.id_of("Primary");
  ASSERT_NE(world.unit(zero).status_text, other.unit(zero).status_text);
  EXPECT_EQ(fingerprint(world, here), fingerprint(other, there));
}

TEST(Fingerprint, DiffersWhereTheStatusSaysSomethingElse) {
  Texts here;
  Texts there;
  World world(1);
  world.unit(zero).status_text = here.id_of("Primary");
  ASSERT_EQ(there.id_of("waiting"), world.unit(zero).status_text);
  EXPECT_NE(fingerprint(world, here), fingerprint(world, there));
}

TEST(Texts, KeepANumberForEachTextAndNoneForTheEmptyOne) {
  Texts texts;
  const std::uint16_t primary = texts.id_of("Primary");
  EXPECT_EQ(texts.id_of(""), 0);
  EXPECT_NE(primary, texts.id_of("waiting"));
  EXPECT_EQ(texts.id_of("Primary"), primary);
  EXPECT_EQ(texts.text_of(primary), "Primary");
  EXPECT_EQ(texts.text_of(0), "");
}

// --- timers ---

TEST(Timers, AreArmedFromNowOn) {
  World world(3);
  world.advance_to({1'000'000});
  world.arm(agent, {2s, 3s});
  EXPECT_TRUE(world.is_armed(agent));
  EXPECT_EQ(world.window(agent), (Window{{3'000'000}, {4'000'000}}));
}

TEST(Timers, AreNarrowedToOneMoment) {
  World world(3);
  world.arm(agent, {2s, 3s});
  world.narrow(agent, {2'500'000});
  EXPECT_EQ(world.window(agent), (Window{{2'500'000}, {2'500'000}}));
}

TEST(TimersDeathTest, AreNotNarrowedToWhatTheirWindowForbids) {
  World world(3);
  world.arm(agent, {2s, 3s});
  EXPECT_DEATH(world.narrow(agent, {1'999'999}), "CHECK");
  EXPECT_DEATH(world.narrow(agent, {3'000'001}), "CHECK");
}

TEST(Timers, DisarmedLeaveNoTrace) {
  const World before(3);
  World world = before;
  world.arm(agent, {2s, 3s});
  world.disarm(agent);
  EXPECT_FALSE(world.is_armed(agent));
  EXPECT_EQ(world, before);
}

TEST(Timers, TheEarliestIsNextWhateverItsLatest) {
  World world(3);
  world.arm(agent, {2s, 9s});
  world.arm(pod, {3s, 3s});
  EXPECT_EQ(world.next(), agent);
}

TEST(Timers, OfTwoAtTheSameMomentTheLowerIndexIsNext) {
  World world(3);
  world.arm(agent, exactly(2s));
  world.arm(pod, exactly(2s));
  EXPECT_EQ(world.next(), pod);
  world.arm(client, exactly(2s));
  EXPECT_EQ(world.next(), client);
}

TEST(Timers, DueAtTheSameMomentAreCountedByWhomTheyBelongTo) {
  World world(3);
  const TimerId of_the_same_unit = timer_id(unit_of(agent), UnitTimer::job);
  for (TimerId timer : {agent, of_the_same_unit, pod, client}) world.arm(timer, exactly(2s));
  ASSERT_NE(unit_of(agent), unit_of(pod));
  EXPECT_EQ(world.due_with(client), 3U);
  EXPECT_EQ(world.due_with(client, 0), client);
  EXPECT_EQ(world.due_with(client, 1), pod);
  EXPECT_EQ(world.due_with(client, 2), agent);
  world.arm(client, exactly(1s));
  EXPECT_EQ(world.due_with(client), 1U);
}

TEST(Timers, FreshlyArmedAreTakenOnceInTheOrderOfTheirIndex) {
  World world(3);
  world.arm(agent, exactly(2s));
  world.arm(client, exactly(3s));
  world.arm(pod, exactly(1s));
  EXPECT_THAT(take_fresh(world), ElementsAre(client.index, pod.index, agent.index));
  EXPECT_THAT(take_fresh(world), IsEmpty());
}

TEST(Timers, ArmedAgainAreFreshAgain) {
  World world(3);
  world.arm(agent, exactly(2s));
  take_fresh(world);
  world.arm(agent, exactly(4s));
  EXPECT_THAT(take_fresh(world), ElementsAre(agent.index));
}

TEST(Timers, DisarmedAreNotFresh) {
  World world(3);
  world.arm(agent, exactly(2s));
  world.disarm(agent);
  EXPECT_THAT(take_fresh(world), IsEmpty());
}

TEST(Timers, BeyondTheFirstSixtyFourAreTakenToo) {
  World world(max_world_units);
  const TimerId last = timer_id(UnitName{max_world_units - 1}, UnitTimer{unit_timer_count - 1});
  world.arm(last, exactly(2s));
  EXPECT_EQ(last.index + 1, world.timer_count());
  EXPECT_THAT(take_fresh(world), ElementsAre(last.index));
}

TEST(Timers, AnIndexTellsItsUnitAndItsKind) {
  EXPECT_TRUE(is_world_timer(client));
  EXPECT_FALSE(is_world_timer(agent));
  EXPECT_EQ(world_timer(client), WorldTimer::client);
  EXPECT_EQ(unit_of(agent), two);
  EXPECT_EQ(unit_timer(agent), UnitTimer::agent);
}

// What a run does to its timers, one thing after the other.
struct TimerDeed {
  std::uint32_t timer;
  std::int64_t least;
  std::int64_t width;
  bool disarms;
};

rc::Gen<std::vector<TimerDeed>> any_timer_deeds() {
  return rc::gen::container<std::vector<TimerDeed>>(
      rc::gen::apply([](std::uint32_t timer, std::int64_t least, std::int64_t width,
                        bool disarms) { return TimerDeed{timer, least, width, disarms}; },
                     rc::gen::inRange<std::uint32_t>(0, world_timer_count + 3 * unit_timer_count),
                     rc::gen::inRange<std::int64_t>(0, 5), rc::gen::inRange<std::int64_t>(0, 3),
                     rc::gen::arbitrary<bool>()));
}

void perform(World& world, const TimerDeed& deed) {
  const TimerId id{deed.timer};
  const charm::Duration least(deed.least);
  if (deed.disarms) return world.disarm(id);
  world.arm(id, {least, least + charm::Duration(deed.width)});
  world.narrow(id, world.window(id).latest);
}

// Looks at every timer.
TimerId soonest(const World& world) {
  TimerId first{0};
  for (std::uint32_t at = 1; at < world.timer_count(); ++at) {
    if (world.window({at}).earliest < world.window(first).earliest) first = {at};
  }
  return first;
}

RC_GTEST_PROP(Timers, NextIsTheSoonestOfAllWhateverWasDoneToThem, ()) {
  World world(3);
  for (const TimerDeed& deed : *any_timer_deeds()) {
    perform(world, deed);
    RC_ASSERT(world.next().index == soonest(world).index);
  }
}

RC_GTEST_PROP(Timers, ArmedTheSameMakeTheSameWorldWhateverWasDoneBefore, ()) {
  World world(3);
  World fresh(3);
  for (const TimerDeed& deed : *any_timer_deeds()) perform(world, deed);
  for (std::uint32_t at = 0; at < world.timer_count(); ++at) {
    if (!world.is_armed({at})) continue;
    fresh.arm({at}, {{}, world.window({at}).latest - world.now()});
    fresh.narrow({at}, world.window({at}).earliest);
  }
  RC_ASSERT(fresh == world);
}

// --- lists ---

TEST(Lists, OfHostsComeBackAsTheyWereInTheirOrderAndWithDuplicates) {
  World world(3);
  world.set_endpoints(hosts({{2}, {0}, {2}}));
  EXPECT_EQ(world.endpoints(), hosts({{2}, {0}, {2}}));
}

TEST(Lists, AShorterOneLeavesNothingOfTheLonger) {
  World before(3);
  World world(3);
  before.set_endpoints(hosts({{1}}));
  world.set_endpoints(hosts({{2}, {0}, {1}}));
  world.set_endpoints(hosts({{1}}));
  EXPECT_EQ(world, before);
}

TEST(Lists, StagedAndCommittedAreKeptApart) {
  World world(3);
  world.set_endpoints(hosts({{0}}));
  world.stage_endpoints(zero, hosts({{1}}));
  world.stage_endpoints(two, hosts({{2}}));
  EXPECT_EQ(world.endpoints(), hosts({{0}}));
  EXPECT_EQ(world.staged_endpoints(zero), hosts({{1}}));
  EXPECT_EQ(world.staged_endpoints(two), hosts({{2}}));
}

TEST(Lists, OfNoticesComeBackAsTheyWere) {
  World world(3);
  world.set_notices(two, notices(7));
  world.stage_notices(two, notices(8));
  EXPECT_EQ(world.notices(two), notices(7));
  EXPECT_EQ(world.staged_notices(two), notices(8));
  EXPECT_EQ(world.notice_count(two), 1U);
  EXPECT_EQ(world.notice_count(zero), 0U);
}

TEST(Lists, OfNoticesKeepWhatIsNotThereApartFromWhatIs) {
  World world(3);
  const charm::Notices queue{
      {.handler = charm::no_handler, .event = {charm::EventKind::config_changed, 0, {}, {}}},
      {.handler = 0, .event = {charm::EventKind::relation_departed, 2, UnitName{0}, UnitName{0}}},
      {.handler = 254,
       .event = {charm::EventKind::relation_changed, 4, UnitName{0}, {}, charm::RelationId{254}}}};
  world.set_notices(zero, queue);
  EXPECT_EQ(world.notices(zero), queue);
}

TEST(ListsDeathTest, OfNoticesTakeNoNumberThatIsTooLarge) {
  World world(3);
  EXPECT_DEATH(world.set_notices(zero, notices(255)), "CHECK");
  EXPECT_DEATH(world.set_notices(
                   zero, {{.handler = 0,
                           .event = {charm::EventKind::relation_joined, 0, UnitName{255}, {}}}}),
               "CHECK");
}

TEST(ListsDeathTest, HaveABound) {
  World world(1);
  EXPECT_DEATH(world.set_endpoints(hosts({{0}, {0}, {0}})), "CHECK");
}

TEST(Staged, IsClearedForOneUnitWithoutATrace) {
  World before(3);
  before.set_notices(two, notices(1));
  before.stage_endpoints(zero, hosts({{0}}));
  World world = before;
  world.unit(two).staged = {
      .endpoints = true, .initialised = true, .notices = true, .passwords = {3}};
  world.stage_endpoints(two, hosts({{1}, {2}}));
  world.stage_notices(two, notices(2));
  ASSERT_NE(world, before);
  world.clear_staged(two);
  EXPECT_EQ(world, before);
}

// --- what may come before some window ends ---

RC_GTEST_PROP(Possible, IsWhatBeginsUntilTheFirstEnd, ()) {
  World world(3);
  for (std::uint32_t at = 0; at < world.timer_count(); ++at) {
    const auto least = *rc::gen::inRange(0, 5);
    const auto width = *rc::gen::inRange(0, 3);
    if (least != 0) world.arm({at}, {charm::Duration{least}, charm::Duration{least + width}});
  }
  std::int64_t end = charm::never.micros;
  for (std::uint32_t at = 0; at < world.timer_count(); ++at) {
    end = std::min(end, world.window({at}).latest.micros);
  }
  RC_ASSERT(world.first_end().micros == end);
  std::vector<TimerId> expected;
  for (std::uint32_t at = 0; at < world.timer_count(); ++at) {
    if (world.window({at}).earliest.micros <= end) expected.push_back({at});
  }
  std::vector<TimerId> found(world.timer_count());
  found.resize(world.find_possible(found));
  RC_ASSERT(found == expected);
}

RC_GTEST_PROP(ChainOfHashes, IsOneMixAfterTheOther,
              (std::uint64_t seed, std::vector<std::uint64_t> all)) {
  Chain chain(seed);
  std::uint64_t hash = seed;
  for (const std::uint64_t number : all) {
    chain.add(number);
    hash = mix(hash, number);
    RC_ASSERT(chain.value() == hash);
  }
}

}  // namespace
}  // namespace model
