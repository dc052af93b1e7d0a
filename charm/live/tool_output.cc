#include "charm/live/tool_output.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "charm/types/text.h"

namespace charm::live {
namespace {

using nlohmann::json;
using wire::refuse;

constexpr std::string_view what = "its output";

// What is nested deeper than anything Juju prints is not built.
Wire<json> read(std::string_view output) {
  constexpr int deepest = 16;
  bool is_too_deep = false;
  const auto watch = [&is_too_deep](int depth, json::parse_event_t /*event*/, json& /*parsed*/) {
    is_too_deep = is_too_deep || depth > deepest;
    return !is_too_deep;
  };
  constexpr bool throws = false;
  json value = json::parse(output.begin(), output.end(), watch, throws);
  if (is_too_deep) return refuse(what, "is nested too deeply");
  if (value.is_discarded()) return refuse(what, "is no JSON");
  return value;
}

// An object, or an empty one for null.
Wire<json> read_object(std::string_view output) {
  auto value = read(output);
  if (!value) return value;
  if (value->is_null()) return json::object();
  if (!value->is_object()) return refuse(what, "is no mapping");
  return value;
}

const json* find(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string text_in(const json& object, const char* key) {
  const json* value = object.is_object() ? find(object, key) : nullptr;
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<OptionValue> option_value(const json& value) {
  if (value.is_null()) return OptionValue{};
  if (value.is_boolean()) return OptionValue(value.get<bool>());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) {
    return OptionValue(value.get<double>());
  }
  if (value.is_number_integer()) return OptionValue(value.get<std::int64_t>());
  if (value.is_number_float()) return OptionValue(value.get<double>());
  if (value.is_string()) return OptionValue(value.get<std::string>());
  return std::nullopt;
}

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

}  // namespace

Wire<bool> parse_flag(std::string_view output) {
  const auto value = read(output);
  if (!value) return std::unexpected(value.error());
  if (!value->is_boolean()) return refuse(what, "is neither true nor false");
  return value->get<bool>();
}

Wire<std::string> parse_word(std::string_view output) {
  const auto value = read(output);
  if (!value) return std::unexpected(value.error());
  if (value->is_null()) return std::string();
  if (!value->is_string()) return refuse(what, "is no text");
  return value->get<std::string>();
}

Wire<std::vector<std::string>> parse_words(std::string_view output) {
  const auto value = read(output);
  if (!value) return std::unexpected(value.error());
  std::vector<std::string> words;
  if (value->is_null()) return words;
  if (!value->is_array()) return refuse(what, "is no list");
  for (const json& one : *value) {
    if (!one.is_string()) return refuse(what, "is no list of texts");
    words.push_back(one.get<std::string>());
  }
  return words;
}

Wire<wire::Bag> parse_bag(std::string_view output) {
  const auto object = read_object(output);
  if (!object) return std::unexpected(object.error());
  wire::Bag bag;
  for (const auto& [key, value] : object->items()) {
    if (!value.is_string()) return refuse(what, "is no mapping of texts");
    bag.emplace(key, value.get<std::string>());
  }
  return bag;
}

Wire<std::vector<RawOption>> parse_options(std::string_view output) {
  const auto object = read_object(output);
  if (!object) return std::unexpected(object.error());
  std::vector<RawOption> options;
  for (const auto& [name, value] : object->items()) {
    const auto option = option_value(value);
    if (!option) return refuse(what, "has an option that is neither text, number nor boolean");
    options.push_back({name, *option});
  }
  return options;
}

Wire<StatusText> parse_status(std::string_view output) {
  const auto object = read_object(output);
  if (!object) return std::unexpected(object.error());
  const json* kind = find(*object, "status");
  if (kind == nullptr || !kind->is_string()) return refuse(what, "has no status");
  StatusText status{.message = text_in(*object, "message")};
  for (const StatusKind one :
       {StatusKind::maintenance, StatusKind::waiting, StatusKind::blocked, StatusKind::active}) {
    if (to_text(one) == kind->get_ref<const std::string&>()) status.kind = one;
  }
  return status;
}

Wire<GoalState> parse_goal_state(std::string_view output) {
  const auto object = read_object(output);
  if (!object) return std::unexpected(object.error());
  GoalState state;
  const json* units = find(*object, "units");
  if (units == nullptr || !units->is_object()) return refuse(what, "has no units");
  for (const auto& [name, unit] : units->items()) {
    if (text_in(unit, "status") != "dying") state.units.push_back(name);
  }
  const json* relations = find(*object, "relations");
  if (relations == nullptr || relations->is_null()) return state;
  if (!relations->is_object()) return refuse(what, "has relations that are no mapping");
  for (const auto& [endpoint, others] : relations->items()) {
    if (!others.is_object()) return refuse(what, "has a relation that is no mapping");
    for (const auto& other : others.items()) {
      const bool is_unit = other.key().find('/') != std::string::npos;
      if (!is_unit) state.applications[endpoint].push_back(other.key());
    }
  }
  return state;
}

Wire<std::string> parse_secret_uri(std::string_view output) {
  const std::string_view uri = without_line_end(output);
  constexpr std::size_t longest = 200;
  const bool is_one = uri.starts_with("secret:") && uri.size() > 7 && uri.size() <= longest &&
                      std::ranges::all_of(uri, is_printable) && uri.find(' ') == uri.npos;
  if (!is_one) return refuse(what, "is no URI of a secret");
  return std::string(uri);
}

Wire<std::string> parse_secret_id(std::string_view output) {
  const auto object = read_object(output);
  if (!object) return std::unexpected(object.error());
  if (object->size() != 1) return refuse(what, "is not about one secret");
  std::string id = object->begin().key();
  const bool is_word = !id.empty() && std::ranges::all_of(id, is_printable) && id.front() != '-';
  if (!is_word) return refuse(what, "has no id of a secret");
  return id;
}

Wire<std::string> parse_bind_address(std::string_view output) {
  const auto object = read_object(output);
  if (!object) return std::unexpected(object.error());
  const json* bindings = find(*object, "bind-addresses");
  if (bindings != nullptr && bindings->is_array()) {
    for (const json& binding : *bindings) {
      const json* addresses = binding.is_object() ? find(binding, "addresses") : nullptr;
      if (addresses == nullptr || !addresses->is_array()) continue;
      for (const json& address : *addresses) {
        std::string value = text_in(address, "value");
        if (value.empty()) value = text_in(address, "address");  // of older Juju
        if (!value.empty()) return value;
      }
    }
  }
  return refuse(what, "has no bind address");
}

ToolFailure failure_of(std::string_view tool, std::string_view errors) {
  const auto says = [errors](std::string_view text) { return errors.find(text) != errors.npos; };
  if (says("is not the leader") || says("cannot write relation settings") ||
      says("not leader of")) {
    return ToolFailure::not_leader;
  }
  if (tool.starts_with("secret-") && says("not found")) return ToolFailure::secret_not_found;
  if (tool.starts_with("relation-") && (says("relation not found") || says("permission denied"))) {
    return ToolFailure::relation_not_found;
  }
  return ToolFailure::other;
}

std::string first_line(std::string_view errors) {
  constexpr std::size_t longest = 200;
  std::string_view line = take_until(errors, '\n');
  constexpr std::string_view mark = "ERROR ";
  if (line.starts_with(mark)) line.remove_prefix(mark.size());
  std::string shown(line.substr(0, longest));
  std::ranges::replace_if(shown, [](char c) { return !is_printable(c); }, '?');
  return shown;
}

}  // namespace charm::live
