// The unit agent fires `dispatch` in Juju's order: a stand-in that writes down how it was called,
// and the charm itself, with neither Kubernetes nor Pebble.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "charm/postgresql_k8s.h"
#include "tests/live/agent/dispatcher.h"
#include "tests/live/agent/orders.h"
#include "tests/live/folder.h"
#include "tests/support/places.h"

namespace charm::contract {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct UnitAgent : testing::Test {
  UnitAgent() {
    fs::create_directory(folder.path() + "/tools");
    for (const std::string& name : agent::tool_names()) {
      fs::create_symlink(tests::in_build("tests/hook_tool"), folder.path() + "/tools/" + name);
    }
  }

  static agent::Deployment deployment(std::uint16_t units) {
    agent::Deployment what{.app = {"pg"}, .units = units, .configurations = {}, .clients = {}};
    what.configurations = {agent::configuration(nlohmann::json::object())};
    return what;
  }
  agent::Dispatcher::Setting setting() {
    agent::Dispatcher::Setting what{.charm_folder = folder.path(),
                                    .tools = folder.path() + "/tools",
                                    .socket = folder.path() + "/agent.socket",
                                    .log = folder.path() + "/log",
                                    .path = "/usr/bin:/bin",
                                    .skips_waits = true};
    what.ended = [this](const agent::EndedHook& hook) {
      ended.push_back(hook);
      const char* end = hook.end == agent::HookEnd::well ? "" : " failed";
      fired[hook.unit].push_back(hook.name.substr(hook.name.find('/') + 1) + end);
    };
    return what;
  }
  void dispatch_is(const std::string& script) {
    const std::string path = folder.path() + "/dispatch";
    std::ofstream(path) << "#!/bin/sh\n" << script;
    fs::permissions(path, fs::perms::owner_all);
  }
  std::string log() {
    std::ostringstream text;
    text << std::ifstream(folder.path() + "/log").rdbuf();
    return text.str();
  }
  std::size_t count(UnitName unit, const std::string& hook) {
    return static_cast<std::size_t>(std::ranges::count(fired[unit], hook));
  }

