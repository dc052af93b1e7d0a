#include "charm/options/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "charm/options/extensions.h"
#include "charm/options/ldap_map.h"
#include "charm/types/check.h"

namespace charm {
namespace {

// Whole, as far as a whole number is meant: `1`, not `1.000000`, nor `1e+09`.
std::string number_text(double number) {
  constexpr double exact = 9007199254740992;  // 2^53
  if (std::abs(number) <= exact && std::trunc(number) == number) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = words.find('|');
    if (words.substr(0, end) == word) return true;
    words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
  }
  return false;
}

std::string listed(std::string_view words) {
  std::string text;
  for (char c : words) c == '|' ? text += ", " : text += c;
  return text;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// 0 is no value. Patroni takes no fewer (CMDLINE_OPTIONS of its postgresql/config.py): it logs a
// warning and starts PostgreSQL with 100; upstream takes any number.
constexpr double least_connections = 25;

// The same of this one, where the option may be less: Patroni would keep 128 MB.
constexpr std::int64_t least_kept_wal_mb = 16;

bool is_connections(const OptionSpec& spec) { return spec.name == "experimental_max_connections"; }

// Upstream has words of its own for two options, the first for both ends (section 1.2).
std::string range_text(const OptionSpec& spec, double number) {
  if (spec.name == "memory_shared_buffers") {
    return "Shared buffers config option should be at least 16";
  }
  if (spec.name == "profile_limit_memory") {
    return number < spec.least ? "PostgreSQL Charm requires at least 128MB"
                               : "`profile_limit_memory` limited to 7 digits (9999999MB)";
  }
  if (is_connections(spec)) {
    return "Value is not 0, or between " + number_text(least_connections) + " and " +
           number_text(spec.most);
  }
  if (std::isinf(spec.most)) return "Value is not at least " + number_text(spec.least);
  return "Value is not between " + number_text(spec.least) + " and " + number_text(spec.most);
}

bool is_in_range(const OptionSpec& spec, double number) {
  if (is_connections(spec) && number > 0 && number < least_connections) return false;
  return number >= spec.least && number <= spec.most;  // false for what is no number
}

using Checked = std::expected<OptionValue, std::string>;

Checked check_integer(const OptionSpec& spec, const OptionValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return std::unexpected("Value is not a whole number");
  const auto real = static_cast<double>(*number);
  if (!is_in_range(spec, real)) return std::unexpected(range_text(spec, real));
  return *number;
}

Checked check_real(const OptionSpec& spec, const OptionValue& value) {
  double number = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    number = static_cast<double>(*whole);
  } else if (const auto* real = std::get_if<double>(&value)) {
    number = *real;
  } else {
    return std::unexpected("Value is not a number");
  }
  if (!is_in_range(spec, number)) return std::unexpected(range_text(spec, number));
  return number;
}

// What Patroni or a SQL statement would read as the end of a value has no place in any of them.
bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

Checked check_text(const OptionSpec& spec, const OptionValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::unexpected("Value is not a text");
  if (!is_printable(*text)) return std::unexpected("Value has control characters");
  if (!spec.words.empty() && !has_word(spec.words, *text)) {
    return std::unexpected("Value not one of " + listed(spec.words));
  }
  if (spec.name == "ldap_map" && !ldap_roles(*text)) {
    return std::unexpected("ldap_map config option has an invalid value");
  }
  return *text;
}

Checked check_word_or_integer(const OptionSpec& spec, const OptionValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::unexpected("Value is not a text");
  if (has_word(spec.words, *text)) return *text;
  const auto number = whole_number(*text);
  if (!number) {
    return std::unexpected("Value not one of " + listed(spec.words) + ", and not a whole number");
  }
  const auto real = static_cast<double>(*number);
  if (!is_in_range(spec, real)) return std::unexpected(range_text(spec, real));
  return *text;
}

Checked check(const OptionSpec& spec, const OptionValue& value) {
  if (std::holds_alternative<std::monostate>(value)) return value;
  switch (spec.type) {
    case OptionType::boolean:
      if (!std::holds_alternative<bool>(value)) return std::unexpected("Value is not a boolean");
      return value;
    case OptionType::integer: return check_integer(spec, value);
    case OptionType::real: return check_real(spec, value);
    case OptionType::text: return check_text(spec, value);
    case OptionType::word_or_integer: return check_word_or_integer(spec, value);
  }
  return value;
}

OptionValue stored(const OptionDefault& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return {};
}

}  // namespace

