#include "sim/scenario/configuration.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "charm/options/parameters.h"
#include "model/hash.h"

namespace sim {
namespace {

using nlohmann::json;

// As Juju has them: of 64 bits, with a sign.
bool is_integer(const json& value) {
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() <=
           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  }
  return value.is_number_integer();
}

std::optional<charm::OptionValue> value_of(const json& value, charm::OptionType type) {
  using enum charm::OptionType;
  switch (type) {
    case boolean:
      if (value.is_boolean()) return value.get<bool>();
      return std::nullopt;
    case integer:
      if (is_integer(value)) return value.get<std::int64_t>();
      return std::nullopt;
    case real:
      if (value.is_number()) return value.get<double>();
      return std::nullopt;
    case word_or_integer:
      if (is_integer(value)) return std::to_string(value.get<std::int64_t>());
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

// As local parameters: what counts at the next start alone, and what Patroni takes from the dynamic
// configuration (config-and-wire.md, section 1.3).
constexpr std::array<std::string_view, 9> not_reloaded{"autovacuum_freeze_max_age",
                                                       "max_locks_per_transaction",
                                                       "max_logical_replication_workers",
                                                       "max_prepared_transactions",
                                                       "max_worker_processes",
                                                       "old_snapshot_threshold",
                                                       "shared_buffers",
                                                       "track_activity_query_size",
                                                       "wal_keep_size"};

void drop(std::vector<charm::RawOption>& set, const std::string& name) {
  std::erase_if(set, [&name](const charm::RawOption& one) { return one.name == name; });
}

}  // namespace

std::uint32_t digest_of_reloaded(const charm::Options& options, const charm::NodeResources& node) {
  std::uint64_t hash = 0;
  for (const auto& [name, value] : charm::postgresql_parameters(options, node)) {
    if (std::ranges::find(not_reloaded, name) != not_reloaded.end()) continue;
    hash = model::hash_text(value, model::hash_text(name, hash));
  }
  return static_cast<std::uint32_t>(hash);
}

Reloaded::Reloaded() {
  static const std::uint32_t by_default = digest_of_reloaded(charm::default_options(), usual_node);
  usual_ = by_default;
}

Reloaded::Reloaded(const charm::Options& options, const Nodes& nodes)
    : usual_(digest_of_reloaded(options, usual_node)) {
  for (const auto& [unit, node] : nodes) others_[unit] = digest_of_reloaded(options, node);
}

std::uint32_t Reloaded::of(charm::UnitName unit) const {
  const auto other = others_.find(unit);
  return other != others_.end() ? other->second : usual_;
}

std::expected<Configuration, ScenarioError> read_configuration(const json& object,
                                                               const Configuration& before,
                                                               const Nodes& nodes,
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
  after.reloaded = Reloaded(*after.options, nodes);
  return after;
}

}  // namespace sim
