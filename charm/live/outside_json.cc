#include "charm/live/outside_json.h"

namespace charm::live {

using nlohmann::json;

std::optional<json> parse_outside_object(std::string_view text) {
  constexpr int deepest = 64;  // a StatefulSet's managedFields are some 20 deep
  bool is_too_deep = false;
  // What the parser leaves out is not built.
  const auto watch = [&is_too_deep](int depth, json::parse_event_t /*event*/, json& /*parsed*/) {
    is_too_deep = is_too_deep || depth > deepest;
    return !is_too_deep;
  };
  constexpr bool throws = false;
  json value = json::parse(text.begin(), text.end(), watch, throws);
  if (is_too_deep || value.is_discarded() || !value.is_object()) return std::nullopt;
  return value;
}

const json* find_in(const json& object, std::initializer_list<const char*> path) {
  const json* at = &object;
  for (const char* key : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text_in(const json& object, std::initializer_list<const char*> path) {
  const json* found = find_in(object, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_true_in(const json& object, std::initializer_list<const char*> path) {
  const json* found = find_in(object, path);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

}  // namespace charm::live
