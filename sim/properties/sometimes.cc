// What a run may witness.
#include "sim/properties/postgresql.h"

namespace sim::properties::judge {

Judgement deferral_reemitted(const Moment& moment) {
  if (!moment.handler->reemitted) return std::nullopt;
  return std::string(moment.handler->handler.name);
}

Judgement leader_changed_early(const Moment& moment) {
  // Somebody was the leader before: a first leader's hook has listed it.
  if (moment.world.shared().application.initialised || moment.world.endpoints().empty())
    return std::nullopt;
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind == model::FactKind::leadership_gained)
      return "a new leader, nothing initialised yet";
  }
  return std::nullopt;
}

Judgement killed_after_flush(const Moment& moment) {
  if (!moment.dispatch->after_flush) return std::nullopt;
  return hook_name(moment.charm, moment.dispatch->event);
}

Judgement replica_promoted(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    // The first member to leave recovery made the cluster; a higher timeline came by promotion. A
    // member that restarts under its own lock promotes, too: that is no failover.
    if (fact.kind == model::FactKind::promoted && fact.unit &&
        moment.world.unit(*fact.unit).postgres.stint == 1) {
      return to_text(moment.scenario.world.app, *fact.unit);
    }
  }
  return std::nullopt;
}

Judgement primary_restarted(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    // It had left recovery before, and nobody else has acknowledged a commit since.
    if (fact.kind == model::FactKind::promoted && fact.unit &&
        moment.world.unit(*fact.unit).postgres.stint > 1 &&
        moment.world.shared().client.last_acknowledger == fact.unit) {
      return to_text(moment.scenario.world.app, *fact.unit);
    }
  }
  return std::nullopt;
}

}  // namespace sim::properties::judge
