// charmsim failover: how long a client of a cluster gets no write acknowledged, and what it loses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/commands/commands.h"
#include "sim/failover/setting.h"
#include "sim/failover/worst.h"

namespace sim {

// Each kind in each combination of settings; of a setting that is empty its default.
struct FailoverOptions {
  std::vector<std::string> kinds;  // known ones; empty: all
  std::vector<failover::Timing> timings;
  std::vector<std::uint32_t> units;
  std::vector<std::string> synchronous;
  std::vector<bool> strict;
  std::vector<std::string> synchronous_commit;
  std::vector<std::string> patroni;
  std::vector<std::uint32_t> client_ms;
  std::string samples_file;  // each failover, as CSV
  std::string worst_folder;  // of worst runs
  // The worst is searched for, in place of many being measured.
  std::optional<failover::Harm> worst;
  std::optional<std::uint32_t> scope_answers;  // all schedules of that scope are played, too
  std::uint64_t tries = 20'000;
  std::uint64_t runs = 10'000;
  std::uint64_t first_seed = 1;
  unsigned workers = 0;      // 0: one a processor
  bool compares = false;     // the first setting with the others, failover by failover
  bool lists_kinds = false;  // and nothing else
  bool json = false;         // the result as JSON, and nothing else
  bool csv = false;          // as CSV, and nothing else
};
int failover_command(const FailoverOptions& options, const Console& console);

}  // namespace sim
