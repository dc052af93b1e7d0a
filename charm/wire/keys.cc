#include "charm/wire/keys.h"

#include <array>
#include <concepts>

#include "charm/runtime/stored_queue.h"
#include "charm/wire/client.h"
#include "charm/wire/coordination.h"
#include "charm/wire/ops_queue.h"
#include "charm/wire/peers.h"
#include "charm/wire/pem.h"
#include "charm/wire/secret_content.h"
#include "charm/wire/tls.h"

namespace charm::wire {
namespace {

// --- how a value is read ---

template <class T, class Error>
Wire<void> only_error(const std::expected<T, Error>& read) {
  if (read) return {};
  return std::unexpected(WireError{read.error().text});
}

// By one of the functions that the ports read with.
template <auto parse>
Wire<void> as(const KeyReading& reading, std::string_view key, std::string_view text) {
  if constexpr (std::invocable<decltype(parse), std::string_view>) {
    return only_error(parse(text));
  } else if constexpr (std::invocable<decltype(parse), const AppName&, std::string_view>) {
    return only_error(parse(reading.app, text));
  } else if constexpr (std::invocable<decltype(parse), const AppName&, std::string_view,
                                      std::string_view>) {
    return only_error(parse(reading.app, key, text));
  } else {
    return only_error(parse(key, text));
  }
}

Wire<void> as_own_queue(const KeyReading& reading, std::string_view /*key*/,
                        std::string_view text) {
  return only_error(parse_stored_text(reading.charm, reading.app, text));
}

Wire<void> as_ops_queue(const KeyReading& reading, std::string_view /*key*/,
                        std::string_view /*text*/) {
  return only_error(take_over_ops_queue(reading.charm, reading.app, [&reading](auto key) {
    const std::string_view text = value_of(reading.bag, key);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  }));
}

template <PemKind kind>
Wire<void> as_pem(const KeyReading& /*reading*/, std::string_view key, std::string_view text) {
  return only_error(parse_pem(key, kind, text));
}

// Of a secret: a removed field says nothing.
template <KeyCheck check>
Wire<void> field(const KeyReading& reading, std::string_view key, std::string_view text) {
  return text == removed_marker ? Wire<void>() : check(reading, key, text);
}

Wire<void> is_false(const KeyReading& /*reading*/, std::string_view key, std::string_view text) {
  return text == "False" ? Wire<void>() : refuse(key, "is not False");
}

constexpr KeyCheck key_pem = as_pem<PemKind::private_key>;
constexpr KeyCheck csr_pem = as_pem<PemKind::request>;
constexpr KeyCheck cert_pem = as_pem<PemKind::certificates>;

// --- the rows ---

constexpr KeyRule taken(Place place, std::string_view key, StateKey name, KeyCheck check,
                        std::string_view by, std::string_view source) {
  return {place, key, Fate::taken, name, check, by, source};
}
// There is nothing in it that could not be read.
constexpr KeyRule taken(Place place, std::string_view key, std::string_view by,
                        std::string_view source) {
  return {place, key, Fate::taken, StateKey::none, nullptr, by, source};
}
constexpr KeyRule refused(Place place, std::string_view key, StateKey name, std::string_view why,
                          std::string_view source) {
  return {place, key, Fate::refused, name, nullptr, why, source};
}
// But for that one value.
constexpr KeyRule refused_unless_false(Place place, std::string_view key, StateKey name,
                                       std::string_view why, std::string_view source) {
  return {place, key, Fate::refused, name, is_false, why, source};
}
constexpr KeyRule ignored(Place place, std::string_view key, std::string_view why,
                          std::string_view source) {
  return {place, key, Fate::ignored, StateKey::none, nullptr, why, source};
}

// --- what is under way ---

constexpr std::string_view of_another_cluster =
    "tells of replication between clusters: the standby cluster's primary would be promoted, or "
    "the primary cluster's pg_hba shut out the other";
constexpr std::string_view archives =
    "tells of an S3 repository: no WAL would be archived any more, without a word";
constexpr std::string_view restores =
    "tells of a restore: its database may be empty, or on its way to some moment";
constexpr std::string_view serves_ldap =
    "tells of LDAP: those who log in by it would be shut out, without a word";
constexpr std::string_view other_callback = "asks for something else than a restart under the lock";

// --- why a key does not matter here ---

constexpr std::string_view result_of_s3 =
    "what came of setting up S3; as long as there is a repository, `stanza` is there";
constexpr std::string_view leaders_news =
    "news for a leader that sets up S3, which s3-initialization-start tells of";
constexpr std::string_view of_no_backup =
    "`off` keeps clients off a replica while it takes a backup: an action of the pod before, and "
    "no backup is taken here";
constexpr std::string_view by_the_plan = "whether a unit goes is told by planned_units()";
constexpr std::string_view poke = "only its change said something: look again";
constexpr std::string_view of_a_restore =
    "stands beside the application's restore keys, which are refused; alone it is a leftover: the "
    "Pebble layer is made anew";
constexpr std::string_view of_juju = "Juju's own; members know each other by their host names";
constexpr std::string_view derived = "derived by each revision, for its own comparison";
constexpr std::string_view of_the_pod = "of a process in the pod before, which is gone";
constexpr std::string_view authorities =
    "for connections to S3 and LDAP, which are not made; the trust store goes with the container";
constexpr std::string_view follows = "follows from the request and from the application's name";
constexpr std::string_view for_librarys_diff =
    "what a library has seen last; here the offer is compared with the request itself";
constexpr std::string_view never_written = "a library's: upstream writes it for no client";
constexpr std::string_view renewed_by_provider =
    "reminds of the end of a certificate; here a provider renews by itself";
constexpr std::string_view copy_for_others = "a copy of the passwords, for another cluster";
constexpr std::string_view numbers_events = "counts upstream's events, for their names alone";
constexpr std::string_view no_endpoint =
    "this charm has no such endpoint, and Juju refuses a refresh that would break a relation";

// --- sources ---

constexpr std::string_view bags = "charm-hooks.md, 1.4";
constexpr std::string_view secrets = "charm-hooks.md, 1.5";
constexpr std::string_view legacy = "charm-hooks.md, 5.2";
constexpr std::string_view client = "config-and-wire.md, 3.1";
constexpr std::string_view tls = "config-and-wire.md, 3.2";
constexpr std::string_view upgrade = "config-and-wire.md, 3.3";
constexpr std::string_view rolling = "config-and-wire.md, 3.4";
constexpr std::string_view async = "config-and-wire.md, 3.5";
constexpr std::string_view others = "config-and-wire.md, 3.6";
constexpr std::string_view queue = "juju-and-pebble.md, 5.5";
constexpr std::string_view own = "this charm's own";

using enum Place;
using Key = StateKey;

// A field in clear, from before Juju had secrets, comes first for upstream's readers, and so here.
constexpr KeyRule clear_password(std::string_view key) {
  return taken(peers_app, key, Key::bag_password, as<parse_password>, "Juju::passwords()", bags);
}
constexpr KeyRule password(std::string_view key) {
  return taken(application_secret, key, Key::application_secret, field<as<parse_password>>,
               "Juju::passwords()", secrets);
}
constexpr KeyRule clear_tls_file(std::string_view key, KeyCheck check) {
  return taken(peers_unit, key, Key::bag_tls_file, check, "Juju::tls()", secrets);
}
constexpr KeyRule tls_file(std::string_view key, KeyCheck check, std::string_view source) {
  return taken(unit_secret, key, Key::unit_secret, check, "Juju::tls()", source);
}
constexpr KeyRule offered(Place place, std::string_view key, KeyCheck check) {
  return taken(place, key, Key::client_offer, check, "Juju::client_offer()", client);
}

// clang-format off
constexpr std::array table{
  taken(peers_app, "endpoints", Key::endpoints, as<parse_endpoints>, "Juju::endpoints()", bags),
  taken(peers_app, "cluster_initialised", Key::cluster_initialised, as<parse_cluster_initialised>, "Juju::cluster_initialised()", bags),
  clear_password("operator-password"),
  clear_password("replication-password"),
  clear_password("rewind-password"),
  clear_password("monitoring-password"),
  clear_password("patroni-password"),
  refused(peers_app, "promoted-cluster-counter", Key::promoted_cluster_counter, of_another_cluster, bags),
  refused(peers_app, "stanza", Key::stanza, archives, bags),
  refused(peers_app, "s3-initialization-start", Key::s3_initialization_start, archives, bags),
  ignored(peers_app, "s3-initialization-done", result_of_s3, bags),
  ignored(peers_app, "s3-initialization-block-message", result_of_s3, bags),
  refused(peers_app, "restoring-backup", Key::restoring_backup, restores, bags),
  refused(peers_app, "restore-stanza", Key::restore_stanza, restores, bags),
  refused(peers_app, "restore-timeline", Key::restore_timeline, restores, bags),
  refused(peers_app, "restore-to-time", Key::restore_to_time, restores, bags),
  refused_unless_false(peers_app, "ldap_enabled", Key::ldap_enabled, serves_ldap, bags),
  ignored(peers_app, "user_hash", derived, bags),

  taken(peers_unit, "tls", Key::tls, as<parse_tls_announced>, "Juju::tls_units()", bags),
  clear_tls_file("key", key_pem),
  clear_tls_file("csr", csr_pem),
  clear_tls_file("cert", cert_pem),
  clear_tls_file("ca", cert_pem),
  clear_tls_file("chain", cert_pem),
  ignored(peers_unit, "connectivity", of_no_backup, bags),
  ignored(peers_unit, "departing", by_the_plan, bags),
  refused(peers_unit, "stopped", Key::stopped, of_another_cluster, bags),
  refused(peers_unit, "unit-promoted-cluster-counter", Key::unit_promoted_cluster_counter, of_another_cluster, bags),
  ignored(peers_unit, "start-tls-server", poke, bags),
  ignored(peers_unit, "stanza", leaders_news, bags),
  ignored(peers_unit, "s3-initialization-start", leaders_news, bags),
  ignored(peers_unit, "s3-initialization-done", leaders_news, bags),
  ignored(peers_unit, "s3-initialization-block-message", leaders_news, bags),
  ignored(peers_unit, "patroni-on-failure-condition-override", of_a_restore, bags),
  ignored(peers_unit, "overridden-patroni-on-failure-condition-repeat-cause", of_a_restore, bags),
  ignored(peers_unit, "last_pitr_fail_id", of_a_restore, bags),
  ignored(peers_unit, "private-address", of_juju, bags),
  ignored(peers_unit, "ingress-address", of_juju, bags),
  ignored(peers_unit, "egress-subnets", of_juju, bags),
  ignored(peers_unit, "user_hash", derived, bags),
  ignored(peers_unit, "config_hash", derived, bags),
  ignored(peers_unit, "pg_hba_needs_update_timestamp", poke, bags),
  ignored(peers_unit, "authorisation-rules-observer-pid", of_the_pod, bags),

  password("operator-password"),
  password("replication-password"),
  password("rewind-password"),
  password("monitoring-password"),
  password("patroni-password"),

  tls_file("key", field<key_pem>, secrets),
  tls_file("csr", field<csr_pem>, secrets),
  tls_file("cert", field<cert_pem>, secrets),
  tls_file("cauth", field<cert_pem>, secrets),
  tls_file("chain", field<cert_pem>, secrets),
  tls_file("requested-key", field<key_pem>, own),
  ignored(unit_secret, "ca-*", authorities, secrets),

  taken(upgrade_app, "dependencies", Key::dependencies, as<parse_dependencies>, "Juju::dependencies()", upgrade),
  taken(upgrade_app, "upgrade-stack", Key::upgrade_stack, as<parse_upgrade_stack>, "Juju::upgrade_stack()", upgrade),
  taken(upgrade_app, "sync-standbys", Key::sync_standbys, as<parse_sync_standbys>, "Juju::upgrade_standbys()", upgrade),
  taken(upgrade_unit, "state", Key::upgrade_state, as<parse_upgrade_state>, "Juju::upgrade_states()", upgrade),

  taken(restart_app, "<ops.model.Unit *>", Key::restart_lock, as<parse_restart_grant>, "Juju::restart_granted()", bags),
  taken(restart_unit, "state", Key::restart_lock, as<parse_restart_state>, "Juju::restart_states()", rolling),
  refused(restart_unit, "callback_override", Key::callback_override, other_callback, rolling),

  ignored(client_app, "data", for_librarys_diff, client),
  ignored(client_app, "endpoints", follows, client),
  taken(client_app, "read-only-endpoints", "Juju::client_offer()", client),
  ignored(client_app, "username", follows, client),
  offered(client_app, "password", as<parse_offered_password>),
  ignored(client_app, "uris", follows, client),
  offered(client_app, "tls", as<parse_offered_tls>),
  offered(client_app, "tls-ca", as<parse_offered_authority>),
  taken(client_app, "secret-user", "Juju::client_offer(): the password is in there", client),
  taken(client_app, "secret-tls", "Juju::client_offer(): tls and tls-ca are in there", client),
  ignored(client_app, "secret-extra", never_written, client),
  ignored(client_app, "secret-mtls", never_written, client),
  ignored(client_app, "secret-entity", never_written, client),
  ignored(client_app, "status", never_written, client),
  ignored(client_app, "database", follows, client),
  offered(client_app, "version", as<parse_offered_version>),
  ignored(client_user, "username", follows, client),
  offered(client_user, "password", as<parse_offered_password>),
  ignored(client_user, "uris", follows, client),
  ignored(client_user, "read-only-uris", follows, client),
  offered(client_tls, "tls", as<parse_offered_tls>),
  offered(client_tls, "tls-ca", as<parse_offered_authority>),

  taken(certificates_unit, "certificate_signing_requests", Key::certificate_requests, as<parse_certificate_requests>, "Juju::certificates()", tls),

  taken(state_store, stored_queue_key, Key::deferral_queue, as_own_queue, "Juju::notices()", own),
  taken(state_store, ops_notices_key, Key::deferral_queue, as_ops_queue, "Juju::notices()", queue),
  taken(state_store, "*/on/*", "with the row that names it; without one ops forgets it, too", queue),
  ignored(state_store, "*StoredStateData[*]", numbers_events, queue),

  ignored(expiry_secret, "certificate", renewed_by_provider, tls),
  ignored(async_secret, "*-password", copy_for_others, secrets),
  ignored(replication_app, "promoted-cluster-counter", no_endpoint, async),
  ignored(replication_app, "primary-cluster-data", no_endpoint, async),
  ignored(replication_app, "name", no_endpoint, async),
  ignored(replication_unit, "unit-address", no_endpoint, async),
  ignored(s3_app, "bucket", no_endpoint, others),
  ignored(ldap_app, "user", no_endpoint, others),
  ignored(ldap_app, "group", no_endpoint, others),
  ignored(legacy_app, "*", no_endpoint, legacy),
  ignored(legacy_unit, "*", no_endpoint, legacy),
};
// clang-format on

constexpr std::array<std::string_view, place_count> places{
    "database-peers, application bag",
    "database-peers, unit bag",
    "application secret",
    "unit secret",
    "upgrade, application bag",
    "upgrade, unit bag",
    "restart, application bag",
    "restart, unit bag",
    "database, application bag",
    "database, user secret",
    "database, tls secret",
    "certificates, unit bag",
    "state store",
    "expiry secret",
    "async replication secret",
    "replication, application bag",
    "replication, unit bag",
    "s3-parameters, application bag",
    "ldap, application bag",
    "db and db-admin, application bag",
    "db and db-admin, unit bag",
};

}  // namespace

std::string_view to_text(Place place) { return places.at(static_cast<std::size_t>(place)); }

bool KeyRule::covers(std::string_view of) const {
  std::string_view rest = key;
  std::size_t star = rest.find('*');
  if (star == std::string_view::npos) return of == key;
  if (!of.starts_with(rest.substr(0, star))) return false;
  of.remove_prefix(star);
  // Each text between two stars where it comes first: that leaves most for those behind it.
  for (rest.remove_prefix(star + 1); (star = rest.find('*')) != std::string_view::npos;
       rest.remove_prefix(star + 1)) {
    const std::size_t at = of.find(rest.substr(0, star));
    if (at == std::string_view::npos) return false;
    of.remove_prefix(at + star);
  }
  return of.ends_with(rest);
}

std::span<const KeyRule> key_rules() { return table; }

}  // namespace charm::wire
