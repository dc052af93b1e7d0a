// One comparison an arrow and step, no lookup and no allocation: this runs for every dispatch.
#include "sim/flow/conformance.h"

#include "sim/flow/refinement.h"

namespace sim {
namespace {

std::string arrow_to_text(std::string_view label, std::string_view to) {
  std::string text(label.empty() ? "-->" : "-- ");
  if (!label.empty()) text.append(label).append(" -->");
  return text.append(" ").append(to);
}

}  // namespace

ChartWalker::ChartWalker(const Chart& chart, const Chart* published)
    : chart_(&chart), published_(published), entry_(static_cast<std::uint32_t>(chart.entry())) {
  for (Chart::Node node = 0; node < chart.size(); ++node) {
    const auto first = static_cast<std::uint32_t>(arrows_.size());
    for (const Chart::Arrow arrow : chart.arrows_from(node)) {
      const Chart::Node target = Chart::target(arrow);
      arrows_.push_back({chart.arrow(arrow).label, chart.id(target),
                         static_cast<std::uint32_t>(node), static_cast<std::uint32_t>(target), 0,
                         0});
    }
    nodes_.push_back({first, static_cast<std::uint32_t>(arrows_.size()),
                      published != nullptr && published->find(chart.id(node)).has_value()});
  }
  if (published != nullptr) find_images();
}

void ChartWalker::find_images() {
  std::vector<std::uint32_t> first_published;  // by published node
  for (Chart::Node node = 0; node < published_->size(); ++node) {
    first_published.push_back(static_cast<std::uint32_t>(published_arrows_.size()));
    for (const Chart::Arrow arrow : published_->arrows_from(node)) {
      published_arrows_.push_back(arrow);
    }
  }
  for (Arrow& arrow : arrows_) {
    arrow.first_image = static_cast<std::uint32_t>(images_.size());
    if (const auto from = published_->find(chart_->id(arrow.source))) {
      std::uint32_t number = first_published[*from];
      for (const Chart::Arrow image : published_->arrows_from(*from)) {
        const auto target = chart_->find(published_->id(Chart::target(image)));
        if (target && may_begin_image(*published_, image, arrow.label)) {
          images_.push_back({static_cast<std::uint32_t>(*target), number});
        }
        ++number;
      }
    }
    arrow.last_image = static_cast<std::uint32_t>(images_.size());
  }
}

WalkCounts ChartWalker::new_counts() const {
  return {0, std::vector<std::uint64_t>(arrows_.size()),
          std::vector<std::uint64_t>(published_arrows_.size())};
}

const ChartWalker::Arrow* ChartWalker::find_arrow(const Node& from, std::string_view label,
                                                  std::string_view target) const {
  for (std::uint32_t i = from.first_arrow; i < from.last_arrow; ++i) {
    if (arrows_[i].target_id == target && arrows_[i].label == label) return &arrows_[i];
  }
  return nullptr;
}

template <class Taken>
std::optional<std::string> ChartWalker::walk(const charm::Path& path, HandlerEnd end,
                                             Taken taken) const {
  const auto& steps = path.steps();
  if (steps.empty()) {
    if (end == HandlerEnd::cut_short) return std::nullopt;
    return chart_->file() + ": the path is empty; expected: a walk from " + std::string(entry_id);
  }

  std::uint32_t at = entry_;
  if (steps[0].node != entry_id) {
    const Arrow* first = nullptr;
    for (std::uint32_t i = nodes_[entry_].first_arrow; i < nodes_[entry_].last_arrow; ++i) {
      if (first == nullptr && arrows_[i].target_id == steps[0].node) first = &arrows_[i];
    }
    if (first == nullptr) {
      return chart_->file() + ": step 1: the path begins at " + std::string(steps[0].node) +
             "; expected: " + std::string(entry_id) + " or a node behind it";
    }
    taken(*first);
    at = first->target;
  }
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const Arrow* const arrow = find_arrow(nodes_[at], steps[i].arrow, steps[i + 1].node);
    if (arrow == nullptr) return offence(path, i, at);
    taken(*arrow);
    at = arrow->target;
  }

  const std::size_t last = steps.size() - 1;
  const Node& node = nodes_[at];
  const std::string_view label = steps[last].arrow;
  if (end == HandlerEnd::ended) {
    if (node.first_arrow == node.last_arrow && label.empty()) return std::nullopt;
    return offence(path, last, at);
  }
  if (label.empty()) return std::nullopt;
  for (std::uint32_t i = node.first_arrow; i < node.last_arrow; ++i) {
    if (arrows_[i].label == label) return std::nullopt;
  }
  return offence(path, last, at);
}

std::optional<std::string> ChartWalker::check(const charm::Path& path, HandlerEnd end) const {
  return walk(path, end, [](const Arrow&) {});
}

std::optional<std::string> ChartWalker::check(const charm::Path& path, HandlerEnd end,
                                              WalkCounts& counts) const {
  if (!path.steps().empty()) ++counts.walks;
  // The last arrow out of a matched node: with the next matched node it makes a published arrow.
  const Arrow* left = nullptr;
  return walk(path, end, [&](const Arrow& arrow) {
    ++counts.arrows[static_cast<std::size_t>(&arrow - arrows_.data())];
    if (nodes_[arrow.source].is_matched) left = &arrow;
    if (left == nullptr || !nodes_[arrow.target].is_matched) return;
    for (std::uint32_t i = left->first_image; i < left->last_image; ++i) {
      if (images_[i].target == arrow.target) ++counts.published_arrows[images_[i].published_arrow];
    }
  });
}

// `leader-elected.mmd: step 3: a -- maybe --> b is no arrow; expected: -- yes --> b, -- no --> c`.
std::string ChartWalker::offence(const charm::Path& path, std::size_t step,
                                 std::uint32_t at) const {
  const auto& steps = path.steps();
  const bool is_last = step + 1 == steps.size();
  const std::string_view to = is_last ? "the end" : steps[step + 1].node;
  std::string text = chart_->file() + ": step " + std::to_string(step + 1) + ": " + chart_->id(at) +
                     ' ' + arrow_to_text(steps[step].arrow, to) + " is no arrow";
  if (!is_last && !chart_->find(to)) text += ", and no node of the chart";
  text += "; expected: ";
  const Node& node = nodes_[at];
  if (node.first_arrow == node.last_arrow) return text + "the end";
  for (std::uint32_t i = node.first_arrow; i < node.last_arrow; ++i) {
    if (i != node.first_arrow) text += ", ";
    text += arrow_to_text(arrows_[i].label, arrows_[i].target_id);
  }
  return text;
}

}  // namespace sim
