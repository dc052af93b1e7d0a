#include "sim/properties/bounds.h"

#include <algorithm>
#include <utility>

#include "model/patroni.h"
#include "model/postgresql.h"
#include "sim/properties/postgresql.h"
#include "sim/properties/property.h"
#include "sim/properties/refresh.h"
#include "sim/properties/sight.h"

namespace sim {
namespace {

using charm::Duration;
using charm::UnitName;
using model::FactKind;
using model::World;
using namespace sight;
using namespace std::chrono_literals;

// The symbols of section 6; what depends on the workload is what the model grants
// (model/timing.h).
constexpr Duration c = 500ms;          // a round trip to the API server, and the cycle's work
constexpr Duration p = 2s;             // a promotion
constexpr Duration x = 9s;             // crash recovery and start
constexpr Duration k = 2s;             // from a label to where the Service leads
constexpr Duration rewind_time = 14s;  // with the start after it
constexpr Duration basebackup = 15s;   // here
constexpr Duration break_time = 60s;   // wal_sender_timeout
constexpr Duration reconnect = 5s;     // wal_retrieve_retry_interval
constexpr Duration grain = 1s;         // the client's period
constexpr Duration process_time = 5s;  // Pebble's backoff, and Patroni until its first cycle

// Followers see an expiry in a cycle of their own (section 2.1).
Duration detection(const PatroniTiming& timing) {
  const Duration late = timing.ttl - 500ms;
  const auto cycles = (late.count() + timing.loop_wait.count() - 1) / timing.loop_wait.count();
  return timing.loop_wait * cycles + 500ms;
}

Duration length(Bound bound, const Scenario& scenario) {
  const PatroniTiming& timing = scenario.world.patroni;
  const Duration L = timing.loop_wait;
  const Duration R = timing.retry_timeout;
  // A cycle is randomised by 20 %, and the hooks of a unit come one after the other.
  const Duration update_status = scenario.world.update_status_interval * 6 / 5 + 30s;
  switch (bound) {
    // With one failed race: whoever looks in the very moment of the expiry looks a cycle later.
    case Bound::primary_after_loss: return detection(timing) + 2s + c + p + L + grain;
    case Bound::primary_after_release: return 1s + 2s + c + p + L;
    case Bound::writable_after_crash: return L + x + p + c;
    case Bound::whole_after_healing: return std::max(L, R) + rewind_time + L + reconnect;
    case Bound::writable_after_outage: return R + 2 * L + p;
    case Bound::commits_after_loss: return L + break_time + c + 2s;
    case Bound::commits_with_standby: return L + 2s;
    case Bound::rejoined: return process_time + rewind_time + 2 * L + reconnect;
    case Bound::joined: return process_time + basebackup + 2 * L + reconnect;
    case Bound::route_follows: return L + k;
    // A follower naps half a second longer, and one race may fail (section 2.1).
    case Bound::leader_or_reason: return 2 * L + 2s + 500ms + c;
    case Bound::active_again:
      return 2 * update_status + length(Bound::whole_after_healing, scenario) +
             length(Bound::joined, scenario);
    case Bound::planned_removal: return timing.ttl;
    case Bound::status_tells: return update_status;
  }
  return {};
}

// Whoever has no agent says nothing: another unit has to see, at its own update-status, that nobody
// leads without it. It waits for its own member first, and a minute for a leader.
constexpr Duration look_of_others = 90s;

constexpr std::size_t index(Bound bound) { return static_cast<std::size_t>(bound); }

// --- beginning, ending ---

class Book {
 public:
  Book(Bounds& bounds, const Moment& moment) : bounds_(bounds), moment_(moment) {}

  void begin(Bound bound, UnitName unit) {
    Obligation& open = bounds_.open[index(bound)];
    if (open.due_us != Obligation::never) return;
    const std::int64_t now = moment_.world.now().micros;
    open = {now, now + length(bound, moment_.scenario).count(), unit};
  }
  // Its unit may have lost its agent meanwhile.
  void look_at_agent() {
    Obligation& told = bounds_.open[index(Bound::status_tells)];
    if (told.due_us == Obligation::never || !properties::is_mute(moment_.world, told.unit)) return;
    const Duration longer = length(Bound::status_tells, moment_.scenario) + look_of_others;
    told.due_us = told.since_us + longer.count();
  }
  void end(Bound bound) { end(bound, moment_.world.now().micros); }
  // It came about at that moment: too late, if it was due before.
  void end(Bound bound, std::int64_t at_us) {
    Obligation& open = bounds_.open[index(bound)];
    if (open.due_us == Obligation::never) return;
    const std::int64_t left = open.due_us - at_us;
    if (left < 0) return;  // expire() tells
    Kept& kept = bounds_.kept[index(bound)];
    ++kept.times;
    if (left < kept.least_left_us) {
      kept.least_left_us = left;
      kept.bound_us = open.due_us - open.since_us;
    }
    open = {};
  }
  void call_off(Bound bound) { bounds_.open[index(bound)] = {}; }
  // What concerns the unit itself is what the promise is about.
  void call_off_but_of(charm::MaybeUnit unit) {
    for (Obligation& open : bounds_.open) {
      if (!(unit == open.unit)) open = {};
    }
    call_off(Bound::commits_with_standby);  // its unit is the primary, which has to stay
  }
  [[nodiscard]] const Obligation* open(Bound bound) const {
    const Obligation& found = bounds_.open[index(bound)];
    return found.due_us == Obligation::never ? nullptr : &found;
  }
  void look();
  void begin_by(const model::Fact& fact, bool was_disturbed);
  void look_at_leaders();
  void look_at_statuses();
  void look_at_activity(bool disturbed);
  void schedule() {
    bounds_.primary = working_holder(moment_.world);
    bounds_.next_due_us = Obligation::never;
    for (const Obligation& open : bounds_.open)
      bounds_.next_due_us = std::min(bounds_.next_due_us, open.due_us);
  }

