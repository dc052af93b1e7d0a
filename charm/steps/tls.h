// TLS as several handlers do it: ask for a certificate, take it into use, tell clients. Source:
// charm-hooks.md, sections 5.2, 6.9, 6.10; config-and-wire.md, section 3.2.
#pragma once

#include <optional>

#include "charm/runtime/unit.h"

namespace charm::steps {

// A new request with that key, stored in the unit secret and put into the relation, in the place of
// any that stands there. Whatever is in use stays in use until the certificate is there.
void request_certificate(Unit& unit, Pem key);
// The same without a relation: the next one begins with that key.
void store_request(Unit& unit, Pem key);
// Takes the certificate for the own request into the unit secret, with the key of that request.
void store_certificate(Unit& unit, const CertificatesRelation& certificates);

// The ends that switching TLS, either way, has in common, from the box is_container_reachable on:
// files, patroni.yml, reload, Pebble's check, the announcement. In the charts:
// is_container_reachable -> update_config -> update_clients.
Outcome bring_into_use(Unit& unit);

// Tells each client that was served whether to talk TLS, and by whose authority; nothing, unless
// this unit leads. Yes, when every unit that it knows announces it: clients reach all of them. Then
// until this unit has no certificate any more: a unit that is added later makes nobody talk
// plainly.
void update_client_tls(Unit& unit);

}  // namespace charm::steps
