#include "sim/scenario/configuration.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace sim {
namespace {

using nlohmann::json;

std::optional<charm::OptionValue> value_of(const json& value, charm::OptionType type) {
  using enum charm::OptionType;
  switch (type) {
    case boolean:
      if (value.is_boolean()) return value.get<bool>();
      return std::nullopt;
    case integer:
      if (value.is_number_integer()) return value.get<std::int64_t>();
      return std::nullopt;
    case real:
      if (value.is_number()) return value.get<double>();
      return std::nullopt;
    case word_or_integer:
      if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
      [[fallthrough]];
    case text:
      if (value.is_string()) return value.get<std::string>();
      return std::nullopt;
  }
  return std::nullopt;
}

std::string expected_of(charm::OptionType type) {
  using enum charm::OptionType;
  switch (type) {
    case boolean: return "must be true or false, or null for its default";
    case integer: return "must be a whole number, or null for its default";
    case real: return "must be a number, or null for its default";
    case text: return "must be a text, or null for its default";
    case word_or_integer: return "must be a text or a whole number, or null for its default";
  }
  return {};
}

void drop(std::vector<charm::RawOption>& set, const std::string& name) {
  std::erase_if(set, [&name](const charm::RawOption& one) { return one.name == name; });
}

}  // namespace

std::expected<Configuration, ScenarioError> read_configuration(const json& object,
                                                               const Configuration& before,
                                                               const std::string& pointer) {
  Configuration after;
  after.set = before.set;
  for (const auto& [name, value] : object.items()) {
    const std::string where = pointer_to(pointer, name);
    const charm::OptionSpec* spec = charm::find_option(name);
    if (spec == nullptr) {
      return std::unexpected(ScenarioError{
          "", {}, {}, where, "is no option of the charm", "must be one, such as memory_work_mem"});
    }
    drop(after.set, name);
    if (value.is_null()) continue;
    auto set = value_of(value, spec->type);
    if (!set) {
      return std::unexpected(
          ScenarioError{"", {}, {}, where, "is " + value.dump(), expected_of(spec->type)});
    }
    const auto index = static_cast<std::size_t>(spec - charm::option_table().data());
    if (*set != charm::default_options().at(index)) after.set.push_back({name, *std::move(set)});
  }
  std::ranges::sort(after.set, {}, &charm::RawOption::name);
  auto options = charm::Options::read(after.set);
  if (!options) {
    after.refusal = std::make_shared<const std::string>(to_text(options.error()));
    after.config.valid = false;
    after.config.invalid = *after.refusal;
    return after;
  }
  // At their defaults they need no home, and all such configurations are equal.
  if (after.set.empty()) return after;
  after.options = std::make_shared<const charm::Options>(*std::move(options));
  after.config = charm::charm_config(*after.options);
  return after;
}

}  // namespace sim
