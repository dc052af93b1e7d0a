// The container's life: down, starting, up, and noticed by the agent's poll.
#include "model/pebble.h"

#include <algorithm>

#include "charm/types/check.h"
#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/patroni.h"
#include "model/timing.h"

namespace model::pebble {
namespace {

using charm::UnitName;

TimerId container_timer(UnitName unit) { return timer_id(unit, UnitTimer::container); }

constexpr std::uint8_t restarts_to_the_limit = 6;
static_assert(timing::backoff_delay * (1 << restarts_to_the_limit) >= timing::backoff_limit);

// Twice as long each time, with up to a tenth of jitter.
Span next_backoff(Container& container) {
  const charm::Duration wait =
      std::min(timing::backoff_delay * (1 << container.restarts), timing::backoff_limit);
  if (wait < timing::backoff_limit) ++container.restarts;
  return {wait, wait * 11 / 10};
}

void service_ended(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  container.ending = Ending::not_asked;
  step.note(FactKind::service_stopped, name);
  // Pebble starts nothing any more while it ends itself.
  if (container.stage == ContainerStage::down) {
    step.world.disarm(timer_id(name, UnitTimer::service));
    return kubernetes::process_ended(step, name);
  }
  step.world.arm(timer_id(name, UnitTimer::service), next_backoff(container));
}

// Whether Pebble has asked the service to end.
bool stops_service(const Container& container) {
  return container.service_running &&
         (container.stage == ContainerStage::down || container.ending != Ending::not_asked);
}

void stop_service(Step& step, UnitName name) {
  if (step.world.unit(name).container.service_running) {
    step.world.arm(timer_id(name, UnitTimer::service), exactly(timing::kill_delay));
  }
  patroni::shut_down(step, name);
}

// It has not ended in time: SIGKILL to its process group, PostgreSQL and all.
void kill_service(Step& step, UnitName name) {
  patroni::kill_process(step, name);
  step.note(FactKind::service_stopped, name);
  process_ended(step, name);
  kubernetes::process_ended(step, name);
}

}  // namespace

void start(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  container = {.stage = ContainerStage::starting, .held = container.held};
  if (!container.held) step.world.arm(container_timer(name), timing::container_start);
}

void shut_down(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  container.stage = ContainerStage::down;
  if (!container.held) step.world.disarm(container_timer(name));
  step.world.disarm(timer_id(name, UnitTimer::service));
  step.note(FactKind::container_unreachable, name);
  stop_service(step, name);
}

// What holds a container back is not in its pod: it goes on when the pod has ended.
void stop(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  container = {.held = container.held};
  if (!container.held) step.world.disarm(container_timer(name));
  step.world.disarm(timer_id(name, UnitTimer::service));
}

void break_for(Step& step, UnitName name, charm::Duration time) {
  Container& container = step.world.unit(name).container;
  if (container.stage == ContainerStage::down) return;
  container.broken = true;
  kubernetes::look_at_health(step, name);
  step.world.arm(container_timer(name), exactly(time));
  step.note(FactKind::container_unreachable, name);
}

void hold_until(Step& step, UnitName name, charm::Duration time) {
  step.world.unit(name).container.held = true;
  step.world.arm(container_timer(name), exactly(time));
}

void forget_notice(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  if (container.stage == ContainerStage::noticed) container.stage = ContainerStage::up;
  if (container.stage != ContainerStage::up || container.broken) return;
  step.world.arm(container_timer(name), {{}, timing::pebble_poll});
}

void on_container_timer(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  Container& container = unit.container;
  container.held = false;
  switch (container.stage) {
    case ContainerStage::down: return;
    case ContainerStage::starting:
      container.broken = false;
      container.stage = ContainerStage::up;
      step.note(FactKind::container_reachable, name);
      step.world.arm(container_timer(name), {{}, timing::pebble_poll});
      return;
    case ContainerStage::up:
      if (container.broken) {  // back; the poll goes on
        container.broken = false;
        kubernetes::look_at_health(step, name);
        step.world.arm(container_timer(name), {{}, timing::pebble_poll});
        return;
      }
      if (!unit.process.running) return;  // nobody polls; an agent that begins does
      container.stage = ContainerStage::noticed;
      unit.process.pebble_ready_due = true;
      juju::wake_agent(step, name);
      return;
    case ContainerStage::noticed:  // the same boot id: no event
      container.broken = false;
      kubernetes::look_at_health(step, name);
      step.note(FactKind::container_reachable, name);
      return;
  }
}

bool can_connect(const World& world, UnitName name) {
  const Container& container = world.unit(name).container;
  const bool up =
      container.stage == ContainerStage::up || container.stage == ContainerStage::noticed;
  return up && !container.broken;
}

bool is_plan_current(const World& world, UnitName name) {
  const UnitState& unit = world.unit(name);
  return unit.container.layer_added && unit.container.checks_https == unit.volume.tls;
}

bool is_exporter_current(const World& world, UnitName name, std::uint16_t password) {
  const Container& container = world.unit(name).container;
  return container.exporter_planned == password && (container.exporter != 0) == (password != 0);
}

void stop_exporter(Step& step, UnitName name) { step.world.unit(name).container.exporter = 0; }

void start_exporter(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  if (container.exporter != 0 || container.exporter_planned == 0) return;
  container.exporter = container.exporter_planned;
  step.note(FactKind::exporter_restarted, name);
}

void update_layer(Step& step, UnitName name, std::uint16_t exporter) {
  UnitState& unit = step.world.unit(name);
  unit.container.layer_added = true;
  unit.container.exporter_planned = exporter;
  unit.container.checks_https = unit.volume.tls;
  kubernetes::look_at_health(step, name);
}

void update_and_restart(Step& step, UnitName name, std::uint16_t exporter) {
  Container& container = step.world.unit(name).container;
  const bool restart = container.service_running && !container.layer_added;
  update_layer(step, name, exporter);
  if (container.exporter != container.exporter_planned) {
    if (container.exporter != 0) step.note(FactKind::exporter_restarted, name);
    container.exporter = container.exporter_planned;
  }
  if (container.service_running && !restart) return;
  if (restart) {
    if (step.world.unit(name).postgres.database == Database::running) {
      step.note(FactKind::service_restarted, name);
    }
    patroni::kill_process(step, name);
  }
  container.service_running = true;
  step.note(FactKind::service_started, name);
  patroni::start_process(step, name);
}

void restart(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  if (!container.layer_added || container.ending != Ending::not_asked) return;
  if (!container.service_running) {
    return step.world.arm(timer_id(name, UnitTimer::service), exactly({}));
  }
  container.ending = Ending::to_restart;
  if (step.world.unit(name).postgres.database == Database::running) {
    step.note(FactKind::service_restarted, name);
  }
  stop_service(step, name);
}

void stop_for_good(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  if (!container.service_running || container.ending != Ending::not_asked) return;
  container.ending = Ending::for_good;
  stop_service(step, name);
}

bool signal_reload(Step& step, UnitName name) {
  if (!step.world.unit(name).container.service_running) return false;
  if (!step.world.unit(name).member.rest_up) {
    crash_service(step, name);
  } else {
    patroni::reload(step, name);
  }
  return true;
}

void process_ended(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  const bool restarts =
      container.ending == Ending::to_restart && container.stage != ContainerStage::down;
  container.ending = Ending::not_asked;
  step.world.disarm(timer_id(name, UnitTimer::service));
  if (restarts) step.world.arm(timer_id(name, UnitTimer::service), exactly({}));
}

void crash_service(Step& step, UnitName name) {
  if (!step.world.unit(name).container.service_running) return;
  patroni::kill_process(step, name);
  service_ended(step, name);
}

void kill_patroni(Step& step, UnitName name) {
  if (!step.world.unit(name).container.service_running) return;
  patroni::kill_patroni(step, name);
  service_ended(step, name);
}

void kill_patroni_once_more(Step& step, UnitName name) {
  step.world.unit(name).container.restarts = restarts_to_the_limit;
  kill_patroni(step, name);
}

void kill_patroni_for_good(Step& step, UnitName name) {
  if (!step.world.unit(name).container.service_running) return;
  kill_patroni(step, name);
  step.world.disarm(timer_id(name, UnitTimer::service));
}

void on_service_timer(Step& step, UnitName name) {
  Container& container = step.world.unit(name).container;
  if (stops_service(container)) return kill_service(step, name);
  if (container.service_running) {  // for long enough
    container.restarts = 0;
    return;
  }
  if (!container.layer_added) return;
  container.service_running = true;
  step.world.arm(timer_id(name, UnitTimer::service), exactly(timing::backoff_limit));
  step.note(FactKind::service_started, name);
  patroni::start_process(step, name);
}

bool write_configuration(Step& step, UnitName name,
                         const charm::PatroniConfiguration& configuration,
                         const Passwords& passwords, FileParameters parameters) {
  Volume& volume = step.world.unit(name).volume;
  bool differ = false;
  if (configuration.options != nullptr) {
    const std::uint32_t bootstrap = patroni::parameters_of(configuration.bootstrap);
    differ = volume.configuration && (volume.parameters != parameters.at_start ||
                                      volume.reloadable != parameters.reloadable ||
                                      volume.bootstrap_parameters != bootstrap);
    volume.parameters = parameters.at_start;
    volume.reloadable = parameters.reloadable;
    volume.bootstrap_parameters = bootstrap;
    volume.configuration = true;
    volume.bootstrap_node_count = configuration.bootstrap.synchronous.node_count;
    volume.bootstrap_strict = configuration.bootstrap.synchronous.strict;
    volume.bootstrap_maximum_lag =
        maximum_lag(configuration.bootstrap.maximum_lag_on_failover_bytes);
    volume.bootstrap_kept_wal = kept_wal(configuration.bootstrap.wal_keep_size_mb);
  }
  CHECK(volume.configuration);
  volume.tagged = configuration.leaving;
  volume.passwords = passwords;
  volume.tls = configuration.tls;
  volume.admitted.clear();
  for (charm::HostName host : configuration.hosts) volume.admitted.insert(charm::unit_of(host));
  if (configuration.list_anew) volume.marked = !volume.marked;
  return differ;
}

}  // namespace model::pebble
