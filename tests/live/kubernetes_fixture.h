// A pod's service account, and an API server that answers what it is told to.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "charm/live/kubernetes_adapter.h"
#include "tests/live/remembering_log.h"
#include "tests/live/scripted_server.h"

namespace charm::live::given {

// The folder of a service account, with these files.
class ServiceAccount {
 public:
  ServiceAccount()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("service_account." + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    write("token", "token-1\n");
    write("namespace", "model");
  }
  ~ServiceAccount() { std::filesystem::remove_all(folder_); }
  ServiceAccount(const ServiceAccount&) = delete;
  ServiceAccount& operator=(const ServiceAccount&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  void remove(const std::string& name) const { std::filesystem::remove(folder_ / name); }
  [[nodiscard]] std::string folder() const { return folder_.string(); }

 private:
  std::filesystem::path folder_;
};

// Unit pg/2 of application pg, in the namespace `model`.
class KubernetesTest : public testing::Test {
 protected:
  static constexpr const char* own_pod_path = "GET /api/v1/namespaces/model/pods/pg-2";
  static constexpr const char* pod_0_path = "GET /api/v1/namespaces/model/pods/pg-0";
  static constexpr const char* node_path = "GET /api/v1/nodes/node-a";
  static constexpr const char* set_path = "GET /apis/apps/v1/namespaces/model/statefulsets/pg";
  static constexpr const char* lock_path = "GET /api/v1/namespaces/model/endpoints/patroni-pg";

  KubernetesTest() : server(authority.issue("IP:127.0.0.1")) {
    account.write("ca.crt", authority.pem());
  }

  KubernetesAdapter adapter() {
    const std::string address = server.address();
    const auto port = address.substr(address.find(':') + 1);
    auto access = in_cluster_access("127.0.0.1", port, account.folder());
    EXPECT_TRUE(access.has_value());
    return {http, access, AppName{"pg"}, log};
  }

  static nlohmann::json owner() {
    return {{"apiVersion", "apps/v1"}, {"kind", "StatefulSet"}, {"name", "pg"},
            {"uid", "set-uid"},        {"controller", true},    {"blockOwnerDeletion", true}};
  }
  static nlohmann::json object(const char* name, const char* version = "41") {
    return {{"metadata",
             {{"name", name},
              {"uid", "uid-of-it"},
              {"resourceVersion", version},
              {"creationTimestamp", "2026-01-02T03:04:05Z"}}}};
  }
  static nlohmann::json pod(const char* name) {
    nlohmann::json made = object(name);
    made["metadata"]["ownerReferences"] = nlohmann::json::array({owner()});
    made["metadata"]["labels"] = {{"application", "patroni"},
                                  {"cluster-name", "patroni-pg"},
                                  {"controller-revision-hash", "pg-new"}};
    made["spec"] = {{"nodeName", "node-a"},
                    {"containers", {{{"name", "charm"}}, {{"name", "postgresql"}}}}};
    made["status"] = {{"phase", "Running"}};
    return made;
  }
  static nlohmann::json node() {
    return {{"metadata", {{"name", "node-a"}, {"resourceVersion", "7"}}},
            {"status",
             {{"allocatable", {{"cpu", "3920m"}, {"memory", "16Gi"}}},
              {"conditions",
               {{{"type", "MemoryPressure"}, {"status", "False"}},
                {{"type", "Ready"}, {"status", "True"}}}}}}};
  }
  static nlohmann::json stateful_set() {
    nlohmann::json made = object("pg");
    made["metadata"]["uid"] = "set-uid";
    made["spec"] = {
        {"updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 2}}}}}};
    made["status"] = {{"currentRevision", "pg-old"}, {"updateRevision", "pg-new"}};
    return made;
  }

  void serve(const char* line, const nlohmann::json& body, const char* headers = "") {
    server.answer(line, http11(200, body.dump(), headers));
  }

  Authority authority;
  ScriptedServer server;
  ServiceAccount account;
  RememberingLog log;
  Http http;
};

}  // namespace charm::live::given
