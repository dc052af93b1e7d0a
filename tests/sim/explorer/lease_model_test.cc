// The lease model has the numbers of states that other checkers find, and its footprints are true.
#include "sim/explorer/lease_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "sim/explorer/explorer.h"
#include "tests/sim/explorer/broken_lease_models.h"
#include "tests/sim/explorer/reference.h"

namespace sim::explorer {
namespace {

using testing::ElementsAre;

// SPIN 6.5.2 and Stateright 0.31.0 agree on these.
TEST(LeaseModel, HasTheCountsThatOtherCheckersFind) {
  const LeaseModel<2> model({.ttl = 3, .crashes = 2, .partitions = 2, .leaders = 2});
  for (const Order order : {Order::breadth_first, Order::depth_first}) {
    const auto report = explore(model, {.order = order});
    EXPECT_EQ(report.unique, 393'456U);
    EXPECT_EQ(report.generated, 2'707'177U);
    EXPECT_EQ(report.violations, 0U);
    EXPECT_EQ(report.end, End::covered);
    EXPECT_FALSE(report.counterexample.has_value());
  }
}

class AnyBudgets : public testing::TestWithParam<LeaseBudgets> {};

template <unsigned counter_bits>
void hold_against_the_reference(const LeaseBudgets& budgets) {
  const LeaseModel<counter_bits> model(budgets);
  const Reference reference = search_plainly(model);
  const auto report = explore(model);
  EXPECT_EQ(report.unique, reference.depth.size());
  EXPECT_EQ(report.generated, reference.generated);
  EXPECT_EQ(report.finals, reference.finals.size());
  EXPECT_EQ(report.violations, 0U);
  EXPECT_EQ(reference.violations, 0U);
  unsigned furthest = 0;
  for (const auto& [state, depth] : reference.depth) furthest = std::max(furthest, depth);
  EXPECT_EQ(report.depth, furthest);
}

TEST_P(AnyBudgets, HaveTheCountsOfAPlainSearch) {
  hold_against_the_reference<4>(GetParam());
  if (std::max({GetParam().ttl, GetParam().crashes, GetParam().partitions, GetParam().leaders}) <=
      3) {
    hold_against_the_reference<2>(GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(LeaseModel, AnyBudgets,
                         testing::Values(LeaseBudgets{1, 0, 0, 0}, LeaseBudgets{3, 0, 0, 0},
                                         LeaseBudgets{2, 1, 0, 0}, LeaseBudgets{2, 0, 1, 0},
                                         LeaseBudgets{2, 0, 0, 1}, LeaseBudgets{1, 1, 1, 1},
                                         LeaseBudgets{2, 0, 2, 1}, LeaseBudgets{3, 1, 0, 2},
                                         LeaseBudgets{7, 1, 0, 1}, LeaseBudgets{15, 0, 1, 0},
                                         LeaseBudgets{1, 4, 0, 0}, LeaseBudgets{1, 0, 0, 5}));

TEST(LeaseModel, LeadsNowhereButOn) { EXPECT_EQ(explore(LeaseModel<2>({2, 1, 1, 1})).finals, 0U); }

// --- with a rule left out ---

template <class Model>
std::vector<std::string> counterexample_of(Broken broken, const Options& options = {}) {
  const Model model({.ttl = 3, .crashes = 1, .partitions = 1, .leaders = 1});
  const auto report = explore(model, options);
  EXPECT_EQ(report.end, End::violated);
  std::vector<std::string> names;
  if (!report.counterexample) return names;
  EXPECT_EQ(report.counterexample->broken, broken);
  auto state = model.initial();
  for (const auto& step : report.counterexample->path) {
    names.push_back(model.name(step.action));
    state = model.apply(state, step.action);
    EXPECT_EQ(state, step.state);
  }
  EXPECT_EQ(model.broken(state), broken);
  EXPECT_EQ(search_plainly(model).first_violation, names.size());
  return names;
}

TEST(LeaseModelWithATickThatDoesNotDemote, IsBrokenWhenTheLeaseRunsOut) {
  EXPECT_THAT(counterexample_of<TickDoesNotDemote>(2),
              ElementsAre("ready 0", "elected 0", "acquire 0", "tick", "tick", "tick"));
}

TEST(LeaseModelWithACrashThatDoesNotDemote, IsBrokenWhenTheLeaseRunsOut) {
  const auto path = counterexample_of<CrashDoesNotDemote>(2);
  ASSERT_EQ(path.size(), 7U);  // the crash comes somewhere among the ticks
  EXPECT_THAT(path, testing::IsSupersetOf({"ready 0", "elected 0", "acquire 0", "crash 0"}));
  EXPECT_EQ(std::ranges::count(path, "tick"), 3);
}

TEST(LeaseModelWhoseAcquireAsksNobody, HasTwoPrimaries) {
  const auto path = counterexample_of<AcquireAsksNobody>(1 | 2);
  ASSERT_EQ(path.size(), 5U);
  EXPECT_THAT(path, testing::IsSupersetOf({"ready 0", "elected 0"}));
}

TEST(LeaseModelWhoseAcquireDoesNotWaitForInit, HasAPrimaryTooEarly) {
  const auto path = counterexample_of<AcquireWithoutInit>(4);
  ASSERT_EQ(path.size(), 2U);
}

// --- what reductions are told ---

class LeaseFootprints : public testing::Test {
 protected:
  LeaseModel<2> model_{{.ttl = 2, .crashes = 1, .partitions = 1, .leaders = 1}};
  Reference all_ = search_plainly(model_);

  [[nodiscard]] Actions enabled(const LeaseModel<2>::State& state) const {
    std::vector<LeaseModel<2>::Action> actions;
    model_.enabled(state, actions);
    Actions bits = 0;
    for (const auto action : actions) bits |= Actions{1} << action;
    return bits;
  }
};

TEST_F(LeaseFootprints, LetIndependentActionsCommute) {
  std::size_t commuting = 0;
  for (const auto& [packed, depth] : all_.depth) {
    const auto state = model_.unpack(packed);
    const Actions here = enabled(state);
    for (unsigned a = 0; a < model_.action_count(); ++a) {
      if ((here >> a & 1) == 0) continue;
      const auto after_a = model_.apply(state, static_cast<std::uint8_t>(a));
      for (unsigned b = 0; b < model_.action_count(); ++b) {
        if (are_dependent(model_.footprint(a), model_.footprint(b))) continue;
        // Neither enables nor disables the other.
        ASSERT_EQ(enabled(after_a) >> b & 1, here >> b & 1)
            << model_.name(static_cast<std::uint8_t>(a)) << ", "
            << model_.name(static_cast<std::uint8_t>(b));
        if ((here >> b & 1) == 0) continue;
        const auto after_b = model_.apply(state, static_cast<std::uint8_t>(b));
        ASSERT_EQ(model_.apply(after_a, static_cast<std::uint8_t>(b)),
                  model_.apply(after_b, static_cast<std::uint8_t>(a)));
        ++commuting;
      }
    }
  }
  EXPECT_GT(commuting, 10'000U);
}

TEST_F(LeaseFootprints, NameWhatHasToChangeBeforeAnActionIsEnabled) {
  std::size_t enabling = 0;
  for (const auto& [packed, depth] : all_.depth) {
    const auto state = model_.unpack(packed);
    const Actions here = enabled(state);
    for (unsigned a = 0; a < model_.action_count(); ++a) {
      if ((here >> a & 1) == 0) continue;
      Actions fresh = enabled(model_.apply(state, static_cast<std::uint8_t>(a))) & ~here;
      for (; fresh != 0; fresh &= fresh - 1) {
        const auto b = static_cast<unsigned>(std::countr_zero(fresh));
        ASSERT_NE(model_.footprint(a).writes & model_.obstacle(state, b), 0U)
            << model_.name(static_cast<std::uint8_t>(a)) << " enables "
            << model_.name(static_cast<std::uint8_t>(b));
        ++enabling;
      }
    }
  }
  EXPECT_GT(enabling, 1'000U);
}

TEST_F(LeaseFootprints, AreOfWhatTheStatesShow) {
  for (const auto& [packed, depth] : all_.depth) {
    const auto state = model_.unpack(packed);
    for (Actions left = enabled(state); left != 0; left &= left - 1) {
      const auto action = static_cast<std::uint8_t>(std::countr_zero(left));
      if ((model_.footprint(action).writes & model_.visible()) != 0) continue;
      ASSERT_EQ(model_.broken(model_.apply(state, action)), model_.broken(state));
    }
  }
}

TEST_F(LeaseFootprints, RepresentativesHaveTheSameFuture) {
  for (const auto& [packed, depth] : all_.depth) {
    const auto state = model_.unpack(packed);
    const auto representative = model_.canonical(state);
    ASSERT_EQ(model_.canonical(representative), representative);
    ASSERT_EQ(model_.broken(representative), model_.broken(state));
    std::multiset<std::uint64_t> futures;
    std::multiset<std::uint64_t> representative_futures;
    for (Actions left = enabled(state); left != 0; left &= left - 1) {
      const auto action = static_cast<std::uint8_t>(std::countr_zero(left));
      futures.insert(model_.canonical(model_.apply(state, action)).bits);
    }
    for (Actions left = enabled(representative); left != 0; left &= left - 1) {
      const auto action = static_cast<std::uint8_t>(std::countr_zero(left));
      representative_futures.insert(model_.canonical(model_.apply(representative, action)).bits);
    }
    ASSERT_EQ(futures, representative_futures);
  }
}

}  // namespace
}  // namespace sim::explorer
