// A real kube-apiserver, through the production charm's adapter. Each case has a namespace of its
// own.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <thread>

#include "charm/live/kubernetes_adapter.h"
#include "tests/contract/kubernetes_bench.h"
#include "tests/live/kubernetes_namespace.h"

namespace charm::contract {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ports::PatroniObject;

class LogOfTest final : public live::Log {
 public:
  void warn(std::string_view line) override { std::cout << line << '\n'; }
};

// A charm's process: with connections of its own.
class Charm {
 public:
  explicit Charm(const live::KubernetesAccess& access)
      : adapter_(http_, access, AppName{"pg"}, log_) {}

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

// Patroni's own clock: a change of `renewTime` is its heartbeat.
std::string now() {
  return std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
}

class LiveKubernetes final : public KubernetesBench {
 public:
  LiveKubernetes() { relieve(); }

  ports::Kubernetes& kubernetes() override { return own_->port(); }
  ports::Kubernetes& another() override { return other_.port(); }
  std::vector<bool> race(std::size_t writers, const Write& write) override {
    std::vector<char> through(writers);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < writers; ++i) {
      threads.emplace_back([this, &write, &through, i] {
        Charm charm(here_.access("charm"));
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

  void end_pod(PodName pod) override { here_.remove_pod(pod); }
  void lose_pod(PodName pod) override { here_.remove_pod(pod); }
  void make_pod(PodName pod) override { here_.make_pod(pod); }
  // kubelet says nothing any more; only the controller of nodes writes that down.
  void lose_node(PodName /*pod*/) override {}
  void notice_lost_node(PodName pod) override { here_.set_node_ready(pod, "Unknown"); }
  void write_template() override { set_revision("updateRevision"); }
  void roll_out() override {
    for (std::uint16_t ordinal = here_.pods; ordinal-- > here_.partition();) {
      const json pod = here_.server().get(here_.path(PodName{ordinal}));
      if (pod["metadata"]["labels"]["controller-revision-hash"] == new_revision) continue;
      lose_pod({ordinal});
      make_pod({ordinal});
    }
    if (here_.partition() == 0) set_revision("currentRevision");
  }

  void begin_bootstrap() override {
    here_.make_patroni_object(PatroniObject::config_endpoints, {{"initialize", ""}});
    here_.make_patroni_object(PatroniObject::config_service, json::object());
  }
  void finish_bootstrap(MemberName leader) override {
    if (!here_.server().has(here_.path(PatroniObject::config_endpoints))) begin_bootstrap();
    here_.annotate(PatroniObject::config_endpoints,
                   {{"initialize", "7300000000000000001"}, {"config", "{}"}});
    here_.make_patroni_object(PatroniObject::sync_endpoints, {{"leader", name_of(leader)}});
    take_lock(leader);
  }
  void take_lock(MemberName member) override {
    const json record{{"leader", name_of(member)}, {"renewTime", now()}};
    if (here_.server().has(here_.path(PatroniObject::endpoints))) {
      return here_.annotate(PatroniObject::endpoints, record);
    }
    here_.make_patroni_object(PatroniObject::endpoints, record);
  }
  void release_lock() override {
    here_.annotate(PatroniObject::endpoints, {{"leader", nullptr}, {"renewTime", now()}});
  }
  void write_endpoints(PatroniObject object) override {
    here_.annotate(object, {{"renewTime", now()}});
  }
  // Made before the StatefulSet, by whole seconds: Kubernetes knows no others.
  void leave_patroni_objects() override {
    finish_bootstrap({0});
    std::this_thread::sleep_for(1100ms);
    here_.replace_stateful_set();
  }

  void leave_service(ports::ServiceKind kind) override {
    EXPECT_TRUE(kubernetes().apply_service(kind));
    here_.replace_stateful_set();
  }
  // One that leads to the members of that role.
  bool has_service(ports::ServiceKind kind) override {
    if (!here_.server().has(here_.path(kind))) return false;
    const json spec = here_.server().get(here_.path(kind))["spec"];
    const char* role = kind == ports::ServiceKind::primary ? "primary" : "replica";
    EXPECT_EQ(
        spec["selector"],
        (json{{"app.kubernetes.io/name", "pg"}, {"cluster-name", "patroni-pg"}, {"role", role}}));
    std::vector<int> open;
    for (const json& port : spec["ports"]) open.push_back(port["port"]);
    EXPECT_EQ(open, (std::vector{8008, 5432}));
    return true;
  }
  bool does_service_go_with_application(ports::ServiceKind kind) override {
    const json owners = here_.server().get(here_.path(kind))["metadata"]["ownerReferences"];
    return owners == json::array({here_.reference_to(here_.set()["metadata"]["uid"])});
  }

  void refuse_trust() override { own_ = charm_of(here_.access("untrusted")); }
  void throttle() override {
    here_.throttle();
    own_ = charm_of(here_.access("throttled"));
  }
  void cut_off() override { own_ = charm_at("https://127.0.0.1:1"); }
  void hang() override { own_ = charm_at(silent_.emplace().url()); }
  void relieve() override { own_ = charm_of(here_.access("charm")); }

 private:
  static constexpr const char* new_revision = "pg-new";

  static std::unique_ptr<Charm> charm_of(const live::KubernetesAccess& access) {
    return std::make_unique<Charm>(access);
  }
  std::unique_ptr<Charm> charm_at(const std::string& url) {
    live::KubernetesAccess access = here_.access("charm");
    access.server = url;
    return charm_of(access);
  }
  std::string name_of(MemberName member) { return here_.name_of({member.ordinal}); }
  void set_revision(const char* which) {
    here_.server().merge(here_.set_path() + "/status", {{"status", {{which, new_revision}}}});
  }

  live::given::KubernetesNamespace here_;
  std::optional<SilentServer> silent_;
  std::unique_ptr<Charm> own_;
  Charm other_{here_.access("charm")};
};

}  // namespace

std::unique_ptr<KubernetesBench> live_kubernetes() { return std::make_unique<LiveKubernetes>(); }
std::string lacks_live_kubernetes() { return live::given::ApiServer::lacks(); }

}  // namespace charm::contract
