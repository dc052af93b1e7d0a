#include "tests/live/patroni_rig.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "charm/live/process.h"
#include "charm/types/check.h"
#include "tests/support/places.h"

namespace charm::live::given {
namespace {

using namespace std::chrono_literals;

const std::string model = "testing";

class SilentLog final : public Log {
 public:
  void warn(std::string_view line) override { last = line; }
  std::string last;
};

std::string state_folder() {
  const char* state = std::getenv("RIG_STATE");
  return state == nullptr ? std::string() : std::string(state);
}

// One of the rig's scripts.
Ended rig(std::vector<std::string> words) {
  words.front().insert(0, tests::in_repository("tests/live/rig/"));
  return run({.arguments = std::move(words), .input = {}, .deadline = 300s});
}

void expect_rig(std::vector<std::string> words) {
  std::string what;
  for (const std::string& word : words) what.append(word).append(" ");
  const Ended ended = rig(std::move(words));
  EXPECT_TRUE(ended.well()) << what << ": " << to_text(ended) << '\n' << ended.errors;
}

std::string number(UnitName unit) { return std::to_string(unit.ordinal); }

// PostgreSQL, as Patroni starts it, waits until the moment that the file tells; whoever asks for
// its version or for another mode does not.
constexpr const char* delaying_postgres = R"SH(#!/bin/sh
if [ "$1" = -D ]; then
  while [ -e /tmp/not-before ] && [ "$(date +%s%N)" -lt "$(cat /tmp/not-before)" ]; do
    sleep 0.1
  done
fi
exec /usr/lib/postgresql/15/bin/postgres.real "$@"
)SH";

std::string find_lack() {
  if (state_folder().empty()) return "RIG_STATE names no folder for a rig";
  ::setenv("RIG_APP", "pg", 1);
  ::setenv("RIG_NAMESPACE", model.c_str(), 1);
  // Of a run that was interrupted.
  for (const char* step : {"down", "up"}) {
    const Ended ended = rig({"control-plane", step});
    const bool is_missing = ended.code == 2 || ended.code == 3;
    if (!ended.well() && is_missing) return ended.errors;
    EXPECT_TRUE(ended.well()) << to_text(ended) << '\n' << ended.errors;
  }
  return {};
}

}  // namespace

struct PatroniRig::Container {
  Container(const AppName& app, UnitName unit, const std::string& socket)
      : pebble(http, socket), workload(pebble, pems, log, {.app = app, .model = model}, unit) {}

  Http http;
  Pebble pebble;
  PemStore pems;
  SilentLog log;
  WorkloadAdapter workload;
};

const std::string& PatroniRig::lacks() {
  static const std::string lack = find_lack();
  return lack;
}

PatroniRig::PatroniRig(const PatroniConfiguration& file) {
  CHECK(lacks().empty());
  const Ended zero = rig({"pod", "address", "0"});
  network_ = zero.output.substr(0, zero.output.find_last_of('.') + 1);
  for (std::uint16_t ordinal = 0; ordinal < size; ++ordinal) {
    const std::string pod = app_.text + '-' + std::to_string(ordinal);
    containers_[ordinal] = std::make_unique<Container>(
        app_, UnitName{ordinal}, state_folder() + "/pods/" + pod + "/socket/pebble.socket");
    start_pod({ordinal});
    EXPECT_TRUE(containers_[ordinal]->workload.create_data_directory());
    label_pod({ordinal});
    write({ordinal}, file);
    start_patroni({ordinal});
  }
}

PatroniRig::~PatroniRig() { expect_rig({"control-plane", "down"}); }

std::string PatroniRig::address(HostName host) const {
  return network_ + std::to_string(10 + host.ordinal) + ":8008";
}

const std::string& PatroniRig::primary_address() {
  const Instant now{
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())
          .count()};
  if (api_stopped_ || (!primary_address_.empty() && now - looked_at_ < 300ms)) {
    return primary_address_;
  }
  looked_at_ = now;
  const auto pods =
      api_.get("/api/v1/namespaces/" + model + "/pods?labelSelector=cluster-name%3Dpatroni-" +
               app_.text + ",role%3Dprimary");
  primary_address_ = network_ + "1:8008";  // nobody listens there
  for (const auto& pod : pods.value("items", nlohmann::json::array())) {
    primary_address_ = pod["status"].value("podIP", "") + ":8008";
  }
  return primary_address_;
}

