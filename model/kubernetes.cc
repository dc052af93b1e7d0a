// Pods and Services.
#include "model/kubernetes.h"

#include <algorithm>

#include "model/juju.h"
#include "model/patroni.h"
#include "model/pebble.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::kubernetes {
namespace {

using charm::UnitName;

// Everything in the pod ends at once.
void end_processes(Step& step, UnitName name) {
  patroni::kill_process(step, name);
  pebble::stop(step, name);
  juju::stop_agent(step, name);
  UnitState& unit = step.world.unit(name);
  unit.surroundings.frozen = Frozen::no;  // what is cut around the pod is still cut
  unit.surroundings.overdue = 0;
  step.note(FactKind::pod_stopped, name);
}

// The pod object goes, and with it labels and the annotation `status`.
void forget_pod(Step& step, UnitName name) {
  Pod& pod = step.world.unit(name).pod;
  pod = {.phase = PodPhase::absent, .incarnation = pod.incarnation};
  update_route(step);
}

void start_pod(Step& step, UnitName name) {
  Pod& pod = step.world.unit(name).pod;
  pod.phase = PodPhase::running;
  pod.charm = template_of(step.world, name);
  ++pod.incarnation;
  step.note(FactKind::pod_started, name, pod.incarnation);
  schedule_pod(step, name, timing::first_ready);
  juju::start_agent(step, name);
  pebble::start(step, name);
}

bool is_wanted(const World& world, UnitName unit) {
  return unit.ordinal < world.shared().application.replicas;
}

// The StatefulSet makes the pod anew, unless it was scaled down.
void replace_pod(Step& step, UnitName name, Span when) {
  forget_pod(step, name);
  if (is_wanted(step.world, name)) return schedule_pod(step, name, when);
  step.world.disarm(timer_id(name, UnitTimer::pod));
  juju::pod_ended(step);
}

bool is_asked_to_end(const Pod& pod) {
  return pod.phase == PodPhase::terminating || pod.phase == PodPhase::lost_terminating;
}

// Ready pods with `role=primary` and the members' labels: none, one, or two (section 7.8). One that
// terminates leaves at once, one on a lost node when its condition does (section 7.7).
charm::UnitSet primary_targets(const World& world) {
  charm::UnitSet targets;
  if (!world.shared().application.primary_service) return targets;
  for (UnitName unit : world.existing()) {
    const Pod& pod = world.unit(unit).pod;
    if (is_asked_to_end(pod) || !pod.ready) continue;
    if (pod.member_labels && pod.role == RoleLabel::primary) targets.insert(unit);
  }
  return targets;
}

void set_ready(Step& step, UnitName name, bool ready) {
  Pod& pod = step.world.unit(name).pod;
  if (pod.ready == ready) return;
  pod.ready = ready;
  step.note(FactKind::ready, name, ready ? 1 : 0);
  update_route(step);
  look_at_rollout(step);
}

// What the checks of Pebble and kubelet find: Patroni's /health, once the layer asks for it, by the
// scheme that the layer has.
bool is_healthy(const UnitState& unit) {
  if (unit.surroundings.frozen == Frozen::pod || unit.container.broken) return false;
  if (!unit.container.layer_added) return true;
  return unit.container.service_running && unit.member.rest_up &&
         unit.container.checks_https == unit.member.tls &&
         unit.surroundings.frozen != Frozen::patroni && unit.postgres.database == Database::running;
}

}  // namespace

void schedule_pod(Step& step, UnitName unit, Span when) {
  step.world.arm(timer_id(unit, UnitTimer::pod), when);
}

void kill_pod(Step& step, UnitName unit, Return back) {
  if (!pod_runs(step.world, unit)) return;
  end_processes(step, unit);
  if (back == Return::never) {
    PodPhase& phase = step.world.unit(unit).pod.phase;
    phase = phase == PodPhase::terminating ? PodPhase::lost_terminating : PodPhase::lost;
    return;
  }
  replace_pod(step, unit, back == Return::at_once ? timing::pod_restart : timing::pod_late_return);
}

