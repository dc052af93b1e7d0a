#include "charm/live/kubernetes_adapter.h"

#include <algorithm>

#include "charm/live/kubernetes_bodies.h"

namespace charm::live {
namespace {

using ports::PatroniObject;

constexpr std::string_view workload_container = "postgresql";  // metadata.yaml
constexpr std::string_view apply = "application/apply-patch+yaml";
constexpr std::string_view strategic_merge = "application/strategic-merge-patch+json";

ApiError error_of(int status) {
  switch (status) {
    case 403: return ApiError::forbidden;
    case 404: return ApiError::not_found;
    case 409: return ApiError::conflict;
    case 429: return ApiError::throttled;
    default: return ApiError::unavailable;
  }
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 9 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `403 forbidden`
std::string text_of(const HttpAnswer& answer) {
  std::string text = std::to_string(answer.status);
  switch (answer.status) {
    case 401: return text + ", the token is not accepted";
    case 403: return text + " forbidden";
    case 404: return text + " not found";
    case 409: return text + ", somebody else has changed it";
    case 429: break;
    default: return text;
  }
  const auto patience = answer.headers.find("retry-after");
  text += ", the server has too much to do";
  if (patience == answer.headers.end() || !is_number(patience->second)) return text;
  return text + " for the next " + patience->second + " s";
}

// `pods` is one pod.
std::string_view singular(std::string_view kind) {
  if (kind == "pods") return "pod";
  if (kind == "nodes") return "node";
  if (kind == "services") return "service";
  if (kind == "statefulsets") return "StatefulSet";
  return kind;  // endpoints is plural for one, too
}

std::string named(std::string_view kind, std::string_view name) {
  return std::string(singular(kind)).append(" ").append(name);
}

std::string_view kind_of(std::string_view resource) {
  return resource == "services" ? "Service" : "Endpoints";
}

// The token as a header may carry it.
bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_owned_by(const ObjectMeta& object, const std::optional<StatefulSetObject>& set,
                 const AppName& app) {
  return std::ranges::any_of(object.owners, [&](const Owner& owner) {
    if (owner.kind != "StatefulSet" || owner.name != app.text) return false;
    // Without a StatefulSet what belongs to one goes as it has gone.
    return !set || owner.uid == set->meta.uid;
  });
}

// Whole seconds alone are known, so what was made in the same one is not older.
bool is_older(const ObjectMeta& object, const std::optional<StatefulSetObject>& set) {
  return set && object.created && set->meta.created && *object.created < *set->meta.created;
}

// By the server's clock alone, which both times are of. 0: it does not say.
Duration unchanged_for(const ObjectMeta& object, const HttpAnswer& answer) {
  const auto date = answer.headers.find("date");
  if (date == answer.headers.end() || !object.written) return {};
  const auto now = parse_http_date(date->second);
  // Of several API servers one may be behind.
  if (!now || *now < *object.written) return {};
  return *now - *object.written;
}

}  // namespace

// A request that changes something.
struct KubernetesAdapter::Write {
  std::string_view verb;  // `patch`: for the log
  std::string method;
  std::string_view content_type;
  std::string body;
  std::string query;
};

KubernetesAdapter::KubernetesAdapter(Http& http,
                                     const std::expected<KubernetesAccess, AccessError>& access,
                                     AppName app, Log& log)
    : http_(http),
      access_(access ? *access : KubernetesAccess{}),
      no_access_(access ? std::string() : access.error().text),
      app_(std::move(app)),
      log_(log) {}

std::expected<void, ApiError> KubernetesAdapter::apply_service(ports::ServiceKind kind) {
  const auto pod = pod_object({0});
  if (!pod) return std::unexpected(pod.error());
  return write({"services", name_of(app_, kind)},
               {.verb = "apply",
                .method = "PATCH",
                .content_type = apply,
                .body = service_body(app_, kind, pod->meta.owners),
                .query = "&force=true"});
}

std::expected<void, ApiError> KubernetesAdapter::label_pod_as_member(PodName pod) {
  return write(place_of(pod), {.verb = "label",
                               .method = "PATCH",
                               .content_type = strategic_merge,
                               .body = member_labels_body(app_)});
}

std::expected<bool, ApiError> KubernetesAdapter::is_labelled_as_member(PodName pod) {
  const auto found = pod_object(pod);
  if (!found) return std::unexpected(found.error());
  return has_member_labels(found->meta, app_);
}

std::expected<bool, ApiError> KubernetesAdapter::is_pod_running(PodName pod) {
  const auto found = pod_object(pod);
  if (!found) return std::unexpected(found.error());
  if (!found->runs || found->meta.is_asked_to_end || found->node.empty()) return false;
  const auto node = node_object(found->node);
  if (!node && node.error() == ApiError::not_found) return false;
  if (!node) return std::unexpected(node.error());
  return node->is_ready;
}

std::expected<ports::LeftoverObject, ApiError> KubernetesAdapter::patroni_object(
    PatroniObject object) {
  const auto found = object_at(place_of(object));
  if (!found) return std::unexpected(found.error());
  const auto set = stateful_set();
  if (!set) return std::unexpected(set.error());
  return ports::LeftoverObject{.older_than_application = is_older(*found, *set),
                               .goes_with_application = is_owned_by(*found, *set, app_),
                               .version = found->version};
}

std::expected<void, ApiError> KubernetesAdapter::delete_patroni_object(
    PatroniObject object, ports::ResourceVersion version) {
  return write(place_of(object), {.verb = "delete",
                                  .method = "DELETE",
                                  .content_type = "application/json",
                                  .body = delete_body(version)});
}

std::expected<void, ApiError> KubernetesAdapter::own_patroni_object(
    PatroniObject object, ports::ResourceVersion version) {
  const Place place = place_of(object);
  const auto pod = pod_object({0});
  if (!pod) return std::unexpected(pod.error());
  // It must not be applied into being: it has to be there, and is named by its uid.
  const auto seen = object_at(place);
  if (!seen) return std::unexpected(seen.error());
  if (seen->version != version) {
    return fail("own", place, ApiError::conflict, "somebody else has changed it");
  }
  if (pod->meta.owners.empty()) {
    return fail("own", place, ApiError::unavailable, "pod 0 has no owner");
  }
  return write(place,
               {.verb = "own",
                .method = "PATCH",
                .content_type = apply,
                .body = owned_object_body(kind_of(place.kind), place.name, *seen, pod->meta.owners),
                .query = "&force=true"});
}

std::expected<ports::BootstrapRecord, ApiError> KubernetesAdapter::bootstrap_record() {
  const Place place = place_of(PatroniObject::config_endpoints);
  const auto answer = read(place);
  if (!answer) return std::unexpected(answer.error());
  const auto object = parse_object(answer->body);
  if (!object) return fail("read", place, ApiError::unavailable, "the answer is no such object");
  return ports::BootstrapRecord{.state = bootstrap_state_of(*object),
                                .unchanged_for = unchanged_for(*object, *answer),
                                .version = object->version};
}

std::expected<ports::LeaderAnnotation, ApiError> KubernetesAdapter::leader_annotation() {
  const Place place = place_of(PatroniObject::endpoints);
  const auto object = object_at(place);
  if (!object) return std::unexpected(object.error());
  const auto annotation = leader_annotation_of(*object, app_);
  if (!annotation) {
    return fail("read", place, ApiError::unavailable, "its leader is no member of the application");
  }
  return *annotation;
}

std::expected<void, ApiError> KubernetesAdapter::patch_leader_annotation(
    MemberName leader, ports::ResourceVersion version) {
  return write(place_of(PatroniObject::endpoints),
               {.verb = "patch",
                .method = "PATCH",
                .content_type = strategic_merge,
                .body = leader_annotation_body(to_text(app_, leader), version)});
}

std::expected<ports::Rollout, ApiError> KubernetesAdapter::rollout(PodName pod) {
  const auto set = stateful_set();
  if (!set) return std::unexpected(set.error());
  if (!*set) return std::unexpected(ApiError::not_found);
  const auto found = pod_object(pod);
  if (!found) return std::unexpected(found.error());
  const StatefulSetObject& its = **set;
  // Its controller has not looked at it yet.
  if (its.update_revision.empty() || its.current_revision.empty()) {
    return fail("read", place_of_stateful_set(), ApiError::unavailable, "it has no revisions yet");
  }
  const auto revision = found->meta.labels.find("controller-revision-hash");
  return ports::Rollout{.under_way = its.update_revision != its.current_revision,
                        .pod_updated = revision != found->meta.labels.end() &&
                                       revision->second == its.update_revision,
                        .partition = its.partition};
}

std::expected<void, ApiError> KubernetesAdapter::set_rolling_partition(std::uint16_t partition) {
  return write(place_of_stateful_set(), {.verb = "set the partition of",
                                         .method = "PATCH",
                                         .content_type = strategic_merge,
                                         .body = partition_body(partition)});
}

std::expected<void, ApiError> KubernetesAdapter::delete_pod(PodName pod) {
  return write(place_of(pod), {.verb = "delete", .method = "DELETE"});
}

std::expected<NodeResources, ApiError> KubernetesAdapter::node_resources(PodName pod) {
  const auto object = pod_object(pod);
  if (!object) return std::unexpected(object.error());
  if (object->node.empty()) {
    return fail("read", place_of(pod), ApiError::unavailable, "it names no node");
  }
  const auto node = node_object(object->node);
  if (!node) return std::unexpected(node.error());
  NodeResources resources = node->allocatable;
  resources.cores = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(resources.cores, object->limit_cores.value_or(resources.cores)));
  resources.memory_bytes =
      std::min(resources.memory_bytes, object->limit_memory_bytes.value_or(resources.memory_bytes));
  return resources;
}

KubernetesAdapter::Place KubernetesAdapter::place_of(PodName pod) const {
  return {"pods", to_text(app_, pod)};
}

KubernetesAdapter::Place KubernetesAdapter::place_of(PatroniObject object) const {
  const std::string scope = "patroni-" + app_.text;
  switch (object) {
    case PatroniObject::service: return {"services", scope};
    case PatroniObject::config_service: return {"services", scope + "-config"};
    case PatroniObject::sync_service: return {"services", scope + "-sync"};
    case PatroniObject::endpoints: return {"endpoints", scope};
    case PatroniObject::config_endpoints: return {"endpoints", scope + "-config"};
    case PatroniObject::sync_endpoints: return {"endpoints", scope + "-sync"};
  }
  return {};
}

KubernetesAdapter::Place KubernetesAdapter::place_of_stateful_set() const {
  return {"statefulsets", app_.text};
}

std::string KubernetesAdapter::url_of(const Place& place) const {
  std::string url = access_.server;
  url += place.kind == "statefulsets" ? "/apis/apps/v1" : "/api/v1";
  if (place.kind != "nodes") url += "/namespaces/" + access_.name_space;
  url.append("/").append(place.kind);
  return place.name.empty() ? url : url + '/' + place.name;
}

KubernetesAdapter::Answer KubernetesAdapter::read(const Place& place) {
  return ask(place, "read", {.url = url_of(place)});
}

std::expected<void, ApiError> KubernetesAdapter::write(const Place& place, Write what) {
  HttpRequest request{.method = std::move(what.method), .url = url_of(place)};
  // Whose write it is: Kubernetes keeps a list of who owns which fields.
  request.url += "?fieldManager=" + app_.text + what.query;
  if (!what.content_type.empty()) {
    request.headers.push_back(std::string("Content-Type: ").append(what.content_type));
  }
  request.body = std::move(what.body);
  const auto answer = ask(place, what.verb, std::move(request));
  if (!answer) return std::unexpected(answer.error());
  return {};
}

KubernetesAdapter::Answer KubernetesAdapter::ask(const Place& place, std::string_view verb,
                                                 HttpRequest request) {
  const bool reads = request.method == "GET";
  const bool deletes = request.method == "DELETE";
  request.headers.emplace_back("Accept: application/json");
  if (const auto lacks = put_credentials(request)) {
    return fail(verb, place, ApiError::unavailable, *lacks);
  }
  auto answer = http_.ask(request);
  if (!answer) return fail(verb, place, ApiError::unavailable, answer.error().text);
  if (answer->status >= 200 && answer->status < 300) return std::move(*answer);
  const ApiError error = error_of(answer->status);
  if (error == ApiError::not_found && (reads || deletes)) return std::unexpected(error);
  return fail(verb, place, error, text_of(*answer));
}

std::optional<std::string> KubernetesAdapter::put_credentials(HttpRequest& request) const {
  const auto put = [](const Source& source, std::string& to) -> std::optional<std::string> {
    if (source.empty()) return std::nullopt;
    auto text = contents(source);
    if (!text) return text.error().text;
    to = std::move(*text);
    return std::nullopt;
  };
  if (!no_access_.empty()) return no_access_;
  std::string token;
  if (auto why = put(access_.token, token)) return why;
  if (auto why = put(access_.authority, request.authority)) return why;
  if (auto why = put(access_.certificate, request.certificate)) return why;
  if (auto why = put(access_.key, request.key)) return why;
  if (!is_printable(token)) return "the token is no token";
  if (!token.empty()) request.headers.push_back("Authorization: Bearer " + token);
  return std::nullopt;
}

std::expected<PodObject, ApiError> KubernetesAdapter::pod_object(PodName pod) {
  const Place place = place_of(pod);
  const auto answer = read(place);
  if (!answer) return std::unexpected(answer.error());
  auto found = parse_pod(answer->body, workload_container);
  if (!found) return fail("read", place, ApiError::unavailable, "the answer is no such object");
  return std::move(*found);
}

std::expected<NodeObject, ApiError> KubernetesAdapter::node_object(const std::string& name) {
  if (!is_kubernetes_name(name)) {
    return fail("read", {"nodes", "of a pod"}, ApiError::unavailable, "it has no such name");
  }
  const Place place{"nodes", name};
  const auto answer = read(place);
  if (!answer) return std::unexpected(answer.error());
  const auto found = parse_node(answer->body);
  if (!found) return fail("read", place, ApiError::unavailable, "the answer is no such object");
  return *found;
}

std::expected<ObjectMeta, ApiError> KubernetesAdapter::object_at(const Place& place) {
  const auto answer = read(place);
  if (!answer) return std::unexpected(answer.error());
  auto found = parse_object(answer->body);
  if (!found) return fail("read", place, ApiError::unavailable, "the answer is no such object");
  return std::move(*found);
}

std::expected<std::optional<StatefulSetObject>, ApiError> KubernetesAdapter::stateful_set() {
  const Place place = place_of_stateful_set();
  const auto answer = read(place);
  if (!answer && answer.error() == ApiError::not_found) return std::nullopt;
  if (!answer) return std::unexpected(answer.error());
  auto found = parse_stateful_set(answer->body);
  if (!found) return fail("read", place, ApiError::unavailable, "the answer is no such object");
  return found;
}

std::unexpected<ApiError> KubernetesAdapter::fail(std::string_view verb, const Place& place,
                                                  ApiError error, std::string_view why) {
  log_.warn(std::string("cannot ")
                .append(verb)
                .append(" ")
                .append(place.name.empty() ? place.kind : named(place.kind, place.name))
                .append(": ")
                .append(why));
  return std::unexpected(error);
}

}  // namespace charm::live
