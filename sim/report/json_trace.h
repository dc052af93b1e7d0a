// The trace for machines: JSON lines, the first one naming the schema (`charmsim-trace/1`).
#pragma once

#include <iosfwd>

#include "sim/trace/trace.h"

namespace sim {

class JsonTrace final : public TraceSink {
 public:
  // Writes the first line.
  JsonTrace(std::ostream& out, const charm::AppName& app, const charm::CharmDefinition& charm);

  void take(const TraceEvent& event) override;

 private:
  std::ostream& out_;
  const charm::AppName& app_;
  const charm::CharmDefinition& charm_;
};

}  // namespace sim
