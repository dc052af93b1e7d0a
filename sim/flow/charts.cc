#include "sim/flow/charts.h"

#include <utility>

namespace sim {

std::expected<ChartSet, ChartError> ChartSet::from_texts(std::span<const charm::ChartText> texts) {
  ChartSet set;
  for (const charm::ChartText& text : texts) {
    auto chart = read_chart(text.text, std::string(text.file));
    if (!chart) return std::unexpected(chart.error());
    if (chart->name() != text.name) {
      return std::unexpected(ChartError{
          chart->file(), 0, "file is not named like its chart: " + std::string(text.name),
          std::string(text.name) + ".mmd"});
    }
    ByName& charts = text.published ? set.published_ : set.refined_;
    if (!charts.emplace(text.name, *std::move(chart)).second) {
      return std::unexpected(ChartError{std::string(text.file), 0,
                                        "chart stands twice: " + std::string(text.name),
                                        "one of a name"});
    }
  }
  return set;
}

}  // namespace sim
