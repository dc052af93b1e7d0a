#include "tests/cli/charmsim.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/commands/json_file.h"
#include "tests/support/places.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr int patience_ms = 120'000;

std::vector<char*> pointers(Words& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// The environment of this test without what changes the output, and what is to be added.
Words environment_with(const Words& added) {
  Words all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!text.starts_with("NO_COLOR=") && !text.starts_with("TERM=")) all.push_back(text);
  }
  all.emplace_back("TERM=xterm");
  all.insert(all.end(), added.begin(), added.end());
  return all;
}

// Starts a program in a folder with these for standard input, output and error.
pid_t spawn(const std::string& program, const Words& arguments, const Words& environment,
            const fs::path& folder, std::array<int, 3> files) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  for (int i = 0; i < 3; ++i) {
    posix_spawn_file_actions_adddup2(&actions, files[static_cast<std::size_t>(i)], i);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGINT);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  Words words = arguments;
  words.insert(words.begin(), program);
  Words variables = environment_with(environment);
  pid_t process = -1;
  const int error = posix_spawn(&process, program.c_str(), &actions, &attributes,
                                pointers(words).data(), pointers(variables).data());
  EXPECT_EQ(error, 0) << program;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

int exit_code_of(pid_t process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process) return -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

int open_new(const fs::path& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

fs::path new_folder() {
  std::string name = fs::temp_directory_path() / "charmsim-cli-XXXXXX";
  return mkdtemp(name.data()) == nullptr ? fs::path() : fs::path(name);
}

}  // namespace

Running::~Running() {
  close_output();
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  exit_code_of(process_);
}

std::string Running::read_some() {
  std::array<char, 4096> part{};
  pollfd ready{output_, POLLIN, 0};
  if (poll(&ready, 1, patience_ms) <= 0) {
    ADD_FAILURE() << "nothing comes";
    return "";
  }
  const ssize_t count = ::read(output_, part.data(), part.size());  // -1: a terminal's end
  return count <= 0 ? "" : std::string(part.data(), static_cast<std::size_t>(count));
}

bool Running::read_until(const std::string& text) {
  std::string shown;
  while (shown.find(text) == shown.npos) {
    const std::string more = read_some();
    if (more.empty()) return false;
    shown += more;
  }
  return true;
}

void Running::close_output() {
  if (output_ >= 0) close(output_);
  output_ = -1;
}

void Running::signal(int number) const { kill(process_, number); }

Result Running::wait() {
  Result result;
  while (output_ >= 0) {
    const std::string part = read_some();
    if (part.empty()) break;
    result.out += part;
  }
  if (testing::Test::HasFailure()) kill(process_, SIGKILL);
  result.code = exit_code_of(process_);
  process_ = -1;
  return result;
}

Charmsim::Charmsim() : folder_(new_folder()), outputs_(new_folder()) {}

Charmsim::~Charmsim() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::remove_all(outputs_, ignored);
}

Result Charmsim::run(const std::string& program, const Words& arguments, const Words& environment) {
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int out = open_new(outputs_ / "out");
  const int err = open_new(outputs_ / "err");
  Result result;
  result.code = exit_code_of(spawn(program, arguments, environment, folder_, {in, out, err}));
  for (const int file : {in, out, err}) close(file);
  result.out = text_of(outputs_ / "out");
  result.err = text_of(outputs_ / "err");
  return result;
}

Running Charmsim::start(const Words& arguments) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t process =
      spawn(CHARMSIM_BINARY, arguments, {}, folder_, {in, ends[1], STDERR_FILENO});
  close(in);
  close(ends[1]);
  return {process, ends[0]};
}

void Running::type(const std::string& text) const {
  EXPECT_EQ(::write(output_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

Running Charmsim::start_on_terminal(const Words& arguments, const Words& environment,
                                    unsigned short columns) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  EXPECT_TRUE(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
  const winsize size{.ws_row = 24, .ws_col = columns};
  EXPECT_EQ(ioctl(terminal, TIOCSWINSZ, &size), 0);
  const int side = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
  const pid_t process = spawn(CHARMSIM_BINARY, arguments, environment, folder_, {side, side, side});
  close(side);
  return {process, terminal};
}

std::string Charmsim::read(const std::string& name) const { return text_of(folder_ / name); }

void Charmsim::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
}

std::vector<std::string> Charmsim::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string scenario(const std::string& name) {
  return tests::in_repository("scenarios/" + name + ".json");
}

std::string with(std::string text, const std::string& before, const std::string& after) {
  const auto at = text.find(before);
  EXPECT_NE(at, text.npos) << before;
  return at == text.npos ? text : text.replace(at, before.size(), after);
}

std::string sealed(nlohmann::ordered_json file) {
  file["digests"] = sim::digests_of(file);
  return file.dump();
}

std::string without_speed(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("speed ")) result += line + '\n';
  }
  return result;
}

}  // namespace cli
