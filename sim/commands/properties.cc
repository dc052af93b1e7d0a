// charmsim properties: what runs are judged by, as scenarios name it.
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/commands/commands.h"
#include "sim/commands/property_names.h"

namespace sim {

int properties_command(const PropertiesOptions& options, const Console& console) {
  constexpr std::size_t form_width = 12;
  constexpr std::size_t id_width = 5;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const PropertyName& property : property_names(console.properties)) {
    std::string form(to_text(property.form));
    if (options.json) {
      list.push_back({{"form", form},
                      {"id", property.id},
                      {"name", property.name},
                      {"fairness", property.fairness}});
    } else {
      form.resize(form_width, ' ');
      std::string id(property.id);
      id.resize(id_width, ' ');
      console.out << form << id << property.name << '\n';
    }
  }
  if (options.json) {
    const nlohmann::ordered_json json{{"schema", "charmsim-properties/1"},
                                      {"properties", std::move(list)}};
    console.out << json.dump(2) << '\n';
  }
  return exit_held;
}

}  // namespace sim
