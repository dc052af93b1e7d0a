// Chart: charm/flowcharts/database-relation-broken.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include "charm/hooks/hooks.h"

namespace charm {

Outcome on_database_relation_broken(Unit& unit, const Event& event) {
  if (unit.path.at("is_leaving").yes(!unit.juju.planned_units().contains(unit.name))) {
    return unit.path.done("rtn", "it is this unit that goes");
  }
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.done("rtn2", "no user was ever made");
  }
  unit.path.at("does_user_exist");
  const auto user = unit.postgresql.client_user(event.relation);
  if (!user) {
    unit.path.took("unreachable");
    return unit.path.deferred("defer", "the primary does not answer");
  }
  if (!unit.path.yes(*user != ports::ClientUserState::none)) {
    return unit.path.done("rtn3", "there is no such user");
  }
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return unit.path.deferred("defer_leader", "the leader drops the user, or does not come to it");
  }
  unit.path.at("drop_user");
  if (!unit.postgresql.drop_client_user(event.relation)) {
    unit.path.took("refused");
    return unit.path.deferred("defer", "the user could not be dropped");
  }
  unit.path.took("done");
  return unit.path.done("rtn4", "the user is gone; its database stays");
}

}  // namespace charm
