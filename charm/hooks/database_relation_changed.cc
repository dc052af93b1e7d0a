// Chart: charm/flowcharts/database-relation-changed.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/clients.h"
#include "charm/steps/status.h"
#include "charm/steps/tls.h"

namespace charm {
namespace {

enum class Served : std::uint8_t { done, invalid };

// The user, its database, and then the client is told. Whatever was done before an exit is done
// again by the next run, with another password as long as the client was told none.
std::expected<Served, Outcome> serve(Unit& unit, RelationId client) {
  const ClientRequest request = unit.juju.client_request(client);
  const Secret password = steps::password_for(unit, client);
  unit.path.at("create_user");
  const auto user = unit.postgresql.create_client_user(client, password, request.extra_user_roles);
  if (!user && user.error() == ports::SqlError::invalid_roles) {
    unit.path.took("invalid roles");
    unit.path.at("blocked_roles");
    steps::set_blocked(unit, messages::invalid_roles);
    return Served::invalid;
  }
  const auto refused = [&unit] {
    unit.path.took("refused");
    return std::unexpected(unit.path.deferred("defer_database", "the primary does not do it"));
  };
  if (!user) return refused();
  unit.path.took("done");
  unit.path.at("create_database");
  const auto database = unit.postgresql.create_client_database(client, request.database);
  if (!database && database.error() == ports::SqlError::invalid_name) {
    unit.path.took("invalid name");
    unit.path.at("blocked_database");
    steps::set_blocked(unit, messages::no_database);
    return Served::invalid;
  }
  if (!database) return refused();
  unit.path.took("done");
  unit.path.at("publish");
  switch (steps::publish(unit, client, password)) {
    case steps::Published::done: break;
    case steps::Published::unreachable: return refused();
    case steps::Published::not_leader:
      unit.path.took("not leader");
      return std::unexpected(unit.path.done("rtn_lost", "the next leader serves the client"));
  }
  unit.path.took("done");
  return Served::done;
}

}  // namespace

Outcome on_database_relation_changed(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_any_related").yes(!unit.juju.client_relations().empty())) {
    return unit.path.done("rtn", "there is no client");
  }
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return unit.path.done("rtn_not_leader", "the leader serves clients");
  }
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.deferred("defer", "the cluster is not initialised");
  }
  bool is_any_invalid = false;
  for (RelationId client;;) {  // each once
    unit.path.at("waits_client");
    const auto next = steps::next_waiting_client(unit, client);
    if (!unit.path.yes(next.has_value())) break;
    client = *next;
    const auto served = serve(unit, client);
    if (!served) return served.error();
    is_any_invalid = is_any_invalid || *served == Served::invalid;
  }
  unit.path.at("update_read_only_endpoint");
  steps::update_read_only_endpoint(unit);
  steps::update_client_tls(unit);
  unit.path.at("lift_request_block");
  if (!is_any_invalid) steps::lift_request_block(unit);
  return unit.path.done("rtn2", "whoever could be served is served");
}

}  // namespace charm
