// config-changed and secret-changed: what an operator has changed reaches the member.
#include <array>
#include <map>

#include "charm/options/options.h"
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
  world.secret.all[static_cast<std::size_t>(SystemUser::replication)] = Secret("rotated");
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

// --- what only the running system knows (config-and-wire.md, section 1.5) ---

struct SystemValues : ConfigChanged {
  void set(const char* option, const char* value) {
    const std::array raw{RawOption{option, std::string(value)}};
    set_options = *Options::read(raw);
    world.options = charm_config(set_options);
  }
  Options set_options;
};

TEST_F(SystemValues, ThatAreNotKnownBlockAndTheLogNamesTheOption) {
  for (const auto& [option, line] : std::map<const char*, std::string>{
           {"instance_default_text_search_config",
            "instance_default_text_search_config config option has an invalid value"},
           {"request_date_style", "request_date_style config option has an invalid value"},
           {"request_time_zone", "request_time_zone config option has an invalid value"},
           {"storage_default_table_access_method",
            "storage_default_table_access_method config option has an invalid value"},
           {"ldap_map", "ldap_map config option has an invalid value"},
           {"response_lc_monetary",
            "Value for response_lc_monetary not one of the locales available in the system"},
           {"response_lc_numeric",
            "Value for response_lc_numeric not one of the locales available in the system"},
           {"response_lc_time",
            "Value for response_lc_time not one of the locales available in the system"}}) {
    world = fake::World{};
    settle();
    set(option, option == std::string_view("ldap_map") ? "staff=known,admins=x" : "x");
    world.known_values.insert("known");
    EXPECT_TRUE(defers(config_changed));
    EXPECT_EQ(world.statuses.back(), "blocked: Configuration Error. Please check the logs");
    EXPECT_EQ(world.action_log.back(), line);
    EXPECT_FALSE(world.file) << "nothing is written";
    world.known_values.insert("x");
    EXPECT_FALSE(defers(update_status));
    EXPECT_EQ(world.status, StatusKind::active);
    EXPECT_TRUE(world.file);
  }
}

TEST_F(SystemValues, AreWaitedForWhereTheDatabaseIsDown) {
  set("request_time_zone", "Europe/Berlin");
  world.members[0] = std::nullopt;
  EXPECT_TRUE(defers(config_changed));
  EXPECT_FALSE(world.file);
}

TEST_F(SystemValues, AtTheirDefaultsAreNotAskedFor) {
  world.members[0] = std::nullopt;
  defers(config_changed);
  EXPECT_TRUE(world.file) << "a database that is down keeps nothing from being written";
}

TEST_F(ConfigChanged, TheLogNamesTheBadOption) {
  world.options.valid = false;
  world.options.invalid = "memory_work_mem: Value is not between 64 and 2147483647";
  defers(config_changed);
  EXPECT_EQ(world.action_log.back(), world.options.invalid);
}

}  // namespace
}  // namespace charm
