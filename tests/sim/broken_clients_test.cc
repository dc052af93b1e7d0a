// The charm with one handler of its database relation exchanged for one with a mistake that a
// property about clients is there to find: a whole run finds it.
#include <gmock/gmock.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "charm/steps/clients.h"
#include "sim/properties/clients.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::ClientOffer;
using charm::Event;
using charm::Outcome;
using charm::RelationId;
using charm::Unit;
using given::expect_broken;
using testing::IsEmpty;

// All other handlers are the charm's own.
class CharmWith {
 public:
  CharmWith(std::string_view name, given::TinyCharm::Run mine)
      : CharmWith(std::vector<std::string_view>{name}, mine) {}
  CharmWith(const std::vector<std::string_view>& names, given::TinyCharm::Run mine)
      : handlers_(charm::postgresql_k8s().handlers.begin(),
                  charm::postgresql_k8s().handlers.end()) {
    for (charm::Handler& handler : handlers_) {
      if (std::ranges::find(names, handler.name) != names.end()) handler.run = mine;
    }
    definition_.handlers = handlers_;
  }
  [[nodiscard]] const charm::CharmDefinition& definition() const { return definition_; }
  [[nodiscard]] Verdict run(std::string_view scenario, const Property& property) const {
    return given::run_calm(given::scenario_with(scenario), {&definition_, {&property, 1}, nullptr});
  }

 private:
  std::vector<charm::Handler> handlers_;
  charm::CharmDefinition definition_ = charm::postgresql_k8s();
};

constexpr std::string_view one_client =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 1, "relate": "shop", "database": "orders"},
                 {"at_s": 1200, "set_trust": true}])";
constexpr std::string_view client_that_looks_into_the_bag =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 1, "relate": "shop", "database": "orders", "secret": false},
                 {"at_s": 1200, "set_trust": true}])";
constexpr std::string_view client_that_leaves =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 1, "relate": "shop", "database": "orders"},
                 {"at_s": 900, "unrelate": "shop"}])";
constexpr std::string_view unit_that_leaves =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 1, "relate": "shop", "database": "orders"},
                 {"at_s": 900, "remove_units": 1}])";

// Hazard 14 of charm-hooks.md, section 11: `broken` is taken for the relation's end.
Outcome drop_at_every_broken(Unit& unit, const Event& event) {
  (void)unit.postgresql.drop_client_user(event.relation);
  return {};
}

TEST(ABrokenCharm, ThatDropsTheUserOfALivingRelationIsFound) {
  const CharmWith broken("database-relation-broken", drop_at_every_broken);
  expect_broken(broken.run(unit_that_leaves, properties::users_stay), properties::users_stay,
                "the user of shop is dropped, and its relation is there");
}

Outcome leave_it(Unit& /*unit*/, const Event& /*event*/) { return {}; }

// The second one looks for users without a relation, whoever has left them.
TEST(ABrokenCharm, ThatKeepsTheUserOfARelationThatIsGoneIsFound) {
  const std::vector<std::string_view> both{"database-relation-broken", "database-leader-elected"};
  const CharmWith broken(both, leave_it);
  expect_broken(broken.run(client_that_leaves, properties::users_have_relations),
                properties::users_have_relations, "the user of shop is still there");
}

TEST(ABrokenCharm, ThatServesNobodyIsFound) {
  const CharmWith broken("database-relation-changed", leave_it);
  expect_broken(broken.run(one_client, properties::clients_are_served),
                properties::clients_are_served, "shop has no credentials where it looks for them");
}

// What a leader does to each client that has asked.
template <class Serve>
Outcome serve_each(Unit& unit, Serve serve) {
  if (!unit.juju.is_leader() || !unit.juju.cluster_initialised()) return {};
  for (RelationId client : unit.juju.client_relations()) {
    if (!unit.juju.client_request(client).database.empty()) serve(client);
  }
  return {};
}

void make(Unit& unit, RelationId client, const charm::Secret& password) {
  (void)unit.postgresql.create_client_user(client, password, {});
  (void)unit.postgresql.create_client_database(client, unit.juju.client_request(client).database);
}

