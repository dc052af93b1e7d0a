// Relations with other applications, as each unit sees them: clients, providers of certificates.
// Source: juju-and-pebble.md, sections 2.4, 3.3 to 3.6.
#include <bit>

#include "model/juju/parts.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;

ClientRelation& relation(World& world, std::size_t client) {
  return world.shared().relations[client];
}
const ClientRelation& relation(const World& world, std::size_t client) {
  return world.shared().relations[client];
}

bool has(const World& world, UnitName unit, std::size_t client, ClientMark mark) {
  const auto marks = world.unit(unit).record.clients[client];
  return (marks & static_cast<std::uint8_t>(mark)) != 0;
}
void set(World& world, UnitName unit, std::size_t client, ClientMark mark, bool to = true) {
  std::uint8_t& marks = world.unit(unit).record.clients[client];
  const auto bit = static_cast<std::uint8_t>(mark);
  marks = static_cast<std::uint8_t>(to ? marks | bit : marks & ~bit);
}

bool lives(Relating life) {
  return life == Relating::made || life == Relating::joined || life == Relating::requested;
}

// Its unit is in scope.
bool is_there(Relating life) { return life == Relating::joined || life == Relating::requested; }

constexpr ClientSet bit(std::size_t client) { return static_cast<ClientSet>(1U << client); }

// The endpoint for clients comes first, if there is one.
std::uint8_t endpoint_of(const Parameters& parameters, std::size_t client) {
  const bool after_clients = is_provider(client) && parameters.serves_clients;
  return static_cast<std::uint8_t>(parameters.relation_count + (after_clients ? 1 : 0));
}

Event event_of(const Step& step, EventKind kind, std::size_t client) {
  return {.kind = kind,
          .subject = endpoint_of(step.parameters, client),
          .relation = client_id(step.parameters, client)};
}

// The client has one unit.
Event unit_event_of(const Step& step, EventKind kind, std::size_t client) {
  Event event = event_of(step, kind, client);
  event.remote_unit = UnitName{0};
  return event;
}

TimerId timer_of(std::size_t client) {
  return timer_id(static_cast<WorldTimer>(static_cast<std::size_t>(WorldTimer::client_0) + client));
}

void wake_all(Step& step) {
  for (UnitName unit : step.world.existing()) wake_agent(step, unit);
}

// Counted from 0 for either kind.
void note(Step& step, FactKind of_client, FactKind of_provider, std::size_t client) {
  if (!is_provider(client)) return step.note(of_client, {}, static_cast<std::uint32_t>(client));
  step.note(of_provider, {}, static_cast<std::uint32_t>(client - max_clients));
}

void begin_end(Step& step, std::size_t client) {
  relation(step.world, client).life = Relating::dying;
  step.world.disarm(timer_of(client));
  note(step, FactKind::client_unrelated, FactKind::provider_unrelated, client);
  wake_all(step);
  end_relations(step);
}

}  // namespace

charm::RelationId client_id(const Parameters& parameters, std::size_t client) {
  return {static_cast<std::uint16_t>(parameters.relation_count + client)};
}

std::size_t client_of(const Parameters& parameters, charm::RelationId id) {
  return static_cast<std::size_t>(id.number - parameters.relation_count);
}

bool is_of_client(const Parameters& parameters, const Event& event) {
  return subject_of(event.kind) == charm::Subject::relation &&
         event.subject >= parameters.relation_count;
}

namespace {

// An endpoint for it; that of certificates takes one relation at a time (`limit: 1`).
bool has_room_for(const Step& step, std::size_t client) {
  if (!is_provider(client)) return step.parameters.serves_clients;
  for (std::size_t other = max_clients; other < max_relations; ++other) {
    const Relating life = relation(step.world, other).life;
    if (life != Relating::never && life != Relating::gone) return false;
  }
  return step.parameters.asks_certificates;
}

}  // namespace

void relate(Step& step, std::size_t client) {
  const bool deployed = step.world.shared().application.presence == Presence::deployed;
  if (!deployed || relation(step.world, client).life != Relating::never) return;
  if (!has_room_for(step, client)) return;
  relation(step.world, client).life = Relating::made;
  note(step, FactKind::client_related, FactKind::provider_related, client);
  step.world.arm(timer_of(client), timing::client_acts);
  wake_all(step);
}

