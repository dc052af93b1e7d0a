// Kubernetes: pods of the StatefulSet, their labels, and where the Services lead.
// Source: patroni-and-kubernetes.md, section 7; juju-and-pebble.md, sections 4.5 to 4.7.
#pragma once

#include "model/step.h"

namespace model::kubernetes {

enum class Return : std::uint8_t { at_once, late, never };

// The StatefulSet wants this pod; it comes up after a while.
void schedule_pod(Step& step, charm::UnitName unit, Span when);
// SIGKILL of everything in it.
void kill_pod(Step& step, charm::UnitName unit, Return back);
// Deletion with grace: SIGTERM to all at once, SIGKILL after 30 s, then the pod is made anew.
void delete_pod(Step& step, charm::UnitName unit);
// The node is gone: nothing runs, the pod object stays, nothing replaces it until the node is back,
// if it ever is. Before its pods were to be deleted, it starts them again as they were, with their
// labels; afterwards it confirms that they are gone, and the StatefulSet makes them anew.
void lose_node(Step& step, charm::UnitName unit, charm::Duration away = {});
// One container alone ends and begins again, in the same pod. Sections 4.7, steps 5 and 6.
enum class ContainerKind : std::uint8_t { charm, workload };
void restart_container(Step& step, charm::UnitName unit, ContainerKind container);
// The StatefulSet has fewer replicas now: SIGTERM to the pods beyond, highest ordinal first.
void remove_pods_beyond_scale(Step& step);
bool has_pods_beyond_scale(const World& world);
void on_pod_timer(Step& step, charm::UnitName unit);

// --- the StatefulSet's rolling update (section 7.7) ---
// Juju has written another template: pods are made anew from it, those from the partition on, the
// highest ordinal first, each when those above it are Ready. A pod below the partition that comes
// back by itself is made from the old one.
void write_template(Step& step);
void set_partition(Step& step, std::uint16_t partition);
// Pods of both templates shall be there, or are: updateRevision and currentRevision differ.
bool is_rolling_out(const World& world);
// A pod has changed, or what is asked of them: the controller looks after a while.
void look_at_rollout(Step& step);
void on_rollout_timer(Step& step);
// What a pod that is made now is made from.
std::uint8_t template_of(const World& world, charm::UnitName unit);
// Something in the pod has ended by itself; a terminating pod ends when all has.
void process_ended(Step& step, charm::UnitName unit);

void label_as_member(Step& step, charm::UnitName unit);
void label_role(Step& step, charm::UnitName unit, RoleLabel role);
// Labels or pods have changed: the primary Service follows after a while.
void update_route(Step& step);
void on_route_timer(Step& step);
// Remembers that the primary Service has led to a running primary, once it does.
void note_working_primary(Step& step);
// The charm has applied a Service: it exists, and belongs to the StatefulSet of this application.
enum class Service : std::uint8_t { primary, replicas };
void apply_service(Step& step, Service service);
// Deletes those whose owner is gone, and says how many they were.
std::uint32_t collect_services(Step& step);
// Where a connection through the primary Service comes out: at one of those it leads to.
charm::MaybeUnit connect_to_primary(Step& step, charm::UnitName from);
// What the health checks see has changed: the pod's condition Ready follows, if it stays so.
void look_at_health(Step& step, charm::UnitName unit);
bool pod_runs(const World& world, charm::UnitName unit);
// What the API server tells of that: the loss of a node is noticed after the grace of the node
// monitor (section 7.7); a pod that is asked to end is on its way out.
bool is_told_to_run(const World& world, charm::UnitName unit);

}  // namespace model::kubernetes
