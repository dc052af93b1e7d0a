#include "sim/flow/coverage.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "sim/scenario/json_text.h"

namespace sim {
namespace {

using nlohmann::json;

// Files can be made by hand: sums stay at the largest number instead of starting again.
void add_to(std::uint64_t& sum, std::uint64_t count) {
  sum += std::min(count, std::numeric_limits<std::uint64_t>::max() - sum);
}

void add_all(ChartCounts::ById& to, const ChartCounts::ById& from) {
  for (const auto& [id, count] : from) add_to(to[id], count);
}

void add_all(Coverage::ByChart& to, const Coverage::ByChart& from) {
  for (const auto& [name, counts] : from) {
    add_all(to[name].nodes, counts.nodes);
    add_all(to[name].arrows, counts.arrows);
  }
}

// A node is entered by its arrows, and the first one by each walk.
void count_arrow(ChartCounts& counts, const Chart& chart, const Chart::Arrow& arrow,
                 std::uint64_t count) {
  if (count == 0) return;
  add_to(counts.arrows[arrow_key(chart, arrow)], count);
  add_to(counts.nodes[chart.id(Chart::target(arrow))], count);
}

json to_json(const Coverage::ByChart& charts) {
  json result = json::object();
  for (const auto& [name, counts] : charts) {
    result[name] = {{"nodes", counts.nodes}, {"arrows", counts.arrows}};
  }
  return result;
}

// Walks down the file's three levels; keeps the first error.
class CoverageReader {
 public:
  CoverageReader(const JsonText& text, const std::string& file) : text_(text), file_(file) {}

  std::expected<Coverage, ScenarioError> read() {
    Coverage coverage;
    const json& root = text_.value;
    if (has_members("", root, {"schema", "charts"}, {"published"})) {
      if (root["schema"] != coverage_schema) {
        refuse("/schema", "is another schema", "must be " + std::string(coverage_schema));
      }
      coverage.charts = read_charts("/charts", root["charts"]);
      if (root.contains("published")) {
        coverage.published = read_charts("/published", root["published"]);
      }
    }
    if (error_) return std::unexpected(std::move(*error_));
    return coverage;
  }

 private:
  void refuse(const std::string& pointer, const std::string& what, const std::string& expected) {
    if (error_) return;
    error_ = ScenarioError{file_, text_.line_of(pointer), std::nullopt, pointer, what, expected};
  }

  bool is_object(const std::string& pointer, const json& value) {
    if (value.is_object()) return true;
    refuse(pointer, std::string("is of type ") + value.type_name(), "must be an object");
    return false;
  }

  bool has_members(const std::string& pointer, const json& value,
                   const std::set<std::string>& needed, const std::set<std::string>& allowed) {
    if (!is_object(pointer, value)) return false;
    for (const std::string& key : needed) {
      if (value.contains(key)) continue;
      refuse(pointer, "has no " + key, "must have it");
      return false;
    }
    for (const auto& [key, member] : value.items()) {
      if (needed.contains(key) || allowed.contains(key)) continue;
      refuse(pointer_to(pointer, key), "is unknown", "must not stand here");
      return false;
    }
    return true;
  }

  Coverage::ByChart read_charts(const std::string& pointer, const json& value) {
    Coverage::ByChart charts;
    if (!is_object(pointer, value)) return charts;
    for (const auto& [name, member] : value.items()) {
      const std::string chart = pointer_to(pointer, name);
      if (!has_members(chart, member, {"nodes", "arrows"}, {})) break;
      charts[name] = {read_counts(chart + "/nodes", member["nodes"]),
                      read_counts(chart + "/arrows", member["arrows"])};
    }
    return charts;
  }

  ChartCounts::ById read_counts(const std::string& pointer, const json& value) {
    ChartCounts::ById counts;
    if (!is_object(pointer, value)) return counts;
    for (const auto& [id, count] : value.items()) {
      if (!count.is_number_unsigned()) {
        refuse(pointer_to(pointer, id), "is no count", "must be a whole number, 0 or more");
        break;
      }
      counts[id] = count.get<std::uint64_t>();
    }
    return counts;
  }

