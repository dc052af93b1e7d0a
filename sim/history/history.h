// A second judge of what PostgreSQL's client was told: from the client's own history alone, by code
// that knows nothing of branches, locks or standbys. What the client cannot see it does not use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sim::history {

// A connection ends with its server's process: a member that has left its role and come back is
// another one to the client.
struct Connection {
  std::uint16_t member = 0;
  std::uint16_t session = 0;
  friend bool operator==(const Connection&, const Connection&) = default;
};

// An insert of a value that nobody else inserts. Its outcome is unknown until it returns.
struct Write {
  Connection to;
  std::uint32_t value = 0;
  std::int64_t invoked_us = 0;
  std::int64_t returned_us = unknown;
  bool promised = false;  // acknowledged, and synchronous_standby_names promised a second copy
  std::int64_t given_up_us = unknown;  // when the operator removed the application

  static constexpr std::int64_t unknown = -1;
};

// A select of all values, from a server that takes writes.
struct Read {
  Connection from;
  std::int64_t at_us = 0;
  std::vector<std::uint32_t> values;  // in ascending order
};

struct History {
  std::vector<Write> writes;  // by value: values[0] is 1
  std::vector<Read> reads;
};

enum class Anomaly : std::uint8_t { overlap, lost_commit };
struct Finding {
  Anomaly anomaly = Anomaly::overlap;
  Connection where;
  std::int64_t at_us = 0;
  std::uint32_t value = 0;  // lost_commit: which
};

// Two connections to different members that acknowledge in overlapping intervals; one moment is
// enough.
std::optional<Finding> find_overlap(const History& history);
// A value that was acknowledged under the promise before a read began, and that the read lacks; but
// for what was given up before.
std::optional<Finding> find_lost_commit(const History& history);

}  // namespace sim::history