void delete_pod(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (unit.pod.phase != PodPhase::running) return;
  unit.pod.phase = PodPhase::terminating;
  step.note(FactKind::pod_terminating, name);
  schedule_pod(step, name, exactly(timing::grace_period));
  pebble::shut_down(step, name);
  juju::shut_agent_down(step, name);
  process_ended(step, name);
  update_route(step);
}

void lose_node(Step& step, UnitName unit, charm::Duration away) {
  if (!pod_runs(step.world, unit)) return;
  Pod& pod = step.world.unit(unit).pod;
  pod.node_lost = true;
  pod.node_away_s = static_cast<std::uint16_t>(away / std::chrono::seconds(1));
  kill_pod(step, unit, Return::never);
  const bool unnoticed = pod.node_away_s != 0 && away < timing::node_monitor_grace.most;
  pod.missed = unnoticed;  // nothing is to be done but to come back
  schedule_pod(step, unit, unnoticed ? exactly(away) : timing::node_monitor_grace);
}

namespace {

// What was to be deleted is gone; so is what is not wanted any more.
void bring_node_back(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const std::chrono::seconds away{unit.pod.node_away_s};
  const bool evicted = away > timing::node_monitor_grace.most + timing::unreachable_toleration;
  const bool asked_to_end = is_asked_to_end(unit.pod);
  unit.pod.node_lost = unit.pod.missed = false;
  unit.pod.node_away_s = 0;
  step.note(FactKind::node_back, name);
  if (evicted || asked_to_end || !is_wanted(step.world, name)) {
    return replace_pod(step, name, timing::pod_restart);
  }
  unit.pod.phase = PodPhase::running;
  ++unit.pod.incarnation;  // another sandbox, and another address
  juju::restart_agent(step, name);
  pebble::start(step, name);
  look_at_health(step, name);
  look_at_rollout(step);
}

void on_lost_node_timer(Step& step, UnitName name) {
  Pod& pod = step.world.unit(name).pod;
  if (pod.missed) return bring_node_back(step, name);
  set_ready(step, name, false);
  if (pod.node_away_s == 0) return;
  pod.missed = true;
  const charm::Duration away = std::chrono::seconds(pod.node_away_s);
  schedule_pod(step, name, exactly(away - timing::node_monitor_grace.most));
}

}  // namespace

bool is_told_to_run(const World& world, UnitName unit) {
  const Pod& pod = world.unit(unit).pod;
  if (pod.phase != PodPhase::lost) return pod.phase == PodPhase::running;
  // Not noticed yet, or back before it would be.
  const std::chrono::seconds away{pod.node_away_s};
  if (pod.missed) return away < timing::node_monitor_grace.most;
  return world.is_armed(timer_id(unit, UnitTimer::pod));
}

void restart_container(Step& step, UnitName name, ContainerKind container) {
  if (step.world.unit(name).pod.phase != PodPhase::running) return;
  if (container == ContainerKind::charm) return juju::restart_agent(step, name);
  const bool served = step.world.unit(name).container.service_running;
  patroni::kill_process(step, name);  // and a PostgreSQL whose Patroni is not there
  if (served) step.note(FactKind::service_stopped, name);
  step.note(FactKind::container_unreachable, name);
  pebble::start(step, name);
}

void remove_pods_beyond_scale(Step& step) {
  for (std::uint16_t ordinal = step.world.unit_count(); ordinal-- > 0;) {
    if (is_wanted(step.world, {ordinal})) return;
    if (step.world.unit({ordinal}).pod.phase == PodPhase::absent) {
      step.world.disarm(timer_id(UnitName{ordinal}, UnitTimer::pod));
    }
    delete_pod(step, {ordinal});
  }
}

bool has_pods_beyond_scale(const World& world) {
  const auto units = world.units().subspan(world.shared().application.replicas);
  return std::any_of(units.begin(), units.end(),
                     [](const UnitState& unit) { return unit.pod.phase != PodPhase::absent; });
}

