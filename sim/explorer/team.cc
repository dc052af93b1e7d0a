#include "sim/explorer/team.h"

#include "charm/types/check.h"

namespace sim::explorer {
namespace {

// A round is some hundred microseconds: sleeping at once would cost a tenth of it.
constexpr int spins = 2'000;

template <class T>
void await_change(std::atomic<T>& value, T from) {
  for (int spin = 0; spin < spins; ++spin) {
    if (value.load(std::memory_order_acquire) != from) return;
  }
  value.wait(from, std::memory_order_acquire);
}

}  // namespace

Team::Team(unsigned workers) {
  CHECK(workers > 0);
  for (unsigned i = 1; i < workers; ++i) helpers_.emplace_back([this] { help(); });
}

Team::~Team() {
  is_over_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Team::each(std::size_t parts, const std::function<void(std::size_t)>& work) {
  work_ = &work;
  parts_ = parts;
  next_.store(0, std::memory_order_relaxed);
  const bool is_shared = !helpers_.empty() && parts > 1;
  if (is_shared) {
    busy_.store(static_cast<unsigned>(helpers_.size()), std::memory_order_relaxed);
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }
  do_parts();
  if (!is_shared) return;
  while (const unsigned busy = busy_.load(std::memory_order_acquire)) await_change(busy_, busy);
}

void Team::help() {
  for (unsigned round = 0;;) {
    await_change(round_, round);
    ++round;
    if (is_over_) return;
    do_parts();
    if (busy_.fetch_sub(1, std::memory_order_release) == 1) busy_.notify_all();
  }
}

void Team::do_parts() {
  for (;;) {
    const std::size_t part = next_.fetch_add(1, std::memory_order_relaxed);
    if (part >= parts_) return;
    (*work_)(part);
  }
}

}  // namespace sim::explorer
