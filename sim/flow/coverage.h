// How often the nodes and arrows of the charts were walked: what a campaign reports, and the file
// that holds it (`charm-coverage/1`).
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/flow/chart.h"
#include "sim/flow/conformance.h"
#include "sim/scenario/error.h"

namespace sim {

inline constexpr std::string_view coverage_schema = "charm-coverage/1";

// What is not listed was never walked.
struct ChartCounts {
  using ById = std::map<std::string, std::uint64_t, std::less<>>;
  ById nodes;
  ById arrows;  // by arrow_key()

  friend bool operator==(const ChartCounts&, const ChartCounts&) = default;
};

// `from|label|to`; neither ids nor labels hold a bar.
std::string arrow_key(std::string_view from, std::string_view label, std::string_view to);
std::string arrow_key(const Chart& chart, const Chart::Arrow& arrow);

struct Coverage {
  using ByChart = std::map<std::string, ChartCounts, std::less<>>;
  ByChart charts;     // refined, as walked
  ByChart published;  // the published arrows that these walks are images of

  void add(const Coverage& other);
  friend bool operator==(const Coverage&, const Coverage&) = default;
};

// Gives a walker's counters their names, and adds them.
void add_counts(Coverage& coverage, const ChartWalker& walker, const WalkCounts& counts);

std::string to_json_text(const Coverage& coverage);
// `file` is for the error only.
std::expected<Coverage, ScenarioError> read_coverage(std::string_view text,
                                                     const std::string& file);

// Of a chart's nodes and arrows, in the order of its file.
struct CoverageSummary {
  std::size_t nodes = 0;
  std::size_t arrows = 0;
  std::vector<std::string> nodes_never_walked;
  std::vector<std::string> arrows_never_walked;  // as arrow_key() spells them
  std::vector<std::string> unknown;  // counted, but not in this chart: of another version of it?
};
CoverageSummary summarise(const Chart& chart, const ChartCounts& counts);
// `walked: 12 of 14 nodes, 15 of 19 arrows`.
std::string to_text(const CoverageSummary& summary);

}  // namespace sim
