// The port calls that a hook can make, by name, how long each takes, and what can disturb it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/window.h"

namespace sim {

enum class Call : std::uint8_t {
  is_leader,
  peers,
  planned_units,
  config,
  endpoints,
  set_endpoints,
  cluster_initialised,
  set_cluster_initialised,
  passwords,
  set_password,
  restart_states,
  set_restart_state,
  restart_granted,
  set_restart_granted,
  upgrade_states,
  set_upgrade_state,
  upgrade_stack,
  set_upgrade_stack,
  upgrade_standbys,
  set_upgrade_standbys,
  dependencies,
  set_dependencies,
  client_relations,
  knows_every_client,
  client_request,
  client_offer,
  set_client_offer,
  tls,
  set_tls,
  tls_units,
  certificates,
  request_certificate,
  unit_status,
  set_unit_status,
  set_workload_version,
  open_ports,
  unreadable_state,
  notices,
  set_notices,
  log,
  action_parameters,
  set_action_result,
  fail_action,
  log_action,
  apply_service,
  label_pod_as_member,
  is_labelled_as_member,
  is_pod_running,
  patroni_object,
  delete_patroni_object,
  own_patroni_object,
  bootstrap_record,
  leader_annotation,
  patch_leader_annotation,
  published_members,
  rollout,
  set_rolling_partition,
  delete_pod,
  node_resources,
  sees_no_leader,
  cluster,
  cluster_by,
  own_health,
  primary_endpoint_health,
  member_health,
  patch_configuration,
  patch_synchronous,
  switch_over,
  take_over,
  switch_over_between,
  await_switchover,
  reload,
  is_restart_pending,
  restart,
  await_restart,
  can_connect,
  create_data_directory,
  holds_database,
  free_percent_of_volume,
  database_version,
  tls_files,
  push_tls_files,
  write_patroni_configuration,
  is_pg_hba_taken,
  has_locale,
  is_plan_current,
  is_service_running,
  update_and_restart_service,
  update_layer,
  is_exporter_current,
  stop_exporter,
  start_exporter,
  signal_reload,
  restart_service,
  stop_database,
  create_users_and_grants,
  create_client_user,
  create_client_database,
  drop_client_user,
  await_confirmation,
  client_user,
  takes_client_password,
  client_users,
  version,
  lets_replicate,
  waited_for,
  alter_password,
  takes_passwords,
  restore_passwords,
  has_extensions,
  set_extensions,
  knows,
  sleep,
  set_deadline,
  deadline_passed,
  make_password,
  make_client_password,
  make_private_key,
  make_certificate_request,
  // No hook of the charm's makes these two: JujuPort, PatroniPort.
  clear_cluster_initialised,
  reinitialise,
};
inline constexpr std::size_t call_count = 121;

// Whose call it is decides how long it takes and which faults can strike it.
enum class Callee : std::uint8_t {
  juju,
  kubernetes,
  patroni,
  workload,
  postgresql,
  clock,
  entropy
};

struct CallInfo {
  std::string_view name;  // `kubernetes.label_pod_as_member`
  Callee callee = Callee::juju;
  model::Span time;  // what passes until the answer; nothing for what stays in the process
};

extern const std::array<CallInfo, call_count> call_table;

inline const CallInfo& info(Call call) { return call_table[static_cast<std::size_t>(call)]; }

}  // namespace sim
