// The scheduler of a scenario with a quantum, which the explorer needs: time moves in whole steps,
// what is armed keeps its window, and every order that the windows permit can be chosen.
//
// A window is widened to whole steps, outward: what is possible stays possible, and a call of a
// hook may take up to one step. What comes next happens as early as it may: later moments come
// about when something else moves the time. So of the orders none is left out, of the moments some
// are. What arms itself again (a poll) does so for the next step at the earliest: otherwise it
// could go on for ever while time stands still.
#include <algorithm>
#include <cstdint>

#include "model/network.h"
#include "sim/simulation.h"

namespace sim {
namespace {

bool answers_a_call(model::TimerId id) {
  return !model::is_world_timer(id) && model::unit_timer(id) == model::UnitTimer::call;
}

// Hooks go on call by call within one moment, and so does WAL.
bool may_come_at_once_again(model::TimerId id) {
  if (model::is_world_timer(id)) return false;
  const model::UnitTimer timer = model::unit_timer(id);
  return timer == model::UnitTimer::agent || timer == model::UnitTimer::call ||
         timer == model::UnitTimer::replication;
}

}  // namespace

void Simulation::widen_fresh() {
  const std::int64_t quantum = scenario_.quantum.count();
  const std::int64_t now = world_.now().micros;
  world_.take_fresh([this, quantum, now](model::TimerId id) {
    const model::Window window = world_.window(id);
    const std::int64_t least = (window.earliest.micros - now) / quantum;
    const std::int64_t most = (window.latest.micros - now + quantum - 1) / quantum;
    const bool polls = fired_ == id && !may_come_at_once_again(id);
    const bool lasts = window.earliest == window.latest && window.earliest.micros > now;
    const std::int64_t soonest = polls || lasts ? 1 : 0;
    const std::int64_t first = std::max(least, soonest);
    world_.set_window(id, {{now + first * quantum}, {now + std::max(most, first) * quantum}});
  });
}

// What may come next: whatever may begin before something else has to. The calm order is by the
// moment; at the same moment hooks that are stopped go on, one after the other, and the rest
// follows by the end of the window, then by the timer. So nobody waits for ever: a hook that asks
// on and on sleeps in between. If hooks, too, went by the ends of their windows, those of two units
// would go in turn from the first call on that takes a step of time: one deviation more or less
// would reorder all that they still have to do, and worlds would stay different that long.
//
// The order is made where somebody asks for it: the calm way asks for its first alone.
std::tuple<std::int64_t, std::int64_t, std::uint32_t> Simulation::calm_rank(
    model::TimerId id) const {
  const model::Window window = world_.window(id);
  // No window ends before time began.
  const std::int64_t end = answers_a_call(id) ? -1 : window.latest.micros;
  return {std::max(world_.now(), window.earliest).micros, end, id.index};
}

// In index order.
std::size_t Simulation::find_all() {
  possible_.resize(world_.timer_count());
  possible_count_ = world_.find_possible(possible_);
  return possible_count_;
}

std::vector<model::TimerId> Simulation::possible() const {
  std::vector<model::TimerId> sorted(
      possible_.begin(), possible_.begin() + static_cast<std::ptrdiff_t>(possible_count_));
  std::ranges::sort(sorted, {}, [this](model::TimerId id) { return calm_rank(id); });
  return sorted;
}

model::TimerId Simulation::next_of_all() {
  const auto count = static_cast<std::uint32_t>(find_all());
  if (count == 1) return possible_[0];
  const std::uint32_t option = choices_->pick(count, {{}, tie_question});
  if (option != 0) return possible()[option];
  return *std::ranges::min_element(possible_.begin(),
                                   possible_.begin() + static_cast<std::ptrdiff_t>(count), {},
                                   [this](model::TimerId id) { return calm_rank(id); });
}

charm::Instant Simulation::next_moment() const {
  return std::max(world_.now(), world_.window(world_.next()).earliest);
}

// Nothing but the call's own answer can come next: the hook need not be stopped for it.
bool Simulation::goes_straight_on(model::TimerId call) {
  widen_fresh();
  if (next_to_depart()) return false;
  if (find_all() != 1 || possible_[0] != call) return false;
  if (model::network::is_held(world_, model::unit_of(call), model::UnitTimer::call)) return false;
  const charm::Instant due = std::max(world_.now(), world_.window(call).earliest);
  if (due.micros > scenario_.horizon.count()) return false;
  world_.advance_to(due);
  world_.disarm(call);
  return true;
}

}  // namespace sim
