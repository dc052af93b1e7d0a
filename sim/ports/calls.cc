// The table of calls.
#include "sim/ports/calls.h"

#include "model/timing.h"

namespace sim {
namespace {

namespace timing = model::timing;
using model::exactly;

constexpr CallInfo juju(std::string_view name) { return {name, Callee::juju, timing::juju_call}; }
constexpr CallInfo kubernetes(std::string_view name) {
  return {name, Callee::kubernetes, timing::kubernetes_call};
}
constexpr CallInfo patroni(std::string_view name) {
  return {name, Callee::patroni, timing::patroni_call};
}
constexpr CallInfo workload(std::string_view name, model::Span time = timing::pebble_call) {
  return {name, Callee::workload, time};
}

}  // namespace

constexpr std::array<CallInfo, call_count> call_table{{
    juju("juju.is_leader"),
    juju("juju.peers"),
    juju("juju.planned_units"),
    juju("juju.config"),
    juju("juju.endpoints"),
    juju("juju.set_endpoints"),
    juju("juju.cluster_initialised"),
    juju("juju.set_cluster_initialised"),
    juju("juju.passwords"),
    juju("juju.set_password"),
    juju("juju.restart_states"),
    juju("juju.set_restart_state"),
    juju("juju.restart_granted"),
    juju("juju.set_restart_granted"),
    juju("juju.upgrade_states"),
    juju("juju.set_upgrade_state"),
    juju("juju.upgrade_stack"),
    juju("juju.set_upgrade_stack"),
    juju("juju.upgrade_standbys"),
    juju("juju.set_upgrade_standbys"),
    juju("juju.dependencies"),
    juju("juju.set_dependencies"),
    juju("juju.client_relations"),
    juju("juju.knows_every_client"),
    juju("juju.client_request"),
    juju("juju.client_offer"),
    juju("juju.set_client_offer"),
    juju("juju.tls"),
    juju("juju.set_tls"),
    juju("juju.tls_units"),
    juju("juju.certificates"),
    juju("juju.request_certificate"),
    juju("juju.unit_status"),
    juju("juju.set_unit_status"),
    juju("juju.set_workload_version"),
    juju("juju.open_ports"),
    CallInfo{"juju.unreadable_state", Callee::juju, {}},
    juju("juju.notices"),
    juju("juju.set_notices"),
    juju("juju.log"),
    juju("action.parameters"),
    juju("action.set_result"),
    juju("action.fail"),
    juju("action.log"),
    kubernetes("kubernetes.apply_service"),
    kubernetes("kubernetes.label_pod_as_member"),
    kubernetes("kubernetes.is_labelled_as_member"),
    kubernetes("kubernetes.is_pod_running"),
    kubernetes("kubernetes.patroni_object"),
    kubernetes("kubernetes.delete_patroni_object"),
    kubernetes("kubernetes.own_patroni_object"),
    kubernetes("kubernetes.bootstrap_record"),
    kubernetes("kubernetes.leader_annotation"),
    kubernetes("kubernetes.patch_leader_annotation"),
    kubernetes("kubernetes.rollout"),
    kubernetes("kubernetes.set_rolling_partition"),
    kubernetes("kubernetes.delete_pod"),
    kubernetes("kubernetes.node_resources"),
    patroni("patroni.sees_no_leader"),
    patroni("patroni.cluster"),
    patroni("patroni.cluster_by"),
    patroni("patroni.own_health"),
    patroni("patroni.primary_endpoint_health"),
    patroni("patroni.member_health"),
    patroni("patroni.patch_configuration"),
    patroni("patroni.patch_synchronous"),
    patroni("patroni.switch_over"),
    patroni("patroni.take_over"),
    patroni("patroni.switch_over_between"),
    CallInfo{"patroni.await_switchover", Callee::patroni, exactly(timing::request_poll)},
    patroni("patroni.reload"),
    patroni("patroni.is_restart_pending"),
    patroni("patroni.restart"),
    CallInfo{"patroni.await_restart", Callee::patroni, exactly(timing::request_poll)},
    workload("workload.can_connect"),
    workload("workload.create_data_directory"),
    workload("workload.holds_database"),
    CallInfo{"workload.free_percent_of_volume", Callee::workload, {}},
    workload("workload.database_version"),
    workload("workload.tls_files"),
    workload("workload.push_tls_files"),
    workload("workload.write_patroni_configuration"),
    workload("workload.is_pg_hba_taken"),
    workload("workload.has_locale"),
    workload("workload.is_plan_current"),
    workload("workload.is_service_running"),
    workload("workload.update_and_restart_service", timing::service_call),
    workload("workload.update_layer"),
    workload("workload.is_exporter_current"),
    workload("workload.stop_exporter", timing::service_call),
    workload("workload.start_exporter", timing::service_call),
    workload("workload.signal_reload"),
    workload("workload.restart_service", timing::service_call),
    workload("workload.stop_database", timing::service_call),
    CallInfo{"postgresql.create_users_and_grants", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.create_client_user", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.create_client_database", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.drop_client_user", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.await_confirmation", Callee::postgresql, {}},
    CallInfo{"postgresql.client_user", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.takes_client_password", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.client_users", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.version", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.lets_replicate", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.waited_for", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.alter_password", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.takes_passwords", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.restore_passwords", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.has_extensions", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.set_extensions", Callee::postgresql, timing::sql_call},
    CallInfo{"postgresql.knows", Callee::postgresql, timing::sql_call},
    CallInfo{"clock.sleep", Callee::clock, {}},
    CallInfo{"clock.set_deadline", Callee::clock, {}},
    CallInfo{"clock.deadline_passed", Callee::clock, {}},
    CallInfo{"entropy.make_password", Callee::entropy, {}},
    CallInfo{"entropy.make_client_password", Callee::entropy, {}},
    CallInfo{"entropy.make_private_key", Callee::entropy, {}},
    CallInfo{"entropy.make_certificate_request", Callee::entropy, {}},
    juju("juju.clear_cluster_initialised"),
    patroni("patroni.reinitialise"),
}};
static_assert(!call_table[call_count - 1].name.empty());

}  // namespace sim
