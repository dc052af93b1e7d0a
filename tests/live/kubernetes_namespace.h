// A namespace of its own on the rig's kube-apiserver, with what Juju and Kubernetes make of an
// application `pg` of three units: a StatefulSet, its pods, and a node for each. No controller and
// no kubelet acts on them: a test does.
#pragma once

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "charm/ports/kubernetes.h"
#include "tests/live/api_server.h"

namespace charm::live::given {

class KubernetesNamespace {
 public:
  static constexpr std::uint16_t pods = 3;

  KubernetesNamespace();
  // The namespace is left to the server's end: only a controller could empty it.
  ~KubernetesNamespace();
  KubernetesNamespace(const KubernetesNamespace&) = delete;
  KubernetesNamespace& operator=(const KubernetesNamespace&) = delete;

  ApiServer& server() { return server_; }
  [[nodiscard]] const AppName& app() const { return app_; }
  [[nodiscard]] KubernetesAccess access(const std::string& user) const {
    return server_.access(user, name_);
  }

  [[nodiscard]] std::string path(const std::string& kind) const;  // of `pods`, `services` ...
  [[nodiscard]] std::string path(PodName pod) const;
  [[nodiscard]] std::string path(ports::PatroniObject object) const;
  [[nodiscard]] std::string path(ports::ServiceKind kind) const;
  [[nodiscard]] std::string set_path() const;
  [[nodiscard]] std::string node_path(PodName pod) const;
  [[nodiscard]] std::string name_of(PodName pod) const;

  nlohmann::json set() { return server_.get(set_path()); }
  std::uint16_t partition();
  // As the template's partition wants it, and running.
  void make_pod(PodName pod);
  void remove_pod(PodName pod) { server_.remove(path(pod)); }
  // `True`, `False`, `Unknown`.
  void set_node_ready(PodName pod, const char* ready);
  // Another one of this name, with pods of its own.
  void replace_stateful_set();
  // As Patroni makes them.
  void make_patroni_object(ports::PatroniObject object, const nlohmann::json& annotations);
  void annotate(ports::PatroniObject object, const nlohmann::json& annotations);
  // What an object says that belongs to a StatefulSet of this uid.
  [[nodiscard]] nlohmann::json reference_to(const nlohmann::json& uid) const;
  // From now on the server has no time here for the user `throttled`. Once.
  void throttle();

 private:
  [[nodiscard]] std::string node_of(PodName pod) const { return name_ + '-' + name_of(pod); }
  void make_stateful_set();
  void make_node(PodName pod);
  void take_seat();

  const std::string name_;
  const AppName app_{"pg"};
  ApiServer server_;
  FILE* held_ = nullptr;
};

}  // namespace charm::live::given
