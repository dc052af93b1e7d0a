#include "sim/flow/refinement.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace sim {
namespace {

using Node = Chart::Node;

std::string arrow_to_text(const std::string& from, const std::string& label,
                          const std::string& to) {
  return from + (label.empty() ? " --> " : " -- " + label + " --> ") + to;
}

class Proof {
 public:
  Proof(const Chart& published, const Chart& refined) : published_(published), refined_(refined) {}

  Refinement run() {
    for (Node node = 0; node < published_.size(); ++node) check_published_node(node);
    for (Node node = 0; node < refined_.size(); ++node) {
      if (!match(node)) continue;
      for (const Chart::Arrow arrow : refined_.arrows_from(node)) follow(arrow);
    }
    check_published_arrows();
    check_unmatched_ends();
    return {std::move(violations_), refined_.deviations()};
  }

 private:
  [[nodiscard]] std::optional<Node> match(Node refined) const {
    return published_.find(refined_.id(refined));
  }

  void violated(const Chart& chart, std::size_t line, const std::string& what) {
    violations_.push_back(chart.file() + ':' + std::to_string(line) + ": " + what);
  }

  void check_published_node(Node node) {
    const ChartNode& published = published_.node(node);
    const auto found = refined_.find(published.id);
    if (!found) {
      return violated(published_, published.line,
                      "published node is missing in " + refined_.file() + ": " + published.id);
    }
    const ChartNode& refined = refined_.node(*found);
    if (refined.shape != published.shape) {
      violated(refined_, refined.line, "shape differs from the published one: " + published.id);
    }
    if (published_.is_terminal(node) && !refined_.is_terminal(*found)) {
      violated(refined_, refined.line,
               "the published hook ends here, the refined one goes on: " + published.id);
    }
  }

  // All matched nodes which paths that begin with this arrow reach through unmatched ones.
  void follow(const Chart::Arrow& first) {
    std::map<Node, Node> came_from = {{Chart::target(first), Chart::source(first)}};
    std::vector<Node> open = {Chart::target(first)};
    while (!open.empty()) {
      const Node node = open.back();
      open.pop_back();
      if (match(node)) {
        check_path(first, node, came_from);
        continue;
      }
      for (const Chart::Arrow arrow : refined_.arrows_from(node)) {
        if (came_from.emplace(Chart::target(arrow), node).second) {
          open.push_back(Chart::target(arrow));
        }
      }
    }
  }

  void check_path(const Chart::Arrow& first, Node end, const std::map<Node, Node>& came_from) {
    const Node published_from = *match(Chart::source(first));
    const Node published_to = *match(end);
    const std::string& label = refined_.arrow(first).label;
    bool arrow_exists = false;
    for (const Chart::Arrow arrow : published_.arrows_from(published_from)) {
      if (Chart::target(arrow) != published_to) continue;
      if (may_begin_image(published_, arrow, label)) {
        images_.insert({published_from, published_.arrow(arrow).label, published_to});
        return;
      }
      arrow_exists = true;
    }
    violated(refined_, refined_.arrow(first).line,
             (arrow_exists ? "path has another label than the published arrow: "
                           : "path is no published arrow: ") +
                 path_to_text(first, end, came_from));
  }

  [[nodiscard]] std::string path_to_text(const Chart::Arrow& first, Node end,
                                         const std::map<Node, Node>& came_from) const {
    std::string text = refined_.id(end);
    for (Node node = end; node != Chart::target(first);) {
      node = came_from.at(node);
      text.insert(0, refined_.id(node) + " --> ");
    }
    return arrow_to_text(refined_.id(Chart::source(first)), refined_.arrow(first).label, text);
  }

  void check_published_arrows() {
    for (Node from = 0; from < published_.size(); ++from) {
      for (const Chart::Arrow arrow : published_.arrows_from(from)) {
        const Node to = Chart::target(arrow);
        const ChartArrow& data = published_.arrow(arrow);
        if (images_.contains({from, data.label, to})) continue;
        violated(published_, data.line,
                 "no path of " + refined_.file() + " is this arrow: " +
                     arrow_to_text(published_.id(from), data.label, published_.id(to)));
      }
    }
  }

  void check_unmatched_ends() {
    std::set<std::string_view> listed;
    for (const ChartDeviation& deviation : refined_.deviations()) listed.insert(deviation.node);

    // Those from which some path ends or returns to the published chart; grows until nothing is
    // added.
    std::set<Node> leads_out;
    for (Node node = 0; node < refined_.size(); ++node) {
      if (match(node) || refined_.is_terminal(node)) leads_out.insert(node);
    }
    for (std::size_t before = 0; before != leads_out.size();) {
      before = leads_out.size();
      for (Node node = 0; node < refined_.size(); ++node) {
        for (const Chart::Arrow arrow : refined_.arrows_from(node)) {
          if (leads_out.contains(Chart::target(arrow))) leads_out.insert(node);
        }
      }
    }

    for (Node node = 0; node < refined_.size(); ++node) {
      const ChartNode& data = refined_.node(node);
      if (!leads_out.contains(node)) {
        violated(refined_, data.line,
                 "loop neither ends nor returns to the published chart: " + data.id);
      } else if (!match(node) && refined_.is_terminal(node) && !listed.contains(data.id)) {
        violated(refined_, data.line,
                 "this end is not listed; expected: %% deviation " + data.id + ": <reason>");
      }
    }
  }

  struct Image {
    Node from;
    std::string label;
    Node to;
    friend auto operator<=>(const Image&, const Image&) = default;
  };

  const Chart& published_;
  const Chart& refined_;
  std::set<Image> images_;
  std::vector<std::string> violations_;
};

}  // namespace

bool may_begin_image(const Chart& published, const Chart::Arrow& arrow, std::string_view label) {
  const std::string& published_label = published.arrow(arrow).label;
  const bool is_alone = published.arrow_count(Chart::source(arrow)) == 1;
  return published_label == label || (published_label.empty() && is_alone);
}

Refinement check_refinement(const Chart& published, const Chart& refined) {
  return Proof(published, refined).run();
}

}  // namespace sim
