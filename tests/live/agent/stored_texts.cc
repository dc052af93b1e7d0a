// The peer relations, and the state store. Relations with clients are in client_texts.cc, secrets
// in secret_texts.cc.
#include "tests/live/agent/stored_texts.h"

#include <algorithm>

#include "charm/runtime/stored_queue.h"
#include "charm/wire/coordination.h"
#include "charm/wire/peers.h"

namespace agent {
namespace {

namespace juju = model::juju;
namespace wire = charm::wire;
using charm::UnitName;

constexpr std::size_t peers = model::database_peers;
constexpr std::size_t restart = model::restart_peers;
constexpr std::size_t upgrade = model::upgrade_peers;

template <class T>
T read(wire::Wire<T> text) {
  if (!text) throw NoPlace(text.error().text);
  return *std::move(text);
}

void put(Bag& bag, std::string_view key, std::string_view text) {
  if (!text.empty()) bag.insert_or_assign(std::string(key), std::string(text));
}

// What an operator of this bag sees; an empty list is as good as none.
Bag without_nothing(Bag bag) {
  std::erase_if(bag,
                [](const auto& field) { return field.second.empty() || field.second == "[]"; });
  return bag;
}

void change(Bag& bag, const Bag& changes) {
  for (const auto& [key, value] : changes) bag.insert_or_assign(key, value);
  std::erase_if(bag, [](const auto& field) { return field.second.empty(); });
}

void compare(const Bag& asked, const Bag& stands) {
  const Bag wanted = without_nothing(asked);
  const Bag found = without_nothing(stands);
  if (wanted == found) return;
  for (const auto& [key, value] : wanted) {
    if (wire::value_of(found, key) != value) throw NoPlace("the model has no place for " + key);
  }
  throw NoPlace("the model cannot take back what it has once been given");
}

}  // namespace

// --- relations ---

std::vector<Relation> StoredTexts::relations(UnitName unit) {
  std::vector<Relation> all;
  const model::AgentRecord& record = juju_.unit(unit).record;
  const std::size_t peer_count = juju_.charm().peer_relations();
  for (std::size_t at = 0; at < peer_count && record.in_scope; ++at) {
    all.push_back({.endpoint = at, .number = static_cast<std::uint16_t>(at), .client = {}});
  }
  model::ClientSet set = juju::client_relations(juju_.step(), unit);
  // Juju lists it to its last hook.
  const charm::Event& event = record.hook;
  if (juju::is_of_client(juju_.step().parameters, event)) {
    set |= static_cast<model::ClientSet>(
        1U << juju::client_of(juju_.step().parameters, event.relation));
  }
  for (std::size_t client = 0; client < model::max_relations; ++client) {
    if ((set >> client & 1U) == 0) continue;
    all.push_back({.endpoint = peer_count + (model::is_provider(client) ? 1U : 0U),
                   .number = juju::client_id(juju_.step().parameters, client).number,
                   .client = client});
  }
  return all;
}

std::string StoredTexts::endpoint_name(const Relation& relation) const {
  return std::string(juju_.charm().relations[relation.endpoint]);
}

std::string StoredTexts::id_of(const Relation& relation) const {
  return endpoint_name(relation) + ':' + std::to_string(relation.number);
}

std::string StoredTexts::other_application(const Relation& relation) const {
  if (!relation.client) return juju_.deployment().app.text;
  if (model::is_provider(*relation.client)) return "certificates-provider";
  return juju_.deployment().clients.at(*relation.client).name;
}

std::vector<std::string> StoredTexts::members(UnitName unit, const Relation& relation) {
  std::vector<std::string> names;
  if (!relation.client) {
    const auto at = static_cast<std::uint8_t>(relation.endpoint);
    for (const UnitName peer : juju::peers(juju_.world(), unit, at)) {
      names.push_back(charm::to_text(juju_.deployment().app, peer));
    }
  } else {
    const model::AgentRecord& record = juju_.unit(unit).record;
    const auto marks = record.clients.at(*relation.client);
    bool joined = (marks & static_cast<std::uint8_t>(model::ClientMark::joined)) != 0;
    const bool is_about_it = record.hook.relation.number == relation.number;
    if (is_about_it && record.hook.remote_unit) {
      joined = record.hook.kind != charm::EventKind::relation_departed;
    }
    if (joined) names.push_back(other_application(relation) + "/0");
  }
  std::ranges::sort(names);
  return names;
}

// --- bags ---

UnitName StoredTexts::unit_in(Scope scope, std::string_view of) const {
  if (scope == Scope::application) return {};
  const auto unit = charm::parse_unit_name(juju_.deployment().app, of);
  if (!unit || unit->ordinal >= juju_.deployment().most_units) {
    throw NoPlace("the model has no unit " + std::string(of));
  }
  return *unit;
}

Bag StoredTexts::bag(UnitName reader, const Relation& relation, Scope scope, std::string_view of) {
  const std::string& app = juju_.deployment().app.text;
  const bool is_own_application = of == app || of.starts_with(app + '/');
  if (relation.client && !model::is_provider(*relation.client)) {
    if (scope == Scope::unit) return is_own_application ? address_bag(unit_in(scope, of)) : Bag();
    if (!is_own_application) {
      const bool asked = juju::has_request(juju_.world(), *relation.client);
      return asked ? juju_.deployment().clients.at(*relation.client).asks : Bag();
    }
    return answer(reader, *relation.client, staged_client(reader, *relation.client)).bag;
  }
  if (relation.client) return certificates_bag(reader, of);
  const UnitName unit = unit_in(scope, of);
  switch (relation.endpoint) {
    case peers: return peers_bag(reader, scope, unit);
    case restart: return restart_bag(reader, scope, unit);
    case upgrade: return upgrade_bag(reader, scope, unit);
    default: return {};
  }
}

void StoredTexts::set_bag(UnitName writer, const Relation& relation, Scope scope,
                          const Bag& changes) {
  const charm::AppName& app = juju_.deployment().app;
  const std::string own = scope == Scope::unit ? charm::to_text(app, writer) : app.text;
  Bag after = bag(writer, relation, scope, own);
  change(after, changes);
  if (relation.client && scope == Scope::application) {
    charm::wire::ClientAnswer told =
        answer(writer, *relation.client, staged_client(writer, *relation.client));
    told.bag = after;
    stage_client(writer, *relation.client, told);
  } else if (relation.client) {
    stage_requests(writer, after);
  } else {
    switch (relation.endpoint) {
      case peers: stage_peers(writer, scope, after); break;
      case restart: stage_restart(writer, scope, after); break;
      case upgrade: stage_upgrade(writer, scope, after); break;
      default: break;
    }
  }
  compare(after, bag(writer, relation, scope, own));
}

std::string StoredTexts::address(std::uint16_t incarnation, UnitName unit) const {
  return "10.1." + std::to_string(incarnation) + '.' + std::to_string(unit.ordinal + 10);
}

// Juju writes it into each bag of the unit itself.
Bag StoredTexts::address_bag(UnitName of) const {
  const model::AgentRecord& record = juju_.unit(of).record;
  if (!record.in_scope) return {};
  const std::string at = address(record.bag_address, of);
  return {{"private-address", at}, {"ingress-address", at}, {"egress-subnets", at + "/32"}};
}

// `tls` of the others is told as it is committed, as the
// simulator's port tells it.
Bag StoredTexts::peers_bag(UnitName reader, Scope scope, UnitName of) {
  Bag bag;
  model::World& world = juju_.world();
  if (scope == Scope::application) {
    const charm::HostList hosts = juju::read_endpoints(world, reader);
    if (!hosts.empty()) put(bag, "endpoints", wire::endpoints_text(juju_.deployment().app, hosts));
    if (juju::read_initialised(world, reader)) {
      put(bag, "cluster_initialised", wire::cluster_initialised_text);
    }
    return bag;
  }
  bag = address_bag(of);
  const bool announced =
      of == reader ? juju::read_tls(world, of).announced : juju_.unit(of).record.tls.announced;
  if (announced) put(bag, "tls", wire::tls_announced_text);
  return bag;
}

void StoredTexts::stage_peers(UnitName writer, Scope scope, const Bag& bag) {
  model::World& world = juju_.world();
  if (scope == Scope::unit) {
    juju::TlsView tls = juju::read_tls(world, writer);
    tls.announced = read(wire::parse_tls_announced(wire::value_of(bag, "tls")));
    return juju::stage_tls(world, writer, tls);
  }
  const charm::HostList hosts =
      read(wire::parse_endpoints(juju_.deployment().app, wire::value_of(bag, "endpoints")));
  const std::string_view flag = wire::value_of(bag, "cluster_initialised");
  const bool initialised = read(wire::parse_cluster_initialised(flag));
  if (!(hosts == juju::read_endpoints(world, writer))) {
    juju::stage_endpoints(world, writer, hosts);
  }
  if (initialised != juju::read_initialised(world, writer)) {
    juju_.unit(writer).staged.initialised = initialised;
  }
}

Bag StoredTexts::restart_bag(UnitName reader, Scope scope, UnitName of) {
  Bag bag;
  model::World& world = juju_.world();
  if (scope == Scope::unit) {
    bag = address_bag(of);
    put(bag, "state", wire::to_text(juju::read_restart_state(world, reader, of)));
    return bag;
  }
  for (const UnitName unit : juju::read_restart_granted(world, reader)) {
    put(bag, wire::restart_lock_key(juju_.deployment().app, unit), wire::restart_granted_text);
  }
  return bag;
}

void StoredTexts::stage_restart(UnitName writer, Scope scope, const Bag& bag) {
  model::World& world = juju_.world();
  if (scope == Scope::unit) {
    const auto state = read(wire::parse_restart_state(wire::value_of(bag, "state")));
    return juju::stage_restart_state(world, writer, state);
  }
  juju::stage_restart_granted(world, writer,
                              read(wire::parse_restart_granted(juju_.deployment().app, bag)));
}

Bag StoredTexts::upgrade_bag(UnitName reader, Scope scope, UnitName of) {
  Bag bag;
  model::World& world = juju_.world();
  if (scope == Scope::unit) {
    bag = address_bag(of);
    put(bag, "state", wire::to_text(juju::read_upgrade_state(world, reader, of)));
    return bag;
  }
  const charm::UpgradeStack stack = juju::read_upgrade_stack(world, reader);
  if (!stack.empty()) put(bag, "upgrade-stack", wire::upgrade_stack_text(stack));
  const charm::UpgradeStandbys standbys = juju::read_upgrade_standbys(world, reader);
  if (standbys.restricted) {
    put(bag, "sync-standbys", wire::sync_standbys_text(juju_.deployment().app, standbys));
  }
  if (juju::read_dependencies(world, reader) != 0) put(bag, "dependencies", dependencies_);
  return bag;
}

void StoredTexts::stage_upgrade(UnitName writer, Scope scope, const Bag& bag) {
  model::World& world = juju_.world();
  if (scope == Scope::unit) {
    const auto state = read(wire::parse_upgrade_state(wire::value_of(bag, "state")));
    return juju::stage_upgrade_state(world, writer, state);
  }
  juju::stage_upgrade_stack(world, writer,
                            read(wire::parse_upgrade_stack(wire::value_of(bag, "upgrade-stack"))));
  juju::stage_upgrade_standbys(world, writer,
                               read(wire::parse_sync_standbys(
                                   juju_.deployment().app, wire::value_of(bag, "sync-standbys"))));
  const std::string_view dependencies = wire::value_of(bag, "dependencies");
  if (dependencies.empty()) return;
  dependencies_ = dependencies;
  juju::stage_dependencies(world, writer);
}

Bag StoredTexts::committed_bag(UnitName unit, const Relation& relation) {
  Bag bag = address_bag(unit);
  if (relation.client) return bag;
  const model::AgentRecord& record = juju_.unit(unit).record;
  if (relation.endpoint == peers && record.tls.announced) put(bag, "tls", wire::tls_announced_text);
  if (relation.endpoint == restart) put(bag, "state", wire::to_text(record.restart_state));
  if (relation.endpoint == upgrade) put(bag, "state", wire::to_text(record.upgrade_state));
  return bag;
}

// --- the state store ---

Bag StoredTexts::state(UnitName unit) {
  Bag bag;
  const charm::Notices notices = juju_.unit(unit).staged.notices
                                     ? juju_.world().staged_notices(unit)
                                     : juju_.world().notices(unit);
  put(bag, charm::stored_queue_key,
      charm::to_stored_text(juju_.charm(), juju_.deployment().app, notices));
  return bag;
}

void StoredTexts::set_state(UnitName unit, const Bag& changes) {
  Bag after = state(unit);
  change(after, changes);
  const auto notices = charm::parse_stored_text(juju_.charm(), juju_.deployment().app,
                                                wire::value_of(after, charm::stored_queue_key));
  if (!notices) throw NoPlace(notices.error().text);
  if (notices->size() > juju_.world().notice_capacity()) throw NoPlace("too many notices");
  juju_.unit(unit).staged.notices = true;
  juju_.world().stage_notices(unit, *notices);
  compare(after, state(unit));
}

}  // namespace agent
