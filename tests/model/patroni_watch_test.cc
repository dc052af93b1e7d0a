// What a member sees by its watches when they are late or silent, what it writes then, and how the
// API server can refuse. Source: patroni-and-kubernetes.md, sections 1.6 to 1.10, 7.4, 7.5, 8.
#include <gmock/gmock.h>

#include "model/patroni/loop.h"
#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using patroni::Watched;

struct WatchTest : PatroniTest {
  void silence(UnitName unit, Duration lasts, Watched what = Watched::both) {
    patroni::fall_behind(step, unit, Watch::silent, what, lasts);
  }
  const Dcs& seen(UnitName unit) { return patroni::seen_by(world, unit); }
  Cache& cache(UnitName unit) { return world.unit(unit).cache; }
  // Somebody who is no member writes the lock object, and names whom it names already.
  void touch_lock(charm::MaybeMember holder) {
    dcs().lock_holder = holder;
    ++dcs().lock_version;
  }
};

using Watches = WatchTest;

// Fact 3, and section 8.2.
TEST_F(Watches, ThatAreSilentShowWhatWasWithoutAnError) {
  start_cluster();
  silence(two, 100s);
  const std::uint32_t before = seen(two).lock_version;
  run_for(25s);
  EXPECT_GT(dcs().lock_version, before);
  EXPECT_EQ(seen(two).lock_version, before);
  EXPECT_TRUE(patroni::view_of(world, two, parameters).dcs_readable);
}

// Section 1.7: the record does not change for it.
TEST_F(Watches, ThatAreSilentLetTheLockExpireForTheirMember) {
  start_cluster();
  silence(two, 100s);
  run_for(31s);
  EXPECT_TRUE(patroni::is_unlocked(world, two));
  EXPECT_FALSE(patroni::is_unlocked(world, one));
}

