// The deferral queue in any order: an adversary beyond ops, which finds handlers that need one.
#include "sim/ports/deferral_order.h"

#include <gmock/gmock.h>

#include <array>
#include <set>

#include "sim/execution/told_notices.h"
#include "sim/properties/postgresql.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Handler;
using charm::Outcome;
using charm::StatusKind;
using charm::Unit;
using charm::UnitName;
using testing::HasSubstr;
using testing::SizeIs;

using Numbers = std::vector<std::uint16_t>;

Numbers reordered(std::uint16_t queued, std::uint32_t order) {
  charm::Notices queue;
  for (std::uint16_t handler = 0; handler < queued; ++handler) queue.push_back({handler, {}});
  reorder(queue, order);
  Numbers handlers;
  for (const charm::Notice& notice : queue) handlers.push_back(notice.handler);
  return handlers;
}

Numbers restored(std::uint16_t queued, const Numbers& kept, std::size_t again) {
  charm::Notices queue;
  for (std::uint16_t handler = 0; handler < queued; ++handler) queue.push_back({handler, {}});
  charm::Notices stored;
  for (const std::uint16_t handler : kept) stored.push_back({handler, {}});
  restore_order(queue, stored, again);
  Numbers handlers;
  for (const charm::Notice& notice : stored) handlers.push_back(notice.handler);
  return handlers;
}

TEST(DeferralOrder, ThatIsCalmIsTheQueues) {
  EXPECT_EQ(reordered(0, 0), Numbers());
  EXPECT_EQ(reordered(4, 0), (Numbers{0, 1, 2, 3}));
}

TEST(DeferralOrder, OfOneThatIsDrawnForwardIsOtherwiseTheQueues) {
  charm::Notices queue;
  for (std::uint16_t handler = 0; handler < 4; ++handler) queue.push_back({handler, {}});
  draw_forward(queue, 1, 2);
  EXPECT_EQ(queue, (charm::Notices{{0, {}}, {3, {}}, {1, {}}, {2, {}}}));
}

// What a dispatch has kept of the queue goes back to its places, and what is new comes last, also
// where it is what stood there, and has run well.
TEST(DeferralOrder, ThatIsStoredIsTheQueuesAgain) {
  EXPECT_EQ(restored(4, {3, 1, 2}, 3), (Numbers{1, 2, 3}));
  EXPECT_EQ(restored(4, {3, 1, 0, 9}, 2), (Numbers{1, 3, 0, 9}));
  EXPECT_EQ(restored(4, {9, 0}, 0), (Numbers{9, 0}));
  EXPECT_EQ(restored(4, {}, 0), Numbers());
}

TEST(DeferralOrder, IsAnyPermutation) {
  EXPECT_EQ(deferral_orders(4), 24U);
  std::set<Numbers> seen;
  for (std::uint32_t order = 0; order < deferral_orders(4); ++order) {
    const Numbers numbers = reordered(4, order);
    EXPECT_THAT(numbers, testing::UnorderedElementsAre(0, 1, 2, 3));
    seen.insert(numbers);
  }
  EXPECT_EQ(seen.size(), 24U);
}

TEST(DeferralOrder, OfALongQueuePermutesItsOldest) {
  EXPECT_EQ(deferral_orders(100), deferral_orders(8));
  EXPECT_EQ(reordered(10, deferral_orders(10) - 1), (Numbers{7, 6, 5, 4, 3, 2, 1, 0, 8, 9}));
}

// --- a charm whose second handler counts on its first ---

Outcome prepare(Unit& unit, const Event& /*event*/) {
  if (!unit.juju.cluster_initialised()) return {Outcome::Kind::deferred, "too early"};
  unit.juju.set_unit_status({StatusKind::maintenance, "prepared"});
  return {};
}
Outcome use(Unit& unit, const Event& /*event*/) {
  if (!unit.juju.cluster_initialised()) return {Outcome::Kind::deferred, "too early"};
  const bool prepared = unit.juju.unit_status().message == "prepared";
  unit.juju.set_unit_status({prepared ? StatusKind::active : StatusKind::blocked, "used"});
  return {};
}
Outcome initialise(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.set_cluster_initialised();
  return {};
}

constexpr std::array<std::string_view, 1> relations{"peers"};
constexpr std::array handlers{Handler{"prepare", "", EventKind::config_changed, 0, prepare},
                              Handler{"use", "", EventKind::start, 0, use},
                              Handler{"initialise", "", EventKind::update_status, 0, initialise}};
constexpr charm::CharmDefinition needs_an_order{"ordered", "box", relations, {}, handlers};

StatusKind status_of(const Moment& moment) { return moment.world.unit(UnitName{0}).status; }
std::optional<std::string> judge_order(const Moment& moment) {
  if (status_of(moment) != StatusKind::blocked) return std::nullopt;
  return "used before it was prepared";
}
std::optional<std::string> judge_use(const Moment& moment) {
  if (status_of(moment) == StatusKind::active) return std::nullopt;
  return "not in use";
}
constexpr std::array judged_by{
    Property{"it is prepared before it is used", Form::always, on_handler_end, judge_order, {}},
    Property{"it is used", Form::eventually, {}, judge_use, "update-status keeps firing"},
};

