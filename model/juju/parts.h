// What the parts of Juju's model ask of each other; everybody else includes model/juju.h.
#pragma once

#include <optional>

#include "model/juju.h"

namespace model::juju {

constexpr charm::Event plain(charm::EventKind kind) { return {kind, 0, {}, {}}; }

inline bool is_alive(const World& world, charm::UnitName unit) {
  return world.unit(unit).record.life == Life::alive;
}

// In JUJU_DEPARTING_UNIT: who is not alive, or of an application that is not, also where it is a
// peer that leaves (section 3.5).
inline bool names_itself(const World& world, charm::UnitName unit) {
  return !is_alive(world, unit) || world.shared().application.presence != Presence::deployed;
}

// --- resolver.cc ---
// The hook that is due, or none; for a dying unit that has nothing left to do it is dead then.
std::optional<charm::Event> choose_hook(Step& step, charm::UnitName unit);

// --- agent.cc ---
void queue(AgentRecord& record, charm::EventKind kind);

// --- actions.cc ---
std::optional<charm::Event> next_action(const Step& step, charm::UnitName unit);
void begin_action(Step& step, charm::UnitName unit, const charm::Event& event);
// What was shelved for it stands again.
void end_action(Step& step, charm::UnitName unit, ActionEnd end);
void go_on_after_action(Step& step, charm::UnitName unit);
void cancel_actions(Step& step, charm::UnitName unit);

// --- commit.cc ---
// The bookkeeping of a hook that is over (section 1.4, Commit).
void apply_commit(Step& step, charm::UnitName unit);

// --- relations.cc ---
// The units in scope of the peer relations: installed, and not leaving (section 3.5).
charm::UnitSet in_scope(const World& world);
// Just before its first relation-created; Juju writes the addresses into its bag.
void enter_scope(Step& step, charm::UnitName unit);
// Of Juju's names, not of numbers: `app/10` stands before `app/2` (section 3.4).
charm::UnitName first_by_name(charm::UnitSet units);
charm::UnitSet departed(const World& world, charm::UnitName unit, std::uint8_t relation);
charm::UnitSet not_joined(const World& world, charm::UnitName unit, std::uint8_t relation);
// The next hook of a peer relation (section 3.4), as far as the watchers have delivered.
struct RelationView {
  bool units = true;        // members and the versions of their bags
  bool application = true;  // the version of the application bag
};
std::optional<charm::Event> relation_hook(const World& world, charm::UnitName unit,
                                          std::uint8_t relation, RelationView seen);
// The same while the unit is dying: everybody departs from it, and nothing else comes.
std::optional<charm::Event> departure_of_all(const World& world, charm::UnitName unit,
                                             std::uint8_t relation);
// The application bag there has changed: everybody in scope but its writer is told.
void tell_application_data(Step& step, charm::MaybeUnit writer, std::uint8_t relation);
// What joined and changed about a unit make of the agent's cache of its bag (section 2.4).
void read_bag(World& world, charm::UnitName unit, charm::UnitName other, std::uint8_t relation);
bool has_new_address(const UnitState& unit);
void write_address(Step& step, charm::UnitName unit);
// The unit's bag there has changed: whoever has joined it is told.
void tell_unit_data(Step& step, charm::UnitName writer, std::uint8_t relation);

// --- coordination.cc ---
// What a hook has staged of the bags of `restart` and `upgrade` is committed.
void write_coordination(Step& step, charm::UnitName writer, const Staged& staged);

// --- clients.cc ---
// The application is being removed, and with it all its relations.
void unrelate_all(Step& step);
// Relations that are dying end with the last unit in scope.
void end_relations(Step& step);
ClientSet clients_to_create(const World& world, charm::UnitName unit);
charm::Event create_client(Step& step, charm::UnitName unit, std::size_t client);
// Those of which a hook is due, as far as the watchers have delivered; and that hook.
ClientSet clients_due(const Step& step, charm::UnitName unit, RelationView seen);
charm::Event client_hook(const Step& step, charm::UnitName unit, std::size_t client,
                         RelationView seen);
void take_client_versions(Step& step, charm::UnitName unit, const charm::Event& event);
void restore_client_due(Step& step, charm::UnitName unit, const charm::Event& event);
void commit_client(Step& step, charm::UnitName unit, const charm::Event& event);
void write_client_bags(Step& step, const Staged& staged);
// The other application has written its bag.
void tell_all(Step& step, std::size_t client);

// --- certificates.cc ---
// A provider has come into scope, or goes: whoever asked already is answered, or nobody any more.
void issue_certificates(Step& step, std::size_t provider);
void begin_to_issue(Step& step);
void forget_certificates(Step& step, charm::UnitName unit);
// What a hook has staged of TLS: its unit's own, and so nobody has to lead.
void write_tls(Step& step, charm::UnitName unit, const Staged& staged);

// --- leadership.cc ---
// The unit is dead: its lease is taken back at once, unless that fails.
void revoke_lease(Step& step, charm::UnitName unit);

// --- scale.cc ---
void die(Step& step, charm::UnitName unit);

// --- secrets.cc ---
bool has_new_revision(const World& world, charm::UnitName unit);
// The staged passwords are committed: those that are new make a revision.
void write_secret(Step& step, charm::UnitName writer, const Passwords& staged);

}  // namespace model::juju
