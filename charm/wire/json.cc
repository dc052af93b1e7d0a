#include "charm/wire/json.h"

#include <algorithm>

namespace charm::wire {
namespace {

using nlohmann::json;

constexpr std::size_t longest = 65536;
constexpr int deepest = 16;

void append(std::string& out, const json& value) {
  const auto separate = [&out](bool& first) {
    if (!first) out += ", ";
    first = false;
  };
  bool first = true;
  if (value.is_array()) {
    out += '[';
    for (const json& item : value) {
      separate(first);
      append(out, item);
    }
    out += ']';
  } else if (value.is_object()) {
    out += '{';
    for (const auto& [key, item] : value.items()) {
      separate(first);
      append(out, json(key));
      out += ": ";
      append(out, item);
    }
    out += '}';
  } else {
    constexpr bool only_ascii = true;
    out += value.dump(-1, ' ', only_ascii, json::error_handler_t::replace);
  }
}

template <class Item, class Fits>
Wire<std::vector<Item>> parse_list(std::string_view key, std::string_view text, Fits fits,
                                   std::string_view of_what) {
  if (text.empty()) return {};
  const auto list = parse_json(key, text);
  if (!list) return std::unexpected(list.error());
  if (!list->is_array() || !std::ranges::all_of(*list, fits)) {
    return refuse(key, std::string("is no list of ").append(of_what));
  }
  return list->template get<std::vector<Item>>();
}

}  // namespace

Wire<json> parse_json(std::string_view key, std::string_view text) {
  if (text.size() > longest) return refuse(key, "is longer than 64 KiB");
  bool is_too_deep = false;
  // What the parser leaves out is not built.
  const auto watch = [&is_too_deep](int depth, json::parse_event_t /*event*/, json& /*parsed*/) {
    is_too_deep = is_too_deep || depth > deepest;
    return !is_too_deep;
  };
  constexpr bool throws = false;
  json value = json::parse(text.begin(), text.end(), watch, throws);
  if (is_too_deep) return refuse(key, "is nested too deeply");
  if (value.is_discarded()) return refuse(key, "is no JSON");
  return value;
}

Wire<std::vector<std::string>> parse_text_list(std::string_view key, std::string_view text) {
  return parse_list<std::string>(
      key, text, [](const json& item) { return item.is_string(); }, "texts");
}

Wire<std::vector<std::int64_t>> parse_number_list(std::string_view key, std::string_view text) {
  const auto fits = [](const json& item) {
    if (!item.is_number_integer()) return false;
    return !item.is_number_unsigned() || item.get<std::uint64_t>() <= INT64_MAX;
  };
  return parse_list<std::int64_t>(key, text, fits, "whole numbers");
}

std::string to_python_json(const json& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace charm::wire
