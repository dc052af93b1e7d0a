#include "tests/live/scenes/stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "charm/live/http.h"
#include "charm/live/process.h"
#include "charm/postgresql_k8s.h"
#include "charm/types/check.h"
#include "model/kubernetes.h"
#include "tests/live/agent/orders.h"
#include "tests/live/api_server.h"
#include "tests/live/scenes/ending.h"
#include "tests/support/places.h"

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
      {.arguments = {tests::in_repository("tests/live/rig/control-plane"), what},
       .input = {},
       .deadline = 120s});
}

// The file that an operator would deploy.
void unpack_charm(const std::string& folder) {
  const auto ended = charm::live::run(
      {.arguments = {"python3", "-c",
                     "import sys; sys.path.insert(0, sys.argv[1]); from unpacked import unpack; "
                     "unpack(sys.argv[2], sys.argv[3])",
                     tests::in_repository("tests/package/charm_file"), CHARM_FILE, folder},
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

}  // namespace

std::string Stage::lacks() {
  if (state().empty()) return "RIG_STATE names no folder for a rig";
  ::setenv("RIG_APP", app.text.c_str(), 1);
  ::setenv("RIG_NAMESPACE", model_name.c_str(), 1);
  for (const char* step : {"down", "up"}) {  // down: of a run that was interrupted
    const auto ended = control_plane(step);
    // Not built yet, or not by root. All else is no reason to play nothing.
    if (ended.code == 2 || ended.code == 3) return ended.errors;
    if (ended.well()) continue;
    ADD_FAILURE() << "control-plane " << step << ": " << to_text(ended) << '\n' << ended.errors;
    (void)control_plane("down");  // nothing is left of what has started
    break;
  }
  return {};
}

Stage::Stage(std::uint16_t units, std::uint16_t most_units, charm::Duration interval)
    : folder_(state() + "/agents") {
  for (const char* one : {"/tools", "/tmp"}) fs::create_directories(folder_ + one);
  fs::create_directories(state() + "/pods");
  fs::permissions(folder_, fs::perms::owner_all);
  for (const std::string& name : agent::tool_names()) {
    fs::create_symlink(tests::in_build("tests/hook_tool"), folder_ + "/tools/" + name);
  }
  unpack_charm(folder_ + "/charm");
  ::setenv("RIG_SHARED", folder_.c_str(), 1);
  juju_ = std::make_unique<agent::ModelJuju>(charm::postgresql_k8s(),
                                             deployment(units, most_units, interval));
  dispatcher_ = std::make_unique<agent::Dispatcher>(*juju_, setting());
  routes_ = std::make_unique<Routes>(state(), model_name);
}

Stage::~Stage() {
  routes_.reset();
  dispatcher_.reset();
  const auto ended = control_plane("down");
  if (!ended.well()) trouble_ += to_text(ended) + ": " + ended.errors;
}

agent::Deployment Stage::deployment(std::uint16_t units, std::uint16_t most_units,
                                    charm::Duration interval) {
  agent::Deployment what{
      .app = app, .configurations = {}, .clients = {}, .boot_id = {}, .tell = {}};
  what.model = model_name;
  what.units = units;
  what.most_units = most_units;
  what.configurations = {agent::configuration(json::object())};
  what.boot_id = boot_id;
  what.tell = [this](const model::Fact& fact) { follow(fact); };
  what.update_status_interval = interval;
  what.holds_pods = true;
  return what;
}

agent::Dispatcher::Setting Stage::setting() {
  agent::Dispatcher::Setting what{.charm_folder = folder_ + "/charm",
                                  .tools = folder_ + "/tools",
                                  .socket = folder_ + "/socket",
                                  .log = folder_ + "/log",
                                  .path = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                  .skips_waits = false};
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
    return std::vector<std::string>{tests::in_repository("tests/live/rig/pod"), "charm",
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
  if (fact.unit && juju_ != nullptr) {
    seen_.push_back({.unit = *fact.unit,
                     .at_us = juju_->now().micros,
                     .what = std::string(sim::to_text(fact.kind))});
  }
  switch (fact.kind) {
    case FactKind::pod_started: return pods_.ask(*fact.unit, "up");
    case FactKind::pod_terminating:
      pods_.ask(*fact.unit, "stop");
      return pods_.ask(*fact.unit, "down");
    case FactKind::pod_stopped:
      return pods_.ask(*fact.unit, fact.unit == lost_ ? "kill" : "delete");
    default: return;
  }
}

// The agents' time stands still while nobody lets it go on; what was seen meanwhile is of then.
void Stage::note_seen() {
  const auto now = std::chrono::steady_clock::now();
  for (Routes::Seen& seen : routes_->seen()) {
    const auto ago = std::chrono::duration_cast<charm::Duration>(now - seen.at);
    seen_.push_back({.unit = seen.unit,
                     .at_us = std::max<std::int64_t>(0, juju_->now().micros - ago.count()),
                     .what = std::move(seen.what)});
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
  if (switchover_.valid() && switchover_.wait_for(0s) == std::future_status::ready) {
    trouble_ += switchover_.get();
  }
}

void Stage::note_start(UnitName unit) {
  record_[unit].push_back({.name = name_of(juju_->charm(), juju_->hook(unit)->event),
                           .handlers = {},
                           .end = {},
                           .began_us = juju_->now().micros,
                           .ended_us = 0,
                           .handled_us = {}});
}

void Stage::note_end(const agent::EndedHook& hook) {
  RunHook& noted = record_.at(hook.unit).back();
  noted.ended_us = juju_->now().micros;
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
  if (handler.empty()) return;
  RunHook& hook = record_.at(*unit).back();
  hook.handlers.push_back(std::move(handler));
  hook.handled_us.push_back(juju_->now().micros);
}

std::map<UnitName, std::string> Stage::roles() {
  charm::live::given::ApiServer api;
  std::map<UnitName, std::string> told;
  const json pods = api.get("/api/v1/namespaces/" + model_name + "/pods");
  for (const json& pod : pods.value("items", json::array())) {
    const std::string name = pod["metadata"]["name"];
    const json all = pod["metadata"].value("labels", json::object());
    const bool is_member = all.value("application", "") == "patroni" &&
                           all.value("cluster-name", "") == "patroni-" + app.text;
    const UnitName unit{static_cast<std::uint16_t>(std::stoul(name.substr(name.rfind('-') + 1)))};
    told[unit] = is_member ? all.value("role", "") : "";
  }
  return told;
}

Live Stage::live() {
  Live live{.record = record_,
            .ending = juju_ending(juju_->world(), juju_->texts()),
            .deeds_us = deeds_us_,
            .ended_us = juju_->now().micros,
            .seen = seen_};
  for (const auto& [unit, role] : roles()) {
    live.ending.push_back(labels(unit, !role.empty(), role));
  }
  return live;
}

std::vector<std::string> Stage::passwords() {
  std::vector<std::string> all;
  const auto bag = dispatcher_->tools().texts().secret(
      UnitName{0}, {.kind = agent::SecretName::Kind::application, .client = 0},
      model::juju::SecretRead::refresh, agent::StoredTexts::Own::without);
  for (const auto& [key, value] : bag) {
    if (key.ends_with("-password")) all.push_back(value);
  }
  return all;
}

std::string Stage::password(const std::string& user) {
  const auto bag = dispatcher_->tools().texts().secret(
      UnitName{0}, {.kind = agent::SecretName::Kind::application, .client = 0},
      model::juju::SecretRead::refresh, agent::StoredTexts::Own::without);
  return bag.at(user + "-password");
}

void Stage::lose_pod(UnitName unit) {
  lost_ = unit;
  juju_->kill_pod(unit, model::kubernetes::Return::late);
  lost_ = {};
}

void Stage::bring_pod_back(UnitName unit, charm::Duration after) {
  model::kubernetes::schedule_pod(juju_->step(), unit, model::exactly(after));
}

bool Stage::run_until(const std::function<bool()>& reached, charm::Duration longest) {
  return dispatcher_->run_until(
      [&] {
        look_after_pods();
        note_seen();
        return reached();
      },
      longest);
}

bool Stage::is_settled() {
  const auto units = juju_->world().existing();
  if (units.empty() || units.size() != juju_->world().shared().application.scale) return false;
  for (const UnitName unit : units) {
    const model::UnitState& state = juju_->unit(unit);
    if (state.record.life != model::Life::alive || juju_->hook(unit) != nullptr) return false;
    if (state.status != charm::StatusKind::active) return false;
    if (!juju_->world().notices(unit).empty()) return false;
  }
  // Of the API server it is asked now and then.
  if (juju_->now() - looked_at_ < 1s) return had_roles_;
  looked_at_ = juju_->now();
  const auto told = roles();
  const auto is = [](std::string_view role) {
    return [role](const auto& one) { return one.second == role; };
  };
  had_roles_ = told.size() == units.size() && std::ranges::count_if(told, is("primary")) == 1 &&
               std::ranges::none_of(told, is(""));
  return had_roles_;
}

// As Patroni has written it down: only such a one is a candidate for a switchover.
bool Stage::is_synchronous(UnitName unit) {
  if (juju_->now() - looked_at_ < 1s) return false;
  looked_at_ = juju_->now();
  charm::live::given::ApiServer api;
  const json object =
      api.get("/api/v1/namespaces/" + model_name + "/endpoints/patroni-" + app.text + "-sync");
  const std::string listed =
      object["metadata"].value("annotations", json::object()).value("sync_standby", "");
  return (',' + listed + ',').find(',' + app.text + '-' + std::to_string(unit.ordinal) + ',') !=
         listed.npos;
}

void Stage::settle(std::string& failure) {
  had_roles_ = false;
  if (run_until([this] { return is_settled(); }, 8min)) return;
  failure = "it does not settle after " + std::to_string(deeds_us_.size()) + " steps";
}

std::string Stage::play(const sim::Scenario& scenario) {
  std::string failure;
  settle(failure);
  for (const sim::StoryStep& step : scenario.story) {
    if (!failure.empty()) break;
    run_until([] { return false; }, 5s);
    if (const auto* switches = std::get_if<sim::Switchover>(&step.deed)) {
      const UnitName to = unit_of(*switches->to);
      if (!run_until([&] { return is_synchronous(to); }, 2min)) return "no standby to switch to";
    }
    deeds_us_.push_back(juju_->now().micros);
    perform(step.deed);
    // What it brings about begins.
    run_until([] { return false; },
              std::holds_alternative<sim::MoveLeadership>(step.deed) ? 70s : 30s);
    settle(failure);
  }
  return failure;
}

UnitName Stage::unit_of(const sim::Target& target) {
  if (const auto* unit = std::get_if<UnitName>(&target)) return *unit;
  CHECK(std::get<sim::Role>(target) == sim::Role::primary);
  for (const auto& [unit, role] : roles()) {
    if (role == "primary") return unit;
  }
  CHECK(false);
  return {};
}

void Stage::perform(const sim::Deed& deed) {
  const std::uint32_t scale = juju_->world().shared().application.scale;
  if (const auto* kill = std::get_if<sim::KillPod>(&deed)) {
    juju_->kill_pod(unit_of(kill->target));
  } else if (const auto* move = std::get_if<sim::MoveLeadership>(&deed)) {
    juju_->take_lease_from_holder(*move->to);
  } else if (const auto* switches = std::get_if<sim::Switchover>(&deed)) {
    switch_over(unit_of(*switches->to));
  } else {
    CHECK(sim::scale_after(deed, scale) != scale);
    juju_->scale(static_cast<std::uint16_t>(sim::scale_after(deed, scale)));
  }
}

// As an operator would; the agents go on while Patroni hands over.
void Stage::switch_over(UnitName to) {
  const UnitName from = unit_of(sim::Role::primary);
  const auto member = [](UnitName unit) { return app.text + '-' + std::to_string(unit.ordinal); };
  const auto address = charm::live::run({.arguments = {tests::in_repository("tests/live/rig/pod"),
                                                       "address", std::to_string(from.ordinal)},
                                         .input = {},
                                         .deadline = 10s});
  charm::live::HttpRequest request{
      .method = "POST",
      .url = "http://" + address.output.substr(0, address.output.find('\n')) + ":8008/switchover",
      .headers = {"Content-Type: application/json"},
      .body = json({{"leader", member(from)}, {"candidate", member(to)}}).dump(),
      .user = "patroni",
      .password = password("patroni"),
      .unix_socket = {},
      .timeout = 60s};
  switchover_ = std::async(std::launch::async, [asked = std::move(request)] {
    const auto answer = charm::live::Http().ask(asked);
    if (answer && answer->status == 200) return std::string();
    return "switchover: " + (answer ? answer->body : answer.error().text) + '\n';
  });
}

}  // namespace scenes
