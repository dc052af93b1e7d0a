// The Kubernetes objects that Patroni and the clients need.
#pragma once

#include <optional>

#include "charm/runtime/unit.h"

namespace charm::steps {

// `<app>-primary` and `<app>-replicas`; harmless where they exist.
std::expected<void, ApiError> apply_services(Unit& unit);
// The box create_k8s_resources of leader-elected: leftovers, the leader annotation, the Services.
// Nothing, or the exit to take.
std::optional<Outcome> create_k8s_resources(Unit& unit);

// Makes the StatefulSet the owner of what Patroni has made, as far as the API server lets it; the
// first error, if there was one. What is not there needs no owner.
std::expected<void, ApiError> own_patroni_objects(Unit& unit);

}  // namespace charm::steps
