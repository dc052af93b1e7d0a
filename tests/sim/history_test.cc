// The second judge of the client's history: by hand, and against the model's own facts.
#include "sim/history/history.h"

#include <gmock/gmock.h>

#include "sim/history/recorder.h"
#include "sim/properties/postgresql.h"
#include "tests/support/boxes.h"

namespace sim::history {
namespace {

using testing::Optional;
using testing::SizeIs;

Write acknowledged(Connection to, std::uint32_t value, std::int64_t at, bool promised = true) {
  return {.to = to, .value = value, .invoked_us = at - 1, .returned_us = at, .promised = promised};
}

constexpr Connection a{0, 1};
constexpr Connection a_again{0, 2};
constexpr Connection b{1, 1};

TEST(History, TwoMembersThatAcknowledgeInOverlappingIntervalsAreFound) {
  const History history{{acknowledged(a, 1, 10), acknowledged(b, 2, 20), acknowledged(a, 3, 30)},
                        {}};
  const auto found = find_overlap(history);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->where, a);
  EXPECT_EQ(found->at_us, 30);
}

TEST(History, AMemberThatWasAwayAndComesBackIsNoOverlap) {
  const History history{
      {acknowledged(a, 1, 10), acknowledged(b, 2, 20), acknowledged(a_again, 3, 30)}, {}};
  EXPECT_FALSE(find_overlap(history));
}

TEST(History, TwoMembersThatAcknowledgeInOneMomentOverlap) {
  const History history{{acknowledged(a, 1, 10), acknowledged(a, 2, 20), acknowledged(b, 3, 20)},
                        {}};
  EXPECT_TRUE(find_overlap(history));
}

TEST(History, AWriteOfUnknownOutcomeIsNoAcknowledgement) {
  History history{{acknowledged(a, 1, 10), acknowledged(b, 2, 20), acknowledged(a, 3, 30)}, {}};
  history.writes[2].returned_us = Write::unknown;
  EXPECT_FALSE(find_overlap(history));
}

TEST(History, AnAcknowledgedValueThatALaterReadLacksIsLost) {
  History history{{acknowledged(a, 1, 10), acknowledged(a, 2, 20)}, {{b, 30, {1}}}};
  const auto found = find_lost_commit(history);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, 2U);
  EXPECT_EQ(found->where, b);
  history.writes[1].promised = false;  // no standby was promised to have it
  EXPECT_FALSE(find_lost_commit(history));
}

TEST(History, AReadBeforeTheAcknowledgementMayLackIt) {
  const History history{{acknowledged(a, 1, 10), acknowledged(a, 2, 20)}, {{b, 15, {1}}}};
  EXPECT_FALSE(find_lost_commit(history));
}

TEST(History, WhatWasGivenUpMayBeLackedFromThenOn) {
  History history{{acknowledged(a, 1, 10), acknowledged(a, 2, 20)}, {{b, 30, {1}}}};
  for (Write& write : history.writes) write.given_up_us = 31;
  EXPECT_TRUE(find_lost_commit(history));
  for (Write& write : history.writes) write.given_up_us = 30;
  EXPECT_FALSE(find_lost_commit(history));
}

TEST(History, WhatWasGivenUpOverlapsAllTheSame) {
  History history{{acknowledged(a, 1, 10), acknowledged(b, 2, 20), acknowledged(a, 3, 30)}, {}};
  history.writes[0].given_up_us = 15;
  EXPECT_TRUE(find_overlap(history));
}

// Of both lives of the application, with a session of its own for each.
TEST(TheRecorder, GoesOnAfterARemoval) {
  Recorder recorder;
  Simulation simulation(given::scenario_of("scenarios/remove-and-deploy-again.json"),
                        given::postgresql(), {.client_log = &recorder});
  ListChoices calm;
  EXPECT_TRUE(simulation.run(calm).ok());
  const History& history = recorder.history();
  const auto given_up = [](const Write& write) { return write.given_up_us != Write::unknown; };
  const auto kept = std::ranges::count_if(history.writes, given_up);
  ASSERT_GT(kept, 0);
  ASSERT_LT(kept, static_cast<std::ptrdiff_t>(history.writes.size()));
  for (const Write& old : history.writes) {
    for (const Write& later : history.writes) {
      if (given_up(old) && !given_up(later)) {
        EXPECT_FALSE(old.to == later.to) << old.value << " and " << later.value;
      }
    }
  }
  EXPECT_FALSE(find_overlap(history));
  EXPECT_FALSE(find_lost_commit(history));
}

