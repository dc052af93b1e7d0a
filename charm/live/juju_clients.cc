// Juju's relations with client applications. Source: config-and-wire.md, section 3.1;
// charm-hooks.md, section 5.1.
#include <algorithm>
#include <array>

#include "charm/live/juju.h"
#include "charm/live/need.h"
#include "charm/wire/client.h"

namespace charm::live {
namespace {

constexpr std::string_view endpoint = "database";

std::string id_of(RelationId relation) {
  return std::string(endpoint).append(":").append(std::to_string(relation.number));
}

wire::Bag without_empty(wire::Bag bag) {
  std::erase_if(bag, [](const auto& field) { return field.second.empty(); });
  return bag;
}

}  // namespace

std::string Juju::secret_label(RelationId relation, std::string_view group) {
  return std::string(endpoint)
      .append(".")
      .append(std::to_string(relation.number))
      .append(".")
      .append(group)
      .append(".secret");
}

ClientRelations Juju::client_relations() {
  std::vector<RelationId> found;
  for (const std::string& id : bags_.relations(endpoint)) {
    const auto relation = parse_relation_id(endpoint, id);
    if (!relation) throw HookFailed("relation-ids: its output has an id that cannot be one");
    found.push_back(*relation);
  }
  if (found.size() > max_client_relations) {
    throw HookFailed("more than " + std::to_string(max_client_relations) + " relations database");
  }
  std::ranges::sort(found);  // Juju's order is that of texts
  ClientRelations relations;
  for (const RelationId relation : found) relations.push_back(relation);
  return relations;
}

// Goal-state tells applications, not relations: of two relations with one application it is enough
// that this unit knows one. Relations with another model's applications are not in it at all.
bool Juju::knows_every_client() {
  std::vector<std::string> known{who_.broken_application};
  for (const std::string& id : bags_.relations(endpoint)) {
    known.push_back(bags_.other_application(id));
  }
  const GoalState goal = need(tools_.goal_state());
  const auto clients = goal.applications.find(endpoint);
  if (clients == goal.applications.end()) return true;
  return std::ranges::all_of(clients->second, [&known](const std::string& client) {
    return std::ranges::find(known, client) != known.end();
  });
}

// A request that cannot be read is none: the client is another application's affair, and whoever
// reads the log is told.
ClientRequest Juju::client_request(RelationId relation) {
  const auto request = wire::parse_client_request(bags_.other_bag(id_of(relation)));
  if (request) return *request;
  tools_.log(LogLevel::warning,
             "cannot read the request in " + id_of(relation) + ": " + request.error().text);
  return {};
}

wire::ClientAnswer Juju::told_to_client(RelationId relation) {
  wire::ClientAnswer told{
      .bag = bags_.own_application_bag(id_of(relation)), .secret_user = {}, .secret_tls = {}};
  const auto content = [&](std::string_view key, std::string_view group) {
    if (wire::value_of(told.bag, key).empty()) return wire::Bag();
    return secrets_.content(secret_label(relation, group)).value_or(wire::Bag());
  };
  told.secret_user = content("secret-user", "user");
  told.secret_tls = content("secret-tls", "tls");
  return told;
}

std::expected<ClientOffer, NotLeader> Juju::client_offer(RelationId relation) {
  if (!is_leader()) return std::unexpected(NotLeader{});
  const wire::ToldOffer told = need(wire::parse_client_offer(told_to_client(relation)));
  ClientOffer offer = told.offer;
  offer.authority = pems_.keep(told.tls_ca);
  return offer;
}

Juju::Written Juju::set_client_offer(RelationId relation, const ClientOffer& offer) {
  if (!is_leader()) return std::unexpected(NotLeader{});
  // Whoever was told and asks for nothing any more, or for what cannot be read, keeps what it was
  // told: that is no reason for the leader's hooks to fail.
  const ClientRequest request = client_request(relation);
  if (request.database.empty()) return {};
  const std::string id = id_of(relation);
  const wire::ClientContext context{.app = who_.app,
                                    .model = who_.model,
                                    .relation = relation,
                                    .tls_ca = pems_.text(offer.authority)};
  const wire::Bag& asked = bags_.other_bag(id);
  wire::ClientAnswer answer = wire::client_answer(context, asked, request, offer);
  const wire::Bag& told = bags_.own_application_bag(id);
  const std::array groups{std::pair{std::string("user"), &answer.secret_user},
                          std::pair{std::string("tls"), &answer.secret_tls}};
  for (const auto& [group, content] : groups) {
    if (content->empty()) continue;
    const std::string label = secret_label(relation, group);
    const auto set = secrets_.set(label, Scope::application, without_empty(*content));
    if (!set) return std::unexpected(set.error());
    const std::string key = "secret-" + group;
    if (!wire::value_of(told, key).empty()) continue;  // as it stands
    const auto uri = secrets_.grant(label, id);
    if (!uri) return std::unexpected(uri.error());
    answer.bag.insert_or_assign(key, *uri);
  }
  return bags_.set(id, Scope::application, answer.bag);
}

}  // namespace charm::live
