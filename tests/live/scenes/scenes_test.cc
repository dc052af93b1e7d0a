// A scenario, live: it settles, no password is where it must not be, no process is left, and the
// simulator can produce the same run (likeness.h). Its record and what Patroni has said are kept
// beside RIG_STATE.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>

#include "sim/scenario/read.h"
#include "tests/live/scenes/canary.h"
#include "tests/live/scenes/likeness.h"
#include "tests/live/scenes/logs.h"
#include "tests/live/scenes/stage.h"
#include "tests/support/places.h"

namespace scenes {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::IsEmpty;

struct LiveScenes : testing::Test {
  static std::string state() { return std::getenv("RIG_STATE"); }

  void SetUp() override {
    const std::string lacks = Stage::lacks();
    if (!lacks.empty()) GTEST_SKIP() << lacks;
    ASSERT_FALSE(HasFailure()) << "there is no rig";
    adopt_orphans();
  }

  // The files that must hold them: what Patroni is told, what it tells libpq, and Pebble's layer.
  static bool must_hold_passwords(const std::string& file) {
    return file.ends_with("/volume/patroni.yml") ||
           file.find("/own/root/tmp/pgpass") != file.npos ||
           file.find("/own/upper/var/lib/pebble/default/layers/") != file.npos;
  }

  static void expect_no_password_elsewhere(Stage& stage, CommandLines& lines) {
    const std::vector<std::string> passwords = stage.passwords();
    ASSERT_GE(passwords.size(), 5U);
    EXPECT_THAT(lines.with(passwords), IsEmpty());
    // It has looked where there was something to be seen.
    EXPECT_GT(lines.count("/var/lib/postgresql/data/patroni.yml"), 0U);
    const std::vector<Hit> hits = files_with(passwords, state());
    EXPECT_THAT(hits, Contains(Field(&Hit::file, EndsWith("/volume/patroni.yml"))));
    for (const Hit& hit : hits) {
      EXPECT_TRUE(must_hold_passwords(hit.file)) << hit.file;
      EXPECT_EQ(hit.mode & 077U, 0U) << hit.file << " has mode " << std::oct << hit.mode;
    }
  }

  static void play(const std::string& folder, const std::string& name) {
    const auto scenario =
        sim::read_scenario_file(tests::in_repository(folder + '/' + name + ".json"));
    ASSERT_TRUE(scenario.has_value());
    Live live;
    {
      CommandLines lines;
      Stage stage(scenario->world.units, sim::unit_capacity(*scenario));
      EXPECT_EQ(stage.play(*scenario), "");
      EXPECT_EQ(stage.trouble(), "");
      live = stage.live();
      std::ofstream(state() + '-' + name + ".json") << to_json(live).dump(1) << '\n';
      for (const auto& [pod, said] : patroni_logs(state())) {
        std::ofstream(state() + '-' + name + '-' + pod + ".log") << said;
      }
      expect_no_password_elsewhere(stage, lines);
    }
    EXPECT_THAT(left_behind(), IsEmpty());
    const Found found = look_for(*scenario, live, 20'000);
    RecordProperty("simulated_runs", static_cast<int>(found.runs));
    EXPECT_TRUE(found.alike) << found.difference << "\nafter " << found.runs
                             << " runs; the likest: " << to_text(found.choices);
  }
};

TEST_F(LiveScenes, DeployThreeUnits) { play("scenarios", "deploy-three-units"); }
TEST_F(LiveScenes, KillThePrimarysPod) { play("scenarios", "primary-pod-killed"); }
TEST_F(LiveScenes, RemoveTheLeader) { play("scenarios", "leader-is-removed"); }
TEST_F(LiveScenes, ScaleThreeToFourToThree) {
  play("tests/live/scenes", "scale-three-to-four-to-three");
}
TEST_F(LiveScenes, SwitchoverByStorageDetaching) {
  play("scenarios", "scale-down-with-the-primary");
}

}  // namespace
}  // namespace scenes
