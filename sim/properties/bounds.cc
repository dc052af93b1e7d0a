#include "sim/properties/bounds.h"

#include <algorithm>
#include <chrono>

#include "model/postgresql.h"
#include "sim/properties/book.h"
#include "sim/properties/refresh.h"

namespace sim {

using charm::UnitName;
using model::FactKind;
using model::World;
using namespace sight;

void Book::look() {
  const World& world = moment_.world;
  const charm::MaybeUnit holder = working_holder(world);
  if (holder) {
    for (const Bound bound : {Bound::primary_after_loss, Bound::primary_after_release,
                              Bound::writable_after_crash, Bound::writable_after_outage}) {
      end(bound);
    }
  }
  look_at_commits();
  for (UnitName unit : charm::UnitSet(bounds_.owed)) look_at_unit(unit);
  if (open(Bound::whole_after_healing) != nullptr && is_whole(world))
    end(Bound::whole_after_healing);
  if (const Obligation* route = open(Bound::route_follows)) {
    const UnitName target = *route->unit;
    if (world.shared().application.primary_route.contains(target)) end(Bound::route_follows);
    // No Service leads to a pod that is not ready: its probe may have begun to fail before. Nor to
    // one that was asked to end, whatever its probe says. And who has given the lock back, or lost
    // it to another, is no holder that it had to lead to.
    const model::Pod& pod = world.unit(target).pod;
    const bool holds = world.shared().dcs.lock_holder == charm::member_of(target);
    if (!holds || !pod.ready || pod.phase != model::PodPhase::running)
      call_off(Bound::route_follows);
  }
  look_at_leaders();
  bounds_.watches = false;
  look_at_loss();
  wait_for_winner();
  look_at_clocks();
}

void Book::look_at_commits() {
  const World& world = moment_.world;
  const model::Client& client = world.shared().client;
  const charm::MaybeUnit holder = working_holder(world);
  for (const Bound bound : {Bound::commits_after_loss, Bound::commits_with_standby}) {
    const Obligation* waits = open(bound);
    if (waits == nullptr || client.last_us <= waits->since_us) continue;
    end(bound, {}, std::max(waits->since_us, client.last_us - client_grain.count()));
  }
  const Obligation* gap = open(Bound::planned_removal);
  if (gap == nullptr) return;
  // Its PostgreSQL is down from then on: whoever acknowledges is another, or is back.
  if (client.last_us > gap->since_us) return end(Bound::planned_removal);
  // Strict since then: nobody is there to confirm.
  if (world.shared().dcs.strict && holder && !has_a_standby(world, *holder, *gap->unit)) {
    call_off(Bound::planned_removal);
  }
}

void Book::look_at_unit(UnitName unit) {
  const World& world = moment_.world;
  const charm::MaybeUnit holder = working_holder(world);
  for (const Bound bound : {Bound::rejoined, Bound::joined}) {
    if (open(bound, unit) == nullptr) continue;
    if (follows_or_leads(world, unit)) end(bound, unit);
    // Nobody to stream from, or shut out: the promise is off.
    if (!holder || !may_stream_from(world, unit, *holder)) call_off(bound, unit);
  }
  if (open(Bound::status_tells, unit) != nullptr && !still_contradicts(unit)) {
    end(Bound::status_tells, unit);
  }
  const auto is_open = [](const Obligation& one) { return one.is_open(); };
  if (std::ranges::none_of(bounds_.units[unit.ordinal].open, is_open)) bounds_.owed.erase(unit);
}

// A renewal wakes whoever hears of it: the others' cycles are in phase; for who is not, extend().
// V1 counts from when its candidates have all read the last renewal: to whoever was cut off, or
// whose watch was behind, that is news, which counts for ttl more; there is no fact of it. Whether
// the new primary acknowledges is not asked here: a strict one waits for a standby (V7).
void Book::look_at_loss() {
  const charm::MaybeUnit lost = bounds_.lost;
  if (!lost) return;
  const World& world = moment_.world;
  if (!(world.shared().dcs.lock_holder == charm::member_of(*lost)) || holder_is_up(world)) {
    bounds_.lost = {};
    return;
  }
  const bool may_begin = calm_ && open(Bound::primary_after_loss) == nullptr &&
                         somebody_may_win(world, *lost) &&
                         !has_reason_to_be_leaderless(world, moment_.scenario.world.patroni.ttl);
  if (!may_begin) return;
  bounds_.watches = has_unread_news(world, *lost);
  if (bounds_.watches) return;
  begin(Bound::primary_after_loss, *lost);
}

void Book::look_at_clocks() {
  for (UnitName name : charm::UnitSet(bounds_.stepped)) {
    UnitBounds& unit = bounds_.units[name.ordinal];
    if (moment_.world.unit(name).member.observed_lock == unit.record_at_step) continue;
    unit.doubtful_until_us = now_us_ + moment_.scenario.world.patroni.ttl.count();
    bounds_.stepped.erase(name);
  }
  if (!bounds_.stepped.empty()) bounds_.watches = true;
}

// V11, and whoever else promises a primary: their time counts while nothing speaks against one.
void Book::look_at_leaders() {
  const World& world = moment_.world;
  if (working_holder(world)) return end(Bound::leader_or_reason);
  if (has_reason_to_be_leaderless(world, moment_.scenario.world.patroni.ttl)) {
    for (const Bound bound :
         {Bound::leader_or_reason, Bound::whole_after_healing, Bound::writable_after_outage,
          Bound::primary_after_loss, Bound::primary_after_release}) {
      call_off(bound);
    }
    return;
  }
  if (is_led(world)) return end(Bound::leader_or_reason);
  begin(Bound::leader_or_reason, {});
}

// A status that was set meanwhile was right then, though the member may have worked again by the
// end of that hook: what contradicts it now is younger.
bool Book::still_contradicts(UnitName unit) const {
  const bool is_active = moment_.world.unit(unit).status == charm::StatusKind::active;
  return is_active == bounds_.units[unit.ordinal].was_active && status_contradicts(moment_, unit);
}

void Book::look_at_statuses() {
  const World& world = moment_.world;
  for (UnitName name : world.planned()) {
    if (world.unit(name).pod.node_lost || !status_contradicts(moment_, name)) continue;
    if (open(Bound::status_tells, name) != nullptr) continue;
    bounds_.units[name.ordinal].was_active = world.unit(name).status == charm::StatusKind::active;
    begin(Bound::status_tells, name);
  }
}

// Whoever has no agent says nothing: another unit has to see, at its own update-status, that nobody
// leads without it. It waits for its own member first, and a minute for a leader.
void Book::look_at_agents() {
  constexpr charm::Duration look_of_others = std::chrono::seconds(90);
  for (UnitName unit : bounds_.owed) {
    Obligation& told = slot(Bound::status_tells, unit);
    if (!told.is_open() || !properties::is_mute(moment_.world, unit)) continue;
    const charm::Duration longer =
        length_of(Bound::status_tells, moment_.scenario) + look_of_others;
    told.due_us = told.since_us + longer.count();
  }
}

void Book::look_at_activity(bool disturbed) {
  if (disturbed) call_off(Bound::active_again);
  if (all_are_active_or_held(moment_)) return end(Bound::active_again);
  if (waits_for_an_operator(moment_)) return call_off(Bound::active_again);
  begin(Bound::active_again, {});
}

void Book::find_overdue() {
  const auto is_late = [this](const Obligation& open) { return open.due_us <= now_us_; };
  for (UnitName unit : bounds_.owed) {
    for (const Bound bound : bounds_of_units) {
      // One of each kind at a time: of the others it is told at the next step.
      if (is_late(slot(bound, unit))) bounds_.open[index_of(bound)] = slot(bound, unit);
    }
  }
  for (std::size_t at = 0; at < bound_count; ++at) {
    if (is_late(bounds_.open[at])) bounds_.overdue |= 1U << at;
  }
}

namespace {

bool concerns(std::span<const model::Fact> facts) {
  return std::ranges::any_of(facts,
                             [](const model::Fact& fact) { return !is_of_no_concern(fact.kind); });
}

// It sleeps until then, or wakes at once: its next cycle is out of step with the others.
void note_step(Bounds& bounds, const Moment& moment, const model::Fact& fact) {
  const charm::Duration step =
      std::chrono::milliseconds(std::abs(static_cast<std::int32_t>(fact.value)));
  UnitBounds& unit = bounds.units[(*fact.unit).ordinal];
  unit.unsteady_until_us =
      std::max(unit.unsteady_until_us,
               (moment.world.now() + step + moment.scenario.world.patroni.loop_wait).micros);
  bounds.unsteady_until_us = std::max(bounds.unsteady_until_us, unit.unsteady_until_us);
  // Who has read none gives the first one its full time, by whatever clock.
  unit.record_at_step = moment.world.unit(*fact.unit).member.observed_lock;
  if (unit.record_at_step == 0) return;
  unit.doubtful_until_us = Obligation::never;
  bounds.stepped.insert(*fact.unit);
}

}  // namespace

void observe(Bounds& bounds, const Moment& moment) {
  if (moment.dispatch == nullptr && !concerns(moment.facts)) return;
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind == FactKind::clock_stepped) note_step(bounds, moment, fact);
  }
  Book book(bounds, moment);
  bool disturbed = false;
  for (const model::Fact& fact : moment.facts) {
    if (!is_disturbance(fact.kind)) continue;
    disturbed = true;
    book.call_off_by(fact);
  }
  book.call_off_where_not_calm();
  for (const model::Fact& fact : moment.facts) {
    book.extend(fact);
    book.begin_by(fact);
  }
  book.look();
  if (moment.world.shared().application.initialised) {
    book.look_at_statuses();
    book.look_at_agents();
    book.look_at_activity(disturbed);
  }
  book.schedule();
}

