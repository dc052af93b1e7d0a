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
// With its keys; whoever relied on them finds them missing. The version goes on, it is never 0
// again.
void remove(Step& step, Object object);
// An outsider names the lock holder: to every observer that is a heartbeat.
void name_lock_holder(Step& step, charm::MemberName holder);

}  // namespace model::patroni_objects
