// Chart: charm/flowcharts/certificates-relation-created.mmd. Names are its node ids: a statement a
// box, a return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/tls.h"

namespace charm {

Outcome on_certificates_relation_created(Unit& unit, const Event& /*event*/) {
  const auto certificates = unit.juju.certificates();
  const bool asked = certificates && !certificates->asked.empty();
  if (unit.path.at("has_asked").yes(asked)) {
    return unit.path.done("rtn", "the request stands already");
  }
  unit.path.at("make_key");
  const Pem stored = unit.juju.tls().request_key;
  const Pem key = stored.empty() ? unit.entropy.make_private_key() : stored;
  unit.path.at("request_certificate");
  steps::request_certificate(unit, key);
  return unit.path.done("rtn2", "a certificate is asked for");
}

}  // namespace charm