  live::given::Folder folder;
  std::map<UnitName, std::vector<std::string>> fired;  // hooks, in the order of their ends
  std::vector<agent::EndedHook> ended;
};

TEST_F(UnitAgent, AUnitIsSetUpInJujusOrder) {
  dispatch_is("exit 0\n");
  agent::ModelJuju juju(postgresql_k8s(), deployment(1));
  agent::Dispatcher dispatcher(juju, setting());
  ASSERT_TRUE(dispatcher.run_until([&] { return count({0}, "start") == 1; }, 10min));
  auto& hooks = fired[{0}];
  EXPECT_EQ(hooks.front(), "install");
  EXPECT_THAT(hooks, testing::IsSupersetOf({"database-peers-relation-created",
                                            "restart-relation-created", "upgrade-relation-created",
                                            "leader-elected", "pgdata-storage-attached"}));
  // The two come one right after the other.
  ASSERT_GE(hooks.size(), 2U);
  EXPECT_EQ(hooks[hooks.size() - 2], "config-changed");
  EXPECT_EQ(hooks.back(), "start");
  ASSERT_TRUE(
      dispatcher.run_until([&] { return count({0}, "postgresql-pebble-ready") == 1; }, 10min));
}

TEST_F(UnitAgent, AHookThatFailsIsRunAgainAndWhatItHasWrittenIsDropped) {
  dispatch_is(
      "[ $JUJU_DISPATCH_PATH = hooks/leader-elected ] || exit 0\n"
      "relation-get -r database-peers:0 --app cluster_initialised pg > was\n"
      "relation-set -r database-peers:0 --app cluster_initialised=True || exit 2\n"
      "[ -e again ] || { touch again; exit 3; }\n");
  agent::ModelJuju juju(postgresql_k8s(), deployment(1));
  agent::Dispatcher dispatcher(juju, setting());
  ASSERT_TRUE(dispatcher.run_until([&] { return count({0}, "leader-elected") == 1; }, 10min));
  EXPECT_EQ(count({0}, "leader-elected failed"), 1U);
  EXPECT_EQ(fs::file_size(folder.path() + "/was"), 0U);
  EXPECT_TRUE(juju.world().shared().application.initialised);
  const auto failed = std::ranges::find(ended, 3, &agent::EndedHook::code);
  ASSERT_NE(failed, ended.end());
  EXPECT_FALSE(failed->committed);
}

// Others hear of what it has written when it has ended, and not as of before it was waited for.
TEST_F(UnitAgent, AHookThatSleepsHasTakenThatLong) {
  dispatch_is("sleep 0.3\n");
  agent::ModelJuju juju(postgresql_k8s(), deployment(1));
  agent::Dispatcher::Setting watched = setting();
  Instant began;
  Duration took{0};
  watched.started = [&](UnitName) { began = juju.now(); };
  watched.ended = [&](const agent::EndedHook&) { took = juju.now() - began; };
  agent::Dispatcher dispatcher(juju, watched);
  ASSERT_TRUE(dispatcher.run_until([&] { return took > 0s; }, 10min));
  EXPECT_GE(took, 300ms);
}

TEST_F(UnitAgent, UnitsHearOfEachOther) {
  dispatch_is(
      "case $JUJU_DISPATCH_PATH in\n"
      "  *restart-relation-created) relation-set -r restart:1 state=acquire ;;\n"
      "  *restart-relation-changed)\n"
      "    [ -n \"$JUJU_REMOTE_UNIT\" ] && juju-log \"$JUJU_REMOTE_UNIT says $(relation-get "
      "state)\" ;;\n"
      "esac\nexit 0\n");
  agent::ModelJuju juju(postgresql_k8s(), deployment(2));
  agent::Dispatcher dispatcher(juju, setting());
  const auto knows = [&](UnitName unit) { return count(unit, "restart-relation-changed") > 0; };
  ASSERT_TRUE(dispatcher.run_until([&] { return knows({0}) && knows({1}); }, 10min));
  EXPECT_THAT(log(), HasSubstr("pg/0 INFO pg/1 says acquire"));
  EXPECT_THAT(log(), HasSubstr("pg/1 INFO pg/0 says acquire"));
}

TEST_F(UnitAgent, AnActionRunsAndItsOperatorIsTold) {
  dispatch_is(
      "[ $JUJU_DISPATCH_PATH = actions/get-password ] || exit 0\n"
      "[ -z \"$JUJU_HOOK_NAME\" ] || exit 1\n"
      "action-set password=\"of $(action-get username)\"\n");
  agent::ModelJuju juju(postgresql_k8s(), deployment(1));
  agent::Dispatcher dispatcher(juju, setting());
  ASSERT_TRUE(dispatcher.run_until([&] { return count({0}, "start") == 1; }, 10min));
  ASSERT_TRUE(juju.run_action({0}, "get-password", R"({"username": "rewind"})"));
  ASSERT_TRUE(dispatcher.run_until([&] { return !juju.ended_actions().empty(); }, 10min));
  EXPECT_TRUE(juju.ended_actions().front().well);
  EXPECT_THAT(juju.ended_actions().front().results,
              ElementsAre(std::pair<std::string, std::string>("password", "of rewind")));
}

TEST_F(UnitAgent, WithItsPodAHookEndsAndItIsRunAgain) {
  dispatch_is(
      "[ $JUJU_DISPATCH_PATH = hooks/install ] || exit 0\n"
      "[ -e again ] && exit 0\ntouch again\nsleep 1000\n");
  agent::ModelJuju juju(postgresql_k8s(), deployment(1));
  agent::Dispatcher dispatcher(juju, setting());
  ASSERT_TRUE(dispatcher.run_until([&] { return fs::exists(folder.path() + "/again"); }, 10min));
  juju.kill_pod({0});
  ASSERT_TRUE(dispatcher.run_until([&] { return count({0}, "start") == 1; }, 10min));
  EXPECT_THAT(ended.front().end, agent::HookEnd::killed);
  EXPECT_EQ(count({0}, "install"), 1U);
}

// The production charm, whose every call of Kubernetes or Pebble fails here.
TEST_F(UnitAgent, TheCharmItselfRunsInIt) {
  dispatch_is("exec " + tests::in_build("bin/charm") + "\n");
  agent::Deployment without_pebble = deployment(2);
  without_pebble.boot_id = [](UnitName) { return std::nullopt; };
  agent::ModelJuju juju(postgresql_k8s(), without_pebble);
  agent::Dispatcher dispatcher(juju, setting());
  ASSERT_TRUE(dispatcher.run_until([&] { return count({1}, "start") == 1; }, 30min)) << log();
  auto& hooks = fired[{1}];
  EXPECT_EQ(hooks.front(), "install");
  EXPECT_EQ(hooks.back(), "start");
  // It cannot reach the container, and puts that off, in Juju's state store.
  EXPECT_THAT(log(), HasSubstr("config-changed (config-changed): deferred"));
  EXPECT_FALSE(juju.world().notices({1}).empty());
  EXPECT_THAT(log(), testing::Not(HasSubstr("the model has no place")));
}

}  // namespace
}  // namespace charm::contract
