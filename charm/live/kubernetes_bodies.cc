#include "charm/live/kubernetes_bodies.h"

#include <nlohmann/json.hpp>

namespace charm::live {
namespace {

using nlohmann::json;

std::string_view role_of(ports::ServiceKind kind) {
  return kind == ports::ServiceKind::primary ? "primary" : "replica";
}

json references(const std::vector<Owner>& owners) {
  json list = json::array();
  for (const Owner& owner : owners) {
    list.push_back({{"apiVersion", owner.api_version},
                    {"kind", owner.kind},
                    {"name", owner.name},
                    {"uid", owner.uid},
                    {"controller", owner.controller},
                    {"blockOwnerDeletion", owner.block_owner_deletion}});
  }
  return list;
}

json port(std::string_view name, int number) {
  return {{"name", name}, {"port", number}, {"targetPort", number}, {"protocol", "TCP"}};
}

// Owners' names are another server's text; what is no UTF-8 is replaced.
std::string text_of(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string name_of(const AppName& app, ports::ServiceKind kind) {
  return app.text + (kind == ports::ServiceKind::primary ? "-primary" : "-replicas");
}

std::string service_body(const AppName& app, ports::ServiceKind kind,
                         const std::vector<Owner>& owners) {
  const json body{{"apiVersion", "v1"},
                  {"kind", "Service"},
                  {"metadata",
                   {{"name", name_of(app, kind)},
                    {"labels", {{"app.kubernetes.io/name", app.text}}},
                    {"ownerReferences", references(owners)}}},
                  {"spec",
                   {{"ports", json::array({port("api", 8008), port("database", 5432)})},
                    {"selector",
                     {{"app.kubernetes.io/name", app.text},
                      {"cluster-name", "patroni-" + app.text},
                      {"role", role_of(kind)}}}}}};
  return text_of(body);
}

std::string owned_object_body(std::string_view kind, std::string_view name, const ObjectMeta& seen,
                              const std::vector<Owner>& owners) {
  const json body{{"apiVersion", "v1"},
                  {"kind", kind},
                  {"metadata",
                   {{"name", name},
                    {"uid", seen.uid},
                    {"resourceVersion", std::to_string(seen.version.value)},
                    {"ownerReferences", references(owners)}}}};
  return text_of(body);
}

std::string member_labels_body(const AppName& app) {
  const json labels{{"application", "patroni"}, {"cluster-name", "patroni-" + app.text}};
  return text_of({{"metadata", {{"labels", labels}}}});
}

std::string leader_annotation_body(std::string_view leader, ports::ResourceVersion version) {
  const json body{{"metadata",
                   {{"annotations", {{"leader", leader}}},
                    {"resourceVersion", std::to_string(version.value)}}}};
  return text_of(body);
}

std::string partition_body(std::uint16_t partition) {
  return text_of({{"spec", {{"updateStrategy", {{"rollingUpdate", {{"partition", partition}}}}}}}});
}

std::string delete_body(ports::ResourceVersion version) {
  return text_of({{"apiVersion", "v1"},
                  {"kind", "DeleteOptions"},
                  {"preconditions", {{"resourceVersion", std::to_string(version.value)}}}});
}

}  // namespace charm::live
