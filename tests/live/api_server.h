// The rig's kube-apiserver (tests/live/rig/control-plane), as its administrator: what Juju,
// kubelet, the controllers and Patroni do there is done by a test through this.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "charm/live/http.h"
#include "charm/live/kubernetes_access.h"

namespace charm::live::given {

class ApiServer {
 public:
  // Why there is none; empty: there is.
  static std::string lacks();

  ApiServer();

  [[nodiscard]] const std::string& url() const { return url_; }
  // For one of its users (`control-plane --help`).
  [[nodiscard]] KubernetesAccess access(const std::string& user,
                                        const std::string& name_space) const;

  // Each gives the object that is there now. What is refused is a failure of the test, and null.
  nlohmann::json get(const std::string& path);
  nlohmann::json create(const std::string& path, const nlohmann::json& object);
  nlohmann::json merge(const std::string& path, const nlohmann::json& patch);
  // At once. One that is not there is fine.
  void remove(const std::string& path);
  // 404 is an answer.
  bool has(const std::string& path);
  int status_of(HttpRequest request, const std::string& user);

 private:
  HttpAnswer ask(const std::string& user, HttpRequest request);
  nlohmann::json ask_for_object(HttpRequest request);

  std::string url_;
  Http http_;
};

}  // namespace charm::live::given
