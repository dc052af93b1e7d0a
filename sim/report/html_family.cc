// Which row of marks an event belongs to, and the legend explains.
#include <algorithm>
#include <array>

#include "sim/report/html_record.h"

namespace sim {
namespace {

using enum model::FactKind;

struct FamilyOf {
  model::FactKind kind;
  std::string_view family;
};

// Each kind once.
constexpr std::array families{
    FamilyOf{unit_added, "pod"},
    FamilyOf{unit_dying, "pod"},
    FamilyOf{unit_dead, "pod"},
    FamilyOf{unit_removed, "pod"},
    FamilyOf{pod_started, "pod"},
    FamilyOf{pod_terminating, "pod"},
    FamilyOf{pod_stopped, "pod"},
    FamilyOf{agent_started, "pod"},
    FamilyOf{container_reachable, "pod"},
    FamilyOf{container_unreachable, "pod"},
    FamilyOf{node_back, "pod"},
    FamilyOf{pod_outdated, "pod"},
    FamilyOf{unit_refreshed, "pod"},
    FamilyOf{ready, "pod"},
    FamilyOf{leadership_gained, "leader"},
    FamilyOf{leadership_lost, "leader"},
    FamilyOf{lock_taken, "lock"},
    FamilyOf{lock_released, "lock"},
    FamilyOf{lock_expired, "lock"},
    FamilyOf{lock_granted, "lock"},
    FamilyOf{handing_over, "lock"},
    FamilyOf{service_started, "database"},
    FamilyOf{service_stopped, "database"},
    FamilyOf{service_restarted, "database"},
    FamilyOf{job_started, "database"},
    FamilyOf{job_ended, "database"},
    FamilyOf{promoted, "database"},
    FamilyOf{demoted, "database"},
    FamilyOf{streaming, "database"},
    FamilyOf{acknowledged, "database"},
    FamilyOf{sync_standbys, "database"},
    FamilyOf{standby_names, "database"},
    FamilyOf{sync_deleted, "database"},
    FamilyOf{history_written, "database"},
    FamilyOf{initialise_changed, "database"},
    FamilyOf{restart_asked, "database"},
    FamilyOf{extensions_set, "database"},
    FamilyOf{password_altered, "database"},
    FamilyOf{passwords_restored, "database"},
    FamilyOf{tls_switched, "database"},
    FamilyOf{exporter_restarted, "database"},
    FamilyOf{login_refused, "database"},
    FamilyOf{file_read, "database"},
    FamilyOf{client_user_made, "database"},
    FamilyOf{client_user_dropped, "database"},
    FamilyOf{flushed, "databag"},
    FamilyOf{flush_refused, "databag"},
    FamilyOf{endpoints_written, "databag"},
    FamilyOf{initialised, "databag"},
    FamilyOf{secret_revised, "databag"},
    FamilyOf{restart_granted, "databag"},
    FamilyOf{restart_freed, "databag"},
    FamilyOf{client_told, "databag"},
    FamilyOf{role_label, "label"},
    FamilyOf{member_labels, "label"},
    FamilyOf{route_changed, "label"},
    FamilyOf{object_removed, "label"},
    FamilyOf{owners_set, "label"},
    FamilyOf{partition_set, "label"},
    FamilyOf{endpoints_swept, "label"},
    FamilyOf{garbage_collected, "label"},
    FamilyOf{cut_off, "network"},
    FamilyOf{healed, "network"},
    FamilyOf{frozen, "network"},
    FamilyOf{thawed, "network"},
    FamilyOf{clock_stepped, "network"},
    FamilyOf{clock_drifts, "network"},
    FamilyOf{database_crashed, "network"},
    FamilyOf{api_stopped, "network"},
    FamilyOf{api_started, "network"},
    FamilyOf{api_refuses, "network"},
    FamilyOf{api_forbade, "network"},
    FamilyOf{watch, "network"},
    FamilyOf{conflict, "network"},
    FamilyOf{overlap, "harm"},
    FamilyOf{commit_lost, "harm"},
    FamilyOf{unentitled, "harm"},
    FamilyOf{loss_unbound, "harm"},
    FamilyOf{diverged, "harm"},
    FamilyOf{key_mismatch, "harm"},
    FamilyOf{rewound_acknowledged, "harm"},
    FamilyOf{lock_stolen, "harm"},
    FamilyOf{switchover_asked, "operator"},
    FamilyOf{failover_asked, "operator"},
    FamilyOf{request_answered, "operator"},
    FamilyOf{pause_changed, "operator"},
    FamilyOf{application_leaving, "operator"},
    FamilyOf{application_removed, "operator"},
    FamilyOf{application_deployed, "operator"},
    FamilyOf{action_started, "operator"},
    FamilyOf{action_ended, "operator"},
    FamilyOf{client_related, "operator"},
    FamilyOf{client_requested, "operator"},
    FamilyOf{client_unrelated, "operator"},
    FamilyOf{client_gone, "operator"},
    FamilyOf{provider_related, "operator"},
    FamilyOf{provider_unrelated, "operator"},
    FamilyOf{provider_gone, "operator"},
    FamilyOf{certificates_issued, "operator"},
    FamilyOf{refresh_asked, "operator"},
};

constexpr bool has_each_kind_once() {
  for (std::size_t kind = 0; kind < model::fact_kind_count; ++kind) {
    if (std::ranges::count(families, static_cast<model::FactKind>(kind), &FamilyOf::kind) != 1)
      return false;
  }
  return true;
}
static_assert(has_each_kind_once());

}  // namespace

std::string_view family_of(const TraceEvent& event) {
  switch (event.kind) {
    case TraceKind::hook_started:
    case TraceKind::hook_ended: return "hook";
    case TraceKind::handler_ended:
    case TraceKind::handler_merged: return "handler";
    case TraceKind::status: return "status";
    case TraceKind::fact:
      return std::ranges::find(families, event.fact.kind, &FamilyOf::kind)->family;
    case TraceKind::fault: return "fault";
    case TraceKind::story: return "story";
    case TraceKind::settled:
    case TraceKind::unsettled: return "verdict";
    case TraceKind::violated: return "violated";
  }
  return {};
}

}  // namespace sim
