// From the charm's options and the units to what Patroni shall do.
#include "charm/steps/configuration.h"

#include <algorithm>

#include "charm/options/parameters.h"
#include "charm/steps/known_values.h"
#include "charm/steps/members.h"
#include "charm/steps/status.h"

namespace charm::steps {
namespace {

DynamicConfiguration dynamic_on(const NodeResources& node, const AskedOfAll& asked) {
  return dynamic_configuration(asked.config, asked.planned.size(), asked.members, node);
}

std::uint16_t others(std::size_t planned_units) {
  return planned_units > 0 ? static_cast<std::uint16_t>(planned_units - 1) : std::uint16_t{0};
}

std::uint16_t node_count(const CharmConfig& config, std::size_t planned_units,
                         std::size_t members) {
  switch (config.synchronous_node_count) {
    case CharmConfig::NodeCount::all: return others(planned_units);
    case CharmConfig::NodeCount::majority: return static_cast<std::uint16_t>(planned_units / 2);
    case CharmConfig::NodeCount::number: {
      const std::uint16_t wanted = config.synchronous_node_number;
      return wanted + std::size_t{1} < members ? wanted : others(planned_units);
    }
  }
  return 0;
}

struct Wanted {
  std::optional<AskedOfAll> asked;
  HostList hosts;
  const Options* options = nullptr;  // nothing: one of them is bad here
  NodeResources node;
  bool unanswered = false;  // the system could not be asked for a value
  bool leaving = false;
  bool alone = false;  // one unit is planned, and no other one is listed
  TlsState tls;
  PgHba pg_hba = PgHba::as_listed;
};

// Whoever holds the lock hands it over first, and has to be able to take it back until then.
bool shall_not_lead(Unit& unit, UnitSet staying) {
  const bool leaves = !staying.empty() && !staying.contains(unit.name);
  return leaves && lock_holder(unit) != unit.name;
}

struct Checked {
  NodeResources node;
  bool gives_enough = true;  // for what the options ask of it
  bool unanswered = false;
};

bool gives_enough(Unit& unit, const NodeResources& node, const Options& options) {
  const auto refused = too_much_for(node, options);
  if (refused) unit.juju.log(to_text(*refused));
  return !refused;
}

// What the node has, if no option is of a value that it can have nowhere, and the system knows
// their values.
std::expected<Checked, ConfigurationError> check_options(Unit& unit, const CharmConfig& config,
                                                         Unanswered unanswered) {
  if (!config.valid) {
    unit.juju.log(config.invalid);
    return std::unexpected(ConfigurationError::bad_option);
  }
  const auto node = unit.kubernetes.node_resources(pod_of(unit.name));
  if (!node) {
    return std::unexpected(node.error() == ApiError::forbidden ? ConfigurationError::forbidden
                                                               : ConfigurationError::unreachable);
  }
  const Options& options = options_of(config);
  const bool enough = gives_enough(unit, *node, options);
  switch (look_up_values(unit, options)) {
    case KnownValues::all: return Checked{*node, enough};
    case KnownValues::not_all: return std::unexpected(ConfigurationError::bad_option);
    case KnownValues::unanswered: break;
  }
  if (unanswered == Unanswered::passes || !enough) return Checked{*node, enough, enough};
  return std::unexpected(ConfigurationError::unreachable);
}

std::expected<Wanted, ConfigurationError> wanted_configuration(Unit& unit, Unanswered unanswered) {
  const CharmConfig config = unit.juju.config();
  const auto checked = check_options(unit, config, unanswered);
  if (!checked && checked.error() != ConfigurationError::bad_option) {
    return std::unexpected(checked.error());
  }
  Wanted wanted{.hosts = unit.juju.endpoints()};
  const UnitSet staying = unit.juju.planned_units();
  if (checked) {
    const bool is_bad_for_all =
        !checked->gives_enough && decides_for_all(staying, unit.name) == unit.name;
    if (!is_bad_for_all) {
      wanted.asked = AskedOfAll{config, staying, wanted.hosts.size(), checked->node};
    }
    if (checked->gives_enough) wanted.options = &options_of(config);
    wanted.node = checked->node;
    wanted.unanswered = checked->unanswered;
  }
  wanted.leaving = shall_not_lead(unit, staying);
  wanted.alone = staying.size() <= 1 && wanted.hosts.size() <= 1;
  wanted.tls = unit.juju.tls();
  return wanted;
}

// The files before the configuration that names them. What is there already is left alone.
bool push_tls_files(Unit& unit, const TlsState& tls) {
  if (!tls.enabled()) return true;
  const auto there = unit.workload.tls_files();
  if (there && *there == tls.files) return true;
  return there && unit.workload.push_tls_files(tls.files);
}

// The scheme that its check asks by, and the password of the exporter, which is stopped before the
// plan changes: so one that runs has the password of the plan, wherever this is interrupted.
bool follow_in_plan(Unit& unit, const Secret& monitoring) {
  const auto plan = unit.workload.is_plan_current();
  const auto exporter = unit.workload.is_exporter_current(monitoring);
  if (!plan || !exporter) return false;
  if (*plan && *exporter) return true;
  if (!*exporter && !unit.workload.stop_exporter()) return false;
  if (!unit.workload.update_layer(monitoring)) return false;
  return *exporter || monitoring.empty() || unit.workload.start_exporter();
}

// Patroni has read it: Pebble follows, and the others are told of TLS.
std::expected<void, ConfigurationError> follow(Unit& unit, const Rendered& rendered) {
  if (!follow_in_plan(unit, rendered.monitoring_password)) {
    return std::unexpected(ConfigurationError::unreachable);
  }
  TlsState tls = rendered.tls;
  if (tls.announced == tls.enabled()) return {};
  tls.announced = tls.enabled();
  unit.juju.set_tls(tls);
  return {};
}

// As whoever makes the database writes it, alone: a commit that has to wait for a standby would
// keep it from making the users (charm-hooks.md, section 8.1). The PATCH makes it strict, and all
// of it what the first unit's node has to give.
DynamicConfiguration at_bootstrap(const Wanted& wanted) {
  if (!wanted.asked) return {};
  DynamicConfiguration dynamic = dynamic_on(wanted.node, *wanted.asked);
  dynamic.synchronous.strict = false;
  return dynamic;
}

std::expected<Rendered, ConfigurationError> write(Unit& unit, const Wanted& wanted) {
  if (!push_tls_files(unit, wanted.tls)) return std::unexpected(ConfigurationError::unreachable);
  const SystemPasswords passwords = unit.juju.passwords();
  const PatroniConfiguration configuration{
      .own_host = host_of(unit.name),
      .hosts = wanted.hosts,
      .list_anew = wanted.pg_hba == PgHba::listed_anew,
      .leaving = wanted.leaving,
      .tls = wanted.tls.enabled(),
      .options = wanted.options,
      .bootstrap = at_bootstrap(wanted),
      .node = wanted.node,
      .operator_password = passwords.of(SystemUser::operator_user),
      .replication_password = passwords.of(SystemUser::replication),
      .rewind_password = passwords.of(SystemUser::rewind),
      .patroni_password = passwords.of(SystemUser::patroni)};
  const auto differs = unit.workload.write_patroni_configuration(configuration);
  if (!differs) {
    return std::unexpected(differs.error() == ports::WriteError::no_file
                               ? ConfigurationError::no_file
                               : ConfigurationError::unreachable);
  }
  return Rendered{.written = *differs ? Written::new_parameters : Written::same_parameters,
                  .held_up_by_option = wanted.options == nullptr,
                  .unanswered = wanted.unanswered,
                  .alone = wanted.alone,
                  .asked = wanted.asked,
                  .tls = wanted.tls,
                  .monitoring_password = passwords.of(SystemUser::monitoring)};
}

}  // namespace

SynchronousSettings synchronous_settings(const CharmConfig& config, std::size_t planned_units,
                                         std::size_t members) {
  const std::uint16_t count = node_count(config, planned_units, members);
  return {.node_count = count,
          .strict = members > 1 && config.synchronous_mode_strict && count > 0};
}

DynamicConfiguration dynamic_configuration(const CharmConfig& config, std::size_t planned_units,
                                           std::size_t members, const NodeResources& node) {
  const Options& options = options_of(config);
  const PostmasterParameters parameters = postmaster_parameters(options, node);
  const auto number = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  return {.synchronous = synchronous_settings(config, planned_units, members),
          .maximum_lag_on_failover_bytes = config.maximum_lag_on_failover_bytes,
          .max_connections = config.experimental_max_connections != 0
                                 ? config.experimental_max_connections
                                 : number(parameters.max_connections),
          .max_prepared_transactions = number(parameters.max_prepared_transactions),
          .max_worker_processes = number(parameters.max_worker_processes),
          .max_logical_replication_workers = number(parameters.max_logical_replication_workers),
          .wal_keep_size_mb = options.demands().wal_keep_size_mb};
}

UnitName decides_for_all(UnitSet planned, UnitName own) {
  return planned.empty() ? own : planned.first();
}

bool is_done_but_for_options(const ConfigurationResult& result) {
  return result.has_value() || result.error() == ConfigurationError::bad_option;
}

std::expected<Rendered, ConfigurationError> render_configuration(Unit& unit, Unanswered unanswered,
                                                                 PgHba pg_hba) {
  auto wanted = wanted_configuration(unit, unanswered);
  if (!wanted) return std::unexpected(wanted.error());
  wanted->pg_hba = pg_hba;
  return write(unit, *wanted);
}

namespace {

// By its REST API; where that answers, but takes no request, by a signal: it may have been started
// with a password that a leader made, and lost its leadership before it was committed.
bool reload(Unit& unit) {
  if (unit.patroni.reload()) return true;
  return unit.patroni.own_health() && unit.workload.signal_reload();
}

}  // namespace

namespace {

using Patched = std::expected<void, ConfigurationError>;

Patched taken_if(bool taken) {
  if (taken) return {};
  return std::unexpected(ConfigurationError::not_taken);
}

// While an option is bad for all, nothing of what options ask for is asked of them; but one unit
// alone waits for nobody, whatever they are: its commits would wait for a standby that has left.
Patched patch_without_options(Unit& unit, const Rendered& rendered) {
  return taken_if(!rendered.alone || unit.patroni.patch_synchronous({}).has_value());
}

// The first unit's pod may be about to be made anew, or find no node for hours: what follows from
// the units is asked for, nobody is held up, and the rest comes with an update-status.
Patched patch_without_node(Unit& unit, const AskedOfAll& asked, ApiError why) {
  if (why == ApiError::forbidden) return std::unexpected(ConfigurationError::forbidden);
  const auto settings = synchronous_settings(asked.config, asked.planned.size(), asked.members);
  return taken_if(unit.patroni.patch_synchronous(settings).has_value());
}

Patched patch_with_options(Unit& unit, const Rendered& rendered, const AskedOfAll& asked) {
  std::expected<NodeResources, ApiError> node = asked.own_node;
  if (const UnitName first = decides_for_all(asked.planned, unit.name); first != unit.name) {
    node = unit.kubernetes.node_resources(pod_of(first));
    if (!node) return patch_without_node(unit, asked, node.error());
    if (!gives_enough(unit, *node, options_of(asked.config))) {
      if (auto patched = patch_without_options(unit, rendered); !patched) return patched;
      return std::unexpected(ConfigurationError::bad_option);
    }
  }
  return taken_if(unit.patroni.patch_configuration(dynamic_on(*node, asked)).has_value());
}

// What holds for all is the leader's to ask for: on nodes of different sizes each unit would ask
// for other values, without end (hazard 28).
Patched patch(Unit& unit, const Rendered& rendered) {
  if (!rendered.asked && !rendered.alone) return {};
  if (!unit.juju.is_leader()) return {};
  // A PATCH loads the cluster, too: not in the middle of a race (patroni-and-kubernetes.md, 8.1).
  if (unit.patroni.sees_no_leader(host_of(unit.name)).value_or(true)) return taken_if(false);
  return rendered.asked ? patch_with_options(unit, rendered, *rendered.asked)
                        : patch_without_options(unit, rendered);
}

}  // namespace

ConfigurationResult apply_configuration(Unit& unit, const Rendered& rendered) {
  // Whether the member runs is not asked first: one lost answer would pass for "there is nobody to
  // tell".
  if (!reload(unit)) return std::unexpected(ConfigurationError::not_taken);
  if (const auto followed = follow(unit, rendered); !followed) {
    return std::unexpected(followed.error());
  }
  if (const auto patched = patch(unit, rendered); !patched) {
    return std::unexpected(patched.error());
  }
  if (rendered.held_up_by_option) return std::unexpected(ConfigurationError::bad_option);
  return rendered.written;
}

ConfigurationResult update_config(Unit& unit, Unanswered unanswered, PgHba pg_hba) {
  const auto rendered = render_configuration(unit, unanswered, pg_hba);
  if (!rendered) return std::unexpected(rendered.error());
  return apply_configuration(unit, *rendered);
}

bool is_pg_hba_behind(Unit& unit) {
  if (unit.workload.is_pg_hba_taken().value_or(true)) return false;
  const auto state = unit.patroni.own_health();
  return state == MemberState::running || state == MemberState::streaming;
}

Outcome exit_for(Unit& unit, ConfigurationError error) {
  switch (error) {
    case ConfigurationError::forbidden: unit.path.took("forbidden"); return blocked_for_trust(unit);
    case ConfigurationError::bad_option:
    case ConfigurationError::no_file:
      unit.path.took("bad option");
      return blocked_for_configuration(unit);
    case ConfigurationError::unreachable:
    case ConfigurationError::not_taken: break;
  }
  unit.path.took("refused");
  return unit.path.deferred("defer_update", "the configuration could not be brought to Patroni");
}

}  // namespace charm::steps
