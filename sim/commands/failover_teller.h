// Where what was measured of failovers goes: standard output, and the files that were asked for.
#pragma once

#include "sim/commands/failover.h"
#include "sim/commands/failover_report.h"
#include "sim/commands/outputs.h"
#include "sim/commands/shard_file.h"

namespace sim {

class FailoverTeller {
 public:
  FailoverTeller(const FailoverOutputs& wanted, const Console& console)
      : wanted_(wanted),
        console_(console),
        samples_(wanted.samples_file),
        html_(wanted.html_file),
        out_(wanted.out_file) {}

  // Opens the files, before anything is measured. False: one cannot be written, and the console has
  // been told. None of them may be one that is read.
  bool open(const std::vector<std::string>& inputs = {});
  [[nodiscard]] bool keeps() const { return out_.is_wanted(); }
  // What merge shall read.
  void keep(const ShardFile& file);
  // Tells, puts the files in their places, and gives the exit code. What was interrupted leaves no
  // file for merge: it is no whole part.
  int tell(const FailoverView& view);

 private:
  const FailoverOutputs& wanted_;
  const Console& console_;
  Output samples_;
  Output html_;
  Output out_;
};

}  // namespace sim
