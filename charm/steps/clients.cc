// A client is served when it was told credentials, and they are there.
#include "charm/steps/clients.h"

#include <algorithm>

#include "charm/steps/status.h"

namespace charm::steps {
namespace {

using ports::ClientUserState;

bool is_served(Unit& unit, RelationId client) {
  const auto offer = unit.juju.client_offer(client);
  if (!offer || offer->password.empty()) return false;
  // If nobody answers, there is nothing to be done about it now.
  const auto user = unit.postgresql.client_user(client);
  if (!user) return true;
  if (*user != ClientUserState::complete) return false;
  return unit.postgresql.takes_client_password(client, offer->password).value_or(true);
}

bool has_replica(Unit& unit) { return !unit.juju.peers().empty(); }

}  // namespace

std::optional<RelationId> next_waiting_client(Unit& unit, RelationId last) {
  for (RelationId client : unit.juju.client_relations()) {
    if (client <= last || unit.juju.client_request(client).database.empty()) continue;
    if (!is_served(unit, client)) return client;
  }
  return std::nullopt;
}

Secret password_for(Unit& unit, RelationId client) {
  const auto offer = unit.juju.client_offer(client);
  if (offer && !offer->password.empty()) return offer->password;
  return unit.entropy.make_client_password(client);
}

Published publish(Unit& unit, RelationId client, const Secret& password) {
  const auto version = unit.postgresql.version();
  if (!version) return Published::unreachable;
  const auto before = unit.juju.client_offer(client);
  if (!before) return Published::not_leader;
  const bool in_secret =
      before->password.empty() ? unit.juju.client_request(client).wants_secret : before->in_secret;
  const ClientOffer offer{.password = password,
                          .version = *version,
                          .in_secret = in_secret,
                          .read_only_endpoints = has_replica(unit),
                          .authority = before->authority};
  return unit.juju.set_client_offer(client, offer) ? Published::done : Published::not_leader;
}

void update_read_only_endpoint(Unit& unit) {
  for (RelationId client : unit.juju.client_relations()) {
    auto offer = unit.juju.client_offer(client);
    if (!offer) return;
    if (offer->password.empty() || offer->read_only_endpoints == has_replica(unit)) continue;
    offer->read_only_endpoints = has_replica(unit);
    if (!unit.juju.set_client_offer(client, *offer)) return;
  }
}

std::expected<std::optional<RelationId>, Unreachable> next_orphaned_user(Unit& unit) {
  const auto users = unit.postgresql.client_users();
  if (!users) return std::unexpected(users.error());
  const ClientRelations related = unit.juju.client_relations();
  for (RelationId user : *users) {
    if (std::ranges::find(related, user) == related.end()) return user;
  }
  return std::nullopt;
}

bool is_blocked_by_request(Unit& unit) {
  const Status status = unit.juju.unit_status();
  return status.kind == StatusKind::blocked &&
         (status.message == messages::invalid_roles || status.message == messages::no_database);
}

void lift_request_block(Unit& unit) {
  if (is_blocked_by_request(unit)) set_active(unit);
}

}  // namespace charm::steps