void unrelate(Step& step, std::size_t client) {
  if (lives(relation(step.world, client).life)) begin_end(step, client);
}

void unrelate_all(Step& step) {
  for (std::size_t client = 0; client < max_relations; ++client) unrelate(step, client);
}

void on_provider_timer(Step& step, std::size_t provider) {
  ClientRelation& now = relation(step.world, max_clients + provider);
  if (now.life != Relating::made) return issue_certificates(step, max_clients + provider);
  now.life = Relating::joined;
  wake_all(step);
  begin_to_issue(step);
}

void tell_all(Step& step, std::size_t client) {
  relation(step.world, client).life = Relating::requested;
  // One that is about to enter the scope reads it there, and is told of it, too.
  for (UnitName unit : step.world.existing()) set(step.world, unit, client, ClientMark::app_due);
  wake_all(step);
}

void on_client_timer(Step& step, std::size_t client) {
  ClientRelation& now = relation(step.world, client);
  if (now.life == Relating::made) {
    now.life = Relating::joined;
    step.world.arm(timer_of(client), timing::client_acts);
    return wake_all(step);
  }
  now.asked = true;
  step.note(FactKind::client_requested, {}, static_cast<std::uint32_t>(client));
  tell_all(step, client);
}

// Who has no unit in scope any more has left; with the last of them goes the relation.
void end_relations(Step& step) {
  for (std::size_t client = 0; client < max_relations; ++client) {
    if (relation(step.world, client).life != Relating::dying) continue;
    bool is_left = true;
    for (UnitName unit : step.world.existing()) {
      const bool in_scope = has(step.world, unit, client, ClientMark::created) &&
                            !has(step.world, unit, client, ClientMark::broken);
      is_left = is_left && !in_scope;
    }
    if (!is_left) continue;
    relation(step.world, client).life = Relating::gone;
    relation(step.world, client).bag = {};
    note(step, FactKind::client_gone, FactKind::provider_gone, client);
  }
}

ClientSet clients_to_create(const World& world, UnitName unit) {
  ClientSet set = 0;
  for (std::size_t client = 0; client < max_relations; ++client) {
    if (!lives(relation(world, client).life)) continue;
    if (!has(world, unit, client, ClientMark::created)) set |= bit(client);
  }
  return set;
}

Event create_client(Step& step, UnitName unit, std::size_t client) {
  const bool asked = relation(step.world, client).life == Relating::requested;
  set(step.world, unit, client, ClientMark::app_due, asked);
  return event_of(step, EventKind::relation_created, client);
}

namespace {

// Whether this relation ends for this unit: it does, or the unit.
bool ends(const World& world, UnitName unit, std::size_t client) {
  return relation(world, client).life == Relating::dying || !is_alive(world, unit);
}

std::optional<Event> hook_of(const Step& step, UnitName unit, std::size_t client,
                             RelationView seen) {
  const World& world = step.world;
  if (!has(world, unit, client, ClientMark::created) ||
      has(world, unit, client, ClientMark::broken)) {
    return std::nullopt;
  }
  if (has(world, unit, client, ClientMark::pending)) {
    return unit_event_of(step, EventKind::relation_changed, client);
  }
  if (seen.units && ends(world, unit, client)) {
    if (!has(world, unit, client, ClientMark::joined)) {
      return event_of(step, EventKind::relation_broken, client);
    }
    Event departed = unit_event_of(step, EventKind::relation_departed, client);
    if (names_itself(world, unit)) departed.departing_unit = unit;
    return departed;
  }
  if (ends(world, unit, client)) return std::nullopt;
  if (seen.application && has(world, unit, client, ClientMark::app_due)) {
    return event_of(step, EventKind::relation_changed, client);
  }
  const bool is_new =
      is_there(relation(world, client).life) && !has(world, unit, client, ClientMark::joined);
  if (seen.units && is_new) return unit_event_of(step, EventKind::relation_joined, client);
  return std::nullopt;
}

}  // namespace

