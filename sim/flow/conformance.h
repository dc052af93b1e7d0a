// Whether the path that a handler left is a walk of its chart, and how often each arrow was walked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/flow/path.h"
#include "sim/flow/chart.h"

namespace sim {

// cut_short: the hook was killed, or it failed, so the path may stop anywhere.
enum class HandlerEnd : std::uint8_t { ended, cut_short };

// By a walker's own numbering: counting is an increment, and names come in when it is reported.
struct WalkCounts {
  std::uint64_t walks = 0;  // that got as far as the first box
  std::vector<std::uint64_t> arrows;
  std::vector<std::uint64_t> published_arrows;
};

class ChartWalker {
 public:
  // The charts must outlive the walker. The published one, if there is one, is refined by `chart`.
  explicit ChartWalker(const Chart& chart, const Chart* published = nullptr);

  // Counters for this walker, all zero.
  [[nodiscard]] WalkCounts new_counts() const;

  // Where the path is no walk, if anywhere. It may begin at hook_fired or at a box behind it;
  // labels are exact, empty for a plain arrow. What was walked up to there is counted.
  [[nodiscard]] std::optional<std::string> check(const charm::Path& path, HandlerEnd end,
                                                 WalkCounts& counts) const;
  [[nodiscard]] std::optional<std::string> check(const charm::Path& path, HandlerEnd end) const;

  struct Arrow {
    std::string_view label;
    std::string_view target_id;
    std::uint32_t source = 0;
    std::uint32_t target = 0;
    std::uint32_t first_image = 0;  // of the published arrows which a path beginning here may be
    std::uint32_t last_image = 0;
  };
  [[nodiscard]] const Chart& chart() const { return *chart_; }
  [[nodiscard]] const Chart* published() const { return published_; }
  // By the numbers of WalkCounts.
  [[nodiscard]] const std::vector<Arrow>& arrows() const { return arrows_; }
  [[nodiscard]] const std::vector<Chart::Arrow>& published_arrows() const {
    return published_arrows_;
  }

 private:
  struct Node {
    std::uint32_t first_arrow = 0;
    std::uint32_t last_arrow = 0;
    bool is_matched = false;
  };
  struct Image {
    std::uint32_t target = 0;  // a node of the refined chart
    std::uint32_t published_arrow = 0;
  };

  void find_images();
  template <class Taken>
  std::optional<std::string> walk(const charm::Path& path, HandlerEnd end, Taken taken) const;
  [[nodiscard]] const Arrow* find_arrow(const Node& from, std::string_view label,
                                        std::string_view target) const;
  [[nodiscard]] std::string offence(const charm::Path& path, std::size_t step,
                                    std::uint32_t at) const;

  const Chart* chart_;
  const Chart* published_;
  std::uint32_t entry_ = 0;
  std::vector<Node> nodes_;
  std::vector<Arrow> arrows_;  // those out of one node side by side
  std::vector<Image> images_;  // those of one arrow side by side
  std::vector<Chart::Arrow> published_arrows_;
};

}  // namespace sim
