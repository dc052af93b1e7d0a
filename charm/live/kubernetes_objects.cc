#include "charm/live/kubernetes_objects.h"

#include <algorithm>
#include <charconv>

#include "charm/live/outside_json.h"
#include "charm/live/quantity.h"

namespace charm::live {
namespace {

using nlohmann::json;

// Values that are no texts are left out.
TextMap texts_in(const json& object, std::initializer_list<const char*> path) {
  TextMap texts;
  const json* found = find_in(object, path);
  if (found == nullptr || !found->is_object()) return texts;
  for (const auto& [key, value] : found->items()) {
    if (value.is_string()) texts.emplace(key, value.get<std::string>());
  }
  return texts;
}

// Nothing: there is no such list.
const json* list_in(const json& object, std::initializer_list<const char*> path) {
  const json* found = find_in(object, path);
  return found != nullptr && found->is_array() ? found : nullptr;
}

std::vector<Owner> owners_in(const json& object) {
  std::vector<Owner> owners;
  const json* list = list_in(object, {"metadata", "ownerReferences"});
  if (list == nullptr) return owners;
  for (const json& item : *list) {
    owners.push_back({.api_version = text_in(item, {"apiVersion"}),
                      .kind = text_in(item, {"kind"}),
                      .name = text_in(item, {"name"}),
                      .uid = text_in(item, {"uid"}),
                      .controller = is_true_in(item, {"controller"}),
                      .block_owner_deletion = is_true_in(item, {"blockOwnerDeletion"})});
  }
  return owners;
}

// Each manager's entry has the time of its last change. If one of them has none, nobody knows which
// is the last.
std::optional<UnixTime> written_at(const json& object) {
  const json* list = list_in(object, {"metadata", "managedFields"});
  std::optional<UnixTime> last;
  if (list == nullptr) return last;
  for (const json& item : *list) {
    const auto time = parse_rfc3339(text_in(item, {"time"}));
    if (!time) return std::nullopt;
    last = std::max(last.value_or(*time), *time);
  }
  return last;
}

std::optional<ObjectMeta> meta_of(const json& object) {
  const auto version = parse_resource_version(text_in(object, {"metadata", "resourceVersion"}));
  if (!version) return std::nullopt;
  return ObjectMeta{.uid = text_in(object, {"metadata", "uid"}),
                    .version = *version,
                    .created = parse_rfc3339(text_in(object, {"metadata", "creationTimestamp"})),
                    .written = written_at(object),
                    .is_asked_to_end = !text_in(object, {"metadata", "deletionTimestamp"}).empty(),
                    .labels = texts_in(object, {"metadata", "labels"}),
                    .annotations = texts_in(object, {"metadata", "annotations"}),
                    .owners = owners_in(object)};
}

// Of a pod's containers, the one of this name.
const json* container_in(const json& pod, std::string_view name) {
  const json* list = list_in(pod, {"spec", "containers"});
  if (list == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      *list, [name](const json& item) { return text_in(item, {"name"}) == name; });
  return found != list->end() ? &*found : nullptr;
}

// The limit, if there is one. Says no if it cannot be read.
bool take_limit(const json& container, const char* resource, std::optional<std::uint64_t>& limit) {
  if (find_in(container, {"resources", "limits", resource}) == nullptr) return true;
  limit = parse_quantity(text_in(container, {"resources", "limits", resource}));
  return limit.has_value();
}

bool is_ready_condition(const json& item) {
  return text_in(item, {"type"}) == "Ready" && text_in(item, {"status"}) == "True";
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

std::optional<ObjectMeta> parse_object(std::string_view body) {
  const auto object = parse_outside_object(body);
  return object ? meta_of(*object) : std::nullopt;
}

std::optional<PodObject> parse_pod(std::string_view body, std::string_view container) {
  const auto object = parse_outside_object(body);
  if (!object) return std::nullopt;
  auto meta = meta_of(*object);
  if (!meta) return std::nullopt;
  PodObject pod{.meta = std::move(*meta),
                .runs = text_in(*object, {"status", "phase"}) == "Running",
                .node = text_in(*object, {"spec", "nodeName"})};
  const json* found = container_in(*object, container);
  if (found == nullptr) return pod;
  if (!take_limit(*found, "cpu", pod.limit_cores)) return std::nullopt;
  if (!take_limit(*found, "memory", pod.limit_memory_bytes)) return std::nullopt;
  return pod;
}

std::optional<NodeObject> parse_node(std::string_view body) {
  const auto object = parse_outside_object(body);
  if (!object) return std::nullopt;
  const auto cores = parse_quantity(text_in(*object, {"status", "allocatable", "cpu"}));
  const auto memory = parse_quantity(text_in(*object, {"status", "allocatable", "memory"}));
  if (!cores || !memory || *cores > UINT32_MAX) return std::nullopt;
  const json* conditions = list_in(*object, {"status", "conditions"});
  return NodeObject{
      .is_ready = conditions != nullptr && std::ranges::any_of(*conditions, is_ready_condition),
      .allocatable = {.cores = static_cast<std::uint32_t>(*cores), .memory_bytes = *memory}};
}

std::optional<StatefulSetObject> parse_stateful_set(std::string_view body) {
  const auto object = parse_outside_object(body);
  if (!object) return std::nullopt;
  auto meta = meta_of(*object);
  if (!meta) return std::nullopt;
  StatefulSetObject set{.meta = std::move(*meta),
                        .current_revision = text_in(*object, {"status", "currentRevision"}),
                        .update_revision = text_in(*object, {"status", "updateRevision"})};
  const json* partition =
      find_in(*object, {"spec", "updateStrategy", "rollingUpdate", "partition"});
  if (partition == nullptr) return set;
  if (!partition->is_number_unsigned()) return std::nullopt;
  // No unit has a larger ordinal: whoever says more holds everybody, too.
  set.partition = static_cast<std::uint16_t>(
      std::min<std::uint64_t>(partition->get<std::uint64_t>(), UINT16_MAX));
  return set;
}

std::optional<ports::ResourceVersion> parse_resource_version(std::string_view text) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return ports::ResourceVersion{number};
}

std::optional<ports::LeaderAnnotation> leader_annotation_of(const ObjectMeta& object,
                                                            const AppName& app) {
  ports::LeaderAnnotation annotation{.version = object.version};
  const auto found = object.annotations.find("leader");
  // An empty one is none to Patroni, either.
  if (found == object.annotations.end() || found->second.empty()) return annotation;
  const auto leader = parse_member_name(app, found->second);
  if (!leader) return std::nullopt;
  annotation.leader = *leader;
  return annotation;
}

ports::BootstrapState bootstrap_state_of(const ObjectMeta& object) {
  const auto found = object.annotations.find("initialize");
  if (found == object.annotations.end()) return ports::BootstrapState::absent;
  return found->second.empty() ? ports::BootstrapState::begun : ports::BootstrapState::done;
}

bool has_member_labels(const ObjectMeta& pod, const AppName& app) {
  const auto is = [&pod](std::string_view key, std::string_view value) {
    const auto found = pod.labels.find(key);
    return found != pod.labels.end() && found->second == value;
  };
  return is("application", "patroni") && is("cluster-name", "patroni-" + app.text);
}

bool is_kubernetes_name(std::string_view text) {
  constexpr std::size_t longest = 253;
  if (text.empty() || text.size() > longest) return false;
  if (!is_letter_or_digit(text.front()) || !is_letter_or_digit(text.back())) return false;
  return std::ranges::all_of(text,
                             [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

}  // namespace charm::live
