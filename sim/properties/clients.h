// What is promised to client applications. Source: charm-hooks.md, sections 5.1 and 11.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> clients_are_served(const Moment& moment);
std::optional<std::string> users_have_relations(const Moment& moment);
std::optional<std::string> users_stay(const Moment& moment);
std::optional<std::string> secrets_stay(const Moment& moment);
std::optional<std::string> strangers_are_told_nothing(const Moment& moment);
std::optional<std::string> read_only_endpoints(const Moment& moment);
std::optional<std::string> client_served(const Moment& moment);
std::optional<std::string> client_left(const Moment& moment);

}  // namespace judge

inline constexpr Property clients_are_served{"a related client has credentials that work",
                                             Form::eventually,
                                             {},
                                             judge::clients_are_served,
                                             "somebody leads, and the primary is reached"};
inline constexpr Property users_have_relations{
    "a client's user exists only as long as its relation",
    Form::eventually,
    {},
    judge::users_have_relations,
    "somebody leads, and the primary is reached"};
// By a failover it may go all the same: that is a lost commit, and no statement.
inline constexpr Property users_stay{"no client's user is dropped as long as its relation is there",
                                     Form::always,
                                     on_facts(model::FactKind::client_user_dropped),
                                     judge::users_stay,
                                     {}};
inline constexpr Property secrets_stay{
    "credentials that a client wants in a secret are in no databag",
    Form::always,
    on_facts(model::FactKind::client_told),
    judge::secrets_stay,
    {}};
// Neither the endpoint of the replicas nor the provider's authority.
inline constexpr Property strangers_are_told_nothing{"who has no credentials is told nothing",
                                                     Form::always,
                                                     on_facts(model::FactKind::client_told),
                                                     judge::strangers_are_told_nothing,
                                                     {}};
inline constexpr Property read_only_endpoints{
    "a client is told the read-only endpoint as long as there is a replica",
    Form::eventually,
    {},
    judge::read_only_endpoints,
    "somebody leads"};
inline constexpr Property client_served{"a client was told its credentials",
                                        Form::sometimes,
                                        on_facts(model::FactKind::client_told),
                                        judge::client_served,
                                        {}};
inline constexpr Property client_left{"a client's relation was removed",
                                      Form::sometimes,
                                      on_facts(model::FactKind::client_gone),
                                      judge::client_left,
                                      {}};

}  // namespace sim::properties
