// What a client application writes in a relation `database`, and what it is told. Source:
// charm-hooks.md, section 5.1; config-and-wire.md, section 3.1.
#pragma once

#include "charm/types/client.h"
#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::wire {

// The client's application bag. Nothing in it: the client has not asked yet. Refused:
// control characters; secrets asked for in no list. What is too long is cut, as RequestText says.
// Keys that are not known are not looked at.
Wire<ClientRequest> parse_client_request(const Bag& bag);

// Who answers, and where the database is.
struct ClientContext {
  AppName app;
  std::string model;
  RelationId relation;
  std::string tls_ca;  // empty: no TLS
};

// What is told, each part in its place: the own application bag without secret-user and secret-tls,
// whose URIs Juju gives, and the contents of those two. In a bag an empty value removes its key.
struct ClientAnswer {
  Bag bag;
  Bag secret_user;  // empty: the bag has it
  Bag secret_tls;   // empty: the bag has it
};
ClientAnswer client_answer(const ClientContext& context, const Bag& request_bag,
                           const ClientRequest& request, const ClientOffer& offer);

// The other way round, as another revision may have written it: a bag that names a secret has what
// it would say in there.
struct ToldOffer {
  ClientOffer offer;   // but for `authority`, which the port numbers:
  std::string tls_ca;  // of `tls-ca`; empty: no TLS

  friend bool operator==(const ToldOffer&, const ToldOffer&) = default;
};
Wire<ToldOffer> parse_client_offer(const ClientAnswer& told);

// Each part of it, as it stands under its key.
Wire<Secret> parse_offered_password(std::string_view text);
Wire<BoundedText<15>> parse_offered_version(std::string_view text);
Wire<bool> parse_offered_tls(std::string_view text);  // `True` or `False`
Wire<std::string> parse_offered_authority(std::string_view text);

}  // namespace charm::wire
