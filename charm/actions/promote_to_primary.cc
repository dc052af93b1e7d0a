// Chart: charm/flowcharts/action-promote-to-primary.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/members.h"

namespace charm {
namespace {

Outcome fail_switchover(Unit& unit) {
  return steps::fail_action(unit, "fail_switchover",
                            "Switchover failed or timed out, check the logs for details",
                            "Patroni has not done it");
}

// Of the one cluster that there is, until there is asynchronous replication between clusters.
Outcome promote_cluster(Unit& unit) {
  return steps::fail_action(
      unit, "fail_cluster",
      "No primary cluster found. Run `create-replication` action in the cluster where the "
      "offer was created.",
      "there is no replication between clusters");
}

// Patroni has handed over to somebody.
bool leads(Unit& unit) {
  const auto cluster = steps::cluster_by_any_member(unit);
  return cluster && steps::leader_of(*cluster) == member_of(unit.name);
}

Outcome promote_unit(Unit& unit, bool force) {
  if (unit.path.at("is_forced").yes(force)) {
    return steps::fail_action(unit, "fail_forced", "Suprerfluous force flag with unit scope",
                              "force means nothing here");
  }
  unit.path.at("find_primary");
  const auto cluster = steps::cluster_by_any_member(unit);
  const MaybeMember leader = cluster ? steps::leader_of(*cluster) : MaybeMember();
  if (!leader) {
    unit.path.took("none");
    return fail_switchover(unit);
  }
  unit.path.took("found");
  unit.path.at("switch_over");
  if (auto asked = unit.patroni.take_over_from(*leader); !asked) {
    if (asked.error() == ports::TakeOverError::not_synchronous) {
      unit.path.took("not synchronous");
      return steps::fail_action(unit, "fail_not_synchronous", "Unit is not sync standby",
                                "it may lack commits");
    }
    unit.path.took("refused");
    return fail_switchover(unit);
  }
  unit.path.took("done");
  if (!unit.path.at("is_primary").yes(leads(unit))) return fail_switchover(unit);
  return unit.path.done("rtn", "Patroni has handed over");
}

}  // namespace

Outcome on_promote_to_primary(Unit& unit, const Event& /*event*/) {
  const ActionParameters asked = unit.action.parameters();
  const std::string_view scope = asked.scope ? asked.scope->view() : std::string_view();
  unit.path.at("which_scope");
  if (scope == "cluster") {
    unit.path.took("cluster");
    return promote_cluster(unit);
  }
  if (scope != "unit") {
    unit.path.took("other");
    return steps::fail_action(unit, "fail_scope", "Scope should be either cluster or unit",
                              "no such scope");
  }
  unit.path.took("unit");
  return promote_unit(unit, asked.force);
}

}  // namespace charm
