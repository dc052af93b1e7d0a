#include "tests/live/kubernetes_namespace.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

#include "charm/live/kubernetes_bodies.h"

namespace charm::live::given {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ports::PatroniObject;

// No two cases of any process have the same.
std::string make_name() {
  static int made = 0;
  return "case-" + std::to_string(::getpid()) + '-' + std::to_string(++made);
}

json containers() {
  return {{{"name", "charm"}, {"image", "none"}}, {{"name", "postgresql"}, {"image", "none"}}};
}

}  // namespace

KubernetesNamespace::KubernetesNamespace() : name_(make_name()) {
  server_.create("/api/v1/namespaces", {{"metadata", {{"name", name_}}}});
  make_stateful_set();
  for (PodName pod; pod.ordinal < pods; ++pod.ordinal) {
    make_node(pod);
    make_pod(pod);
  }
}

KubernetesNamespace::~KubernetesNamespace() {
  if (held_ != nullptr) ::pclose(held_);
  for (PodName pod; pod.ordinal < pods; ++pod.ordinal) server_.remove(node_path(pod));
}

std::string KubernetesNamespace::path(const std::string& kind) const {
  const bool is_core =
      kind == "pods" || kind == "services" || kind == "endpoints" || kind == "serviceaccounts";
  const bool is_of_roles = kind.starts_with("role");
  const char* group = is_core       ? "/api/v1"
                      : is_of_roles ? "/apis/rbac.authorization.k8s.io/v1"
                                    : "/apis/apps/v1";
  return group + ("/namespaces/" + name_ + '/' + kind);
}

std::string KubernetesNamespace::path(PodName pod) const {
  return path("pods") + '/' + name_of(pod);
}

std::string KubernetesNamespace::path(PatroniObject object) const {
  const std::string name = "/patroni-" + app_.text;
  switch (object) {
    case PatroniObject::service: return path("services") + name;
    case PatroniObject::config_service: return path("services") + name + "-config";
    case PatroniObject::sync_service: return path("services") + name + "-sync";
    case PatroniObject::endpoints: return path("endpoints") + name;
    case PatroniObject::config_endpoints: return path("endpoints") + name + "-config";
    case PatroniObject::sync_endpoints: return path("endpoints") + name + "-sync";
  }
  return {};
}

std::string KubernetesNamespace::path(ports::ServiceKind kind) const {
  return path("services") + '/' + live::name_of(app_, kind);
}

std::string KubernetesNamespace::set_path() const { return path("statefulsets") + '/' + app_.text; }

// Nodes are in no namespace.
std::string KubernetesNamespace::node_path(PodName pod) const {
  return "/api/v1/nodes/" + node_of(pod);
}

std::string KubernetesNamespace::name_of(PodName pod) const {
  return app_.text + '-' + std::to_string(pod.ordinal);
}

std::uint16_t KubernetesNamespace::partition() {
  return set()["spec"]["updateStrategy"]["rollingUpdate"]["partition"];
}

void KubernetesNamespace::make_pod(PodName pod) {
  const json its = set();
  const bool is_held = pod.ordinal < partition();
  const json& revision = its["status"][is_held ? "currentRevision" : "updateRevision"];
  const json labels{{"app.kubernetes.io/name", app_.text}, {"controller-revision-hash", revision}};
  server_.create(path("pods"),
                 {{"metadata",
                   {{"name", name_of(pod)},
                    {"labels", labels},
                    {"ownerReferences", json::array({reference_to(its["metadata"]["uid"])})}}},
                  {"spec", {{"nodeName", node_of(pod)}, {"containers", containers()}}}});
  server_.merge(path(pod) + "/status", {{"status", {{"phase", "Running"}}}});
}

void KubernetesNamespace::set_node_ready(PodName pod, const char* ready) {
  const json condition{{"type", "Ready"}, {"status", ready}};
  server_.merge(node_path(pod) + "/status",
                {{"status", {{"conditions", json::array({condition})}}}});
}

void KubernetesNamespace::replace_stateful_set() {
  server_.remove(set_path());
  make_stateful_set();
  for (PodName pod; pod.ordinal < pods; ++pod.ordinal) {
    remove_pod(pod);
    make_pod(pod);
  }
}

void KubernetesNamespace::make_patroni_object(PatroniObject object, const json& annotations) {
  const std::string whole = path(object);
  const std::size_t slash = whole.rfind('/');
  const json labels{{"application", "patroni"}, {"cluster-name", "patroni-" + app_.text}};
  json made{
      {"metadata",
       {{"name", whole.substr(slash + 1)}, {"labels", labels}, {"annotations", annotations}}}};
  if (object == PatroniObject::config_service) made["spec"] = {{"clusterIP", "None"}};
  server_.create(whole.substr(0, slash), made);
}

