// How units come and go: the scale that was asked for, the controller that brings it about, and
// what is left of a unit. Source: juju-and-pebble.md, sections 3.6, 3.7, 4.6, 4.8.
#include <algorithm>

#include "model/juju/parts.h"
#include "model/kubernetes.h"
#include "model/patroni.h"
#include "model/patroni_objects.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::UnitName;
using charm::UnitSet;

UnitSet beyond(UnitSet units, std::uint16_t scale) {
  UnitSet set;
  for (UnitName unit : units) {
    if (unit.ordinal >= scale) set.insert(unit);
  }
  return set;
}

void look_later(Step& step) {
  const TimerId timer = timer_id(WorldTimer::provisioner);
  if (!step.world.is_armed(timer)) step.world.arm(timer, timing::provisioner);
}

// It is not known whether Juju makes the records at once or when a pod introduces itself.
void scale_up(Step& step) {
  Application& application = step.world.shared().application;
  const std::uint16_t before = application.replicas;
  application.replicas = std::min(application.scale, step.world.unit_count());
  const bool one_by_one = step.choose(Fork::unit_records, {}, 2) != 0;
  for (std::uint16_t ordinal = before; ordinal < application.replicas; ++ordinal) {
    if (!one_by_one) add_unit(step, {ordinal});
    kubernetes::schedule_pod(step, {ordinal}, timing::pod_first_start);
  }
}

// The highest ordinals, all at once; they are leaving the scopes of all others from now on.
void mark_dying(Step& step) {
  Application& application = step.world.shared().application;
  application.scaling_down = true;
  application.scale_target = application.scale;
  for (UnitName unit : beyond(step.world.existing(), application.scale_target)) {
    step.world.unit(unit).record.life = Life::dying;
    step.note(FactKind::unit_dying, unit);
  }
  for (UnitName unit : step.world.existing()) wake_agent(step, unit);
  look_later(step);
}

bool are_dead(const World& world, UnitSet units) {
  return std::all_of(units.begin(), units.end(), [&world](UnitName unit) {
    return world.unit(unit).record.life == Life::dead;
  });
}

// The storage stays, and perhaps the bag; state, secrets and what was deferred go with the record.
void remove_unit(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const AgentRecord before = unit.record;
  UnitState fresh;
  fresh.pod.incarnation = unit.pod.incarnation;
  fresh.volume = unit.volume;
  fresh.postgres = unit.postgres;
  fresh.container.held = unit.container.held;
  if (step.choose(Fork::bag_leftover, name, 2) != 0) {
    fresh.record.bag_version = before.bag_version;
    fresh.record.restart_state = before.restart_state;
    fresh.record.upgrade_state = before.upgrade_state;
  }
  unit = fresh;
  step.world.clear_staged(name);
  step.world.set_notices(name, {});
  step.note(FactKind::unit_removed, name);
  end_relations(step);
}

// What the latched target still waits for: the teardowns, then the pods; then it is reached.
void go_on_scaling_down(Step& step) {
  Application& application = step.world.shared().application;
  const UnitSet victims = beyond(step.world.existing(), application.scale_target);
  if (!are_dead(step.world, victims)) return;
  if (application.replicas != application.scale_target) {
    application.replicas = application.scale_target;
    kubernetes::remove_pods_beyond_scale(step);
    kubernetes::look_at_rollout(step);  // it waits for none of these any more
  }
  if (kubernetes::has_pods_beyond_scale(step.world)) return;
  for (UnitName unit : victims) remove_unit(step, unit);
  application.scaling_down = false;
  const bool goes = application.presence == Presence::leaving;
  if (goes || application.scale != application.replicas) look_later(step);
}

// The charm's Services and whatever of Patroni's has an owner go with the StatefulSet; the API
// server deletes nothing itself, the garbage collector does, after a while.
void remove_application(Step& step) {
  World& world = step.world;
  Shared& shared = world.shared();
  const Application before = shared.application;
  shared.application = {.primary_route = before.primary_route,
                        .primary_service = before.primary_service,
                        .replicas_service = before.replicas_service,
                        .primary_route_held = before.primary_route_held,
                        .api_trouble = before.api_trouble,
                        .api_down = before.api_down,
                        .records_made = before.records_made,
                        .presence = Presence::removed,
                        .orphaned_services = 3};
  world.set_endpoints({});
  world.set_upgrade_stack({});
  world.disarm(timer_id(WorldTimer::lease_expiry));
  for (UnitName name; name.ordinal < world.unit_count(); ++name.ordinal) {
    UnitState fresh;
    fresh.pod.incarnation = world.unit(name).pod.incarnation;
    fresh.container.held = world.unit(name).container.held;
    // A session of the next life is none of this one to the client.
    fresh.postgres.stint = world.unit(name).postgres.stint;
    world.unit(name) = fresh;
    world.forget_states(name);
    for (UnitName other; other.ordinal < world.unit_count(); ++other.ordinal) {
      world.cache_bag(name, other, 0);
    }
  }
  // Nobody can read the old database any more; the client asks the next one for nothing of it.
  shared.branches = {};
  for (ClientRelation& relation : shared.relations) relation.users = {};
  const Client client = shared.client;
  shared.client = {.acknowledged = client.acknowledged,
                   .overlap = client.overlap,
                   .lost = client.lost,
                   .last_us = client.last_us,
                   .branches_made = client.branches_made};
  if (step.log != nullptr) step.log->given_up(world);
  patroni_objects::owner_removed(step);
  step.note(FactKind::application_removed);
  look_later(step);
}