// Whoever runs the request again alters the password, and tells nobody (hazard 4).
Outcome alter_what_was_told(Unit& unit, const Event& /*event*/) {
  return serve_each(unit, [&unit](RelationId client) {
    const charm::Secret password = unit.entropy.make_client_password(client);
    make(unit, client, password);
    if (!unit.juju.client_offer(client)->password.empty()) return;
    (void)unit.juju.set_client_offer(client, {.password = password, .in_secret = true});
  });
}

TEST(ABrokenCharm, ThatAltersAPasswordThatWasToldIsFound) {
  const CharmWith broken("database-relation-changed", alter_what_was_told);
  expect_broken(broken.run(one_client, properties::clients_are_served),
                properties::clients_are_served, "shop has a password that is not its user's");
}

// Upstream's logic, taken literally: whoever leads when the request arrives answers it, at once or
// from its deferral queue, and no later leader looks at what stands in the relation (hazard 4).
Outcome answer_what_is_new(Unit& unit, const Event& event) {
  if (event.kind != charm::EventKind::relation_changed || !unit.juju.is_leader()) return {};
  if (!unit.juju.cluster_initialised()) {
    return {.kind = Outcome::Kind::deferred, .reason = "not initialised"};
  }
  return serve_each(unit, [&unit](RelationId client) {
    const charm::Secret password = charm::steps::password_for(unit, client);
    make(unit, client, password);
    (void)unit.juju.set_client_offer(client, {.password = password, .in_secret = true});
  });
}

TEST(UpstreamsLogic, LosesTheRequestOfAFormerLeader) {
  const CharmWith literal("database-relation-changed", answer_what_is_new);
  const charm::CharmDefinition& definition = literal.definition();
  const std::array property{properties::clients_are_served};
  const Scenario scenario =
      given::scenario_of("scenarios/regressions/request-of-a-former-leader.json");
  expect_broken(given::run_calm(scenario, {&definition, property, nullptr}),
                properties::clients_are_served, "shop has no credentials where it looks for them");
}

Outcome tell_before_it_is_true(Unit& unit, const Event& /*event*/) {
  return serve_each(unit, [&unit](RelationId client) {
    (void)unit.juju.set_client_offer(
        client, {.password = charm::steps::password_for(unit, client), .in_secret = true});
  });
}

TEST(ABrokenCharm, ThatTellsCredentialsOfNobodyIsFound) {
  const CharmWith broken("database-relation-changed", tell_before_it_is_true);
  expect_broken(broken.run(one_client, properties::clients_are_served),
                properties::clients_are_served, "shop has credentials of a user that there is not");
}

Outcome write_it_into_the_bag(Unit& unit, const Event& /*event*/) {
  return serve_each(unit, [&unit](RelationId client) {
    const charm::Secret password = charm::steps::password_for(unit, client);
    make(unit, client, password);
    (void)unit.juju.set_client_offer(client, {.password = password});
  });
}

TEST(ABrokenCharm, ThatWritesAPasswordIntoTheBagOfWhoWantsASecretIsFound) {
  const CharmWith broken("database-relation-changed", write_it_into_the_bag);
  expect_broken(broken.run(one_client, properties::secrets_stay), properties::secrets_stay,
                "the password of shop stands in the databag");
  EXPECT_THAT(broken.run(client_that_looks_into_the_bag, properties::secrets_stay).violations,
              IsEmpty());
}

Outcome hide_it_in_a_secret(Unit& unit, const Event& /*event*/) {
  return serve_each(unit, [&unit](RelationId client) {
    const charm::Secret password = charm::steps::password_for(unit, client);
    make(unit, client, password);
    (void)unit.juju.set_client_offer(client, {.password = password, .in_secret = true});
  });
}

TEST(ABrokenCharm, ThatMakesASecretForWhoReadsNoneIsFound) {
  const CharmWith broken("database-relation-changed", hide_it_in_a_secret);
  expect_broken(broken.run(client_that_looks_into_the_bag, properties::clients_are_served),
                properties::clients_are_served, "shop has no credentials where it looks for them");
}

TEST(ABrokenCharm, ThatForgetsTheReadOnlyEndpointIsFound) {
  const CharmWith broken("database-relation-changed", hide_it_in_a_secret);
  expect_broken(broken.run(one_client, properties::read_only_endpoints),
                properties::read_only_endpoints, "shop is told of no replica");
}

}  // namespace
}  // namespace sim
