// The StatefulSet's controller, as far as it replaces pods of an old template. Source:
// patroni-and-kubernetes.md, section 7.7; juju-and-pebble.md, section 4.9.
#include "model/kubernetes.h"
#include "model/timing.h"

namespace model::kubernetes {
namespace {

using charm::UnitName;

bool is_healthy(const Pod& pod) { return pod.phase == PodPhase::running && pod.ready; }

// All pods are of the new template: it is the current one from now on.
void complete(World& world) {
  Rollout& rollout = world.shared().application.rollout;
  for (UnitName unit; unit.ordinal < world.shared().application.replicas; ++unit.ordinal) {
    const Pod& pod = world.unit(unit).pod;
    if (pod.charm != rollout.update || !is_healthy(pod)) return;
  }
  rollout.current = rollout.update;
}

}  // namespace

std::uint8_t template_of(const World& world, UnitName unit) {
  const Rollout& rollout = world.shared().application.rollout;
  return unit.ordinal < rollout.partition ? rollout.current : rollout.update;
}

bool is_rolling_out(const World& world) {
  const Rollout& rollout = world.shared().application.rollout;
  return rollout.update != rollout.current;
}

void look_at_rollout(Step& step) {
  if (!is_rolling_out(step.world)) return;
  const TimerId timer = timer_id(WorldTimer::rollout);
  if (!step.world.is_armed(timer)) step.world.arm(timer, timing::rollout);
}

void write_template(Step& step) {
  Rollout& rollout = step.world.shared().application.rollout;
  if (rollout.update == rollout.charm) return;
  rollout.update = rollout.charm;
  look_at_rollout(step);
}

void set_partition(Step& step, std::uint16_t partition) {
  Rollout& rollout = step.world.shared().application.rollout;
  if (rollout.partition == partition) return;
  rollout.partition = partition;
  step.note(FactKind::partition_set, {}, partition);
  look_at_rollout(step);
}

// From the highest ordinal down: the first pod of the old template is deleted, the first that is
// not Ready is waited for. A pod on a lost node stays as it is until the node is back.
void on_rollout_timer(Step& step) {
  World& world = step.world;
  const Application& application = world.shared().application;
  for (std::uint16_t ordinal = application.replicas; ordinal > application.rollout.partition;) {
    const UnitName unit{--ordinal};
    const Pod& pod = world.unit(unit).pod;
    const bool runs = pod.phase == PodPhase::running;
    if (runs && pod.charm != application.rollout.update) {
      step.note(FactKind::pod_outdated, unit);
      return delete_pod(step, unit);
    }
    if (!is_healthy(pod)) return;
  }
  complete(world);
}

}  // namespace model::kubernetes
