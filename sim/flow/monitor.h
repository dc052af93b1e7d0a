// Watches the handlers of a charm: checks each path against the chart that the handler names, and
// counts what was walked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "charm/flow/path.h"
#include "sim/flow/charts.h"
#include "sim/flow/conformance.h"
#include "sim/flow/coverage.h"

namespace sim {

// One a worker; the coverage of several is added afterwards.
class FlowMonitor {
 public:
  // The charts must outlive the monitor.
  explicit FlowMonitor(const ChartSet& charts);

  // Where the path is no walk of the refined chart with this name, if anywhere.
  std::optional<std::string> check(std::string_view chart, const charm::Path& path, HandlerEnd end);

  // Of all that was checked so far.
  [[nodiscard]] Coverage coverage() const;

 private:
  struct Watched {
    ChartWalker walker;
    WalkCounts counts;
  };
  std::map<std::string_view, Watched, std::less<>> charts_;
};

}  // namespace sim
