// One function a keyword of the schema. The verdict is the validator's; this is for the words.
#include "sim/scenario/explain.h"

#include <algorithm>
#include <regex>
#include <string_view>
#include <vector>

#include "sim/scenario/suggestion.h"

namespace sim {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

// Only "#/definitions/..." is used.
const json& resolved(const json& schema, const json& node) {
  const json* at = &node;
  while (at->contains("$ref")) {
    at = &schema.at(json::json_pointer(at->at("$ref").get<std::string>().substr(1)));
  }
  return *at;
}

std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  std::string text = value.dump(-1, ' ', true);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

std::string quoted(const std::string& name) { return json(name).dump(-1, ' ', true); }

std::string listed(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string range_of(const json& node) {
  const bool has_minimum = node.contains("minimum");
  const bool has_maximum = node.contains("maximum");
  if (has_minimum && has_maximum) {
    return node["minimum"].dump() + " to " + node["maximum"].dump();
  }
  if (has_minimum) return "at least " + node["minimum"].dump();
  return has_maximum ? "at most " + node["maximum"].dump() : "";
}

bool has_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  return type == "integer" ? value.is_number_integer() : value.is_number();
}

std::string type_in_words(const json& node, const std::string& type) {
  if (type == "object") return "must be an object";
  if (type == "array") return "must be a list";
  if (type == "string") return "must be a text";
  if (type == "boolean") return "must be true or false";
  const std::string range = range_of(node);
  return range.empty() ? "must be a whole number" : "must be a whole number, " + range;
}

// The texts that a value may be, here or in one of the alternatives.
Names texts_of(const json& schema, const json& node) {
  Names texts;
  for (const json& text : node.value("enum", json::array())) texts.push_back(text);
  if (node.contains("const") && node["const"].is_string()) texts.push_back(node["const"]);
  for (const json& alternative : node.value("anyOf", json::array())) {
    for (const std::string& text : texts_of(schema, resolved(schema, alternative))) {
      texts.push_back(text);
    }
  }
  return texts;
}

Names keys_of(const json& object) {
  Names keys;
  for (const auto& [key, unused] : object.items()) keys.push_back(key);
  return keys;
}

// What a keyword has to say about a value: nothing, or what is wrong and what would be right.
struct Judgement {
  std::string pointer;
  std::string what;
  std::string expected;
};
using MaybeWrong = std::optional<Judgement>;

struct Subject {
  const json& schema;
  const json& node;
  const json& value;
  const std::string& pointer;
};

bool matches(const json& schema, const json& node, const json& value) {
  return !explain(schema, resolved(schema, node), value, "");
}

// const, enum and anyOf: one of a few.
MaybeWrong judge_choice(const Subject& it) {
  bool allowed = true;
  if (it.node.contains("const")) allowed = it.value == it.node["const"];
  if (it.node.contains("enum"))
    allowed = std::ranges::find(it.node["enum"], it.value) != it.node["enum"].end();
  if (it.node.contains("anyOf")) {
    allowed = std::ranges::any_of(it.node["anyOf"], [&](const json& alternative) {
      return matches(it.schema, alternative, it.value);
    });
  }
  if (allowed) return std::nullopt;

  const Names texts = texts_of(it.schema, it.node);
  std::string expected;
  if (it.node.contains("title")) {
    expected = it.node["title"];
  } else if (it.node.contains("const")) {
    expected = it.node["const"].dump();
  } else {
    Names options;
    for (const std::string& text : texts) options.push_back(quoted(text));
    expected = "one of " + listed(options);
  }
  const std::string hint =
      it.value.is_string() ? suggestion(it.value.get_ref<const std::string&>(), texts) : "";
  return Judgement{it.pointer, "is " + shown(it.value) + hint, "must be " + expected};
}

MaybeWrong judge_type(const Subject& it) {
  if (!it.node.contains("type")) return std::nullopt;
  const std::string type = it.node["type"];
  if (has_type(it.value, type)) return std::nullopt;
  return Judgement{it.pointer, "is " + shown(it.value), type_in_words(it.node, type)};
}

MaybeWrong judge_number(const Subject& it) {
  if (!it.value.is_number()) return std::nullopt;
  const bool too_small = it.node.contains("minimum") && it.value < it.node["minimum"];
  const bool too_large = it.node.contains("maximum") && it.value > it.node["maximum"];
  if (!too_small && !too_large) return std::nullopt;
  return Judgement{it.pointer, "is " + shown(it.value), "must be " + range_of(it.node)};
}

MaybeWrong judge_text(const Subject& it) {
  if (!it.value.is_string()) return std::nullopt;
  const std::string& text = it.value.get_ref<const std::string&>();
  // As the validator counts: code points.
  const auto length = static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  if (length < it.node.value("minLength", std::size_t{0})) {
    return Judgement{it.pointer, "is empty", "must say something"};
  }
  if (length > it.node.value("maxLength", length)) {
    return Judgement{it.pointer, "has " + std::to_string(length) + " characters",
                     "must have at most " + it.node["maxLength"].dump()};
  }
  if (it.node.contains("pattern") &&
      !std::regex_search(text, std::regex(it.node["pattern"].get<std::string>()))) {
    return Judgement{it.pointer, "is " + shown(it.value),
                     "must be " + it.node.value("title", std::string("of another form"))};
  }
  return std::nullopt;
}

MaybeWrong judge_list(const Subject& it) {
  if (!it.value.is_array()) return std::nullopt;
  if (it.value.size() > it.node.value("maxItems", it.value.size())) {
    return Judgement{it.pointer, "has " + std::to_string(it.value.size()) + " items",
                     "must have at most " + it.node["maxItems"].dump()};
  }
  if (!it.node.value("uniqueItems", false)) return std::nullopt;
  for (std::size_t i = 0; i < it.value.size(); ++i) {
    if (std::find(it.value.begin(), it.value.begin() + static_cast<std::ptrdiff_t>(i),
                  it.value[i]) == it.value.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    return Judgement{pointer_to(it.pointer, i), "is " + shown(it.value[i]) + " a second time",
                     "must stand once in its list"};
  }
  return std::nullopt;
}

MaybeWrong judge_keys(const Subject& it) {
  const json known = it.node.value("properties", json::object());
  for (const auto& [key, member] : it.value.items()) {
    if (it.node.contains("propertyNames")) {
      const json name = key;
      const json& form = resolved(it.schema, it.node["propertyNames"]);
      if (const auto wrong = explain(it.schema, form, name, pointer_to(it.pointer, key))) {
        return Judgement{wrong->pointer, "is no such key here", wrong->expected};
      }
    }
    if (known.contains(key) || it.node.value("additionalProperties", json(true)) != false) continue;
    return Judgement{pointer_to(it.pointer, key),
                     "is not known here" + suggestion(key, keys_of(known)),
                     "allowed are " + listed(keys_of(known))};
  }
  const Names required = it.node.value("required", Names{});
  for (const std::string& key : required) {
    if (it.value.contains(key)) continue;
    return Judgement{it.pointer, "lacks " + quoted(key), "must have it"};
  }
  return std::nullopt;
}

// oneOf and dependencies: which keys go together.
MaybeWrong judge_key_groups(const Subject& it) {
  Names options;
  Names found;
  for (const json& option : it.node.value("oneOf", json::array())) {
    options.push_back(option.at("required").at(0));
    if (it.value.contains(options.back())) found.push_back(options.back());
  }
  if (!options.empty() && found.size() != 1) {
    return Judgement{
        it.pointer,
        found.empty() ? "says nothing to do" : "has both " + found[0] + " and " + found[1],
        "must have exactly one of " + listed(options)};
  }
  const json dependencies = it.node.value("dependencies", json::object());
  for (const auto& [key, needed] : dependencies.items()) {
    if (!it.value.contains(key) || it.value.contains(needed.at(0))) continue;
    return Judgement{pointer_to(it.pointer, key),
                     "stands without " + needed.at(0).get<std::string>(), "must stand beside it"};
  }
  return std::nullopt;
}

MaybeWrong judge_object(const Subject& it) {
  if (!it.value.is_object()) return std::nullopt;
  if (MaybeWrong wrong = judge_keys(it)) return wrong;
  return judge_key_groups(it);
}

}  // namespace

const json* schema_at(const json& schema, const std::string& pointer) {
  const json* node = &resolved(schema, schema);
  json::json_pointer rest(pointer);
  Names tokens;
  for (; !rest.empty(); rest.pop_back()) tokens.push_back(rest.back());
  for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) {
    if (node->contains("properties") && node->at("properties").contains(*token)) {
      node = &node->at("properties").at(*token);
    } else if (node->contains("items")) {
      node = &node->at("items");
    } else if (node->contains("additionalProperties") &&
               node->at("additionalProperties").is_object()) {
      node = &node->at("additionalProperties");
    } else {
      return nullptr;
    }
    node = &resolved(schema, *node);
  }
  return node;
}

std::optional<ScenarioError> explain(const json& schema, const json& node, const json& value,
                                     const std::string& pointer) {
  const Subject subject{schema, node, value, pointer};
  for (const auto judge :
       {judge_choice, judge_type, judge_number, judge_text, judge_list, judge_object}) {
    if (MaybeWrong wrong = judge(subject)) {
      return ScenarioError{"", {}, {}, wrong->pointer, wrong->what, wrong->expected};
    }
  }
  return std::nullopt;
}

}  // namespace sim
