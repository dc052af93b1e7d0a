// PostgreSQL's charm with one handler spoilt, or without it: a whole run finds it.
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "charm/postgresql_k8s.h"
#include "sim/properties/passwords.h"
#include "sim/properties/postgresql.h"
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

// In both directions: what is set is not heard of, and what is set back is not.
struct Unheard {
  std::string_view name;
  std::string_view deployed_with;
  std::string_view then;
  const Property& property;
  std::string_view what;

  friend std::ostream& operator<<(std::ostream& out, const Unheard& unheard) {
    return out << unheard.name;
  }
};

class AnOption : public testing::TestWithParam<Unheard> {};

TEST_P(AnOption, ThatNobodyHearsOfIsFound) {
  const Unheard& it = GetParam();
  const std::string scenario = R"("world": {"units": 1, "config": {)" +
                               std::string(it.deployed_with) +
                               R"(}}, "horizon_s": 3600, "story": [{"at_s": 300, "set_config": {)" +
                               std::string(it.then) + "}}]";
  expect_broken(run_with({"config-changed", "uphold-passwords"}, nullptr, it.property, scenario),
                it.property, std::string(it.what).c_str());
}

INSTANTIATE_TEST_SUITE_P(
    Classes, AnOption,
    testing::Values(
        Unheard{"Reloaded", "", R"("memory_work_mem": 128)", properties::parameters_hold,
                "postgresql-k8s/0 has not reloaded its parameters"},
        Unheard{"ReloadedBack", R"("memory_work_mem": 128)", R"("memory_work_mem": null)",
                properties::parameters_hold, "postgresql-k8s/0 has not reloaded its parameters"},
        Unheard{"Audit", "", R"("plugin_audit_enable": false)", properties::parameters_hold,
                "postgresql-k8s/0 has not reloaded its parameters"},
        Unheard{"OfTheFileAtStart", "", R"("storage_old_snapshot_threshold": 60)",
                properties::parameters_hold, "postgresql-k8s/0 runs with other parameters"},
        Unheard{"OfTheFileAtStartBack", R"("vacuum_autovacuum_freeze_max_age": 100000)",
                R"("vacuum_autovacuum_freeze_max_age": null)", properties::parameters_hold,
                "postgresql-k8s/0 runs with other parameters"},
        Unheard{"DynamicAtStart", "", R"("experimental_max_connections": 300)",
                properties::parameters_hold, "postgresql-k8s/0 runs with other parameters"},
        Unheard{"MaximumLag", "", R"("durability_maximum_lag_on_failover": 4096)",
                properties::configuration_converges,
                "a lag of 1048576 bytes, 4096 MB of WAL; wanted"},
        Unheard{"MaximumLagBack", R"("durability_maximum_lag_on_failover": 4096)",
                R"("durability_maximum_lag_on_failover": null)",
                properties::configuration_converges, "a lag of 4096 bytes"},
        Unheard{"KeptWal", "", R"("durability_wal_keep_size": 128)",
                properties::configuration_converges, "4096 MB of WAL; wanted"},
        Unheard{"KeptWalBack", R"("durability_wal_keep_size": 128)",
                R"("durability_wal_keep_size": null)", properties::configuration_converges,
                "128 MB of WAL; wanted"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace sim
