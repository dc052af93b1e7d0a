// What stands in the charm's state: the first key that cannot be read, or that tells of something
// under way, is named; nothing else that upstream writes is; and whatever is not named can be read
// by those who hand it on.
#include "charm/wire/unreadable.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <ostream>

#include "charm/postgresql_k8s.h"
#include "charm/runtime/stored_queue.h"
#include "charm/wire/client.h"
#include "charm/wire/coordination.h"
#include "charm/wire/peers.h"
#include "charm/wire/tls.h"
#include "tests/wire/any_text.h"
#include "tests/wire/pem_texts.h"

namespace charm::wire {

static void PrintTo(const Unreadable& unreadable, std::ostream* out) {
  *out << '"' << to_text(unreadable.key) << "\": " << unreadable.why;
}

namespace {

const AppName app{"pg"};

// As upstream leaves it on a cluster of two, with TLS and a client, and with traces of what it has
// done before.
StoredState good() {
  StoredState state;
  state.at(Place::peers_app) = {{{"endpoints", R"(["pg-0.pg-endpoints", "pg-1.pg-endpoints"])"},
                                 {"cluster_initialised", "True"},
                                 {"operator-password", "clear"},
                                 {"s3-initialization-done", "True"},
                                 {"s3-initialization-block-message", "failed"},
                                 {"ldap_enabled", "False"},
                                 {"user_hash", "0f"}}};
  state.at(Place::peers_unit) = {{{"tls", "enabled"},
                                  {"connectivity", "off"},
                                  {"departing", "True"},
                                  {"stanza", "m.patroni-pg"},
                                  {"private-address", "10.1.2.3"},
                                  {"config_hash", "?"}},
                                 {{"tls", ""}, {"start-tls-server", "True"}}};
  state.at(Place::application_secret) = {
      {{"operator-password", "abc"}, {"patroni-password", "None"}}};
  state.at(Place::unit_secret) = {{{"key", given::key()},
                                   {"csr", given::request()},
                                   {"cert", given::certificate()},
                                   {"cauth", given::ca()},
                                   {"chain", "None"},
                                   {"ca-other", "?"}}};
  state.at(Place::upgrade_app) = {{{"upgrade-stack", "[0, 1]"}, {"sync-standbys", R"(["pg/1"])"}}};
  state.at(Place::upgrade_unit) = {{{"state", "idle"}}, {{"state", "upgrading"}}};
  state.at(Place::restart_app) = {{{"<ops.model.Unit pg/1>", "granted"}}};
  state.at(Place::restart_unit) = {{{"state", "acquire"}, {"callback_override", ""}}, {}};
  state.at(Place::client_app) = {{{"data", "?"},
                                  {"secret-user", "secret:abc"},
                                  {"tls", "True"},
                                  {"tls-ca", given::ca()},
                                  {"version", "14.13"}},
                                 {{"password", "pw"}}};
  state.at(Place::client_user) = {{{"username", "relation_id_7"}, {"password", "pw"}}};
  state.at(Place::certificates_unit) = {
      {{"certificate_signing_requests", certificate_requests_text(given::request())}}};
  state.at(Place::state_store) = {
      {{"notices", "config-changed config-changed - -\n"},
       {"#notices#", "- - Charm/on/config_changed[17]\n  - Charm\n  - _on\n"},
       {"Charm/on/config_changed[17]", "{}\n"},
       {"StoredStateData[_stored]", "event_count: 18\n"}}};
  return state;
}

Unreadable found(const StoredState& state) {
  return first_unreadable(postgresql_k8s(), app, state);
}

TEST(UnreadableStateOf, UpstreamIsNothing) { EXPECT_EQ(found(good()), Unreadable{}); }
TEST(UnreadableStateOf, AFirstDispatchIsNothing) { EXPECT_EQ(found({}), Unreadable{}); }

// A value that nobody could have meant, for each key that is read.
TEST(UnreadableStateOf, EachKeyThatIsTakenIsNamedWhereItCannotBeRead) {
  for (const KeyRule& rule : key_rules()) {
    if (rule.fate != Fate::taken || rule.check == nullptr) continue;
    StoredState state = good();
    if (state.at(rule.place).empty()) state.at(rule.place).emplace_back();
    std::string key(rule.key);
    if (const std::size_t star = key.find('*'); star != std::string::npos) {
      key.replace(star, 1, "pg/0");
    }
    state.at(rule.place).back()[key] = "{\t\n" + std::string(64, 'x');
    EXPECT_EQ(found(state).key, rule.name) << key << " in " << to_text(rule.place);
  }
}

TEST(UnreadableStateOf, EachKeyOfSomethingUnderWayIsNamedWithWhatItIs) {
  for (const KeyRule& rule : key_rules()) {
    if (rule.fate != Fate::refused) continue;
    for (const char* value : {"1", "True", "x"}) {
      StoredState state = good();
      state.at(rule.place).back()[std::string(rule.key)] = value;
      EXPECT_EQ(found(state).key, rule.name) << rule.key;
    }
    StoredState removed = good();
    removed.at(rule.place).back()[std::string(rule.key)] = "";
    EXPECT_EQ(found(removed), Unreadable{}) << rule.key;
  }
  StoredState state = good();
  state.at(Place::peers_app).front()["restoring-backup"] = "20241112-101112F";
  EXPECT_EQ(found(state).why,
            "restoring-backup: tells of a restore: its database may be empty, or on its way to "
            "some moment");
}

TEST(UnreadableStateOf, NoKeyThatIsIgnoredIsAnything) {
  for (const KeyRule& rule : key_rules()) {
    if (rule.fate != Fate::ignored) continue;
    StoredState state = good();
    state.at(rule.place).emplace_back()[std::string(rule.key)] = "\xff{";
    EXPECT_EQ(found(state), Unreadable{}) << rule.key << " in " << to_text(rule.place);
  }
}

TEST(UnreadableStateOf, APeersBagIsRead) {
  StoredState state = good();
  state.at(Place::upgrade_unit).back()["state"] = "x";
  EXPECT_EQ(found(state),
            (Unreadable{StateKey::upgrade_state, "state: is no state of an upgrade"}));
}

TEST(UnreadableStateOf, TheFirstIsToldWithItsReason) {
  StoredState state = good();
  state.at(Place::peers_app).front()["endpoints"] = "x";
  state.at(Place::upgrade_unit).front()["state"] = "x";
  EXPECT_EQ(found(state), (Unreadable{StateKey::endpoints, "endpoints: is no JSON"}));
}

TEST(UnreadableStateOf, AQueueOfUpstreamIsReadWithItsSnapshots) {
  StoredState state = good();
  Bag& store = state.at(Place::state_store).front();
  store["#notices#"] = "- - Charm/on/database_peers_relation_changed[3]\n  - Charm\n  - _on\n";
  EXPECT_EQ(found(state).key, StateKey::deferral_queue) << "without its snapshot";
  store["Charm/on/database_peers_relation_changed[3]"] =
      "{relation_name: database-peers, relation_id: 1, app_name: pg, unit_name: pg/0}\n";
  EXPECT_EQ(found(state), Unreadable{});
}

// --- whatever is not named can be read ---

Bag front(const StoredState& state, Place place) {
  return state.at(place).empty() ? Bag{} : state.at(place).front();
}

// By all who hand something of it on.
bool reads_all_of(const StoredState& state) {
  const Bag peers_app = front(state, Place::peers_app);
  const Bag peers_unit = front(state, Place::peers_unit);
  const Bag upgrade_app = front(state, Place::upgrade_app);
  const Bag store = front(state, Place::state_store);
  const ClientAnswer told{.bag = front(state, Place::client_app),
                          .secret_user = front(state, Place::client_user),
                          .secret_tls = front(state, Place::client_tls)};
  const std::string requests(
      value_of(front(state, Place::certificates_unit), "certificate_signing_requests"));
  return parse_endpoints(app, value_of(peers_app, "endpoints")) &&
         parse_cluster_initialised(value_of(peers_app, "cluster_initialised")) &&
         parse_tls_announced(value_of(peers_unit, "tls")) &&
         parse_passwords(peers_app, front(state, Place::application_secret)) &&
         parse_unit_secret(peers_unit, front(state, Place::unit_secret)) &&
         parse_dependencies(value_of(upgrade_app, "dependencies")) &&
         parse_upgrade_stack(value_of(upgrade_app, "upgrade-stack")) &&
         parse_sync_standbys(app, value_of(upgrade_app, "sync-standbys")) &&
         parse_upgrade_state(value_of(front(state, Place::upgrade_unit), "state")) &&
         parse_restart_granted(app, front(state, Place::restart_app)) &&
         parse_restart_state(value_of(front(state, Place::restart_unit), "state")) &&
         parse_client_offer(told) && parse_certificate_requests(requests) &&
         parse_stored_text(postgresql_k8s(), app, value_of(store, "notices"));
}

// The values of a few keys are spoilt, or are somebody else's.
RC_GTEST_PROP(UnreadableStateProperty, WhatIsNotNamedIsReadByEverybody, ()) {
  StoredState state = good();
  const auto spoilt =
      *rc::gen::resize(3, rc::gen::container<std::vector<std::size_t>>(
                              rc::gen::inRange<std::size_t>(0, key_rules().size())));
  for (const std::size_t at : spoilt) {
    const KeyRule& rule = key_rules()[at];
    if (rule.key.contains('*')) continue;
    if (state.at(rule.place).empty()) state.at(rule.place).emplace_back();
    std::string& text = state.at(rule.place).front()[std::string(rule.key)];
    text = *given::near({text, given::ca(), "True", "[]", "None"});
  }
  const Unreadable unreadable = found(state);
  const bool all = unreadable.key == StateKey::none;
  RC_CLASSIFY(all, "all is readable");
  RC_ASSERT(all == unreadable.why.empty());
  if (all) RC_ASSERT(reads_all_of(state));
}

RC_GTEST_PROP(UnreadableStateProperty, NoBytesFailTheHook, ()) {
  StoredState state = good();
  for (std::vector<Bag>& bags : state.bags) {
    for (Bag& bag : bags) {
      for (auto& [key, text] : bag) {
        if (*rc::gen::inRange(0, 8) == 0) text = *given::near({text});
      }
    }
  }
  const Unreadable unreadable = found(state);
  RC_ASSERT((unreadable.key == StateKey::none) == unreadable.why.empty());
}

// A later revision's key is not looked at.
RC_GTEST_PROP(UnreadableStateProperty, NoUnknownKeyIsAnything, (const std::string& text)) {
  StoredState state = good();
  for (std::vector<Bag>& bags : state.bags) {
    for (Bag& bag : bags) bag["zz-" + text] = text;
  }
  RC_ASSERT(found(state) == Unreadable{});
}

}  // namespace
}  // namespace charm::wire
