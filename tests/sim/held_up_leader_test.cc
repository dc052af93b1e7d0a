// A leader that is held up at any call while it serves a client, leads no more when it goes on, and
// finds that the client's relation has gone meanwhile.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/properties/clients.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::UnitName;

constexpr std::uint32_t longest =
    5;  // 250 s: longer than Juju's lease, and than the relation lives
constexpr std::uint32_t calls = 120;  // of the leader's from the relation on

// The client's relation is removed while unit 0, which leads when it comes, is frozen at its nth
// call since then.
Verdict frozen_at(std::uint32_t nth, const charm::CharmDefinition& charm) {
  Scenario scenario = given::scenario_with(
      R"("world": {"units": 2}, "horizon_s": 7200,
         "story": [{"at_s": 300, "relate": "shop", "database": "orders"},
                   {"at_s": 305, "move_leadership": "postgresql-k8s/1"},
                   {"at_s": 450, "unrelate": "shop"}],
         "faults": {"from_s": 300, "until_s": 900, "freeze_charm": 1})");
  const auto option = 1 + static_cast<std::uint32_t>(FaultKind::freeze_charm);
  ListChoices list(given::sorted(
      {{{UnitName{0}, fault_question}, nth, option}, {{{}, mishap_length_question}, 0, longest}}));
  return given::run(scenario, {&charm, {&properties::users_have_relations, 1}, nullptr}, list);
}

int broken_runs(const charm::CharmDefinition& charm) {
  int broken = 0;
  for (std::uint32_t nth = 0; nth < calls; ++nth) broken += frozen_at(nth, charm).ok() ? 0 : 1;
  return broken;
}

TEST(AHeldUpLeader, LeavesNoUserWithoutARelation) {
  EXPECT_EQ(broken_runs(charm::postgresql_k8s()), 0);
}

// So would it, if leaders looked for such users at leader-elected alone.
TEST(AHeldUpLeader, LeavesOneThatNobodyLooksForLater) {
  std::vector<charm::Handler> handlers;
  for (const charm::Handler& handler : charm::postgresql_k8s().handlers) {
    const bool later =
        handler.name == "database-leader-elected" && handler.on == charm::EventKind::update_status;
    if (!later) handlers.push_back(handler);
  }
  charm::CharmDefinition definition = charm::postgresql_k8s();
  definition.handlers = handlers;
  EXPECT_GT(broken_runs(definition), 0);
}

}  // namespace
}  // namespace sim
