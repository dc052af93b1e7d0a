#include "sim/commands/property_names.h"

#include <array>

#include "sim/properties/merged_event.h"
#include "sim/scenario/json_text.h"
#include "sim/scenario/suggestion.h"

namespace sim {
namespace {

constexpr std::array of_the_simulator{
    PropertyName{hooks_are_deterministic, Form::always},
    PropertyName{events_are_merged_with_equals, Form::always},
    PropertyName{paths_are_walks, Form::always},
    PropertyName{handlers_are_idempotent, Form::always},
    PropertyName{story_is_told, Form::eventually},
};

// What is wrong with a name in a list of witnesses, or of what holds; nothing if it is right.
std::optional<ScenarioError> judge(const std::string& name, bool as_witness,
                                   const std::vector<PropertyName>& known) {
  std::vector<std::string> fitting;
  for (const PropertyName& property : known) {
    const bool fits = (property.form == Form::sometimes) == as_witness;
    if (fits) fitting.emplace_back(property.name);
    if (property.name != name) continue;
    if (fits) return std::nullopt;
    return ScenarioError{
        "",
        {},
        {},
        "",
        "is \"" + name + "\", of the form " + std::string(to_text(property.form)),
        as_witness ? "must be of the form sometimes" : "must be of the form always or eventually"};
  }
  return ScenarioError{"",
                       {},
                       {},
                       "",
                       "is \"" + name + "\"" + suggestion(name, fitting),
                       "must be a name that the command `properties` lists"};
}

}  // namespace

std::vector<PropertyName> property_names(std::span<const Property> properties) {
  std::vector<PropertyName> names;
  for (const Form form : {Form::always, Form::within, Form::eventually, Form::sometimes}) {
    for (const Property& property : properties) {
      if (property.form == form)
        names.push_back({property.name, form, property.id, property.fairness});
    }
    for (const PropertyName& property : of_the_simulator) {
      if (property.form == form) names.push_back(property);
    }
  }
  return names;
}

std::optional<ScenarioError> wrong_property_name(const Scenario& scenario, std::string_view text,
                                                 const std::string& file,
                                                 std::span<const Property> properties) {
  const std::vector<PropertyName> known = property_names(properties);
  for (const bool as_witness : {false, true}) {
    const auto& list = as_witness ? scenario.witnesses : scenario.holds;
    for (std::size_t at = 0; at < list.size(); ++at) {
      auto error = judge(list[at], as_witness, known);
      if (!error) continue;
      error->file = file;
      error->pointer = pointer_to(as_witness ? "/witnesses" : "/holds", at);
      if (const auto json = parse_json(text, file)) error->line = json->line_of(error->pointer);
      return error;
    }
  }
  return std::nullopt;
}

}  // namespace sim
