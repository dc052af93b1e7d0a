// The client and the adapter against a real Pebble (label `live`): what the model has no idea of,
// owners, modes, commands, and what the container's own programs make of it.
#include <gmock/gmock.h>

#include <thread>

#include "charm/live/workload_adapter.h"
#include "tests/live/pebble_container.h"
#include "tests/live/remembering_log.h"

namespace charm::live {
namespace {

using namespace std::chrono_literals;
using given::PebbleContainer;
using testing::Contains;
using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::Optional;
using testing::SizeIs;
using testing::StartsWith;
using What = PebbleError::What;

constexpr const char* sleeper = R"(services:
  sleeper: {override: replace, command: sleep 1000, startup: enabled}
  quitter: {override: replace, command: sh -c "exit 3", on-failure: ignore}
checks:
  nobody: {override: replace, period: 100ms, timeout: 90ms, threshold: 1, tcp: {port: 1}}
)";

struct LivePebble : testing::Test {
  template <class T>
  static std::string why(const FromPebble<T>& answer) {
    return answer ? "done" : answer.error().text;
  }
  FileInfo look_at(const std::string& path) {
    const auto found = pebble.look_at(path);
    EXPECT_EQ(why(found), "done");
    return found.value_or(FileInfo{});
  }

  PebbleContainer container;
  Http http;
  Pebble pebble{http, container.socket()};
};

TEST_F(LivePebble, TakesALayerAndTellsThePlan) {
  EXPECT_EQ(why(pebble.add_layer("test", sleeper)), "done");
  EXPECT_EQ(why(pebble.add_layer("test", sleeper)), "done");
  EXPECT_THAT(pebble.plan().value(), HasSubstr("sleep 1000"));
}

TEST_F(LivePebble, RefusesALayerThatIsNone) {
  EXPECT_EQ(why(pebble.add_layer("test", "services: [")), "400");
  EXPECT_EQ(why(pebble.add_layer("test", "services: {a: {command: b}}")), "400");
}

TEST_F(LivePebble, StartsStopsAndRestartsServices) {
  ASSERT_TRUE(pebble.add_layer("test", sleeper));
  EXPECT_EQ(why(pebble.replan()), "done");
  EXPECT_THAT(pebble.services({}).value(),
              ElementsAre(ServiceInfo{"quitter", false}, ServiceInfo{"sleeper", true}));
  EXPECT_EQ(why(pebble.replan()), "done");  // nothing to do: a change without a task
  EXPECT_EQ(why(pebble.stop({"sleeper"})), "done");
  EXPECT_THAT(pebble.services({"sleeper", "none"}).value(),
              ElementsAre(ServiceInfo{"sleeper", false}));
  EXPECT_EQ(why(pebble.start({"sleeper"})), "done");
  EXPECT_EQ(why(pebble.restart({"sleeper"})), "done");
  EXPECT_EQ(why(pebble.send_signal("SIGHUP", {"sleeper"})), "done");
}

TEST_F(LivePebble, TellsOfAServiceThatQuitsAtOnce) {
  ASSERT_TRUE(pebble.add_layer("test", sleeper));
  EXPECT_THAT(why(pebble.start({"quitter"})), testing::MatchesRegex("change [0-9]+ has failed"));
}

// So Pebble notices late that Patroni has died whose PostgreSQL lives on.
TEST_F(LivePebble, NoticesAnEndLateWhereAChildStillHoldsTheOutput) {
  constexpr const char* parent = R"(services:
  parent:
    override: replace
    command: sh -c "setsid sleep 1000 & sleep 1.5; exit 3"
    on-failure: ignore
)";
  ASSERT_TRUE(pebble.add_layer("test", parent));
  ASSERT_EQ(why(pebble.start({"parent"})), "done");
  std::this_thread::sleep_for(2s);
  EXPECT_THAT(pebble.services({}).value(), ElementsAre(ServiceInfo{"parent", true}));
  std::this_thread::sleep_for(5s);
  EXPECT_THAT(pebble.services({}).value(), ElementsAre(ServiceInfo{"parent", false}));
}

