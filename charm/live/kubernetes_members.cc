// What members have published, read of the API server: a list of pods and two objects.
#include "charm/live/kubernetes_adapter.h"
#include "charm/live/patroni_records.h"

namespace charm::live {

std::expected<ClusterView, ApiError> KubernetesAdapter::published_members() {
  // Before its first leader there is no object for the lock, and without synchronous mode none for
  // that: nobody is named.
  const auto lock = leader_annotation();
  if (!lock && lock.error() != ApiError::not_found) return std::unexpected(lock.error());
  const auto sync = object_at(place_of(ports::PatroniObject::sync_endpoints));
  if (!sync && sync.error() != ApiError::not_found) return std::unexpected(sync.error());

  const Place pods{"pods", {}};
  const auto answer =
      ask(pods, "list", {.url = url_of(pods) + "?labelSelector=" + member_selector(app_)});
  if (!answer) return std::unexpected(answer.error());
  const auto members =
      parse_published_members(app_, answer->body, lock ? lock->leader : MaybeMember(),
                              sync ? synchronous_names(*sync) : std::set<std::string>());
  if (!members) {
    return fail("list", pods, ApiError::unavailable, "the answer is no list of members");
  }
  return *members;
}

}  // namespace charm::live
