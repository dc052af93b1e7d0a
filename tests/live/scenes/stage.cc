#include "tests/live/scenes/stage.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "charm/live/http.h"
#include "charm/live/process.h"
#include "charm/postgresql_k8s.h"
#include "charm/types/check.h"
#include "tests/live/agent/orders.h"
#include "tests/live/api_server.h"
#include "tests/live/scenes/ending.h"

namespace scenes {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using charm::UnitName;
using nlohmann::json;

const charm::AppName app{"postgresql-k8s"};
const std::string model_name = "testing";

std::string state() {
  const char* folder = std::getenv("RIG_STATE");
  return folder == nullptr ? std::string() : std::string(folder);
}

charm::live::Ended control_plane(const std::string& what) {
  return charm::live::run(
      {.arguments = {CHARM_SOURCE_DIR "/tests/live/rig/control-plane", what},
       .input = {},
       .deadline = 120s});
}

// The file that an operator would deploy.
void unpack_charm(const std::string& folder) {
  const auto ended = charm::live::run(
      {.arguments = {"python3", "-c",
                     "import sys; sys.path.insert(0, sys.argv[1]); from unpacked import unpack; "
                     "unpack(sys.argv[2], sys.argv[3])",
                     CHARM_SOURCE_DIR "/tests/package/charm_file", CHARM_FILE, folder},
       .input = {},
       .deadline = 60s});
  CHECK(ended.well());
}

std::string socket_of(UnitName unit) {
  return state() + "/pods/" + app.text + '-' + std::to_string(unit.ordinal) +
         "/socket/pebble.socket";
}

std::optional<std::string> boot_id(UnitName unit) {
  charm::live::Http http;
  const auto answer = http.ask({.url = "http://localhost/v1/system-info",
                                .headers = {},
                                .body = {},
                                .unix_socket = socket_of(unit),
                                .timeout = 1s});
  if (!answer) return std::nullopt;
  const json info = json::parse(answer->body, nullptr, false);
  const json::json_pointer place("/result/boot-id");
  if (info.is_discarded() || !info.contains(place)) return std::nullopt;
  return info[place].get<std::string>();
}

std::int64_t milliseconds(charm::Instant at) { return at.micros / 1000; }

}  // namespace

std::string Stage::lacks() {
  if (state().empty()) return "RIG_STATE names no folder for a rig";
  ::setenv("RIG_APP", app.text.c_str(), 1);
  ::setenv("RIG_NAMESPACE", model_name.c_str(), 1);
  const auto down = control_plane("down");  // of a run that was interrupted
  if (!down.well()) return down.errors;
  fs::create_directories(state());
  const auto up = control_plane("up");
  return up.well() ? std::string() : to_text(up) + ": " + up.errors;
}

Stage::Stage(std::uint16_t units, std::uint16_t most_units) : folder_(state() + "/agents") {
  for (const char* one : {"/tools", "/tmp"}) fs::create_directories(folder_ + one);
  fs::create_directories(state() + "/pods");
  fs::permissions(folder_, fs::perms::owner_all);
  for (const std::string& name : agent::tool_names()) {
    fs::create_symlink(CHARM_BINARY_DIR "/tests/hook_tool", folder_ + "/tools/" + name);
  }
  unpack_charm(folder_ + "/charm");
  ::setenv("RIG_SHARED", folder_.c_str(), 1);
  juju_ = std::make_unique<agent::ModelJuju>(charm::postgresql_k8s(), deployment(units, most_units));
  dispatcher_ = std::make_unique<agent::Dispatcher>(*juju_, setting());
  routes_ = std::make_unique<Routes>(state(), model_name);
}

Stage::~Stage() {
  routes_.reset();
  dispatcher_.reset();
  const auto ended = control_plane("down");
  if (!ended.well()) trouble_ += to_text(ended) + ": " + ended.errors;
}

agent::Deployment Stage::deployment(std::uint16_t units, std::uint16_t most_units) {
  agent::Deployment what{.app = app, .configurations = {}, .clients = {}, .boot_id = {}, .tell = {}};
  what.model = model_name;
  what.units = units;
  what.most_units = most_units;
  what.configurations = {agent::configuration(json::object())};
  what.boot_id = boot_id;
  what.tell = [this](const model::Fact& fact) { follow(fact); };
  what.update_status_interval = update_status_interval;
  what.holds_pods = true;
  return what;
}

