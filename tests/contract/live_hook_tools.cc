// Juju's own hook tools, in its own hook context: tests/live/juju/, a program of its own.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "charm/postgresql_k8s.h"
#include "charm/runtime/definition.h"
#include "charm/types/check.h"
#include "tests/contract/hook_tools_bench.h"
#include "tests/live/agent/tools.h"
#include "tests/live/folder.h"
#include "tests/support/places.h"

namespace charm::contract {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string built = tests::in_build("live/juju");

// The program, by its standard input and output.
class JujuTools {
 public:
  explicit JujuTools(const std::string& socket) {
    int asked[2];
    int said[2];
    CHECK(::pipe(asked) == 0);
    CHECK(::pipe(said) == 0);
    pid_ = ::fork();
    CHECK(pid_ >= 0);
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(asked[0], STDIN_FILENO);
      ::dup2(said[1], STDOUT_FILENO);
      for (const int descriptor : {asked[0], asked[1], said[0], said[1]}) ::close(descriptor);
      const std::string program = built + "/juju_tools";
      ::execl(program.c_str(), program.c_str(), socket.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(asked[0]);
    ::close(said[1]);
    ::fcntl(asked[1], F_SETFD, FD_CLOEXEC);
    ::fcntl(said[0], F_SETFD, FD_CLOEXEC);
    requests_ = ::fdopen(asked[1], "w");
    answers_ = ::fdopen(said[0], "r");
  }
  JujuTools(const JujuTools&) = delete;
  JujuTools& operator=(const JujuTools&) = delete;
  ~JujuTools() {
    std::fclose(requests_);  // it ends then
    std::fclose(answers_);
    ::waitpid(pid_, nullptr, 0);
  }

  json ask(const json& request) {
    std::fprintf(requests_, "%s\n", request.dump().c_str());
    std::fflush(requests_);
    std::string line;
    for (int c = std::fgetc(answers_); c != '\n'; c = std::fgetc(answers_)) {
      CHECK(c != EOF);
      line += static_cast<char>(c);
    }
    return json::parse(line);
  }

 private:
  pid_t pid_ = -1;
  std::FILE* requests_ = nullptr;
  std::FILE* answers_ = nullptr;
};

json relation(int id, const char* endpoint, const char* other,
              std::initializer_list<const char*> units) {
  json one{{"id", id},
           {"endpoint", endpoint},
           {"other", other},
           {"units", json::object()},
           {"apps", json::object()}};
  for (const char* unit : units) one["units"][unit] = json::object();
  return one;
}

json world() {
  json with_client = relation(3, "database", "web", {"pg/0", "pg/1", "pg/2", "web/0"});
  with_client["apps"]["web"] = web_request();
  return {{"app", "pg"},
          {"model", "testing"},
          {"units", {"pg/0", "pg/1", "pg/2"}},
          {"config",
           {{"profile", "production"},
            {"plugin_citext_enable", false},
            {"memory_shared_buffers", nullptr}}},
          {"addresses", {{"pg/0", "10.1.1.10"}, {"pg/1", "10.1.1.11"}, {"pg/2", "10.1.1.12"}}},
          {"relations",
           {relation(0, "database-peers", "pg", {"pg/0", "pg/1", "pg/2"}),
            relation(1, "restart", "pg", {"pg/0", "pg/1", "pg/2"}),
            relation(2, "upgrade", "pg", {"pg/0", "pg/1", "pg/2"}), with_client}}};
}

class LiveHookTools final : public HookToolsBench {
 public:
  LiveHookTools() : path_before_(std::getenv("PATH")) {
    fs::create_directory(bin());
    for (const std::string& name : agent::tool_names()) {
      fs::create_symlink(built + "/jujuc", bin() + '/' + name);
    }
    ::setenv("PATH", (bin() + ':' + path_before_).c_str(), 1);
    ::setenv("JUJU_AGENT_SOCKET_NETWORK", "unix", 1);
    ::setenv("JUJU_AGENT_SOCKET_ADDRESS", socket().c_str(), 1);
    must({{"do", "deploy"}, {"world", world()}});
  }
  ~LiveHookTools() override { ::setenv("PATH", path_before_.c_str(), 1); }

  void begin(UnitName unit, const Event& event) override {
    json request{{"do", "begin"}, {"unit", name_of(unit)}, {"relation", -1}};
    request["kind"] = to_text(event.kind);
    if (subject_of(event.kind) == Subject::relation) {
      const bool of_peers = event.subject < postgresql_k8s().peer_relations();
      const std::string other = of_peers ? "pg" : "web";
      request["relation"] = of_peers ? event.subject : event.relation.number;
      request["remote_app"] = other;
      if (event.remote_unit) {
        request["remote_unit"] = other + '/' + std::to_string(event.remote_unit.ordinal);
      }
      if (event.departing_unit) request["departing"] = name_of(*event.departing_unit);
    }
    enter(unit, must(request));
  }
  void begin_action(UnitName unit, std::string_view action, const json& parameters) override {
    enter(unit, must({{"do", "begin action"},
                      {"unit", name_of(unit)},
                      {"action", action},
                      {"parameters", parameters}}));
  }
  void switch_to(UnitName unit) override {
    ::setenv("JUJU_CONTEXT_ID", contexts_.at(unit).c_str(), 1);
  }
  bool end_well(UnitName unit) override {
    return !ask({{"do", "end"}, {"unit", name_of(unit)}, {"well", true}}).contains("error");
  }
  void end_badly(UnitName unit) override {
    ask({{"do", "end"}, {"unit", name_of(unit)}, {"well", false}});
  }
  Action last_action() override {
    const json ended = must({{"do", "ended action"}, {"unit", "pg/0"}})["ended"];
    Action action{.well = ended["status"] == "completed",
                  .failure = ended.value("message", ""),
                  .results = {}};
    const json results = ended.value("results", json::object());
    for (const auto& [key, value] : results.items()) {
      action.results.emplace_back(key, value.get<std::string>());
    }
    return action;
  }

  void give_leadership_to(UnitName unit) override {
    must({{"do", "lead"}, {"unit", name_of(unit)}});
  }
  void set_profile(std::string_view profile) override {
    must({{"do", "configure"}, {"unit", "pg/0"}, {"key", "profile"}, {"value", profile}});
  }
  void remove_a_unit() override { must({{"do", "die"}, {"unit", "pg/2"}}); }
  // The relation is there until its broken has run.
  void remove_relation() override {}

 private:
  [[nodiscard]] std::string bin() const { return folder_.path() + "/bin"; }
  [[nodiscard]] std::string socket() const { return folder_.path() + "/agent.socket"; }
  static std::string name_of(UnitName unit) { return to_text(AppName{"pg"}, unit); }

  json ask(const json& request) { return tools_.ask(request); }
  json must(const json& request) {
    json answer = ask(request);
    EXPECT_FALSE(answer.contains("error")) << answer;
    return answer;
  }
  void enter(UnitName unit, const json& begun) {
    contexts_[unit] = begun.value("context", "");
    switch_to(unit);
  }

  live::given::Folder folder_;
  std::string path_before_;
  JujuTools tools_{socket()};
  std::map<UnitName, std::string> contexts_;
};

}  // namespace

std::unique_ptr<HookToolsBench> live_hook_tools() { return std::make_unique<LiveHookTools>(); }

}  // namespace charm::contract
