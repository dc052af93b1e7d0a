// Choices: how lists are spelled, what lists and seeds answer, and that a run's list brings it
// back.
#include "sim/choices/choices.h"

#include <gmock/gmock.h>

#include <set>

#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::UnitName;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Lt;

constexpr Question call = question_of(model::UnitTimer::call);
constexpr Question agent = question_of(model::UnitTimer::agent);
constexpr Question route = question_of(model::WorldTimer::primary_route);
constexpr Label call_of_one{UnitName{1}, call};
constexpr Label agent_of_two{UnitName{2}, agent};
constexpr Label of_the_world{{}, route};

std::vector<std::uint32_t> answers(Choices& choices, Label label, int count,
                                   std::uint32_t options = 16) {
  std::vector<std::uint32_t> picked;
  for (int at = 0; at < count; ++at) picked.push_back(choices.pick(options, label));
  return picked;
}

// --- spelling ---

TEST(DeviationsText, ComesBackAsItWasWritten) {
  EXPECT_EQ(to_text(given::deviations("1.call.17=3,2.fault.0=8,w.primary-route.0=15")),
            "1.call.17=3,2.fault.0=8,w.primary-route.0=15");
}

TEST(DeviationsText, OfTheCalmRunIsEmpty) {
  EXPECT_THAT(given::deviations(""), IsEmpty());
  EXPECT_EQ(to_text(Deviations{}), "");
}

TEST(DeviationsText, SaysWhoWasAskedWhatForTheHowManiethTime) {
  EXPECT_THAT(given::deviations("1.call.17=3"), ElementsAre(Deviation{call_of_one, 17, 3}));
  EXPECT_THAT(given::deviations("w.primary-route.0=1"), ElementsAre(Deviation{of_the_world, 0, 1}));
}

TEST(DeviationsText, IsSortedWhenItIsRead) {
  EXPECT_EQ(to_text(given::deviations("2.agent.1=1,1.call.3=2,1.call.1=4")),
            "1.call.1=4,1.call.3=2,2.agent.1=1");
}

class EveryQuestion : public testing::TestWithParam<int> {};

TEST_P(EveryQuestion, HasATextThatReadsBack) {
  const Question question{static_cast<std::uint8_t>(GetParam())};
  ASSERT_FALSE(to_text(question).empty());
  EXPECT_EQ(parse_question(to_text(question)), question);
}

INSTANTIATE_TEST_SUITE_P(DeviationsText, EveryQuestion,
                         testing::Range(0, static_cast<int>(question_count)));

struct WrongText {
  const char* text;
  std::size_t column;
  const char* what;
};

class WrongDeviations : public testing::TestWithParam<WrongText> {};

TEST_P(WrongDeviations, AreRefusedWithThePlaceAndTheReason) {
  DeviationsError error;
  EXPECT_FALSE(parse_deviations(GetParam().text, error).has_value());
  EXPECT_EQ(error.column, GetParam().column);
  EXPECT_EQ(error.what, GetParam().what);
}

INSTANTIATE_TEST_SUITE_P(
    DeviationsText, WrongDeviations,
    testing::Values(
        WrongText{"1.call.0=1,", 11, "nothing follows the comma"},
        WrongText{"x.call.0=1", 1, "'x' is no actor: a unit's number, or w for the world"},
        WrongText{"128.call.0=1", 1, "'128' is no actor: a unit's number, or w for the world"},
        WrongText{"-1.call.0=1", 1, "'-1' is no actor: a unit's number, or w for the world"},
        WrongText{",1.call.0=1", 1, "'' is no actor: a unit's number, or w for the world"},
        WrongText{"1.weather.0=1", 1, "'weather' is nothing that is asked"},
        WrongText{"1", 1, "'' is nothing that is asked"},
        WrongText{"1.call.x=1", 1, "'x' is no count"}, WrongText{"1.call", 1, "'' is no count"},
        WrongText{"1.call.4294967296=1", 1, "'4294967296' is no count"},
        WrongText{"1.call.0=x", 1, "'x' is no option"},
        WrongText{"1.call.0=", 1, "'' is no option"},
        WrongText{"1.call.0=1 ", 1, "'1 ' is no option"},
        WrongText{"1.call.0=1,2.call.0=-1", 12, "'-1' is no option"},
        WrongText{"1.call.0=1,1.call.0=2", 1, "two options for 1.call.0=1"}));

