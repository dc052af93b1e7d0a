// Stories that are played live.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/live/scenes/stage.h"

namespace scenes {
namespace {

using namespace std::chrono_literals;

struct LiveScenes : testing::Test {
  void SetUp() override {
    const std::string lacks = Stage::lacks();
    if (!lacks.empty()) GTEST_SKIP() << lacks;
  }
};

TEST_F(LiveScenes, DeployThreeUnits) {
  Stage stage(3, 3);
  EXPECT_TRUE(stage.run_until([&] { return stage.is_settled(); }, 10min));
  EXPECT_EQ(stage.trouble(), "");
  for (const auto& [unit, hooks] : stage.record()) {
    for (const RunHook& hook : hooks) std::cout << unit.ordinal << ' ' << to_text(hook);
  }
}

}  // namespace
}  // namespace scenes
