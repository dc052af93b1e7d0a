// Chart: charm/flowcharts/certificates-relation-changed.mmd. Names are its node ids: a statement a
// box, a return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/tls.h"

namespace charm {

Outcome on_certificates_relation_changed(Unit& unit, const Event& /*event*/) {
  const auto certificates = unit.juju.certificates();
  if (!unit.path.at("is_related").yes(certificates.has_value())) {
    return unit.path.done("rtn_gone", "the relation has gone again");
  }
  const bool issued = !certificates->certificate.empty();
  if (!unit.path.at("is_certificate_available").yes(issued)) {
    return unit.path.done("rtn_waits", "the provider has nothing for this unit yet");
  }
  if (unit.path.at("is_revoked").yes(certificates->revoked)) {
    unit.path.at("request_certificate");
    steps::request_certificate(unit, unit.juju.tls().request_key);
    return unit.path.done("rtn_asked", "another one is asked for");
  }
  unit.path.at("store_certificate");
  steps::store_certificate(unit, *certificates);
  return steps::bring_into_use(unit);
}

}  // namespace charm
