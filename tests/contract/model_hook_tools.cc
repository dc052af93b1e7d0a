// The unit agent's tools, over the model.
#include <poll.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "charm/options/option.h"
#include "charm/postgresql_k8s.h"
#include "charm/types/check.h"
#include "tests/contract/hook_tools_bench.h"
#include "tests/live/agent/hook_context.h"
#include "tests/live/agent/server.h"
#include "tests/live/agent/tools.h"
#include "tests/live/folder.h"
#include "tests/support/places.h"

namespace charm::contract {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

agent::Deployment deployment() {
  agent::Deployment what{
      .app = {"pg"}, .units = 3, .most_units = 4, .configurations = {}, .clients = {}};
  for (const char* profile : {"production", "testing"}) {
    what.configurations.push_back({{"profile", profile}, {"plugin_citext_enable", false}});
    what.configurations.back()["memory_shared_buffers"] = nullptr;
  }
  what.clients.push_back({.name = "web", .asks = web_request()});
  return what;
}

class ModelHookTools final : public HookToolsBench {
 public:
  ModelHookTools() : path_before_(std::getenv("PATH")) {
    fs::create_directory(bin());
    for (const std::string& name : agent::tool_names()) {
      fs::create_symlink(tests::in_build("tests/hook_tool"), bin() + '/' + name);
    }
    juju_.integrate(0);
    run_for(200s);  // all have come, and the client has asked
    run_until([this] { return !is_anything_due(); });
    CHECK(model::juju::is_leader(juju_.world(), {0}));
    thread_ = std::thread([this] { serve(); });
  }
  ~ModelHookTools() override {
    stopped_ = true;
    thread_.join();
    ::setenv("PATH", path_before_.c_str(), 1);
  }

  void begin(UnitName unit, const Event& event) override {
    const std::lock_guard lock(mutex_);
    if (event.kind == EventKind::update_status) {
      model::juju::on_update_status_timer(juju_.step(), unit);
    }
    run_until([&] { return runs(unit, event); });
    enter(unit);
  }
  void begin_action(UnitName unit, std::string_view action,
                    const nlohmann::json& parameters) override {
    const std::lock_guard lock(mutex_);
    CHECK(juju_.run_action(unit, action, parameters.dump()));
    run_until([&] {
      const auto* hook = juju_.hook(unit);
      return hook != nullptr && model::juju::is_action(hook->event);
    });
    enter(unit);
  }
  void switch_to(UnitName unit) override {
    const std::lock_guard lock(mutex_);
    set_variables(unit);
  }
  bool end_well(UnitName unit) override { return end(unit, agent::HookEnd::well); }
  void end_badly(UnitName unit) override { end(unit, agent::HookEnd::failed); }
  Action last_action() override {
    const std::lock_guard lock(mutex_);
    const auto& last = juju_.ended_actions().back();
    return {.well = last.well, .failure = last.failure, .results = last.results};
  }

  void give_leadership_to(UnitName unit) override {
    const std::lock_guard lock(mutex_);
    juju_.take_lease_from_holder(unit);
    run_until([&] { return model::juju::is_leader(juju_.world(), unit); });
  }
  void set_profile(std::string_view profile) override {
    const std::lock_guard lock(mutex_);
    juju_.set_configuration(profile == "production" ? 0 : 1);
  }
  void remove_a_unit() override {
    const std::lock_guard lock(mutex_);
    juju_.scale(2);
    run_until([this] { return juju_.unit({2}).record.life != model::Life::alive; });
  }
  void remove_relation() override {
    const std::lock_guard lock(mutex_);
    juju_.remove_relation(0);
  }

 private:
  [[nodiscard]] std::string bin() const { return folder_.path() + "/bin"; }

  [[nodiscard]] bool runs(UnitName unit, const Event& event) {
    const auto* hook = juju_.hook(unit);
    return hook != nullptr && hook->event == event;
  }
  // Other hooks run at once, and do nothing, but for those that the case has begun.
  void run_once(Instant until, const std::function<bool()>& reached) {
    const auto begun = juju_.go_on(until);
    if (begun && !reached()) juju_.end_hook(*begun, agent::HookEnd::well);
  }
  void run_for(Duration time) {
    const Instant end = juju_.now() + time;
    while (juju_.now() < end) run_once(end, [] { return false; });
  }
  void run_until(const std::function<bool()>& reached) {
    const Instant end = juju_.now() + 2h;
    while (!reached()) {
      CHECK(juju_.now() < end);
      run_once(end, reached);
    }
  }
  // But for what comes at its time: update-status, renewals.
  bool is_anything_due() {
    for (const UnitName unit : juju_.world().existing()) {
      if (juju_.world().is_armed(model::timer_id(unit, model::UnitTimer::agent))) return true;
    }
    return false;
  }

  void enter(UnitName unit) {
    contexts_[agent::context_id(juju_, unit)] = unit;
    set_variables(unit);
  }
  void set_variables(UnitName unit) {
    std::string context;
    for (const auto& [id, of] : contexts_) {
      if (of == unit) context = id;
    }
    const auto variables = agent::hook_variables(
        juju_, unit, context, {.socket = server_.path(), .tools = bin(), .charm_folder = "/"},
        path_before_);
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  }
  bool end(UnitName unit, agent::HookEnd how) {
    const std::lock_guard lock(mutex_);
    std::erase_if(contexts_, [unit](const auto& context) { return context.second == unit; });
    return juju_.end_hook(unit, how);
  }

  agent::ToolAnswer answer(const agent::ToolCall& call) {
    const std::lock_guard lock(mutex_);
    const auto context = contexts_.find(call.context);
    if (context == contexts_.end()) {
      return {.code = 1, .output = {}, .errors = "ERROR bad request: no such context\n"};
    }
    return tools_.run(context->second, call);
  }
  void serve() {
    while (!stopped_) {
      pollfd waiting{.fd = server_.descriptor(), .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 20) > 0) server_.answer_one();
    }
  }

  live::given::Folder folder_;
  std::string path_before_;
  agent::ModelJuju juju_{postgresql_k8s(), deployment()};
  agent::Tools tools_{juju_, [](std::string_view) {}};
  std::map<std::string, UnitName> contexts_;
  std::mutex mutex_;
  std::atomic<bool> stopped_ = false;
  agent::Server server_{folder_.path() + "/agent.socket",
                        [this](const agent::ToolCall& call) { return answer(call); }};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<HookToolsBench> model_hook_tools() { return std::make_unique<ModelHookTools>(); }

}  // namespace charm::contract
