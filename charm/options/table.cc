// The options, by name. Source: config-and-wire.md, sections 1.1 and 1.7; the ranges are the
// documented ones, which the newest upstream declares and does not enforce (section 1.2).
#include <algorithm>
#include <array>
#include <limits>

#include "charm/options/option.h"
#include "charm/types/check.h"

namespace charm {
namespace {

constexpr double no_bound = std::numeric_limits<double>::infinity();
constexpr std::monostate unset{};

constexpr OptionSpec flag(std::string_view name, bool value) {
  return {.name = name, .type = OptionType::boolean, .value = value};
}
constexpr OptionSpec integer(std::string_view name, OptionDefault value, double least,
                             double most) {
  return {.name = name, .type = OptionType::integer, .value = value, .least = least, .most = most};
}
constexpr OptionSpec integer(std::string_view name, int value, double least, double most) {
  return integer(name, OptionDefault(std::int64_t{value}), least, most);
}
constexpr OptionSpec real(std::string_view name, double value, double least, double most) {
  return {.name = name, .type = OptionType::real, .value = value, .least = least, .most = most};
}
constexpr OptionSpec text(std::string_view name, OptionDefault value) {
  return {.name = name, .type = OptionType::text, .value = value};
}
constexpr OptionSpec text(std::string_view name, const char* value) {
  return text(name, OptionDefault(std::string_view(value)));
}
constexpr OptionSpec choice(std::string_view name, const char* value, std::string_view words) {
  return {.name = name, .type = OptionType::text, .value = std::string_view(value), .words = words};
}
constexpr OptionSpec word_or_integer(std::string_view name, const char* value,
                                     std::string_view words, double least) {
  return {.name = name,
          .type = OptionType::word_or_integer,
          .value = std::string_view(value),
          .least = least,
          .most = no_bound,
          .words = words};
}

// clang-format off
constexpr std::array table{
    integer("connection_authentication_timeout", 60, 1, 600),
    integer("connection_statement_timeout", 0, 0, 2147483647),
    word_or_integer("cpu_max_logical_replication_workers", "auto", "auto", 2),
    word_or_integer("cpu_max_parallel_maintenance_workers", "auto", "auto", 2),
    word_or_integer("cpu_max_parallel_workers", "auto", "auto", 2),
    word_or_integer("cpu_max_sync_workers_per_subscription", "auto", "auto", 2),
    word_or_integer("cpu_max_worker_processes", "auto", "auto", 2),
    flag("cpu_parallel_leader_participation", true),
    flag("cpu_wal_compression", true),
    integer("durability_maximum_lag_on_failover", 1048576, 0, no_bound),
    choice("durability_synchronous_commit", "on", "on|remote_apply|remote_write"),
    integer("durability_wal_keep_size", 4096, 0, 2147483647),
    integer("experimental_max_connections", unset, 0, 262106),  // 0 is unset; see too_much_for()
    text("instance_default_text_search_config", "pg_catalog.simple"),
    integer("instance_max_locks_per_transaction", 64, 64, 2147483647),
    choice("instance_password_encryption", "scram-sha-256", "md5|scram-sha-256"),
    flag("instance_synchronize_seqscans", true),
    text("ldap_map", unset),
    text("ldap_search_filter", "(uid=$username)"),
    choice("logging_client_min_messages", "notice", "debug5|debug4|debug3|debug2|debug1|log|notice|warning|error"),
    flag("logging_log_connections", true),
    flag("logging_log_disconnections", true),
    flag("logging_log_lock_waits", false),
    integer("logging_log_min_duration_statement", -1, -1, 2147483647),
    choice("logging_track_functions", "none", "none|pl|all"),
    integer("memory_maintenance_work_mem", 65536, 1024, 2147483647),
    integer("memory_max_prepared_transactions", 0, 0, 262143),
    integer("memory_shared_buffers", unset, 16, 1073741823),
    integer("memory_temp_buffers", 1024, 100, 1073741823),
    integer("memory_work_mem", 4096, 64, 2147483647),
    choice("optimizer_constraint_exclusion", "partition", "on|off|partition"),
    real("optimizer_cpu_index_tuple_cost", 0.005, 0.0, no_bound),
    real("optimizer_cpu_operator_cost", 0.0025, 0.0, no_bound),
    real("optimizer_cpu_tuple_cost", 0.01, 0.0, no_bound),
    real("optimizer_cursor_tuple_fraction", 0.1, 0.0, 1.0),
    integer("optimizer_default_statistics_target", 100, 1, 10000),
    flag("optimizer_enable_async_append", true),
    flag("optimizer_enable_bitmapscan", true),
    flag("optimizer_enable_gathermerge", true),
    flag("optimizer_enable_hashagg", true),
    flag("optimizer_enable_hashjoin", true),
    flag("optimizer_enable_incremental_sort", true),
    flag("optimizer_enable_indexonlyscan", true),
    flag("optimizer_enable_indexscan", true),
    flag("optimizer_enable_material", true),
    flag("optimizer_enable_memoize", true),
    flag("optimizer_enable_mergejoin", true),
    flag("optimizer_enable_nestloop", true),
    flag("optimizer_enable_parallel_append", true),
    flag("optimizer_enable_parallel_hash", true),
    flag("optimizer_enable_partition_pruning", true),
    flag("optimizer_enable_partitionwise_aggregate", false),
    flag("optimizer_enable_partitionwise_join", false),
    flag("optimizer_enable_seqscan", true),
    flag("optimizer_enable_sort", true),
    flag("optimizer_enable_tidscan", true),
    integer("optimizer_from_collapse_limit", 8, 1, 2147483647),
    flag("optimizer_geqo", true),
    integer("optimizer_geqo_effort", 5, 1, 10),
    integer("optimizer_geqo_generations", 0, 0, 2147483647),
    integer("optimizer_geqo_pool_size", 0, 0, 2147483647),
    real("optimizer_geqo_seed", 0.0, 0.0, 1.0),
    real("optimizer_geqo_selection_bias", 2.0, 1.5, 2.0),
    integer("optimizer_geqo_threshold", 12, 2, 2147483647),
    flag("optimizer_jit", true),
    real("optimizer_jit_above_cost", 100000.0, -1.0, no_bound),
    real("optimizer_jit_inline_above_cost", 500000.0, -1.0, no_bound),
    real("optimizer_jit_optimize_above_cost", 500000.0, -1.0, no_bound),
    integer("optimizer_join_collapse_limit", 8, 1, 2147483647),
    integer("optimizer_min_parallel_index_scan_size", 64, 0, 715827882),
    integer("optimizer_min_parallel_table_scan_size", 1024, 0, 715827882),
    real("optimizer_parallel_setup_cost", 1000.0, 0.0, no_bound),
    real("optimizer_parallel_tuple_cost", 0.1, 0.0, no_bound),
    flag("optimizer_pg_stat_statements_save", false),
    choice("optimizer_pg_stat_statements_track", "top", "none|top|all"),
    flag("optimizer_pg_stat_statements_track_utility", true),
    choice("optimizer_track_functions", "none", "none|pl|all"),
    flag("optimizer_track_io_timing", false),
    flag("optimizer_track_wal_io_timing", false),
    flag("plugin_address_standardizer_data_us_enable", false),
    flag("plugin_address_standardizer_enable", false),
    flag("plugin_audit_enable", true),
    flag("plugin_bloom_enable", false),
    flag("plugin_bool_plperl_enable", false),
    flag("plugin_btree_gin_enable", false),
    flag("plugin_btree_gist_enable", false),
    flag("plugin_citext_enable", false),
    flag("plugin_cube_enable", false),
    flag("plugin_debversion_enable", false),
    flag("plugin_dict_int_enable", false),
    flag("plugin_dict_xsyn_enable", false),
    flag("plugin_earthdistance_enable", false),
    flag("plugin_fuzzystrmatch_enable", false),
    flag("plugin_hll_enable", false),
    flag("plugin_hstore_enable", false),
    flag("plugin_hypopg_enable", false),
    flag("plugin_icu_ext_enable", false),
    flag("plugin_intarray_enable", false),
    flag("plugin_ip4r_enable", false),
    flag("plugin_isn_enable", false),
    flag("plugin_jsonb_plperl_enable", false),
    flag("plugin_lo_enable", false),
    flag("plugin_ltree_enable", false),
    flag("plugin_old_snapshot_enable", false),
    flag("plugin_orafce_enable", false),
    flag("plugin_pg_freespacemap_enable", false),
    flag("plugin_pg_similarity_enable", false),
    flag("plugin_pg_stat_statements_enable", false),
    flag("plugin_pg_trgm_enable", false),
    flag("plugin_pg_visibility_enable", false),
    flag("plugin_pgrowlocks_enable", false),
    flag("plugin_pgstattuple_enable", false),
    flag("plugin_plperl_enable", false),
    flag("plugin_plpython3u_enable", false),
    flag("plugin_pltcl_enable", false),
    flag("plugin_postgis_enable", false),
    flag("plugin_postgis_raster_enable", false),
    flag("plugin_postgis_tiger_geocoder_enable", false),
    flag("plugin_postgis_topology_enable", false),
    flag("plugin_prefix_enable", false),
    flag("plugin_rdkit_enable", false),
    flag("plugin_seg_enable", false),
    flag("plugin_spi_enable", false),
    flag("plugin_tablefunc_enable", false),
    flag("plugin_tcn_enable", false),
    flag("plugin_tds_fdw_enable", false),
    flag("plugin_timescaledb_enable", false),
    flag("plugin_tsm_system_rows_enable", false),
    flag("plugin_tsm_system_time_enable", false),
    flag("plugin_unaccent_enable", false),
    flag("plugin_uuid_ossp_enable", false),
    flag("plugin_vector_enable", false),
    choice("profile", "production", "production|testing"),
    integer("profile_limit_memory", unset, 128, 9999999),
    flag("request_array_nulls", true),
    choice("request_backslash_quote", "safe_encoding", "safe_encoding|on|off"),
    text("request_date_style", "ISO, MDY"),
    integer("request_deadlock_timeout", 1000, 1, 2147483647),
    flag("request_default_transaction_deferrable", false),
    choice("request_default_transaction_isolation", "read committed", "serializable|repeatable read|read committed|read uncommitted"),
    flag("request_default_transaction_read_only", false),
    flag("request_escape_string_warning", true),
    integer("request_lock_timeout", 0, 0, 2147483647),
    flag("request_standard_conforming_strings", true),
    text("request_time_zone", "UTC"),
    integer("request_track_activity_query_size", 1024, 100, 1048576),
    flag("request_transform_null_equals", false),
    choice("request_xmlbinary", "base64", "base64|hex"),
    choice("request_xmloption", "content", "content|document"),
    choice("response_bytea_output", "hex", "escape|hex"),
    flag("response_exit_on_error", false),
    integer("response_extra_float_digits", 1, -15, 3),
    integer("response_gin_fuzzy_search_limit", 0, 0, 2147483647),
    text("response_lc_monetary", "C"),
    text("response_lc_numeric", "C"),
    text("response_lc_time", "C"),
    integer("session_idle_in_transaction_session_timeout", 0, 0, 2147483647),
    integer("storage_bgwriter_lru_maxpages", 100, 0, 1073741823),
    real("storage_bgwriter_lru_multiplier", 2.0, 0.0, 10.0),
    text("storage_default_table_access_method", "heap"),
    integer("storage_gin_pending_list_limit", 4096, 64, 2147483647),
    flag("storage_hot_standby_feedback", false),
    integer("storage_old_snapshot_threshold", -1, -1, 86400),
    flag("synchronous_mode_strict", true),
    word_or_integer("synchronous_node_count", "all", "all|majority", 1),
    real("vacuum_autovacuum_analyze_scale_factor", 0.1, 0.0, 100.0),
    integer("vacuum_autovacuum_analyze_threshold", 50, 0, 2147483647),
    integer("vacuum_autovacuum_freeze_max_age", 200000000, 100000, 2000000000),
    integer("vacuum_autovacuum_naptime", 60, 1, 2147483),
    real("vacuum_autovacuum_vacuum_cost_delay", 2.0, -1.0, 100.0),
    integer("vacuum_autovacuum_vacuum_cost_limit", -1, -1, 10000),
    real("vacuum_autovacuum_vacuum_insert_scale_factor", 0.2, 0.0, 100.0),
    integer("vacuum_autovacuum_vacuum_insert_threshold", 1000, -1, 2147483647),
    real("vacuum_autovacuum_vacuum_scale_factor", 0.2, 0.0, 100.0),
    integer("vacuum_autovacuum_vacuum_threshold", 50, 0, 2147483647),
    real("vacuum_vacuum_cost_delay", 0.0, 0.0, 100.0),
    integer("vacuum_vacuum_cost_limit", 200, 1, 10000),
    integer("vacuum_vacuum_cost_page_dirty", 20, 0, 10000),
    integer("vacuum_vacuum_cost_page_hit", 1, 0, 10000),
    integer("vacuum_vacuum_cost_page_miss", 2, 0, 10000),
    integer("vacuum_vacuum_failsafe_age", 1600000000, 0, 2100000000),
    integer("vacuum_vacuum_freeze_min_age", 50000000, 0, 1000000000),
    integer("vacuum_vacuum_freeze_table_age", 150000000, 0, 2000000000),
    integer("vacuum_vacuum_multixact_failsafe_age", 1600000000, 0, 2100000000),
    integer("vacuum_vacuum_multixact_freeze_min_age", 5000000, 0, 1000000000),
    integer("vacuum_vacuum_multixact_freeze_table_age", 150000000, 0, 2000000000),
};
// clang-format on

}  // namespace

std::span<const OptionSpec> option_table() { return table; }

const OptionSpec* find_option(std::string_view name) {
  const auto found = std::ranges::lower_bound(table, name, {}, &OptionSpec::name);
  return found != table.end() && found->name == name ? &*found : nullptr;
}

std::size_t option_index(std::string_view name) {
  const OptionSpec* spec = find_option(name);
  CHECK(spec != nullptr);
  return static_cast<std::size_t>(spec - table.data());
}

}  // namespace charm