  const JsonText& text_;
  const std::string& file_;
  std::optional<ScenarioError> error_;
};

}  // namespace

std::string arrow_key(std::string_view from, std::string_view label, std::string_view to) {
  std::string key(from);
  key.append("|").append(label).append("|").append(to);
  return key;
}

std::string arrow_key(const Chart& chart, const Chart::Arrow& arrow) {
  return arrow_key(chart.id(Chart::source(arrow)), chart.arrow(arrow).label,
                   chart.id(Chart::target(arrow)));
}

void Coverage::add(const Coverage& other) {
  add_all(charts, other.charts);
  add_all(published, other.published);
}

void add_counts(Coverage& coverage, const ChartWalker& walker, const WalkCounts& counts) {
  if (counts.walks == 0) return;
  const Chart& chart = walker.chart();
  ChartCounts& refined = coverage.charts[chart.name()];
  add_to(refined.nodes[std::string(entry_id)], counts.walks);
  std::size_t number = 0;  // A walker numbers the arrows in this order.
  for (Chart::Node node = 0; node < chart.size(); ++node) {
    for (const Chart::Arrow arrow : chart.arrows_from(node)) {
      count_arrow(refined, chart, arrow, counts.arrows[number++]);
    }
  }
  if (walker.published() == nullptr) return;
  ChartCounts& published = coverage.published[walker.published()->name()];
  add_to(published.nodes[std::string(entry_id)], counts.walks);
  for (std::size_t i = 0; i < counts.published_arrows.size(); ++i) {
    count_arrow(published, *walker.published(), walker.published_arrows()[i],
                counts.published_arrows[i]);
  }
}

std::string to_json_text(const Coverage& coverage) {
  const json root = {{"schema", coverage_schema},
                     {"charts", to_json(coverage.charts)},
                     {"published", to_json(coverage.published)}};
  return root.dump(2) + '\n';
}

std::expected<Coverage, ScenarioError> read_coverage(std::string_view text,
                                                     const std::string& file) {
  const auto parsed = parse_json(text, file);
  if (!parsed) return std::unexpected(parsed.error());
  return CoverageReader(*parsed, file).read();
}

CoverageSummary summarise(const Chart& chart, const ChartCounts& counts) {
  CoverageSummary summary;
  std::set<std::string, std::less<>> known;
  const auto is_walked = [&known](const ChartCounts::ById& by_id, const std::string& id) {
    known.insert(id);
    const auto found = by_id.find(id);
    return found != by_id.end() && found->second != 0;
  };
  for (Chart::Node node = 0; node < chart.size(); ++node) {
    ++summary.nodes;
    const std::string& id = chart.id(node);
    if (!is_walked(counts.nodes, id)) summary.nodes_never_walked.push_back(id);
    for (const Chart::Arrow arrow : chart.arrows_from(node)) {
      ++summary.arrows;
      const std::string key = arrow_key(chart, arrow);
      if (!is_walked(counts.arrows, key)) summary.arrows_never_walked.push_back(key);
    }
  }
  for (const auto* const by_id : {&counts.nodes, &counts.arrows}) {
    for (const auto& [id, count] : *by_id) {
      if (!known.contains(id)) summary.unknown.push_back(id);
    }
  }
  return summary;
}

std::string to_text(const CoverageSummary& summary) {
  const auto part = [](std::size_t all, std::size_t missing, const char* name) {
    return std::to_string(all - missing) + " of " + std::to_string(all) + ' ' + name;
  };
  return "walked: " + part(summary.nodes, summary.nodes_never_walked.size(), "nodes") + ", " +
         part(summary.arrows, summary.arrows_never_walked.size(), "arrows");
}

}  // namespace sim
