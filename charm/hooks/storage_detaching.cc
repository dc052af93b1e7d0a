// Chart: charm/flowcharts/pgdata-storage-detaching.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include <optional>

#include "charm/hooks/hooks.h"
#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/retry.h"

namespace charm {
namespace {

using namespace std::chrono_literals;

// Of a unit that is removed Juju waits for the hooks without a limit, and PostgreSQL runs meanwhile
// (juju-and-pebble.md, section 4.8). A first copy of a large database may take longer.
constexpr steps::Patience patience_for_a_successor{.total = 10min, .every = 5s};

UnitSet staying(Unit& unit) {
  UnitSet units = unit.juju.planned_units();
  units.erase(unit.name);
  return units;
}

// By the lock, not by Patroni's list. Of a pod that was replaced while its unit is removed nobody
// else restores the labels: its member would lead without being listed, nobody could follow it, as
// Patroni knows no address of a member that it does not see, and so nobody could take over.
bool holds_lock(Unit& unit) {
  if (!unit.path.at("holds_lock").yes(steps::lock_holder(unit) == unit.name)) return false;
  unit.path.at("restore_labels");
  const auto labelled = unit.kubernetes.label_pod_as_member(pod_of(unit.name));
  unit.path.took(labelled ? "done" : "refused");
  return true;
}

// It has to run to hand over. One that was killed is started again by Pebble within seconds, with
// the lock.
bool is_primary(Unit& unit) {
  return steps::retry_for(unit.clock, {.total = 15s, .every = 3s},
                          [&unit] { return unit.patroni.own_health().has_value(); });
}

// Waits for a member that has all commits, and is not about to leave, too.
MaybeMember await_successor(Unit& unit) {
  MaybeMember found;
  (void)steps::retry_for(unit.clock, patience_for_a_successor, [&unit, &found] {
    found = steps::synchronous_standby(unit, staying(unit));
    return found.has_value();
  });
  return found;
}

constexpr steps::Patience patience_for_a_switchover{.total = 60s, .every = 3s};

// At this moment the leader brings Patroni the number of those who stay, and it names fewer
// synchronous standbys: the successor may be none any more, and is refused. Then whoever is one now
// is asked for; while this member leads, no earlier request has been carried out.
bool switch_over(Unit& unit, MaybeMember successor) {
  return steps::retry_for(unit.clock, patience_for_a_switchover, [&unit, &successor] {
    if (successor && unit.patroni.switch_over(successor)) return true;
    if (steps::has_another_leader(unit)) return true;
    successor = steps::synchronous_standby(unit, staying(unit));
    return false;
  });
}

// What was refused for a minute is not waited for once more.
bool has_primary_changed(Unit& unit, bool is_asked) {
  if (!is_asked) return steps::has_another_leader(unit);
  return steps::retry_for(unit.clock, patience_for_a_switchover,
                          [&unit] { return steps::has_another_leader(unit); });
}

// From its next cycle on the primary names another synchronous standby, and nobody hands over to
// it.
Outcome leave(Unit& unit) {
  unit.path.at("tag_member");
  const bool written = steps::render_configuration(unit).has_value();
  const bool tagged = written && unit.patroni.reload();
  unit.path.took(tagged ? "done" : "refused");
  return unit.path.done("rtn2", "another member is the primary");
}

}  // namespace

// Once more with `stop`, `remove` and pebble-ready: the member may lead only since it has
// recovered, or was promoted between.
Outcome on_storage_detaching(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_leaving").yes(!unit.juju.planned_units().contains(unit.name))) {
    return unit.path.done("rtn", "only the pod goes");
  }
  if (!unit.path.at("is_anybody_staying").yes(!staying(unit).empty())) {
    return unit.path.done("rtn", "nobody stays to take over");
  }
  if (!holds_lock(unit)) return leave(unit);
  if (!unit.path.at("is_primary").yes(is_primary(unit))) return leave(unit);
  const MaybeMember successor = await_successor(unit);
  if (!unit.path.at("has_successor").yes(successor.has_value())) {
    return unit.path.done("rtn", "no member that stays has all commits");
  }
  unit.path.at("switch_over");
  const bool is_asked = switch_over(unit, successor);
  unit.path.took(is_asked ? "done" : "refused");
  if (!unit.path.at("has_primary_changed").yes(has_primary_changed(unit, is_asked))) {
    return unit.path.done("rtn", "Patroni hands over when it is stopped");
  }
  return leave(unit);
}

}  // namespace charm
