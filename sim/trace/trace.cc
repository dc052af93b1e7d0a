// The fingerprint: content only, texts by their characters.
#include "sim/trace/trace.h"

#include <array>
#include <bit>

#include "model/hash.h"

namespace sim {
namespace {

std::uint64_t hash_path(const charm::Path& path, std::uint64_t hash) {
  for (const charm::Path::Step& step : path.steps()) {
    hash = model::hash_text(step.node, hash);
    hash = model::hash_text(step.arrow, hash);
  }
  return hash;
}

std::uint64_t hash_event(const TraceEvent& event, std::uint64_t hash) {
  hash = model::mix(hash, static_cast<std::uint64_t>(event.at.micros));
  hash = model::mix(hash, (static_cast<std::uint64_t>(event.kind) << 32U) | event.unit.ordinal);
  switch (event.kind) {
    case TraceKind::fact:
      hash =
          model::mix(hash, (static_cast<std::uint64_t>(event.fact.kind) << 32U) | event.fact.value);
      return event.text.empty() ? hash : model::hash_text(event.text, hash);
    case TraceKind::status:
      hash = model::mix(hash, static_cast<std::uint64_t>(event.status.kind));
      return model::hash_text(event.status.message, hash);
    case TraceKind::handler_ended:
      hash = model::hash_text(event.outcome.reason,
                              model::mix(hash, event.outcome.deferred() ? 1 : 0));
      hash = hash_path(*event.path, hash);
      [[fallthrough]];
    case TraceKind::handler_merged:
      hash = model::hash_text(event.handler->name, model::mix(hash, event.reemitted ? 1 : 0));
      [[fallthrough]];
    case TraceKind::hook_started: {
      const charm::Event& hook = event.event;
      hash = model::mix(hash, (static_cast<std::uint64_t>(hook.kind) << 8U) | hook.subject);
      return model::mix(hash, (std::uint64_t{hook.relation.number} << 32U) |
                                  (std::uint64_t{hook.remote_unit.ordinal} << 16U) |
                                  hook.departing_unit.ordinal);
    }
    case TraceKind::hook_ended:
      hash = model::mix(hash, static_cast<std::uint64_t>(event.end));
      return model::hash_text(event.text, hash);
    case TraceKind::fault:
    case TraceKind::story:
    case TraceKind::settled:
    case TraceKind::unsettled:
    case TraceKind::violated:
      return model::hash_text(event.detail, model::hash_text(event.text, hash));
  }
  return hash;
}

}  // namespace

void Trace::record(const TraceEvent& event) {
  if (!on()) return;
  ++count_;
  fingerprint_ = hash_event(event, fingerprint_);
  if (keep_steps_) steps_.push_back(fingerprint_);
  for (TraceSink* sink : sinks_) sink->take(event);
}

std::string_view to_text(TraceKind kind) {
  switch (kind) {
    case TraceKind::hook_started: return "hook-started";
    case TraceKind::handler_ended: return "handler-ended";
    case TraceKind::handler_merged: return "handler-merged";
    case TraceKind::hook_ended: return "hook-ended";
    case TraceKind::status: return "status";
    case TraceKind::fact: return "fact";
    case TraceKind::fault: return "fault";
    case TraceKind::story: return "story";
    case TraceKind::settled: return "settled";
    case TraceKind::unsettled: return "unsettled";
    case TraceKind::violated: return "violated";
  }
  return {};
}

std::string_view to_text(HookEnd end) {
  switch (end) {
    case HookEnd::ok: return "ok";
    case HookEnd::failed: return "failed";
    case HookEnd::killed: return "killed";
    case HookEnd::refused: return "refused";
    case HookEnd::cut_off: return "cut off";
  }
  return {};
}

namespace {

struct FactName {
  model::FactKind kind;
  std::string_view name;
};

using enum model::FactKind;
// In the order of the kinds.
constexpr std::array fact_names{
    FactName{unit_added, "unit-added"},
    FactName{pod_started, "pod-started"},
    FactName{pod_terminating, "pod-terminating"},
    FactName{pod_stopped, "pod-stopped"},
    FactName{agent_started, "agent-started"},
    FactName{leadership_gained, "leadership-gained"},
    FactName{leadership_lost, "leadership-lost"},
    FactName{container_reachable, "container-reachable"},
    FactName{container_unreachable, "container-unreachable"},
    FactName{service_started, "service-started"},
    FactName{service_stopped, "service-stopped"},
    FactName{flushed, "flushed"},
    FactName{flush_refused, "flush-refused"},
    FactName{endpoints_written, "endpoints-written"},
    FactName{initialised, "initialised"},
    FactName{lock_taken, "lock-taken"},
    FactName{lock_released, "lock-released"},
    FactName{lock_expired, "lock-expired"},
    FactName{job_started, "job-started"},
    FactName{job_ended, "job-ended"},
    FactName{handing_over, "handing-over"},
    FactName{promoted, "promoted"},
    FactName{demoted, "demoted"},
    FactName{streaming, "streaming"},
    FactName{role_label, "role-label"},
    FactName{member_labels, "member-labels"},
    FactName{route_changed, "route-changed"},
    FactName{sync_standbys, "sync-standbys"},
    FactName{acknowledged, "acknowledged"},
    FactName{overlap, "overlap"},
    FactName{lock_granted, "lock-granted"},
    FactName{object_removed, "object-removed"},
    FactName{commit_lost, "commit-lost"},
    FactName{node_back, "node-back"},
    FactName{cut_off, "cut-off"},
    FactName{healed, "healed"},
    FactName{frozen, "frozen"},
    FactName{thawed, "thawed"},
    FactName{clock_stepped, "clock-stepped"},
    FactName{database_crashed, "database-crashed"},
    FactName{api_stopped, "api-stopped"},
    FactName{api_started, "api-started"},
    FactName{unit_dying, "unit-dying"},
    FactName{unit_dead, "unit-dead"},
    FactName{unit_removed, "unit-removed"},
    FactName{secret_revised, "secret-revised"},
    FactName{switchover_asked, "switchover-asked"},
    FactName{failover_asked, "failover-asked"},
    FactName{request_answered, "request-answered"},
    FactName{pause_changed, "pause-changed"},
    FactName{unentitled, "unentitled"},
    FactName{loss_unbound, "loss-unbound"},
    FactName{diverged, "diverged"},
    FactName{key_mismatch, "key-mismatch"},
    FactName{rewound_acknowledged, "rewound-acknowledged"},
    FactName{watch, "watch"},
    FactName{lock_stolen, "lock-stolen"},
    FactName{conflict, "conflict"},
    FactName{clock_drifts, "clock-drifts"},
    FactName{api_refuses, "api-refuses"},
    FactName{endpoints_swept, "endpoints-swept"},
    FactName{application_leaving, "application-leaving"},
    FactName{application_removed, "application-removed"},
    FactName{application_deployed, "application-deployed"},
    FactName{garbage_collected, "garbage-collected"},
    FactName{owners_set, "owners-set"},
    FactName{action_started, "action-started"},
    FactName{action_ended, "action-ended"},
    FactName{client_related, "client-related"},
    FactName{client_requested, "client-requested"},
    FactName{client_told, "client-told"},
    FactName{client_unrelated, "client-unrelated"},
    FactName{client_gone, "client-gone"},
    FactName{restart_granted, "restart-granted"},
    FactName{restart_freed, "restart-freed"},
    FactName{restart_asked, "restart-asked"},
    FactName{extensions_set, "extensions-set"},
    FactName{password_altered, "password-altered"},
    FactName{passwords_restored, "passwords-restored"},
    FactName{provider_related, "provider-related"},
    FactName{provider_unrelated, "provider-unrelated"},
    FactName{provider_gone, "provider-gone"},
    FactName{certificates_issued, "certificates-issued"},
    FactName{tls_switched, "tls-switched"},
    FactName{pod_outdated, "pod-outdated"},
    FactName{refresh_asked, "refresh-asked"},
    FactName{partition_set, "partition-set"},
    FactName{unit_refreshed, "unit-refreshed"},
    FactName{exporter_restarted, "exporter-restarted"},
    FactName{standby_names, "standby-names"},
    FactName{initialise_changed, "initialise-changed"},
    FactName{history_written, "history-written"},
    FactName{sync_deleted, "sync-deleted"},
    FactName{service_restarted, "service-restarted"},
    FactName{login_refused, "login-refused"},
    FactName{ready, "ready"},
    FactName{client_user_made, "client-user-made"},
    FactName{client_user_dropped, "client-user-dropped"},
    FactName{api_forbade, "api-forbade"},
    FactName{file_read, "file-read"},
};

constexpr bool are_in_order() {
  for (std::size_t at = 0; at < fact_names.size(); ++at) {
    if (static_cast<std::size_t>(fact_names[at].kind) != at) return false;
  }
  return true;
}
static_assert(are_in_order());

}  // namespace

std::string_view to_text(model::FactKind kind) {
  return fact_names[static_cast<std::size_t>(kind)].name;
}

}  // namespace sim
