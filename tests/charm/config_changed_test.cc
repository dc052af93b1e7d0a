// config-changed and secret-changed: what an operator has changed reaches the member.
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

constexpr Event config_changed{.kind = EventKind::config_changed};
constexpr Event secret_changed{.kind = EventKind::secret_changed};

struct ConfigChanged : HookTest {
  void SetUp() override { settle(); }
};

TEST_F(ConfigChanged, BringsTheOptionsToPatroni) {
  world.options.synchronous_node_count = CharmConfig::NodeCount::majority;
  world.options.experimental_max_connections = 250;
  EXPECT_FALSE(defers(config_changed));
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(world.dynamic->synchronous.node_count, 1);
  EXPECT_EQ(world.dynamic->max_connections, 250U);
  EXPECT_EQ(world.reloads, 1);
}

TEST_F(ConfigChanged, BeforeTheInitialisationItWaits) {
  world.initialised = false;
  EXPECT_TRUE(defers(config_changed));
  EXPECT_FALSE(world.file);
}

TEST_F(ConfigChanged, OfAUnitThatIsNotListedIsRenderedByItsPebbleReady) {
  world.leader = false;
  world.listed = {host_of(one), host_of(two)};
  EXPECT_FALSE(defers(config_changed));
  EXPECT_FALSE(world.file);
}

TEST_F(ConfigChanged, WaitsForTheContainer) {
  world.connected = false;
  EXPECT_TRUE(defers(config_changed));
  world.connected = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.file);
}

TEST_F(ConfigChanged, ABadOptionBlocksUntilItIsMended) {
  world.options.valid = false;
  EXPECT_TRUE(defers(config_changed));
  EXPECT_EQ(world.statuses.back(), "blocked: Configuration Error. Please check the logs");
  EXPECT_FALSE(world.dynamic);
  world.options.valid = true;
  EXPECT_FALSE(defers(config_changed));
  EXPECT_EQ(world.status, StatusKind::active);
}

TEST_F(ConfigChanged, APatchThatFailsIsTriedAgain) {
  world.takes_configuration = false;
  EXPECT_TRUE(defers(config_changed));
  world.takes_configuration = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.dynamic);
}

TEST_F(ConfigChanged, ASecretThatChangedIsRendered) {
  world.leader = false;
  world.passwords[static_cast<std::size_t>(SystemUser::replication)] = Secret("rotated");
  EXPECT_FALSE(defers(secret_changed));
  ASSERT_TRUE(world.file);
  EXPECT_EQ(world.file->replication_password.reveal(), "rotated");
}

// Whatever comes after it has been mended: here an event of which no handler lifts a Blocked.
TEST_F(ConfigChanged, LiftsTheBlockedOfWhatCouldNotBeRead) {
  world.unreadable = StateKey::application_secret;
  EXPECT_TRUE(defers(update_status));
  EXPECT_EQ(world.statuses.back(),
            "blocked: Cannot read what another revision has left: the application's secret");
  EXPECT_FALSE(world.file);
  world.unreadable = StateKey::none;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.status, StatusKind::active);
  EXPECT_TRUE(world.file);
}

}  // namespace
}  // namespace charm
