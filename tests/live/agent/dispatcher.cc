#include "tests/live/agent/dispatcher.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "charm/types/check.h"

namespace agent {
namespace {

using charm::UnitName;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// A hook is killed by Juju's own end, and is run again; so it counts as killed and not as failed.
HookEnd end_of(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status) == 0 ? HookEnd::well : HookEnd::failed;
  const bool asked = WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGKILL;
  return asked ? HookEnd::killed : HookEnd::failed;
}

}  // namespace

Dispatcher::Dispatcher(ModelJuju& juju, Setting setting)
    : juju_(juju),
      setting_(std::move(setting)),
      tools_(juju, [this](std::string_view line) { log(line); }),
      server_(setting_.socket, [this](const ToolCall& call) { return answer(call); }) {}

Dispatcher::~Dispatcher() {
  for (const auto& [unit, child] : children_) {
    ::kill(-child.pid, SIGKILL);
    ::waitpid(child.pid, nullptr, 0);
    ::close(child.descriptor);
  }
}

void Dispatcher::log(std::string_view line) {
  std::ofstream(setting_.log, std::ios::app) << line << '\n';
  if (setting_.logged) setting_.logged(line);
}

ToolAnswer Dispatcher::answer(const ToolCall& call) {
  for (const auto& [unit, child] : children_) {
    if (child.context == call.context) return tools_.run(unit, call);
  }
  return {.code = 1, .output = {}, .errors = "ERROR bad request: no hook runs in this context\n"};
}

// In a process group of its own: whatever it starts ends with it.
void Dispatcher::start(UnitName unit) {
  const AgentPlace place{
      .socket = setting_.socket, .tools = setting_.tools, .charm_folder = setting_.charm_folder};
  Child child;
  child.hook = juju_.hook(unit)->number;
  child.context = context_id(juju_, unit);
  Variables variables = hook_variables(juju_, unit, child.context, place, setting_.path);
  child.name = variables["JUJU_DISPATCH_PATH"];
  variables.insert(setting_.variables.begin(), setting_.variables.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + '=' + value);
  std::vector<std::string> command;
  if (setting_.wrap) command = setting_.wrap(unit);
  command.push_back(setting_.charm_folder + "/dispatch");
  const auto arguments = pointers_to(command);
  const auto settings = pointers_to(environment);
  const int said = ::open(setting_.log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t parent = ::getpid();
  child.pid = ::fork();
  CHECK(child.pid >= 0);
  if (child.pid == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const bool ready = ::getppid() == parent && ::dup2(nothing, STDIN_FILENO) >= 0 &&
                       ::dup2(said, STDOUT_FILENO) >= 0 && ::dup2(said, STDERR_FILENO) >= 0 &&
                       ::chdir(setting_.charm_folder.c_str()) == 0;
    if (ready) ::execve(arguments.front(), arguments.data(), settings.data());
    ::_exit(127);
  }
  ::setpgid(child.pid, child.pid);
  ::close(said);
  ::close(nothing);
  child.descriptor = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
  CHECK(child.descriptor >= 0);
  children_.insert_or_assign(unit, std::move(child));
  if (setting_.started) setting_.started(unit);
}

void Dispatcher::reap(UnitName unit) {
  const Child child = std::move(children_.extract(unit).mapped());
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  ::kill(-child.pid, SIGKILL);  // what it has left behind
  ::close(child.descriptor);
  EndedHook ended{.unit = unit, .name = child.name, .end = end_of(status)};
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  const RunningHook* hook = juju_.hook(unit);
  const bool stands = hook != nullptr && hook->number == child.hook;
  if (stands) ended.committed = juju_.end_hook(unit, ended.end);
  if (setting_.ended) setting_.ended(ended);
}

void Dispatcher::kill_orphans() {
  std::vector<UnitName> orphans;
  for (const auto& [unit, child] : children_) {
    const RunningHook* hook = juju_.hook(unit);
    if (hook == nullptr || hook->number != child.hook) orphans.push_back(unit);
  }
  for (const UnitName unit : orphans) {
    ::kill(-children_.at(unit).pid, SIGKILL);
    reap(unit);
  }
}

void Dispatcher::catch_up() {
  const auto now = std::chrono::steady_clock::now();
  charm::Instant until =
      juju_.now() + std::chrono::duration_cast<charm::Duration>(now - last_look_);
  if (setting_.skips_waits && children_.empty()) until = std::max(until, juju_.next_due());
  last_look_ = now;
  while (juju_.now() < until || juju_.next_due() <= until) {
    const auto begun = juju_.go_on(until);
    kill_orphans();
    if (begun) start(*begun);
  }
}

void Dispatcher::wait(charm::Duration longest) {
  std::vector<pollfd> waiting{{.fd = server_.descriptor(), .events = POLLIN, .revents = 0},
                              {.fd = setting_.descriptor, .events = POLLIN, .revents = 0}};
  std::vector<std::pair<UnitName, pid_t>> ending;
  for (const auto& [unit, child] : children_) {
    ending.emplace_back(unit, child.pid);
    waiting.push_back({.fd = child.descriptor, .events = POLLIN, .revents = 0});
  }
  const bool hurries = setting_.skips_waits && children_.empty();
  const auto rest = std::min(longest, juju_.next_due() - juju_.now());
  const auto milliseconds =
      hurries ? 0 : std::chrono::ceil<std::chrono::milliseconds>(rest).count();
  ::poll(waiting.data(), waiting.size(), static_cast<int>(std::clamp(milliseconds, 0L, 1000L)));
  // What is heard now is of now, and comes after what was due meanwhile; otherwise a hook would end
  // earlier than it has, for all others, by as long as this has waited.
  if (!hurries) catch_up();
  if ((waiting[0].revents & POLLIN) != 0) server_.answer_one();
  if (waiting[1].revents != 0 && setting_.readable) setting_.readable();
  for (std::size_t at = 0; at < ending.size(); ++at) {
    if (waiting[at + 2].revents == 0) continue;
    const auto& [unit, pid] = ending[at];
    const auto child = children_.find(unit);
    if (child != children_.end() && child->second.pid == pid) reap(unit);
  }
}

bool Dispatcher::run_until(const std::function<bool()>& reached, charm::Duration longest) {
  const charm::Instant end = juju_.now() + longest;
  last_look_ = std::chrono::steady_clock::now();
  while (!reached()) {
    if (juju_.now() >= end) return false;
    catch_up();
    wait(std::max(charm::Duration(0), end - juju_.now()));
  }
  return true;
}

}  // namespace agent
