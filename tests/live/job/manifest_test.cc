// The Job of bench/job/ as a real API server reads it: nothing is made (dryRun=All), each field
// must be one that there is, with a value that it can have.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/live/api_server.h"
#include "tests/support/places.h"

namespace charm::live::given {
namespace {

std::vector<YAML::Node> documents(const std::string& name) {
  return YAML::LoadAllFromFile(tests::in_repository("bench/job/" + name));
}

// As kubectl sends it: what has quotes is a text, whatever it looks like.
nlohmann::json json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& member : node) object[member.first.as<std::string>()] = json_of(member.second);
    return object;
  }
  if (node.IsSequence()) {
    nlohmann::json list = nlohmann::json::array();
    for (const YAML::Node& part : node) list.push_back(json_of(part));
    return list;
  }
  const auto text = node.as<std::string>();
  const bool is_quoted = node.Tag() == "!";
  std::int64_t number = 0;
  if (!is_quoted && YAML::convert<std::int64_t>::decode(node, number)) return number;
  if (!is_quoted && (text == "true" || text == "false")) return text == "true";
  return text;
}

class LiveJobManifest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string lacks = ApiServer::lacks();
    if (!lacks.empty()) GTEST_SKIP() << lacks;
    server_.emplace();
  }

  // The status with which the server answers.
  int applied(const YAML::Node& document) {
    const auto kind = document["kind"].as<std::string>();
    const std::string path = kind == "Job" ? "/apis/batch/v1/namespaces/default/jobs"
                                           : "/api/v1/namespaces/default/persistentvolumeclaims";
    return server_->status_of({.method = "POST",
                               .url = path + "?dryRun=All&fieldValidation=Strict",
                               .headers = {"Content-Type: application/json"},
                               .body = json_of(document).dump()},
                              "admin");
  }
  YAML::Node job() {
    for (const YAML::Node& document : documents("failover-job.yaml")) {
      if (document["kind"].as<std::string>() == "Job") return document;
    }
    ADD_FAILURE() << "no Job in it";
    return {};
  }

  std::optional<ApiServer> server_;
};

TEST_F(LiveJobManifest, IsAccepted) {
  std::vector<std::string> kinds;
  for (const char* file : {"failover-job.yaml", "merge-job.yaml"}) {
    for (const YAML::Node& document : documents(file)) {
      kinds.push_back(document["kind"].as<std::string>());
      EXPECT_EQ(applied(document), 201) << file << ", " << kinds.back();
    }
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"PersistentVolumeClaim", "Job", "Job"}));
  EXPECT_FALSE(server_->has("/apis/batch/v1/namespaces/default/jobs/failover"));
}

TEST_F(LiveJobManifest, WithAnUnknownFieldIsRefused) {
  YAML::Node unknown = job();
  unknown["spec"]["template"]["spec"]["containers"][0]["readOnlyRootFileSystem"] = true;
  EXPECT_EQ(applied(unknown), 400);
}

// These rules are the server's own, beyond what a field is.
TEST_F(LiveJobManifest, ThatContradictsItselfIsRefused) {
  YAML::Node restarts = job();
  restarts["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure";
  EXPECT_EQ(applied(restarts), 422);
  YAML::Node plain = job();
  plain["spec"]["completionMode"] = "NonIndexed";
  EXPECT_EQ(applied(plain), 422);
  YAML::Node nowhere = job();
  nowhere["spec"]["template"]["spec"]["volumes"][0]["name"] = "other";
  EXPECT_EQ(applied(nowhere), 422);
}

}  // namespace
}  // namespace charm::live::given
