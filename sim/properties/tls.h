// What is promised of TLS. Source: charm-hooks.md, sections 1.1, 1.7, 5.2.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> tls_converges(const Moment& moment);
std::optional<std::string> clients_know_tls(const Moment& moment);
std::optional<std::string> keys_match(const Moment& moment);
std::optional<std::string> tls_switched(const Moment& moment);

}  // namespace judge

// On and off, and each new certificate; the scheme that is announced, and the one that Pebble asks
// by, is the one that is served.
inline constexpr Property tls_converges{
    "every unit talks TLS with its latest certificate, as announced, while a provider is related",
    Form::eventually,
    {},
    judge::tls_converges,
    "the provider answers, every due hook is run, failing calls stop failing"};
inline constexpr Property clients_know_tls{"a client is told to talk TLS when every unit does",
                                           Form::eventually,
                                           {},
                                           judge::clients_know_tls,
                                           "somebody leads"};
inline constexpr Property keys_match{"a member is given a certificate of its key",
                                     Form::always,
                                     on_facts(model::FactKind::key_mismatch),
                                     judge::keys_match,
                                     {}};
inline constexpr Property tls_switched{"a member has switched TLS",
                                       Form::sometimes,
                                       on_facts(model::FactKind::tls_switched),
                                       judge::tls_switched,
                                       {}};

}  // namespace sim::properties
