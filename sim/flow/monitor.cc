#include "sim/flow/monitor.h"

#include <utility>

namespace sim {

FlowMonitor::FlowMonitor(const ChartSet& charts) {
  for (const auto& [name, chart] : charts.all_refined()) {
    ChartWalker walker(chart, charts.published(name));
    WalkCounts counts = walker.new_counts();
    charts_.emplace(name, Watched{std::move(walker), std::move(counts)});
  }
}

std::optional<std::string> FlowMonitor::check(std::string_view chart, const charm::Path& path,
                                              HandlerEnd end) {
  const auto found = charts_.find(chart);
  if (found == charts_.end()) return "no chart is named " + std::string(chart);
  Watched& watched = found->second;
  return watched.walker.check(path, end, watched.counts);
}

Coverage FlowMonitor::coverage() const {
  Coverage coverage;
  for (const auto& [name, watched] : charts_) add_counts(coverage, watched.walker, watched.counts);
  return coverage;
}

}  // namespace sim
