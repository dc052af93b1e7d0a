// What the charm writes to Kubernetes: the bodies of its requests, as JSON. Source: charm-hooks.md,
// section 1.8; patroni-and-kubernetes.md, section 7.3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "charm/live/kubernetes_objects.h"
#include "charm/ports/kubernetes.h"

namespace charm::live {

// `pg-primary`, `pg-replicas`.
std::string name_of(const AppName& app, ports::ServiceKind kind);

// For server-side apply.
std::string service_body(const AppName& app, ports::ServiceKind kind,
                         const std::vector<Owner>& owners);
// For server-side apply, on this very object: with its uid it is never made anew.
std::string owned_object_body(std::string_view kind, std::string_view name, const ObjectMeta& seen,
                              const std::vector<Owner>& owners);
// For strategic merge.
std::string member_labels_body(const AppName& app);
std::string leader_annotation_body(std::string_view leader, ports::ResourceVersion version);
std::string partition_body(std::uint16_t partition);
// For DELETE.
std::string delete_body(ports::ResourceVersion version);

}  // namespace charm::live
