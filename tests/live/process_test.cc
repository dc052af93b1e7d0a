// A program is run to its end, whatever it does, and nothing of it is left.
#include "charm/live/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace charm::live {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// A shell is what these tests run; run() uses none.
Ended shell(const std::string& script, Program more = {}) {
  more.arguments = {"sh", "-c", script};
  return run(more);
}

// A dead process may wait for somebody to take note of it.
bool is_alive(const std::string& pid) {
  std::ifstream file("/proc/" + pid.substr(0, pid.find('\n')) + "/stat");
  std::string text;
  std::getline(file, text);
  return !text.empty() && text.find(") Z ") == text.npos;
}

bool dies(const std::string& pid) {
  for (int i = 0; i < 200 && is_alive(pid); ++i) ::usleep(10'000);
  return !is_alive(pid);
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

TEST(AProgram, IsFoundInThePathAndToldItsArgumentsAsTheyAre) {
  const Ended ended = run({.arguments = {"printf", "%s|", "a b", "$HOME", "-x", ""}});
  EXPECT_TRUE(ended.well());
  EXPECT_EQ(ended.output, "a b|$HOME|-x||");
}

TEST(AProgram, GetsItsInputAndTheInputEnds) {
  const std::string much(300'000, 'x');
  EXPECT_EQ(run({.arguments = {"cat"}, .input = much}).output, much);
  EXPECT_EQ(run({.arguments = {"cat"}}).output, "");
}

TEST(AProgram, MayLeaveItsInputUnread) {
  EXPECT_TRUE(run({.arguments = {"true"}, .input = std::string(300'000, 'x')}).well());
}

TEST(AProgram, HasTwoOutputs) {
  const Ended ended = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(ended.how, Ended::How::exited);
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.output, "out\n");
  EXPECT_EQ(ended.errors, "err\n");
  EXPECT_EQ(to_text(ended), "exit status 3");
}

TEST(AProgram, ThatIsNotThereIsToldSo) {
  const Ended ended = run({.arguments = {"no-such-tool"}});
  EXPECT_EQ(ended.how, Ended::How::not_started);
  EXPECT_EQ(ended.code, ENOENT);
  EXPECT_EQ(run({.arguments = {"/etc/passwd"}}).code, EACCES);
}

TEST(AProgram, ThatIsKilledIsToldSo) {
  const Ended ended = shell("kill -9 $$");
  EXPECT_EQ(ended.how, Ended::How::signalled);
  EXPECT_EQ(ended.code, SIGKILL);
}

TEST(AProgram, IsKilledAtItsDeadlineWithAllThatItHasStarted) {
  const Ended ended = shell("sleep 600 & echo $!; sleep 600", {.deadline = 2s});
  EXPECT_EQ(ended.how, Ended::How::too_late);
  EXPECT_TRUE(dies(ended.output));
}

TEST(AProgram, ThatClosesItsOutputsAndGoesOnIsKilledAtItsDeadline) {
  EXPECT_EQ(shell("exec >&- 2>&-; sleep 60", {.deadline = 300ms}).how, Ended::How::too_late);
}

TEST(AProgram, MayNotPrintWithoutAnEnd) {
  const Ended ended = run({.arguments = {"yes"}, .most_output_bytes = 100'000});
  EXPECT_EQ(ended.how, Ended::How::too_long);
  EXPECT_LT(ended.output.size(), 200'000U);
  EXPECT_EQ(shell("yes >&2", {.most_output_bytes = 100'000}).how, Ended::How::too_long);
}

TEST(AProgram, LeavesNothingOfWhatItStarted) {
  const Ended ended = shell("sleep 60 >/dev/null 2>&1 & echo $!");
  EXPECT_TRUE(ended.well());
  EXPECT_TRUE(dies(ended.output));
}

TEST(AProgram, GetsNoDescriptorOfOurs) {
  const int ours = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  const Ended ended = run({.arguments = {"ls", "/proc/self/fd"}});
  ::close(ours);
  EXPECT_EQ(ended.output, "0\n1\n2\n3\n");  // 3 is ls' own, of the folder
}

TEST(AProgram, LeavesNoDescriptorAndNoProcessBehind) {
  const std::size_t before = open_descriptors();
  (void)shell("echo x; exit 1");
  (void)run({.arguments = {"no-such-tool"}, .input = "x"});
  (void)shell("sleep 60", {.deadline = 50ms});
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(AProgram, BeginsWithSignalsAsIfNobodyHadTouchedThem) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const Ended ended = shell("kill -PIPE $$; echo lives");
  std::signal(SIGPIPE, before);
  EXPECT_EQ(ended.how, Ended::How::signalled);
  EXPECT_EQ(ended.code, SIGPIPE);
}

}  // namespace
}  // namespace charm::live
