// A scenario that says everything the format can say; tests read it, and spoil it.
#pragma once

#include <string_view>

inline constexpr std::string_view whole_scenario = R"({
  "$schema": "scenario.schema.json",
  "schema_version": 1,
  "title": "The primary dies while a fourth unit joins",
  "world": {
    "app": "postgresql-k8s",
    "units": 3,
    "trusted": false,
    "config": {
      "synchronous_node_count": 2,
      "synchronous_mode_strict": false,
      "experimental_max_connections": 200,
      "durability_maximum_lag_on_failover": 4096,
      "valid": false
    },
    "patroni": {"ttl_s": 40, "loop_wait_s": 5, "retry_timeout_s": 15, "version": "4.1"},
    "synchronous_commit": "remote_apply",
    "update_status_interval_s": 120,
    "client_writes_every_ms": 250,
    "container_reachable_after_s": {"postgresql-k8s/0": 60, "postgresql-k8s/3": 300},
    "clock_rate_ppm": {"postgresql-k8s/1": 200, "postgresql-k8s/2": -500},
    "leftovers": true,
    "service_routes_after_s": 30
  },
  "story": [
    {"when": "initialised", "after_s": 5, "kill_pod": "primary", "returns": "after failover"},
    {"at_s": 120,
     "add_units": 1},
    {"when": "settled", "lose_node": "lock holder"},
    {"delete_pod": "postgresql-k8s/1"},
    {"move_leadership": "postgresql-k8s/3"},
    {"move_leadership": "another unit"},
    {"when": "no primary", "set_trust": true},
    {"at_s": 130, "after_s": 2, "break_container": "replica", "for_s": 45},
    {"remove_units": 1},
    {"scale_to": 2},
    {"set_config": {"synchronous_node_count": "majority", "valid": true}},
    {"restart_container": "primary", "container": "charm"},
    {"resolve": "postgresql-k8s/1", "retry": false}
  ],
  "faults": {
    "until_s": 600,
    "kill_hook": 2,
    "kill_after_flush": 1,
    "kill_pod": 3,
    "move_leadership": 4,
    "refuse_kubernetes": 5,
    "lose_kubernetes": 6,
    "refuse_patroni": 7,
    "lose_patroni": 8,
    "slow_kubernetes": 9,
    "crash_agent": 10,
    "restart_workload": 11,
    "crash_postgresql": 12,
    "crash_patroni": 13,
    "delete_pod": 14,
    "lose_pod": 15,
    "break_container": 16,
    "freeze_patroni": 17,
    "freeze_pod": 18,
    "cut_from_api": 19,
    "cut_one_way": 20,
    "cut_off": 21,
    "stop_api": 22,
    "step_clock": 23,
    "throttle_kubernetes": 24,
    "freeze_charm": 25,
    "silence_watch": 26,
    "lag_watch": 27,
    "throttle_api": 28,
    "forbid_api": 29,
    "drift_clock": 30,
    "lose_packets": 31,
    "cut_from_controller": 32
  },
  "permute_deferrals": true,
  "horizon_s": 3600,
  "holds": ["at most one primary"],
  "witnesses": ["a failover", "a hook was deferred"]
}
)";
