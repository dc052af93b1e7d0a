#include "sim/flow/rules.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sim {
namespace {

using Node = Chart::Node;

ChartError error(const Chart& chart, std::size_t line, std::string what, std::string expected) {
  return {chart.file(), line, std::move(what), std::move(expected)};
}

std::optional<ChartError> check_entry(const Chart& chart) {
  const auto entry = chart.find(entry_id);
  if (!entry) return error(chart, 0, "chart has no hook_fired", "hook_fired([name of the hook])");
  if (chart.node(*entry).shape == Shape::stadium) return std::nullopt;
  return error(chart, chart.node(*entry).line, "hook_fired has another shape",
               "hook_fired([text])");
}

std::optional<ChartError> check_arrow(const Chart& chart, const Chart::Arrow& arrow) {
  const ChartNode& from = chart.node(Chart::source(arrow));
  const ChartArrow& data = chart.arrow(arrow);
  if (from.shape == Shape::stadium && from.id != entry_id) {
    return error(chart, data.line, "arrow leaves a return: " + from.id, "none");
  }
  if (chart.id(Chart::target(arrow)) == entry_id) {
    return error(chart, data.line, "arrow leads to hook_fired from " + from.id, "none");
  }
  // A lone arrow needs no name: the published charts draw two boxes as diamonds, each with one.
  if (from.shape == Shape::diamond && data.label.empty() &&
      chart.arrow_count(Chart::source(arrow)) > 1) {
    return error(chart, data.line, "decision has an arrow without a label: " + from.id,
                 "-- label -->");
  }
  return std::nullopt;
}

std::optional<ChartError> check_arrows(const Chart& chart) {
  for (Node node = 0; node < chart.size(); ++node) {
    const ChartNode& data = chart.node(node);
    const bool may_end =
        data.shape == Shape::flag || (data.shape == Shape::stadium && data.id != entry_id);
    if (chart.is_terminal(node) && !may_end) {
      return error(chart, data.line, "nothing follows: " + data.id,
                   "an arrow out, or a return or deferral");
    }
    for (const Chart::Arrow arrow : chart.arrows_from(node)) {
      if (auto broken = check_arrow(chart, arrow)) return broken;
    }
  }
  return std::nullopt;
}

std::optional<ChartError> check_reachable(const Chart& chart) {
  std::set<Node> reached = {chart.entry()};
  std::vector<Node> open = {chart.entry()};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    for (const Chart::Arrow arrow : chart.arrows_from(node)) {
      if (reached.insert(Chart::target(arrow)).second) open.push_back(Chart::target(arrow));
    }
  }
  for (Node node = 0; node < chart.size(); ++node) {
    if (reached.contains(node)) continue;
    return error(chart, chart.node(node).line, "no way leads from hook_fired to " + chart.id(node),
                 "an arrow to it");
  }
  return std::nullopt;
}

std::optional<ChartError> check_deviations(const Chart& chart) {
  for (const ChartDeviation& deviation : chart.deviations()) {
    if (chart.find(deviation.node)) continue;
    return error(chart, deviation.line, "deviation names no node: " + deviation.node,
                 "a node of this chart");
  }
  return std::nullopt;
}

}  // namespace

std::optional<ChartError> broken_rule(const Chart& chart) {
  for (const auto check : {check_entry, check_arrows, check_reachable, check_deviations}) {
    if (auto broken = check(chart)) return broken;
  }
  return std::nullopt;
}

}  // namespace sim