// --- a list ---

TEST(ListChoices, AreCalmWhereTheListSaysNothing) {
  ListChoices choices;
  EXPECT_THAT(answers(choices, call_of_one, 20), Each(0U));
  EXPECT_THAT(choices.taken(), IsEmpty());
  EXPECT_EQ(choices.picks(), 20U);
}

TEST(ListChoices, DeviateAtTheNthAskingOfTheirLabelAlone) {
  ListChoices choices(given::deviations("1.call.2=3,2.agent.0=1,w.primary-route.1=9"));
  EXPECT_THAT(answers(choices, call_of_one, 4), ElementsAre(0, 0, 3, 0));
  EXPECT_THAT(answers(choices, of_the_world, 3), ElementsAre(0, 9, 0));
  EXPECT_THAT(answers(choices, agent_of_two, 2), ElementsAre(1, 0));
}

TEST(ListChoices, CountAnImpossibleOptionAsCalmAndSaySo) {
  ListChoices choices(given::deviations("1.call.0=16,1.call.1=15"));
  EXPECT_THAT(answers(choices, call_of_one, 2), ElementsAre(0, 15));
  EXPECT_EQ(to_text(choices.ignored()), "1.call.0=16");
  EXPECT_EQ(to_text(choices.taken()), "1.call.1=15");
}

TEST(ListChoices, RememberWhatWasTakenInTheOrderOfAsking) {
  ListChoices choices(given::deviations("1.call.1=3,2.agent.0=1"));
  answers(choices, agent_of_two, 1);
  answers(choices, call_of_one, 2);
  EXPECT_EQ(to_text(choices.taken()), "2.agent.0=1,1.call.1=3");
}

TEST(ListChoices, RestartedBeginAnew) {
  ListChoices choices(given::deviations("1.call.0=16,1.call.1=3"));
  answers(choices, call_of_one, 2);
  choices.restart(given::deviations("1.call.0=2"));
  EXPECT_THAT(choices.taken(), IsEmpty());
  EXPECT_THAT(choices.ignored(), IsEmpty());
  EXPECT_EQ(choices.picks(), 0U);
  EXPECT_THAT(answers(choices, call_of_one, 2), ElementsAre(2, 0));
}

TEST(ListChoicesDeathTest, RefuseAListThatIsNotSorted) {
  const Deviations unsorted{{agent_of_two, 0, 1}, {call_of_one, 0, 1}};
  EXPECT_DEATH(ListChoices{unsorted}, "is_sorted");
}

// --- a seed ---

TEST(RandomChoices, OfTheSameSeedAreTheSame) {
  RandomChoices here(7);
  RandomChoices there(7);
  EXPECT_EQ(answers(here, call_of_one, 100), answers(there, call_of_one, 100));
  EXPECT_EQ(here.taken(), there.taken());
}

TEST(RandomChoices, OfAnotherSeedAreOthers) {
  RandomChoices here(1);
  RandomChoices there(4);
  answers(here, call_of_one, 100);
  answers(there, call_of_one, 100);
  answers(here, agent_of_two, 100);
  answers(there, agent_of_two, 100);
  EXPECT_NE(here.taken(), there.taken());
}

class SomeSeed : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] std::uint64_t seed() const { return static_cast<std::uint64_t>(GetParam()); }
};

