// A real kube-apiserver, through the production charm's adapter. Each case has a namespace of its
// own, with a StatefulSet, three pods and their nodes.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <thread>

#include "charm/live/kubernetes_adapter.h"
#include "charm/live/timestamps.h"
#include "tests/contract/kubernetes_bench.h"
#include "tests/live/api_server.h"

namespace charm::contract {
namespace {

using namespace std::chrono_literals;
using live::given::ApiServer;
using nlohmann::json;

const std::string app = "pg";
constexpr std::uint16_t pods = 3;

class LogOfTest final : public live::Log {
 public:
  void warn(std::string_view line) override { std::cout << line << '\n'; }
};

// A charm's process: with connections of its own.
class Charm {
 public:
  Charm(live::KubernetesAccess access, UnitName unit)
      : adapter_(http_, access, {app}, unit, log_) {}

  ports::Kubernetes& port() { return adapter_; }

 private:
  live::Http http_;
  LogOfTest log_;
  live::KubernetesAdapter adapter_;
};

// A port of the loopback that takes connections, and never a word.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, generic, size), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

std::string name_of(PodName pod) { return app + '-' + std::to_string(pod.ordinal); }
std::string service_name(ports::ServiceKind kind) {
  return app + (kind == ports::ServiceKind::primary ? "-primary" : "-replicas");
}

// By Patroni's own clock: the change of `renewTime` is its heartbeat.
std::string now() {
  return std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
}

class LiveKubernetes final : public KubernetesBench {
 public:
  LiveKubernetes() {
    server_.create("/api/v1/namespaces", {{"metadata", {{"name", name_space_}}}});
    make_stateful_set();
    for (PodName pod; pod.ordinal < pods; ++pod.ordinal) {
      make_node(pod);
      make_pod(pod);
    }
    relieve();
  }
  ~LiveKubernetes() override {
    for (PodName pod; pod.ordinal < pods; ++pod.ordinal) server_.remove(path_of_node(pod));
  }
  LiveKubernetes(const LiveKubernetes&) = delete;
  LiveKubernetes& operator=(const LiveKubernetes&) = delete;

  ports::Kubernetes& kubernetes() override { return own_->port(); }
  ports::Kubernetes& another() override { return other_.port(); }
  std::vector<bool> race(std::size_t writers, const Write& write) override {
    std::vector<char> through(writers);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < writers; ++i) {
      threads.emplace_back([this, &write, &through, i] {
        Charm charm(server_.access("charm", name_space_), {1});
        through[i] = write(charm.port(), i).has_value() ? 1 : 0;
      });
    }
    for (std::thread& thread : threads) thread.join();
    return {through.begin(), through.end()};
  }
  [[nodiscard]] bool has(Difference /*difference*/) const override { return false; }

  void let_pass(Duration time) override { std::this_thread::sleep_for(time); }
  bool waits(const std::function<void()>& call) override {
    const auto begin = std::chrono::steady_clock::now();
    call();
    return std::chrono::steady_clock::now() - begin >= live::HttpRequest{}.connect_timeout;
  }

  void end_pod(PodName pod) override { server_.remove(path_of(pod)); }
  void lose_pod(PodName pod) override { server_.remove(path_of(pod)); }
  void make_pod(PodName pod) override {
    const bool is_held = pod.ordinal < partition();
    const std::string revision = set()["status"][is_held ? "currentRevision" : "updateRevision"];
    server_.create(
        pods_path(),
        {{"metadata",
          {{"name", name_of(pod)},
           {"labels", {{"app.kubernetes.io/name", app}, {"controller-revision-hash", revision}}},
           {"ownerReferences", {reference_to(set()["metadata"]["uid"])}}}},
         {"spec", {{"nodeName", node_of(pod)}, {"containers", containers()}}}});
    server_.merge(path_of(pod) + "/status", {{"status", {{"phase", "Running"}}}});
  }
  // kubelet tells nothing any more; only the controller of nodes changes the object.
  void lose_node(PodName /*pod*/) override {}
  void notice_lost_node(PodName pod) override { set_node_ready(pod, "Unknown"); }
  void write_template() override {
    server_.merge(set_path() + "/status", {{"status", {{"updateRevision", "pg-new"}}}});
  }
  void roll_out() override {
    for (std::uint16_t ordinal = pods; ordinal-- > partition();) {
      const json pod = server_.get(path_of({ordinal}));
      if (pod["metadata"]["labels"]["controller-revision-hash"] == "pg-new") continue;
      lose_pod({ordinal});
      make_pod({ordinal});
    }
    if (partition() > 0) return;
    server_.merge(set_path() + "/status", {{"status", {{"currentRevision", "pg-new"}}}});
  }

