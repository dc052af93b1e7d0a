// JSON in databags, as Python writes it and everybody reads it. Source: config-and-wire.md, section
// 3.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "charm/wire/error.h"

namespace charm::wire {

// Whatever it is; refused are no JSON, and more than a databag has any use for: 64 KiB, or nested
// deeper than 16.
Wire<nlohmann::json> parse_json(std::string_view key, std::string_view text);
// Lists of texts and of whole numbers; an absent (empty) value is an empty list.
Wire<std::vector<std::string>> parse_text_list(std::string_view key, std::string_view text);
Wire<std::vector<std::int64_t>> parse_number_list(std::string_view key, std::string_view text);

// Byte for byte what Python's json.dumps() gives, keys in order: other blanks would count as a
// change. What is
// no UTF-8 is replaced.
std::string to_python_json(const nlohmann::json& value);

}  // namespace charm::wire