 private:
  void begin_after_loss(UnitName unit, bool was_disturbed);

  Bounds& bounds_;
  const Moment& moment_;
};

void Book::begin_after_loss(UnitName unit, bool was_disturbed) {
  const World& world = moment_.world;
  const model::Dcs& dcs = world.shared().dcs;
  // A holder that was frozen before may have been silent for longer, and to whoever was cut off
  // its last renewal is news, even if that was healed since: it counts for ttl more.
  const bool holds =
      dcs.lock_holder == charm::member_of(unit) && !was_disturbed && !has_unread_news(world, unit);
  if (holds && somebody_may_win(world, unit)) begin(Bound::primary_after_loss, unit);
  const charm::MaybeUnit holder = working_holder(world);
  if (!holder || !dcs.sync_standbys.contains(unit)) return;
  const bool goes_on =
      !dcs.strict || !(model::postgresql::standbys(world, *holder) - charm::UnitSet{unit}).empty();
  // Patroni 3.1 forgets a standby that goes while it is being named (its issue 3468); update-status
  // finds out.
  if (goes_on && !world.unit(*holder).member.naming) begin(Bound::commits_after_loss, unit);
}

void Book::begin_by(const model::Fact& fact, bool was_disturbed) {
  const World& world = moment_.world;
  const model::Dcs& dcs = world.shared().dcs;
  const UnitName unit = fact.unit ? *fact.unit : UnitName{};
  const charm::MaybeUnit holder = working_holder(world);
  switch (fact.kind) {
    case FactKind::pod_stopped: return begin_after_loss(unit, was_disturbed);
    case FactKind::pod_terminating:
      // Who is gone already gives nothing away: that is a silent loss.
      if (bounds_.primary == unit && moment_.memory->lock_holder == charm::member_of(unit) &&
          somebody_may_win(world, unit) && (!dcs.strict || a_winner_has_a_standby(world, unit)) &&
          world.shared().client.last_acknowledger == unit) {
        begin(Bound::planned_removal, unit);
      }
      return;
    case FactKind::lock_released:
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
      if (!hides_a_loss(world) && holder_is_up(world)) begin(Bound::writable_after_outage, unit);
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
      if (world.shared().application.primary_service && world.unit(unit).pod.member_labels &&
          world.unit(unit).pod.ready && !world.shared().application.primary_route_held &&
          !another_is_labelled(world, unit)) {
        begin(Bound::route_follows, unit);
      }
      return;
    default: return;
  }
}

void Book::look() {
  const World& world = moment_.world;
  const model::Client& client = world.shared().client;
  const charm::MaybeUnit holder = working_holder(world);
  if (holder) {
    for (const Bound bound : {Bound::primary_after_loss, Bound::primary_after_release,
                              Bound::writable_after_crash, Bound::writable_after_outage}) {
      end(bound);
    }
  }
  for (const Bound bound : {Bound::commits_after_loss, Bound::commits_with_standby}) {
    const Obligation* waits = open(bound);
    if (waits == nullptr || client.last_us <= waits->since_us) continue;
    // The client's period is the grain.
    end(bound, std::max(waits->since_us, client.last_us - grain.count()));
  }
  if (const Obligation* gap = open(Bound::planned_removal)) {
    // Its PostgreSQL is down from then on: whoever acknowledges is another, or is back.
    if (client.last_us > gap->since_us) end(Bound::planned_removal);
    // Strict since then: nobody is there to confirm.
    if (world.shared().dcs.strict && holder && !has_a_standby(world, *holder, gap->unit)) {
      call_off(Bound::planned_removal);
    }
  }
  for (const Bound bound : {Bound::rejoined, Bound::joined}) {
    const Obligation* one = open(bound);
    if (one == nullptr) continue;
    if (follows_or_leads(world, one->unit)) end(bound);
    // Nobody to stream from, or shut out: the promise is off.
    if (!holder || !may_stream_from(world, one->unit, *holder)) call_off(bound);
  }
  if (open(Bound::whole_after_healing) != nullptr && is_whole(world))
    end(Bound::whole_after_healing);
  if (const Obligation* route = open(Bound::route_follows)) {
    if (world.shared().application.primary_route.contains(route->unit)) end(Bound::route_follows);
    // No Service leads to a pod that is not ready: its probe may have begun to fail before.
    if (!world.unit(route->unit).pod.ready) call_off(Bound::route_follows);
  }
  look_at_leaders();
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

void Book::look_at_statuses() {
  const Obligation* told = open(Bound::status_tells);
  const World& world = moment_.world;
  if (told != nullptr) {
    if (status_contradicts(moment_, told->unit)) return;
    end(Bound::status_tells);
  }
  for (UnitName name : world.planned()) {
    if (world.unit(name).pod.node_lost || !status_contradicts(moment_, name)) continue;
    return begin(Bound::status_tells, name);
  }
}

void Book::look_at_activity(bool disturbed) {
  if (disturbed) call_off(Bound::active_again);
  if (all_are_active_or_held(moment_)) return end(Bound::active_again);
  if (waits_for_an_operator(moment_)) return call_off(Bound::active_again);
  begin(Bound::active_again, {});
}

bool concerns(std::span<const model::Fact> facts) {
  return std::ranges::any_of(facts,
                             [](const model::Fact& fact) { return !is_of_no_concern(fact.kind); });
}

}  // namespace

std::string_view to_text(Bound bound) {
  constexpr std::array<std::string_view, bound_count> names{"primary-after-loss",
                                                            "primary-after-release",
                                                            "writable-after-crash",
                                                            "whole-after-healing",
                                                            "writable-after-outage",
                                                            "commits-after-loss",
                                                            "commits-with-standby",
                                                            "rejoined",
                                                            "joined",
                                                            "route-follows",
                                                            "leader-or-reason",
                                                            "active-again",
                                                            "planned-removal",
                                                            "status-tells"};
  return names[index(bound)];
}

std::string_view id_of(Bound bound) {
  constexpr std::array<std::string_view, bound_count> ids{
      "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10", "V11", "V12", "", ""};
  return ids[index(bound)];
}

void observe(Bounds& bounds, const Moment& moment) {
  if (moment.dispatch == nullptr && !concerns(moment.facts)) return;
  Book book(bounds, moment);
  bool disturbed = false;
  for (const model::Fact& fact : moment.facts) {
    if (!is_disturbance(fact.kind)) continue;
    disturbed = true;
    book.call_off_but_of(fact.unit);
  }
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != FactKind::clock_stepped) continue;
    // It sleeps until then, or wakes at once: its next cycle is out of step with the others.
    const Duration step =
        std::chrono::milliseconds(std::abs(static_cast<std::int32_t>(fact.value)));
    bounds.unsteady_until_us =
        std::max(bounds.unsteady_until_us,
                 (moment.world.now() + step + moment.scenario.world.patroni.loop_wait).micros);
  }
  const bool steady = moment.world.now().micros >= bounds.unsteady_until_us;
  const bool calm = is_undisturbed(moment.world);
  const bool was_disturbed = std::exchange(bounds.disturbed, !calm);
  if (!steady || !calm) {
    for (std::size_t at = 0; at < bound_count; ++at) book.call_off(static_cast<Bound>(at));
    return book.schedule();
  }
  for (const model::Fact& fact : moment.facts) book.begin_by(fact, was_disturbed);
  book.look();
  if (moment.world.shared().application.initialised) {
    book.look_at_statuses();
    book.look_at_agent();
    book.look_at_activity(disturbed);
  }
  book.schedule();
}

void expire(Bounds& bounds, const Moment& moment) {
  Book book(bounds, moment);
  book.look();
  book.look_at_agent();
  for (std::size_t at = 0; at < bound_count; ++at) {
    const auto bound = static_cast<Bound>(at);
    const Obligation* open = book.open(bound);
    if (open == nullptr || open->due_us > moment.world.now().micros) continue;
    bounds.overdue |= 1U << at;
  }
  if (bounds.overdue == 0) book.schedule();
}

void Bounds::forget_overdue() {
  next_due_us = Obligation::never;
  for (std::size_t at = 0; at < bound_count; ++at) {
    if ((overdue >> at & 1U) != 0) open[at] = {};
    next_due_us = std::min(next_due_us, open[at].due_us);
  }
  overdue = 0;
}

void disturb(Bounds& bounds, const Moment& moment) {
  Book book(bounds, moment);
  book.call_off_but_of({});
  book.schedule();
}

}  // namespace sim
