// What a live cluster shows to its clients, and to whoever asks the API server: moment by moment,
// by several observers at once.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "charm/types/names.h"

namespace sampling {

// Microseconds of the system's clock, since the epoch: as logs have it.
std::int64_t now_us();

enum class Sight : std::uint8_t {
  acknowledged,  // a write, by this member
  connects,      // its PostgreSQL takes a connection
  fails,         // the connection is lost, or none is taken any more
  recovery,      // it says whether it is in recovery (`is_so`)
  lock,          // whether it holds Patroni's lock
  route,         // whether the primary Service selects it
  rest,          // whether its Patroni's REST API takes connections
};

struct Seen {
  std::int64_t at_us = 0;
  Sight sight = Sight::acknowledged;
  charm::UnitName unit;
  bool is_so = true;
  // When it says that this has come about, by its own clock: of a connection and of a write, the
  // start of the postmaster; of the lock, when it was acquired.
  std::int64_t since_us = 0;
  std::int64_t took_us = 0;  // of a write: from when it was sent; of a connection: from its begin
};

class Journal {
 public:
  void note(const Seen& seen);
  // In the order of their moments, from that one on.
  [[nodiscard]] std::vector<Seen> since(std::int64_t at_us) const;
  void forget_before(std::int64_t at_us);

 private:
  mutable std::mutex mutex_;
  std::vector<Seen> all_;
};

}  // namespace sampling
