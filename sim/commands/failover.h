// charmsim failover: how long a client of a cluster gets no write acknowledged, and what it loses.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/commands/commands.h"
#include "sim/failover/setting.h"
#include "sim/failover/worst.h"
#include "sim/search/shards.h"

namespace sim {

// What is told of what was measured.
struct FailoverOutputs {
  std::string samples_file;  // each failover, as CSV
  std::string html_file;     // a page that stands alone
  std::string out_file;      // all of it, for merge
  bool compares = false;     // the first setting with the others, failover by failover
  bool json = false;         // the result as JSON, and nothing else
  bool csv = false;          // as CSV, and nothing else
};

// Each kind in each combination of settings; of a setting that is empty its default.
struct FailoverOptions : FailoverOutputs {
  std::vector<std::string> kinds;  // known ones; empty: all
  std::vector<failover::Timing> timings;
  std::vector<std::uint32_t> units;
  std::vector<std::string> synchronous;
  std::vector<bool> strict;
  std::vector<std::string> synchronous_commit;
  std::vector<std::string> patroni;
  std::vector<std::uint32_t> client_ms;
  std::string delays_file;   // measured delays; empty: the model's windows
  std::string worst_folder;  // of worst runs
  // The worst is searched for, in place of many being measured.
  std::optional<failover::Harm> worst;
  std::optional<std::uint32_t> scope_answers;  // all schedules of that scope are played, too
  std::uint64_t tries = 40'000;
  std::optional<std::chrono::nanoseconds> worst_time;  // of the searches and scopes together
  std::uint64_t runs = 10'000;
  std::uint64_t first_seed = 1;
  std::optional<Shard> shard;  // only its runs
  unsigned workers = 0;        // 0: one a processor
  bool lists_kinds = false;    // and nothing else
};
int failover_command(const FailoverOptions& options, const Console& console);

struct MergeOptions : FailoverOutputs {
  std::vector<std::string> files;
  bool partial = false;  // what there is, if shards are missing
  // Of shards of fuzz.
  std::string folder;                         // for what breaks
  std::optional<std::uint64_t> shrink_tries;  // absent: as fuzz has it
};
int merge_command(const MergeOptions& options, const Console& console);

}  // namespace sim
