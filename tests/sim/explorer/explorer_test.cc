// Counts, verdicts and ways to a violation, of the lease model and of broken ones, whatever the
// order, the storage and the number of workers.
#include "sim/explorer/explorer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/explorer/lease_model.h"
#include "tests/sim/explorer/broken_lease_models.h"
#include "tests/sim/explorer/random_system.h"
#include "tests/sim/explorer/reference.h"

namespace sim::explorer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const LeaseBudgets small{.ttl = 2, .crashes = 1, .partitions = 1, .leaders = 1};

// --- any system ---

TEST(Explorer, FindsWhatAPlainSearchFinds) {
  std::uint64_t broken = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const RandomSystem system(seed);
    const Reference reference = search_plainly(system);
    for (const Order order : {Order::breadth_first, Order::depth_first}) {
      const auto report =
          explore(system, {.order = order, .stop_at_violation = false, .keep_finals = true});
      ASSERT_EQ(report.unique, reference.depth.size()) << "seed " << seed;
      ASSERT_EQ(report.generated, reference.generated) << "seed " << seed;
      ASSERT_EQ(report.violations, reference.violations) << "seed " << seed;
      ASSERT_EQ(packed(system, report.finals_found), reference.finals) << "seed " << seed;
    }
    broken += reference.broken;
  }
  EXPECT_GT(broken, 50U);
}

TEST(Explorer, BreadthFirstFindsAShortestCounterexample) {
  std::uint64_t longest = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const RandomSystem system(seed);
    const Reference reference = search_plainly(system);
    const auto report = explore(system);
    ASSERT_EQ(report.counterexample.has_value(), reference.first_violation.has_value());
    if (!report.counterexample) continue;
    ASSERT_EQ(report.counterexample->path.size(), *reference.first_violation) << "seed " << seed;
    longest = std::max(longest, report.counterexample->path.size());
  }
  EXPECT_GT(longest, 3U);
}

TEST(Explorer, DepthFirstFindsACounterexampleThatIsARun) {
  const TickDoesNotDemote model(small);
  const auto report = explore(model, {.order = Order::depth_first});
  ASSERT_TRUE(report.counterexample.has_value());
  auto state = model.initial();
  for (const auto& step : report.counterexample->path) state = model.apply(state, step.action);
  EXPECT_NE(model.broken(state), 0U);
}

TEST(Explorer, LooksAtTheInitialStateToo) {
  struct Bad : LeaseModel<2> {
    using LeaseModel::LeaseModel;
    [[nodiscard]] Broken broken(const State& state) const { return state == initial() ? 1 : 0; }
  };
  const auto report = explore(Bad(small));
  EXPECT_EQ(report.end, End::violated);
  EXPECT_EQ(report.unique, 1U);
  ASSERT_TRUE(report.counterexample.has_value());
  EXPECT_TRUE(report.counterexample->has_path);
  EXPECT_THAT(report.counterexample->path, IsEmpty());
}

// --- workers ---

class AnyOptions : public testing::TestWithParam<Options> {};

template <class Model>
void hold_workers_together(const Model& model, Options options) {
  options.workers = 1;
  const auto alone = explore(model, options);
  for (const unsigned workers : {2U, 3U}) {
    options.workers = workers;
    const auto together = explore(model, options);
    EXPECT_EQ(static_cast<const Counts&>(together), static_cast<const Counts&>(alone));
    EXPECT_EQ(packed(model, together.finals_found), packed(model, alone.finals_found));
    ASSERT_EQ(together.counterexample.has_value(), alone.counterexample.has_value());
    if (!alone.counterexample) continue;
    ASSERT_EQ(together.counterexample->path.size(), alone.counterexample->path.size());
    for (std::size_t i = 0; i < alone.counterexample->path.size(); ++i) {
      EXPECT_EQ(together.counterexample->path[i].action, alone.counterexample->path[i].action);
    }
  }
}

