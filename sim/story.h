// The scenario's story: which step is due, and what it does to the world.
#pragma once

#include <array>

#include "charm/runtime/definition.h"
#include "model/step.h"
#include "sim/scenario/scenario.h"

namespace sim {

// By its number, which of the charm's each action of the story is; charm::unobserved_subject, if
// the charm has no such action.
std::array<std::uint8_t, model::max_actions> kinds_of_actions(const Scenario& scenario,
                                                              const charm::CharmDefinition& charm);

class Story {
 public:
  explicit Story(const Scenario& scenario) : scenario_(scenario) {}

  // Arms the story's timer for the next step, once its condition holds. `settled` is that
  // condition's.
  void look(model::Step& step, bool settled) const;
  [[nodiscard]] bool is_over(const model::World& world) const;
  // What follows is the deed that the timer was armed for.
  [[nodiscard]] const StoryStep& current(const model::World& world) const;
  // Does it, and goes on to the next step. False: there was nothing to do it to.
  bool perform(model::Step& step) const;

 private:
  const Scenario& scenario_;
};

// The unit that a target means at this moment, if there is one.
charm::MaybeUnit resolve(const Target& target, const model::World& world);
// Whether a condition holds; `settled` is the caller's to know.
bool holds(Condition condition, const model::World& world, bool settled);

}  // namespace sim
