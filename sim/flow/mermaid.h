// Reads a chart from Mermaid text: the small subset that the charts use, and nothing that merely
// looks like it.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "sim/flow/chart.h"

namespace sim {

inline constexpr std::size_t max_chart_bytes = std::size_t{64} << 10;

struct ChartError {
  std::string file;
  std::size_t line = 0;  // from 1; 0: the whole file
  std::string what;
  std::string expected;  // may be empty

  friend bool operator==(const ChartError&, const ChartError&) = default;
};

// `leader-elected.mmd:7: node has no shape: rtn; expected: one at some mention, as in rtn([text])`.
std::string to_text(const ChartError& error);

// The subset, a statement a line: `flowchart TD` first; `%%` comments; `a`, `a --> b` and
// `a -- label --> b`, with a shape after an id at any one mention. `%% deviation <node>: <reason>`
// lists a deviation. The chart's name is the file's, without folders and `.mmd`.
std::expected<Chart, ChartError> read_chart(std::string_view text, const std::string& file_name);

}  // namespace sim