TEST_F(LivePebble, KnowsNoServiceThatNobodyHasPlanned) {
  EXPECT_EQ(why(pebble.start({"none"})), "400");
  EXPECT_EQ(why(pebble.restart({"none"})), "400");
  EXPECT_EQ(why(pebble.send_signal("SIGHUP", {"none"})), "500");
}

TEST_F(LivePebble, TellsOfAChangeThatTakesTooLong) {
  Pebble hasty(http, container.socket(), {.request = 5s, .change = 300ms});
  ASSERT_TRUE(pebble.add_layer("test", sleeper));
  EXPECT_EQ(hasty.start({"sleeper"}).error().what, What::timed_out);
}

TEST_F(LivePebble, TellsOfAFailingCheck) {
  ASSERT_TRUE(pebble.add_layer("test", sleeper));
  const auto is_down = [this] {
    const auto checks = pebble.checks();
    return checks && checks->size() == 1 && checks->front().status == CheckStatus::down;
  };
  for (int i = 0; i < 50 && !is_down(); ++i) (void)pebble.execute({.words = {"sleep", "0.1"}});
  EXPECT_TRUE(is_down());
}

// --- files ---

TEST_F(LivePebble, WritesFilesWithOwnerAndMode) {
  EXPECT_EQ(why(pebble.write_files(
                {{"/new/folder/a", "400", "postgres", "A"}, {"/new/folder/b", "640", "root", ""}})),
            "done");
  EXPECT_EQ(look_at("/new/folder/a"),
            (FileInfo{"/new/folder/a", FileType::file, "400", "postgres", "postgres"}));
  EXPECT_EQ(look_at("/new/folder/b"),
            (FileInfo{"/new/folder/b", FileType::file, "640", "root", "root"}));
}