TEST_P(AnyOptions, AreAnsweredAlikeByAnyNumberOfWorkers) {
  hold_workers_together(LeaseModel<2>({3, 1, 2, 1}), GetParam());
  hold_workers_together(TickDoesNotDemote({3, 1, 1, 1}), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Explorer, AnyOptions,
    testing::Values(Options{}, Options{.order = Order::depth_first},
                    Options{.storage = Storage::compact},
                    // So few bits that states are missed: the same ones by all.
                    Options{.storage = Storage::compact, .fingerprint_bits = 20},
                    Options{.memory_limit = 1'500'000}, Options{.max_deviations = 2},
                    Options{.order = Order::depth_first, .max_deviations = 1},
                    Options{.reduce_orders = true}, Options{.reduce_symmetry = true},
                    Options{.reduce_orders = true, .reduce_symmetry = true},
                    Options{.stop_at_violation = false}, Options{.max_depth = 9}));

// --- storage ---

TEST(CompactStorage, OfEnoughBitsMissesNothingAndSaysHowLikelyThatWas) {
  const LeaseModel<2> model(small);
  const auto exact = explore(model);
  const auto compact = explore(model, {.storage = Storage::compact});
  EXPECT_EQ(exact.missed(), 0);
  EXPECT_EQ(compact.unique, exact.unique);
  EXPECT_EQ(compact.generated, exact.generated);
  const double pairs = static_cast<double>(exact.unique) * static_cast<double>(exact.unique) / 2;
  EXPECT_NEAR(compact.missed() * 0x1p64, pairs, pairs / 1000);
  EXPECT_THAT(to_text(compact), HasSubstr("; a state was missed with a chance of at most "));
  EXPECT_THAT(to_text(exact), HasSubstr("; no state was missed"));
}

TEST(CompactStorage, OfTooFewBitsMissesStatesAndSaysSo) {
  const LeaseModel<2> model(small);
  const auto compact = explore(model, {.storage = Storage::compact, .fingerprint_bits = 16});
  EXPECT_LT(compact.unique, explore(model).unique);
  EXPECT_EQ(compact.missed(), 1);
}

// The chance is one: of many hashes, as many have two states alike as it says.
TEST(CompactStorage, MissesAsOftenAsItSays) {
  struct Rehashed : LeaseModel<2> {
    Rehashed(LeaseBudgets budgets, std::uint64_t its_salt) : LeaseModel(budgets), salt(its_salt) {}
    [[nodiscard]] std::uint64_t hash(const State& state) const {
      return Mix(64).mix(state.bits + salt * 0x9e3779b97f4a7c15);
    }
    std::uint64_t salt;
  };
  constexpr unsigned rounds = 400;
  const LeaseBudgets tiny{.ttl = 2, .crashes = 0, .partitions = 0, .leaders = 1};
  const std::uint64_t unique = explore(LeaseModel<2>(tiny)).unique;
  unsigned missing = 0;
  double expected = 0;
  for (unsigned salt = 1; salt <= rounds; ++salt) {
    const auto report =
        explore(Rehashed(tiny, salt), {.storage = Storage::compact, .fingerprint_bits = 20});
    missing += report.unique < unique ? 1U : 0U;
    expected += report.missed();
  }
  EXPECT_GT(missing, rounds / 50);
  // Hashes are drawn here, so it may be above by what is usual.
  EXPECT_LT(missing, expected + 4 * std::sqrt(expected));
  EXPECT_GT(missing, expected / 2);
}

// A state as large as a world's, that is known by its fingerprint alone.
struct Large {
  struct State {
    LeaseModel<2>::State state;
    std::array<std::uint64_t, 100> ballast{};
  };
  using Action = LeaseModel<2>::Action;

  static State with_ballast(LeaseModel<2>::State state) {
    State large{state};
    large.ballast.fill(state.bits);
    return large;
  }
  [[nodiscard]] State initial() const { return with_ballast(model.initial()); }
  void enabled(const State& state, std::vector<Action>& actions) const {
    model.enabled(state.state, actions);
  }
  [[nodiscard]] State apply(const State& state, Action action) const {
    return with_ballast(model.apply(state.state, action));
  }
  [[nodiscard]] Broken broken(const State& state) const {
    return model.broken(state.state) | (state.ballast[99] != state.state.bits ? 8U : 0U);
  }
  [[nodiscard]] std::uint64_t hash(const State& state) const {
    return Mix(64).mix(state.state.bits);
  }

  LeaseModel<2> model;
};

TEST(CompactStorage, IsForStatesOfAnySize) {
  const auto exact = explore(LeaseModel<2>(small));
  for (const Order order : {Order::breadth_first, Order::depth_first}) {
    const auto large = explore(Large{LeaseModel<2>(small)}, {.order = order});
    EXPECT_FALSE(large.is_exact);
    EXPECT_EQ(large.unique, exact.unique);
    EXPECT_EQ(large.generated, exact.generated);
    EXPECT_EQ(large.broken, 0U);
  }
}

TEST(Storage, CountsWhatItTakesWithTheStatesThatWait) {
  const auto report =
      explore(LeaseModel<2>({.ttl = 3, .crashes = 2, .partitions = 2, .leaders = 2}));
  EXPECT_GT(report.frontier_bytes, 0U);
  EXPECT_LE(report.bytes(), 16 * report.unique);
  const auto deep = explore(LeaseModel<2>({.ttl = 3, .crashes = 2, .partitions = 2, .leaders = 2}),
                            {.order = Order::depth_first});
  EXPECT_LT(deep.frontier_bytes, report.frontier_bytes);
}

// --- bounds ---

TEST(Bounds, OfMemoryEndClearly) {
  constexpr std::size_t limit = 1'000'000;
  const LeaseModel<2> model({.ttl = 3, .crashes = 2, .partitions = 2, .leaders = 2});
  const auto report = explore(model, {.memory_limit = limit});
  EXPECT_EQ(report.end, End::memory_limit);
  EXPECT_LE(report.bytes(), limit);
  EXPECT_GT(report.unique, limit / 50);
  EXPECT_THAT(to_text(report), HasSubstr("not all covered: "));
  EXPECT_THAT(to_text(report), HasSubstr("memory limit reached"));
}

TEST(Bounds, OfMemoryLeaveWhatWasCoveredWithFewerDeviations) {
  const LeaseModel<2> model({.ttl = 3, .crashes = 2, .partitions = 2, .leaders = 2});
  const auto report = explore(model, {.memory_limit = 1'500'000, .max_deviations = 6});
  ASSERT_EQ(report.end, End::memory_limit);
  ASSERT_FALSE(report.layers.empty());
  EXPECT_LT(report.layers.back().deviations, 6U);
  EXPECT_THAT(to_text(report),
              testing::StartsWith("covered all with at most " +
                                  std::to_string(report.layers.back().deviations) + " deviation"));
  EXPECT_THAT(to_text(report), HasSubstr(" beyond"));
}

TEST(Bounds, OfDepthCoverWhatIsNearer) {
  const LeaseModel<2> model(small);
  const Reference reference = search_plainly(model);
  for (const unsigned bound : {0U, 1U, 5U, 8U}) {
    const auto report = explore(model, {.max_depth = bound});
    EXPECT_EQ(report.end, End::bound);
    EXPECT_EQ(report.depth, bound);
    const auto near = std::ranges::count_if(
        reference.depth, [&](const auto& state) { return state.second <= bound; });
    EXPECT_EQ(report.unique, static_cast<std::uint64_t>(near));
  }
  EXPECT_EQ(explore(model, {.max_depth = 100}).end, End::covered);
}

TEST(Bounds, OfDeviationsCoverWhatNeedsFewer) {
  std::uint64_t layers = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const RandomSystem system(seed);
    const auto needed = deviations_needed(system);
    for (const Order order : {Order::breadth_first, Order::depth_first}) {
      const auto report =
          explore(system, {.order = order, .max_deviations = 3, .stop_at_violation = false});
      for (const Layer& layer : report.layers) {
        const auto cheap = std::ranges::count_if(
            needed, [&](const auto& state) { return state.second <= layer.deviations; });
        ASSERT_EQ(layer.unique, static_cast<std::uint64_t>(cheap)) << "seed " << seed;
      }
      ASSERT_EQ(report.end == End::bound, report.layers.size() == 4) << "seed " << seed;
      if (report.end == End::covered) {
        ASSERT_EQ(report.unique, needed.size()) << "seed " << seed;
      }
      layers += report.layers.size();
    }
  }
  EXPECT_GT(layers, 700U);
}