Verdict run(Choices& choices) {
  return given::run(given::scenario_with(R"("world": {"units": 1})"),
                    {&needs_an_order, judged_by, nullptr}, choices);
}

TEST(AHandlerThatNeedsAnOrder, IsNotFoundInTheOrderOfOps) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    RandomChoices random(seed);
    EXPECT_TRUE(run(random).ok()) << "seed " << seed;
  }
}

TEST(AHandlerThatNeedsAnOrder, IsFoundWhereDeferralsArePermuted) {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    RandomChoices random(seed, {.permutes_deferrals = true});
    const Verdict verdict = run(random);
    if (verdict.ok()) continue;
    ++found;
    EXPECT_EQ(verdict.violations[0].property, "it is prepared before it is used");
    EXPECT_THAT(to_text(random.taken()), HasSubstr("0.deferral-order."));
    ListChoices again(given::sorted(random.taken()));
    EXPECT_EQ(given::numbers_of(run(again)), given::numbers_of(verdict));
  }
  EXPECT_GT(found, 10U);
}

TEST(AHandlerThatNeedsAnOrder, IsFoundByOneDeviationAlone) {
  std::size_t found = 0;
  for (std::uint32_t nth = 0; nth < 5; ++nth) {
    ListChoices list({{{UnitName{0}, deferral_order_question}, nth, 1}});
    found += run(list).ok() ? 0U : 1U;
  }
  EXPECT_EQ(found, 1U);
}

// --- a charm that keeps duplicates ---

Outcome never_done(Unit& /*unit*/, const Event& /*event*/) {
  return {Outcome::Kind::deferred, "for ever"};
}

TEST(ADeferralQueue, ThatKeepsDuplicatesGrowsUntilItCannotBeStored) {
  const std::array row{Handler{"tiny", "", EventKind::update_status, 0, never_done}};
  const charm::CharmDefinition keeps{"keeps", "box", relations, {}, row, charm::Duplicates::kept};
  const std::array judged{properties::no_hook_exception, judged_by[1]};
  ListChoices calm;
  const Verdict verdict =
      given::run(given::scenario_with(R"("world": {"units": 1}, "horizon_s": 604800)"),
                 {&keeps, judged, nullptr}, calm);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_THAT(verdict.violations[0].what, HasSubstr("cannot store 257 notices"));
}

// --- what a dispatch takes along from handler to handler ---

struct Ran {
  std::uint16_t handler = 0;
  bool deferred = false;
};

// Of a dispatch that was told these, and has run these of them; then of its own event those.
std::uint64_t taken_along(const Numbers& told, const std::vector<Ran>& again,
                          const std::vector<Ran>& own = {}) {
  charm::Notices queue;
  for (const std::uint16_t handler : told) queue.push_back({handler, {}});
  ToldNotices notices;
  notices.tell(queue);
  const auto run = [&notices](const Ran& one, bool reemitted) {
    notices.begin_handler({one.handler, {}}, reemitted);
    notices.end_handler(one.deferred);
  };
  for (const Ran& one : again) run(one, true);
  for (const Ran& one : own) run(one, false);
  return notices.digest();
}

TEST(ToldNotices, WhatHasRunWellIsForgotten) {
  EXPECT_EQ(taken_along({0, 1, 2}, {{0}, {1}}), taken_along({1, 0, 2}, {{1}, {0}}));
  EXPECT_NE(taken_along({0, 1, 2}, {{0}, {1}}), taken_along({0, 2, 1}, {{0}, {2}}));
  EXPECT_NE(taken_along({0, 1, 2}, {{0}}), taken_along({0, 2, 1}, {{0}}));  // still to come
}

TEST(ToldNotices, WhatIsKeptCounts) {
  const Ran kept{.handler = 0, .deferred = true};
  const Ran too{.handler = 1, .deferred = true};
  EXPECT_NE(taken_along({0, 1}, {kept, {1}}), taken_along({0, 1}, {{0}, too}));
  // It is stored in its old order, whatever the order was in which it was told.
  EXPECT_EQ(taken_along({0, 1}, {kept, too}), taken_along({1, 0}, {too, kept}));
  // Of the event's own the order stays.
  EXPECT_NE(taken_along({}, {}, {kept, {1}}), taken_along({}, {}, {{0}, {1}}));
  // Kept anew is not kept again: the queue is written, and it comes last.
  EXPECT_NE(taken_along({0}, {kept}), taken_along({0}, {{0}}, {kept}));
}

TEST(ToldNotices, AHandlerThatRunsIsNoneThatHasRun) {
  ToldNotices notices;
  notices.tell({{0, {}}});
  const std::uint64_t before = notices.digest();
  notices.begin_handler({0, {}}, true);
  const std::uint64_t during = notices.digest();
  notices.end_handler(false);
  EXPECT_NE(during, before);
  EXPECT_NE(during, notices.digest());
  EXPECT_NE(before, notices.digest());
  EXPECT_EQ(notices.kept(), 0U);
}

}  // namespace
}  // namespace sim