std::string PatroniRig::dynamic_configuration() {
  const auto object =
      api_.get("/api/v1/namespaces/" + model + "/endpoints/patroni-" + app_.text + "-config");
  return object.at("metadata").at("annotations").value("config", "{}");
}

void PatroniRig::write(UnitName unit, const PatroniConfiguration& file) {
  Container& container = *containers_[unit.ordinal];
  if (file.tls) {
    const Certificate own = authority_.issue("IP:" + network_ + std::to_string(10 + unit.ordinal));
    EXPECT_TRUE(
        container.workload.push_tls_files({.key = container.pems.keep(own.key),
                                           .certificate = container.pems.keep(own.certificate),
                                           .authority = container.pems.keep(authority_.pem())}))
        << container.log.last;
  }
  PatroniConfiguration written = file;
  written.own_host = host_of(unit);
  EXPECT_TRUE(container.workload.write_patroni_configuration(written)) << container.log.last;
}

void PatroniRig::reload(UnitName unit) {
  Container& container = *containers_[unit.ordinal];
  EXPECT_TRUE(container.workload.signal_reload()) << container.log.last;
}

void PatroniRig::start_pod(UnitName unit) {
  if (has_pod(unit)) return;
  expect_rig({"pod", "up", number(unit)});
  pods_.insert(unit.ordinal);
  prepare(unit);
}

void PatroniRig::prepare(UnitName unit) {
  Container& container = *containers_[unit.ordinal];
  const std::string postgres = "/usr/lib/postgresql/15/bin/postgres";
  run_in(unit, "mv " + postgres + " " + postgres + ".real");
  const auto program = [](const std::string& path, const char* text) {
    return FileToWrite{.path = path, .permissions = "755", .owner = "root", .contents = text};
  };
  EXPECT_TRUE(container.pebble.write_files(
      {program(postgres, delaying_postgres),
       // What it does takes long, and is tried with the workload's port.
       program("/usr/sbin/update-ca-certificates", "#!/bin/sh\n")}));
}

void PatroniRig::label_pod(UnitName unit) { expect_rig({"pod", "admit", number(unit)}); }

void PatroniRig::start_patroni(UnitName unit) {
  Container& container = *containers_[unit.ordinal];
  EXPECT_TRUE(container.workload.update_and_restart_service({})) << container.log.last;
}

void PatroniRig::delete_pod(UnitName unit) {
  expect_rig({"pod", "delete", number(unit)});
  pods_.erase(unit.ordinal);
}

void PatroniRig::lose_pod(UnitName unit) {
  expect_rig({"pod", "kill", number(unit)});
  pods_.erase(unit.ordinal);
}

void PatroniRig::stop_api() {
  (void)primary_address();
  api_stopped_ = true;
  pid_t pid = 0;
  std::ifstream(state_folder() + "/control-plane/kube-apiserver.pid") >> pid;
  ASSERT_GT(pid, 1);
  EXPECT_EQ(::kill(pid, SIGKILL), 0);
}

void PatroniRig::start_api() {
  if (api_stopped_) expect_rig({"control-plane", "up"});
  api_stopped_ = false;
}

void PatroniRig::run_in(UnitName unit, const std::string& shell_command) {
  expect_rig({"pod", "exec", number(unit), "sh", "-ec", shell_command});
}

void PatroniRig::signal_patroni(UnitName unit, const std::string& signal) {
  run_in(unit, "kill -s " + signal + " $(pgrep -of '[-]m patroni /var')");
}

void PatroniRig::kill_postmaster(UnitName unit) {
  run_in(unit, "kill -s KILL $(head -n 1 /var/lib/postgresql/data/pgdata/postmaster.pid)");
}

void PatroniRig::delay_starts(UnitName unit, Duration time) {
  const std::string more = std::to_string(time / 1us * 1000);
  run_in(unit, "echo $(($(date +%s%N) + " + more + ")) >/tmp/not-before");
}

bool PatroniRig::is_pg_hba_taken(UnitName unit) {
  const auto taken = containers_[unit.ordinal]->workload.is_pg_hba_taken();
  EXPECT_TRUE(taken.has_value());
  return taken.value_or(false);
}

std::uint64_t PatroniRig::postmaster(UnitName unit) const {
  std::ifstream file(state_folder() + "/pods/" + app_.text + '-' + number(unit) +
                     "/volume/pgdata/postmaster.pid");
  std::uint64_t pid = 0;
  std::string folder;
  std::uint64_t began = 0;
  file >> pid >> folder >> began;
  return began * 100'000 + pid;
}

}  // namespace charm::live::given
