// What a hook asks of the Kubernetes API. Writes take effect at once and are not rolled back; a
// write answered by ApiError::unavailable may have taken effect. Source: charm-hooks.md,
// sections 1.8 and 6.
#pragma once

#include <cstdint>
#include <expected>

#include "charm/types/cluster.h"
#include "charm/types/errors.h"
#include "charm/types/names.h"
#include "charm/types/time.h"

namespace charm::ports {

// The two Services that clients use: `<app>-primary` and `<app>-replicas`.
enum class ServiceKind : std::uint8_t { primary, replicas };

// What Patroni keeps its state in: the Services and Endpoints `patroni-<app>`, `-config` and
// `-sync`, in the order in which they are cleaned up.
enum class PatroniObject : std::uint8_t {
  service,
  config_service,
  sync_service,
  endpoints,
  config_endpoints,
  sync_endpoints,
};
inline constexpr std::size_t patroni_object_count = 6;

// Opaque: equal while nobody has changed the object.
struct ResourceVersion {
  std::uint64_t value = 0;

  friend bool operator==(const ResourceVersion&, const ResourceVersion&) = default;
};

// The lock object as it was read.
struct LeaderAnnotation {
  MaybeMember leader;  // none: the annotation is missing, the lock is free
  ResourceVersion version;

  friend bool operator==(const LeaderAnnotation&, const LeaderAnnotation&) = default;
};

// One of Patroni's objects, as far as clean-up needs it.
struct LeftoverObject {
  bool older_than_application = false;  // created before this application's StatefulSet
  bool goes_with_application = false;   // this application's StatefulSet owns it
  ResourceVersion version;

  friend bool operator==(const LeftoverObject&, const LeftoverObject&) = default;
};

// The key `initialize` of `-config`. Whoever makes the database sets it empty first, and fills it
// in when the database is made. Source: patroni-and-kubernetes.md, sections 1.3 and 2.4.
enum class BootstrapState : std::uint8_t { absent, begun, done };

struct BootstrapRecord {
  BootstrapState state = BootstrapState::absent;
  // Since the object was written last, by the API server's clock alone.
  Duration unchanged_for{};
  ResourceVersion version;

  friend bool operator==(const BootstrapRecord&, const BootstrapRecord&) = default;
};

// How far a refresh has come, by the StatefulSet and one of its pods (patroni-and-kubernetes.md,
// section 7.7).
struct Rollout {
  // Its updateRevision is not its currentRevision: there are, or will be, pods of both.
  bool under_way = false;
  bool pod_updated = false;     // the pod is of the updateRevision
  std::uint16_t partition = 0;  // from which ordinal on pods of an old template are made anew

  friend bool operator==(const Rollout&, const Rollout&) = default;
};

class Kubernetes {
 public:
  virtual ~Kubernetes() = default;

  // Server-side apply; the owner is copied from pod 0. not_found: pod 0 does not exist.
  virtual std::expected<void, ApiError> apply_service(ServiceKind kind) = 0;
  // The two labels without which Patroni does not see the pod. not_found: the pod is gone.
  virtual std::expected<void, ApiError> label_pod_as_member(PodName pod) = 0;
  // Whether the pod carries those labels. not_found: the pod is gone.
  virtual std::expected<bool, ApiError> is_labelled_as_member(PodName pod) = 0;
  // Whether the pod runs, nobody has asked it to end, and its node reports: reads the pod and its
  // node; the node needs cluster scope. A node counts as gone some 40 s after its last report
  // (section 7.7). not_found: there is no pod.
  virtual std::expected<bool, ApiError> is_pod_running(PodName pod) = 0;

  // not_found: there is no such object.
  virtual std::expected<LeftoverObject, ApiError> patroni_object(PatroniObject object) = 0;
  // conflict: it is not the version that was read.
  virtual std::expected<void, ApiError> delete_patroni_object(PatroniObject object,
                                                              ResourceVersion version) = 0;
  // Server-side apply, with force; the owner is copied from pod 0, so that the object is deleted
  // with the StatefulSet (section 3.11). The rest of the object stays. not_found: there is no pod
  // 0, or no such object any more. conflict: it is not the version that was read.
  virtual std::expected<void, ApiError> own_patroni_object(PatroniObject object,
                                                           ResourceVersion version) = 0;
  // not_found: there is no `-config`.
  virtual std::expected<BootstrapRecord, ApiError> bootstrap_record() = 0;
  // not_found: Patroni has not made the object yet.
  virtual std::expected<LeaderAnnotation, ApiError> leader_annotation() = 0;
  // No hook of PostgreSQL's charm does (ARCHITECTURE.md, deviations): the lock is Patroni's, and a
  // named holder promotes unseen. conflict: somebody else wrote the object since it was read.
  virtual std::expected<void, ApiError> patch_leader_annotation(MemberName leader,
                                                                ResourceVersion version) = 0;

  // The cluster as its members have published it: what GET /cluster of a member says, of the
  // objects themselves, so that no member loads anything for it (section 8.1). By ordinal, each pod
  // with the two labels; whose member has published nothing yet has the state `other`. Whoever the
  // lock's object names leads, though the lock may have run out: only members can tell (section 0,
  // 1).
  virtual std::expected<ClusterView, ApiError> published_members() = 0;

  // The StatefulSet `<app>` and that pod. not_found: one of them is not there.
  virtual std::expected<Rollout, ApiError> rollout(PodName pod) = 0;
  // From which ordinal on pods of an old template are made anew, the highest first, each when those
  // above it are Ready.
  virtual std::expected<void, ApiError> set_rolling_partition(std::uint16_t partition) = 0;
  // Asks the pod to end, with the grace of its own; the StatefulSet makes it anew, of the template
  // that its ordinal has a right to. not_found: there is no pod.
  virtual std::expected<void, ApiError> delete_pod(PodName pod) = 0;

  // Reads the pod and its node; the node needs cluster scope. not_found: there is no pod.
  virtual std::expected<NodeResources, ApiError> node_resources(PodName pod) = 0;
};

}  // namespace charm::ports