void expire(Bounds& bounds, const Moment& moment) {
  Book book(bounds, moment);
  book.look();
  if (moment.world.shared().application.initialised) book.look_at_statuses();
  book.look_at_agents();
  book.find_overdue();
  if (bounds.overdue == 0) book.schedule();
}

void Bounds::forget_overdue() {
  for (std::size_t at = 0; at < bound_count; ++at) {
    if ((overdue >> at & 1U) == 0) continue;
    const auto bound = static_cast<Bound>(at);
    if (is_of_a_unit(bound)) units[(*open[at].unit).ordinal].open[place_of(bound)] = {};
    open[at] = {};
  }
  overdue = 0;
  schedule();
}

void Bounds::schedule() {
  next_due_us = watches ? 0 : Obligation::never;
  const auto take = [this](const Obligation& one) {
    next_due_us = std::min(next_due_us, one.due_us);
  };
  std::ranges::for_each(open, take);
  for (charm::UnitName unit : owed) std::ranges::for_each(units[unit.ordinal].open, take);
}

void disturb(Bounds& bounds, const Moment& moment, charm::MaybeUnit unit) {
  Book book(bounds, moment);
  book.call_off_all_but_of({});
  if (unit) {
    book.call_off_of(*unit);
  } else {
    book.call_off_of_everybody();
  }
  book.schedule();
}

}  // namespace sim
