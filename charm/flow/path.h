// The path a handler leaves through its flowchart: the node ids and arrow labels it passed. In
// production it becomes a debug line, so that an operator sees why a unit waits; in simulation it
// is checked to be a walk of the chart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "charm/types/bounded_vector.h"
#include "charm/types/outcome.h"

namespace charm {

class Path {
 public:
  // A node that was entered, and the label of the arrow that left it (empty for a plain arrow or
  // while it has not been left). Both are literals.
  struct Step {
    std::string_view node;
    std::string_view arrow;
  };
  static constexpr std::size_t max_steps = 1024;

  // Enters a node. Chains with took() and yes(): `if (path.at("is_leader").yes(unit.is_leader()))`;
  // the node is entered before the argument is evaluated.
  Path& at(std::string_view node) {
    steps_.push_back({node, {}});
    return *this;
  }
  // Leaves the current node by its arrow `yes` or `no`; returns the answer.
  bool yes(bool answer) {
    took(answer ? std::string_view("yes") : std::string_view("no"));
    return answer;
  }
  // Leaves the current node by the arrow with this label.
  void took(std::string_view arrow) { steps_[steps_.size() - 1].arrow = arrow; }

  // Enters a terminal node, and ends the handler.
  [[nodiscard]] Outcome done(std::string_view node, std::string_view reason) {
    at(node);
    return {Outcome::Kind::done, reason};
  }
  [[nodiscard]] Outcome deferred(std::string_view node, std::string_view reason) {
    at(node);
    return {Outcome::Kind::deferred, reason};
  }

  void clear() { steps_.clear(); }
  [[nodiscard]] const auto& steps() const { return steps_; }

 private:
  BoundedVector<Step, max_steps> steps_;
};

// `a -> b [no] -> c`.
std::string to_text(const Path& path);

}  // namespace charm
