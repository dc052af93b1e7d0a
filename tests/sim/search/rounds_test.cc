// Livelocks that only deviations keep up, in runs of the charm.
#include "sim/search/rounds.h"

#include <gmock/gmock.h>

#include <array>

#include "sim/search/exploration.h"
#include "tests/sim/search/searched.h"

namespace sim {
namespace {

using testing::Ge;
using testing::SizeIs;

constexpr std::string_view one_unit = R"("quantum_ms": 1000, "world": {"units": 1})";
// Until then the run cannot end, and all that was armed with the beginning has come.
constexpr std::string_view later =
    R"("quantum_ms": 1000, "world": {"units": 1}, "story": [{"at_s": 400, "set_trust": true}])";

// A goal that each update-status hook reaches if it is quick, and loses if it is not: its timer has
// just been set again.
std::optional<std::string> the_last_was_quick(const Moment& moment) {
  using namespace std::chrono_literals;
  const model::TimerId timer = model::timer_id(charm::UnitName{0}, model::UnitTimer::update_status);
  const bool is_told = moment.world.shared().story_step > 0;
  if (!is_told || !moment.world.is_armed(timer)) return "it is not looked for yet";
  const charm::Duration left = moment.world.window(timer).latest - moment.world.now();
  if (left >= 360s) return std::nullopt;
  return "the last look came too late";
}

const std::array goals{Property{
    "the last look was quick", Form::eventually, {}, the_last_was_quick, "somebody looks"}};

// In the calm order the hook is quick. One that is overtaken is not, and five minutes later all
// stands as it did before.
TEST(Rounds, ALivelockThatOnlyDeviationsKeepUpIsFoundWithLivenessAlone) {
  const Scenario scenario = given::scenario_with(later);
  const CharmUnderTest charm{&charm::postgresql_k8s(), goals, nullptr};
  EXPECT_TRUE(given::run_calm(scenario, charm).ok());
  const Exploration blind = explore(scenario, charm, {});
  EXPECT_EQ(blind.end, ExplorationEnd::covered);
  EXPECT_FALSE(blind.looked_for_rounds);

  // Two: the first hook that is late puts Patroni's passes elsewhere, and from there on it goes
  // round.
  const Exploration found =
      explore(scenario, charm, {.allowance = {.deviations = 2, .faults = 0}, .liveness = true});
  EXPECT_EQ(found.end, ExplorationEnd::violated);
  EXPECT_EQ(found.round, ExplorationRound::by_deviation);
  ASSERT_TRUE(found.failing);
  // Once a round, to the horizon: two hours of rounds of some five minutes.
  EXPECT_THAT(*found.failing, SizeIs(Ge(10U)));
  ListChoices choices(*found.failing);
  const Verdict verdict = given::run(scenario, charm, choices);
  EXPECT_EQ(verdict.end, RunEnd::horizon);
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.violations[0].property, goals[0].name);
}

TEST(Rounds, TheCharmAsItIsHasNoneWithOneUnit) {
  const Scenario scenario = given::scenario_with(one_unit);
  const Exploration plain = explore(scenario, given::postgresql(), {});
  const Exploration found = explore(scenario, given::postgresql(), {.liveness = true});
  EXPECT_EQ(found.end, ExplorationEnd::covered);
  EXPECT_TRUE(found.looked_for_rounds);
  EXPECT_FALSE(found.is_livelock());
  // It changes nothing of what is looked at.
  EXPECT_EQ(found.worlds, plain.worlds);
  EXPECT_EQ(found.generated, plain.generated);
  EXPECT_EQ(found.samples, plain.samples);
  EXPECT_GT(found.bytes, plain.bytes);
}

TEST(Rounds, StepsAreCountedAgainstTheMemory) {
  const Scenario scenario = given::scenario_with(one_unit);
  const std::size_t without = explore(scenario, given::postgresql(), {}).bytes;
  const std::size_t with = explore(scenario, given::postgresql(), {.liveness = true}).bytes;
  ASSERT_GT(with, without);
  // Enough for the worlds, and for those to come back to, but not for their steps.
  ExplorationOptions tight{.most_bytes = without + (with - without) / 2};
  EXPECT_EQ(explore(scenario, given::postgresql(), tight).end, ExplorationEnd::covered);
  tight.liveness = true;
  EXPECT_EQ(explore(scenario, given::postgresql(), tight).end, ExplorationEnd::memory);
}

}  // namespace
}  // namespace sim
