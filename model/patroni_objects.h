// Patroni's objects in Kubernetes as an outsider sees them: versions, deletion, and a write to the
// lock. Source: patroni-and-kubernetes.md, sections 1.1 and 1.13.
#pragma once

#include "model/step.h"

namespace model::patroni_objects {

// The Endpoints that Patroni keeps its keys in. The Service of the configuration comes and goes
// with it.
enum class Object : std::uint8_t { lock, config, sync };

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
// It is there again.
void made(Dcs& dcs, Object object);
// With its keys; whoever relied on them finds them missing. What is made in its place goes on
// counting versions.
void remove(Step& step, Object object);
// kube-controller-manager starts anew, and deletes Endpoints without a Service of their name: the
// lock and `-sync` (sections 7.8, 8.6). `-config` has one.
void sweep(Step& step);
// An outsider names the lock holder: to every observer that is a heartbeat.
void name_lock_holder(Step& step, charm::MemberName holder);

}  // namespace model::patroni_objects
