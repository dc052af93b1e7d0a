// What a cluster is set to when its failovers are measured: what whoever runs it can choose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sim::failover {

// Patroni's three times, which depend on each other (loop_wait + 2 retry_timeout <= ttl): seconds.
struct Timing {
  std::uint32_t ttl_s = 30;
  std::uint32_t loop_wait_s = 10;
  std::uint32_t retry_timeout_s = 10;

  friend bool operator==(const Timing&, const Timing&) = default;
};
// `30/10/10`; nothing, if it is no such text. Whether a cluster can have them is not asked here.
std::optional<Timing> parse_timing(std::string_view text);
std::string to_text(const Timing& timing);

struct Setting {
  std::string synchronous = "all";        // the charm's synchronous_node_count
  std::string synchronous_commit = "on";  // what the client's commits wait for
  std::string patroni = "3.1";            // its release
  Timing timing;
  std::uint32_t units = 3;
  std::uint32_t client_ms = 100;  // the load: it writes so often, or as often as it is answered
  bool strict = true;             // the charm's synchronous_mode_strict

  friend bool operator==(const Setting&, const Setting&) = default;
};
// One line, whole: `30/10/10, 3 units, synchronous all, strict, commit on, …`.
std::string to_text(const Setting& setting);

}  // namespace sim::failover