TEST(Bounds, OfDeviationsFindTheCounterexampleWithTheFewest) {
  // Without a crash nothing is wrong, and one is enough.
  const CrashDoesNotDemote model(small);
  EXPECT_EQ(explore(model, {.max_deviations = 0}).end, End::bound);
  const auto report = explore(model, {.max_deviations = 3});
  EXPECT_EQ(report.end, End::violated);
  EXPECT_THAT(report.layers, testing::SizeIs(1));
  unsigned deviations = 0;
  for (const auto& step : report.counterexample->path) {
    deviations += model.cost(step.state, step.action);
  }
  EXPECT_EQ(deviations, 1U);
}

TEST(Bounds, OfPatienceLeaveTheResult) {
  std::atomic<bool> interrupted{true};
  const auto report = explore(LeaseModel<2>(small), {.interrupted = &interrupted});
  EXPECT_EQ(report.end, End::interrupted);
  EXPECT_THAT(to_text(report), HasSubstr("interrupted"));
}

TEST(ReportText, SaysWhatWasCovered) {
  Counts counts;
  counts.unique = 3'204'118;
  EXPECT_EQ(to_text(counts), "covered all: 3204118 states; no state was missed");
  counts.end = End::bound;
  counts.layers = {{0, 1}, {1, 7}};
  counts.unique = 7;
  EXPECT_EQ(to_text(counts),
            "covered all with at most 1 deviation: 7 states; bound reached; no state was missed");
  counts.end = End::memory_limit;
  counts.unique = 9;
  counts.is_exact = false;
  counts.key_bits = 10;
  EXPECT_EQ(
      to_text(counts),
      "covered all with at most 1 deviation: 7 states; memory limit reached, 2 states beyond; "
      "a state was missed with a chance of at most 0.035");
}

}  // namespace
}  // namespace sim::explorer
