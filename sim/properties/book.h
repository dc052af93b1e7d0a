// Which bounds are open, at one moment: what begins, ends and calls off.
#pragma once

#include <algorithm>

#include "sim/properties/bound_lengths.h"
#include "sim/properties/bounds.h"
#include "sim/properties/property.h"
#include "sim/properties/sight.h"

namespace sim {

constexpr std::size_t index_of(Bound bound) { return static_cast<std::size_t>(bound); }
constexpr std::size_t place_of(Bound bound) {
  const auto* const found = std::ranges::find(bounds_of_units, bound);
  return static_cast<std::size_t>(found - bounds_of_units.begin());
}
constexpr bool is_of_a_unit(Bound bound) { return place_of(bound) < bounds_of_units.size(); }

class Book {
 public:
  Book(Bounds& bounds, const Moment& moment)
      : bounds_(bounds),
        moment_(moment),
        now_us_(moment.world.now().micros),
        calm_(now_us_ >= bounds.unsteady_until_us && sight::is_undisturbed(moment.world)) {}

  void begin(Bound bound, charm::MaybeUnit unit) {
    Obligation& open = slot(bound, unit);
    if (open.is_open() || !is_calm_for(bound, unit)) return;
    open = {now_us_, now_us_ + length_of(bound, moment_.scenario).count(), unit};
    if (is_of_a_unit(bound)) bounds_.owed.insert(*unit);
  }
  void end(Bound bound, charm::MaybeUnit unit = {}) { end(bound, unit, now_us_); }
  // It came about at that moment: too late, if it was due before.
  void end(Bound bound, charm::MaybeUnit unit, std::int64_t at_us) {
    Obligation& open = slot(bound, unit);
    if (!open.is_open()) return;
    const std::int64_t left = open.due_us - at_us;
    if (left < 0) return;  // expire() tells
    Kept& kept = bounds_.kept[index_of(bound)];
    ++kept.times;
    if (left < kept.least_left_us) {
      kept.least_left_us = left;
      kept.bound_us = open.due_us - open.since_us;
    }
    open = {};
  }
  void call_off(Bound bound, charm::MaybeUnit unit = {}) { slot(bound, unit) = {}; }
  void call_off_by(const model::Fact& fact);
  void call_off_all_but_of(charm::MaybeUnit unit);
  void call_off_of(charm::UnitName unit) { bounds_.units[unit.ordinal].open = {}; }
  void call_off_of_everybody() {
    for (charm::UnitName unit : bounds_.owed) call_off_of(unit);
  }
  // The time that its promise takes for granted goes on only as long as nothing comes between.
  void call_off_where_not_calm();
  // Somebody has lost a race: the next one is a cycle later. Or whoever was lost is back, holds its
  // lock, and keeps the others from it. Or a candidate's cycle is out of step with the renewals,
  // since it has read the last one by itself, or a hook has reloaded it.
  void extend(const model::Fact& fact);
  [[nodiscard]] const Obligation* open(Bound bound, charm::MaybeUnit unit = {}) {
    const Obligation& found = slot(bound, unit);
    return found.is_open() ? &found : nullptr;
  }
  void look();
  void begin_by(const model::Fact& fact);
  void look_at_statuses();
  void look_at_agents();
  void look_at_activity(bool disturbed);
  void find_overdue();
  void schedule() {
    bounds_.primary = sight::working_holder(moment_.world);
    bounds_.schedule();
  }

 private:
  Obligation& slot(Bound bound, charm::MaybeUnit unit) {
    if (!is_of_a_unit(bound)) return bounds_.open[index_of(bound)];
    return bounds_.units[(*unit).ordinal].open[place_of(bound)];
  }
  [[nodiscard]] bool is_calm_for(Bound bound, charm::MaybeUnit unit) const;
  // A status has to tell of a PostgreSQL that recovers, too; of all else that takes its time.
  [[nodiscard]] bool is_calm_around(charm::UnitName unit, Bound bound) const {
    if (now_us_ < bounds_.units[unit.ordinal].unsteady_until_us) return false;
    return bound == Bound::status_tells ? sight::is_in_reach(moment_.world, unit)
                                        : sight::is_undisturbed(moment_.world, unit);
  }
  void begin_after_loss(charm::UnitName unit);
  void wait_for_look(charm::UnitName unit);
  void look_at_loss();
  void wait_for_winner();
  void look_at_leaders();
  void look_at_commits();
  void look_at_unit(charm::UnitName unit);
  [[nodiscard]] bool still_contradicts(charm::UnitName unit) const;
  void look_at_clocks();

  Bounds& bounds_;
  const Moment& moment_;
  std::int64_t now_us_;
  bool calm_;  // everywhere
};

}  // namespace sim
