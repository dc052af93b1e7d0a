#include "charm/wire/action.h"

#include "charm/wire/json.h"

namespace charm::wire {
namespace {

// Absent and null are the same: no schema of ours has a default of null.
Wire<std::optional<ParameterText>> text_of(const nlohmann::json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || found->is_null()) return std::nullopt;
  if (!found->is_string()) return refuse(name, "is no text");
  return ParameterText(found->get_ref<const std::string&>());
}

}  // namespace

Wire<ActionParameters> parse_action_parameters(std::string_view json) {
  const auto given = parse_json("the parameters", json);
  if (!given) return std::unexpected(given.error());
  if (given->is_null()) return {};
  if (!given->is_object()) return refuse("the parameters", "are no mapping");
  const auto username = text_of(*given, "username");
  if (!username) return std::unexpected(username.error());
  const auto scope = text_of(*given, "scope");
  if (!scope) return std::unexpected(scope.error());
  const auto force = given->find("force");
  const bool has_force = force != given->end() && !force->is_null();
  if (has_force && !force->is_boolean()) return refuse("force", "is neither true nor false");
  return ActionParameters{
      .username = *username, .scope = *scope, .force = has_force && force->get<bool>()};
}

}  // namespace charm::wire
