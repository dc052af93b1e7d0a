// The charm's actions. Each is its chart, charm/flowcharts/action-<name>.mmd, as code; its
// parameters, results and failure texts are those of config-and-wire.md, section 2. An action never
// defers: there is nobody whom a later run could tell.
#pragma once

#include "charm/runtime/unit.h"
#include "charm/types/event.h"
#include "charm/types/outcome.h"

namespace charm {

// The member that leads, as far as any member tells.
Outcome on_get_primary(Unit& unit, const Event& event);
// The password of one of the charm's own users.
Outcome on_get_password(Unit& unit, const Event& event);
// Another password for one of the charm's users of the database: in the database first, then in
// the secret, which brings it to every unit's patroni.yml.
Outcome on_set_password(Unit& unit, const Event& event);
// A switchover to the own member.
Outcome on_promote_to_primary(Unit& unit, const Event& event);
// Another private key for the own unit, and a request for its certificate.
Outcome on_set_tls_private_key(Unit& unit, const Event& event);
// Looks whether a refresh is safe, makes unit 0 the primary, and prepares it: the order, and which
// pod goes first. After one that has failed: prepares the way back.
Outcome on_pre_upgrade_check(Unit& unit, const Event& event);
// The first unit of a refresh works with the new revision: on to the next.
Outcome on_resume_upgrade(Unit& unit, const Event& event);

}  // namespace charm
