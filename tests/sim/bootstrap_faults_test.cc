// What strikes in the seconds between initdb and the creation of users, when `initialize` is empty
// and nobody else may make the database (patroni-and-kubernetes.md, section 2.4).
#include <gtest/gtest.h>

#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::UnitName;
using namespace std::chrono_literals;

constexpr std::uint32_t longest_node_loss = 3;  // 500 s

struct Told {
  Verdict verdict;
  Coverage coverage;

  [[nodiscard]] bool walked(const char* arrow) const {
    const auto chart = coverage.charts.find("postgresql-pebble-ready");
    return chart != coverage.charts.end() && chart->second.arrows.contains(arrow);
  }
};

// One fault of this kind, at the nth chance, and for as long as `length` says.
Told deploy_with(FaultKind kind, std::uint32_t nth, std::uint32_t length) {
  const bool mishap = kind >= first_mishap;
  Scenario scenario = given::scenario_of("scenarios/deploy-three-units.json");
  scenario.faults.budget[static_cast<std::size_t>(kind)] = 1;
  scenario.faults.until = 1800s;
  const auto first = static_cast<std::uint32_t>(mishap ? first_mishap : FaultKind{});
  const Label asked = mishap ? Label{{}, mishap_kind_question} : Label{UnitName{0}, fault_question};
  ListChoices list(given::sorted({{asked, nth, static_cast<std::uint32_t>(kind) - first + 1},
                                  {{{}, mishap_length_question}, 0, length}}));
  FlowMonitor flow(given::charts());
  Told told;
  told.verdict = given::run(scenario, given::postgresql(&flow), list);
  told.coverage = flow.coverage();
  return told;
}

// The API server fails for a few seconds: Patroni demotes what it has made, and waits for ever.
TEST(ABootstrap, ThatTheApiServerFailsUponIsGivenUpAndBegunAnew) {
  std::size_t given_up = 0;
  for (std::uint32_t nth = 0; nth < 20; ++nth) {
    const Told told = deploy_with(FaultKind::stop_api, nth, 0);
    EXPECT_TRUE(told.verdict.ok()) << "stopped at the chance number " << nth;
    given_up += told.walked("stop_database|done|await_bootstrap") ? 1 : 0;
  }
  EXPECT_GT(given_up, 0U);
}

// The maker's node is lost for minutes, and comes back with the database: nobody has forgotten the
// record meanwhile, and made another.
TEST(ABootstrap, WhoseMakersNodeIsAwayIsWaitedFor) {
  constexpr std::uint32_t first = 100;  // its pebble-ready, until the flag is committed
  std::size_t waited_for = 0;
  for (std::uint32_t nth = first; nth < first + 100; ++nth) {
    const Told told = deploy_with(FaultKind::kill_node, nth, longest_node_loss);
    EXPECT_TRUE(told.verdict.ok()) << "lost at the call number " << nth;
    const bool waits = told.walked("is_bootstrap_orphaned|no|is_shut_out");
    waited_for += waits && !told.walked("is_bootstrap_orphaned|yes|forget_bootstrap") ? 1 : 0;
  }
  EXPECT_GT(waited_for, 0U);
}

}  // namespace
}  // namespace sim
