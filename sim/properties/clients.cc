// What a client was told is held against what the primary's data have.
#include "sim/properties/clients.h"

#include "model/juju.h"
#include "model/postgresql.h"
#include "sim/ports/ports.h"
#include "sim/properties/sight.h"
#include "sim/properties/wishes.h"

namespace sim::properties::judge {
namespace {

using model::ClientRelation;
using model::ClientUser;
using model::Relating;

// What is not as the client was told; empty if all is.
std::string_view missing_of(const Moment& moment, charm::UnitName primary, std::size_t client) {
  const bool from_secret = clients(moment.scenario)[client]->request.wants_secret;
  const auto password = model::juju::password_that_client_reads(moment.world, client, from_secret);
  if (password == 0) return "has no credentials where it looks for them";
  const ClientUser user = model::postgresql::client_user(moment.world, primary, client);
  if (user.password == 0) return "has credentials of a user that there is not";
  if (user.password != password) return "has a password that is not its user's";
  return user.granted ? std::string_view() : std::string_view("does not own its database");
}

}  // namespace

std::optional<std::string> clients_are_served(const Moment& moment) {
  const auto all = clients(moment.scenario);
  const charm::MaybeUnit holder = sight::primary(moment.world);
  for (std::size_t client = 0; client < all.size(); ++client) {
    const Relating life = moment.world.shared().relations[client].life;
    if (life == Relating::made || life == Relating::joined) {
      return all[client]->client + " has not asked yet";
    }
    if (life != Relating::requested) continue;
    if (!wishes::can_be_served(all[client]->request)) continue;
    if (moment.world.planned().empty()) continue;
    if (!holder) return "there is no primary for " + all[client]->client;
    const std::string_view missing = missing_of(moment, *holder, client);
    if (!missing.empty()) return std::string(all[client]->client).append(" ").append(missing);
  }
  return std::nullopt;
}

std::optional<std::string> users_have_relations(const Moment& moment) {
  const auto all = clients(moment.scenario);
  const charm::MaybeUnit holder = sight::primary(moment.world);
  for (std::size_t client = 0; client < all.size(); ++client) {
    const Relating life = moment.world.shared().relations[client].life;
    if (life == Relating::dying) return "the relation of " + all[client]->client + " is not gone";
    if (life != Relating::gone || !holder) continue;
    if (model::postgresql::client_user(moment.world, *holder, client).password != 0) {
      return "the user of " + all[client]->client + " is still there";
    }
  }
  return std::nullopt;
}

std::optional<std::string> users_stay(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::client_user_dropped) continue;
    const Relating life = moment.world.shared().relations[fact.value].life;
    if (life == Relating::dying || life == Relating::gone) continue;
    return "the user of " + clients(moment.scenario)[fact.value]->client +
           " is dropped, and its relation is there";
  }
  return std::nullopt;
}

std::optional<std::string> secrets_stay(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::client_told) continue;
    const Relate& asked = *clients(moment.scenario)[fact.value];
    const model::ClientBag& bag = moment.world.shared().relations[fact.value].bag;
    if (!asked.request.wants_secret || bag.password == 0 || bag.in_secret) continue;
    return "the password of " + asked.client + " stands in the databag";
  }
  return std::nullopt;
}

std::optional<std::string> strangers_are_told_nothing(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::client_told) continue;
    const model::ClientBag& bag = moment.world.shared().relations[fact.value].bag;
    if (bag.password != 0 || (bag.authority == 0 && !bag.read_only_endpoints)) continue;
    return clients(moment.scenario)[fact.value]->client + " has no credentials, and is told " +
           (bag.authority != 0 ? "of an authority" : "of replicas");
  }
  return std::nullopt;
}

std::optional<std::string> read_only_endpoints(const Moment& moment) {
  const auto all = clients(moment.scenario);
  const bool has_replica = moment.world.planned().size() > 1;
  for (std::size_t client = 0; client < all.size(); ++client) {
    const ClientRelation& relation = moment.world.shared().relations[client];
    if (relation.life != Relating::requested || relation.bag.password == 0) continue;
    if (moment.world.planned().empty() || relation.bag.read_only_endpoints == has_replica) continue;
    return all[client]->client + (has_replica ? " is told of no replica" : " is told of a replica");
  }
  return std::nullopt;
}

std::optional<std::string> client_served(const Moment& moment) {
  return clients(moment.scenario)[moment.facts.front().value]->client;
}

std::optional<std::string> client_left(const Moment& moment) {
  return clients(moment.scenario)[moment.facts.front().value]->client;
}

}  // namespace sim::properties::judge
