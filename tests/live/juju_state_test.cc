// What another revision has left, as this one takes it over or refuses it: which bags and secrets
// are looked at, and by whom. What may stand in them is tried in tests/wire.
#include "tests/live/juju_fixture.h"
#include "tests/wire/pem_texts.h"

namespace charm::live {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace pem = wire::given;

class JujuState : public JujuFixture {
 protected:
  void secret(const std::string& label, const wire::Bag& content) {
    fake_.answer("secret-get", {.when = {label}, .output = wire::to_python_json(content)});
  }
  void client(const wire::Bag& told) {
    fake_.answer("relation-ids", {.when = {"database"}, .output = R"(["database:7"])"});
    bag("database:7", "pg", told);
  }
  StateKey found() {
    begin();
    return juju().unreadable_state();
  }
  std::vector<std::string> asked(const std::string& relation) {
    std::vector<std::string> whose;
    for (const auto& call : fake_.calls("relation-get")) {
      const auto of = std::ranges::find(call.arguments, relation);
      if (of != call.arguments.end()) whose.push_back(call.arguments.back());
    }
    return whose;
  }
};

// --- refused ---

TEST_F(JujuState, IsReadableOfAUnitThatHasNone) {
  EXPECT_EQ(found(), StateKey::none);
  EXPECT_THAT(fake_.logged(), IsEmpty());
}

TEST_F(JujuState, IsLookedForInTheBagsOfTheApplicationAndOfEachUnit) {
  bag("database-peers:0", "pg", {{"restoring-backup", "x"}});
  EXPECT_EQ(found(), StateKey::restoring_backup);
  bag("database-peers:0", "pg", {});
  bag("database-peers:0", "pg/0", {{"tls", "of-late"}});
  EXPECT_EQ(found(), StateKey::tls);
  bag("database-peers:0", "pg/0", {});
  bag("upgrade:2", "pg/2", {{"state", "of-late"}});
  EXPECT_EQ(found(), StateKey::upgrade_state);
  bag("upgrade:2", "pg/2", {});
  bag("restart:1", "pg/1", {{"callback_override", "x"}});
  EXPECT_EQ(found(), StateKey::callback_override);
  bag("restart:1", "pg/1", {});
  bag("upgrade:2", "pg", {{"upgrade-stack", "x"}});
  EXPECT_EQ(found(), StateKey::upgrade_stack);
  bag("upgrade:2", "pg", {});
  bag("restart:1", "pg", {{"<ops.model.Unit pg/0>", "x"}});
  EXPECT_EQ(found(), StateKey::restart_lock);
}

TEST_F(JujuState, IsLookedForInTheUnitsOwnSecretAndRequest) {
  secret("database-peers.pg.unit", {{"cert", "Canary"}});
  EXPECT_EQ(found(), StateKey::unit_secret);
  EXPECT_THAT(fake_.logged(), Not(HasSubstr("Canary")));
  secret("database-peers.pg.unit", {{"cert", pem::certificate()}});
  EXPECT_EQ(found(), StateKey::none);
  fake_.answer("relation-ids", {.when = {"certificates"}, .output = R"(["certificates:9"])"});
  bag("certificates:9", "pg/1", {{"certificate_signing_requests", "x"}});
  EXPECT_EQ(found(), StateKey::certificate_requests);
  EXPECT_THAT(fake_.logged(), HasSubstr("certificate_signing_requests: is no JSON"));
}

// Juju lets nobody else read them.
TEST_F(JujuState, IsLookedForInWhatClientsAreToldByTheLeaderAlone) {
  client({{"tls", "perhaps"}});
  EXPECT_EQ(found(), StateKey::client_offer);
  EXPECT_THAT(asked("database:7"), Contains("pg"));
  client({{"secret-user", "secret:a"}, {"secret-tls", "secret:b"}});
  secret("database.7.user.secret", {{"password", std::string(64, 'x')}});
  EXPECT_EQ(found(), StateKey::client_offer);
  secret("database.7.user.secret", {});
  secret("database.7.tls.secret", {{"tls", "perhaps"}});
  EXPECT_EQ(found(), StateKey::client_offer);
  const std::size_t asked_by_the_leader = asked("database:7").size();
  not_leading();
  EXPECT_EQ(found(), StateKey::none);
  EXPECT_EQ(asked("database:7").size(), asked_by_the_leader);
}

TEST_F(JujuState, IsToldByItsFirstKeyAndTheReason) {
  bag("database-peers:0", "pg", {{"endpoints", "Canary"}, {"stanza", "Canary"}});
  EXPECT_EQ(found(), StateKey::endpoints);
  EXPECT_THAT(fake_.logged(), HasSubstr("Cannot read what another revision has left: endpoints in "
                                        "database-peers: endpoints: "));
  EXPECT_THAT(fake_.logged(), Not(HasSubstr("Canary")));
}

TEST_F(JujuState, ThatIsUnderWayIsToldWithWhatItIs) {
  bag("database-peers:0", "pg", {{"restoring-backup", "Canary"}});
  EXPECT_EQ(found(), StateKey::restoring_backup);
  EXPECT_THAT(fake_.logged(),
              HasSubstr("Cannot go on with what another revision has left: restoring-backup in "
                        "database-peers: restoring-backup: tells of a restore"));
  EXPECT_THAT(fake_.logged(), Not(HasSubstr("Canary")));
}

// --- taken over ---

TEST_F(JujuState, PasswordsThatStandInTheBagComeFirstUntilTheyAreSet) {
  bag("database-peers:0", "pg", {{"rewind-password", "old"}, {"operator-password", "of-bag"}});
  secret("database-peers.pg.app", {{"rewind-password", "newer"}, {"patroni-password", "rest"}});
  fake_.answer("secret-info-get", {.output = R"({"abc":{}})"});
  EXPECT_EQ(found(), StateKey::none);
  const SystemPasswords before = juju().passwords();
  EXPECT_EQ(before.of(SystemUser::rewind).reveal(), "old");
  EXPECT_EQ(before.of(SystemUser::operator_user).reveal(), "of-bag");
  EXPECT_EQ(before.of(SystemUser::patroni).reveal(), "rest");
  EXPECT_TRUE(before.of(SystemUser::monitoring).empty());
  EXPECT_TRUE(juju().set_password(SystemUser::rewind, Secret("set")));
  EXPECT_EQ(juju().passwords().of(SystemUser::rewind).reveal(), "set");
  EXPECT_EQ(juju().passwords().of(SystemUser::operator_user).reveal(), "of-bag");
  EXPECT_THAT(written("relation-set"), testing::ElementsAre(R"({"rewind-password": ""})"));
  EXPECT_EQ(fake_.calls("secret-set")[0].files.at("rewind-password"), "set");
}

TEST_F(JujuState, APasswordThatWasRemovedIsNone) {
  secret("database-peers.pg.app", {{"rewind-password", "None"}});
  EXPECT_TRUE(juju().passwords().of(SystemUser::rewind).empty());
}

TEST_F(JujuState, TlsThatStandsInTheBagMovesIntoTheSecret) {
  bag("database-peers:0", "pg/1",
      {{"key", pem::key()},
       {"csr", pem::request()},
       {"cert", pem::certificate()},
       {"ca", pem::ca()},
       {"tls", "enabled"}});
  fake_.answer("secret-add", {.output = "secret:abc\n"});
  EXPECT_EQ(found(), StateKey::none);
  const TlsState state = juju().tls();
  EXPECT_EQ(state, (TlsState{.files = {pems_.keep(pem::key()), pems_.keep(pem::certificate()),
                                       pems_.keep(pem::ca())},
                             .request = pems_.keep(pem::request()),
                             .request_key = pems_.keep(pem::key()),
                             .announced = true}));
  juju().set_tls(state);
  EXPECT_EQ(juju().tls(), state);
  const auto files = fake_.calls("secret-add")[0].files;
  EXPECT_EQ(pems_.keep(files.at("key")), state.files.key);
  EXPECT_EQ(pems_.keep(files.at("cauth")), state.files.authority);
  EXPECT_THAT(
      written("relation-set"),
      testing::ElementsAre(R"({"ca": "", "cert": "", "csr": "", "key": "", "tls": "enabled"})"));
}

TEST_F(JujuState, TlsThatIsStoredAsItIsMakesNoRevision) {
  secret("database-peers.pg.unit", {{"key", pem::key()}, {"csr", pem::request()}});
  TlsState state = juju().tls();
  EXPECT_EQ(state.request_key, pems_.keep(pem::key()));
  state.announced = true;
  juju().set_tls(state);
  EXPECT_THAT(fake_.calls("secret-set"), IsEmpty());
  EXPECT_THAT(written("relation-set"), testing::ElementsAre(R"({"tls": "enabled"})"));
}

TEST_F(JujuState, AUnitThatHasNoTlsMakesNoSecretOfIt) {
  juju().set_tls({});
  EXPECT_THAT(fake_.calls("secret-add"), IsEmpty());
}

}  // namespace
}  // namespace charm::live
