#include "sim/properties/charm_duties.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/patroni_objects.h"
#include "model/postgresql.h"
#include "sim/properties/refresh.h"
#include "sim/properties/sight.h"

namespace sim::properties::judge {
namespace {

using charm::UnitName;

// Where it is found who is no unit any more, of one that stays; nothing if it is forgotten there.
std::string_view kept_by(const model::UnitState& unit, UnitName gone) {
  if (unit.volume.admitted.contains(gone)) return "is admitted by the pg_hba on the storage of ";
  if (unit.member.admitted.contains(gone)) return "is admitted by the loaded pg_hba of ";
  if (unit.member.sync_names.contains(gone)) return "is waited for by commits on ";
  // A standby's slots, of when it was the primary, hold nothing back but its own disk; Patroni
  // drops them there, the model does not (section 2.3, C13).
  if (!unit.postgres.in_recovery && unit.postgres.slots.contains(gone)) {
    return "has a replication slot on ";
  }
  return {};
}

}  // namespace

std::optional<std::string> one_primary_label(const Moment& moment) {
  charm::MaybeUnit first;
  for (UnitName name : moment.world.existing()) {
    const model::Pod& pod = moment.world.unit(name).pod;
    const bool selected = pod.phase == model::PodPhase::running && pod.member_labels &&
                          pod.role == model::RoleLabel::primary;
    if (!selected) continue;
    if (first) return name_of(moment, *first) + " and " + name_of(moment, name) + " are selected";
    first = name;
  }
  const charm::MaybeMember holder = moment.world.shared().dcs.lock_holder;
  if (!first || holder == charm::member_of(*first)) return std::nullopt;
  return name_of(moment, *first) + " is selected, and does not hold the lock";
}

std::optional<std::string> departed_forgotten(const Moment& moment) {
  const model::World& world = moment.world;
  const charm::UnitSet planned = world.planned();
  if (planned.empty()) return std::nullopt;
  for (UnitName gone; gone.ordinal < world.unit_count(); ++gone.ordinal) {
    if (planned.contains(gone)) continue;
    if (world.endpoints().contains(charm::host_of(gone))) {
      return name_of(moment, gone) + " has departed, and is listed in endpoints";
    }
    if (world.shared().dcs.sync_standbys.contains(gone)) {
      return name_of(moment, gone) + " has departed, and is in -sync";
    }
    for (UnitName name : planned) {
      if (world.unit(name).pod.node_lost || is_silenced_by_refresh(world, name)) continue;
      const std::string_view where = kept_by(world.unit(name), gone);
      if (where.empty()) continue;
      return name_of(moment, gone).append(" has departed, and ").append(where) +
             name_of(moment, name);
    }
  }
  return std::nullopt;
}

// The application is gone, or its last unit's data are. Whoever deploys anew under its name finds
// what is there: a member whose name holds the lock promotes, by another database's identifier no
// member makes one, its configuration is not bootstrapped, its standbys are waited for; a Service
// selects by name (patroni-and-kubernetes.md, sections 1.13, 2.4; charm-hooks.md, section 3.11).
std::optional<std::string> nothing_left_behind(const Moment& moment) {
  const model::World& world = moment.world;
  const model::Application& application = world.shared().application;
  if (application.presence == model::Presence::leaving) return "the application is being removed";
  if (application.presence == model::Presence::removed) {
    using model::patroni_objects::Object;
    constexpr std::array objects{
        std::pair{Object::lock, "the lock"},
        std::pair{Object::config, "-config, with its configuration and `initialize`"},
        std::pair{Object::sync, "-sync"}};
    for (const auto& [object, name] : objects) {
      if (model::patroni_objects::version(world, object) == 0) continue;
      const bool owned = model::patroni_objects::has_owner(world, object);
      return std::string(name) + " outlives the application, and " +
             (owned ? "waits to be collected" : "has no owner");
    }
    if (application.primary_service) return "the primary Service outlives the application";
    if (application.replicas_service) return "the replicas Service outlives the application";
    return std::nullopt;
  }
  if (!world.existing().empty()) return std::nullopt;
  for (const model::UnitState& unit : world.units()) {
    if (unit.postgres.database != model::Database::none) return std::nullopt;
  }
  if (world.shared().dcs.initialise == model::Initialise::absent) return std::nullopt;
  return "no unit and no data are left, and `initialize` tells of a cluster";
}

std::optional<std::string> deferred_runs(const Moment& moment) {
  const DispatchEnding& ending = *moment.dispatch;
  if (ending.end != HookEnd::ok) return std::nullopt;
  const Memory::Queue& queue = moment.memory->queues[ending.unit.ordinal];
  // Nothing runs, and nothing is lost: see unreadable_is_refused.
  if (ending.unreadable != charm::StateKey::none) return std::nullopt;
  if (queue.reemitted >= queue.before) return std::nullopt;
  return hook_name(moment.charm, ending.event) + " of " + name_of(moment, ending.unit) + ": of " +
         std::to_string(queue.before) + " that were queued, " + std::to_string(queue.reemitted) +
         " were run";
}

std::optional<std::string> flag_stays(const Moment& moment) {
  if (!moment.memory->initialised || moment.world.shared().application.initialised) {
    return std::nullopt;
  }
  for (const charm::HostName host : moment.world.endpoints()) {
    const UnitName name = charm::unit_of(host);
    if (moment.world.unit(name).postgres.database == model::Database::none) continue;
    return "it is gone, and " + name_of(moment, name) + " is listed and holds data";
  }
  return std::nullopt;
}

std::optional<std::string> listed_when_labelled(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::endpoints_written) continue;
    for (const charm::HostName host : moment.world.endpoints()) {
      const UnitName name = charm::unit_of(host);
      if (fact.unit == name || moment.memory->listed.contains(name)) continue;
      if (moment.memory->labelled.contains(name)) continue;
      return name_of(moment, *fact.unit) + " lists " + name_of(moment, name) +
             ", whose pod was never labelled";
    }
  }
  return std::nullopt;
}

