// Whom a disturbance concerns: the bounds that are about a unit go on where it befalls another one,
// and what a stepped clock excuses ends. And what the Service owes a new lock holder.
#include "sim/properties/charm_duties.h"
#include "sim/properties/dcs.h"
#include "sim/properties/within.h"
#include "tests/sim/section9.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::Optional;
using namespace std::chrono_literals;

using PerUnit = Section9;

constexpr std::int64_t never = Obligation::never;

std::int64_t due(const Memory& memory, Bound bound) {
  return memory.bounds.open[static_cast<std::size_t>(bound)].due_us;
}

// --- V10: the route ---

struct NewHolder : Section9 {
  NewHolder() {
    world.shared().application.primary_service = true;
    happens(FactKind::lock_taken, zero, 2);
    go_on();
  }
};

TEST_F(NewHolder, V10TheServiceFollowsInTime) {
  pass(13s);
  EXPECT_NE(judge(properties::route_follows), std::nullopt);
}

TEST_F(NewHolder, NoServiceFollowsAPodThatWasAskedToEnd) {
  world.unit(zero).pod.phase = model::PodPhase::terminating;
  happens(FactKind::pod_terminating, zero);
  go_on();
  pass(13s);
  EXPECT_EQ(judge(properties::route_follows), std::nullopt);
}

TEST_F(NewHolder, TheServiceFollowsWhoHasTakenTheLockFromANewHolder) {
  dcs().lock_holder = charm::member_of(one);
  happens(FactKind::lock_taken, one, 2);
  go_on();
  pass(13s);
  EXPECT_THAT(judge(properties::route_follows), Optional(HasSubstr("postgresql-k8s/1")));
}

// Its service was stopped before any label had followed.
TEST_F(NewHolder, NoServiceFollowsWhoHasGivenTheLockBack) {
  dcs().lock_holder = {};
  happens(FactKind::lock_released, zero);
  go_on();
  pass(13s);
  EXPECT_EQ(judge(properties::route_follows), std::nullopt);
}

// --- the statuses ---

struct Statuses : Section9 {
  Statuses() {
    world.shared().application.primary_route = charm::UnitSet{zero};
    world.unit(two).status = charm::StatusKind::waiting;
    happens(FactKind::streaming, two, 0);
    go_on();
  }
};

