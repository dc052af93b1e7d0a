// Every key that a revision of the charm may have left in a bag, a secret or the state store, and
// what this one makes of it: charm/wire/keys.cc is to be read for that. What unreadable.h looks for
// follows from the same table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "charm/runtime/definition.h"
#include "charm/types/state_key.h"
#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::wire {

// Where a key stands.
enum class Place : std::uint8_t {
  peers_app,           // `database-peers`, the application's bag
  peers_unit,          // ... and a unit's
  application_secret,  // `database-peers.<app>.app`
  unit_secret,         // `database-peers.<app>.unit`
  upgrade_app,
  upgrade_unit,
  restart_app,
  restart_unit,
  client_app,         // `database`, the own application's bag: one for each relation
  client_user,        // ... and the secret of `secret-user`
  client_tls,         // ... of `secret-tls`
  certificates_unit,  // `certificates`, the unit's own bag
  state_store,
  // Of these this charm has no relation, or no use; nobody looks there.
  expiry_secret,  // `afd8c2bccf834997afce12c2706d2ede-<CSR>`
  async_secret,   // `async-replication-secret`
  replication_app,
  replication_unit,
  s3_app,
  ldap_app,
  legacy_app,  // `db` and `db-admin`
  legacy_unit,
};
inline constexpr std::size_t place_count = 21;
// `database-peers, application bag`.
std::string_view to_text(Place place);

enum class Fate : std::uint8_t {
  taken,    // it says here what it says there; what cannot be read of it is refused
  refused,  // it tells of something under way that this charm does not do
  ignored,  // on purpose
};

struct KeyReading {
  const CharmDefinition& charm;
  const AppName& app;
  const Bag& bag;  // the whole of it
};
// An absent key and an empty value are not asked for.
using KeyCheck = Wire<void> (*)(const KeyReading& reading, std::string_view key,
                                std::string_view text);

struct KeyRule {
  Place place;
  std::string_view key;  // `*` in it stands for any text
  Fate fate;
  StateKey name;         // that it is refused by; none: it never is
  KeyCheck check;        // null: any value is taken, refused or ignored
  std::string_view why;  // who hands it on, what is under way, or why it does not matter
  std::string_view source;

  // Whether it is about this key.
  [[nodiscard]] bool covers(std::string_view of) const;
};

// In the order of Place.
std::span<const KeyRule> key_rules();

}  // namespace charm::wire