ClientSet clients_due(const Step& step, UnitName unit, RelationView seen) {
  ClientSet set = 0;
  for (std::size_t client = 0; client < max_relations; ++client) {
    if (hook_of(step, unit, client, seen)) set |= bit(client);
  }
  return set;
}

Event client_hook(const Step& step, UnitName unit, std::size_t client, RelationView seen) {
  return *hook_of(step, unit, client, seen);
}

void take_client_versions(Step& step, UnitName unit, const Event& event) {
  if (event.kind != EventKind::relation_changed || event.remote_unit) return;
  set(step.world, unit, client_of(step.parameters, event.relation), ClientMark::app_due, false);
}

void restore_client_due(Step& step, UnitName unit, const Event& event) {
  if (event.kind != EventKind::relation_changed) return;
  set(step.world, unit, client_of(step.parameters, event.relation), ClientMark::app_due);
}

void commit_client(Step& step, UnitName unit, const Event& event) {
  const std::size_t client = client_of(step.parameters, event.relation);
  switch (event.kind) {
    case EventKind::relation_created: return set(step.world, unit, client, ClientMark::created);
    case EventKind::relation_joined:
      set(step.world, unit, client, ClientMark::joined);
      return set(step.world, unit, client, ClientMark::pending);
    case EventKind::relation_changed:
      if (event.remote_unit) set(step.world, unit, client, ClientMark::pending, false);
      return;
    case EventKind::relation_departed:
      return set(step.world, unit, client, ClientMark::joined, false);
    case EventKind::relation_broken:
      set(step.world, unit, client, ClientMark::broken);
      if (is_provider(client)) forget_certificates(step, unit);
      return end_relations(step);
    default: return;
  }
}

ClientSet client_relations(const Step& step, UnitName unit) {
  const AgentRecord& record = step.world.unit(unit).record;
  ClientSet set = 0;
  for (std::size_t client = 0; client < max_relations; ++client) {
    const bool breaks = record.hook.kind == EventKind::relation_broken &&
                        record.hook.relation == client_id(step.parameters, client);
    const bool being_created = record.hook.kind == EventKind::relation_created &&
                               record.hook.relation == client_id(step.parameters, client);
    const bool in_scope = (has(step.world, unit, client, ClientMark::created) || being_created) &&
                          !has(step.world, unit, client, ClientMark::broken);
    if (in_scope && !breaks) set |= bit(client);
  }
  return set;
}

bool has_request(const World& world, std::size_t client) {
  // What a client has written stays as long as its relation.
  return relation(world, client).asked && relation(world, client).life != Relating::gone;
}

bool knows_every_client(const Step& step, UnitName unit) {
  const ClientSet known = client_relations(step, unit);
  for (std::size_t client = 0; client < max_clients; ++client) {
    if (lives(relation(step.world, client).life) && (known & bit(client)) == 0) return false;
  }
  return true;
}

std::uint16_t password_that_client_reads(const World& world, std::size_t client, bool from_secret) {
  const ClientRelation& now = relation(world, client);
  // A grant goes with its relation, and so does the bag.
  if (now.life != Relating::requested || now.bag.in_secret != from_secret) return 0;
  return now.bag.password;
}

ClientBag read_client_bag(World& world, UnitName name, std::size_t client) {
  Staged& staged = world.unit(name).staged;
  if ((staged.clients_read & bit(client)) == 0) {
    staged.clients_read |= bit(client);
    staged.client_bags[client] = relation(world, client).bag;
  }
  return staged.client_bags[client];
}

void stage_client_bag(World& world, UnitName name, std::size_t client, ClientBag bag) {
  Staged& staged = world.unit(name).staged;
  staged.clients_read |= bit(client);
  staged.clients |= bit(client);
  staged.client_bags[client] = bag;
}

void write_client_bags(Step& step, const Staged& staged) {
  for (std::size_t client = 0; client < max_clients; ++client) {
    if ((staged.clients & bit(client)) == 0) continue;
    ClientRelation& now = relation(step.world, client);
    if (now.life == Relating::gone || now.bag == staged.client_bags[client]) continue;
    now.bag = staged.client_bags[client];
    step.note(FactKind::client_told, {}, static_cast<std::uint32_t>(client));
  }
}

}  // namespace model::juju
