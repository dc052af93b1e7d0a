// Measured failovers: what a kind comes to, that its phases add up, and that nothing but the seed
// decides.
#include "sim/failover/measure.h"

#include <gtest/gtest.h>

#include <numeric>

#include "charm/postgresql_k8s.h"
#include "sim/failover/series.h"

namespace sim::failover {
namespace {

using namespace std::chrono_literals;

CharmUnderTest postgresql() { return {&charm::postgresql_k8s(), postgresql_properties(), nullptr}; }

Base base_of(std::string_view kind, const Setting& setting = {}) {
  auto base = prepare(*find_kind(kind), setting, postgresql(), nullptr);
  EXPECT_TRUE(base.has_value()) << kind << ": " << (base ? "" : base.error());
  return *std::move(base);
}

std::vector<Failover> measured(const Base& base, std::uint64_t runs) {
  Meter meter(base, charm::postgresql_k8s());
  std::vector<Failover> all;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) all.push_back(meter.measure(seed));
  return all;
}

TEST(Failovers, OfEachKindThePhasesAddUpAndTheClientIsServedAgain) {
  for (const Kind& kind : all_kinds()) {
    if (kind.is_refresh) continue;  // takes as long as all others together
    for (const Failover& failover : measured(base_of(kind.name), 5)) {
      EXPECT_FALSE(failover.is_open) << kind.name;
      EXPECT_GT(failover.outage_us, 0) << kind.name;
      EXPECT_EQ(std::accumulate(failover.phases_us.begin(), failover.phases_us.end(), 0LL),
                failover.outage_us)
          << kind.name;
      EXPECT_LE(failover.in_doubt_there, failover.in_doubt) << kind.name;
    }
  }
}

// A seed is a run: whoever was measured before it with the same meter does not count.
TEST(Failovers, AreAsTheirSeedsHaveThem) {
  const Base base = base_of("pod-gone");
  const std::vector<Failover> all = measured(base, 12);
  Meter another(base, charm::postgresql_k8s());
  EXPECT_EQ(another.measure(9), all[8]);
  EXPECT_EQ(another.measure(2), all[1]);
  EXPECT_FALSE(all[1] == all[8]);
}

// The lock outlives its last renewal by ttl, and that was up to loop_wait ago.
TEST(Failovers, OfALostPodAreFoundWhenTheLockRunsOut) {
  for (const Failover& failover : measured(base_of("pod-gone"), 40)) {
    EXPECT_TRUE(failover.has_moved);
    EXPECT_GE(failover.phases_us[0], 19'000'000);
    EXPECT_LE(failover.phases_us[0], 31'000'000);
    EXPECT_EQ(failover.lost, 0U);
  }
}

TEST(Failovers, AfterASwitchoverNeedNotWaitForTheLock) {
  for (const Failover& failover : measured(base_of("switchover"), 20)) {
    EXPECT_TRUE(failover.has_moved);
    EXPECT_LT(failover.outage_us, 20'000'000);
  }
}

TEST(Failovers, OfAKilledPostmasterAreNone) {
  for (const Failover& failover : measured(base_of("postgresql-killed"), 20)) {
    EXPECT_FALSE(failover.has_moved);
    EXPECT_LT(failover.outage_us, 20'000'000);
  }
}

// Who does not wait for a standby loses what none has: the client writes more often than WAL needs
// to arrive. Who does wait, loses nothing.
TEST(Failovers, LoseCommitsThatWaitedForNobody) {
  Setting setting;
  setting.client_ms = 5;
  const auto lost = [](const Base& base) {
    std::uint64_t sum = 0;
    for (const Failover& failover : measured(base, 50)) sum += failover.lost;
    return sum;
  };
  EXPECT_EQ(lost(base_of("pod-gone", setting)), 0U);
  setting.synchronous_commit = "local";
  EXPECT_GT(lost(base_of("pod-gone", setting)), 0U);
}

TEST(Failovers, AreTheSameForAnyNumberOfWorkers) {
  const SeriesOptions options{.runs = 70, .first_seed = 5};
  std::vector<std::vector<Failover>> results;
  for (const unsigned workers : {1U, 3U}) {
    Crew crew(workers);
    const Series series = run_series(*find_kind("switchover"), {}, postgresql(), options, crew,
                                     workers, [](std::uint64_t) {});
    EXPECT_EQ(series.done().size(), 70U);
    results.push_back(series.done());
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(Failovers, WithTheSameLuckATimingIsComparedRunByRun) {
  Setting sooner;
  sooner.timing = {20, 5, 5};
  const SeriesOptions options{.runs = 40};
  Crew crew(1);
  const auto run = [&](const Setting& setting) {
    return run_series(*find_kind("pod-gone"), setting, postgresql(), options, crew, 1,
                      [](std::uint64_t) {});
  };
  const auto both = compare(run({}), run(sooner));
  ASSERT_TRUE(both);
  EXPECT_EQ(both->pairs, 40U);
  EXPECT_LT(both->longer_by.half.value, 0);
  EXPECT_GT(both->shorter.value, 0.9);
}

TEST(Failovers, KeepWhatThereIsWhenTheyAreInterrupted) {
  const std::atomic<bool> at_once{true};
  const SeriesOptions options{.runs = 40, .interrupted = &at_once};
  Crew crew(1);
  const Series series =
      run_series(*find_kind("pod-gone"), {}, postgresql(), options, crew, 1, [](std::uint64_t) {});
  EXPECT_TRUE(series.done().empty());
  EXPECT_EQ(series.refused, "interrupted");
}

}  // namespace
}  // namespace sim::failover
