#include "charm/rendering/patch_body.h"

#include <nlohmann/json.hpp>

namespace charm {
namespace {

using nlohmann::json;

}  // namespace

std::string render_patch_body(const DynamicConfiguration& dynamic) {
  json parameters{{"max_connections", dynamic.max_connections},
                  {"max_prepared_transactions", dynamic.max_prepared_transactions},
                  {"max_replication_slots", 25},
                  {"max_wal_senders", 25},
                  // Each member's file says it, as its node can give it; null takes back what an
                  // older revision has asked all of them for.
                  {"shared_buffers", nullptr},
                  {"wal_keep_size", dynamic.wal_keep_size_mb}};
  if (dynamic.max_worker_processes != 0) {
    parameters["max_worker_processes"] = dynamic.max_worker_processes;
  }
  if (dynamic.max_logical_replication_workers != 0) {
    parameters["max_logical_replication_workers"] = dynamic.max_logical_replication_workers;
  }
  const json body{{"failsafe_mode", true},
                  {"max_timelines_history", 50},
                  {"maximum_lag_on_failover", dynamic.maximum_lag_on_failover_bytes},
                  {"postgresql",
                   {{"parameters", parameters},
                    {"remove_data_directory_on_diverged_timelines", false},
                    {"remove_data_directory_on_rewind_failure", false}}},
                  {"synchronous_mode_strict", dynamic.synchronous.strict},
                  {"synchronous_node_count", dynamic.synchronous.node_count}};
  return body.dump();
}

std::string render_patch_body(const SynchronousSettings& settings) {
  const json body{{"synchronous_mode_strict", settings.strict},
                  {"synchronous_node_count", settings.node_count}};
  return body.dump();
}

}  // namespace charm
