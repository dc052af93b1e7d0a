// The handlers of PostgreSQL's charm, a file each; their charts are in charm/flowcharts/.
#pragma once

#include "charm/runtime/unit.h"
#include "charm/types/event.h"
#include "charm/types/outcome.h"

namespace charm {

Outcome on_certificates_relation_broken(Unit& unit, const Event& event);
Outcome on_certificates_relation_changed(Unit& unit, const Event& event);
Outcome on_certificates_relation_created(Unit& unit, const Event& event);
Outcome on_config_changed(Unit& unit, const Event& event);
Outcome on_database_leader_elected(Unit& unit, const Event& event);
Outcome on_database_relation_broken(Unit& unit, const Event& event);
Outcome on_database_relation_changed(Unit& unit, const Event& event);
Outcome on_install(Unit& unit, const Event& event);
Outcome on_leader_elected(Unit& unit, const Event& event);
Outcome on_peer_relation_changed(Unit& unit, const Event& event);
Outcome on_peer_relation_departed(Unit& unit, const Event& event);
Outcome on_postgresql_pebble_ready(Unit& unit, const Event& event);
Outcome on_refresh_pebble_ready(Unit& unit, const Event& event);
Outcome on_refresh_upgrade_charm(Unit& unit, const Event& event);
Outcome on_restart_relation_changed(Unit& unit, const Event& event);
Outcome on_stop(Unit& unit, const Event& event);
Outcome on_storage_detaching(Unit& unit, const Event& event);
Outcome on_update_status(Unit& unit, const Event& event);
Outcome on_uphold_extensions(Unit& unit, const Event& event);
Outcome on_uphold_passwords(Unit& unit, const Event& event);
Outcome on_upgrade_charm(Unit& unit, const Event& event);
Outcome on_upgrade_relation_changed(Unit& unit, const Event& event);
Outcome on_upgrade_relation_created(Unit& unit, const Event& event);

}  // namespace charm
