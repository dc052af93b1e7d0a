// Juju's port for the clients' relations, over hook tools that are played.
#include "tests/live/juju_fixture.h"

namespace charm::live {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr RelationId client{7};

class JujuClients : public JujuFixture {
 protected:
  JujuClients() {
    fake_.answer("relation-ids",
                 {.when = {"database"}, .output = R"(["database:10","database:7"])"});
    fake_.answer("relation-list", {.when = {"--app"}, .output = R"("app")"});
    bag("database:7", "app", {{"database", "shop"}});
  }

  ClientOffer offer() {
    return {.password = Secret("Canary0123456789"), .version = BoundedText<15>("14.13")};
  }
  nlohmann::json told() { return nlohmann::json::parse(written("relation-set").back()); }
};

TEST_F(JujuClients, AreInTheOrderOfTheirNumbersWithoutTheOneThatGoes) {
  EXPECT_THAT(juju().client_relations(), ElementsAre(RelationId{7}, RelationId{10}));
  who_.broken_relation = "database:7";
  begin();
  EXPECT_THAT(juju().client_relations(), ElementsAre(RelationId{10}));
}

TEST_F(JujuClients, AreAllKnownWhenNoOtherApplicationIsToCome) {
  const auto goal = [this](const std::string& clients) {
    fake_.answer("goal-state", {.output = R"({"units":{},"relations":{)" + clients + "}}"});
  };
  goal("");
  EXPECT_TRUE(juju().knows_every_client());
  goal(R"("database":{"app":{},"app/0":{}})");
  EXPECT_TRUE(juju().knows_every_client());
  goal(R"("database":{"app":{},"late":{}})");
  EXPECT_FALSE(juju().knows_every_client());
  who_.broken_application = "late";
  EXPECT_TRUE(juju().knows_every_client());
}

TEST_F(JujuClients, AskForADatabase) {
  EXPECT_EQ(juju().client_request(client).database.view(), "shop");
  EXPECT_TRUE(juju().client_request({10}).database.empty());
  bag("database:7", "app", {{"database", "shop\n"}});
  begin();
  EXPECT_TRUE(juju().client_request(client).database.empty());
  EXPECT_THAT(fake_.logged(), HasSubstr("cannot read the request in database:7"));
}

TEST_F(JujuClients, ThatHaveGoneFromTheControllerAskForNothing) {
  fake_.answer("relation-get", {.when = {"database:7"},
                                .errors = "ERROR permission denied (unauthorized access)\n",
                                .code = 1});
  EXPECT_TRUE(juju().client_request(client).database.empty());
}

TEST_F(JujuClients, AreToldInTheBag) {
  EXPECT_TRUE(juju().client_offer(client)->password.empty());
  EXPECT_TRUE(juju().set_client_offer(client, offer()));
  EXPECT_EQ(told()["username"], "relation_id_7");
  EXPECT_EQ(told()["password"], "Canary0123456789");
  EXPECT_EQ(told()["endpoints"], "pg-primary.m.svc.cluster.local:5432");
  EXPECT_EQ(told()["tls"], "False");
  EXPECT_THAT(fake_.calls("secret-add"), IsEmpty());
  EXPECT_EQ(juju().client_offer(client), offer());
  EXPECT_THAT(fake_.arguments_of_all(), Not(HasSubstr("Canary")));
}

// Told once, and its request is spoilt since: the leader's hooks go on, and the client has what it
// had.
TEST_F(JujuClients, ThatAskForNothingReadableAnyMoreKeepWhatTheyWereTold) {
  EXPECT_TRUE(juju().set_client_offer(client, offer()));
  const std::vector<std::string> before = written("relation-set");
  ASSERT_FALSE(before.empty());
  const std::vector<wire::Bag> spoilt{{{"database", "shop\n"}},
                                      {{"database", "shop"}, {"extra-user-roles", "a\tb"}},
                                      {{"database", "shop"}, {"requested-secrets", "{"}},
                                      {}};
  for (const wire::Bag& request : spoilt) {
    bag("database:7", "app", request);
    begin();
    ClientOffer other = offer();
    other.read_only_endpoints = true;
    EXPECT_TRUE(juju().set_client_offer(client, other));
    EXPECT_EQ(written("relation-set"), before);
  }
}

TEST_F(JujuClients, AreToldInSecretsThatTheyMayRead) {
  bag("database:7", "app",
      {{"database", "shop"}, {"requested-secrets", R"(["username", "password", "uris", "tls"])"}});
  fake_.answer("secret-add", {.output = "secret:user\n"});
  fake_.answer("secret-add", {.when = {"database.7.tls.secret"}, .output = "secret:tls\n"});
  ClientOffer secret_offer = offer();
  secret_offer.in_secret = true;
  EXPECT_TRUE(juju().set_client_offer(client, secret_offer));
  const auto added = fake_.calls("secret-add");
  ASSERT_EQ(added.size(), 2U);
  EXPECT_EQ(added[0].arguments[1], "database.7.user.secret");
  EXPECT_EQ(added[0].files.at("password"), "Canary0123456789");
  const auto granted = fake_.calls("secret-grant");
  ASSERT_EQ(granted.size(), 2U);
  EXPECT_THAT(granted[0].arguments, ElementsAre("secret:user", "--relation", "database:7"));
  EXPECT_THAT(granted[1].arguments, ElementsAre("secret:tls", "--relation", "database:7"));
  EXPECT_EQ(told()["secret-user"], "secret:user");
  EXPECT_EQ(told()["secret-tls"], "secret:tls");
  EXPECT_FALSE(told().contains("password"));
  EXPECT_EQ(juju().client_offer(client), secret_offer);
  EXPECT_THAT(fake_.arguments_of_all(), Not(HasSubstr("Canary")));
}

TEST_F(JujuClients, KeepTheirSecretsWhenTheyAreToldAnew) {
  bag("database:7", "pg",
      {{"secret-user", "secret://m/user"}, {"secret-tls", "secret://m/tls"}, {"version", "14.13"}});
  fake_.answer("secret-get", {.when = {"database.7.user.secret"},
                              .output = R"({"username":"relation_id_7","password":"old"})"});
  fake_.answer("secret-get", {.when = {"database.7.tls.secret"}, .output = R"({"tls":"False"})"});
  fake_.answer("secret-info-get", {.output = R"({"user":{}})"});
  auto before = juju().client_offer(client);
  ASSERT_TRUE(before);
  EXPECT_TRUE(before->in_secret);
  EXPECT_EQ(before->password.reveal(), "old");
  before->password = Secret("new");
  EXPECT_TRUE(juju().set_client_offer(client, *before));
  EXPECT_THAT(fake_.calls("secret-grant"), IsEmpty());
  ASSERT_EQ(fake_.calls("secret-set").size(), 1U);  // tls is what it was
  EXPECT_FALSE(told().contains("secret-user"));     // it stands as it stood
  EXPECT_EQ(juju().client_offer(client), *before);
}

TEST_F(JujuClients, AreToldByWhoseAuthorityToTalk) {
  ClientOffer secured = offer();
  secured.authority = pems_.keep("-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----");
  EXPECT_TRUE(juju().set_client_offer(client, secured));
  EXPECT_EQ(told()["tls"], "True");
  EXPECT_EQ(told()["tls-ca"], pems_.text(secured.authority));
  EXPECT_EQ(juju().client_offer(client), secured);
}

}  // namespace
}  // namespace charm::live
