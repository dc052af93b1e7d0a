// What is promised while an option is bad can be broken: tiny charms, each with a mistake, and a
// world that is spoilt by hand.
#include <gmock/gmock.h>

#include "charm/options/options.h"
#include "charm/types/status.h"
#include "sim/properties/charm_duties.h"
#include "sim/properties/extensions.h"
#include "sim/properties/postgresql.h"
#include "sim/properties/wishes.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using given::expect_broken;
using testing::HasSubstr;
using testing::Optional;

constexpr charm::UnitName zero{0};

Verdict run_of(given::TinyCharm::Run hook, const Property& property, std::string_view story) {
  const given::TinyCharm charm(EventKind::pebble_ready, hook);
  const std::string members =
      std::string(R"("world": {"units": 1}, "horizon_s": 1200, "story": [)").append(story) + "]";
  return given::run_calm(given::scenario_with(members), charm.with({&property, 1}));
}

void make_member(Unit& unit) {
  (void)unit.kubernetes.label_pod_as_member(pod_of(unit.name));
  (void)unit.workload.create_data_directory();
  charm::PatroniConfiguration configuration{.own_host = host_of(unit.name),
                                            .options = &charm::default_options()};
  configuration.hosts.push_back(host_of(unit.name));
  (void)unit.juju.set_endpoints(configuration.hosts);
  (void)unit.juju.set_cluster_initialised();
  (void)unit.workload.write_patroni_configuration(configuration);
  (void)unit.workload.update_and_restart_service({});
}

constexpr std::string_view replaced_while_bad =
    R"({"at_s": 300, "set_config": {"profile": "staging"}},
       {"at_s": 400, "delete_pod": "postgresql-k8s/0"})";

// As this charm did: a bad option came first, and nothing was rendered or started.
Outcome start_with_good_options_alone(Unit& unit, const Event& /*event*/) {
  if (unit.juju.config().valid) {
    make_member(unit);
  } else {
    unit.juju.set_unit_status({charm::StatusKind::blocked, charm::messages::bad_configuration});
  }
  return {};
}

TEST(ABrokenCharm, ThatStartsNoMemberWhileAnOptionIsBadIsFound) {
  expect_broken(run_of(start_with_good_options_alone, properties::members_run, replaced_while_bad),
                properties::members_run, "postgresql-k8s/0: Patroni does not run");
  expect_broken(run_of(start_with_good_options_alone, properties::units_active, replaced_while_bad),
                properties::units_active, "postgresql-k8s/0 is neither primary nor streaming");
}

Outcome start_and_say_nothing(Unit& unit, const Event& /*event*/) {
  make_member(unit);
  unit.juju.set_unit_status({charm::StatusKind::active, {}});
  return {};
}

TEST(ABrokenCharm, ThatDoesNotSayThatAnOptionIsBadIsFound) {
  expect_broken(run_of(start_and_say_nothing, properties::refusals_are_told, replaced_while_bad),
                properties::refusals_are_told,
                "postgresql-k8s/0 does not say 'Configuration Error. Please check the logs'");
}

Outcome wait_without_a_word(Unit& unit, const Event& /*event*/) {
  unit.juju.set_unit_status({charm::StatusKind::waiting, charm::messages::awaiting_cluster});
  return {};
}

TEST(ABrokenCharm, ThatMakesNoDatabaseForAnOptionAndDoesNotSaySoIsFound) {
  const given::TinyCharm charm(EventKind::pebble_ready, wait_without_a_word);
  const auto run = [&charm](std::string_view config) {
    const std::string world = R"("horizon_s": 1200, "world": {"units": 1, "config": )";
    return given::run_calm(given::scenario_with(world + std::string(config) + "}"),
                           charm.with({&properties::refusals_are_told, 1}));
  };
  for (const char* bad :
       {R"({"profile": "staging"})", R"({"memory_shared_buffers": 1073741823})"}) {
    expect_broken(run(bad), properties::refusals_are_told,
                  "postgresql-k8s/0 makes no database, and does not say 'Configuration Error");
  }
  EXPECT_TRUE(run("{}").ok()) << "nothing is asked for that there cannot be";
}

