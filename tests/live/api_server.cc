#include "tests/live/api_server.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace charm::live::given {
namespace {

// Of the rig's control plane; empty: there is no rig.
std::filesystem::path folder() {
  const char* state = std::getenv("RIG_STATE");
  if (state == nullptr || *state == '\0') return {};
  return std::filesystem::path(state) / "control-plane";
}

std::string text_of(const Source& source) {
  const auto text = contents(source);
  EXPECT_TRUE(text.has_value()) << (text ? "" : text.error().text);
  return text.value_or("");
}

}  // namespace

std::string ApiServer::lacks() {
  if (folder().empty()) return "RIG_STATE names no rig (tests/live/rig/control-plane --help)";
  if (std::filesystem::exists(folder() / "kubeconfig")) return {};
  return "no kube-apiserver runs: it takes `tests/live/rig/build` and "
         "`tests/live/rig/control-plane up`";
}

ApiServer::ApiServer() : url_(text_of({.file = folder() / "server", .text = {}})) {}

KubernetesAccess ApiServer::access(const std::string& user, const std::string& name_space) const {
  KubernetesAccess access{.server = url_, .name_space = name_space};
  access.authority.file = folder() / "pki" / "ca.crt";
  access.token.file = folder() / "tokens" / user;
  return access;
}

nlohmann::json ApiServer::get(const std::string& path) { return ask_for_object({.url = path}); }

nlohmann::json ApiServer::create(const std::string& path, const nlohmann::json& object) {
  return ask_for_object({.method = "POST",
                         .url = path,
                         .headers = {"Content-Type: application/json"},
                         .body = object.dump()});
}

nlohmann::json ApiServer::merge(const std::string& path, const nlohmann::json& patch) {
  return ask_for_object({.method = "PATCH",
                         .url = path,
                         .headers = {"Content-Type: application/merge-patch+json"},
                         .body = patch.dump()});
}

void ApiServer::remove(const std::string& path) {
  const HttpAnswer answer =
      ask("admin", {.method = "DELETE", .url = path + "?gracePeriodSeconds=0"});
  EXPECT_TRUE(answer.status == 200 || answer.status == 404) << path << ": " << answer.body;
}

bool ApiServer::has(const std::string& path) {
  const HttpAnswer answer = ask("admin", {.url = path});
  EXPECT_TRUE(answer.status == 200 || answer.status == 404) << path << ": " << answer.body;
  return answer.status == 200;
}

int ApiServer::status_of(HttpRequest request, const std::string& user) {
  return ask(user, std::move(request)).status;
}

HttpAnswer ApiServer::ask(const std::string& user, HttpRequest request) {
  const KubernetesAccess as = access(user, "");
  request.url.insert(0, url_);
  request.authority = text_of(as.authority);
  request.headers.push_back("Authorization: Bearer " + text_of(as.token));
  auto answer = http_.ask(request);
  EXPECT_TRUE(answer.has_value()) << request.url << ": " << (answer ? "" : answer.error().text);
  return answer ? std::move(*answer) : HttpAnswer{};
}

nlohmann::json ApiServer::ask_for_object(HttpRequest request) {
  const std::string what = request.method + ' ' + request.url;
  const HttpAnswer answer = ask("admin", std::move(request));
  if (answer.status >= 200 && answer.status < 300) return nlohmann::json::parse(answer.body);
  ADD_FAILURE() << what << ": " << answer.status << ' ' << answer.body;
  return {};
}

}  // namespace charm::live::given
