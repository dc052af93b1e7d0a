// The fingerprint: content only, texts by their characters.
#include "sim/trace/trace.h"

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
      return model::mix(hash,
                        (static_cast<std::uint64_t>(event.fact.kind) << 32U) | event.fact.value);
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
      return model::mix(
          hash, (std::uint64_t{hook.remote_unit.ordinal} << 16U) | hook.departing_unit.ordinal);
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

std::string_view to_text(model::FactKind kind) {
  using model::FactKind;
  switch (kind) {
    case FactKind::unit_added: return "unit-added";
    case FactKind::pod_started: return "pod-started";
    case FactKind::pod_terminating: return "pod-terminating";
    case FactKind::pod_stopped: return "pod-stopped";
    case FactKind::agent_started: return "agent-started";
    case FactKind::leadership_gained: return "leadership-gained";
    case FactKind::leadership_lost: return "leadership-lost";
    case FactKind::container_reachable: return "container-reachable";
    case FactKind::container_unreachable: return "container-unreachable";
    case FactKind::service_started: return "service-started";
    case FactKind::service_stopped: return "service-stopped";
    case FactKind::flushed: return "flushed";
    case FactKind::flush_refused: return "flush-refused";
    case FactKind::endpoints_written: return "endpoints-written";
    case FactKind::initialised: return "initialised";
    case FactKind::lock_taken: return "lock-taken";
    case FactKind::lock_released: return "lock-released";
    case FactKind::lock_expired: return "lock-expired";
    case FactKind::job_started: return "job-started";
    case FactKind::job_ended: return "job-ended";
    case FactKind::handing_over: return "handing-over";
    case FactKind::promoted: return "promoted";
    case FactKind::demoted: return "demoted";
    case FactKind::streaming: return "streaming";
    case FactKind::role_label: return "role-label";
    case FactKind::member_labels: return "member-labels";
    case FactKind::route_changed: return "route-changed";
    case FactKind::sync_standbys: return "sync-standbys";
    case FactKind::acknowledged: return "acknowledged";
    case FactKind::overlap: return "overlap";
    case FactKind::lock_granted: return "lock-granted";
    case FactKind::object_removed: return "object-removed";
    case FactKind::commit_lost: return "commit-lost";
    case FactKind::cut_off: return "cut-off";
    case FactKind::healed: return "healed";
    case FactKind::frozen: return "frozen";
    case FactKind::thawed: return "thawed";
    case FactKind::clock_stepped: return "clock-stepped";
    case FactKind::database_crashed: return "database-crashed";
    case FactKind::api_stopped: return "api-stopped";
    case FactKind::api_started: return "api-started";
    case FactKind::unit_dying: return "unit-dying";
    case FactKind::unit_dead: return "unit-dead";
    case FactKind::unit_removed: return "unit-removed";
    case FactKind::secret_revised: return "secret-revised";
    case FactKind::switchover_asked: return "switchover-asked";
    case FactKind::failover_asked: return "failover-asked";
    case FactKind::request_answered: return "request-answered";
    case FactKind::pause_changed: return "pause-changed";
    case FactKind::unentitled: return "unentitled";
    case FactKind::loss_unbound: return "loss-unbound";
    case FactKind::diverged: return "diverged";
    case FactKind::rewound_acknowledged: return "rewound-acknowledged";
    case FactKind::standby_names: return "standby-names";
    case FactKind::initialise_changed: return "initialise-changed";
    case FactKind::history_written: return "history-written";
    case FactKind::sync_deleted: return "sync-deleted";
    case FactKind::service_restarted: return "service-restarted";
    case FactKind::watch: return "watch";
    case FactKind::conflict: return "conflict";
    case FactKind::ready: return "ready";
    case FactKind::clock_drifts: return "clock-drifts";
    case FactKind::api_refuses: return "api-refuses";
    case FactKind::endpoints_swept: return "endpoints-swept";
  }
  return {};
}

}  // namespace sim
