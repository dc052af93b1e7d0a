// Every arrow of the published charts is walked by some run, or this names the arrow. The runs are
// the same each time: calm ones, ones with a single fault, and random ones.
#include <gtest/gtest.h>

#include "sim/flow/coverage.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

constexpr std::uint64_t seeds = 200;

// The one fault of this kind that a unit's port calls can meet, at each of them in turn: what the
// charts say about a refused call is then not left to luck.
void strike_at_each_call(Simulation& simulation, charm::UnitName unit, FaultKind kind) {
  ListChoices choices;
  for (std::uint32_t nth = 0; choices.unused().empty(); ++nth) {
    const auto option = 1 + static_cast<std::uint32_t>(kind);
    choices.restart({{{unit, fault_question}, nth, option}});
    (void)simulation.run(choices);
  }
}

// The container of a single unit is lost at each of these moments in turn.
void lose_the_container_at_each_moment(Coverage& sum) {
  constexpr charm::Instant first{1'000'000};  // the unit's first hooks
  constexpr charm::Instant last{3'000'000};
  constexpr charm::Duration every = std::chrono::milliseconds(1);
  Scenario scenario = given::scenario_of("scenarios/deploy-one-unit.json");
  scenario.story = {{.deed = BreakContainer{charm::UnitName{0}}}};
  for (charm::Instant at = first; at < last; at = at + every) {
    scenario.story[0].at = at;
    FlowMonitor flow(given::charts());
    Simulation simulation(scenario, given::postgresql(&flow), {});
    ListChoices calm;
    EXPECT_TRUE(simulation.run(calm).ok()) << "container lost after " << at.micros << " us";
    sum.add(flow.coverage());
  }
}

// The primary's database crashes at each of these moments in turn, while a client is served and
// while another's user is dropped: each statement once meets nobody who takes it.
void crash_the_primary_while_clients_come_and_go(Coverage& sum) {
  constexpr charm::Duration every = std::chrono::milliseconds(2);
  constexpr charm::Duration while_it_lasts = std::chrono::milliseconds(600);
  constexpr charm::Instant related{300'000'000};
  constexpr charm::Instant unrelated{900'000'000};
  Scenario scenario = given::scenario_with(R"(
      "world": {"units": 3},
      "story": [{"at_s": 200, "relate": "billing", "database": "invoices"},
                {"at_s": 300, "relate": "shop", "database": "orders"},
                {"crash_postgresql": "primary"},
                {"at_s": 900, "unrelate": "billing"},
                {"crash_postgresql": "primary"}])");
  for (charm::Duration after{0}; after < while_it_lasts; after += every) {
    scenario.story[2].at = related + after;
    scenario.story[4].at = unrelated + after;
    FlowMonitor flow(given::charts());
    Simulation simulation(scenario, given::postgresql(&flow), {});
    ListChoices calm;
    EXPECT_TRUE(simulation.run(calm).ok()) << "crashed after " << after.count() << " us";
    sum.add(flow.coverage());
  }
}

// Only the calm run: where the unit that goes is the one that makes the database, it is lost with
// it (ARCHITECTURE.md).
void scale_down_before_the_initialisation(Coverage& sum) {
  FlowMonitor flow(given::charts());
  const Scenario scenario = given::scenario_with(R"(
      "world": {"units": 3, "service_routes_after_s": 60},
      "story": [{"when": "primary running", "after_s": 20, "remove_units": 1}])");
  Simulation simulation(scenario, given::postgresql(&flow), {});
  ListChoices calm;
  EXPECT_TRUE(simulation.run(calm).ok());
  sum.add(flow.coverage());
}

void play(const std::string& file, Coverage& sum) {
  FlowMonitor flow(given::charts());
  Simulation simulation(given::scenario_of(file), given::postgresql(&flow), {});
  ListChoices calm;
  (void)simulation.run(calm);
  RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    random.restart(seed);
    (void)simulation.run(random);
  }
  if (file == "scenarios/faults-api-refuses.json") {
    strike_at_each_call(simulation, {0}, FaultKind::refuse_kubernetes);
  }
  sum.add(flow.coverage());
}

const Coverage& walked() {
  static const Coverage coverage = [] {
    Coverage sum;
    for (const std::string& file : given::scenario_files()) play(file, sum);
    lose_the_container_at_each_moment(sum);
    crash_the_primary_while_clients_come_and_go(sum);
    scale_down_before_the_initialisation(sum);
    return sum;
  }();
  return coverage;
}

