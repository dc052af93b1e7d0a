// Client applications, and what is said in a relation `database`. Source: charm-hooks.md, section
// 5.1; config-and-wire.md, section 3.1.
#pragma once

#include <cstdint>

#include "charm/types/bounded_text.h"
#include "charm/types/bounded_vector.h"
#include "charm/types/names.h"
#include "charm/types/secret.h"
#include "charm/types/tls.h"

namespace charm {

// As many relations `database` as one application can have here.
inline constexpr std::size_t max_client_relations = 64;
using ClientRelations = BoundedVector<RelationId, max_client_relations>;

// A client may write anything, so this holds more than any name that PostgreSQL takes: what is as
// long as this was perhaps cut, and is refused.
using RequestText = BoundedText<255>;

// What a client has written into its application bag.
struct ClientRequest {
  RequestText database;          // its arrival is the request; an empty one is none
  RequestText extra_user_roles;  // `createdb,admin`
  // `requested-secrets` has the user's fields: the credentials go into a secret that is granted to
  // the relation, not into the bag.
  bool wants_secret = false;

  friend bool operator==(const ClientRequest&, const ClientRequest&) = default;
};

// What the charm has written for a client. The rest follows from it, from the request and from the
// application's name: `username`, `endpoints`, `uris`, `database`, and the copy of the request in
// `data`.
struct ClientOffer {
  Secret password;  // empty: nothing has been offered yet
  BoundedText<15> version;
  // The credentials are in a secret that is granted to the relation. A relation that began without
  // stays without.
  bool in_secret = false;
  // `read-only-endpoints` is there: somebody else than the primary serves reads.
  bool read_only_endpoints = false;
  Pem authority;  // `tls-ca`; empty: `tls` is `False`

  friend bool operator==(const ClientOffer&, const ClientOffer&) = default;
};

}  // namespace charm
