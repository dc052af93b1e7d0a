// Who answers: few deviations, all lists within bounds, and lists that are varied.
#include <gmock/gmock.h>

#include <set>

#include "sim/search/few.h"
#include "sim/search/mutated.h"
#include "sim/search/odometer.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::UnitName;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Label call{UnitName{1}, question_of(model::UnitTimer::call)};

// How a run of so many questions, each with that many options, is answered.
std::vector<std::uint32_t> answers(Choices& choices, std::size_t questions,
                                   std::uint32_t options = 16) {
  std::vector<std::uint32_t> answers;
  for (std::size_t at = 0; at < questions; ++at) answers.push_back(choices.pick(options, call));
  return answers;
}

// --- few ---

TEST(FewDeviations, AreOneToAsManyAsAreAllowedAndAmongTheFirstQuestions) {
  FewChoices few;
  std::set<std::size_t> counts;
  std::set<std::uint32_t> places;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    few.restart(seed, {.deviations = 3, .questions = 20});
    answers(few, 100);
    counts.insert(few.taken().size());
    for (const Deviation& deviation : few.taken()) places.insert(deviation.nth);
  }
  EXPECT_THAT(counts, ElementsAre(1, 2, 3));
  EXPECT_EQ(places.size(), 20U);
  EXPECT_EQ(*places.rbegin(), 19U);
}

// The bound that few.h states, for two deviations: at least 2! / (2 k^2 (o-1)^2). Here that is one
// run of 400, and 20,000 runs meet it 50 times on average.
TEST(FewDeviations, MeetAPairAsOftenAsTheBoundSays) {
  FewChoices few;
  int met = 0;
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    few.restart(seed, {.deviations = 2, .questions = 10});
    const auto given = answers(few, 10, 3);
    if (few.taken().size() == 2 && given[2] == 1 && given[7] == 2) ++met;
  }
  EXPECT_GE(met, 25);
}

TEST(FewDeviations, AreTheSameForTheSameSeed) {
  FewChoices few;
  few.restart(7, {.deviations = 5, .questions = 50});
  const auto first = answers(few, 60);
  few.restart(8, {.deviations = 5, .questions = 50});
  EXPECT_NE(answers(few, 60), first);
  few.restart(7, {.deviations = 5, .questions = 50});
  EXPECT_EQ(answers(few, 60), first);
}

TEST(FewDeviations, CountNoQuestionThatHasOneOption) {
  FewChoices few;
  few.restart(1, {.deviations = 1, .questions = 1});
  answers(few, 10, 1);
  EXPECT_THAT(few.taken(), IsEmpty());
  EXPECT_NE(few.pick(16, call), 0U);
}

// --- all lists within bounds ---

// Every list of the odometer, with a run whose questions have these options; a question is there
// only if `is_asked` says so of the list.
std::vector<PlacedOptions> all_lists(
    SearchBounds bounds,
    const std::function<std::vector<std::uint32_t>(const PlacedOptions&)>& options) {
  Odometer odometer(bounds, options);
  std::vector<PlacedOptions> all;
  PlacedOptions next;
  while (odometer.next(next)) all.push_back(next);
  EXPECT_EQ(odometer.covered(), bounds.deviations);
  return all;
}

bool are_different(const std::vector<PlacedOptions>& lists) {
  std::set<std::vector<std::pair<std::uint32_t, std::uint32_t>>> seen;
  for (const PlacedOptions& list : lists) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const PlacedOption& one : list) pairs.emplace_back(one.place, one.option);
    if (!seen.insert(pairs).second) return false;
  }
  return true;
}

// With n questions of o options, the lists of d deviations are (n choose d) (o - 1)^d.
TEST(AnOdometer, GivesEachListOnceTheShortestFirst) {
  const auto lists = all_lists({.deviations = 3, .questions = 100},
                               [](const PlacedOptions&) { return std::vector(6, 3U); });
  EXPECT_EQ(lists.size(), 1U + 6U * 2 + 15U * 4 + 20U * 8);
  EXPECT_TRUE(are_different(lists));
  EXPECT_TRUE(std::ranges::is_sorted(lists, {}, &PlacedOptions::size));
}

