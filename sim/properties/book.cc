// What begins by a fact, and what is called off.
#include "sim/properties/book.h"

#include "model/patroni.h"
#include "model/postgresql.h"

namespace sim {

using charm::UnitName;
using model::FactKind;
using model::World;
using namespace sight;

// What is promised about a unit asks for calm around itself, and around the primary: it streams
// from there, and its hooks wait for it.
bool Book::is_calm_for(Bound bound, charm::MaybeUnit unit) const {
  if (calm_) return true;
  if (!is_of_a_unit(bound) || !is_cluster_undisturbed(moment_.world)) return false;
  if (!is_calm_around(*unit, bound)) return false;
  const charm::MaybeUnit holder = working_holder(moment_.world);
  return !holder || is_calm_around(*holder, bound);
}

void Book::call_off_where_not_calm() {
  if (calm_) return;
  for (std::size_t at = 0; at < bound_count; ++at) bounds_.open[at] = {};
  for (UnitName unit : bounds_.owed) {
    for (const Bound bound : bounds_of_units) {
      if (!is_calm_for(bound, unit)) call_off(bound, unit);
    }
  }
}

// Of the cluster's promises those stay that are about this unit: what concerns it is what they are
// about.
void Book::call_off_all_but_of(charm::MaybeUnit unit) {
  for (Obligation& open : bounds_.open) {
    const bool about_it = unit.has_value() && open.unit == unit;
    if (!about_it) open = {};
  }
  call_off(Bound::commits_with_standby);  // its unit is the primary, which has to stay
}

void Book::call_off_by(const model::Fact& fact) {
  call_off_all_but_of(fact.unit);
  if (!fact.unit || is_of_the_cluster(fact.kind)) return call_off_of_everybody();
  call_off_of(*fact.unit);
  // Its hooks wait for a primary, and so do its status and what it streams.
  const bool of_holder =
      moment_.memory->lock_holder == charm::member_of(*fact.unit) || bounds_.primary == *fact.unit;
  if (!of_holder) return;
  for (UnitName unit : bounds_.owed) {
    call_off_of(unit);
  }
}

void Book::extend(const model::Fact& fact) {
  Obligation& open = bounds_.open[index_of(Bound::primary_after_loss)];
  if (!open.is_open()) return;
  const PatroniTiming& timing = moment_.scenario.world.patroni;
  const bool by_holder = moment_.world.shared().dcs.lock_holder == charm::member_of(*open.unit) &&
                         fact.unit == open.unit;
  if (fact.kind == FactKind::conflict && !by_holder) open.due_us += timing.loop_wait.count();
  if (fact.kind == FactKind::service_started && by_holder) {
    open.due_us = std::max(open.due_us, now_us_ + restart_in_place(timing).count());
  }
  if (fact.kind == FactKind::lock_expired) wait_for_look(*fact.unit);
}

// Whoever may win now was no candidate when the bound began: a process that is new gives the last
// record a full ttl, and keeps those who have less from winning meanwhile.
void Book::wait_for_winner() {
  Obligation& open = bounds_.open[index_of(Bound::primary_after_loss)];
  if (now_us_ < open.due_us) return;
  const World& world = moment_.world;
  std::int64_t first_us = Obligation::never;
  for (UnitName unit : who_may_win(world, *open.unit)) {
    const model::TimerId expiry = model::timer_id(unit, model::UnitTimer::lock_expiry);
    if (!world.unit(unit).member.lock_valid || !world.is_armed(expiry)) return;
    first_us = std::min(first_us, world.window(expiry).latest.micros);
  }
  if (first_us != Obligation::never) open.due_us = first_us + race_time().count();
}

// The lock has run out for it: its next cycle is the first that can see that.
void Book::wait_for_look(UnitName unit) {
  const World& world = moment_.world;
  const model::TimerId cycle = model::timer_id(unit, model::UnitTimer::ha);
  if (!is_ready_to_lead(world, unit) || !world.is_armed(cycle)) return;
  Obligation& open = bounds_.open[index_of(Bound::primary_after_loss)];
  open.due_us = std::max(open.due_us, world.window(cycle).latest.micros + race_time().count());
}

void Book::begin_after_loss(UnitName unit) {
  const World& world = moment_.world;
  const model::Dcs& dcs = world.shared().dcs;
  if (dcs.lock_holder == charm::member_of(unit)) bounds_.lost = unit;
  const charm::MaybeUnit holder = working_holder(world);
  if (!holder || !dcs.sync_standbys.contains(unit)) return;
  const bool goes_on =
      !dcs.strict || !(model::postgresql::standbys(world, *holder) - charm::UnitSet{unit}).empty();
  // Patroni 3.1 forgets a standby that goes while it is being named (its issue 3468); update-status
  // finds out.
  if (goes_on && !world.unit(*holder).member.naming) begin(Bound::commits_after_loss, unit);
}

void Book::begin_by(const model::Fact& fact) {
  const World& world = moment_.world;
  const model::Dcs& dcs = world.shared().dcs;
  const UnitName unit = fact.unit ? *fact.unit : UnitName{};
  const charm::MaybeUnit holder = working_holder(world);
  switch (fact.kind) {
    case FactKind::pod_stopped: return begin_after_loss(unit);
    case FactKind::pod_terminating:
      // Who is gone already gives nothing away: that is a silent loss. And whoever heard of it by
      // failsafe takes it for the leader for ttl, whatever it has given away (section 2.3, C1).
      if (bounds_.primary == unit &&
          !is_led_by_failsafe(world, moment_.scenario.world.patroni.ttl) &&
          moment_.memory->lock_holder == charm::member_of(unit) && somebody_may_win(world, unit) &&
          (!dcs.strict || a_winner_has_a_standby(world, unit)) &&
          world.shared().client.last_acknowledger == unit) {
        begin(Bound::planned_removal, unit);
      }
      return;
    case FactKind::lock_released:
      // The primary that had to stay hands over; V5 has the rest.
      call_off(Bound::commits_after_loss);
      if (somebody_may_win(world, unit)) begin(Bound::primary_after_release, unit);
      return;
    case FactKind::database_crashed:
      if (dcs.lock_holder == charm::member_of(unit) && !world.unit(unit).postgres.in_recovery &&
          model::patroni::is_up(world, unit) && world.unit(unit).member.job == model::Job::none) {
        begin(Bound::writable_after_crash, unit);
      }
      return;
    case FactKind::healed:
      // As below: to whoever was away the last renewal of a holder that is gone is news.
      if (!hides_a_loss(world) && (!dcs.lock_holder || holder_is_up(world))) {
        begin(Bound::whole_after_healing, unit);
      }
      return;
    case FactKind::api_started:
      // A holder that is gone is V1's: its last renewal may be news, and counts for ttl more.
      if (!hides_a_loss(world) && holder_is_up(world)) begin(Bound::writable_after_outage, {});
      return;
    case FactKind::streaming:
      // A name that is not in `-sync` is one that Patroni 3.1 has forgotten (its issue 3468).
      if (holder && dcs.strict && world.unit(*holder).postgres.write_waits &&
          (world.unit(*holder).member.sync_names - dcs.sync_standbys).empty()) {
        begin(Bound::commits_with_standby, *holder);
      }
      return;
    case FactKind::service_started:
    case FactKind::member_labels:
      if (!holder || *holder == unit || !may_stream_from(world, unit, *holder)) return;
      if (model::postgresql::is_streaming(world, unit)) return;
      return begin(moment_.memory->has_database.contains(unit) ? Bound::rejoined : Bound::joined,
                   unit);
    case FactKind::lock_taken:
      // Whoever it was taken from is no new holder any more.
      if (const Obligation* route = open(Bound::route_follows); route && *route->unit != unit)
        call_off(Bound::route_follows);
      if (world.shared().application.primary_service && world.unit(unit).pod.member_labels &&
          world.unit(unit).pod.ready && !world.shared().application.primary_route_held &&
          !another_is_labelled(world, unit)) {
        begin(Bound::route_follows, unit);
      }
      return;
    default: return;
  }
}

}  // namespace sim
