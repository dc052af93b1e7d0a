// Chart: charm/flowcharts/action-set-tls-private-key.mmd. Names are its node ids: a statement a
// box, a return an exit.
#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/tls.h"

namespace charm {

Outcome on_set_tls_private_key(Unit& unit, const Event& /*event*/) {
  const auto given = unit.action.parameters().private_key;
  Pem key;
  if (unit.path.at("is_key_given").yes(given.has_value())) {
    if (!unit.path.at("is_key_usable").yes(given->usable)) {
      return steps::fail_action(
          unit, "fail_key", "The private key must be PEM without a passphrase, or base64 of that",
          "it is no private key");
    }
    key = given->key;
  } else {
    unit.path.at("make_key");
    key = unit.entropy.make_private_key();
  }
  if (!unit.path.at("is_related").yes(unit.juju.certificates().has_value())) {
    unit.path.at("store_request");
    steps::store_request(unit, key);
    return unit.path.done("rtn", "the next relation asks with this key");
  }
  unit.path.at("request_certificate");
  steps::request_certificate(unit, key);
  return unit.path.done("rtn2", "a certificate of this key is asked for");
}

}  // namespace charm
