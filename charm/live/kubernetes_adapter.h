// The Kubernetes API as hooks know it. One call is one try; each refusal is a line in the log. What
// is not there (404) is an answer, and is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "charm/live/http.h"
#include "charm/live/kubernetes_access.h"
#include "charm/live/kubernetes_objects.h"
#include "charm/live/log.h"
#include "charm/ports/kubernetes.h"

namespace charm::live {

class KubernetesAdapter final : public ports::Kubernetes {
 public:
  // Of the unit `own`. `http` and `log` outlive it. Without access every call is unavailable, and
  // its line says why.
  KubernetesAdapter(Http& http, const std::expected<KubernetesAccess, AccessError>& access,
                    AppName app, Log& log);

  std::expected<void, ApiError> apply_service(ports::ServiceKind kind) override;
  std::expected<void, ApiError> label_pod_as_member(PodName pod) override;
  std::expected<bool, ApiError> is_labelled_as_member(PodName pod) override;
  std::expected<bool, ApiError> is_pod_running(PodName pod) override;
  std::expected<ports::LeftoverObject, ApiError> patroni_object(
      ports::PatroniObject object) override;
  std::expected<void, ApiError> delete_patroni_object(ports::PatroniObject object,
                                                      ports::ResourceVersion version) override;
  std::expected<void, ApiError> own_patroni_object(ports::PatroniObject object,
                                                   ports::ResourceVersion version) override;
  std::expected<ports::BootstrapRecord, ApiError> bootstrap_record() override;
  std::expected<ports::LeaderAnnotation, ApiError> leader_annotation() override;
  std::expected<void, ApiError> patch_leader_annotation(MemberName leader,
                                                        ports::ResourceVersion version) override;
  std::expected<ClusterView, ApiError> published_members() override;
  std::expected<ports::Rollout, ApiError> rollout(PodName pod) override;
  std::expected<void, ApiError> set_rolling_partition(std::uint16_t partition) override;
  std::expected<void, ApiError> delete_pod(PodName pod) override;
  std::expected<NodeResources, ApiError> node_resources(PodName pod) override;

 private:
  // An object, and where it is: `pods`, `pg-2`. Without a name: all of its kind.
  struct Place {
    std::string kind;
    std::string name;
  };
  struct Write;
  using Answer = std::expected<HttpAnswer, ApiError>;

  [[nodiscard]] Place place_of(PodName pod) const;
  [[nodiscard]] Place place_of(ports::PatroniObject object) const;
  [[nodiscard]] Place place_of_stateful_set() const;
  [[nodiscard]] std::string url_of(const Place& place) const;

  Answer read(const Place& place);
  std::expected<void, ApiError> write(const Place& place, Write what);
  Answer ask(const Place& place, std::string_view verb, HttpRequest request);
  // Says no, and why, if it lacks what it needs for that.
  std::optional<std::string> put_credentials(HttpRequest& request) const;
  std::expected<PodObject, ApiError> pod_object(PodName pod);
  std::expected<NodeObject, ApiError> node_object(const std::string& name);
  std::expected<ObjectMeta, ApiError> object_at(const Place& place);
  // Nothing: it is not there.
  std::expected<std::optional<StatefulSetObject>, ApiError> stateful_set();
  // Writes down why, and gives the error.
  std::unexpected<ApiError> fail(std::string_view verb, const Place& place, ApiError error,
                                 std::string_view why);

  Http& http_;
  const KubernetesAccess access_;
  const std::string no_access_;  // why
  const AppName app_;
  Log& log_;
};

}  // namespace charm::live