TEST_P(SomeSeed, AnswersALabelTheSameWhateverElseIsAsked) {
  RandomChoices alone(seed());
  RandomChoices among_others(seed());
  answers(among_others, agent_of_two, 33);
  answers(among_others, of_the_world, 5);
  EXPECT_EQ(answers(alone, call_of_one, 200), answers(among_others, call_of_one, 200));
}

TEST_P(SomeSeed, AnswersWithOneOfTheOptions) {
  RandomChoices choices(seed());
  EXPECT_THAT(answers(choices, call_of_one, 200, 3), Each(Lt(3U)));
  EXPECT_THAT(answers(choices, agent_of_two, 200, 1), Each(0U));
}

TEST_P(SomeSeed, RestartedIsAsNew) {
  RandomChoices fresh(seed());
  RandomChoices used(seed() + 1);
  answers(used, call_of_one, 50);
  used.restart(seed());
  EXPECT_EQ(answers(fresh, call_of_one, 50), answers(used, call_of_one, 50));
  EXPECT_EQ(fresh.taken(), used.taken());
}

INSTANTIATE_TEST_SUITE_P(RandomChoices, SomeSeed, testing::Range(1, 9));

// An adversary, but a fair one: what a run asks for again and again comes about.
TEST(RandomChoices, NeverGiveTheSameWildAnswerForEver) {
  const Label unseen{UnitName{0}, question_of(model::Fork::unseen)};
  std::size_t longest = 0;
  RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= 30'000; seed += seed < 29'000 ? 13 : 1) {
    random.restart(seed);
    std::size_t alike = 0;
    for (int asked = 0; asked < 100; ++asked) {
      alike = random.pick(2, unseen) == 1 ? alike + 1 : 0;
      longest = std::max(longest, alike);
    }
  }
  EXPECT_GT(longest, 4U);
  EXPECT_LT(longest, 40U);
}

// Swarm: what never strikes in a run leaves the others to go further.
TEST(RandomChoices, DrawForEachRunWhichKindsOfFaultsThereAre) {
  constexpr std::uint32_t options = 19;
  std::size_t whole = 0;
  std::size_t partial = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    RandomChoices random(seed);
    std::set<std::uint32_t> drawn;
    for (int asked = 0; asked < 60'000; ++asked) {
      drawn.insert(random.pick(options, {UnitName{0}, fault_question}));
    }
    if (drawn.size() == options) ++whole;
    if (drawn.size() > 1 && drawn.size() < options - 3) ++partial;
  }
  EXPECT_GE(whole, 1U);
  EXPECT_GE(partial, 10U);
}

TEST(RandomChoices, AreWildInSomeRunsAndCalmInOthers) {
  std::size_t calm = 0;
  std::size_t wild = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    RandomChoices choices(seed);
    answers(choices, call_of_one, 50);
    calm += choices.taken().empty() ? 1U : 0U;
    wild += choices.taken().size() > 40 ? 1U : 0U;
  }
  EXPECT_GT(calm, 5U);
  EXPECT_GT(wild, 5U);
}

// --- a run and its list ---

class AnyScenario : public testing::TestWithParam<std::string> {};

TEST_P(AnyScenario, WhatARandomRunTookBringsTheSameRunBack) {
  const Scenario scenario = given::scenario_of(GetParam());
  for (std::uint64_t seed = 1; seed <= SEEDS_OF_A_SCENARIO; ++seed) {
    RandomChoices random(seed);
    const Verdict first = given::run(scenario, given::postgresql(), random);
    ListChoices list(given::deviations(to_text(random.taken())));
    const Verdict second = given::run(scenario, given::postgresql(), list);
    EXPECT_EQ(given::numbers_of(second), given::numbers_of(first)) << "seed " << seed;
    EXPECT_EQ(list.taken(), random.taken()) << "seed " << seed;
    EXPECT_THAT(list.ignored(), IsEmpty()) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Choices, AnyScenario, testing::ValuesIn(given::scenario_files()),
                         [](const auto& file) { return given::test_name(file.param); });

}  // namespace
}  // namespace sim
