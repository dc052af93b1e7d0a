#include "sim/explorer/team.h"

#include <sched.h>
#include <unistd.h>

#include "charm/types/check.h"

namespace sim::explorer {
namespace {

// Some 100 us. A round is not much longer, so whoever went to sleep at once would oversleep.
constexpr int spins = 200'000;

template <class T>
void await_change(std::atomic<T>& value, T from) {
  for (int spin = 0; spin < spins; ++spin) {
    if (value.load(std::memory_order_acquire) != from) return;
  }
  value.wait(from, std::memory_order_acquire);
}

// A scheduler that finds every processor busy wakes a helper where its waker runs, and the two then
// take turns: 0.5 times as fast as one alone, measured. So they are kept apart.
void stay_on(const cpu_set_t& allowed, unsigned worker) {
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || worker-- > 0) continue;
    cpu_set_t one{};
    CPU_SET(cpu, &one);
    (void)sched_setaffinity(0, sizeof one, &one);  // slower without it, and not wrong
    return;
  }
}

}  // namespace

Team::Team(unsigned workers) {
  CHECK(workers > 0);
  if (workers == 1) return;
  try {
    make_helpers(workers);
  } catch (...) {  // those that are there would wait for ever
    end();
    throw;
  }
}

Team::~Team() { end(); }

void Team::end() {
  is_over_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Team::make_helpers(unsigned workers) {
  cpu_set_t allowed{};
  const bool is_known = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
  const bool is_apart = is_known && workers <= static_cast<unsigned>(CPU_COUNT(&allowed));
  const pid_t caller = gettid();
  for (unsigned i = 1; i < workers; ++i) {
    helpers_.emplace_back([this, i, is_apart, allowed, caller] {
      if (is_apart) stay_on(allowed, i);
      help(i);
      // The caller waits for this.
      if (is_apart && i == 1) (void)sched_setaffinity(caller, sizeof allowed, &allowed);
    });
  }
  if (is_apart) stay_on(allowed, 0);
}

void Team::each(std::size_t parts, const std::function<void(std::size_t)>& work) {
  work_ = &work;
  parts_ = parts;
  taken_.store(0, std::memory_order_relaxed);
  const bool is_shared = !helpers_.empty() && parts > 1;
  if (is_shared) {
    busy_.store(static_cast<unsigned>(helpers_.size()), std::memory_order_relaxed);
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }
  do_parts(0);
  if (!is_shared) return;
  while (const unsigned busy = busy_.load(std::memory_order_acquire)) await_change(busy_, busy);
}

void Team::help(unsigned worker) {
  for (unsigned round = 0;;) {
    await_change(round_, round);
    ++round;
    if (is_over_) return;
    do_parts(worker);
    if (busy_.fetch_sub(1, std::memory_order_release) == 1) busy_.notify_all();
  }
}

// Every other worker begins at the back, so that a part is mostly done by the one in whose cache it
// is.
void Team::do_parts(unsigned worker) {
  constexpr unsigned half = 32;
  const bool at_front = worker % 2 == 0;
  const std::uint64_t one = at_front ? 1 : std::uint64_t{1} << half;
  for (;;) {
    const std::uint64_t taken = taken_.fetch_add(one, std::memory_order_relaxed);
    const std::uint64_t front = taken & ((std::uint64_t{1} << half) - 1);
    const std::uint64_t back = taken >> half;
    if (front + back >= parts_) return;
    (*work_)(at_front ? front : parts_ - 1 - back);
  }
}

}  // namespace sim::explorer
