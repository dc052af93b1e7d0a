#include "sim/flow/print.h"

#include <optional>
#include <utility>
#include <vector>

namespace sim {
namespace {

using Node = Chart::Node;

// nullopt: nobody counted.
std::optional<std::uint64_t> count_of(const ChartCounts* counts,
                                      ChartCounts::ById ChartCounts::* by, const std::string& id) {
  if (counts == nullptr) return std::nullopt;
  const auto found = (counts->*by).find(id);
  return found == (counts->*by).end() ? 0 : found->second;
}

std::string with_count(std::string text, const char* separator,
                       std::optional<std::uint64_t> count) {
  if (!count) return text;
  if (!text.empty()) text += separator;
  return text + std::to_string(*count);
}

std::pair<const char*, const char*> mermaid_brackets(Shape shape) {
  switch (shape) {
    case Shape::stadium: return {"([", "])"};
    case Shape::diamond: return {"{", "}"};
    case Shape::box: return {"[", "]"};
    case Shape::flag: return {">", "]"};
  }
  std::unreachable();
}

const char* dot_shape(Shape shape) {
  switch (shape) {
    case Shape::stadium: return "oval";
    case Shape::diamond: return "diamond";
    case Shape::box: return "box";
    case Shape::flag: return "cds";
  }
  std::unreachable();
}

std::string print_mermaid(const Chart& chart, const ChartCounts* counts) {
  std::string text;
  for (const ChartDeviation& deviation : chart.deviations()) {
    text += "%% deviation " + deviation.node + ": " + deviation.reason + '\n';
  }
  if (counts != nullptr) text += "%% " + to_text(summarise(chart, *counts)) + '\n';
  text += "flowchart TD\n";
  std::vector<std::string> never;
  for (Node node = 0; node < chart.size(); ++node) {
    const ChartNode& data = chart.node(node);
    const auto [open, close] = mermaid_brackets(data.shape);
    const auto count = count_of(counts, &ChartCounts::nodes, data.id);
    text += "  " + data.id + open + with_count(data.text, "<br/>", count) + close + '\n';
    if (count == 0u) never.push_back(data.id);
  }
  std::string styles;
  std::size_t number = 0;
  for (Node node = 0; node < chart.size(); ++node) {
    for (const Chart::Arrow arrow : chart.arrows_from(node)) {
      const auto count = count_of(counts, &ChartCounts::arrows, arrow_key(chart, arrow));
      const std::string label = with_count(chart.arrow(arrow).label, ": ", count);
      text += "  " + chart.id(node) + (label.empty() ? " --> " : " -- " + label + " --> ") +
              chart.id(Chart::target(arrow)) + '\n';
      if (count == 0u) {
        styles += "  linkStyle " + std::to_string(number) + " stroke:red,stroke-dasharray:4\n";
      }
      ++number;
    }
  }
  if (!never.empty()) {
    text += "  classDef never stroke:red,stroke-dasharray:4\n";
    for (const std::string& id : never) text += "  class " + id + " never\n";
  }
  return text + styles;
}

// Texts have neither quotes nor line ends, but may have backslashes.
std::string dot_quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string print_dot(const Chart& chart, const ChartCounts* counts) {
  constexpr const char* never_style = ", color=red, fontcolor=red, style=dashed";
  std::string text = "digraph " + dot_quoted(chart.name()) + " {\n";
  if (counts != nullptr) text += "  // " + to_text(summarise(chart, *counts)) + '\n';
  for (Node node = 0; node < chart.size(); ++node) {
    const ChartNode& data = chart.node(node);
    const auto count = count_of(counts, &ChartCounts::nodes, data.id);
    text += "  " + data.id + " [shape=" + dot_shape(data.shape) + ", label=" +
            dot_quoted(data.text + (count ? " (" + std::to_string(*count) + ")" : "")) +
            (count == 0u ? never_style : "") + "];\n";
  }
  for (Node node = 0; node < chart.size(); ++node) {
    for (const Chart::Arrow arrow : chart.arrows_from(node)) {
      const auto count = count_of(counts, &ChartCounts::arrows, arrow_key(chart, arrow));
      text += "  " + chart.id(node) + " -> " + chart.id(Chart::target(arrow)) +
              " [label=" + dot_quoted(with_count(chart.arrow(arrow).label, ": ", count)) +
              (count == 0u ? never_style : "") + "];\n";
    }
  }
  return text + "}\n";
}

}  // namespace

std::string print_chart(const Chart& chart, ChartFormat format, const ChartCounts* counts) {
  switch (format) {
    case ChartFormat::mermaid: return print_mermaid(chart, counts);
    case ChartFormat::dot: return print_dot(chart, counts);
  }
  std::unreachable();
}

}  // namespace sim
