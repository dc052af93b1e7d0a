// Tiny charms whose refresh is broken: what is promised of one can be found broken, in a whole run.
#include <gmock/gmock.h>

#include "sim/properties/actions.h"
#include "sim/properties/refresh.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using charm::UpgradeState;
using given::expect_broken;

Outcome say_idle(Unit& unit, const Event& /*event*/) {
  unit.juju.set_upgrade_state(UpgradeState::idle);
  return {};
}

Outcome say_upgrading(Unit& unit, const Event& /*event*/) {
  unit.juju.set_upgrade_state(UpgradeState::upgrading);
  return {};
}

// Prepares a refresh, and lets Kubernetes go through all pods at once.
Outcome hold_nothing(Unit& unit, const Event& /*event*/) {
  charm::UpgradeStack stack;
  for (charm::UnitName name : unit.juju.planned_units()) stack.push_back(name);
  (void)unit.juju.set_upgrade_stack(stack);
  (void)unit.kubernetes.set_rolling_partition(0);
  return {};
}

Outcome complete_without_a_stack(Unit& /*unit*/, const Event& /*event*/) { return {}; }

constexpr std::array<std::string_view, 3> relations{"peers", "restart", "upgrade"};
constexpr std::array<std::string_view, 1> actions{"pre-upgrade-check"};
constexpr std::array handlers{
    charm::Handler{"idle", "", EventKind::relation_created, 2, say_idle},
    charm::Handler{"upgrading", "", EventKind::upgrade_charm, 0, say_upgrading},
    charm::Handler{"prepare", "", EventKind::leader_elected, 0, hold_nothing},
    charm::Handler{"check", "", EventKind::action, 0, complete_without_a_stack},
};
// Without the one that prepares.
constexpr std::array forgetful{handlers[0], handlers[1], handlers[3]};

Verdict run_of(std::span<const charm::Handler> table, const Property& property,
               std::string_view story) {
  const charm::CharmDefinition definition{.name = "tiny",
                                          .container = "workload",
                                          .relations = relations,
                                          .handlers = table,
                                          .actions = actions};
  const std::string members =
      R"("world": {"units": 3}, "horizon_s": 1200, "story": [)" + std::string(story) + "]";
  return given::run_calm(given::scenario_with(members), {&definition, {&property, 1}, nullptr});
}

constexpr std::string_view refresh = R"({"at_s": 100, "refresh": "to a revision that works"})";

TEST(ABrokenRefresh, ThatReplacesPodsBeforeTheOnesAboveWorkIsFound) {
  expect_broken(run_of(handlers, properties::one_upgrade_at_a_time, refresh),
                properties::one_upgrade_at_a_time,
                "postgresql-k8s/1's pod is replaced, and postgresql-k8s/2 is not upgraded yet");
}

TEST(ABrokenRefresh, ThatNeverEndsIsFound) {
  expect_broken(run_of(handlers, properties::refresh_ends, refresh), properties::refresh_ends,
                "is in the middle of a refresh");
}

TEST(ABrokenRefresh, ThatIsNotPreparedByItsCheckIsFound) {
  expect_broken(
      run_of(forgetful, properties::action_keeps_its_word,
             R"({"at_s": 100, "run_action": "pre-upgrade-check", "unit": 1})"),
      properties::action_keeps_its_word,
      "pre-upgrade-check-action of postgresql-k8s/1 has completed, and no unit is on the upgrade "
      "stack");
}

TEST(ABrokenRefresh, IsPreparedOnlyIfUnitZeroLeads) {
  expect_broken(run_of(handlers, properties::action_keeps_its_word,
                       R"({"at_s": 100, "run_action": "pre-upgrade-check", "unit": 1})"),
                properties::action_keeps_its_word, "unit 0 has not led since it began");
}

}  // namespace
}  // namespace sim
