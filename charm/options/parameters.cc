#include "charm/options/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

namespace charm {
namespace {

using ByName = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 12> taken_prefixes{
    "connection_", "cpu_",     "durability_", "instance_", "logging_", "memory_",
    "optimizer_",  "request_", "response_",   "session_",  "storage_", "vacuum_"};

// The shortest text that reads back as the same number.
std::string real_text(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string value_text(const OptionValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "on" : "off";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return real_text(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

// As set, before anything is computed. Of two options that become one parameter the later wins.
ByName plain_parameters(const Options& options) {
  ByName parameters;
  const auto table = option_table();
  for (std::size_t at = 0; at < table.size(); ++at) {
    if (std::holds_alternative<std::monostate>(options.at(at))) continue;
    std::string name = parameter_of(table[at].name);
    if (!name.empty()) parameters.insert_or_assign(std::move(name), value_text(options.at(at)));
  }
  return parameters;
}

// Upstream's ALTER SYSTEM is the primary's alone, and goes with it (section 1.7).
void add_audit(const Options& options, ByName& parameters) {
  if (!options.flag("plugin_audit_enable").value_or(false)) return;
  parameters["pgaudit.log"] = "ROLE,DDL,MISC,MISC_SET";
  parameters["pgaudit.log_client"] = "off";
  parameters["pgaudit.log_parameter"] = "off";
}

// --- workers: section 1.6 ---

constexpr std::int64_t workers_for_each_core = 10;

// Of max_worker_processes; nothing if the option has no value.
std::optional<std::int64_t> worker_processes(const Options& options, const NodeResources& node) {
  const auto asked = options.demands().max_worker_processes;
  return asked == 0 ? std::min<std::int64_t>(8, 2 * std::int64_t{node.cores}) : asked;
}

void compute_workers(const Options& options, const NodeResources& node, ByName& parameters) {
  const auto processes = worker_processes(options, node);
  const std::int64_t base = processes.value_or(8);
  if (processes) parameters["max_worker_processes"] = std::to_string(base);
  for (const std::string_view name :
       {"max_logical_replication_workers", "max_parallel_maintenance_workers",
        "max_parallel_workers", "max_sync_workers_per_subscription"}) {
    const std::string option = "cpu_" + std::string(name);
    if (!options.text(option)) continue;
    std::int64_t count = options.number_in(option).value_or(base);
    if (name == "max_parallel_workers") count = std::min(count, base);
    parameters.insert_or_assign(std::string(name), std::to_string(count));
  }
}

// --- memory: section 1.4 ---

constexpr std::uint64_t megabyte = 1'000'000;
// 8 kB pages for each 10^6 bytes, as upstream counts them: some 4.9 % more than it says.
constexpr std::uint64_t pages_for_each_megabyte = 128;

std::uint64_t memory_bytes(const Options& options, const NodeResources& node) {
  const auto limit = static_cast<std::uint64_t>(options.demands().memory_limit_mb) * megabyte;
  return limit == 0 ? node.memory_bytes : std::min(node.memory_bytes, limit);
}

// 40 % of the memory, in 10^6 bytes.
std::uint64_t most_buffers_megabytes(std::uint64_t memory) { return memory * 2 / 5 / megabyte; }

// The quarter of the memory that a production profile gives, in 8 kB.
std::uint64_t quarter_of_memory(std::uint64_t memory) {
  return memory / 4 * pages_for_each_megabyte / megabyte;
}

void compute_memory(const Options& options, const NodeResources& node, ByName& parameters) {
  if (!options.demands().is_production) return;
  const std::uint64_t memory = memory_bytes(options, node);
  const auto buffers = static_cast<std::uint64_t>(options.demands().shared_buffers);
  const std::uint64_t quarter = memory / 4;
  if (buffers == 0) {
    parameters["shared_buffers"] = std::to_string(quarter_of_memory(memory));
  }
  const std::uint64_t taken = buffers == 0 ? quarter : std::min(memory, buffers * 8000);
  parameters["effective_cache_size"] =
      std::to_string((memory - taken) / megabyte * pages_for_each_megabyte);
}

ByName all_parameters(const Options& options, const NodeResources& node) {
  ByName parameters = plain_parameters(options);
  add_audit(options, parameters);
  compute_workers(options, node, parameters);
  compute_memory(options, node, parameters);
  return parameters;
}

std::int64_t max_connections(const Options& options, const NodeResources& node) {
  const std::int64_t asked = options.demands().max_connections;
  return asked != 0 ? asked : std::max<std::int64_t>(4 * std::int64_t{node.cores}, 100);
}

// What the option asks for; by the profile, if it asks for nothing.
std::int64_t shared_buffers(const Options& options, const NodeResources& node) {
  const std::int64_t asked = options.demands().shared_buffers;
  if (asked != 0 || !options.demands().is_production) return asked;
  return static_cast<std::int64_t>(quarter_of_memory(memory_bytes(options, node)));
}

// A number, or as many as there are worker processes; 0 if the option has no value.
std::int64_t logical_replication_workers(const Options& options, const NodeResources& node) {
  const auto asked = options.demands().max_logical_replication_workers;
  return asked == 0 ? worker_processes(options, node).value_or(8) : asked.value_or(0);
}

OptionError too_many_buffers(std::uint64_t most_megabytes) {
  return {"memory_shared_buffers",
          "Shared buffers config option should be at most 40% of the available memory, which is " +
              std::to_string(most_megabytes) + "MB"};
}

OptionError too_many_workers(const Options::Demands& demands, std::int64_t most) {
  return {std::string(demands.workers_option),
          "value " + std::to_string(demands.most_workers) + " exceeds maximum allowed of " +
              std::to_string(most) +
              " (10 * vCores). Please set a value <= " + std::to_string(most) + "."};
}

constexpr std::int64_t most_processes = 262143;  // MAX_BACKENDS
constexpr std::int64_t other_processes = 25 + 3 + 1;

std::optional<OptionError> too_many_connections(const NodeResources& node, const Options& options) {
  const std::int64_t workers = worker_processes(options, node).value_or(8);
  const std::int64_t most = most_processes - other_processes - workers;
  if (options.demands().max_connections <= most) return std::nullopt;
  return OptionError{"experimental_max_connections",
                     "Value is not at most " + std::to_string(most) + " with " +
                         std::to_string(workers) + " worker processes"};
}

}  // namespace

// The name without its first word.
std::string parameter_of(std::string_view option) {
  const auto is_prefix = [option](std::string_view prefix) { return option.starts_with(prefix); };
  const auto prefix = std::ranges::find_if(taken_prefixes, is_prefix);
  if (prefix == taken_prefixes.end()) return {};
  const std::string_view rest = option.substr(prefix->size());
  if (rest == "maximum_lag_on_failover") return {};  // Patroni's own
  if (rest == "date_style") return "DateStyle";
  if (rest == "time_zone") return "TimeZone";
  constexpr std::string_view statements = "pg_stat_statements_";
  if (rest.starts_with(statements)) {
    return "pg_stat_statements." + std::string(rest.substr(statements.size()));
  }
  return std::string(rest);
}

std::optional<OptionError> too_much_for(const NodeResources& node, const Options& options) {
  const Options::Demands& demands = options.demands();
  const std::int64_t most_workers = workers_for_each_core * node.cores;
  if (demands.most_workers > most_workers) return too_many_workers(demands, most_workers);
  if (auto refused = too_many_connections(node, options)) return refused;
  const std::uint64_t megabytes = most_buffers_megabytes(memory_bytes(options, node));
  if (static_cast<std::uint64_t>(demands.shared_buffers) > megabytes * 1000 / 8) {
    return too_many_buffers(megabytes);
  }
  return std::nullopt;
}

Parameters postgresql_parameters(const Options& options, const NodeResources& node) {
  ByName all = all_parameters(options, node);
  Parameters parameters;
  parameters.reserve(all.size());
  for (auto& [name, value] : all) parameters.push_back({name, std::move(value)});
  return parameters;
}

std::vector<DynamicParameter> dynamic_parameters(const Options& options,
                                                 const NodeResources& node) {
  const ByName all = all_parameters(options, node);
  const auto value = [&all](std::string_view name) {
    const auto found = all.find(name);
    return found != all.end() ? found->second : std::string();
  };
  std::vector<DynamicParameter> parameters{
      {"max_connections", std::to_string(max_connections(options, node))},
      {"max_prepared_transactions", value("max_prepared_transactions")},
      {"max_replication_slots", "25"},
      {"max_wal_senders", "25"},
      {"wal_keep_size", std::to_string(options.demands().wal_keep_size_mb)}};
  for (const std::string_view name : {"max_worker_processes", "max_logical_replication_workers"}) {
    if (std::string workers = value(name); !workers.empty()) {
      parameters.push_back({std::string(name), std::move(workers)});
    }
  }
  return parameters;
}

PostmasterParameters postmaster_parameters(const Options& options, const NodeResources& node) {
  return {.shared_buffers = shared_buffers(options, node),
          .max_connections = max_connections(options, node),
          .max_prepared_transactions = options.demands().max_prepared_transactions,
          .max_worker_processes = worker_processes(options, node).value_or(0),
          .max_logical_replication_workers = logical_replication_workers(options, node),
          .track_activity_query_size = options.demands().track_activity_query_size,
          .old_snapshot_threshold = options.demands().old_snapshot_threshold,
          .autovacuum_freeze_max_age = options.demands().autovacuum_freeze_max_age};
}

}  // namespace charm