void collect_garbage(Step& step) {
  const std::uint32_t objects =
      patroni_objects::collect_garbage(step) + kubernetes::collect_services(step);
  if (objects > 0) step.note(FactKind::garbage_collected, {}, objects);
}

}  // namespace

void request_scale(Step& step, std::uint16_t units) {
  Application& application = step.world.shared().application;
  application.scale = units;
  if (application.scaling_down || units == application.replicas) return;
  units > application.replicas ? scale_up(step) : look_later(step);
}

void request_removal(Step& step) {
  Application& application = step.world.shared().application;
  if (application.presence != Presence::deployed) return;
  application.presence = Presence::leaving;
  step.note(FactKind::application_leaving);
  unrelate_all(step);
  request_scale(step, 0);
  if (!application.scaling_down) look_later(step);
}

bool deploy_again(Step& step, std::uint16_t units, bool trusted) {
  Application& application = step.world.shared().application;
  if (application.presence != Presence::removed) return false;
  application.presence = Presence::deployed;
  application.trusted = trusted;
  step.note(FactKind::application_deployed);
  request_scale(step, units);
  return true;
}

void refresh(Step& step, Revision revision) {
  Application& application = step.world.shared().application;
  Rollout& rollout = application.rollout;
  if (application.presence != Presence::deployed || rollout.charm == max_refreshes) return;
  ++rollout.charm;
  const unsigned bit = 1U << rollout.charm;
  if (!revision.streams) rollout.broken = static_cast<std::uint16_t>(rollout.broken | bit);
  if (!revision.can_follow) rollout.strange = static_cast<std::uint16_t>(rollout.strange | bit);
  step.note(FactKind::refresh_asked, {}, rollout.charm);
  look_later(step);
}

void on_provisioner_timer(Step& step) {
  const Application& application = step.world.shared().application;
  collect_garbage(step);
  kubernetes::write_template(step);
  if (application.scaling_down) return go_on_scaling_down(step);
  if (application.presence == Presence::leaving && application.replicas == 0) {
    return remove_application(step);
  }
  if (application.scale > application.replicas) return scale_up(step);
  if (application.scale < application.replicas) mark_dying(step);
}

void pod_ended(Step& step) {
  if (step.world.shared().application.scaling_down) look_later(step);
}

void add_unit(Step& step, UnitName name) {
  Application& application = step.world.shared().application;
  const auto count = static_cast<std::uint16_t>(name.ordinal + 1);
  application.scale = std::max(application.scale, count);
  application.replicas = std::max(application.replicas, count);
  step.world.unit(name).exists = true;
  step.world.unit(name).record.number = ++application.records_made;
  step.world.unit(name).record.charm = application.rollout.charm;
  step.note(FactKind::unit_added, name);
}

bool will_restart(const World& world, UnitName unit) {
  const Application& application = world.shared().application;
  return is_alive(world, unit) && unit.ordinal < application.scale &&
         unit.ordinal < application.replicas;
}

// It stays as it is until all victims are dead: a pod whose workload goes on.
void die(Step& step, UnitName name) {
  step.world.unit(name).record.life = Life::dead;
  step.note(FactKind::unit_dead, name);
  cancel_actions(step, name);
  stop_agent(step, name);
  revoke_lease(step, name);
  look_later(step);
}

// To the pods of the application it is as if the API server refused everything, or did so no more.
void set_trust(Step& step, bool trusted) {
  bool& stands = step.world.shared().application.trusted;
  if (stands == trusted) return;
  stands = trusted;
  const auto refused = static_cast<std::uint32_t>(ApiTrouble::forbidden);
  step.note(trusted ? FactKind::api_started : FactKind::api_refuses, {}, trusted ? 0 : refused);
  for (UnitName unit : step.world.existing()) {
    wake_agent(step, unit);
    if (trusted) patroni::on_api_reached(step, unit);
  }
}

void set_configuration(Step& step, std::uint8_t configuration) {
  step.world.shared().application.configuration = configuration;
  for (UnitName unit : step.world.existing()) wake_agent(step, unit);
}

}  // namespace model::juju
