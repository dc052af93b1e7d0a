// uphold-extensions: each database has what the options ask for, or Blocked says why not.
#include "charm/options/extensions.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

Options with_plugins(std::initializer_list<const char*> plugins) {
  std::vector<RawOption> raw;
  for (const char* plugin : plugins) {
    raw.push_back({"plugin_" + std::string(plugin) + "_enable", true});
  }
  return *Options::read(raw);
}

struct UpholdExtensions : HookTest {
  void SetUp() override { settle(); }
  void ask_for(std::initializer_list<const char*> plugins) {
    options = with_plugins(plugins);
    world.options = charm_config(options);
  }
  [[nodiscard]] ExtensionSet asked() const { return enabled_extensions(options); }
  // Its own path: it is one of several handlers of update-status.
  std::string run() {
    defers(update_status);
    for (std::size_t at = 0; at < observer.ended.size(); ++at) {
      if (observer.ended[at].starts_with("uphold-extensions ")) return observer.paths[at];
    }
    ADD_FAILURE() << "it did not run";
    return {};
  }

  Options options;
};

TEST_F(UpholdExtensions, IsContentWithWhatIsAskedFor) {
  EXPECT_TRUE(run().ends_with("has_extensions [yes] -> lift_block -> rtn2"));
}

TEST_F(UpholdExtensions, CreatesAndDropsWhatDiffers) {
  ask_for({"hstore", "vector"});
  EXPECT_TRUE(
      run().ends_with("has_extensions [no] -> set_extensions [done] -> lift_block -> rtn2"));
  EXPECT_EQ(world.databases_have, asked());
  ask_for({"vector"});
  run();
  EXPECT_EQ(world.databases_have, asked());
}

TEST_F(UpholdExtensions, IsTheLeadersAlone) {
  ask_for({"hstore"});
  world.leader = false;
  EXPECT_TRUE(run().ends_with("is_leader [no] -> leave_to_leader -> rtn_not_leader"));
  EXPECT_NE(world.databases_have, asked());
}

TEST_F(UpholdExtensions, BeforeTheInitialisationThereIsNothingToDo) {
  world.initialised = false;
  EXPECT_TRUE(run().ends_with("has_cluster_initialised [no] -> rtn"));
}

TEST_F(UpholdExtensions, SaysThatAPluginLacksWhatItNeeds) {
  ask_for({"postgis_raster"});
  EXPECT_TRUE(run().ends_with("blocked_unsatisfied -> rtn_unsatisfied"));
  EXPECT_EQ(world.status, StatusKind::blocked);
  EXPECT_EQ(world.message, "Unsatisfied plugin dependencies. Please check the logs");
  EXPECT_EQ(world.databases_have, enabled_extensions(default_options())) << "nothing is changed";
  ask_for({"postgis", "postgis_raster"});
  run();
  EXPECT_EQ(world.status, StatusKind::active);
  EXPECT_EQ(world.databases_have, asked());
}

TEST_F(UpholdExtensions, SaysThatObjectsDependOnOneThatShallGo) {
  ask_for({"hstore"});
  run();
  world.depended_on = extension_named("hstore");
  ask_for({});
  EXPECT_TRUE(
      run().ends_with("set_extensions [objects depend] -> blocked_dependent -> "
                      "rtn_dependent"));
  EXPECT_EQ(world.message, "Cannot disable plugins: Existing objects depend on it. See logs");
  world.depended_on.reset();
  run();
  EXPECT_EQ(world.status, StatusKind::active);
  EXPECT_EQ(world.databases_have, asked());
}

TEST_F(UpholdExtensions, ABadOptionIsForConfigChangedToTell) {
  world.options.valid = false;
  EXPECT_TRUE(run().ends_with("are_plugins_satisfied [bad option] -> rtn"));
}

TEST_F(UpholdExtensions, ComesBackWhereThePrimaryDoesNotAnswer) {
  world.answers_sql = false;
  EXPECT_TRUE(run().ends_with("has_extensions [unreachable] -> defer_unreachable"));
  world.answers_sql = true;
  world.takes_databases = false;
  ask_for({"hstore"});
  EXPECT_TRUE(run().ends_with("set_extensions [unreachable] -> defer_unreachable"));
}

// Who set it leads no more, and nobody else would lift it.
TEST_F(UpholdExtensions, AFormerLeaderTakesItsBlockedBack) {
  ask_for({"postgis_raster"});
  run();
  world.leader = false;
  run();
  EXPECT_EQ(world.status, StatusKind::active);
}

}  // namespace
}  // namespace charm
