// How long things take that no model can know, as they were measured: a file of quantile tables,
// and a run that keeps to them. What has no table keeps its window of model/timing.h.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/choices/choices.h"
#include "sim/pace.h"

namespace sim::failover {

enum class Delay : std::uint8_t {
  checkpoint,            // of a primary that steps down, before its postmaster is told to stop
  hand_over,             // from the look that finds the postmaster gone, until the lock is let go
  promotion_request,     // from the lock until PostgreSQL is told to leave recovery
  promote,               // from then on, until it is out of recovery
  promotion_look,        // from the request until Patroni's second look whether it is
  start_after_crash,     // of the primary in place, from the loop that finds it dead
  start_after_demotion,  // as a standby, from the end of the pause for others to lead
  crash_recovery,        // of data that were not shut down, by a PostgreSQL of its own
  start_after_failure,   // as a standby or a holder, of who has come back, from the loop that
                         // decides
  rewind,                // pg_rewind
  reconnect,             // of a standby, from its try to the first step of what it receives
  replicate,             // each further step: sent to written, to flushed, to replayed
  process_start,         // of Patroni, until its first loop
  api_call,              // of a hook to the API server, until it is answered
  first_ready,           // from a pod's start until it is Ready
  routing,               // from a pod's label to where the Service leads
};
inline constexpr std::size_t delay_count = 16;
// As the file has it: `start-after-crash`.
std::string_view to_text(Delay delay);

// Values at equal steps of probability, the least first, in microseconds; a straight line between
// two of them. Empty: not measured.
using QuantileTable = std::vector<std::int64_t>;
// The value at number / 2^64.
std::int64_t value_at(const QuantileTable& table, std::uint64_t number);

struct Delays {
  std::array<QuantileTable, delay_count> tables;
  // How often, in a million, a step takes its own place among its quantiles from the one number
  // that its failover has for all of them: what loads a machine makes each of them longer. Two such
  // steps then have the square of this share as their rank correlation. 0: nothing in common.
  std::uint32_t together_ppm = 0;

  [[nodiscard]] const QuantileTable& of(Delay delay) const {
    return tables[static_cast<std::size_t>(delay)];
  }
  friend bool operator==(const Delays&, const Delays&) = default;
};
// Of `charmsim-delays/1` (tests/live/samples/README.md). What is wrong with it: a name that is no
// delay's, a table that falls or has fewer than two values, a share that is none, any other text.
std::expected<Delays, std::string> parse_delays(std::string_view text);
// As parse_delays() reads it: what it gives is equal.
std::string to_json_text(const Delays& delays);

// Draws from the tables: by the seed, who waits for what, and the count alone, as Draws does.
class MeasuredPace final : public Pace {
 public:
  explicit MeasuredPace(const Delays& delays) : delays_(delays) {}
  // Of a run that goes on from this world.
  void restart(std::uint64_t seed, const model::World& world);
  std::optional<charm::Instant> moment(const model::World& world, model::TimerId timer) override;

 private:
  // Of all 64 bits, for the nth wait of this actor's for that delay.
  [[nodiscard]] std::uint64_t number_of(Delay delay, charm::MaybeUnit actor,
                                        std::uint32_t nth) const;
  [[nodiscard]] std::optional<Delay> delay_of(const model::World& world, model::TimerId timer);
  [[nodiscard]] std::optional<Delay> delay_of_replication(const model::World& world,
                                                          model::TimerId timer);

  const Delays& delays_;
  std::uint64_t seed_ = 0;
  // From whom each unit has received last; whoever is new there has just connected.
  std::array<charm::MaybeUnit, charm::max_units> upstreams_{};
  std::array<std::uint32_t, (charm::max_units + 1) * delay_count> asked_{};
};

}  // namespace sim::failover