void KubernetesNamespace::annotate(PatroniObject object, const json& annotations) {
  server_.merge(path(object), {{"metadata", {{"annotations", annotations}}}});
}

json KubernetesNamespace::reference_to(const json& uid) const {
  return {{"apiVersion", "apps/v1"}, {"kind", "StatefulSet"},     {"name", app_.text}, {"uid", uid},
          {"controller", true},      {"blockOwnerDeletion", true}};
}

// Its requests go to a level with one seat and without a queue, and one of them has taken the seat:
// it never ends to send what it has announced. (A level without a seat has one, too.)
void KubernetesNamespace::throttle() {
  const json user{{"kind", "User"}, {"user", {{"name", "throttled"}}}};
  const json group = "rbac.authorization.k8s.io";
  server_.create(
      path("rolebindings"),
      {{"metadata", {{"name", "throttled"}}},
       {"subjects", json::array({{{"kind", "User"}, {"name", "throttled"}, {"apiGroup", group}}})},
       {"roleRef", {{"kind", "ClusterRole"}, {"name", "cluster-admin"}, {"apiGroup", group}}}});
  const std::string flows = "/apis/flowcontrol.apiserver.k8s.io/v1/";
  const json metadata{{"name", "throttled-" + name_}};
  server_.create(flows + "prioritylevelconfigurations",
                 {{"metadata", metadata},
                  {"spec",
                   {{"type", "Limited"},
                    {"limited",
                     {{"nominalConcurrencyShares", 0},
                      {"lendablePercent", 0},
                      {"borrowingLimitPercent", 0},
                      {"limitResponse", {{"type", "Reject"}}}}}}}});
  const json everything = json::array({"*"});
  const json rule{{"verbs", everything},
                  {"apiGroups", everything},
                  {"resources", everything},
                  {"namespaces", json::array({name_})}};
  const json rules{{"subjects", json::array({user})}, {"resourceRules", json::array({rule})}};
  server_.create(flows + "flowschemas", {{"metadata", metadata},
                                         {"spec",
                                          {{"matchingPrecedence", 2},
                                           {"priorityLevelConfiguration", metadata},
                                           {"rules", json::array({rules})}}}});
  take_seat();
}

void KubernetesNamespace::take_seat() {
  const KubernetesAccess as = access("throttled");
  const std::string line =
      "exec curl --silent --output /dev/null --request POST --upload-file - --cacert '" +
      as.authority.file + "' --header 'Content-Type: application/json' --config '" + as.token.file +
      ".curl' '" + server_.url() + path("pods") + "'";
  // The server follows what is asked for after a moment, and so may have let others take the seat.
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (std::chrono::steady_clock::now() < end) {
    if (held_ == nullptr) held_ = ::popen(line.c_str(), "we");
    for (int i = 0; i < 20; ++i) {
      std::this_thread::sleep_for(100ms);
      if (server_.status_of({.url = path("pods")}, "throttled") == 429) return;
    }
    ::pclose(std::exchange(held_, nullptr));
  }
  ADD_FAILURE() << "nobody is throttled";
}

void KubernetesNamespace::make_stateful_set() {
  const json labels{{"app.kubernetes.io/name", app_.text}};
  const json strategy{{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 0}}}};
  server_.create(
      path("statefulsets"),
      {{"metadata", {{"name", app_.text}}},
       {"spec",
        {{"replicas", pods},
         {"serviceName", app_.text + "-endpoints"},
         {"podManagementPolicy", "Parallel"},
         {"selector", {{"matchLabels", labels}}},
         {"updateStrategy", strategy},
         {"template",
          {{"metadata", {{"labels", labels}}}, {"spec", {{"containers", containers()}}}}}}}});
  server_.merge(
      set_path() + "/status",
      {{"status",
        {{"replicas", pods}, {"currentRevision", "pg-old"}, {"updateRevision", "pg-old"}}}});
}

void KubernetesNamespace::make_node(PodName pod) {
  server_.create("/api/v1/nodes", {{"metadata", {{"name", node_of(pod)}}}});
  const json resources{{"cpu", "4"}, {"memory", "8Gi"}};
  server_.merge(node_path(pod) + "/status",
                {{"status", {{"capacity", resources}, {"allocatable", resources}}}});
  set_node_ready(pod, "True");
}

}  // namespace charm::live::given
