// Parameters that PostgreSQL takes only when it starts, and its restart by REST
// (patroni-and-kubernetes.md, sections 2.1, 3.2, 3.7).
#include "model/hash.h"
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "model/postgresql.h"

namespace model::patroni {

using charm::UnitName;

std::uint32_t parameters_of(const charm::DynamicConfiguration& configuration) {
  std::uint64_t hash = configuration.max_connections;
  hash = mix(hash, configuration.max_prepared_transactions);
  hash = mix(hash, configuration.max_worker_processes);
  hash = mix(hash, configuration.max_logical_replication_workers);
  return static_cast<std::uint32_t>(hash);
}

// What the DCS has counts from the end of the cycle that has read it; before there is any, what is
// there to bootstrap it with.
void load_parameters(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const Dcs& seen = seen_by(step.world, name);
  unit.member.parameters = {.local = unit.member.parameters.local,
                            .dynamic = patroni_objects::has_configuration(seen)
                                           ? seen.parameters
                                           : unit.volume.bootstrap_parameters};
}

void start_with_parameters(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.postgres.parameters = unit.member.parameters;
}

std::optional<bool> is_restart_pending(const World& world, UnitName name) {
  const UnitState& unit = world.unit(name);
  if (!is_up(world, name) || unit.postgres.database != Database::running) return std::nullopt;
  return !(unit.postgres.parameters == unit.member.parameters);
}

bool post_restart(Step& step, UnitName name, bool only_if_pending) {
  UnitState& unit = step.world.unit(name);
  const bool can = is_up(step.world, name) && unit.member.job == Job::none &&
                   unit.postgres.database == Database::running;
  // It loads the cluster before all else, and closes the connection if it cannot (section 8.1).
  if (!can || !network::reaches_api(step.world, name)) return false;
  load_cluster(step, name);
  const bool needed = is_restart_pending(step.world, name).value_or(false);
  if (only_if_pending && !needed) return false;
  step.note(FactKind::restart_asked, name, needed ? 0 : 1);
  charm::MaybeMember upstream;
  if (unit.postgres.following) upstream = charm::member_of(*unit.postgres.following);
  postgresql::stop(step, name);
  start_job(step, name, Job::restart, {.source = ha::Source::member, .member = upstream});
  kubernetes::look_at_health(step, name);
  return true;
}

bool post_reinitialise(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (!is_up(step.world, name) || !network::reaches_api(step.world, name)) return false;
  load_cluster(step, name);
  const charm::MaybeMember leader = seen_by(step.world, name).lock_holder;
  const bool can = leader && !is_unlocked(step.world, name) &&
                   !(*leader == charm::member_of(name)) && unit.member.job == Job::none;
  if (!can) return false;
  postgresql::crash(step, name);
  unit.postgres.database = Database::none;
  start_job(step, name, Job::reinitialize, {.source = ha::Source::member, .member = leader});
  return true;
}

std::optional<bool> result_of_restart(const World& world, UnitName name) {
  if (!is_up(world, name)) return false;
  if (world.unit(name).member.job == Job::restart) return std::nullopt;
  return world.unit(name).postgres.database == Database::running;
}

}  // namespace model::patroni
