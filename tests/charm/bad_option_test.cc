// An option with a value that PostgreSQL would refuse holds up what comes from options, and nothing
// else: the file is written with the parameters of the one that stands.
#include <gmock/gmock.h>

#include "charm/options/options.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using testing::HasSubstr;

constexpr const char* blocked = "blocked: Configuration Error. Please check the logs";

// A member of a cluster whose file was written before the option went wrong.
struct BadOption : HookTest {
  void SetUp() override {
    settle();
    world.file = PatroniConfiguration{
        .own_host = host_of(zero),
        .options = &default_options(),
        .bootstrap = {.synchronous = {.node_count = 1, .strict = true}, .max_connections = 123}};
    world.options.valid = false;
    world.options.invalid = "profile: not one of production, testing";
  }
  void expect_parameters_kept() const {
    ASSERT_TRUE(world.file);
    EXPECT_EQ(world.file->options, &default_options());
    EXPECT_EQ(world.file->bootstrap.max_connections, 123U);
    EXPECT_FALSE(world.dynamic) << "no PATCH";
  }
  void mend() {
    world.options.valid = true;
    EXPECT_FALSE(defers(update_status));
    EXPECT_EQ(world.status, StatusKind::active);
    EXPECT_EQ(world.dynamic.has_value(), world.leader);
    EXPECT_NE(world.file->bootstrap.max_connections, 123U);
  }
};

TEST_F(BadOption, KeepsNoUnitFromBeingLetIn) {
  EXPECT_TRUE(defers({.kind = EventKind::config_changed}));
  expect_parameters_kept();
  EXPECT_EQ(world.file->hosts.size(), 3U);
  EXPECT_EQ(world.file->replication_password.reveal(), "secret");
  EXPECT_EQ(world.reloads, 1);
  EXPECT_EQ(world.statuses.back(), blocked);
  EXPECT_EQ(world.action_log.back(), world.options.invalid);
  mend();
}

TEST_F(BadOption, IsNotTheReasonWhilePatroniDoesNotTakeTheFile) {
  world.takes_reload = false;
  world.service_running = false;
  EXPECT_TRUE(defers({.kind = EventKind::config_changed}));
  EXPECT_THAT(path(), HasSubstr("update_config [refused] -> defer_update"));
  expect_parameters_kept();
}

TEST_F(BadOption, DoesNotStopAMemberWhosePodWasReplaced) {
  world.leader = false;
  world.plan_current = world.service_running = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_TRUE(world.service_running);
  EXPECT_THAT(path(), HasSubstr("has_pushed_tls_files [yes]"));
  EXPECT_THAT(path(), HasSubstr("update_config [bad option] -> blocked_configuration"));
  EXPECT_EQ(world.statuses.back(), blocked);
  expect_parameters_kept();
  mend();
}

TEST_F(BadOption, StartsNothingThatHasNoFile) {
  world.file.reset();
  world.service_running = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_FALSE(world.service_running);
  EXPECT_FALSE(world.file);
  EXPECT_EQ(world.statuses.back(), blocked);
}

TEST_F(BadOption, StartsNothingInAClusterThatIsNotInitialised) {
  world.initialised = false;
  world.service_running = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_FALSE(world.service_running);
  EXPECT_EQ(world.statuses.back(), blocked);
}

TEST_F(BadOption, StartsNobodyWhoIsNotListed) {
  world.leader = false;
  world.listed = {host_of(one), host_of(two)};
  world.service_running = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_FALSE(world.service_running);
  EXPECT_EQ(world.statuses.back(), blocked);
}

TEST_F(BadOption, KeepsNoMemberThatLeavesFromBeingTagged) {
  world.planned = {one, two};
  world.annotation->leader = member_of(one);
  EXPECT_FALSE(defers({.kind = EventKind::storage_detaching}));
  EXPECT_TRUE(world.file->leaving);
  EXPECT_EQ(world.reloads, 1);
  EXPECT_THAT(path(), HasSubstr("tag_member [done]"));
  expect_parameters_kept();
}

TEST_F(BadOption, KeepsNoDepartedUnitInPgHba) {
  world.planned = {zero, one};
  world.peer_units = {one};
  EXPECT_TRUE(defers({.kind = EventKind::relation_departed, .departing_unit = two}));
  EXPECT_EQ(world.file->hosts.size(), 2U);
  expect_parameters_kept();
  EXPECT_EQ(world.statuses.back(), blocked);
}

// Its commits would wait for a standby that has left.
TEST_F(BadOption, KeepsNoUnitThatIsAloneWaitingForOthers) {
  world.planned = {zero};
  world.peer_units = {};
  EXPECT_TRUE(defers({.kind = EventKind::relation_departed, .departing_unit = two}));
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(world.dynamic->synchronous, SynchronousSettings{});
  EXPECT_EQ(world.dynamic->max_connections, DynamicConfiguration().max_connections);
  EXPECT_EQ(world.statuses.back(), blocked);
}

TEST_F(BadOption, OfAUnitThatIsAloneWaitsForWhoeverTakesThePatch) {
  world.planned = {zero};
  world.peer_units = {};
  world.takes_configuration = false;
  EXPECT_TRUE(defers({.kind = EventKind::relation_departed, .departing_unit = two}));
  EXPECT_THAT(path(), HasSubstr("update_config [refused] -> defer_update"));
}

TEST_F(BadOption, KeepsNoPasswordOfTheSecretFromPatroni) {
  world.leader = false;
  world.secret.all[static_cast<std::size_t>(SystemUser::replication)] = Secret("rotated");
  EXPECT_TRUE(defers({.kind = EventKind::secret_changed}));
  EXPECT_EQ(world.file->replication_password.reveal(), "rotated");
  expect_parameters_kept();
}

TEST_F(BadOption, KeepsNoPeersChangeFromClientsAndMember) {
  EXPECT_TRUE(defers(changed));
  EXPECT_THAT(path(), HasSubstr("update_read_only_endpoint [bad option] -> blocked_configuration"));
  EXPECT_EQ(world.statuses.back(), blocked);
  expect_parameters_kept();
  mend();
}

}  // namespace
}  // namespace charm
