// PostgreSQL's charm with one handler spoilt, or without it: a whole run finds it.
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "charm/postgresql_k8s.h"
#include "sim/properties/passwords.h"
#include "sim/properties/restarts.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::Outcome;
using charm::Unit;
using given::expect_broken;
using Run = decltype(charm::Handler::run);

// But for the handlers of these names, which run this, or nothing.
Verdict run_with(const std::vector<std::string_view>& names, Run run, const Property& property,
                 std::string_view scenario) {
  std::vector<charm::Handler> handlers;
  for (charm::Handler handler : charm::postgresql_k8s().handlers) {
    if (std::ranges::find(names, handler.name) != names.end()) {
      if (run == nullptr) continue;
      handler.run = run;
    }
    handlers.push_back(handler);
  }
  charm::CharmDefinition charm = charm::postgresql_k8s();
  charm.handlers = handlers;
  return given::run_calm(given::scenario_with(scenario), {&charm, {&property, 1}, nullptr});
}

// The plan has the new password at once, and the exporter that runs has the old one: what Pebble
// tells of the two is as it should be, so nothing looks again.
Outcome add_the_layer_and_go_on(Unit& unit, const Event& /*event*/) {
  const charm::Secret password = unit.entropy.make_password(charm::SystemUser::monitoring);
  (void)unit.postgresql.alter_password(charm::SystemUser::monitoring, password);
  (void)unit.juju.set_password(charm::SystemUser::monitoring, password);
  (void)unit.workload.update_layer(password);
  return {};
}

TEST(ABrokenHandler, ThatLetsTheExporterGoOnWithAnOldPasswordIsFound) {
  expect_broken(
      run_with({"set-password"}, add_the_layer_and_go_on, properties::passwords_are_served,
               R"("world": {"units": 1}, "horizon_s": 3600,
              "story": [{"when": "settled", "after_s": 60, "run_action": "set-password", "unit": 0,
                         "parameters": {"username": "monitoring"}}])"),
      properties::passwords_are_served,
      "the exporter of postgresql-k8s/0 was started with another password");
}

Outcome start_anew_without_a_look(Unit& unit, const Event& /*event*/) {
  (void)unit.workload.restart_service();
  return {};
}

TEST(ABrokenHandler, ThatStartsAWorkingMemberAnewIsFound) {
  expect_broken(
      run_with({"update-status"}, start_anew_without_a_look, properties::working_members_go_on,
               R"("world": {"units": 3}, "story": [{"at_s": 900, "set_trust": true}])"),
      properties::working_members_go_on, "is started anew, and its member works");
}

}  // namespace
}  // namespace sim