std::string to_text(const OptionError& error) { return error.option + ": " + error.text; }

Options::Options() {
  values_.reserve(option_table().size());
  for (const OptionSpec& spec : option_table()) values_.push_back(stored(spec.value));
  note_demands();
}

std::expected<Options, OptionError> Options::read(std::span<const RawOption> raw) {
  Options options;
  for (const RawOption& one : raw) {
    if (find_option(one.name) == nullptr) continue;
    const std::size_t index = option_index(one.name);
    auto checked = check(option_table()[index], one.value);
    if (!checked) return std::unexpected(OptionError{one.name, std::move(checked.error())});
    options.values_[index] = *std::move(checked);
  }
  options.note_demands();
  return options;
}

void Options::note_demands() {
  is_set_.clear();
  for (std::size_t at = 0; at < values_.size(); ++at) {
    is_set_.push_back(values_[at] != stored(option_table()[at].value));
  }
  demands_.shared_buffers = integer("memory_shared_buffers").value_or(0);
  demands_.wal_keep_size_mb =
      std::max(least_kept_wal_mb, integer("durability_wal_keep_size").value_or(0));
  demands_.memory_limit_mb = integer("profile_limit_memory").value_or(0);
  for (const OptionSpec& spec : option_table()) {
    if (!spec.name.starts_with("cpu_max_")) continue;
    const std::int64_t workers = number_in(spec.name).value_or(0);
    if (workers <= demands_.most_workers) continue;
    demands_.most_workers = workers;
    demands_.workers_option = spec.name;
  }
  demands_.is_production = text("profile") == "production";
  demands_.max_connections = integer("experimental_max_connections").value_or(0);
  demands_.max_prepared_transactions = integer("memory_max_prepared_transactions").value_or(0);
  demands_.track_activity_query_size = integer("request_track_activity_query_size").value_or(0);
  demands_.old_snapshot_threshold = integer("storage_old_snapshot_threshold").value_or(0);
  demands_.autovacuum_freeze_max_age = integer("vacuum_autovacuum_freeze_max_age").value_or(0);
  demands_.max_worker_processes = workers("cpu_max_worker_processes");
  demands_.max_logical_replication_workers = workers("cpu_max_logical_replication_workers");
  extensions_ = enabled_extensions(*this);
}

std::optional<bool> Options::flag(std::string_view name) const {
  const auto* value = std::get_if<bool>(&values_[option_index(name)]);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<std::int64_t> Options::integer(std::string_view name) const {
  const auto* value = std::get_if<std::int64_t>(&values_[option_index(name)]);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<double> Options::real(std::string_view name) const {
  const auto* value = std::get_if<double>(&values_[option_index(name)]);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<std::string_view> Options::text(std::string_view name) const {
  const auto* value = std::get_if<std::string>(&values_[option_index(name)]);
  return value != nullptr ? std::optional<std::string_view>(*value) : std::nullopt;
}

std::optional<std::int64_t> Options::number_in(std::string_view name) const {
  const auto word = text(name);
  return word ? whole_number(*word) : std::nullopt;
}

std::optional<std::int64_t> Options::workers(std::string_view name) const {
  return text(name) ? std::optional(number_in(name).value_or(0)) : std::nullopt;
}

const Options& default_options() {
  static const Options options;
  return options;
}

const Options& options_of(const CharmConfig& config) {
  return config.options != nullptr ? *config.options : default_options();
}

CharmConfig charm_config(const Options& options) {
  CharmConfig config;
  config.options = &options;
  constexpr std::string_view node_count = "synchronous_node_count";
  if (const auto number = options.number_in(node_count)) {
    config.synchronous_node_count = CharmConfig::NodeCount::number;
    config.synchronous_node_number = static_cast<std::uint16_t>(
        std::min<std::int64_t>(*number, std::numeric_limits<std::uint16_t>::max()));
  } else if (options.text(node_count) == "majority") {
    config.synchronous_node_count = CharmConfig::NodeCount::majority;
  }
  config.synchronous_mode_strict = options.flag("synchronous_mode_strict").value_or(true);
  config.maximum_lag_on_failover_bytes =
      options.integer("durability_maximum_lag_on_failover").value_or(1048576);
  config.experimental_max_connections =
      static_cast<std::uint32_t>(options.integer("experimental_max_connections").value_or(0));
  return config;
}

}  // namespace charm