class PublishedArrows : public testing::TestWithParam<std::string> {};

TEST_P(PublishedArrows, AreAllWalkedBySomeRun) {
  const Chart* chart = given::charts().published(GetParam());
  ASSERT_NE(chart, nullptr);
  const auto counts = walked().published.find(GetParam());
  ASSERT_NE(counts, walked().published.end()) << "no run walked any of it";
  const CoverageSummary summary = summarise(*chart, counts->second);
  EXPECT_EQ(summary.arrows_never_walked, std::vector<std::string>{}) << to_text(summary);
}

INSTANTIATE_TEST_SUITE_P(Charts, PublishedArrows,
                         testing::Values("leader-elected", "postgresql-pebble-ready",
                                         "peer-relation-changed", "peer-relation-departed"),
                         [](const auto& test) { return given::test_name(test.param); });

// Arrows that only the refined charts have, each walked by runs that were made for it.
class RefinedArrows : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(RefinedArrows, AreWalkedByRunsMadeForThem) {
  const auto& [chart, arrow] = GetParam();
  const auto counts = walked().charts.find(chart);
  ASSERT_NE(counts, walked().charts.end());
  EXPECT_TRUE(counts->second.arrows.contains(arrow)) << arrow;
}

constexpr std::pair<const char*, const char*> of_pebble_ready(const char* arrow) {
  return {"postgresql-pebble-ready", arrow};
}
INSTANTIATE_TEST_SUITE_P(
    OfABadOption, RefinedArrows,
    testing::Values(of_pebble_ready("has_pushed_tls_files|bad option|blocked_configuration")));
INSTANTIATE_TEST_SUITE_P(
    OfABootstrapThatDoesNotEnd, RefinedArrows,
    testing::Values(of_pebble_ready("is_bootstrap_unfinished|yes|stop_database"),
                    of_pebble_ready("stop_database|done|await_bootstrap"),
                    of_pebble_ready("is_bootstrap_orphaned|yes|forget_bootstrap")));
INSTANTIATE_TEST_SUITE_P(
    OfALostContainer, RefinedArrows,
    testing::Values(of_pebble_ready("is_container_reachable|no|defer_unreachable"),
                    of_pebble_ready("create_pgdata|unreachable|defer_unreachable"),
                    of_pebble_ready("has_services_changed|unreachable|defer_unreachable"),
                    of_pebble_ready("update_and_restart_service|unreachable|defer_unreachable")));
INSTANTIATE_TEST_SUITE_P(
    OfWithdrawnTrust, RefinedArrows,
    testing::Values(of_pebble_ready("restore_labels|forbidden|blocked_trust"),
                    std::pair("leader-elected", "apply_services|forbidden|blocked_trust"),
                    std::pair("peer-relation-changed",
                              "all_units_on_cluster|forbidden|blocked_trust"),
                    std::pair("peer-relation-changed", "update_config|forbidden|blocked_trust")));

// No chart of an action, of a client's relation or of a refresh is published: every arrow of ours
// is walked.
class ArrowsOfOurOwn : public testing::TestWithParam<std::string> {};

TEST_P(ArrowsOfOurOwn, AreAllWalkedBySomeRun) {
  const Chart* chart = given::charts().refined(GetParam());
  ASSERT_NE(chart, nullptr);
  const auto counts = walked().charts.find(GetParam());
  ASSERT_NE(counts, walked().charts.end()) << "no run walked any of it";
  const CoverageSummary summary = summarise(*chart, counts->second);
  EXPECT_EQ(summary.arrows_never_walked, std::vector<std::string>{}) << to_text(summary);
}

INSTANTIATE_TEST_SUITE_P(Charts, ArrowsOfOurOwn,
                         testing::Values("action-get-primary", "action-get-password",
                                         "action-promote-to-primary", "action-pre-upgrade-check",
                                         "action-resume-upgrade", "refresh-upgrade-charm",
                                         "refresh-pebble-ready", "upgrade-relation-created",
                                         "upgrade-relation-changed", "database-leader-elected",
                                         "database-relation-broken", "database-relation-changed"),
                         [](const auto& test) { return given::test_name(test.param); });

}  // namespace
}  // namespace sim
