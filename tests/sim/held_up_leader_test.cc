// A leader that is held up for longer than its lease, and what it does not hear of. While it serves
// a client: that it leads no more, and that the client's relation has gone. While it is told of a
// unit: that it has not led for a moment.
#include <gtest/gtest.h>

#include <string_view>
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

// This charm, where a handler does not observe update-status.
class WithoutALaterLook {
 public:
  explicit WithoutALaterLook(std::string_view name) {
    for (const charm::Handler& handler : charm::postgresql_k8s().handlers) {
      const bool later = handler.name == name && handler.on == charm::EventKind::update_status;
      if (!later) handlers_.push_back(handler);
    }
    definition_.handlers = handlers_;
  }
  [[nodiscard]] const charm::CharmDefinition& definition() const { return definition_; }

 private:
  std::vector<charm::Handler> handlers_;
  charm::CharmDefinition definition_ = charm::postgresql_k8s();
};

// So would it, if leaders looked for such users at leader-elected alone.
TEST(AHeldUpLeader, LeavesOneThatNobodyLooksForLater) {
  const WithoutALaterLook charm("database-leader-elected");
  EXPECT_GT(broken_runs(charm.definition()), 0);
}

// --- whom it was told of while it did not lead ---

// Unit 0 is frozen at its nth call since it has begun to mark the cluster as initialised, and unit
// 1 as soon as it waits for its member, so that nobody claims the lease before unit 0 goes on. It
// does so as a follower, and takes the lease within the 20 ms after that.
Verdict deployment_frozen_at(std::uint32_t nth, const charm::CharmDefinition& charm) {
  Scenario scenario = given::scenario_with(
      R"("world": {"units": 2}, "horizon_s": 7200,
         "faults": {"from_s": 6, "until_s": 900, "freeze_charm": 2})");
  const auto option = 1 + static_cast<std::uint32_t>(FaultKind::freeze_charm);
  ListChoices list(given::sorted({{{UnitName{0}, fault_question}, nth, option},
                                  {{UnitName{0}, question_of(model::UnitTimer::lease)}, 2, 3},
                                  {{UnitName{1}, fault_question}, 40, option},
                                  {{{}, mishap_length_question}, 0, longest},
                                  {{{}, mishap_length_question}, 1, longest}}));
  return given::run(scenario, {&charm, postgresql_properties(), nullptr}, list);
}

int broken_deployments(const charm::CharmDefinition& charm) {
  int broken = 0;
  for (std::uint32_t nth = 0; nth < calls; ++nth) {
    broken += deployment_frozen_at(nth, charm).ok() ? 0 : 1;
  }
  return broken;
}

TEST(AHeldUpLeader, AdmitsWhomItWasToldOfWhileItDidNotLead) {
  EXPECT_EQ(broken_deployments(charm::postgresql_k8s()), 0);
}

// No leader-elected comes to it: whoever waits is found at update-status, or by nobody.
TEST(AHeldUpLeader, LeavesAUnitOutThatNobodyLooksForLater) {
  const WithoutALaterLook charm("peer-relation-changed");
  EXPECT_GT(broken_deployments(charm.definition()), 0);
}

}  // namespace
}  // namespace sim
