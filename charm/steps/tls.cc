// Nothing here restarts PostgreSQL: it has read `ssl` and its files at a reload since version 10,
// and so does Patroni's REST API (patroni-and-kubernetes.md, section 3.1).
#include "charm/steps/tls.h"

#include "charm/steps/configuration.h"
#include "charm/steps/members.h"

namespace charm::steps {

void store_request(Unit& unit, Pem key) {
  TlsState state = unit.juju.tls();
  state.request_key = key;
  state.request = unit.entropy.make_certificate_request(key);
  unit.juju.set_tls(state);
}

void request_certificate(Unit& unit, Pem key) {
  store_request(unit, key);
  unit.juju.request_certificate(unit.juju.tls().request);
}

void store_certificate(Unit& unit, const CertificatesRelation& certificates) {
  TlsState state = unit.juju.tls();
  state.files = {.key = state.request_key,
                 .certificate = certificates.certificate,
                 .authority = certificates.authority};
  unit.juju.set_tls(state);
}

Outcome bring_into_use(Unit& unit) {
  if (!unit.path.at("is_container_reachable").yes(unit.workload.can_connect())) {
    return unit.path.deferred("defer_unreachable", "the container is not reachable");
  }
  unit.path.at("update_config");
  // Where Patroni does not run now this runs again: its check and the announcement have to follow.
  const auto updated = update_config(unit);
  if (!is_done_but_for_options(updated)) return exit_for(unit, updated.error());
  unit.path.took("done");
  unit.path.at("update_clients");
  update_client_tls(unit);
  if (!updated) return exit_for(unit, updated.error());
  unit.path.took("done");
  return unit.path.done("rtn", "Patroni has taken it");
}

void update_client_tls(Unit& unit) {
  const ClientRelations clients = unit.juju.client_relations();
  if (clients.empty() || !unit.juju.is_leader()) return;
  const TlsState state = unit.juju.tls();
  const UnitSet known = known_units(unit);
  const bool everywhere = (known - unit.juju.tls_units()).empty();
  for (RelationId client : clients) {
    auto offer = unit.juju.client_offer(client);
    if (!offer) return;
    if (offer->password.empty()) continue;
    const bool told = !offer->authority.empty();
    const Pem authority = state.enabled() && (everywhere || told) ? state.files.authority : Pem();
    if (offer->authority == authority) continue;
    offer->authority = authority;
    if (!unit.juju.set_client_offer(client, *offer)) return;
  }
}

}  // namespace charm::steps
