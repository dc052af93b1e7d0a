// What is promised about the charm's own passwords. Source: charm-hooks.md, sections 1.5, 1.6, 4.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> passwords_are_served(const Moment& moment);
std::optional<std::string> password_altered(const Moment& moment);
std::optional<std::string> passwords_restored(const Moment& moment);
std::optional<std::string> login_refused(const Moment& moment);

}  // namespace judge

inline constexpr Property passwords_are_served{
    "every password that is announced is the one that is served",
    Form::eventually,
    {},
    judge::passwords_are_served,
    "update-status keeps firing, the containers are reached"};
inline constexpr Property password_altered{"a password of the charm's own was changed",
                                           Form::sometimes,
                                           on_facts(model::FactKind::password_altered),
                                           judge::password_altered,
                                           {}};
inline constexpr Property passwords_restored{"passwords were set back to those of the secret",
                                             Form::sometimes,
                                             on_facts(model::FactKind::passwords_restored),
                                             judge::passwords_restored,
                                             {}};
inline constexpr Property login_refused{"a standby was refused for its password",
                                        Form::sometimes,
                                        on_facts(model::FactKind::login_refused),
                                        judge::login_refused,
                                        {}};

}  // namespace sim::properties
