#include "tests/live/sampling/client.h"

#include <map>

namespace sampling {
namespace {

using charm::UnitName;

constexpr std::int64_t noticed_break_us = 1'000'000;

// Of a member: what is so, and since when.
struct Member {
  std::optional<std::int64_t> lock_us;
  std::optional<std::int64_t> acquired_us;
  std::optional<std::int64_t> primary_us;
  std::optional<std::int64_t> routed_us;
  std::optional<std::int64_t> connects_us;
  bool routed = false;
};

void keep(std::optional<std::int64_t>& since, bool is_so, std::int64_t at_us) {
  if (is_so) {
    since = at_us;
  } else {
    since.reset();
  }
}

}  // namespace

Watched watch(std::span<const Seen> all, UnitName server, std::int64_t fault_us) {
  Watched watched;
  std::map<UnitName, Member> members;
  std::int64_t postmaster_us = 0;
  members[server].routed = true;
  const auto after = [&watched](std::optional<std::int64_t> since) {
    return since && *since > watched.last_us ? since : std::nullopt;
  };
  for (const Seen& seen : all) {
    Member& member = members[seen.unit];
    switch (seen.sight) {
      case Sight::lock:
        keep(member.lock_us, seen.is_so, seen.at_us);
        keep(member.acquired_us, seen.is_so, seen.since_us);
        continue;
      case Sight::recovery: keep(member.primary_us, !seen.is_so, seen.at_us); continue;
      case Sight::connects: keep(member.connects_us, true, seen.at_us); continue;
      case Sight::fails: keep(member.primary_us, false, seen.at_us); continue;
      case Sight::route:
        keep(member.routed_us, seen.is_so, seen.at_us);
        member.routed = seen.is_so;
        continue;
      case Sight::rest: continue;
      case Sight::acknowledged: break;
    }
    const bool is_same = seen.unit == server && seen.since_us == postmaster_us;
    if (!is_same && !member.routed) continue;
    const bool is_first = watched.last_us == 0;
    const bool is_after = seen.at_us >= fault_us;
    const std::int64_t gap_us = is_first ? 0 : seen.at_us - watched.last_us;
    const std::int64_t longest_us =
        watched.longest ? watched.longest->ended_us - watched.longest->began_us : 0;
    if (is_after && !is_first && gap_us > longest_us) {
      watched.longest = Outage{.began_us = watched.last_us,
                               .ended_us = seen.at_us,
                               .server = seen.unit,
                               .postmaster_us = seen.since_us,
                               .lock_us = after(member.lock_us),
                               .primary_us = after(member.primary_us),
                               .routed_us = after(member.routed_us),
                               .connects_us = after(member.connects_us),
                               .acquired_us = after(member.acquired_us)};
    }
    const bool has_moved = !is_first && !is_same;
    if (is_first || gap_us >= noticed_break_us || has_moved) watched.served_since_us = seen.at_us;
    if (is_after && (gap_us >= noticed_break_us || has_moved)) watched.has_noticed = true;
    server = seen.unit;
    postmaster_us = seen.since_us;
    watched.last_us = seen.at_us;
  }
  return watched;
}

}  // namespace sampling
