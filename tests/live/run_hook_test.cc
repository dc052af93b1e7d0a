// The charm as Juju runs it: a process, its environment, its exit code, and what it leaves in logs.
// Of its ports there are those that are Juju's (main.cc).
#include "charm/live/run_hook.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/live/folder.h"
#include "tests/live/juju_fixture.h"

namespace charm::live {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

class TheCharm : public JujuFixture {
 protected:
  TheCharm() {
    set("JUJU_UNIT_NAME", "pg/1");
    set("JUJU_MODEL_NAME", "m");
    hook("update-status");
    fake_.answer("status-get", {.output = R"({"status":"active","message":""})"});
  }
  ~TheCharm() override {
    for (const std::string& name : set_) ::unsetenv(name.c_str());
  }

  void set(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }
  void hook(const std::string& name) { set("JUJU_DISPATCH_PATH", "hooks/" + name); }
  Ended dispatch() { return run({.arguments = {"charm"}}); }

 private:
  std::vector<std::string> set_;
};

TEST_F(TheCharm, DoesNothingForAnEventThatNobodyObserves) {
  hook("start");
  const Ended ended = dispatch();
  EXPECT_TRUE(ended.well()) << ended.errors;
  EXPECT_EQ(ended.output + ended.errors, "");
  EXPECT_THAT(fake_.calls("state-set"), IsEmpty());
  EXPECT_THAT(fake_.logged(), IsEmpty());
}

TEST_F(TheCharm, OpensItsPortsWhenItIsInstalled) {
  hook("install");
  EXPECT_TRUE(dispatch().well());
  std::vector<std::string> opened;
  for (const fake::Call& call : fake_.calls("open-port")) opened.push_back(call.arguments.at(0));
  EXPECT_THAT(opened, ElementsAre("5432/tcp", "8008/tcp"));
}

// An operator has put a file into its directory.
TEST_F(TheCharm, RunsNothingWhileItIsDisabledAndLosesNothing) {
  const given::Folder folder;
  set("JUJU_CHARM_DIR", folder.path());
  std::ofstream(folder.path() + "/disable").put('\n');
  for (const char* name : {"install", "stop"}) {
    hook(name);
    EXPECT_TRUE(dispatch().well());
  }
  EXPECT_THAT(fake_.calls("open-port"), IsEmpty());
  for (const fake::Call& call : fake_.calls("status-set")) {
    EXPECT_EQ(call.arguments.back(), "Disabled");
  }
  EXPECT_THAT(fake_.calls("status-set"), SizeIs(2));
  ASSERT_THAT(fake_.calls("state-set"), Not(IsEmpty()));
  EXPECT_THAT(fake_.calls("state-set").front().input, HasSubstr("install"));
  EXPECT_THAT(fake_.calls("state-set").front().input, HasSubstr("config-changed"))
      << "it lifts the status once the file is gone";

  set("JUJU_DISPATCH_PATH", "actions/get-primary");
  set("JUJU_ACTION_NAME", "get-primary");
  set("JUJU_ACTION_UUID", "1");
  fake_.answer("action-get", {.output = "{}"});
  EXPECT_TRUE(dispatch().well());
  ASSERT_THAT(fake_.calls("action-fail"), SizeIs(1));
  EXPECT_EQ(fake_.calls("action-fail")[0].arguments.back(), "Disabled");

  std::filesystem::remove(folder.path() + "/disable");
  ::unsetenv("JUJU_ACTION_NAME");
  ::unsetenv("JUJU_ACTION_UUID");
  hook("install");
  EXPECT_TRUE(dispatch().well());
  EXPECT_THAT(fake_.calls("open-port"), SizeIs(2)) << "it is not any more";
}

TEST_F(TheCharm, WasNotRunByJuju) {
  ::unsetenv("JUJU_UNIT_NAME");
  EXPECT_EQ(dispatch().errors, "JUJU_UNIT_NAME names no unit: is this run by Juju?\n");
  set("JUJU_UNIT_NAME", "pg/1");
  set("JUJU_DISPATCH_PATH", "pg");
  const Ended ended = dispatch();
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.errors, "JUJU_DISPATCH_PATH is neither hooks/NAME nor actions/NAME: 'pg'\n");
  EXPECT_THAT(fake_.calls(), IsEmpty());
}

