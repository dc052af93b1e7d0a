// What an exploration notes of its steps where livelocks are looked for that only deviations keep
// up (world_graph.h), and what a way that goes round for ever is: a livelock, or a dead end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sim/charm_under_test.h"
#include "sim/choices/choices.h"
#include "sim/search/world_graph.h"
#include "sim/simulation.h"

namespace sim {

class Rounds {
 public:
  // The world that the next step is made from.
  [[nodiscard]] WorldGraph::Node here() const { return here_; }
  void go_back_to(WorldGraph::Node node) { here_ = node; }

  // Of one step: what was asked, in turn, then the timer that fired, then where it has led; or that
  // the run has ended there. `possible`: of the question which timer comes next, those there are.
  void asked(Label label, std::uint32_t options, std::uint32_t option,
             std::span<const model::TimerId> possible);
  void fired(std::optional<model::TimerId> timer);
  void led_to(std::uint64_t key);
  void ended();

  [[nodiscard]] std::size_t bytes() const { return graph_.bytes(); }
  // The choices of a run that goes round until its horizon, or until something breaks; nothing: no
  // round was found.
  [[nodiscard]] std::optional<Deviations> find(const Scenario& scenario,
                                               const CharmUnderTest& charm) const;

 private:
  void note_actions();

  WorldGraph graph_;
  WorldGraph::Node here_ = WorldGraph::beginning;
  WorldGraph::Step step_;                     // that is being made
  std::vector<WorldGraph::Action> possible_;  // in the world it is made from
};

// Of a run that is calm after so many steps, and then goes round for ever: whether nothing but what
// comes periodically is left. No hook is run but update-status, no handler defers, and nothing
// becomes of anything: nobody means to do anything any more.
bool is_dead_end(const Scenario& scenario, const CharmUnderTest& charm, const Deviations& path,
                 std::uint64_t steps);

}  // namespace sim