// What a random run's client was told, beside what the model noted of it.
struct BothJudges final : TraceSink {
  void take(const TraceEvent& event) override {
    if (event.kind != TraceKind::fact) return;
    overlap |= event.fact.kind == model::FactKind::overlap;
    lost |= event.fact.kind == model::FactKind::commit_lost;
  }
  bool overlap = false;
  bool lost = false;
};

// How often they found something, and how often nothing.
struct Found {
  std::size_t runs = 0;
  std::size_t overlaps = 0;
  std::size_t lost = 0;
  std::size_t reads = 0;
};

Found expect_agreement(const Scenario& scenario, const CharmUnderTest& charm, std::uint64_t seeds) {
  Found found;
  Recorder recorder;
  BothJudges facts;
  Simulation simulation(scenario, charm, {.client_log = &recorder});
  simulation.trace().listen(&facts);
  RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    random.restart(seed);
    recorder.restart();
    facts.overlap = facts.lost = false;
    (void)simulation.run(random);
    EXPECT_EQ(facts.overlap, find_overlap(recorder.history()).has_value()) << "seed " << seed;
    EXPECT_EQ(facts.lost, find_lost_commit(recorder.history()).has_value()) << "seed " << seed;
    ++found.runs;
    found.overlaps += facts.overlap ? 1U : 0U;
    found.lost += facts.lost ? 1U : 0U;
    found.reads += recorder.history().reads.size();
  }
  return found;
}

class BothJudgesAgree : public testing::TestWithParam<const char*> {};

TEST_P(BothJudgesAgree, OverRandomRuns) {
  const Found found = expect_agreement(given::scenario_of(GetParam()), given::postgresql(), 100);
  EXPECT_GT(found.reads, 100U);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, BothJudgesAgree,
                         testing::Values("scenarios/faults-while-running.json",
                                         "scenarios/faults-while-scaling.json",
                                         "scenarios/failover-by-hand.json",
                                         "scenarios/remove-and-deploy-again.json"));

// --- where there is something to find ---

// Of the runs' properties one is left, which holds all the time: they go on to the end of the story
// where one of the others would break.
Found find_with_an_outsider(std::string_view scenario, std::uint64_t seeds) {
  const given::WithBox outsider("update-status", given::name_the_own_member);
  return expect_agreement(given::scenario_with(scenario),
                          outsider.charm({&properties::scale_reached, 1}), seeds);
}

// No commit waits for a standby, so the old primary acknowledges as long as it does not know; and
// nothing is promised that could be lost.
TEST(BothJudges, FindTwoPrimaries) {
  const Found found = find_with_an_outsider(
      R"("world": {"units": 3, "synchronous_commit": "local", "update_status_interval_s": 60},
         "faults": {"from_s": 100, "until_s": 500, "lag_watch": 10, "silence_watch": 10},
         "story": [{"at_s": 600, "set_trust": true}])",
      300);
  EXPECT_GT(found.overlaps, 0U);
  EXPECT_LT(found.overlaps, found.runs);
  EXPECT_EQ(found.lost, 0U);
}

// Whoever is named lacks what it has not been sent.
TEST(BothJudges, FindALostCommit) {
  const Found found = find_with_an_outsider(
      R"("world": {"units": 3, "update_status_interval_s": 60},
         "faults": {"from_s": 100, "until_s": 250, "lose_packets": 5, "split_network": 5},
         "story": [{"at_s": 300, "set_trust": true}])",
      300);
  EXPECT_GT(found.lost, 0U);
  EXPECT_LT(found.lost, found.runs);
}

}  // namespace
}  // namespace sim::history
