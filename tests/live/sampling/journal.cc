#include "tests/live/sampling/journal.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace sampling {

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void Journal::note(const Seen& seen) {
  const std::lock_guard lock(mutex_);
  all_.push_back(seen);
}

std::vector<Seen> Journal::since(std::int64_t at_us) const {
  std::vector<Seen> found;
  {
    const std::lock_guard lock(mutex_);
    for (const Seen& seen : all_) {
      if (seen.at_us >= at_us) found.push_back(seen);
    }
  }
  // Of the same moment in the order in which they were noted.
  std::vector<std::size_t> places(found.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::sort(places, {}, [&](std::size_t at) { return std::pair(found[at].at_us, at); });
  std::vector<Seen> sorted;
  sorted.reserve(found.size());
  for (const std::size_t at : places) sorted.push_back(found[at]);
  return sorted;
}

void Journal::forget_before(std::int64_t at_us) {
  const std::lock_guard lock(mutex_);
  std::erase_if(all_, [at_us](const Seen& seen) { return seen.at_us < at_us; });
}

}  // namespace sampling
