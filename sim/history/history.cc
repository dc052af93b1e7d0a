#include "sim/history/history.h"

#include <algorithm>

namespace sim::history {
namespace {

// From the first acknowledgement on a connection to the last.
struct Interval {
  Connection of;
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
};

std::vector<Interval> intervals(const History& history) {
  std::vector<Interval> found;
  for (const Write& write : history.writes) {
    if (write.returned_us == Write::unknown) continue;
    auto at = std::ranges::find(found, write.to, &Interval::of);
    if (at == found.end()) {
      found.push_back({write.to, write.returned_us, write.returned_us});
      continue;
    }
    at->first_us = std::min(at->first_us, write.returned_us);
    at->last_us = std::max(at->last_us, write.returned_us);
  }
  return found;
}

}  // namespace

std::optional<Finding> find_overlap(const History& history) {
  const std::vector<Interval> all = intervals(history);
  for (const Interval& a : all) {
    for (const Interval& b : all) {
      if (a.of.member == b.of.member) continue;
      // b acknowledges first within a's interval. Its ends belong to it: two that acknowledge in
      // one and the same moment are both primaries then.
      if (a.first_us <= b.first_us && b.first_us <= a.last_us)
        return Finding{Anomaly::overlap, a.of, a.last_us, 0};
    }
  }
  return std::nullopt;
}

std::optional<Finding> find_lost_commit(const History& history) {
  for (const Read& read : history.reads) {
    for (const Write& write : history.writes) {
      const bool before = write.returned_us != Write::unknown && write.returned_us < read.at_us;
      const bool given_up = write.given_up_us != Write::unknown && write.given_up_us <= read.at_us;
      if (!before || !write.promised || given_up) continue;
      if (std::ranges::binary_search(read.values, write.value)) continue;
      return Finding{Anomaly::lost_commit, read.from, read.at_us, write.value};
    }
  }
  return std::nullopt;
}

}  // namespace sim::history
