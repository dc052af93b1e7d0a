// What is said of an event, and the way through a chart in short: its decisions and its end.
#include "sim/report/event_text.h"

#include "model/juju.h"
#include "model/network.h"
#include "model/state.h"

namespace sim {
namespace {

std::string cut_text(std::uint32_t cut) {
  switch (static_cast<model::network::Cut>(cut)) {
    case model::network::Cut::from_api: return "does not reach the API server";
    case model::network::Cut::to_peers: return "does not reach the other pods";
    case model::network::Cut::from_peers: return "is not reached by the other pods";
    case model::network::Cut::from_controller: return "does not reach Juju's controller";
    case model::network::Cut::lossy: return "loses packets";
    case model::network::Cut::api_lossy: return "loses packets to and from the API server";
    case model::network::Cut::split: return "reaches only the pods on its side";
    case model::network::Cut::from_all: return "is cut off from everybody";
  }
  return {};
}

std::string action_text(std::uint32_t end) {
  using model::juju::ActionEnd;
  switch (static_cast<ActionEnd>(end)) {
    case ActionEnd::completed: return "the action has completed";
    case ActionEnd::failed:
    case ActionEnd::exited:
    case ActionEnd::uncommitted:
    case ActionEnd::interrupted: return "the action has failed";
    case ActionEnd::cancelled: return "an action is cancelled";
  }
  return {};
}

std::string frozen_text(std::uint32_t frozen) {
  switch (static_cast<model::Frozen>(frozen)) {
    case model::Frozen::patroni: return "Patroni is frozen";
    case model::Frozen::charm: return "the charm container is frozen";
    case model::Frozen::pod:
    case model::Frozen::no: return "pod is frozen";
  }
  return {};
}

std::string watch_text(std::uint32_t watch) {
  switch (static_cast<model::Watch>(watch)) {
    case model::Watch::current: return "sees the API server's present again";
    case model::Watch::lags: return "hears of changes late";
    case model::Watch::silent: return "hears of no changes";
  }
  return {};
}

std::string api_text(model::ApiTrouble trouble) {
  switch (trouble) {
    case model::ApiTrouble::none: break;
    case model::ApiTrouble::throttled: return "the API server answers 429";
    case model::ApiTrouble::forbidden: return "the API server answers 403";
    case model::ApiTrouble::late: return "the API server does as it is asked and answers too late";
  }
  return {};
}

// Of what befalls a cluster from outside; empty of anything else.
std::string trouble_text(const model::Fact& fact) {
  using model::FactKind;
  switch (fact.kind) {
    case FactKind::cut_off: return cut_text(fact.value);
    case FactKind::healed: return "reaches everybody again";
    case FactKind::frozen: return frozen_text(fact.value);
    case FactKind::thawed: return "goes on";
    case FactKind::clock_stepped:
      return "clock jumps by " + std::to_string(static_cast<std::int32_t>(fact.value)) + " ms";
    case FactKind::database_crashed:
      if (fact.value == 0) return "PostgreSQL crashed";
      return "PostgreSQL crashed, with " + std::to_string(fact.value) + " s of recovery to come";
    case FactKind::api_stopped: return "the API server is down";
    case FactKind::api_started: return "the API server is back";
    case FactKind::watch: return watch_text(fact.value);
    case FactKind::lock_stolen: return "overwrites the lock of who was faster";
    case FactKind::conflict: return "wrote with an old resourceVersion: refused";
    case FactKind::ready: return fact.value != 0 ? "pod is ready" : "pod is not ready";
    case FactKind::clock_drifts:
      return "clock runs wrong by " + std::to_string(static_cast<std::int32_t>(fact.value)) +
             " ppm";
    case FactKind::api_refuses: return api_text(static_cast<model::ApiTrouble>(fact.value));
    case FactKind::endpoints_swept: return "Endpoints without a Service are swept away";
    case FactKind::application_leaving: return "the application is being removed";
    case FactKind::application_removed: return "the application and its StatefulSet are gone";
    case FactKind::application_deployed: return "the application is deployed anew";
    case FactKind::garbage_collected:
      return "what the StatefulSet owned is deleted: " + std::to_string(fact.value);
    case FactKind::action_started: return "an action begins";
    case FactKind::action_ended: return action_text(fact.value);
    case FactKind::owners_set: return "one of Patroni's objects belongs to the StatefulSet now";
    case FactKind::client_related: return "a client is related";
    case FactKind::client_requested: return "a client asks for a database";
    case FactKind::client_told: return "a client can read what is new for it";
    case FactKind::client_unrelated: return "a client's relation is being removed";
    case FactKind::client_gone: return "a client's relation is gone";
    case FactKind::restart_granted: return "is granted the restart lock";
    case FactKind::restart_freed: return "has the restart lock no more";
    case FactKind::restart_asked:
      return fact.value != 0 ? "PostgreSQL is restarted without need" : "PostgreSQL is restarted";
    case FactKind::password_altered:
      return std::string("takes another password of ")
          .append(to_text(static_cast<charm::SystemUser>(fact.value)));
    case FactKind::extensions_set: return "has the extensions that were asked for";
    case FactKind::passwords_restored: return "takes the passwords of the secret again";
    case FactKind::provider_related: return "a provider of certificates is related";
    case FactKind::provider_unrelated: return "the relation with the provider is being removed";
    case FactKind::provider_gone: return "the relation with the provider is gone";
    case FactKind::certificates_issued:
      return "the provider's certificates have changed: " + std::to_string(fact.value);
    case FactKind::tls_switched: return fact.value != 0 ? "talks TLS now" : "talks plainly now";
    case FactKind::key_mismatch: return "was given a certificate that is not its key's";
    case FactKind::pod_outdated: return "pod is of the template before";
    case FactKind::refresh_asked: return "charm " + std::to_string(fact.value) + " is asked for";
    case FactKind::partition_set:
      return "the StatefulSet is updated from ordinal " + std::to_string(fact.value) + " on";
    case FactKind::unit_refreshed: return "runs charm " + std::to_string(fact.value);
    case FactKind::exporter_restarted: return "the exporter of metrics is started anew";
    default: return {};
  }
}
// The usual way through a box: not worth a word.
bool is_usual(std::string_view arrow) {
  return arrow.empty() || arrow == "yes" || arrow == "done" || arrow == "listed";
}

}  // namespace

std::string_view job_text(std::uint32_t job) {
  using model::Job;
  switch (static_cast<Job>(job)) {
    case Job::none: return "nothing";
    case Job::bootstrap:
    case Job::bootstrap_standby_leader: return "initialising a new cluster";
    case Job::post_bootstrap: return "creating what a new cluster needs";
    case Job::clone_from_leader:
    case Job::clone_from_replica:
    case Job::clone_without_leader: return "copying the primary's data";
    case Job::crash_recovery: return "recovering from the crash, for a rewind";
    case Job::rewind: return "rewinding to the primary's timeline";
    case Job::reinitialize: return "throwing its data away for a new copy";
    case Job::start_primary: return "starting PostgreSQL in place";
    case Job::restart_after_failure: return "starting PostgreSQL in recovery";
    case Job::start_after_demotion: return "starting PostgreSQL after its demotion";
    case Job::promote: return "promoting";
    case Job::demote_gracefully:
    case Job::demote_to_standby_cluster: return "stepping down";
    case Job::demote_offline: return "stopping PostgreSQL, for lack of the lock";
    case Job::change_upstream: return "turning to another primary";
    case Job::restart: return "restarting PostgreSQL";
    case Job::copy_slots: return "copying replication slots";
  }
  return {};
}

std::string short_path(const charm::Path& path) {
  std::string text;
  const auto& steps = path.steps();
  for (std::size_t at = 0; at + 1 < steps.size(); ++at) {
    if (is_usual(steps[at].arrow)) continue;
    text.append(steps[at].node).append("=").append(steps[at].arrow).append(" ");
  }
  if (!steps.empty()) text.append("-> ").append(steps[steps.size() - 1].node);
  return text;
}

std::string about(const charm::AppName& app, const charm::Event& event) {
  if (event.relation != charm::RelationId{}) {
    const std::string of = " (relation " + std::to_string(event.relation.number);
    if (!event.remote_unit) return of + ")";
    return of + ", unit " + std::to_string(event.remote_unit.ordinal) + ")";
  }
  if (!event.remote_unit) return {};
  std::string text = " (" + to_text(app, *event.remote_unit);
  if (event.departing_unit && !(event.departing_unit == *event.remote_unit)) {
    text += ", departing: " + to_text(app, *event.departing_unit);
  }
  return text + ")";
}

std::string other_event(const charm::CharmDefinition& charm, const TraceEvent& event) {
  const charm::EventKind kind = event.event.kind;
  if (kind == charm::EventKind::action || event.handler->name.ends_with(to_text(kind))) return {};
  return " at " + hook_name(charm, event.event);
}

std::string fact_text(const charm::AppName& app, const model::Fact& fact) {
  using model::FactKind;
  const std::string number = std::to_string(fact.value);
  switch (fact.kind) {
    case FactKind::unit_added: return "is planned";
    case FactKind::pod_started: return "pod started";
    case FactKind::pod_terminating: return "pod is asked to end";
    case FactKind::pod_stopped: return "pod is gone";
    case FactKind::agent_started: return "unit agent started";
    case FactKind::leadership_gained: return "is the leader";
    case FactKind::leadership_lost: return "is not the leader any more";
    case FactKind::container_reachable: return "container is reachable";
    case FactKind::container_unreachable: return "container is not reachable";
    case FactKind::service_started: return "Patroni started";
    case FactKind::service_stopped: return "Patroni stopped";
    case FactKind::flushed: return "writes committed";
    case FactKind::flush_refused: return "writes refused: not the leader any more";
    case FactKind::endpoints_written: return "wrote endpoints";
    case FactKind::initialised: return "marked the cluster as initialised";
    case FactKind::lock_taken: return "holds Patroni's lock";
    case FactKind::lock_released: return "released Patroni's lock";
    case FactKind::lock_expired: return "sees the lock expired";
    case FactKind::job_started: return std::string(job_text(fact.value));
    case FactKind::job_ended: return "finished " + std::string(job_text(fact.value));
    case FactKind::handing_over: return "stopping, to hand the lock over";
    case FactKind::promoted: return "promoted, timeline " + number;
    case FactKind::demoted: return "demoted";
    case FactKind::streaming:
      return "streams from " +
             to_text(app, charm::UnitName{static_cast<std::uint16_t>(fact.value)});
    case FactKind::role_label: return "pod label role changed (" + number + ")";
    case FactKind::member_labels: return "pod is labelled as a member";
    case FactKind::route_changed:
      if (fact.value != 0) return "the primary Service leads here and elsewhere";
      return fact.unit ? "the primary Service leads here" : "the primary Service leads nowhere";
    case FactKind::sync_standbys: return "has " + number + " synchronous standbys";
    case FactKind::acknowledged: return "acknowledges commits";
    case FactKind::overlap: return "acknowledges commits beside another member";
    case FactKind::lock_granted: return "is named as the lock's holder by the charm";
    case FactKind::object_removed: return "the charm removed an object of Patroni's";
    case FactKind::commit_lost:
      return "acknowledges commits, and lacks one of timeline " + number +
             " that a standby had confirmed";
    case FactKind::unit_dying: return "is dying";
    case FactKind::unit_dead: return "is dead; its pod still runs";
    case FactKind::unit_removed: return "is removed";
    case FactKind::secret_revised: return "made revision " + number + " of the application secret";
    case FactKind::switchover_asked:
      return fact.unit ? "a switchover to it is asked for" : "a switchover is asked for";
    case FactKind::failover_asked: return "an operator fails over to it";
    case FactKind::request_answered:
      return fact.value == 0 ? "gives no answer in time" : "answers the request with " + number;
    case FactKind::pause_changed: return fact.value != 0 ? "Patroni is paused" : "Patroni goes on";
    case FactKind::unentitled: return "acknowledges commits without the lock";
    case FactKind::node_back: return "its node is back";
    case FactKind::loss_unbound: return "lacks more commits than may be lost";
    case FactKind::diverged: return "streams what is not its history";
    case FactKind::rewound_acknowledged: return "rewound over confirmed commits";
    default: return trouble_text(fact);  // of a quiet fact, which is in no trace, nothing
  }
}

}  // namespace sim
