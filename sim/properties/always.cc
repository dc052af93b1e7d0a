// What is broken, if it is.
#include "sim/properties/postgresql.h"

namespace sim::properties::judge {
namespace {

const model::Fact* find(const Moment& moment, model::FactKind kind) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind == kind) return &fact;
  }
  return nullptr;
}

}  // namespace

Judgement one_acknowledger(const Moment& moment) {
  const model::Fact* fact = find(moment, model::FactKind::overlap);
  if (fact == nullptr) return std::nullopt;
  return name_of(moment, *fact->unit) +
         " acknowledged a commit after another member had acknowledged one, and had not left its "
         "role between";
}

Judgement initialised_after_service(const Moment& moment) {
  if (moment.world.shared().application.primary_worked) return std::nullopt;
  return "the flag is set, and the Service has never led to a running primary";
}

Judgement endpoints_by_leader(const Moment& moment) {
  const model::Fact* fact = find(moment, model::FactKind::endpoints_written);
  if (fact == nullptr || moment.world.shared().application.lease_holder == fact->unit)
    return std::nullopt;
  return name_of(moment, *fact->unit) + " wrote it, and is not the leader";
}

Judgement endpoints_without_duplicates(const Moment& moment) {
  const charm::HostList hosts = moment.world.endpoints();
  charm::UnitSet seen;
  for (charm::HostName host : hosts) {
    const charm::UnitName unit = charm::unit_of(host);
    if (seen.contains(unit)) return to_text(moment.scenario.world.app, host) + " is listed twice";
    seen.insert(unit);
  }
  return std::nullopt;
}

Judgement endpoints_keep_units(const Moment& moment) {
  const model::Fact* fact = find(moment, model::FactKind::endpoints_written);
  if (fact == nullptr || fact->value == 0) return std::nullopt;
  return name_of(moment, *fact->unit) + " dropped " + std::to_string(fact->value) + " that stay";
}

Judgement no_hook_exception(const Moment& moment) {
  const DispatchEnding& ending = *moment.dispatch;
  if (ending.end != HookEnd::failed) return std::nullopt;
  return hook_name(moment.charm, ending.event) + " of " + name_of(moment, ending.unit) + ": " +
         std::string(ending.error);
}

Judgement one_system_identifier(const Moment& moment) {
  std::uint16_t first = 0;
  for (charm::UnitName unit : moment.world.existing()) {
    const model::Postgres& postgres = moment.world.unit(unit).postgres;
    if (postgres.database == model::Database::none) continue;
    if (first == 0) first = postgres.system_id;
    if (postgres.system_id != first) {
      return name_of(moment, unit) + " holds data of another bootstrap than the units before it";
    }
  }
  return std::nullopt;
}

Judgement no_confirmed_commit_lost(const Moment& moment) {
  const model::Fact* fact = find(moment, model::FactKind::commit_lost);
  if (fact == nullptr) return std::nullopt;
  return name_of(moment, *fact->unit) + " acknowledges commits, and lacks one of timeline " +
         std::to_string(fact->value);
}

Judgement lock_is_patronis(const Moment& moment) {
  const model::Fact* fact = find(moment, model::FactKind::lock_granted);
  if (fact == nullptr || fact->value == 0) return std::nullopt;
  return name_of(moment, *fact->unit) + " was named, and a member runs";
}

Judgement used_objects_stay(const Moment& moment) {
  const model::Fact* fact = find(moment, model::FactKind::object_removed);
  if (fact == nullptr || fact->value == 0) return std::nullopt;
  return "one was removed, and a member runs";
}

}  // namespace sim::properties::judge
