#include "sim/properties/bound_lengths.h"

#include <algorithm>
#include <array>

namespace sim {
namespace {

using charm::Duration;
using namespace std::chrono_literals;

// The symbols of section 6; what depends on the workload is what the model grants
// (model/timing.h).
constexpr Duration c = 500ms;          // a round trip to the API server, and the cycle's work
constexpr Duration p = 2s;             // a promotion
constexpr Duration race = 2s + c + p;  // from a look at a free lock, with peers that do not answer
constexpr Duration x = 9s;             // crash recovery and start
constexpr Duration k = 2s;             // from a label to where the Service leads
constexpr Duration rewind_time = 14s;  // with the start after it
constexpr Duration basebackup = 15s;   // here
constexpr Duration break_time = 60s;   // wal_sender_timeout
constexpr Duration reconnect = 5s;     // wal_retrieve_retry_interval
constexpr Duration process_time = 5s;  // Pebble's backoff, and Patroni until its first cycle

// Followers see an expiry in a cycle of their own (section 2.1).
Duration detection(const PatroniTiming& timing) {
  const Duration late = timing.ttl - 500ms;
  const auto cycles = (late.count() + timing.loop_wait.count() - 1) / timing.loop_wait.count();
  return timing.loop_wait * cycles + 500ms;
}

}  // namespace

Duration length_of(Bound bound, const Scenario& scenario) {
  const PatroniTiming& timing = scenario.world.patroni;
  const Duration L = timing.loop_wait;
  const Duration R = timing.retry_timeout;
  // A cycle is randomised by 20 %, and the hooks of a unit come one after the other.
  const Duration update_status = scenario.world.update_status_interval * 6 / 5 + 30s;
  switch (bound) {
    // Each race that fails adds a cycle: Book::extend().
    case Bound::primary_after_loss: return detection(timing) + race;
    case Bound::primary_after_release: return 1s + 2s + c + p + L;
    case Bound::writable_after_crash: return L + x + p + c;
    case Bound::whole_after_healing: return std::max(L, R) + rewind_time + L + reconnect;
    case Bound::writable_after_outage: return R + 2 * L + p;
    case Bound::commits_after_loss: return L + break_time + c + 2s;
    case Bound::commits_with_standby: return L + 2s;
    case Bound::rejoined: return process_time + rewind_time + 2 * L + reconnect;
    case Bound::joined: return process_time + basebackup + 2 * L + reconnect;
    case Bound::route_follows: return L + k;
    // A follower naps half a second longer, and one race may fail (section 2.1).
    case Bound::leader_or_reason: return 2 * L + 2s + 500ms + c;
    case Bound::active_again:
      return 2 * update_status + length_of(Bound::whole_after_healing, scenario) +
             length_of(Bound::joined, scenario);
    case Bound::planned_removal: return timing.ttl;
    case Bound::status_tells: return update_status;
  }
  return {};
}

Duration race_time() { return race; }

Duration restart_in_place(const PatroniTiming& timing) {
  return process_time + x + 2 * timing.loop_wait + p;
}

std::string_view to_text(Bound bound) {
  constexpr std::array<std::string_view, bound_count> names{"primary-after-loss",
                                                            "primary-after-release",
                                                            "writable-after-crash",
                                                            "whole-after-healing",
                                                            "writable-after-outage",
                                                            "commits-after-loss",
                                                            "commits-with-standby",
                                                            "rejoined",
                                                            "joined",
                                                            "route-follows",
                                                            "leader-or-reason",
                                                            "active-again",
                                                            "planned-removal",
                                                            "status-tells"};
  return names[static_cast<std::size_t>(bound)];
}

std::string_view id_of(Bound bound) {
  constexpr std::array<std::string_view, bound_count> ids{
      "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10", "V11", "V12", "", ""};
  return ids[static_cast<std::size_t>(bound)];
}

}  // namespace sim
