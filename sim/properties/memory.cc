#include "sim/properties/memory.h"

#include "model/juju.h"
#include "sim/properties/property.h"
#include "sim/properties/sight.h"

namespace sim {
namespace {

void remember_dcs(Memory& memory, const model::World& world) {
  const model::Dcs& dcs = world.shared().dcs;
  memory.lock_version = dcs.lock_version;
  memory.transitions = dcs.transitions;
  memory.lock_holder = dcs.lock_holder;
  if (dcs.lock_holder) memory.ever_led.insert(charm::unit_of(*dcs.lock_holder));
  memory.sync_leader = dcs.sync_leader;
  memory.sync_standbys = dcs.sync_standbys;
  memory.initialise = dcs.initialise;
  memory.history = dcs.cluster_timeline;
}

void remember_action(Memory& memory, charm::UnitName unit, const model::World& world) {
  memory.took_the_lock.erase(unit);
  memory.revised.erase(unit);
  memory.altered.at(unit.ordinal) = 0;
  memory.actions.at(unit.ordinal) = world.unit(unit).record.action;
}

// Also when Pebble starts it again by itself: then nobody has asked, and what was right stays so.
void remember_start(Memory& memory, charm::UnitName unit, const model::World& world) {
  const bool may = world.shared().application.initialised || memory.queues[unit.ordinal].led ||
                   world.unit(unit).postgres.database != model::Database::none;
  if (may) memory.started_rightly.insert(unit);
}

bool does_another_act(const model::World& world, charm::UnitName than) {
  for (charm::UnitName unit : world.existing()) {
    if (unit != than && world.unit(unit).record.action != 0) return true;
  }
  return false;
}

void remember_list(Memory& memory, const model::World& world) {
  memory.listed.clear();
  for (const charm::HostName host : world.endpoints()) memory.listed.insert(charm::unit_of(host));
}

void remember_initialise(Memory& memory, const model::Fact& fact, const model::World& world) {
  if (fact.value == static_cast<std::uint32_t>(model::Initialise::bootstrapping)) {
    memory.databases_made = 0;
  }
  // Where a bootstrap was given up, its maker's data are gone.
  for (charm::UnitName name : charm::UnitSet(memory.has_database)) {
    if (world.unit(name).postgres.database == model::Database::none) {
      memory.has_database.erase(name);
    }
  }
}

void forget_application(Memory& memory) {
  memory.initialised = false;
  memory.started_rightly.clear();
  memory.has_database.clear();
  memory.databases_made = 0;
  memory.listed.clear();
}

void remember(Memory& memory, const model::Fact& fact, const model::World& world) {
  using model::FactKind;
  switch (fact.kind) {
    case FactKind::initialise_changed: return remember_initialise(memory, fact, world);
    case FactKind::service_stopped:  // and where the API server refused to take the record back
      if (world.shared().dcs.initialise == model::Initialise::bootstrapping &&
          world.unit(*fact.unit).postgres.database == model::Database::none) {
        memory.has_database.erase(*fact.unit);
      }
      return;
    case FactKind::job_started:
      if (fact.value == static_cast<std::uint32_t>(model::Job::bootstrap)) ++memory.databases_made;
      return;
    case FactKind::job_ended:
    case FactKind::unit_removed: {
      const bool has = world.unit(*fact.unit).postgres.database != model::Database::none;
      return has ? memory.has_database.insert(*fact.unit) : memory.has_database.erase(*fact.unit);
    }
    case FactKind::initialised: memory.initialised = true; return;
    case FactKind::leadership_gained: memory.queues[(*fact.unit).ordinal].led = true; return;
    case FactKind::service_started:
      memory.queues[(*fact.unit).ordinal].started = true;
      return remember_start(memory, *fact.unit, world);
    case FactKind::api_forbade: memory.queues[(*fact.unit).ordinal].forbidden = true; return;
    case FactKind::switchover_asked:
      if (fact.unit) memory.queues[(*fact.unit).ordinal].asked = true;
      return;
    case FactKind::member_labels: return memory.labelled.insert(*fact.unit);
    case FactKind::unit_added: return memory.labelled.erase(*fact.unit);
    case FactKind::endpoints_written: return remember_list(memory, world);
    case FactKind::pod_stopped: return memory.started_rightly.erase(*fact.unit);
    case FactKind::container_unreachable:  // for a while, or with everything that ran in it
      if (!world.unit(*fact.unit).container.layer_added) memory.started_rightly.erase(*fact.unit);
      return;
    case FactKind::application_removed: return forget_application(memory);
    case FactKind::action_started:
      remember_action(memory, *fact.unit, world);
      if (!does_another_act(world, *fact.unit)) memory.led.clear();
      if (world.shared().dcs.lock_holder) {
        memory.led.insert(charm::unit_of(*world.shared().dcs.lock_holder));
      }
      return;
    case FactKind::password_altered:
      for (std::uint8_t& altered : memory.altered) {
        altered = static_cast<std::uint8_t>(altered | 1U << fact.value);
      }
      return;
    case FactKind::secret_revised: return memory.revised.insert(*fact.unit);
    case FactKind::lock_taken:
      memory.took_the_lock.insert(*fact.unit);
      return memory.led.insert(*fact.unit);
    case FactKind::partition_set: memory.partition_without_primary = !sight::primary(world); return;
    case FactKind::unit_refreshed: return memory.replicated.erase(*fact.unit);
    case FactKind::streaming:
    case FactKind::promoted: return memory.replicated.insert(*fact.unit);
    default: return;
  }
}

}  // namespace

void forget(Memory& memory, std::uint16_t units) {
  std::vector<Memory::Queue> queues = std::move(memory.queues);
  std::vector<UnitBounds> bounds = std::move(memory.bounds.units);
  memory = {};
  queues.assign(units, {});
  bounds.assign(units, {});
  memory.queues = std::move(queues);
  memory.bounds.units = std::move(bounds);
}

void begin_dispatch(Memory& memory, charm::UnitName unit, const model::World& world) {
  memory.queues[unit.ordinal] = {.before = static_cast<std::uint16_t>(world.notice_count(unit)),
                                 .status_text = world.unit(unit).status_text,
                                 .transitions = world.shared().dcs.transitions,
                                 .led = model::juju::is_leader(world, unit),
                                 .ailed = !sight::works(world, unit)};
}

void disturb_dispatches(Memory& memory) {
  for (Memory::Queue& queue : memory.queues) queue.disturbed = true;
}

void observe(Memory& memory, const Moment& moment) {
  observe(memory.bounds, moment);  // asks for what stood before
  if (!moment.facts.empty()) {
    for (const model::Fact& fact : moment.facts) {
      remember(memory, fact, moment.world);
      if (sight::is_disturbance(fact.kind)) disturb_dispatches(memory);
    }
    remember_dcs(memory, moment.world);
    for (const charm::UnitName unit : moment.world.existing()) {
      bool& ailed = memory.queues[unit.ordinal].ailed;
      ailed = ailed || !sight::works(moment.world, unit);
    }
  }
  if (moment.handler != nullptr) {
    Memory::Queue& queue = memory.queues[moment.handler->unit.ordinal];
    if (moment.handler->reemitted) ++queue.reemitted;
    queue.forbidden = false;
  }
  if (moment.dispatch != nullptr) memory.queues[moment.dispatch->unit.ordinal].led = false;
}

}  // namespace sim
