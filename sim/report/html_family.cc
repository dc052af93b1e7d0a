// Which row of marks an event belongs to, and the legend explains.
#include "sim/report/html_record.h"

namespace sim {
namespace {

std::string_view family_of(model::FactKind kind) {
  using enum model::FactKind;
  switch (kind) {
    case unit_added:
    case unit_dying:
    case unit_dead:
    case unit_removed:
    case pod_started:
    case pod_terminating:
    case pod_stopped:
    case agent_started:
    case container_reachable:
    case container_unreachable:
    case node_back:
    case pod_outdated:
    case unit_refreshed:
    case ready: return "pod";
    case leadership_gained:
    case leadership_lost: return "leader";
    case lock_taken:
    case lock_released:
    case lock_expired:
    case lock_granted:
    case handing_over: return "lock";
    case service_started:
    case service_stopped:
    case service_restarted:
    case job_started:
    case job_ended:
    case promoted:
    case demoted:
    case streaming:
    case acknowledged:
    case sync_standbys:
    case standby_names:
    case sync_deleted:
    case history_written:
    case initialise_changed:
    case restart_asked:
    case extensions_set:
    case password_altered:
    case passwords_restored:
    case tls_switched:
    case exporter_restarted:
    case login_refused:
    case client_user_made:
    case client_user_dropped: return "database";
    case flushed:
    case flush_refused:
    case endpoints_written:
    case initialised:
    case secret_revised:
    case restart_granted:
    case restart_freed:
    case client_told: return "databag";
    case role_label:
    case member_labels:
    case route_changed:
    case object_removed:
    case owners_set:
    case partition_set:
    case endpoints_swept:
    case garbage_collected: return "label";
    case cut_off:
    case healed:
    case frozen:
    case thawed:
    case clock_stepped:
    case clock_drifts:
    case database_crashed:
    case api_stopped:
    case api_started:
    case api_refuses:
    case watch:
    case conflict: return "network";
    case overlap:
    case commit_lost:
    case unentitled:
    case loss_unbound:
    case diverged:
    case key_mismatch:
    case rewound_acknowledged:
    case lock_stolen: return "harm";
    case switchover_asked:
    case failover_asked:
    case request_answered:
    case pause_changed:
    case application_leaving:
    case application_removed:
    case application_deployed:
    case action_started:
    case action_ended:
    case client_related:
    case client_requested:
    case client_unrelated:
    case client_gone:
    case provider_related:
    case provider_unrelated:
    case provider_gone:
    case certificates_issued:
    case refresh_asked: return "operator";
  }
  return {};
}

}  // namespace

std::string_view family_of(const TraceEvent& event) {
  switch (event.kind) {
    case TraceKind::hook_started:
    case TraceKind::hook_ended: return "hook";
    case TraceKind::handler_ended:
    case TraceKind::handler_merged: return "handler";
    case TraceKind::status: return "status";
    case TraceKind::fact: return family_of(event.fact.kind);
    case TraceKind::fault: return "fault";
    case TraceKind::story: return "story";
    case TraceKind::settled:
    case TraceKind::unsettled: return "verdict";
    case TraceKind::violated: return "violated";
  }
  return {};
}

}  // namespace sim