agent::Dispatcher::Setting Stage::setting() {
  agent::Dispatcher::Setting what{.charm_folder = folder_ + "/charm",
                                  .tools = folder_ + "/tools",
                                  .socket = folder_ + "/socket",
                                  .log = folder_ + "/log",
                                  .path = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                  .wrap = {},
                                  .variables = {},
                                  .skips_waits = false,
                                  .descriptor = -1,
                                  .readable = {},
                                  .started = {},
                                  .ended = {},
                                  .logged = {}};
  std::ifstream server_file(state() + "/control-plane/server");
  std::string server;  // https://10.199.0.1:6443
  std::getline(server_file, server);
  const auto host = server.find("//") + 2;
  const auto port = server.rfind(':') + 1;
  const char* home = std::getenv("HOME");
  // A tool's files are read by the agent, which is in the same container as the charm.
  what.variables = {{"TMPDIR", folder_ + "/tmp"},
                    {"HOME", home == nullptr ? "/root" : home},
                    {"KUBERNETES_SERVICE_HOST", server.substr(host, port - 1 - host)},
                    {"KUBERNETES_SERVICE_PORT", server.substr(port)},
                    {"RIG_STATE", state()},
                    {"RIG_APP", app.text},
                    {"RIG_NAMESPACE", model_name}};
  what.wrap = [](UnitName unit) {
    return std::vector<std::string>{CHARM_SOURCE_DIR "/tests/live/rig/pod", "charm",
                                    std::to_string(unit.ordinal)};
  };
  what.started = [this](UnitName unit) { note_start(unit); };
  what.ended = [this](const agent::EndedHook& hook) { note_end(hook); };
  what.logged = [this](std::string_view line) { note_line(line); };
  return what;
}

// What Juju and the StatefulSet's controller ask of kubelet.
void Stage::follow(const model::Fact& fact) {
  using model::FactKind;
  switch (fact.kind) {
    case FactKind::pod_started: return pods_.ask(*fact.unit, "up");
    case FactKind::pod_terminating:
      pods_.ask(*fact.unit, "stop");
      return pods_.ask(*fact.unit, "down");
    case FactKind::pod_stopped: return pods_.ask(*fact.unit, "delete");
    default: return;
  }
}

void Stage::look_after_pods() {
  for (const Pods::Done& done : pods_.done()) {
    if (!done.failure.empty()) {
      trouble_ += "pod " + done.command + ' ' + std::to_string(done.unit.ordinal) + ": " +
                  done.failure + '\n';
    }
    if (done.command == "down") juju_->workload_ended(done.unit);
  }
}

void Stage::note_start(UnitName unit) {
  record_[unit].push_back({.name = name_of(juju_->charm(), juju_->hook(unit)->event),
                           .handlers = {},
                           .end = {},
                           .began_ms = milliseconds(juju_->now()),
                           .ended_ms = 0});
}

void Stage::note_end(const agent::EndedHook& hook) {
  RunHook& noted = record_.at(hook.unit).back();
  noted.ended_ms = milliseconds(juju_->now());
  switch (hook.end) {
    case agent::HookEnd::well: noted.end = hook.committed ? "ok" : "refused"; return;
    case agent::HookEnd::failed: noted.end = "failed"; return;
    case agent::HookEnd::killed: noted.end = "killed"; return;
  }
}

void Stage::note_line(std::string_view line) {
  const auto blank = line.find(' ');
  if (blank == line.npos) return;
  const auto unit = charm::parse_unit_name(app, line.substr(0, blank));
  if (!unit || !record_.contains(*unit)) return;
  std::string handler = handler_in(line.substr(blank + 1));
  if (!handler.empty()) record_.at(*unit).back().handlers.push_back(std::move(handler));
}

Live Stage::live() {
  Live live{.record = record_, .ending = juju_ending(juju_->world(), juju_->texts())};
  charm::live::given::ApiServer api;
  const json pods = api.get("/api/v1/namespaces/" + model_name + "/pods");
  std::map<UnitName, std::string> told;
  for (const json& pod : pods.value("items", json::array())) {
    const std::string name = pod["metadata"]["name"];
    const UnitName unit{static_cast<std::uint16_t>(std::stoul(name.substr(name.rfind('-') + 1)))};
    const json all = pod["metadata"].value("labels", json::object());
    const bool is_member = all.value("application", "") == "patroni" &&
                           all.value("cluster-name", "") == "patroni-" + app.text;
    told[unit] = labels(unit, is_member, all.value("role", ""));
  }
  for (const auto& [unit, line] : told) live.ending.push_back(line);
  return live;
}

bool Stage::run_until(const std::function<bool()>& reached, charm::Duration longest) {
  return dispatcher_->run_until(
      [&] {
        look_after_pods();
        return reached();
      },
      longest);
}

bool Stage::is_settled() {
  const auto units = juju_->world().existing();
  if (units.empty()) return false;
  for (const UnitName unit : units) {
    const model::UnitState& state = juju_->unit(unit);
    if (state.record.life != model::Life::alive || juju_->hook(unit) != nullptr) return false;
    if (state.status != charm::StatusKind::active) return false;
    if (!juju_->world().notices(unit).empty()) return false;
  }
  return true;
}

}  // namespace scenes
