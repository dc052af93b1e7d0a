// What a unit is: as Juju, Kubernetes, Pebble, Patroni and PostgreSQL have it.
#include "sim/report/html_state.h"

#include <array>

#include "model/postgresql.h"
#include "sim/report/event_text.h"
#include "sim/report/html_state_words.h"

namespace sim {
namespace {

using charm::UnitName;
using namespace state_words;

// --- of a unit: Juju ---

std::string life_text(const StateView& view, UnitName unit) {
  if (!view.world.unit(unit).exists) return {};
  switch (view.world.unit(unit).record.life) {
    case model::Life::alive: return "alive";
    case model::Life::dying: return "dying";
    case model::Life::dead: return "dead";
  }
  return {};
}

std::string status_text(const StateView& view, UnitName unit) {
  const model::UnitState& state = view.world.unit(unit);
  if (!state.exists) return {};
  std::string text(to_text(state.status));
  const std::string_view message = view.texts.text_of(state.status_text);
  return message.empty() ? text : text.append(": ").append(message);
}

std::string agent_text(const StateView& view, UnitName unit) {
  const model::AgentProcess& agent = view.world.unit(unit).process;
  if (!agent.running) return {};
  return agent.shutting_down ? "shutting down" : "runs";
}

std::string hook_text(const StateView& view, UnitName unit) {
  const model::AgentRecord& record = view.world.unit(unit).record;
  std::string text =
      hook_name(view.charm, record.hook) + about(view.scenario.world.app, record.hook);
  switch (record.step) {
    case model::HookStep::none: return {};
    case model::HookStep::queued: return text + " is due";
    case model::HookStep::running: return text;
    case model::HookStep::done: return text + " is done";
    case model::HookStep::failed: break;
  }
  return text + " has failed " + std::to_string(record.failures) + " times";
}

std::string deferred_text(const StateView& view, UnitName unit) {
  std::string text;
  for (const charm::Notice& notice : view.world.notices(unit)) {
    if (!text.empty()) text += "; ";
    const auto handlers = view.charm.handlers;
    text += notice.handler < handlers.size() ? std::string(handlers[notice.handler].name)
                                             : "an unknown handler";
    text += about(view.scenario.world.app, notice.event);
  }
  return text;
}

std::string_view restart_text(charm::RestartState state) {
  switch (state) {
    case charm::RestartState::none: return {};
    case charm::RestartState::acquire: return "restart: acquire";
    case charm::RestartState::release: return "restart: release";
  }
  return {};
}

std::string_view upgrade_text(charm::UpgradeState state) {
  switch (state) {
    case charm::UpgradeState::none: return {};
    case charm::UpgradeState::recovery: return "upgrade: recovery";
    case charm::UpgradeState::failed: return "upgrade: failed";
    case charm::UpgradeState::idle: return "upgrade: idle";
    case charm::UpgradeState::ready: return "upgrade: ready";
    case charm::UpgradeState::upgrading: return "upgrade: upgrading";
    case charm::UpgradeState::completed: return "upgrade: completed";
  }
  return {};
}

// The address changes with each pod.
std::string bag_text(const StateView& view, UnitName unit) {
  const model::AgentRecord& record = view.world.unit(unit).record;
  if (!record.in_scope) return {};
  return listed({"address " + std::to_string(record.bag_address),
                 std::string(restart_text(record.restart_state)),
                 std::string(upgrade_text(record.upgrade_state)),
                 if_so(record.tls.announced, "tls")});
}

// --- Kubernetes, the network ---

std::string pod_text(const StateView& view, UnitName unit) {
  const model::Pod& pod = view.world.unit(unit).pod;
  const std::string which = " #" + std::to_string(pod.incarnation);
  switch (pod.phase) {
    case model::PodPhase::absent: return {};
    case model::PodPhase::running: return "runs" + which + if_so(pod.ready, ", ready");
    case model::PodPhase::terminating: return "ends" + which;
    case model::PodPhase::lost: return "node lost" + which;
    case model::PodPhase::lost_terminating: return "node lost, shall end" + which;
  }
  return {};
}

std::string labels_text(const StateView& view, UnitName unit) {
  const model::Pod& pod = view.world.unit(unit).pod;
  if (pod.phase == model::PodPhase::absent) return {};
  const bool is_primary = pod.role == model::RoleLabel::primary;
  const bool has_role = pod.role != model::RoleLabel::none;
  return listed({if_so(pod.member_labels, "member"),
                 if_so(has_role, is_primary ? "role=primary" : "role=replica")});
}

std::string trouble_text(const StateView& view, UnitName unit) {
  const model::Surroundings& around = view.world.unit(unit).surroundings;
  std::string frozen;
  switch (around.frozen) {
    case model::Frozen::no: break;
    case model::Frozen::patroni: frozen = "Patroni frozen"; break;
    case model::Frozen::pod: frozen = "pod frozen"; break;
    case model::Frozen::charm: frozen = "charm container frozen"; break;
  }
  return listed({frozen, if_so(around.api_cut, "no API server"),
                 if_so(around.controller_cut, "no controller"),
                 if_so(around.lossy, "loses packets"),
                 if_so(around.api_lossy, "loses packets to the API server"),
                 around.cut_to.empty() ? "" : "does not reach " + units_text(view, around.cut_to)});
}

// --- Pebble, the files ---

std::string container_text(const StateView& view, UnitName unit) {
  const model::Container& container = view.world.unit(unit).container;
  if (container.broken) return "does not answer";
  switch (container.stage) {
    case model::ContainerStage::down: return {};
    case model::ContainerStage::starting: return "starts";
    case model::ContainerStage::up:
    case model::ContainerStage::noticed: return "reachable";
  }
  return {};
}

std::string service_text(const StateView& view, UnitName unit) {
  const model::Container& container = view.world.unit(unit).container;
  return listed({if_so(container.layer_added, "in the plan"),
                 if_so(container.service_running, "runs"),
                 if_so(container.exporter != 0, "exporter")});
}

std::string files_text(const StateView& view, UnitName unit) {
  const model::Volume& volume = view.world.unit(unit).volume;
  return listed({if_so(volume.data_directory, "data"), if_so(volume.configuration, "patroni.yml"),
                 if_so(volume.tls, "TLS")});
}

// --- Patroni ---

std::string role_text(const StateView& view, UnitName unit) {
  const model::UnitState& state = view.world.unit(unit);
  if (!state.container.service_running) return {};
  using model::ha::Role;
  switch (state.member.role) {
    case Role::uninitialized: return "uninitialised";
    case Role::replica: return "replica";
    case Role::promoted: return "promoted";
    case Role::primary: return "primary";
    case Role::demoted: return "demoted";
    case Role::standby_leader: return "standby leader";
  }
  return {};
}

std::string job_of(const StateView& view, UnitName unit) {
  const model::UnitState& state = view.world.unit(unit);
  if (!state.container.service_running) return {};
  return listed({state.member.job == model::Job::none
                     ? std::string()
                     : std::string(job_text(static_cast<std::uint32_t>(state.member.job))),
                 if_so(state.member.handing_over, "handing over"),
                 if_so(state.member.tagged, "nofailover, nosync")});
}

std::string lock_text(const StateView& view, UnitName unit) {
  const bool holds = view.world.shared().dcs.lock_holder == member_of(unit);
  return if_so(holds, "holds it");
}

// --- PostgreSQL ---

std::string database_text(const StateView& view, UnitName unit) {
  switch (view.world.unit(unit).postgres.database) {
    case model::Database::none: return {};
    case model::Database::stopped: return "stopped";
    case model::Database::starting: return "starts";
    case model::Database::running: break;
  }
  return model::postgresql::is_primary(view.world, unit) ? "primary" : "standby";
}

std::string timeline_text(const StateView& view, UnitName unit) {
  const model::Postgres& postgres = view.world.unit(unit).postgres;
  return postgres.database == model::Database::none ? "" : number_if(postgres.timeline);
}

std::string wal_text(const StateView& view, UnitName unit) {
  const model::Postgres& postgres = view.world.unit(unit).postgres;
  return postgres.database == model::Database::none ? "" : number_if(postgres.lsn);
}

std::string streams_text(const StateView& view, UnitName unit) {
  return unit_text(view, view.world.unit(unit).postgres.upstream);
}

std::string sync_names_text(const StateView& view, UnitName unit) {
  const model::UnitState& state = view.world.unit(unit);
  if (!model::postgresql::is_primary(view.world, unit)) return {};
  return state.postgres.any_standby_syncs ? "*" : units_text(view, state.member.sync_names);
}

std::string lease_text(const StateView& view, UnitName unit) {
  return if_so(view.world.shared().application.lease_holder == unit, "leader");
}

struct UnitField {
  StateField field;
  std::string (*text)(const StateView& view, UnitName unit) = nullptr;
};

constexpr std::array of_unit{
    UnitField{{"life", juju, "Unit"}, life_text},
    UnitField{{"status", juju, "Status"}, status_text},
    UnitField{{"lease", juju, "Leadership", FieldRole::band}, lease_text},
    UnitField{{"agent", juju, "Agent"}, agent_text},
    UnitField{{"hook", juju, "Hook"}, hook_text},
    UnitField{{"deferred", juju, "Deferred"}, deferred_text},
    UnitField{{"bag", juju, "Its bags", FieldRole::databag}, bag_text},
    UnitField{{"pod", kubernetes, "Pod"}, pod_text},
    UnitField{{"labels", kubernetes, "Labels", FieldRole::label}, labels_text},
    UnitField{{"trouble", kubernetes, "Trouble", FieldRole::band}, trouble_text},
    UnitField{{"container", pebble, "Container"}, container_text},
    UnitField{{"service", pebble, "Patroni's service"}, service_text},
    UnitField{{"files", pebble, "Files"}, files_text},
    UnitField{{"role", patroni, "Role"}, role_text},
    UnitField{{"job", patroni, "At work"}, job_of},
    UnitField{{"lock", patroni, "Lock", FieldRole::band}, lock_text},
    UnitField{{"database", postgresql, "Database", FieldRole::band}, database_text},
    UnitField{{"timeline", postgresql, "Timeline"}, timeline_text},
    UnitField{{"streams", postgresql, "Streams from"}, streams_text},
    UnitField{{"sync_names", postgresql, "Waits for"}, sync_names_text},
    UnitField{{"wal", postgresql, "WAL, flushed", FieldRole::quiet}, wal_text},
};

constexpr auto fields_of_unit = fields_of(of_unit);

}  // namespace

std::string_view to_text(FieldRole role) {
  switch (role) {
    case FieldRole::plain: return "plain";
    case FieldRole::databag: return "databag";
    case FieldRole::label: return "label";
    case FieldRole::band: return "band";
    case FieldRole::quiet: return "quiet";
  }
  return {};
}

std::span<const StateField> unit_fields() { return fields_of_unit; }

StateTexts unit_state(const StateView& view, UnitName unit) {
  StateTexts texts;
  for (const UnitField& field : of_unit) texts.push_back(field.text(view, unit));
  return texts;
}

}  // namespace sim