  void begin_bootstrap() override {
    make_patroni_object(ports::PatroniObject::config_endpoints, {{"initialize", ""}});
    make_patroni_object(ports::PatroniObject::config_service, json::object());
  }
  void finish_bootstrap(MemberName leader) override {
    if (!server_.has(path_of(ports::PatroniObject::config_endpoints))) begin_bootstrap();
    annotate(ports::PatroniObject::config_endpoints,
             {{"initialize", "7300000000000000001"}, {"config", "{}"}});
    make_patroni_object(ports::PatroniObject::sync_endpoints,
                        {{"leader", name_of({leader.ordinal})}});
    take_lock(leader);
  }
  void take_lock(MemberName member) override {
    const json record{{"leader", name_of({member.ordinal})}, {"renewTime", now()}};
    if (server_.has(path_of(ports::PatroniObject::endpoints))) {
      return annotate(ports::PatroniObject::endpoints, record);
    }
    make_patroni_object(ports::PatroniObject::endpoints, record);
  }
  void release_lock() override {
    annotate(ports::PatroniObject::endpoints, {{"leader", nullptr}, {"renewTime", now()}});
  }
  void write_endpoints(ports::PatroniObject object) override {
    annotate(object, {{"renewTime", now()}});
  }
  // Made before the StatefulSet, by whole seconds: Kubernetes knows no others.
  void leave_patroni_objects() override {
    finish_bootstrap({0});
    std::this_thread::sleep_for(1100ms);
    server_.remove(set_path());
    make_stateful_set();
    for (PodName pod; pod.ordinal < pods; ++pod.ordinal) {
      lose_pod(pod);
      make_pod(pod);
    }
  }

  void leave_service(ports::ServiceKind kind) override {
    server_.create(services_path(),
                   {{"metadata",
                     {{"name", service_name(kind)},
                      {"ownerReferences", {reference_to("3c9e1a2e-0000-4000-8000-000000000000")}}}},
                    {"spec",
                     {{"ports", {{{"name", "database"}, {"port", 5432}}}},
                      {"selector", {{"app.kubernetes.io/name", "another"}}}}}});
  }
  // One that leads to the members of that role.
  bool has_service(ports::ServiceKind kind) override {
    const std::string path = services_path() + '/' + service_name(kind);
    if (!server_.has(path)) return false;
    const json spec = server_.get(path)["spec"];
    const std::string role = kind == ports::ServiceKind::primary ? "primary" : "replica";
    EXPECT_EQ(spec["selector"], (json{{"app.kubernetes.io/name", app},
                                      {"cluster-name", "patroni-" + app},
                                      {"role", role}}));
    std::vector<int> open;
    for (const json& port : spec["ports"]) open.push_back(port["port"]);
    EXPECT_EQ(open, (std::vector{8008, 5432}));
    return true;
  }
  bool does_service_go_with_application(ports::ServiceKind kind) override {
    const json owners =
        server_.get(services_path() + '/' + service_name(kind))["metadata"]["ownerReferences"];
    return owners.size() == 1 && owners[0]["uid"] == set()["metadata"]["uid"];
  }

  void refuse_trust() override { own_ = charm_of(server_.access("untrusted", name_space_)); }
  void throttle() override {
    let_throttle();
    own_ = charm_of(server_.access("throttled", name_space_));
  }
  void cut_off() override {
    live::KubernetesAccess access = server_.access("charm", name_space_);
    access.server = "https://127.0.0.1:1";
    own_ = charm_of(access);
  }
  void hang() override {
    live::KubernetesAccess access = server_.access("charm", name_space_);
    access.server = silent_.emplace().url();
    own_ = charm_of(access);
  }
  void relieve() override { own_ = charm_of(server_.access("charm", name_space_)); }

 private:
  static json containers() {
    return {{{"name", "charm"}, {"image", "none"}}, {{"name", "postgresql"}, {"image", "none"}}};
  }
  static json reference_to(const json& uid) {
    return {{"apiVersion", "apps/v1"}, {"kind", "StatefulSet"},     {"name", app}, {"uid", uid},
            {"controller", true},      {"blockOwnerDeletion", true}};
  }
  static std::unique_ptr<Charm> charm_of(const live::KubernetesAccess& access) {
    return std::make_unique<Charm>(access, UnitName{1});
  }

  [[nodiscard]] std::string namespace_path() const { return "/api/v1/namespaces/" + name_space_; }
  [[nodiscard]] std::string pods_path() const { return namespace_path() + "/pods"; }
  [[nodiscard]] std::string services_path() const { return namespace_path() + "/services"; }
  [[nodiscard]] std::string sets_path() const {
    return "/apis/apps/v1/namespaces/" + name_space_ + "/statefulsets";
  }
  [[nodiscard]] std::string set_path() const { return sets_path() + '/' + app; }
  [[nodiscard]] std::string path_of(PodName pod) const { return pods_path() + '/' + name_of(pod); }
  // Nodes are in no namespace.
  [[nodiscard]] std::string node_of(PodName pod) const { return name_space_ + '-' + name_of(pod); }
  [[nodiscard]] std::string path_of_node(PodName pod) const {
    return "/api/v1/nodes/" + node_of(pod);
  }
  [[nodiscard]] std::string path_of(ports::PatroniObject object) const {
    const std::string name = "/patroni-" + app;
    switch (object) {
      case ports::PatroniObject::service: return services_path() + name;
      case ports::PatroniObject::config_service: return services_path() + name + "-config";
      case ports::PatroniObject::sync_service: return services_path() + name + "-sync";
      case ports::PatroniObject::endpoints: return namespace_path() + "/endpoints" + name;
      case ports::PatroniObject::config_endpoints:
        return namespace_path() + "/endpoints" + name + "-config";
      case ports::PatroniObject::sync_endpoints:
        return namespace_path() + "/endpoints" + name + "-sync";
    }
    return {};
  }

