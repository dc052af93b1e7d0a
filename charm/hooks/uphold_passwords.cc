// Chart: charm/flowcharts/uphold-passwords.mmd. Names are its node ids: a statement a box, a return
// an exit.
#include <optional>

#include "charm/hooks/hooks.h"
#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/retry.h"
#include "charm/steps/system_users.h"

namespace charm {
namespace {

using namespace std::chrono_literals;

bool is_member(Unit& unit) {
  return unit.juju.cluster_initialised() && steps::is_part_of_cluster(unit);
}

// A set-password of the leader alters the database first, and commits the secret some seconds
// later: what differs only that long is let be. Nothing: the database does not answer.
std::optional<bool> are_taken(Unit& unit) {
  std::optional<bool> taken;
  (void)steps::retry_for(unit.clock, {.total = 15s, .every = 5s}, [&unit, &taken] {
    const auto answer = unit.postgresql.takes_passwords(steps::stored_passwords(unit));
    taken = answer ? std::optional(*answer) : std::nullopt;
    return taken != false;
  });
  return taken;
}

void uphold_in_database(Unit& unit) {
  if (!unit.path.at("is_primary").yes(steps::is_own_member_leader(unit))) return;
  unit.path.at("are_passwords_taken");
  const auto taken = are_taken(unit);
  if (!taken) return unit.path.took("unknown");
  if (unit.path.yes(*taken)) return;
  unit.path.at("restore_passwords");
  const auto restored = unit.postgresql.restore_passwords(steps::stored_passwords(unit));
  unit.path.took(restored ? "done" : "refused");
}

}  // namespace

Outcome on_uphold_passwords(Unit& unit, const Event& event) {
  if (!unit.path.at("is_member").yes(is_member(unit))) {
    return unit.path.done("rtn", "not a member yet");
  }
  unit.path.at("is_service_running");
  const auto running = unit.workload.is_service_running();
  if (!running) {
    unit.path.took("unreachable");
    return unit.path.done("rtn", "the container is not reachable");
  }
  if (!unit.path.yes(*running)) {
    return unit.path.done("rtn", "Patroni reads its file when it starts");
  }
  uphold_in_database(unit);
  if (unit.path.at("is_pebble_ready").yes(event.kind == EventKind::pebble_ready)) {
    return unit.path.done("rtn2", "the passwords are those announced");
  }
  auto pg_hba = steps::PgHba::as_listed;
  if (unit.path.at("is_pg_hba_behind").yes(steps::is_pg_hba_behind(unit))) {
    unit.path.at("list_anew");
    pg_hba = steps::PgHba::listed_anew;
  }
  unit.path.at("update_config");
  const auto updated = steps::update_config(unit, steps::Unanswered::passes, pg_hba);
  if (!steps::is_done_but_for_options(updated)) {
    if (updated.error() == steps::ConfigurationError::not_taken) {
      unit.path.took("not taken");
      return unit.path.deferred("defer_update", "Patroni has not read its file");
    }
    unit.path.took("refused");  // Whose cause it is says so in the status.
    return unit.path.done("rtn", "the file could not be written");
  }
  unit.path.took("done");
  return unit.path.done("rtn2", "the passwords are those announced");
}

}  // namespace charm
