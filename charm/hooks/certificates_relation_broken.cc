// Chart: charm/flowcharts/certificates-relation-broken.mmd. Names are its node ids: a statement a
// box, a return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/tls.h"

namespace charm {

Outcome on_certificates_relation_broken(Unit& unit, const Event& /*event*/) {
  if (unit.path.at("is_leaving").yes(!unit.juju.planned_units().contains(unit.name))) {
    return unit.path.done("rtn_leaving", "it is this unit that goes");
  }
  if (unit.path.at("is_related_again").yes(unit.juju.certificates().has_value())) {
    return unit.path.done("rtn_again", "the new provider's certificate takes its place");
  }
  unit.path.at("drop_certificate");
  TlsState state = unit.juju.tls();
  state.files = {};
  unit.juju.set_tls(state);
  return steps::bring_into_use(unit);
}

}  // namespace charm
