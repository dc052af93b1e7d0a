// The searched worst failover: that it is a run of an ordinary scenario, that nothing near it is
// worse, and that a small scope, played whole, has nothing that the search has missed.
#include "sim/failover/worst.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "charm/postgresql_k8s.h"
#include "sim/scenario/read.h"

namespace sim::failover {
namespace {

using namespace std::chrono_literals;

CharmUnderTest postgresql() { return {&charm::postgresql_k8s(), postgresql_properties(), nullptr}; }

Base base_of(std::string_view kind) {
  auto base = prepare_schedules(*find_kind(kind), {}, postgresql(), nullptr);
  EXPECT_TRUE(base.has_value()) << kind;
  return *std::move(base);
}

// As far as a few tries and rounds go.
Worst worst_of(const Base& base, Harm harm, unsigned workers = 1) {
  Crew crew(workers);
  return find_worst(base, charm::postgresql_k8s(), {.harm = harm, .tries = 3000, .rounds = 1}, crew,
                    workers, [](std::uint64_t /*played*/) {});
}

// What the client goes through in the ordinary run, from its beginning on.
Failover watched(const OrdinaryRun& run, charm::Instant fault) {
  const auto scenario = read_scenario(run.scenario, "worst");
  EXPECT_TRUE(scenario.has_value());
  Watch watch;
  Simulation simulation(*scenario, postgresql(), {.trace = Trace::Mode::off, .client_log = &watch});
  ListChoices choices(run.choices);
  simulation.begin(choices);
  watch.restart(simulation.world(), fault);
  simulation.show_to(&watch);
  while (simulation.advance()) {
  }
  EXPECT_TRUE(choices.unused().empty()) << to_text(choices.unused());
  EXPECT_TRUE(choices.ignored().empty());
  return watch.result(simulation.world(), false);
}

class WorstOf : public testing::TestWithParam<const char*> {};

TEST_P(WorstOf, AKindIsARunOfAnOrdinaryScenario) {
  const Base base = base_of(GetParam());
  const Worst worst = worst_of(base, Harm::outage);
  EXPECT_FALSE(worst.is_peak);  // one round does not tell
  Player player(base, charm::postgresql_k8s());
  EXPECT_EQ(player.play(worst.schedule), worst.failover);

  const OrdinaryRun run = ordinary_run(base, charm::postgresql_k8s(), worst.schedule);
  const Failover again = watched(run, player.fault());
  EXPECT_EQ(again.outage_us, worst.failover.outage_us);
  EXPECT_EQ(again.phases_us, worst.failover.phases_us);
}
INSTANTIATE_TEST_SUITE_P(Failovers, WorstOf,
                         testing::Values("pod-gone", "postgresql-killed", "patroni-killed"),
                         [](const auto& kind) {
                           std::string name = kind.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Worst, IsAtLeastAsLongAsAnyThatIsDrawn) {
  const Base base = base_of("pod-gone");
  const Worst worst = worst_of(base, Harm::outage);
  Player player(base, charm::postgresql_k8s());
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Schedule drawn{.wait = 10s + seed * 33ms};
    EXPECT_LE(player.play_drawn(drawn, seed).outage_us, worst.failover.outage_us) << seed;
  }
}

// A schedule that was drawn is the same run when it is played as it was written down.
TEST(Schedules, AreWhatWasDrawn) {
  for (const char* kind : {"pod-gone", "cut-off"}) {
    const Base base = base_of(kind);
    Player player(base, charm::postgresql_k8s());
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Schedule drawn{.wait = 12s};
      const Failover failover = player.play_drawn(drawn, seed);
      EXPECT_FALSE(drawn.choices.empty());
      EXPECT_EQ(player.play(drawn), failover) << kind << ' ' << seed;
    }
  }
}

TEST(Worst, IsTheSameForAnyNumberOfWorkers) {
  const Base base = base_of("switchover");
  const Worst one = worst_of(base, Harm::outage);
  const Worst three = worst_of(base, Harm::outage, 3);
  EXPECT_EQ(one.schedule, three.schedule);
  EXPECT_EQ(one.failover, three.failover);
  EXPECT_EQ(one.tries, three.tries);
}

// Without a synchronous standby what the primary alone had acknowledged goes with it.
TEST(Worst, LosesCommitsWhereNobodyConfirmsThem) {
  auto base = prepare_schedules(*find_kind("pod-gone"), {.synchronous_commit = "local"},
                                postgresql(), nullptr);
  ASSERT_TRUE(base.has_value());
  EXPECT_GT(worst_of(*base, Harm::loss).failover.lost, 0U);
}

TEST(Cover, OfOneAnswerHasNothingThatTheSearchHasMissed) {
  const Base base = base_of("pod-gone");
  Crew crew(2);
  const auto nobody = [](std::uint64_t /*played*/) {};
  const Covered covered =
      cover(base, charm::postgresql_k8s(), {.answers = 1, .moments = 4}, {}, crew, nobody);
  EXPECT_TRUE(covered.is_whole());
  EXPECT_GT(covered.joined, 0U);
  EXPECT_GT(covered.worlds, 0U);
  Player player(base, charm::postgresql_k8s());
  EXPECT_EQ(player.play(covered.schedule), covered.failover);

  // The calm one of each moment, and one for each question that was asked from the fault on.
  std::uint64_t runs = 0;
  for (int moment = 0; moment < 4; ++moment) {
    const Failover calm = player.play({.wait = 10s + moment * 2'500ms});
    EXPECT_FALSE(is_worse(calm, covered.failover, Harm::outage));
    const std::vector<OpenQuestion> asked = player.asked_since();
    runs += 1 + static_cast<std::uint64_t>(std::ranges::count_if(
                    asked, [&](const OpenQuestion& one) { return one.at >= player.fault(); }));
  }
  EXPECT_EQ(covered.runs, runs);
  EXPECT_EQ(covered.parts, runs);
  EXPECT_FALSE(is_worse(covered.failover, worst_of(base, Harm::outage).failover, Harm::outage));
}

// What joins another's world would have come to the same: played to its end, each of them, the
// worst is the one that the exploration tells.
TEST(Cover, IsWhatPlayingEachToItsEndComesTo) {
  const Base base = base_of("switchover");
  Crew crew(1);
  const auto nobody = [](std::uint64_t /*played*/) {};
  for (const Harm harm : {Harm::outage, Harm::loss}) {
    const Covered covered = cover(base, charm::postgresql_k8s(), {.answers = 1, .moments = 1},
                                  {.harm = harm}, crew, nobody);
    Player player(base, charm::postgresql_k8s());
    const Schedule calm{.wait = least_wait(base)};
    Failover worst = player.play(calm);
    const charm::Instant fault = player.fault();
    const std::vector<OpenQuestion> asked = player.asked_since();
    for (const OpenQuestion& one : asked) {
      if (one.at < fault) continue;
      Schedule other = calm;
      other.choices.push_back({one.label, one.nth, one.options - 1});
      const Failover failover = player.play(other);
      if (is_worse(failover, worst, harm)) worst = failover;
    }
    EXPECT_EQ(covered.failover, worst);
  }
}

TEST(Cover, TellsHowMuchOfItWasCovered) {
  const Base base = base_of("switchover");
  Crew crew(1);
  const std::atomic<bool> interrupted{true};
  const Covered none = cover(base, charm::postgresql_k8s(), {.answers = 1, .moments = 2},
                             {.interrupted = &interrupted}, crew, [](std::uint64_t) {});
  EXPECT_EQ(none.runs, 0U);
  EXPECT_FALSE(none.is_whole());
}

// As many as it was given, and the few that tell what the last change came to.
TEST(Worst, PlaysNoMoreThanItsTries) {
  const Base base = base_of("switchover");
  Crew crew(1);
  const Worst worst = find_worst(base, charm::postgresql_k8s(), {.tries = 200}, crew, 1,
                                 [](std::uint64_t /*played*/) {});
  EXPECT_FALSE(worst.is_peak);
  EXPECT_LE(worst.tries, 203U);
}

// Of two answers each pair is played once, whichever is asked first.
TEST(Cover, PlaysEachPairOnce) {
  const Base base = base_of("switchover");
  Crew crew(2);
  const auto nobody = [](std::uint64_t /*played*/) {};
  const WorstOptions options;
  const Covered none =
      cover(base, charm::postgresql_k8s(), {.answers = 0, .moments = 1}, options, crew, nobody);
  EXPECT_EQ(none.runs, 1U);
  const Covered one =
      cover(base, charm::postgresql_k8s(), {.answers = 1, .moments = 1}, options, crew, nobody);
  EXPECT_GE(one.failover.outage_us, none.failover.outage_us);
}

}  // namespace
}  // namespace sim::failover