TEST_F(LivePebble, GivesBackTheBytesThatItWasGiven) {
  std::string bytes(300'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  bytes += "\r\n--charm-part-00000000000000000000000000000000--\r\n";
  ASSERT_TRUE(pebble.write_files({{"/a", "600", "root", bytes}, {"/b", "600", "root", "\r\n"}}));
  EXPECT_THAT(pebble.read_files({"/a", "/none", "/b"}).value(),
              ElementsAre(Optional(Eq(bytes)), Eq(std::nullopt), Optional(Eq("\r\n"))));
}

TEST_F(LivePebble, WritesNothingForSomebodyWhoIsNotThere) {
  EXPECT_EQ(why(pebble.write_files({{"/a", "600", "nobody-here", "x"}})),
            "generic-file-error (path 1 of 1)");
  EXPECT_EQ(pebble.look_at("/a").error().what, What::not_found);
}

TEST_F(LivePebble, ReadsNoDirectory) {
  EXPECT_EQ(why(pebble.read_files({"/etc"})), "generic-file-error");
}

TEST_F(LivePebble, MakesADirectoryOnce) {
  EXPECT_EQ(why(pebble.make_directory({"/new/one", "750", "postgres"})), "done");
  ASSERT_TRUE(pebble.write_files({{"/new/one/a b", "600", "root", ""}}));
  EXPECT_EQ(why(pebble.make_directory({"/new/one", "750", "postgres"})), "done");
  const auto found = pebble.list_files("/new");
  EXPECT_THAT(found.value(), ElementsAre(FileInfo{"/new/one", FileType::directory, "750",
                                                  "postgres", "postgres"}));
  EXPECT_EQ(look_at("/new/one/a b").type, FileType::file);
}

// --- commands ---

TEST_F(LivePebble, RunsACommandToItsEnd) {
  const auto executed = pebble.execute(
      {.words = {"sh", "-c", "echo out; echo err >&2; id -un; exit 7"}, .user = "postgres"});
  ASSERT_EQ(why(executed), "done");
  EXPECT_EQ(executed->exit_code, 7);
  EXPECT_EQ(executed->output, "out\npostgres\n");
}

TEST_F(LivePebble, GivesACommandItsInput) {
  const std::string input(200'000, 'x');
  EXPECT_EQ(pebble.execute({.words = {"cat"}, .input = input}).value().output, input);
  EXPECT_EQ(pebble.execute({.words = {"wc", "-c"}}).value().output, "0\n");
  EXPECT_EQ(
      pebble.execute({.words = {"true"}, .input = std::string(5'000'000, 'x')}).value().exit_code,
      0);
}

TEST_F(LivePebble, FindsNoCommandThatIsNotThere) {
  EXPECT_EQ(why(pebble.execute({.words = {"no-such-command"}})), "400");
  EXPECT_EQ(why(pebble.execute({.words = {"true"}, .user = "nobody-here"})), "400");
}

TEST_F(LivePebble, KillsACommandThatTakesTooLong) {
  EXPECT_THAT(why(pebble.execute({.words = {"sleep", "1000"}, .timeout = 300ms})),
              testing::MatchesRegex("change [0-9]+ has failed"));
}

TEST_F(LivePebble, TakesNoMoreOutputThanIsAskedFor) {
  EXPECT_EQ(why(pebble.execute({.words = {"head", "-c", "2000000", "/dev/zero"}})),
            "too much output");
}

TEST_F(LivePebble, LosesACommandWithItsContainer) {
  std::jthread killer([this] {
    std::this_thread::sleep_for(300ms);
    container.kill();
  });
  EXPECT_EQ(why(pebble.execute({.words = {"sleep", "20"}})),
            "the websocket was closed before the command had ended");
}

// --- the adapter ---

struct LiveWorkload : LivePebble {
  [[nodiscard]] std::string storage(const char* name) const {
    return std::string("/var/lib/postgresql/data/") + name;
  }
  TlsFiles files() {
    return {pems.keep("a key"), pems.keep("a certificate"), pems.keep("an authority")};
  }

  Deployment deployment{.app = {"pg"}, .model = "testing"};
  PemStore pems;
  given::RememberingLog log;
  Secret monitoring{"known-password"};
  WorkloadAdapter workload{pebble, pems, log, deployment, UnitName{0}};
};

TEST_F(LiveWorkload, TheDataDirectoryAndTheStorageArePostgres) {
  ASSERT_TRUE(workload.create_data_directory());
  EXPECT_EQ(look_at(storage("pgdata")).permissions, "750");
  EXPECT_EQ(look_at(storage("pgdata")).user, "postgres");
  EXPECT_EQ(look_at("/var/lib/postgresql/data").user, "postgres");
}

TEST_F(LiveWorkload, PemFilesAreReadableForPostgresAlone) {
  ASSERT_TRUE(workload.push_tls_files(files()));
  for (const char* name : {"key.pem", "cert.pem", "ca.pem"}) {
    const FileInfo file = look_at(storage(name));
    EXPECT_EQ(file.permissions, "400") << name;
    EXPECT_EQ(file.user, "postgres") << name;
  }
  EXPECT_EQ(look_at("/usr/local/share/ca-certificates/ca.crt").permissions, "400");
}

TEST_F(LiveWorkload, TheAuthorityIsTrustedInTheContainer) {
  ASSERT_TRUE(workload.push_tls_files(files()));
  const auto trusted = pebble.read_files({"/etc/ssl/certs/ca-certificates.crt"}).value();
  EXPECT_THAT(trusted.front().value_or(""), HasSubstr("an authority"));
}

// The files are in the storage, and what the container trusts is not.
TEST_F(LiveWorkload, AnAuthorityThatANewContainerDoesNotTrustIsNotThere) {
  ASSERT_TRUE(workload.push_tls_files(files()));
  container.kill();
  container.start();
  EXPECT_EQ(workload.tls_files().value(), (TlsFiles{files().key, files().certificate, {}}));
}

TEST_F(LiveWorkload, PatroniYmlIsReadableForPostgresAlone) {
  PatroniConfiguration configuration;
  EXPECT_EQ(workload.write_patroni_configuration(configuration).error(),
            ports::WriteError::no_file);
  ASSERT_TRUE(pebble.write_files({{storage("patroni.yml"), "600", "postgres",
                                   "bootstrap: {dcs: {}}\npostgresql: {parameters: {a: b}}\n"}}));
  ASSERT_TRUE(workload.write_patroni_configuration(configuration));
  EXPECT_EQ(look_at(storage("patroni.yml")).permissions, "600");
  EXPECT_EQ(look_at(storage("patroni.yml")).user, "postgres");
}

TEST_F(LiveWorkload, PatroniIsToldToReload) {
  ASSERT_TRUE(workload.update_and_restart_service(monitoring));
  ASSERT_TRUE(workload.signal_reload());
  (void)pebble.execute({.words = {"sleep", "0.3"}});
  EXPECT_THAT(container.events(), ElementsAre("start", "reload"));
}

TEST_F(LiveWorkload, PatroniIsAskedToEndBeforeItIsStartedAgain) {
  ASSERT_TRUE(workload.update_and_restart_service(monitoring));
  ASSERT_TRUE(workload.restart_service());
  EXPECT_THAT(container.events(), ElementsAre("start", "stop", "start"));
}

TEST_F(LiveWorkload, APatroniThatEndsAtOnceIsAFailedChange) {
  container.let_patroni_fail();
  EXPECT_FALSE(workload.update_and_restart_service(monitoring));
  EXPECT_THAT(log.lines,
              ElementsAre(StartsWith("cannot start what Pebble's plan asks for: change ")));
}

TEST_F(LiveWorkload, WithoutAVersionNothingIsRendered) {
  ASSERT_TRUE(pebble.write_files({{"/meta.charmed-postgresql/snap.yaml", "644", "root", "x: y"}}));
  EXPECT_FALSE(workload.write_patroni_configuration({}));
  EXPECT_FALSE(workload.stop_database());
  EXPECT_THAT(log.lines,
              Contains("cannot tell the version of PostgreSQL by snap.yaml: it has no version"));
}

TEST_F(LiveWorkload, ARealDatabaseIsHeldAndStopped) {
  ASSERT_TRUE(workload.create_data_directory());
  const std::string bin = "/usr/lib/postgresql/14/bin/";
  const std::string data = storage("pgdata");
  const auto as_postgres = [&](std::vector<std::string> words) {
    const auto done = pebble.execute({.words = std::move(words), .user = "postgres"});
    return done ? done->exit_code : -1;
  };
  ASSERT_EQ(as_postgres({bin + "initdb", "--no-sync", "-D", data}), 0);
  EXPECT_TRUE(workload.holds_database().value());
  ASSERT_EQ(as_postgres({bin + "pg_ctl", "start", "-D", data, "-l", "/tmp/log", "-o",
                         "-c listen_addresses= -c unix_socket_directories=/tmp"}),
            0);
  ASSERT_EQ(as_postgres({bin + "pg_ctl", "status", "-D", data}), 0);
  EXPECT_TRUE(workload.stop_database());
  EXPECT_EQ(as_postgres({bin + "pg_ctl", "status", "-D", data}), 3);
  EXPECT_TRUE(workload.stop_database());
}

// Each failure is one line, and none of them holds a secret.
TEST_F(LiveWorkload, WhatCannotBeDoneIsALineEach) {
  container.kill();
  (void)workload.can_connect();
  (void)workload.update_and_restart_service(monitoring);
  (void)workload.push_tls_files(files());
  (void)workload.stop_database();
  EXPECT_THAT(log.lines, SizeIs(4));
  for (const std::string& line : log.lines) {
    EXPECT_THAT(line, StartsWith("cannot "));
    EXPECT_THAT(line, testing::Not(HasSubstr("known-password")));
  }
}

}  // namespace
}  // namespace charm::live
