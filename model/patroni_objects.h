// Patroni's objects in Kubernetes as an outsider sees them: versions, deletion, and a write to the
// lock. Source: patroni-and-kubernetes.md, sections 1.1 and 1.13.
#pragma once

#include "model/step.h"

namespace model::patroni_objects {

// The Endpoints that Patroni keeps its keys in. The Service of the configuration comes and goes
// with it.
enum class Object : std::uint8_t { lock, config, sync };

// What members have published, with the lock's and -sync's names: what a member answers to GET
// /cluster, but as it stands in the objects, not as its watches have told it (sections 1.2, 1.3).
charm::ClusterView published_members(const World& world);

// 0: there is no such object.
std::uint32_t version(const World& world, Object object);
// Whether the object of the configuration has it: it can be made for `initialize` alone.
bool has_configuration(const Dcs& dcs);
// The world begins with what an older application of this name has left: Patroni's Endpoints have
// no owner unless the stop hook of the last unit has given them one, so they outlive their
// application, with the lock's last record, another database's identifier, its configuration
// (section 1.13; juju-and-pebble.md, section 4.9).
void leave_behind(Step& step);
bool is_left_over(const World& world, Object object);

// --- owners (charm-hooks.md, section 3.11; patroni-and-kubernetes.md, 1.13) ---
// Patroni makes its objects without an owner, and its patches leave ownerReferences alone. Whoever
// applies them makes the StatefulSet of this application the owner; that writes the objects, so a
// member that relies on the version it has read is refused. What Patroni makes anew has none again.
void set_owner(Step& step, Object object);
bool has_owner(const World& world, Object object);
// The application's StatefulSet is gone: what it owned waits to be collected, and all the rest is
// left over for whoever deploys under this name.
void owner_removed(Step& step);
// Deletes what waits, and says how many objects that were.
std::uint32_t collect_garbage(Step& step);
// It is there again.
void made(Dcs& dcs, Object object);
// `-config`, by whoever begins to make the database: without the configuration, if it is new.
void made_for_initialise(Dcs& dcs);
void made_configuration(Dcs& dcs);
// With its keys; whoever relied on them finds them missing. What is made in its place goes on
// counting versions.
void remove(Step& step, Object object);
// kube-controller-manager starts anew, and deletes Endpoints without a Service of their name: the
// lock and `-sync` (sections 7.8, 8.6). `-config` has one.
void sweep(Step& step);
// An outsider names the lock holder: to every observer that is a heartbeat.
void name_lock_holder(Step& step, charm::MemberName holder);

}  // namespace model::patroni_objects
