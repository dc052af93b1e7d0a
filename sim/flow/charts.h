// The charts of a charm, by the name of the hook: the refined ones, and those of them that are
// published.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "charm/flowcharts/charts.h"
#include "sim/flow/chart.h"
#include "sim/flow/mermaid.h"

namespace sim {

class ChartSet {
 public:
  using ByName = std::map<std::string, Chart, std::less<>>;

  // Charts keep their addresses when the set is moved.
  static std::expected<ChartSet, ChartError> from_texts(std::span<const charm::ChartText> texts);

  // nullptr if there is none.
  [[nodiscard]] const Chart* refined(std::string_view name) const { return find(refined_, name); }
  [[nodiscard]] const Chart* published(std::string_view name) const {
    return find(published_, name);
  }
  [[nodiscard]] const ByName& all_refined() const { return refined_; }
  [[nodiscard]] const ByName& all_published() const { return published_; }

 private:
  static const Chart* find(const ByName& charts, std::string_view name) {
    const auto found = charts.find(name);
    return found == charts.end() ? nullptr : &found->second;
  }

  ByName refined_;
  ByName published_;
};

}  // namespace sim