// Fact 17: it asks the others first, and the primary answers.
TEST_F(Watches, ThatAreSilentDoNotDethroneAPrimaryThatAnswers) {
  start_cluster();
  silence(one, 100s);
  silence(two, 100s);
  run_for(95s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(count(FactKind::conflict), 0U);
}

// Section 1.8, step 5: 409 shuts the watches down, and the next view is the present.
TEST_F(Watches, AreListedAnewAfterAnAcquisitionThatWasRefused) {
  start_cluster();
  silence(one, 500s);
  touch_lock(charm::member_of(zero));
  const std::uint32_t version = dcs().lock_version;
  ha::HaAnswers answers;
  ha::HaDecision ask;
  ask.asks = ha::Ask::acquire_lock;
  patroni::answer(step, one, ask, answers);
  EXPECT_EQ(answers.acquire_lock, ha::Answer::no);
  EXPECT_EQ(dcs().lock_version, version);
  EXPECT_EQ(dcs().lock_holder, charm::member_of(zero));
  EXPECT_EQ(cache(one).watch, Watch::current);
  EXPECT_EQ(seen(one).lock_version, version);
}

// Section 1.9, step 4, and 8.3: it reads the object, and tries again.
TEST_F(Watches, AHolderRenewsThoughAnOutsiderHasTouchedTheLock) {
  start_cluster();
  silence(zero, 100s);
  touch_lock(charm::member_of(zero));
  run_to_renewal();
  run_for(2s);
  EXPECT_EQ(count(FactKind::conflict), 1U);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(count(FactKind::demoted), 0U);
}

// Fact 8: a plain no, without a failsafe check.
TEST_F(Watches, AHolderWhoseLockWasTakenLearnsItFromTheConflict) {
  start_cluster();
  silence(zero, 100s);
  touch_lock(charm::member_of(one));
  run_for(11s);
  EXPECT_GE(count(FactKind::conflict), 1U);
  EXPECT_GE(count(FactKind::demoted), 1U);
  EXPECT_FALSE(is_primary(zero));
}

// Section 1.6: its own writes are in its cache at once.
TEST_F(Watches, AHolderSeesWhatItHasWrittenItself) {
  start_cluster();
  silence(zero, 100s);
  run_for(60s);
  EXPECT_EQ(seen(zero).lock_version, dcs().lock_version);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(count(FactKind::conflict), 0U);
}

TEST_F(Watches, ThatAreSilentAreRelistedWhenTheConnectionIsFoundDead) {
  start_cluster();
  silence(two, 20s);
  run_for(19s);
  ASSERT_NE(seen(two).lock_version, dcs().lock_version);
  run_for(1s);
  EXPECT_EQ(seen(two).lock_version, dcs().lock_version);
  EXPECT_EQ(last(FactKind::watch).fact.value, static_cast<std::uint32_t>(Watch::current));
}

TEST_F(Watches, ThatLagBringTheNewsLate) {
  start_cluster();
  patroni::fall_behind(step, two, Watch::lags, Watched::both, 60s);
  run_to_renewal();
  const std::uint32_t version = dcs().lock_version;
  EXPECT_LE(span(two, UnitTimer::watch).most, timing::watch_lag.most);
  run_for(timing::watch_lag.least);
  EXPECT_EQ(seen(two).lock_version, version);
  EXPECT_EQ(cache(two).watch, Watch::lags);
}

// Facts 4: one watch for Endpoints, one for Pods.
TEST_F(Watches, OfPodsFallSilentByThemselves) {
  start_cluster();
  silence(zero, 100s, Watched::pods);
  world.unit(two).pod.published = false;
  EXPECT_TRUE(patroni::sees_member(world, zero, two));
  EXPECT_FALSE(patroni::sees_member(world, one, two));
  run_to_renewal();
  EXPECT_EQ(seen(zero).lock_version, dcs().lock_version);
  EXPECT_TRUE(dcs().failsafe_map.contains(charm::member_of(two))) << "written as it sees it";
}

TEST_F(Watches, OfANewProcessBeginWithAList) {
  start_cluster();
  silence(one, 500s);
  kill_process(one);
  EXPECT_EQ(cache(one).watch, Watch::current);
  EXPECT_FALSE(world.is_armed(timer_id(one, UnitTimer::watch)));
}

// --- what the API server answers ---

using Refusals = WatchTest;

// Section 1.9, step 3: retried within retry_timeout, and the peers answer for the failsafe.
TEST_F(Refusals, TooManyRequestsAreTriedAgainAndEndInFailsafe) {
  start_cluster();
  network::refuse_api(step, ApiTrouble::throttled, 100s);
  run_until([this] { return member(zero).renewing; });
  run_for(60s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(count(FactKind::demoted), 0U);
}

// Section 8.5: before 4.1.1 a 403 is a plain no, and there is no failsafe for that.
TEST_F(Refusals, ForbiddenRenewalsDemoteAtOnce) {
  start_cluster();
  network::refuse_api(step, ApiTrouble::forbidden, 20s);
  run_for(11s);
  EXPECT_GE(count(FactKind::demoted), 1U);
  EXPECT_FALSE(is_primary(zero));
  run_for(120s);
  EXPECT_TRUE(is_primary(zero) || is_primary(one) || is_primary(two));
}

// Section 1.11: the workload goes by the same service account.
TEST_F(Refusals, OfAnApplicationWithoutTrustDemoteItsPrimary) {
  start_cluster();
  juju::set_trust(step, false);
  run_for(11s);
  EXPECT_FALSE(is_primary(zero));
  run_for(600s);
  EXPECT_FALSE(is_primary(zero) || is_primary(one) || is_primary(two))
      << "nobody may take the lock";
  juju::set_trust(step, true);
  run_for(60s);
  EXPECT_TRUE(is_primary(zero) || is_primary(one) || is_primary(two));
}

// A 403 to a renewal is tried again since 4.1.1, and failsafe decides; one to whoever reaches for the
// lock, when it has run out, is a plain no as before.
TEST_F(Refusals, OfAnApplicationWithoutTrustAreBorneUntilTheLockRunsOutSince4_1) {
  parameters.patroni = ha::Version::v4_1;
  start_cluster();
  juju::set_trust(step, false);
  run_for(ttl - loop_wait);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(count(FactKind::demoted), 0U);
  run_for(ttl);
  EXPECT_FALSE(is_primary(zero));
}

TEST_F(Refusals, LeaveTheWatchesAlone) {
  start_cluster();
  network::refuse_api(step, ApiTrouble::throttled, 100s);
  EXPECT_TRUE(network::reaches_api(world, one));
  EXPECT_FALSE(network::api_serves(world, one));
  EXPECT_TRUE(patroni::view_of(world, one, parameters).dcs_readable);
  EXPECT_TRUE(patroni::cluster(step, one).has_value());
}

// Section 3.4: without caches that are ready, /cluster has no answer.
TEST_F(Refusals, WithoutTheApiServerClusterIsNotAnswered) {
  start_cluster();
  network::stop_api(step, 100s);
  EXPECT_FALSE(patroni::cluster(step, one).has_value());
}

// --- clocks ---

using ClockRates = WatchTest;

TEST_F(ClockRates, ThatRunFastShortenWhatPatroniWaitsForInRealTime) {
  start_cluster();
  network::drift_clock(step, one, 10'000);
  run_to_renewal();
  run_for(1s);
  const Duration left = window(one, UnitTimer::lock_expiry).earliest - world.now();
  EXPECT_LT(left, ttl - 1s - 250ms);
  EXPECT_EQ(last(FactKind::clock_drifts).fact.value, 10'000U);
}

TEST_F(ClockRates, DecideHowLongARenewalIsTried) {
  start_cluster();
  kill_process(two);
  network::drift_clock(step, zero, -10'000);
  network::stop_api(step, 200s);
  run_until([this] { return member(zero).renewing; });
  EXPECT_EQ(span(zero, UnitTimer::ha).least, parameters.retry_timeout + 100ms);
}

}  // namespace
}  // namespace model
