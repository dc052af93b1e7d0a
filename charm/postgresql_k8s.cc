// The table of handlers. The order is that of registration (charm-hooks.md, section 1.9); a further
// hook is a file in hooks/ and a line here.
#include "charm/postgresql_k8s.h"

#include <array>

#include "charm/actions/actions.h"
#include "charm/hooks/hooks.h"

namespace charm {
namespace {

constexpr std::array<std::string_view, 5> relations{"database-peers", "restart", "upgrade",
                                                    "database", "certificates"};
constexpr std::array<std::string_view, 1> storages{"pgdata"};
constexpr std::array<std::string_view, 7> actions{
    "get-password",   "get-primary",  "promote-to-primary", "pre-upgrade-check",
    "resume-upgrade", "set-password", "set-tls-private-key"};
constexpr std::uint8_t get_password = 0;
constexpr std::uint8_t get_primary = 1;
constexpr std::uint8_t promote_to_primary = 2;
constexpr std::uint8_t pre_upgrade_check = 3;
constexpr std::uint8_t resume_upgrade = 4;
constexpr std::uint8_t set_password = 5;
constexpr std::uint8_t set_tls_private_key = 6;
constexpr std::uint8_t database_peers = 0;
constexpr std::uint8_t restart = 1;
constexpr std::uint8_t upgrade = 2;
constexpr std::uint8_t database = 3;
constexpr std::uint8_t certificates = 4;
constexpr std::uint8_t pgdata = 0;

constexpr std::array handlers{
    Handler{"leader-elected", "leader-elected", EventKind::leader_elected, 0, on_leader_elected},
    Handler{"peer-relation-changed", "peer-relation-changed", EventKind::relation_changed,
            database_peers, on_peer_relation_changed},
    Handler{"peer-relation-changed", "peer-relation-changed", EventKind::secret_changed, 0,
            on_peer_relation_changed},
    Handler{"peer-relation-changed", "peer-relation-changed", EventKind::update_status, 0,
            on_peer_relation_changed},
    Handler{"peer-relation-departed", "peer-relation-departed", EventKind::relation_departed,
            database_peers, on_peer_relation_departed},
    Handler{"config-changed", "config-changed", EventKind::config_changed, 0, on_config_changed},
    Handler{"postgresql-pebble-ready", "postgresql-pebble-ready", EventKind::pebble_ready, 0,
            on_postgresql_pebble_ready},
    Handler{"refresh-pebble-ready", "refresh-pebble-ready", EventKind::pebble_ready, 0,
            on_refresh_pebble_ready},
    Handler{"refresh-pebble-ready", "refresh-pebble-ready", EventKind::update_status, 0,
            on_refresh_pebble_ready},
    Handler{"pgdata-storage-detaching", "pgdata-storage-detaching", EventKind::storage_detaching,
            pgdata, on_storage_detaching},
    Handler{"pgdata-storage-detaching", "pgdata-storage-detaching", EventKind::pebble_ready, 0,
            on_storage_detaching},
    Handler{"pgdata-storage-detaching", "pgdata-storage-detaching", EventKind::stop, 0,
            on_storage_detaching},
    Handler{"pgdata-storage-detaching", "pgdata-storage-detaching", EventKind::remove, 0,
            on_storage_detaching},
    Handler{"stop", "stop", EventKind::stop, 0, on_stop},
    Handler{"stop", "stop", EventKind::remove, 0, on_stop},
    Handler{"update-status", "update-status", EventKind::update_status, 0, on_update_status},
    Handler{"uphold-passwords", "uphold-passwords", EventKind::update_status, 0,
            on_uphold_passwords},
    Handler{"uphold-passwords", "uphold-passwords", EventKind::pebble_ready, 0,
            on_uphold_passwords},
    Handler{"uphold-extensions", "uphold-extensions", EventKind::leader_elected, 0,
            on_uphold_extensions},
    Handler{"uphold-extensions", "uphold-extensions", EventKind::config_changed, 0,
            on_uphold_extensions},
    Handler{"uphold-extensions", "uphold-extensions", EventKind::update_status, 0,
            on_uphold_extensions},
    Handler{"refresh-upgrade-charm", "refresh-upgrade-charm", EventKind::upgrade_charm, 0,
            on_refresh_upgrade_charm},
    Handler{"upgrade-relation-created", "upgrade-relation-created", EventKind::relation_created,
            upgrade, on_upgrade_relation_created},
    Handler{"upgrade-relation-changed", "upgrade-relation-changed", EventKind::relation_changed,
            upgrade, on_upgrade_relation_changed},
    Handler{"upgrade-relation-changed", "upgrade-relation-changed", EventKind::leader_elected, 0,
            on_upgrade_relation_changed},
    Handler{"upgrade-relation-changed", "upgrade-relation-changed", EventKind::update_status, 0,
            on_upgrade_relation_changed},
    Handler{"upgrade-charm", "upgrade-charm", EventKind::upgrade_charm, 0, on_upgrade_charm},
    Handler{"restart-relation-changed", "restart-relation-changed", EventKind::relation_changed,
            restart, on_restart_relation_changed},
    Handler{"restart-relation-changed", "restart-relation-changed", EventKind::relation_departed,
            restart, on_restart_relation_changed},
    Handler{"restart-relation-changed", "restart-relation-changed", EventKind::leader_elected, 0,
            on_restart_relation_changed},
    Handler{"restart-relation-changed", "restart-relation-changed", EventKind::config_changed, 0,
            on_restart_relation_changed},
    Handler{"restart-relation-changed", "restart-relation-changed", EventKind::update_status, 0,
            on_restart_relation_changed},
    Handler{"database-relation-changed", "database-relation-changed", EventKind::relation_changed,
            database, on_database_relation_changed},
    Handler{"database-relation-changed", "database-relation-changed", EventKind::leader_elected, 0,
            on_database_relation_changed},
    Handler{"database-relation-changed", "database-relation-changed", EventKind::update_status, 0,
            on_database_relation_changed},
    Handler{"database-relation-broken", "database-relation-broken", EventKind::relation_broken,
            database, on_database_relation_broken},
    Handler{"database-leader-elected", "database-leader-elected", EventKind::leader_elected, 0,
            on_database_leader_elected},
    Handler{"database-leader-elected", "database-leader-elected", EventKind::update_status, 0,
            on_database_leader_elected},
    Handler{"certificates-relation-created", "certificates-relation-created",
            EventKind::relation_created, certificates, on_certificates_relation_created},
    Handler{"certificates-relation-created", "certificates-relation-created",
            EventKind::relation_joined, certificates, on_certificates_relation_created},
    Handler{"certificates-relation-changed", "certificates-relation-changed",
            EventKind::relation_changed, certificates, on_certificates_relation_changed},
    Handler{"certificates-relation-broken", "certificates-relation-broken",
            EventKind::relation_broken, certificates, on_certificates_relation_broken},
    Handler{"install", "install", EventKind::install, 0, on_install},
    Handler{"install", "install", EventKind::upgrade_charm, 0, on_install},
    Handler{"get-password", "action-get-password", EventKind::action, get_password,
            on_get_password},
    Handler{"get-primary", "action-get-primary", EventKind::action, get_primary, on_get_primary},
    Handler{"promote-to-primary", "action-promote-to-primary", EventKind::action,
            promote_to_primary, on_promote_to_primary},
    Handler{"pre-upgrade-check", "action-pre-upgrade-check", EventKind::action, pre_upgrade_check,
            on_pre_upgrade_check},
    Handler{"resume-upgrade", "action-resume-upgrade", EventKind::action, resume_upgrade,
            on_resume_upgrade},
    Handler{"set-password", "action-set-password", EventKind::action, set_password,
            on_set_password},
    Handler{"set-tls-private-key", "action-set-tls-private-key", EventKind::action,
            set_tls_private_key, on_set_tls_private_key},
};

}  // namespace

const CharmDefinition& postgresql_k8s() {
  static constexpr CharmDefinition charm{.name = "postgresql-k8s",
                                         .container = "postgresql",
                                         .relations = relations,
                                         .storages = storages,
                                         .handlers = handlers,
                                         .actions = actions,
                                         .client_endpoints = 2};
  return charm;
}

}  // namespace charm
