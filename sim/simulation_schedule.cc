// The scheduler: whatever is due first happens, and what was freshly armed is narrowed by a choice.
#include <algorithm>

#include "sim/footprint.h"
#include "sim/simulation.h"

namespace sim {

using charm::UnitName;

bool Simulation::advance() {
  if (options_.footprint != nullptr) options_.footprint->clear();
  narrow_fresh();
  if (ask_for_departure()) {
    if (is_coarse()) widen_fresh();
    return !ended_;
  }
  const model::TimerId next = next_due();
  const charm::Instant due = std::max(world_.now(), world_.window(next).earliest);
  if (due > charm::Instant{scenario_.horizon.count()}) {
    verdict_.end = RunEnd::horizon;
    ended_ = true;
    return false;
  }
  world_.advance_to(due);
  world_.disarm(next);
  chosen_.reset();
  fire(next);
  if (is_coarse()) widen_fresh();  // the state that is left says all of what may come
  return !ended_;
}

void Simulation::narrow_fresh() {
  if (is_coarse()) return widen_fresh();
  world_.take_fresh([this](model::TimerId id) {
    if (options_.pace != nullptr) {
      if (const auto moment = options_.pace->moment(world_, id)) {
        return world_.arm(id, model::exactly(*moment - world_.now()));
      }
    }
    const model::Window window = world_.window(id);
    if (window.earliest == window.latest) return;
    const Label label = model::is_world_timer(id)
                            ? Label{{}, question_of(model::world_timer(id))}
                            : Label{model::unit_of(id), question_of(model::unit_timer(id))};
    const std::uint32_t point = choices_->pick(window_points, label);
    const std::int64_t width = (window.latest - window.earliest).count();
    world_.narrow(id, {window.earliest.micros + width * point / (window_points - 1)});
  });
}

// Asked once for each moment: a hook that has to stop for what comes next leaves the answer to the
// scheduler.
model::TimerId Simulation::next_due() {
  if (is_coarse()) return next_of_all();
  const model::TimerId first = world_.next();
  const charm::Instant due = world_.window(first).earliest;
  if (chosen_ && world_.window(*chosen_).earliest == due) return *chosen_;
  const std::uint32_t tied = world_.due_with(first);
  if (tied < 2) return first;
  chosen_ = world_.due_with(first, choices_->pick(tied, {{}, tie_question}));
  return *chosen_;
}

// Another unit's hook can only go on where the scheduler stands; everything else happens on the
// spot.
bool Simulation::belongs_to_scheduler(model::TimerId id, UnitName running) const {
  if (ended_ || world_.window(id).earliest.micros > scenario_.horizon.count()) return true;
  if (model::is_world_timer(id)) return false;
  const model::UnitTimer timer = model::unit_timer(id);
  return model::unit_of(id) != running &&
         (timer == model::UnitTimer::agent || timer == model::UnitTimer::call);
}

}  // namespace sim
