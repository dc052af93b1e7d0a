// The threads of a search: each part is done once, and where they cannot be made it is told.
#include "sim/explorer/team.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <vector>

namespace sim::explorer {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool has_its_own_memory = true;
#elif defined(__has_feature)
constexpr bool has_its_own_memory =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool has_its_own_memory = false;
#endif

TEST(Team, DoesEachPartOnce) {
  Team team(3);
  for (const std::size_t parts : {0U, 1U, 2U, 100U}) {
    std::vector<std::atomic<int>> times(parts);
    team.each(parts, [&times](std::size_t part) { ++times[part]; });
    for (const std::atomic<int>& one : times) EXPECT_EQ(one, 1);
  }
}

// The stacks of some threads more than this process has.
void allow_stacks(rlim_t threads) {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  rlimit stack{};
  (void)getrlimit(RLIMIT_STACK, &stack);
  const rlim_t each = stack.rlim_cur == RLIM_INFINITY ? rlim_t{8} << 20U : stack.rlim_cur;
  const rlim_t most = pages * static_cast<rlim_t>(getpagesize()) + threads * each;
  const rlimit space{.rlim_cur = most, .rlim_max = most};
  if (setrlimit(RLIMIT_AS, &space) != 0) std::_Exit(4);
}

[[noreturn]] void make_too_many() {
  alarm(300);  // those that were made waited for ever
  allow_stacks(8);
  try {
    Team team(1000);
  } catch (const std::system_error& error) {
    std::_Exit(error.code() == std::errc::resource_unavailable_try_again ? 0 : 3);
  }
  std::_Exit(2);
}

TEST(TeamDeathTest, EndsThoseThatAreThereWhereMoreThreadsCannotBeMade) {
  if (has_its_own_memory) GTEST_SKIP() << "a sanitizer's own memory is over the limit";
  EXPECT_EXIT(make_too_many(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace sim::explorer
