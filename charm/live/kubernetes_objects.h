// What the charm reads of Kubernetes' objects. Pure: from an answer's body to values. Each gives
// nothing for what is no such object. Source: patroni-and-kubernetes.md, sections 1.1, 1.2 and 7;
// charm-hooks.md, section 1.8.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/live/timestamps.h"
#include "charm/ports/kubernetes.h"
#include "charm/types/cluster.h"

namespace charm::live {

using TextMap = std::map<std::string, std::string, std::less<>>;

// An owner reference.
struct Owner {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool controller = false;
  bool block_owner_deletion = false;

  friend bool operator==(const Owner&, const Owner&) = default;
};

struct ObjectMeta {
  std::string uid;
  ports::ResourceVersion version;
  std::optional<UnixTime> created;
  // By whoever wrote it last; nothing if the server does not keep it (managedFields).
  std::optional<UnixTime> written;
  bool is_asked_to_end = false;
  TextMap labels;
  TextMap annotations;
  std::vector<Owner> owners;
};

struct PodObject {
  ObjectMeta meta;
  bool runs = false;  // its phase is Running
  std::string node;   // empty: not placed yet
  // What the container may use at most; none: as much as the node has.
  std::optional<std::uint64_t> limit_cores;
  std::optional<std::uint64_t> limit_memory_bytes;
};

struct NodeObject {
  bool is_ready = false;
  NodeResources allocatable;
};

struct StatefulSetObject {
  ObjectMeta meta;
  std::string current_revision;
  std::string update_revision;
  std::uint16_t partition = 0;
};

// Any object, as far as all have it in common.
std::optional<ObjectMeta> parse_object(std::string_view body);
// Limits are those of this container.
std::optional<PodObject> parse_pod(std::string_view body, std::string_view container);
std::optional<NodeObject> parse_node(std::string_view body);
std::optional<StatefulSetObject> parse_stateful_set(std::string_view body);

// A text of digits, and not 0: opaque to Kubernetes' clients, but Patroni, too, takes it for a
// number, and Kubernetes promises that since 1.35.
std::optional<ports::ResourceVersion> parse_resource_version(std::string_view text);

// The lock as it stands in this object's annotations. Nothing: somebody holds it who is no member
// of this application.
std::optional<ports::LeaderAnnotation> leader_annotation_of(const ObjectMeta& object,
                                                            const AppName& app);
// As far as the annotation `initialize` tells.
ports::BootstrapState bootstrap_state_of(const ObjectMeta& object);
bool has_member_labels(const ObjectMeta& pod, const AppName& app);

// What goes into a URL: a DNS subdomain, as names of nodes, pods and namespaces are.
bool is_kubernetes_name(std::string_view text);

}  // namespace charm::live