std::optional<std::string> members_run(const Moment& moment) {
  const model::World& world = moment.world;
  if (!world.shared().application.initialised) return std::nullopt;
  const charm::UnitSet listed = sight::listed(world);
  for (const UnitName name : world.planned()) {
    const model::UnitState& unit = world.unit(name);
    if (unit.pod.node_lost || !listed.contains(name)) continue;
    if (!unit.volume.configuration || unit.postgres.database == model::Database::none) continue;
    if (!unit.container.service_running) return name_of(moment, name) + ": Patroni does not run";
    if (unit.postgres.database != model::Database::running) {
      return name_of(moment, name) + ": PostgreSQL does not run";
    }
  }
  return std::nullopt;
}

namespace {

constexpr bool is_clone(std::uint32_t job) {
  return job == static_cast<std::uint32_t>(model::Job::clone_from_leader) ||
         job == static_cast<std::uint32_t>(model::Job::clone_from_replica);
}

bool is_admitted_by_anybody(const model::World& world, UnitName name) {
  return std::ranges::any_of(world.existing(), [&world, name](UnitName other) {
    return other != name && world.unit(other).member.admitted.contains(name);
  });
}

}  // namespace

std::optional<std::string> copies_when_admitted(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::job_ended || !is_clone(fact.value)) continue;
    if (moment.world.unit(*fact.unit).postgres.database == model::Database::none) continue;
    // Who leaves may have begun before it was dropped from the list.
    if (!moment.world.planned().contains(*fact.unit)) continue;
    // A leader is to make the database, or finds that a former leader has made it whose hook died
    // before the flag was committed. The flag as it is by now says nothing of the start.
    if (!moment.memory->started_rightly.contains(*fact.unit)) {
      return name_of(moment, *fact.unit) +
             " has copied the data, and was started without the flag by who was no leader";
    }
    if (!is_admitted_by_anybody(moment.world, *fact.unit)) {
      return name_of(moment, *fact.unit) + " has copied the data, and no pg_hba admits it";
    }
  }
  return std::nullopt;
}

}  // namespace sim::properties::judge
