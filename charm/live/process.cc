#include "charm/live/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>
#include <system_error>

#include "charm/types/check.h"

namespace charm::live {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  void take(int number) {
    close();
    number_ = number;
  }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

// A pipe whose one end the program gets.
struct Output {
  Descriptor ours;
  Descriptor theirs;
  std::string* text = nullptr;

  bool open(std::string& to) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    ours.take(ends[0]);
    theirs.take(ends[1]);
    text = &to;
    return ::fcntl(ours.number(), F_SETFL, O_NONBLOCK) == 0;
  }
};

// A file in memory: the program reads it when it likes to, or never, and nobody has to write
// meanwhile.
bool open_input(const std::string& text, Descriptor& input) {
  if (text.empty()) {
    input.take(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return input.is_open();
  }
  input.take(::memfd_create("input", MFD_CLOEXEC));
  std::string_view rest = text;
  while (input.is_open() && !rest.empty()) {
    const ssize_t written = ::write(input.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return input.is_open() && ::lseek(input.number(), 0, SEEK_SET) == 0;
}

// What the program begins with: the three descriptors, and signals as if nobody had touched them.
class Start {
 public:
  Start() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;
  ~Start() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  void give(int ours, int theirs) { posix_spawn_file_actions_adddup2(&actions_, ours, theirs); }
  // The error, or 0.
  int spawn(const std::vector<std::string>& arguments, pid_t& pid) {
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    std::vector<std::string> copies = arguments;
    std::vector<char*> pointers;
    pointers.reserve(copies.size() + 1);
    for (std::string& one : copies) pointers.push_back(one.data());
    pointers.push_back(nullptr);
    return posix_spawnp(&pid, pointers.front(), &actions_, &attributes_, pointers.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Milliseconds, rounded up; 0 when it is over.
int left_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

// What stands there now. False: more than there may be.
bool read_some(Output& output, std::size_t most) {
  std::array<char, 16384> buffer{};
  const ssize_t count = ::read(output.ours.number(), buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == 0) {
    output.ours.close();
    return true;
  }
  output.text->append(buffer.data(), static_cast<std::size_t>(count));
  return output.text->size() <= most;
}

// Until both outputs are closed.
Ended::How read_all(std::span<Output, 2> outputs, std::size_t most, Clock::time_point end) {
  while (outputs[0].ours.is_open() || outputs[1].ours.is_open()) {
    std::array<pollfd, 2> waited{{{outputs[0].ours.number(), POLLIN, 0},  // none at a negative one
                                  {outputs[1].ours.number(), POLLIN, 0}}};
    const int left = left_until(end);
    if (left == 0) return Ended::How::too_late;
    if (::poll(waited.data(), waited.size(), left) < 0 && errno != EINTR) {
      return Ended::How::too_late;
    }
    for (std::size_t at = 0; at < waited.size(); ++at) {
      if (!outputs[at].ours.is_open() || waited.at(at).revents == 0) continue;
      if (!read_some(outputs[at], most)) return Ended::How::too_long;
    }
  }
  return Ended::How::exited;
}

// A program that has closed its outputs is about to end: it is asked for again and again, rarely
// more than once.
bool has_ended(pid_t pid, Clock::time_point end) {
  auto pause = std::chrono::microseconds(50);
  for (;;) {
    siginfo_t what{};
    const int answer = ::waitid(P_PID, static_cast<id_t>(pid), &what, WEXITED | WNOHANG | WNOWAIT);
    if (answer == 0 && what.si_pid == pid) return true;
    if (answer != 0 && errno != EINTR) return false;
    if (Clock::now() >= end) return false;
    const timespec time{0, std::chrono::nanoseconds(pause).count()};
    ::nanosleep(&time, nullptr);
    pause = std::min(pause * 2, std::chrono::microseconds(10'000));
  }
}

// It is not reaped before its group is killed: until then nobody else can have its number.
int end_group(pid_t pid) {
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Ended not_started(int error) { return {.how = Ended::How::not_started, .code = error}; }

}  // namespace

std::string to_text(const Ended& ended) {
  switch (ended.how) {
    case Ended::How::exited: return "exit status " + std::to_string(ended.code);
    case Ended::How::signalled: return "killed by signal " + std::to_string(ended.code);
    case Ended::How::not_started: return std::generic_category().message(ended.code);
    case Ended::How::too_late: return "no answer in time";
    case Ended::How::too_long: return "too long an answer";
  }
  return {};
}

Ended run(const Program& program) {
  CHECK(!program.arguments.empty());
  Ended ended;
  Descriptor input;
  std::array<Output, 2> outputs;
  if (!open_input(program.input, input) || !outputs[0].open(ended.output) ||
      !outputs[1].open(ended.errors)) {
    return not_started(errno);
  }
  pid_t pid = -1;
  {
    Start start;
    start.give(input.number(), STDIN_FILENO);
    start.give(outputs[0].theirs.number(), STDOUT_FILENO);
    start.give(outputs[1].theirs.number(), STDERR_FILENO);
    const int error = start.spawn(program.arguments, pid);
    if (error != 0) return not_started(error);
  }
  for (Output& output : outputs) output.theirs.close();
  const auto end = Clock::now() + program.deadline;
  ended.how = read_all(outputs, program.most_output_bytes, end);
  if (ended.how == Ended::How::exited && !has_ended(pid, end)) ended.how = Ended::How::too_late;
  const int status = end_group(pid);
  if (ended.how != Ended::How::exited) return ended;
  if (WIFSIGNALED(status)) ended.how = Ended::How::signalled;
  ended.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return ended;
}

}  // namespace charm::live