TEST_F(Statuses, OfSeveralUnitsEachIsToldOfInItsTime) {
  pass(200s);
  world.unit(one).status = charm::StatusKind::waiting;
  happens(FactKind::streaming, one, 0);
  go_on();
  world.unit(two).status = charm::StatusKind::active;
  happens(FactKind::streaming, two, 0);
  go_on();
  pass(191s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  pass(199s);
  EXPECT_THAT(judge(properties::status_tells),
              Optional(HasSubstr("postgresql-k8s/1: since t=200")));
}

TEST_F(Statuses, TwoThatAreOverdueAtOnceAreBothTold) {
  world.unit(one).status = charm::StatusKind::waiting;
  happens(FactKind::streaming, one, 0);
  go_on();
  pass(391s);
  EXPECT_THAT(judge(properties::status_tells), Optional(HasSubstr("postgresql-k8s/2")));
  memory.bounds.forget_overdue();
  EXPECT_LE(memory.bounds.next_due_us, world.now().micros);
  pass(0s);
  EXPECT_THAT(judge(properties::status_tells), Optional(HasSubstr("postgresql-k8s/1")));
  memory.bounds.forget_overdue();
  pass(0s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
}

// It said that the member does not work, which was so, and the member worked again by the end of
// that hook: the Active before it and this Maintenance are two, each with its time.
TEST_F(Statuses, OneThatWasSetMeanwhileHasItsOwnTime) {
  world.unit(two).status = charm::StatusKind::active;
  world.unit(two).postgres.upstream = {};
  happens(FactKind::streaming, one, 0);
  go_on();
  pass(300s);
  world.unit(two).status = charm::StatusKind::maintenance;
  world.unit(two).postgres.upstream = zero;
  happens(FactKind::streaming, two, 0);
  go_on();
  pass(389s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  pass(2s);
  EXPECT_THAT(judge(properties::status_tells),
              Optional(HasSubstr("postgresql-k8s/2: since t=300")));
}

TEST_F(Statuses, AreAskedForWhateverBefallsAnother) {
  pass(300s);
  world.unit(one).surroundings.api_cut = true;
  happens(FactKind::cut_off, one);
  go_on();
  disturb(memory.bounds, moment(), one);
  pass(91s);
  EXPECT_THAT(judge(properties::status_tells), Optional(HasSubstr("postgresql-k8s/2: since t=0")));
}

// Hooks of every unit wait for it.
TEST_F(Statuses, AreNotAskedForWhereSomethingBefallsThePrimary) {
  pass(300s);
  world.unit(zero).surroundings.api_cut = true;
  happens(FactKind::cut_off, zero);
  go_on();
  pass(91s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
}

TEST_F(Statuses, AreNotAskedForWhereSomethingBefallsTheUnitOrEverybody) {
  pass(300s);
  happens(FactKind::clock_drifts, two);
  go_on();
  pass(91s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  pass(200s);
  disturb(memory.bounds, moment(), two);
  pass(100s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  happens(FactKind::streaming, two, 0);
  go_on();
  pass(300s);
  happens(FactKind::api_started, {});
  go_on();
  pass(91s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  disturb(memory.bounds, moment(), {});
  pass(390s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
}

// --- V1 ---

using Losses = Section9;

// It has read the last renewal by itself, or a hook has reloaded it: it may look in the very moment
// before the lock runs out for it, and then a cycle later.
TEST_F(Losses, V1CountsFromTheFirstLookOfWhoIsOutOfStep) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  pass(30s);
  world.arm(model::timer_id(one, model::UnitTimer::ha), model::exactly(9s));
  happens(FactKind::lock_expired, one);
  go_on();
  pass(13s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  pass(1s);
  EXPECT_THAT(judge(properties::primary_after_loss),
              Optional(HasSubstr("since t=0.000s, for longer than 43.500s")));
}

// It has come back after the loss, and alone has everything that was confirmed: to its new process
// the last record counts for ttl from then on.
TEST_F(Losses, V1CountsFromWhenTheLockRunsOutForWhoMayWin) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  world.arm(model::timer_id(one, model::UnitTimer::lock_expiry), model::exactly(50s));
  pass(35s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  pass(19s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  member(one).lock_valid = false;
  pass(1s);
  EXPECT_THAT(judge(properties::primary_after_loss),
              Optional(HasSubstr("since t=0.000s, for longer than 54.500s")));
}

// A switchover was asked for, and its candidate is back: the others leave the lock to it.
TEST_F(Losses, V1CountsForTheCandidateWhereOneWasAskedFor) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  dcs().sync_standbys = {one, two};
  dcs().failover_leader = charm::member_of(zero);
  dcs().failover_candidate = charm::member_of(two);
  world.unit(two).container.service_running = false;
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  world.unit(two).container.service_running = true;
  world.arm(model::timer_id(two, model::UnitTimer::lock_expiry), model::exactly(60s));
  pass(36s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  member(two).lock_valid = false;
  pass(29s);
  EXPECT_NE(judge(properties::primary_after_loss), std::nullopt);
}

// --- V8 and V9 ---

struct Joining : Section9 {
  Joining() {
    member(zero).admitted = {one, two};
    memory.has_database = {one, two};
    for (UnitName unit : {one, two}) {
      postgres(unit).upstream = {};
      happens(FactKind::service_started, unit);
    }
    go_on();
  }
};

TEST_F(Joining, V8OfSeveralEachStreamsInTime) {
  postgres(one).upstream = zero;
  happens(FactKind::streaming, one, 0);
  go_on();
  pass(46s);
  EXPECT_THAT(judge(properties::rejoined), Optional(HasSubstr("postgresql-k8s/2")));
}

TEST_F(Joining, V8GoesOnWhereSomethingBefallsAnother) {
  pass(20s);
  world.unit(one).surroundings.api_cut = true;
  happens(FactKind::cut_off, one);
  go_on();
  pass(26s);
  EXPECT_THAT(judge(properties::rejoined), Optional(HasSubstr("postgresql-k8s/2")));
}

TEST_F(Joining, V8AsksNothingWhereSomethingBefallsThePrimary) {
  pass(20s);
  world.unit(zero).surroundings.api_cut = true;
  happens(FactKind::cut_off, zero);
  go_on();
  pass(26s);
  EXPECT_EQ(judge(properties::rejoined), std::nullopt);
}

// --- those of the cluster: unit 0 is no more to them than another ---

TEST_F(PerUnit, V5AndV11AreCalledOffByWhateverBefallsUnit0) {
  for (UnitName unit : {zero, one, two}) {
    member(unit).observed_lock = dcs().lock_version;
    member(unit).lock_valid = false;
  }
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::api_started, {});
  go_on();
  ASSERT_NE(due(memory, Bound::writable_after_outage), never);
  ASSERT_NE(due(memory, Bound::leader_or_reason), never);
  pass(20s);
  happens(FactKind::clock_drifts, zero);
  go_on();
  EXPECT_EQ(due(memory, Bound::writable_after_outage), never);
  pass(20s);
  EXPECT_EQ(judge(properties::leader_or_reason), std::nullopt) << "it has begun anew";
  pass(4s);
  EXPECT_THAT(judge(properties::leader_or_reason), Optional(HasSubstr("the cluster: since t=20")));
}

// --- V6 ---

TEST_F(PerUnit, V6CommitsGoOnInTime) {
  postgres(one).database = model::Database::stopped;
  happens(FactKind::pod_stopped, one);
  go_on();
  pass(72s);
  EXPECT_EQ(judge(properties::commits_after_loss), std::nullopt);
  pass(1s);
  EXPECT_THAT(judge(properties::commits_after_loss), Optional(HasSubstr("for longer than 72.5")));
}

TEST_F(PerUnit, V6EndsWithTheNextAcknowledgement) {
  postgres(one).database = model::Database::stopped;
  happens(FactKind::pod_stopped, one);
  go_on();
  world.advance_to({70'000'000});
  world.shared().client.last_us = 70'000'000;
  happens(FactKind::acknowledged, zero);
  go_on();
  pass(10s);
  EXPECT_EQ(judge(properties::commits_after_loss), std::nullopt);
  EXPECT_EQ(memory.bounds.kept[static_cast<std::size_t>(Bound::commits_after_loss)].times, 1U);
}

TEST_F(PerUnit, V6TakesForGrantedThatThePrimaryStays) {
  postgres(one).database = model::Database::stopped;
  happens(FactKind::pod_stopped, one);
  go_on();
  happens(FactKind::lock_released, zero);
  go_on();
  pass(73s);
  EXPECT_EQ(judge(properties::commits_after_loss), std::nullopt);
}

// --- stepped clocks ---

struct Clocks : Section9 {
  Clocks() {
    for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
    happens(FactKind::clock_stepped, one, 5000);
    go_on();
    member(one).memory.is_leader = true;  // it takes the lock for free that is not
  }
  void renew() { postgres(zero).confirmed_us = postgres(one).confirmed_us = world.now().micros; }
};

TEST_F(Clocks, S11ExcusesWhoHasReadNoRecordSinceItsClockWasStepped) {
  pass(1000s);
  renew();
  EXPECT_EQ(judge(properties::one_answers_as_primary), std::nullopt);
}

TEST_F(Clocks, S11ExcusesNobodyTtlAfterItHasReadAnother) {
  pass(9s);
  ++dcs().lock_version;
  EXPECT_LE(memory.bounds.next_due_us, world.now().micros) << "there is no fact of a record read";
  member(one).observed_lock = dcs().lock_version;
  pass(0s);
  pass(29s);
  renew();
  EXPECT_EQ(judge(properties::one_answers_as_primary), std::nullopt);
  pass(1s);
  renew();
  EXPECT_THAT(judge(properties::one_answers_as_primary), Optional(HasSubstr("both answer 200")));
}

}  // namespace
}  // namespace sim
