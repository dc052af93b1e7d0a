// JSON that a server has sent: what is looked for in it may be absent, or something else.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace charm::live {

// Nothing: it is no JSON, no object, or nested deeper than 64. How long it may be is for whoever
// has received it to say.
std::optional<nlohmann::json> parse_outside_object(std::string_view text);

// Nothing: one of the keys is absent, or what it stands in is no object.
const nlohmann::json* find_in(const nlohmann::json& object,
                              std::initializer_list<const char*> path);
// Empty, too, if it is no text.
std::string text_in(const nlohmann::json& object, std::initializer_list<const char*> path);
// No, too, if it is neither yes nor no.
bool is_true_in(const nlohmann::json& object, std::initializer_list<const char*> path);

}  // namespace charm::live