  json set() { return server_.get(set_path()); }
  std::uint16_t partition() {
    return set()["spec"]["updateStrategy"]["rollingUpdate"]["partition"];
  }
  void make_stateful_set() {
    const json labels{{"app.kubernetes.io/name", app}};
    server_.create(
        sets_path(),
        {{"metadata", {{"name", app}}},
         {"spec",
          {{"replicas", pods},
           {"serviceName", app + "-endpoints"},
           {"podManagementPolicy", "Parallel"},
           {"selector", {{"matchLabels", labels}}},
           {"updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 0}}}}},
           {"template",
            {{"metadata", {{"labels", labels}}}, {"spec", {{"containers", containers()}}}}}}}});
    server_.merge(
        set_path() + "/status",
        {{"status",
          {{"replicas", pods}, {"currentRevision", "pg-old"}, {"updateRevision", "pg-old"}}}});
  }
  void make_node(PodName pod) {
    server_.create("/api/v1/nodes", {{"metadata", {{"name", node_of(pod)}}}});
    const json resources{{"cpu", "4"}, {"memory", "8Gi"}};
    server_.merge(path_of_node(pod) + "/status",
                  {{"status", {{"capacity", resources}, {"allocatable", resources}}}});
    set_node_ready(pod, "True");
  }
  void set_node_ready(PodName pod, const char* ready) {
    server_.merge(path_of_node(pod) + "/status",
                  {{"status", {{"conditions", {{{"type", "Ready"}, {"status", ready}}}}}}});
  }

  void make_patroni_object(ports::PatroniObject object, const json& annotations) {
    const std::string path = path_of(object);
    const std::size_t slash = path.rfind('/');
    json made{{"metadata",
               {{"name", path.substr(slash + 1)},
                {"labels", {{"application", "patroni"}, {"cluster-name", "patroni-" + app}}},
                {"annotations", annotations}}}};
    if (object == ports::PatroniObject::config_service) made["spec"] = {{"clusterIP", "None"}};
    server_.create(path.substr(0, slash), made);
  }
  void annotate(ports::PatroniObject object, const json& annotations) {
    server_.merge(path_of(object), {{"metadata", {{"annotations", annotations}}}});
  }

  // Requests of that user go to a level without a seat, and without a queue.
  void let_throttle() {
    const std::string levels = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
    const std::string flows = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
    const std::string name = "throttled-" + name_space_;
    server_.create(levels, {{"metadata", {{"name", name}}},
                            {"spec",
                             {{"type", "Limited"},
                              {"limited",
                               {{"nominalConcurrencyShares", 0},
                                {"lendablePercent", 0},
                                {"borrowingLimitPercent", 0},
                                {"limitResponse", {{"type", "Reject"}}}}}}}});
    server_.create(flows,
                   {{"metadata", {{"name", name}}},
                    {"spec",
                     {{"matchingPrecedence", 1},
                      {"priorityLevelConfiguration", {{"name", name}}},
                      {"rules",
                       {{{"subjects", {{{"kind", "User"}, {"user", {{"name", "throttled"}}}}}},
                         {"resourceRules",
                          {{{"verbs", {"*"}},
                            {"apiGroups", {"*"}},
                            {"resources", {"*"}},
                            {"clusterScope", true},
                            {"namespaces", {"*"}}}}}}}}}}});
    // The server follows what is asked for after a moment.
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (server_.status_of({.url = pods_path()}, "throttled") != 429) {
      if (std::chrono::steady_clock::now() > end) {
        ADD_FAILURE() << "nobody is throttled";
        return;
      }
      std::this_thread::sleep_for(50ms);
    }
  }

  // No two cases of any process have the same.
  static std::string make_name() {
    static int made = 0;
    return "case-" + std::to_string(::getpid()) + '-' + std::to_string(++made);
  }

  const std::string name_space_ = make_name();
  ApiServer server_;
  std::optional<SilentServer> silent_;
  std::unique_ptr<Charm> own_;
  Charm other_{server_.access("charm", name_space_), {2}};
};

}  // namespace

std::unique_ptr<KubernetesBench> live_kubernetes() { return std::make_unique<LiveKubernetes>(); }
std::string lacks_live_kubernetes() { return ApiServer::lacks(); }

}  // namespace charm::contract
