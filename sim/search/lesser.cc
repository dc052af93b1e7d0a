// Each is a copy of the whole, less one part.
#include "sim/search/lesser.h"

#include <utility>

namespace sim {

bool is_budget(const std::string& key) { return key != "until_s" && key != "from_s"; }

std::vector<Lesser> lesser(const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  std::vector<Lesser> all;
  const auto steps = json.contains("story") ? json["story"].size() : 0;
  const Json faults = json.value("faults", Json::object());
  if (!faults.empty()) {
    Lesser one{.json = json};
    one.json.erase("faults");
    for (const auto& [key, value] : faults.items()) one.faults += is_budget(key) ? 1U : 0U;
    all.push_back(std::move(one));
  }
  for (std::size_t at = steps; at > 0; --at) {
    Lesser one{.json = json, .steps = 1};
    one.json["story"].erase(at - 1);
    if (one.json["story"].empty()) one.json.erase("story");
    all.push_back(std::move(one));
  }
  const Json world = json.value("world", Json::object());
  const Json units = world.value("units", Json());
  if (units.is_number_unsigned() && units.get<std::uint64_t>() > 1) {
    Lesser one{.json = json, .units = 1};
    one.json["world"]["units"] = units.get<std::uint64_t>() - 1;
    all.push_back(std::move(one));
  }
  for (const auto& [key, value] : faults.items()) {
    if (!is_budget(key)) continue;
    Lesser one{.json = json, .faults = 1};
    one.json["faults"].erase(key);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace sim
