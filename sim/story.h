// The scenario's story: which step is due, and what it does to the world.
#pragma once

#include "model/step.h"
#include "sim/scenario/scenario.h"

namespace sim {

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
