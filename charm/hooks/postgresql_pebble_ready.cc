// Chart: charm/flowcharts/postgresql-pebble-ready.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include <expected>
#include <optional>

#include "charm/hooks/hooks.h"
#include "charm/steps/admission.h"
#include "charm/steps/configuration.h"
#include "charm/steps/extensions.h"
#include "charm/steps/initialisation.h"
#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/members.h"
#include "charm/steps/passwords.h"
#include "charm/steps/shut_out.h"
#include "charm/steps/status.h"

namespace charm {
namespace {

Outcome container_gone(Unit& unit, std::string_view arrow) {
  unit.path.took(arrow);
  return unit.path.deferred("defer_unreachable", "the container is not reachable");
}

// What `juju status` shows.
std::optional<Outcome> tell_version(Unit& unit) {
  unit.path.at("tell_version");
  const auto version = unit.workload.database_version();
  if (!version) return container_gone(unit, "unreachable");
  unit.juju.set_workload_version(version->view());
  unit.path.took("done");
  return std::nullopt;
}

// A unit that holds the database is a member already. If it lost its leadership before the flag was
// set and its pod died, nobody else can start the cluster: the others have nothing, and may not
// make another.
bool may_start(Unit& unit) {
  return unit.juju.is_leader() || unit.juju.cluster_initialised() ||
         unit.workload.holds_database().value_or(false);
}

// A queued pebble-ready runs before leader-elected in the dispatch that makes this unit the leader
// (charm-hooks.md, hazard 2), so that nobody may have made the passwords. They are made here, and
// used only when they are committed: otherwise the database has what nobody knows.
std::optional<Outcome> make_missing_passwords(Unit& unit) {
  const SystemPasswords passwords = unit.juju.passwords();
  const bool missing = passwords.of(SystemUser::operator_user).empty() ||
                       passwords.of(SystemUser::replication).empty();
  if (unit.path.at("has_passwords").yes(!missing)) return std::nullopt;
  unit.path.at("generate_passwords");
  (void)steps::generate_passwords(unit);  // Not the leader any more: the next one makes them.
  return unit.path.deferred("defer_passwords", "the passwords are not committed yet");
}

// With a bad option the parameters of the file that stands are kept: a member of the cluster does
// not stay down for it, and is Blocked when it runs.
bool may_run(Unit& unit, const steps::Rendered& rendered) {
  return !rendered.held_up_by_option ||
         (unit.juju.cluster_initialised() && steps::is_part_of_cluster(unit));
}

// The box has_pushed_tls_files, which also writes patroni.yml. Without a certificate there is
// nothing to push.
std::expected<steps::Rendered, Outcome> push_files(Unit& unit) {
  unit.path.at("has_pushed_tls_files");
  const auto rendered = steps::render_configuration(unit);
  if (unit.path.yes(rendered && may_run(unit, *rendered))) return *rendered;
  const auto error = rendered ? steps::ConfigurationError::bad_option : rendered.error();
  if (error != steps::ConfigurationError::unreachable) {
    return std::unexpected(steps::exit_for(unit, error));
  }
  return std::unexpected(unit.path.deferred("defer2", "the files could not be written"));
}

// Update and restart what differs from the plan, or does not run.
std::optional<Outcome> start_service(Unit& unit) {
  unit.path.at("has_services_changed");
  const auto current = unit.workload.is_plan_current();
  const auto running = unit.workload.is_service_running();
  if (!current || !running) return container_gone(unit, "unreachable");
  if (!unit.path.yes(!*current || !*running)) return std::nullopt;
  unit.path.at("update_and_restart_service");
  const Secret monitoring = unit.juju.passwords().of(SystemUser::monitoring);
  if (!unit.workload.update_and_restart_service(monitoring)) {
    return container_gone(unit, "unreachable");
  }
  unit.path.took("done");
  return std::nullopt;
}

// The member does not start. If that is because another bootstrap died, Patroni is let begin anew;
// if the primary does not let a copy be made of it, and never will, another is let lead.
Outcome await_member(Unit& unit) {
  const auto record = steps::orphaned_bootstrap(unit);
  if (unit.path.at("is_bootstrap_orphaned").yes(record.has_value())) {
    unit.path.at("forget_bootstrap");
    const auto deleted =
        unit.kubernetes.delete_patroni_object(ports::PatroniObject::config_endpoints, *record);
    unit.path.took(deleted ? "done" : "refused");
  } else if (const MaybeUnit primary = steps::shut_out_by(unit);
             unit.path.at("is_shut_out").yes(primary.has_value())) {
    unit.path.at("let_another_lead");
    unit.path.took(steps::let_another_lead(unit, *primary) ? "done" : "refused");
  }
  unit.path.at("await_cluster");
  steps::set_waiting(unit, messages::awaiting_cluster);
  return unit.path.deferred("defer3", "the member has not started");
}

// The member has started, and its bootstrap does not end: Patroni is let give it up.
std::optional<Outcome> give_up_bootstrap(Unit& unit) {
  const bool unfinished = steps::is_bootstrap_unfinished(unit);
  if (!unit.path.at("is_bootstrap_unfinished").yes(unfinished)) return std::nullopt;
  unit.path.at("stop_database");
  if (!unit.workload.stop_database()) return container_gone(unit, "unreachable");
  unit.path.took("done");
  unit.path.at("await_bootstrap");
  steps::set_waiting(unit, messages::awaiting_cluster);
  return unit.path.deferred("defer_bootstrap", "the bootstrap is begun anew");
}

// As it was rendered, since nothing in between is part of it; but a database that runs only now may
// say of a value what it could not be asked before.
steps::ConfigurationResult update_config(Unit& unit, const steps::Rendered& rendered) {
  if (rendered.unanswered) return steps::update_config(unit);
  return steps::apply_configuration(unit, rendered);
}

// From the own pod's labels to the flag, on the leader alone.
std::optional<Outcome> initialise(Unit& unit) {
  const auto labelled = unit.kubernetes.label_pod_as_member(pod_of(unit.name));
  if (!unit.path.at("has_patched_pod_labels").yes(labelled.has_value())) {
    unit.path.at("set_blocked");
    std::string message(messages::patch_failed_with);
    steps::set_blocked(unit, message.append(to_text(labelled.error())));
    // The published exit; it defers, or nothing would ever label the pod of a single unit.
    return unit.path.deferred("rtn", "the own pod could not be labelled");
  }
  unit.path.at("create_k8s_resources");
  if (auto applied = steps::apply_services(unit); !applied) {
    unit.path.took(applied.error() == ApiError::forbidden ? "forbidden" : "refused");
    return applied.error() == ApiError::forbidden ? steps::blocked_for_trust(unit)
                                                  : steps::blocked_for_services(unit);
  }
  unit.path.took("done");
  if (!unit.path.at("is_service_redirecting_traffic").yes(steps::is_primary_endpoint_ready(unit))) {
    unit.path.at("set_waiting");
    steps::set_waiting(unit, messages::awaiting_primary_endpoint);
    return unit.path.deferred("defer4", "the primary does not work through its Service yet");
  }
  unit.path.at("create_users_and_grants");
  if (!unit.postgresql.create_users_and_grants(unit.juju.passwords().of(SystemUser::monitoring))) {
    unit.path.took("refused");
    unit.path.at("await_users");
    steps::set_waiting(unit, messages::awaiting_primary_endpoint);
    return unit.path.deferred("defer_users", "users and grants could not be made");
  }
  unit.path.took("done");
  unit.path.at("mark_cluster_as_initialised");
  if (!unit.juju.set_cluster_initialised()) {
    unit.path.took("not leader");
    return unit.path.deferred("defer_not_leader", "leadership was lost; the next leader marks it");
  }
  unit.path.took("done");
  unit.path.at("set_extensions");
  const auto wanted = steps::wanted_extensions(unit);
  const bool set = wanted && unit.postgresql.set_extensions(*wanted);
  unit.path.took(set ? "done" : "refused");  // Says why, and goes on: uphold-extensions.
  return std::nullopt;
}

}  // namespace

Outcome on_postgresql_pebble_ready(Unit& unit, const Event& /*event*/) {
  if (auto end = steps::restore_labels(unit)) return *end;
  if (!unit.path.at("is_container_reachable").yes(unit.workload.can_connect())) {
    return unit.path.deferred("defer_unreachable", "the container is not reachable");
  }
  unit.path.at("create_pgdata");
  if (!unit.workload.create_data_directory()) return container_gone(unit, "unreachable");
  unit.path.took("done");
  if (auto end = tell_version(unit)) return *end;
  if (!unit.path.at("is_leader_or_has_cluster_initialised").yes(may_start(unit))) {
    return unit.path.deferred("defer", "the leader has not initialised the cluster");
  }
  if (auto end = make_missing_passwords(unit)) return *end;
  const auto rendered = push_files(unit);
  if (!rendered) return rendered.error();
  if (auto end = start_service(unit)) return *end;
  if (!unit.path.at("has_member_started").yes(steps::has_member_started(unit))) {
    return await_member(unit);
  }
  if (auto end = give_up_bootstrap(unit)) return *end;
  if (unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    if (auto end = initialise(unit)) return *end;
  }
  unit.path.at("update_config");
  if (auto updated = update_config(unit, *rendered); !updated) {
    return steps::exit_for(unit, updated.error());
  }
  unit.path.took("done");
  // Only a unit that holds the database comes here without the flag. It goes on asking: if it
  // becomes the leader, it is the one to set it.
  if (!unit.path.at("is_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.deferred("defer_uninitialised", "the leader has not initialised the cluster");
  }
  unit.path.at("set_active");
  steps::set_active(unit);
  return unit.path.done("rtn2", "the member works");
}

}  // namespace charm