void on_pod_timer(Step& step, UnitName name) {
  switch (step.world.unit(name).pod.phase) {
    case PodPhase::absent: return start_pod(step, name);
    case PodPhase::running: return set_ready(step, name, !step.world.unit(name).pod.ready);
    case PodPhase::lost:
    case PodPhase::lost_terminating: return on_lost_node_timer(step, name);
    case PodPhase::terminating: break;
  }
  end_processes(step, name);  // terminating: everything has ended, or the grace period has
  replace_pod(step, name, timing::pod_restart);
}

void process_ended(Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  if (unit.pod.phase != PodPhase::terminating) return;
  if (unit.process.running || unit.container.service_running) return;
  schedule_pod(step, name, timing::agent_step);
}

void apply_service(Step& step, Service service) {
  Application& application = step.world.shared().application;
  (service == Service::primary ? application.primary_service : application.replicas_service) = true;
  const unsigned bit = 1U << static_cast<unsigned>(service);
  application.orphaned_services = static_cast<std::uint8_t>(application.orphaned_services & ~bit);
  update_route(step);
}

std::uint32_t collect_services(Step& step) {
  Application& application = step.world.shared().application;
  if (application.orphaned_services == 0) return 0;
  std::uint32_t collected = 0;
  for (Service service : {Service::primary, Service::replicas}) {
    if ((application.orphaned_services & (1U << static_cast<unsigned>(service))) == 0) continue;
    bool& exists =
        service == Service::primary ? application.primary_service : application.replicas_service;
    collected += exists ? 1U : 0U;
    exists = false;
  }
  application.orphaned_services = 0;
  update_route(step);
  return collected;
}

void label_as_member(Step& step, UnitName name) {
  Pod& pod = step.world.unit(name).pod;
  if (pod.member_labels) return;
  pod.member_labels = true;
  step.note(FactKind::member_labels, name);
  update_route(step);
}

void label_role(Step& step, UnitName name, RoleLabel role) {
  Pod& pod = step.world.unit(name).pod;
  if (pod.role == role) return;
  pod.role = role;
  step.note(FactKind::role_label, name, static_cast<std::uint32_t>(role));
  update_route(step);
}

void update_route(Step& step) {
  const Application& application = step.world.shared().application;
  if (application.primary_route_held) return;  // the timer that ends it is armed already
  if (application.primary_route == primary_targets(step.world)) return;
  const TimerId timer = timer_id(WorldTimer::primary_route);
  if (!step.world.is_armed(timer)) step.world.arm(timer, timing::routing);
}

void on_route_timer(Step& step) {
  Application& application = step.world.shared().application;
  application.primary_route_held = false;
  const charm::UnitSet targets = primary_targets(step.world);
  if (application.primary_route == targets) return;
  application.primary_route = targets;
  const charm::MaybeUnit first = targets.empty() ? charm::MaybeUnit() : targets.first();
  const std::size_t count = targets.size();
  step.note(FactKind::route_changed, first, count > 1 ? static_cast<std::uint32_t>(count) : 0);
  note_working_primary(step);
}

void note_working_primary(Step& step) {
  Application& application = step.world.shared().application;
  for (UnitName target : application.primary_route) {
    if (postgresql::is_primary(step.world, target)) application.primary_worked = true;
  }
}

void look_at_health(Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  if (unit.pod.phase != PodPhase::running) return;
  const TimerId timer = timer_id(name, UnitTimer::pod);
  const bool healthy = is_healthy(unit);
  const bool armed = step.world.is_armed(timer);
  if (healthy == unit.pod.ready) {
    if (armed) step.world.disarm(timer);
  } else if (!armed) {
    step.world.arm(timer, healthy ? timing::ready_again : timing::unready);
  }
}

charm::MaybeUnit connect_to_primary(Step& step, UnitName from) {
  const charm::UnitSet targets = step.world.shared().application.primary_route;
  if (targets.empty() || !step.world.shared().application.primary_service) return {};
  std::uint32_t at = step.choose(Fork::route, from, static_cast<std::uint32_t>(targets.size()));
  for (UnitName target : targets) {
    if (at-- == 0) return target;
  }
  return targets.first();
}

bool pod_runs(const World& world, UnitName unit) {
  const PodPhase phase = world.unit(unit).pod.phase;
  return phase == PodPhase::running || phase == PodPhase::terminating;
}

}  // namespace model::kubernetes