TEST_F(TheCharm, SaysTheWayThroughItsChart) {
  hook("upgrade-relation-changed");
  set("JUJU_RELATION", "upgrade");
  set("JUJU_RELATION_ID", "upgrade:2");
  const Ended ended = dispatch();
  EXPECT_TRUE(ended.well()) << ended.errors;
  EXPECT_THAT(fake_.logged(),
              HasSubstr("upgrade-relation-changed (upgrade-relation-changed): done: "));
  EXPECT_THAT(fake_.logged(), HasSubstr(" -> "));
  EXPECT_THAT(fake_.calls("juju-log")[0].arguments[1], "DEBUG");
}

TEST_F(TheCharm, FailsWithTheReasonAndThePlaceWhereItStood) {
  hook("certificates-relation-created");
  set("JUJU_RELATION", "certificates");
  set("JUJU_RELATION_ID", "certificates:9");
  fake_.answer("relation-ids", {.when = {"certificates"}, .output = R"(["certificates:9"])"});
  fake_.answer("network-get", {.errors = "ERROR no network\n", .code = 1});
  const Ended ended = dispatch();
  EXPECT_EQ(ended.how, Ended::How::exited);
  EXPECT_EQ(ended.code, 1);
  const std::string line =
      "the hook has failed: network-get: exit status 1: no network; in "
      "certificates-relation-created (certificates-relation-created): has_asked [no] -> make_key "
      "-> "
      "request_certificate\n";
  EXPECT_EQ(fake_.logged(), line);
  EXPECT_EQ(ended.errors, "") << "Juju would log it a second time";
}

TEST_F(TheCharm, FailsWhenTheFirstToolIsMissing) {
  fake_.remove("relation-ids");
  const Ended ended = dispatch();
  EXPECT_EQ(ended.code, 1);
  const std::string line = "the hook has failed: relation-ids: No such file or directory\n";
  EXPECT_EQ(fake_.logged(), line);
  fake_.remove("juju-log");
  EXPECT_EQ(dispatch().errors, line) << "once";
}

// Juju shows its operator what an action prints, and no log.
TEST_F(TheCharm, TellsAnActionsOperatorWhyItHasFailed) {
  set("JUJU_DISPATCH_PATH", "actions/get-password");
  set("JUJU_ACTION_NAME", "get-password");
  set("JUJU_ACTION_UUID", "1");
  fake_.answer("action-get", {.output = "[]"});
  const Ended ended = dispatch();
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.errors, StartsWith("the action has failed: "));
  EXPECT_EQ(fake_.logged(), ended.errors);
  fake_.remove("juju-log");
  EXPECT_EQ(dispatch().errors, ended.errors) << "once";
}

TEST_F(TheCharm, RunsNoHandlerOverWhatItCannotRead) {
  bag("database-peers:0", "pg", {{"endpoints", "x"}});
  const Ended ended = dispatch();
  EXPECT_TRUE(ended.well()) << ended.errors;
  EXPECT_THAT(
      fake_.calls("status-set")[0].arguments,
      ElementsAre("--application=false", "blocked", "--",
                  "Cannot read what another revision has left: endpoints in database-peers"));
  EXPECT_THAT(written("state-set")[0], HasSubstr("config-changed config-changed - -"));
}

TEST_F(TheCharm, RunsAnActionAndShowsItsSecretToNobodyElse) {
  set("JUJU_DISPATCH_PATH", "actions/get-password");
  set("JUJU_ACTION_NAME", "get-password");
  set("JUJU_ACTION_UUID", "1");
  fake_.answer("action-get", {.output = "{}"});
  fake_.answer("secret-get", {.output = R"({"operator-password":"Canary0123456789"})"});
  const Ended ended = dispatch();
  EXPECT_TRUE(ended.well()) << ended.errors;
  EXPECT_THAT(fake_.calls("action-set")[0].arguments, ElementsAre("password=Canary0123456789"));
  EXPECT_EQ(ended.output + ended.errors, "");
  EXPECT_THAT(fake_.logged(), Not(HasSubstr("Canary")));
}

// Juju sees a hook that SIGTERM has ended: to it that is no failure.
TEST_F(TheCharm, EndsAtItsNextCallWhenItIsToldTo) {
  fake_.answer("relation-ids", {.output = "[]", .sleep_ms = 3000});
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execlp("charm", "charm", nullptr);
    ::_exit(127);
  }
  for (int i = 0; i < 500 && fake_.calls().empty(); ++i) std::this_thread::sleep_for(10ms);
  ::kill(pid, SIGTERM);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_EQ(fake_.calls().size(), 1U);
  EXPECT_EQ(fake_.logged(), "the hook has failed: told to end by SIGTERM\n");
}

}  // namespace
}  // namespace charm::live
