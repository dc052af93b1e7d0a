// What is left out is never missed: the reduced search has the verdict and the final states of the
// whole one, on systems drawn from seeds and on the lease model.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

#include "sim/explorer/explorer.h"
#include "sim/explorer/lease_model.h"
#include "tests/sim/explorer/broken_lease_models.h"
#include "tests/sim/explorer/random_system.h"
#include "tests/sim/explorer/reference.h"

namespace sim::explorer {
namespace {

constexpr std::uint64_t seeds = 1500;

TEST(StubbornSets, KeepVerdictsAndFinalStates) {
  std::uint64_t all = 0;
  std::uint64_t reduced = 0;
  std::uint64_t broken = 0;
  std::uint64_t with_finals = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const RandomSystem system(seed * 1'000'003);
    const Reference reference = search_plainly(system);
    const auto report =
        explore(system, {.reduce_orders = true, .stop_at_violation = false, .keep_finals = true});
    ASSERT_EQ(report.broken, reference.broken) << "seed " << seed;
    ASSERT_EQ(packed(system, report.finals_found), reference.finals) << "seed " << seed;
    ASSERT_LE(report.unique, reference.depth.size());
    all += reference.depth.size();
    reduced += report.unique;
    broken += reference.broken;
    with_finals += reference.finals.empty() ? 0U : 1U;
  }
  // It was tried on something, and something was left out.
  EXPECT_GT(broken, seeds / 10);
  EXPECT_GT(with_finals, seeds / 10);
  EXPECT_LT(reduced * 10, all * 9);
}

TEST(StubbornSets, LeadToCounterexamplesThatAreRuns) {
  std::uint64_t broken = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const RandomSystem system(seed * 1'000'003);
    const auto report = explore(system, {.reduce_orders = true});
    if (!report.counterexample) continue;
    ASSERT_TRUE(report.counterexample->has_path);
    auto state = system.initial();
    for (const auto& step : report.counterexample->path) state = system.apply(state, step.action);
    ASSERT_NE(system.broken(state), 0U) << "seed " << seed;
    ++broken;
  }
  EXPECT_GT(broken, seeds / 10);
}

// Round and round, invisibly, and beside it the one action that breaks something.
struct Roundabout {
  struct State {
    std::uint8_t place = 0;
    bool is_bad = false;
  };
  using Action = unsigned;
  static constexpr unsigned places = 3;
  static constexpr unsigned spoil = places;

  [[nodiscard]] State initial() const { return {}; }
  void enabled(const State& state, std::vector<Action>& actions) const {
    actions.push_back(state.place);
    if (!state.is_bad) actions.push_back(spoil);
  }
  [[nodiscard]] State apply(const State& state, Action action) const {
    if (action == spoil) return {state.place, true};
    return {static_cast<std::uint8_t>((state.place + 1) % places), state.is_bad};
  }
  [[nodiscard]] Broken broken(const State& state) const { return state.is_bad ? 1 : 0; }
  [[nodiscard]] unsigned state_bits() const { return 3; }
  [[nodiscard]] std::uint64_t pack(const State& state) const {
    return std::uint64_t{state.place} << 1 | (state.is_bad ? 1U : 0U);
  }
  [[nodiscard]] State unpack(std::uint64_t bits) const {
    return {static_cast<std::uint8_t>(bits >> 1), (bits & 1) != 0};
  }
  [[nodiscard]] unsigned action_count() const { return places + 1; }
  [[nodiscard]] Footprint footprint(unsigned action) const {
    return action == spoil ? Footprint{2, 2} : Footprint{1, 1};
  }
  [[nodiscard]] Objects obstacle(const State& /*state*/, unsigned action) const {
    return action == spoil ? 2 : 1;
  }
  [[nodiscard]] Objects visible() const { return 2; }
};

TEST(StubbornSets, PutNothingOffForEver) {
  const auto report = explore(Roundabout{}, {.reduce_orders = true});
  ASSERT_TRUE(report.counterexample.has_value());
  EXPECT_EQ(report.counterexample->path.back().action, Roundabout::spoil);
  // It went round first: what is visible was put off as long as there was something new.
  EXPECT_EQ(report.counterexample->path.size(), Roundabout::places);
}

template <class Model>
void hold_reductions_against_the_whole(LeaseBudgets budgets) {
  const Model model(budgets);
  const auto whole = explore(model, {.stop_at_violation = false});
  for (const bool orders : {false, true}) {
    for (const bool symmetry : {false, true}) {
      const auto report = explore(
          model,
          {.reduce_orders = orders, .reduce_symmetry = symmetry, .stop_at_violation = false});
      EXPECT_EQ(report.broken, whole.broken);
      EXPECT_EQ(report.finals, whole.finals);
      EXPECT_EQ(report.unique < whole.unique, orders || symmetry);
      EXPECT_EQ(report.reduced > 0, orders);
      EXPECT_EQ(report.end, End::covered);
    }
  }
}

TEST(Reductions, KeepTheVerdictOnTheLeaseModel) {
  hold_reductions_against_the_whole<LeaseModel<2>>({2, 1, 1, 1});
  hold_reductions_against_the_whole<LeaseModel<2>>({3, 2, 0, 1});
}

TEST(Reductions, KeepTheVerdictOnLeaseModelsWithARuleLeftOut) {
  hold_reductions_against_the_whole<TickDoesNotDemote>({2, 1, 1, 1});
  hold_reductions_against_the_whole<CrashDoesNotDemote>({2, 1, 1, 1});
  hold_reductions_against_the_whole<AcquireAsksNobody>({2, 1, 1, 1});
  hold_reductions_against_the_whole<AcquireWithoutInit>({2, 1, 1, 1});
}

TEST(Symmetry, ReachesEveryRepresentativeAndNothingElse) {
  const LeaseModel<2> model({2, 1, 1, 1});
  std::set<std::uint64_t> representatives;
  for (const auto& [packed, depth] : search_plainly(model).depth) {
    representatives.insert(model.canonical(model.unpack(packed)).bits);
  }
  const auto report = explore(model, {.reduce_symmetry = true});
  EXPECT_EQ(report.unique, representatives.size());
  EXPECT_LT(report.unique * 2, explore(model).unique);
}

TEST(Symmetry, TellsARunOfTheSystemAndNotOfRepresentatives) {
  const AcquireAsksNobody model({2, 1, 1, 1});
  const auto report = explore(model, {.reduce_symmetry = true});
  ASSERT_TRUE(report.counterexample.has_value());
  auto state = model.initial();
  for (const auto& step : report.counterexample->path) {
    state = model.apply(state, step.action);
    EXPECT_EQ(state, step.state);
  }
  EXPECT_NE(model.broken(state), 0U);
  EXPECT_EQ(report.counterexample->path.size(), 5U);
}

}  // namespace
}  // namespace sim::explorer
