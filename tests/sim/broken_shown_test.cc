// What is promised of volumes, versions and ports can be broken: a world that is spoilt by hand,
// and charms that lack a handler.
#include <gmock/gmock.h>

#include "charm/types/status.h"
#include "sim/properties/shown.h"
#include "tests/support/boxes.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::Outcome;
using charm::Unit;
using given::expect_broken;
using testing::HasSubstr;
using testing::Optional;

constexpr std::string_view filled =
    R"("horizon_s": 3000, "world": {"units": 1}, "story": [
       {"when": "settled", "fill_volume": "postgresql-k8s/0", "free_percent": 9},
       {"after_s": 400, "fill_volume": "postgresql-k8s/0", "free_percent": )";

Outcome do_nothing(Unit& /*unit*/, const Event& /*event*/) { return {}; }

Verdict run_without(std::string_view handler, int free_percent, const Property& property) {
  const given::WithBox charm(handler, do_nothing);
  return given::run_calm(
      given::scenario_with(std::string(filled) + std::to_string(free_percent) + "}]"),
      charm.charm({&property, 1}));
}

TEST(ABrokenCharm, ThatDoesNotLookAtItsVolumeIsFound) {
  expect_broken(run_without("update-status", 5, properties::volume_is_told),
                properties::volume_is_told,
                "postgresql-k8s/0 does not say '<10% free space on pgdata volume.'");
  EXPECT_TRUE(run_without("update-status", 50, properties::volume_is_told).ok());
  EXPECT_TRUE(run_without("stop", 5, properties::volume_is_told).ok());
}

TEST(ABrokenCharm, ThatOpensNoPortsIsFound) {
  expect_broken(run_without("install", 50, properties::version_and_ports_are_shown),
                properties::version_and_ports_are_shown,
                "postgresql-k8s/0 has not opened its ports");
}

struct Shown : testing::Test {
  Shown() {
    unit.exists = true;
    unit.container.stage = model::ContainerStage::noticed;
    unit.process.running = true;
    unit.volume.data_directory = true;
    unit.record.version_told = unit.record.ports_open = true;
    world.set_endpoints({{0}});
    world.shared().application.initialised = true;
  }
  [[nodiscard]] std::optional<std::string> judge(const Property& property) const {
    const Scenario scenario = given::scenario_with(R"("world": {"units": 1})");
    return property.judge({world, scenario, charm::postgresql_k8s(), texts, {}, nullptr, nullptr});
  }
  void says_little_space() {
    unit.status = charm::StatusKind::blocked;
    unit.status_text = texts.id_of(charm::messages::little_space);
  }
  model::World world{1};
  model::Texts texts;
  model::UnitState& unit = world.unit(charm::UnitName{0});
};

TEST_F(Shown, LittleSpaceIsToldWhileItIsSo) {
  EXPECT_EQ(judge(properties::volume_is_told), std::nullopt);
  says_little_space();
  EXPECT_EQ(judge(properties::volume_is_told),
            "postgresql-k8s/0 says that its volume fills up, and there is space");
  unit.volume.free_percent = 9;
  EXPECT_EQ(judge(properties::volume_is_told), std::nullopt);
  unit.status = charm::StatusKind::active;
  EXPECT_THAT(judge(properties::volume_is_told), Optional(HasSubstr("does not say")));
  unit.container.broken = true;
  EXPECT_EQ(judge(properties::volume_is_told), std::nullopt) << "its hooks cannot ask";
}

TEST_F(Shown, VersionAndPortsAreThoseOfListedUnits) {
  EXPECT_EQ(judge(properties::version_and_ports_are_shown), std::nullopt);
  unit.record.version_told = false;
  EXPECT_EQ(judge(properties::version_and_ports_are_shown), "postgresql-k8s/0 shows no version");
  world.set_endpoints({});
  EXPECT_EQ(judge(properties::version_and_ports_are_shown), std::nullopt) << "it is not listed";
}

}  // namespace
}  // namespace sim