// Without an option, or with it, all else as it shall be.
struct Blocked : testing::Test {
  Blocked() {
    model::UnitState& unit = world.unit(zero);
    unit.exists = true;
    unit.status = charm::StatusKind::blocked;
    unit.status_text = texts.id_of(charm::messages::bad_configuration);
    unit.pod.phase = model::PodPhase::running;
    unit.volume.configuration = true;
    unit.container.service_running = true;
    unit.postgres = {.database = model::Database::running, .system_id = 1, .timeline = 1};
    world.set_notices(zero, {{.handler = 1, .event = {}}});
    world.set_endpoints({{0}});
    world.shared().application.initialised = true;
    world.shared().application.lease_holder = zero;
  }
  [[nodiscard]] std::optional<std::string> judge(const Property& property,
                                                 const Scenario& scenario) const {
    return property.judge({world, scenario, charm::postgresql_k8s(), texts, {}, nullptr, nullptr});
  }
  static Scenario with(const std::string& config) {
    return given::scenario_with(R"("world": {"units": 1, "config": {)" + config + "}}");
  }
  model::World world{1};
  model::Texts texts;
  // Out of range, more than a node gives, and unknown to the image.
  const std::vector<std::string> bad{R"("profile": "staging")",
                                     R"("memory_shared_buffers": 1073741823)",
                                     R"("request_time_zone": "Mars/Olympus")"};
};

TEST_F(Blocked, IsRightWhileAnOptionIsBadAndTheMemberWorks) {
  for (const std::string& option : bad) {
    const Scenario scenario = with(option);
    EXPECT_EQ(judge(properties::units_active, scenario), std::nullopt) << option;
    EXPECT_EQ(judge(properties::queues_empty, scenario), std::nullopt) << option;
    EXPECT_EQ(judge(properties::refusals_are_told, scenario), std::nullopt) << option;
    EXPECT_EQ(judge(properties::members_run, scenario), std::nullopt) << option;
  }
  const Scenario good = with(R"("request_time_zone": "Europe/Berlin")");
  EXPECT_THAT(judge(properties::units_active, good), Optional(HasSubstr("is not Active")));
  EXPECT_EQ(judge(properties::queues_empty, good), "postgresql-k8s/0 has 1 deferred");
}

TEST_F(Blocked, ForAnotherReasonExcusesNothing) {
  world.unit(zero).status_text = texts.id_of("Cannot create Kubernetes resources");
  for (const std::string& option : bad) {
    EXPECT_THAT(judge(properties::units_active, with(option)),
                Optional(HasSubstr("is not Active")));
    EXPECT_EQ(judge(properties::queues_empty, with(option)), "postgresql-k8s/0 has 1 deferred");
  }
}

// As this charm did: it sent nothing, and the primary that is left waited for who had gone.
TEST_F(Blocked, IsNotEnoughWhereOneUnitIsLeftAndWaitsForAnother) {
  world.shared().dcs.config_version = 1;
  for (const std::string& option : bad) {
    world.shared().dcs.strict = true;
    EXPECT_EQ(judge(properties::configuration_converges, with(option)),
              "one unit is planned, and its commits wait for a standby");
    world.shared().dcs.strict = false;
    EXPECT_EQ(judge(properties::configuration_converges, with(option)), std::nullopt);
  }
}

TEST_F(Blocked, IsNotEnoughWhereTheMemberIsDown) {
  const Scenario scenario = with(bad[0]);
  world.unit(zero).postgres.database = model::Database::stopped;
  EXPECT_EQ(judge(properties::members_run, scenario), "postgresql-k8s/0: PostgreSQL does not run");
  EXPECT_THAT(judge(properties::units_active, scenario),
              Optional(HasSubstr("neither primary nor streaming")));
  world.unit(zero).container.service_running = false;
  EXPECT_EQ(judge(properties::members_run, scenario), "postgresql-k8s/0: Patroni does not run");
  world.unit(zero).volume.configuration = false;
  EXPECT_EQ(judge(properties::members_run, scenario), std::nullopt) << "it has no file";
}

TEST_F(Blocked, IsAskedOfEveryMember) {
  world.unit(zero).status = charm::StatusKind::active;
  for (const std::string& option : bad) {
    EXPECT_THAT(judge(properties::refusals_are_told, with(option)),
                Optional(HasSubstr("does not say 'Configuration Error")));
  }
  EXPECT_EQ(judge(properties::refusals_are_told, with(R"("profile": "testing")")), std::nullopt);
}

}  // namespace
}  // namespace sim
