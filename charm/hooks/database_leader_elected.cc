// Chart: charm/flowcharts/database-leader-elected.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/clients.h"

namespace charm {

Outcome on_database_leader_elected(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.done("rtn", "no user was ever made");
  }
  for (;;) {  // each pass drops a user
    if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
      return unit.path.done("rtn_not_leader", "the next leader does it");
    }
    unit.path.at("is_any_orphaned");
    const auto orphan = steps::next_orphaned_user(unit);
    if (!orphan) {
      unit.path.took("unreachable");
      return unit.path.deferred("defer", "the primary does not answer");
    }
    if (!unit.path.yes(orphan->has_value())) {
      return unit.path.done("rtn2", "every user has its relation");
    }
    if (!unit.path.at("knows_every_client").yes(unit.juju.knows_every_client())) {
      return unit.path.deferred("defer_unknown", "a client's relation-created is still to come");
    }
    unit.path.at("drop_user");
    if (!unit.postgresql.drop_client_user(**orphan)) {
      unit.path.took("refused");
      return unit.path.deferred("defer", "the user could not be dropped");
    }
    unit.path.took("done");
  }
}

}  // namespace charm
