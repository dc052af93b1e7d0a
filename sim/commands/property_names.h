// The names that a scenario may give in `holds` and `witnesses`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/properties/property.h"
#include "sim/scenario/error.h"

namespace sim {

struct PropertyName {
  std::string_view name;
  Form form = Form::always;
  std::string_view id = {};
  std::string_view fairness = {};
};

// The charm's properties, and what the simulator itself asks of every charm; form by form.
std::vector<PropertyName> property_names(std::span<const Property> properties);

// The first name in the scenario that no property has, or one of another form than its list is
// for. `text` is the scenario's.
std::optional<ScenarioError> wrong_property_name(const Scenario& scenario, std::string_view text,
                                                 const std::string& file,
                                                 std::span<const Property> properties);

}  // namespace sim