TEST(AnOdometer, GoesNoFurtherThanItsQuestions) {
  const auto lists = all_lists({.deviations = 1, .questions = 4},
                               [](const PlacedOptions&) { return std::vector(6, 2U); });
  EXPECT_EQ(lists.size(), 5U);
}

// A deviation at the first question opens two more questions.
TEST(AnOdometer, FollowsQuestionsThatAreThereOnlyAfterADeviation) {
  const auto lists =
      all_lists({.deviations = 2, .questions = 10}, [](const PlacedOptions& options) {
        const bool opens = !options.empty() && options[0].place == 0;
        return std::vector(opens ? 4 : 2, 2U);
      });
  // None; first, second; first with each of the three behind it.
  EXPECT_EQ(lists.size(), 1U + 2U + 3U);
}

TEST(AnOdometer, SaysWhatItHasCoveredSoFar) {
  Odometer odometer({.deviations = 2, .questions = 3},
                    [](const PlacedOptions&) { return std::vector(3, 2U); });
  EXPECT_EQ(odometer.covered(), std::nullopt);
  PlacedOptions next;
  ASSERT_TRUE(odometer.next(next));
  EXPECT_EQ(odometer.covered(), 0U);
  for (int at = 0; at < 4; ++at) ASSERT_TRUE(odometer.next(next));
  EXPECT_EQ(odometer.covered(), 1U) << "the first of two deviations was given";
}

TEST(PlacedChoices, AnswerByPlaceAndCountTheOptions) {
  PlacedChoices placed;
  placed.restart({{1, 2}, {2, 9}}, 3);
  EXPECT_EQ(placed.pick(1, call), 0U);
  EXPECT_EQ(placed.pick(4, call), 0U);
  EXPECT_EQ(placed.pick(5, call), 2U);
  EXPECT_EQ(placed.pick(6, call), 0U) << "there is no option 9";
  EXPECT_EQ(placed.pick(7, call), 0U);
  EXPECT_THAT(placed.option_counts(), ElementsAre(4, 5, 6));
}

// --- lists that are varied ---

Deviations hundred() {
  Deviations list;
  for (std::uint32_t nth = 0; nth < 100; ++nth) list.push_back({call, nth, 1 + nth % 15});
  return list;
}

TEST(AMutatedList, IsMostlyTheListAndEachSeedAnother) {
  MutatedChoices mutated;
  std::set<std::string> texts;
  double kept = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    mutated.restart(hundred(), seed);
    const auto given = answers(mutated, 100);
    for (std::size_t at = 0; at < 100; ++at) kept += given[at] == 1 + at % 15 ? 1 : 0;
    texts.insert(to_text(mutated.taken()));
  }
  EXPECT_GT(kept, 0.6 * 100 * 100);
  EXPECT_LT(kept, 100.0 * 100);
  EXPECT_GT(texts.size(), 80U);
}

TEST(AMutatedList, IsTheSameForTheSameSeed) {
  MutatedChoices mutated;
  mutated.restart(hundred(), 3);
  const auto first = answers(mutated, 200);
  mutated.restart(hundred(), 3);
  EXPECT_EQ(answers(mutated, 200), first);
}

TEST(AMutatedList, NeverDeviatesFromAnOrderThatOpsKeeps) {
  MutatedChoices mutated;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    mutated.restart({}, seed);
    for (int at = 0; at < 100; ++at) {
      EXPECT_EQ(mutated.pick(16, {UnitName{0}, deferral_order_question}), 0U);
    }
  }
}

// --- seeds without swarm ---

// Swarm runs differ in how wild they are; others do not.
TEST(RandomChoices, WithoutSwarmAreAllEquallyWild) {
  const auto spread = [](bool swarm) {
    std::set<std::size_t> wildness;  // in tenths
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      RandomChoices random(seed, {.swarm = swarm});
      answers(random, 1000);
      wildness.insert(random.taken().size() / 100);
    }
    return wildness.size();
  };
  EXPECT_LE(spread(false), 2U);
  EXPECT_GE(spread(true), 4U);
}

}  // namespace
}  // namespace sim
