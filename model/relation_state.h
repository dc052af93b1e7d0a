// What relations with other applications, and the passwords and certificates that come with them,
// leave in the controller and in the databases. Plain structs without padding, as in state.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "charm/types/secret.h"

namespace model {

// --- Passwords (charm-hooks.md, sections 1.5 and 1.6) ---

// What the databases know of the charm's own users from some position of WAL on.
struct SystemRoles {
  std::uint64_t lsn = 0;
  std::array<std::uint16_t, charm::database_user_count> passwords{};
  std::uint16_t branch = 0;  // 0: nothing was ever done
  std::uint16_t unused = 0;
  std::uint32_t unused_too = 0;
};

// --- Relations with client applications (juju-and-pebble.md, sections 2.4, 3.3 to 3.6) ---

// As many as a story can make: a relation is known by its place in it. Juju's id is
// juju::client_id().
inline constexpr std::size_t max_clients = 4;
// Of providers of certificates, one after the other: the charm has room for one at a time. Their
// places follow those of the clients.
inline constexpr std::size_t max_providers = 2;
inline constexpr std::size_t max_relations = max_clients + max_providers;
constexpr bool is_provider(std::size_t relation) { return relation >= max_clients; }
using ClientSet = std::uint8_t;  // a bit for each relation

// A PEM text, by number: that of its key in the upper half, its own in the lower; 0: none. So a
// certificate is that of a key, or is not. Of an authority: the number alone.
using PemNumber = std::uint32_t;
constexpr PemNumber key_of(PemNumber pem) { return pem >> 16U; }

// What a unit serves with.
struct PemFiles {
  PemNumber key = 0;
  PemNumber certificate = 0;
  PemNumber authority = 0;

  friend bool operator==(const PemFiles&, const PemFiles&) = default;
};

// A client application has one unit here: what others of its units would add are more joined,
// changed and departed, which the charm's handlers make nothing of.
enum class Relating : std::uint8_t {
  never,      // the story has not come to it
  made,       // integrated; the client's unit is on its way
  joined,     // it is in scope
  requested,  // and its leader has written: what a client asks for, what a provider has issued
  dying,      // removed, or an application is: everybody departs
  gone,
};

// The charm's application bag in it: what the client may read.
struct ClientBag {
  std::uint16_t password = 0;  // its number; 0: no credentials yet
  bool read_only_endpoints = false;
  bool in_secret = false;   // it is in the secret that is granted to the relation, not in the bag
  PemNumber authority = 0;  // `tls-ca`; 0: `tls` is False

  friend bool operator==(const ClientBag&, const ClientBag&) = default;
};

// What a database knows of the client's user from some position of WAL on.
struct ClientUser {
  std::uint64_t lsn = 0;
  std::uint16_t branch = 0;    // 0: nothing was ever done
  std::uint16_t password = 0;  // its number; 0: there is no such user
  bool granted = false;        // its database is there, and is its own
  std::uint8_t unused = 0;
  std::uint16_t unused_too = 0;
};

struct ClientRelation {
  // The newest first. What failovers lose one after the other is told apart only so far back.
  std::array<ClientUser, 2> users;
  ClientBag bag;
  Relating life = Relating::never;
  bool asked = false;  // the client's bag has what it asks for
  std::uint16_t unused = 0;
  std::uint32_t unused_too = 0;
};

// Of a relation with another application, as a unit's agent has it: bits of AgentRecord::clients.
enum class ClientMark : std::uint8_t {
  created = 1,  // relation-created has run: the unit is in scope
  joined = 2,   // and joined of the client's unit
  pending = 4,  // a joined has run: its changed comes next
  app_due = 8,  // the client's application bag has a version this unit was not told
  broken = 16,  // relation-broken has run
};

// TLS of a unit, as the controller has it: its own secret, its bags, and what the provider's
// application bag has for it (config-and-wire.md, section 3.2).
struct TlsRecord {
  PemFiles secret;
  PemNumber request = 0;  // in the secret, with its key
  PemNumber request_key = 0;
  PemNumber asked = 0;       // in the unit's bag of the relation with the provider
  PemNumber issued_for = 0;  // in the provider's: the request, and what was made of it
  PemNumber issued = 0;
  PemNumber issued_by = 0;
  bool revoked = false;
  bool announced = false;  // `tls` in the unit's bag of the peer relation
  std::uint16_t unused = 0;
};

}  // namespace model
