#include "charm/wire/action.h"

#include "charm/wire/json.h"

namespace charm::wire {
namespace {

// Absent and null are the same: no schema of ours has a default of null.
Wire<std::optional<std::string>> text_of(const nlohmann::json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || found->is_null()) return std::nullopt;
  if (!found->is_string()) return refuse(name, "is no text");
  return found->get<std::string>();
}

// Nothing given at all is an empty object.
Wire<nlohmann::json> parameters_in(std::string_view text) {
  auto given = parse_json("the parameters", text);
  if (!given) return given;
  if (given->is_null()) return nlohmann::json::object();
  if (!given->is_object()) return refuse("the parameters", "are no mapping");
  return given;
}

}  // namespace

Wire<ActionParameters> parse_action_parameters(std::string_view json) {
  const auto given = parameters_in(json);
  if (!given) return std::unexpected(given.error());
  const auto username = text_of(*given, "username");
  if (!username) return std::unexpected(username.error());
  const auto password = text_of(*given, "password");
  if (!password) return std::unexpected(password.error());
  const auto scope = text_of(*given, "scope");
  if (!scope) return std::unexpected(scope.error());
  const auto force = given->find("force");
  const bool has_force = force != given->end() && !force->is_null();
  if (has_force && !force->is_boolean()) return refuse("force", "is neither true nor false");
  ActionParameters parameters{.force = has_force && force->get<bool>()};
  if (*username) parameters.username = ParameterText(**username);
  if (*password) parameters.password = given_password(**password);
  if (*scope) parameters.scope = ParameterText(**scope);
  return parameters;
}

Wire<std::optional<std::string>> parse_given_key(std::string_view json) {
  const auto given = parameters_in(json);
  if (!given) return std::unexpected(given.error());
  return text_of(*given, "private-key");
}

}  // namespace charm::wire
