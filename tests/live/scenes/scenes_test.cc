// The same scenario, live and simulated: what every unit has run live, and what stands in the end,
// is what the simulator can produce (likeness.h says what is compared). Of each story the record is
// kept beside RIG_STATE.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "sim/scenario/read.h"
#include "tests/live/scenes/likeness.h"
#include "tests/live/scenes/stage.h"

namespace scenes {
namespace {

using namespace std::chrono_literals;

struct LiveScenes : testing::Test {
  void SetUp() override {
    const std::string lacks = Stage::lacks();
    if (!lacks.empty()) GTEST_SKIP() << lacks;
  }

  static void expect_simulated(const std::string& scenario_name, const Live& live) {
    std::ofstream(std::string(std::getenv("RIG_STATE")) + "-" + scenario_name + ".json")
        << to_json(live).dump(1) << '\n';
    auto scenario =
        sim::read_scenario_file(CHARM_SOURCE_DIR "/scenarios/" + scenario_name + ".json");
    ASSERT_TRUE(scenario.has_value());
    const Found found = look_for(*scenario, live, 50'000);
    EXPECT_TRUE(found.alike) << found.difference << "\nafter " << found.runs
                             << " runs; the likest: --choices " << to_text(found.choices);
  }
};

TEST_F(LiveScenes, DeployThreeUnits) {
  Stage stage(3, 3);
  EXPECT_TRUE(stage.run_until([&] { return stage.is_settled(); }, 10min));
  EXPECT_EQ(stage.trouble(), "");
  expect_simulated("deploy-three-units", stage.live());
}

}  // namespace
}  // namespace scenes
