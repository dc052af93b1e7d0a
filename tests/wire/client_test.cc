// What clients write, and what they are told.
#include "charm/wire/client.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/wire/any_text.h"

namespace charm::wire {
namespace {

const ClientContext context{.app = {"pg"}, .model = "m", .relation = {7}, .tls_ca = ""};
const ClientOffer offer{
    .password = Secret("pw"), .version = BoundedText<15>("14.13"), .read_only_endpoints = true};
const Bag plain{{"database", "shop"}, {"extra-user-roles", "createdb,admin"}};
const Bag by_secret{{"database", "shop"},
                    {"requested-secrets", R"(["username", "password", "tls", "tls-ca", "uris"])"}};

std::string refusal(const Bag& bag) {
  const auto read = parse_client_request(bag);
  return read ? "taken" : read.error().text;
}

TEST(ClientRequest, BeginsWithTheDatabase) {
  EXPECT_EQ(*parse_client_request({}), ClientRequest{});
  EXPECT_EQ(*parse_client_request({{"requested-secrets", "["}}), ClientRequest{})
      << "nothing is asked for yet";
  const ClientRequest read = *parse_client_request(plain);
  EXPECT_EQ(read.database.view(), "shop");
  EXPECT_EQ(read.extra_user_roles.view(), "createdb,admin");
  EXPECT_FALSE(read.wants_secret);
  EXPECT_TRUE(parse_client_request(by_secret)->wants_secret);
  EXPECT_FALSE(
      parse_client_request({{"database", "a"}, {"requested-secrets", R"(["tls"])"}})->wants_secret);
}

TEST(ClientRequest, ThatWouldNameSomethingElseIsRefused) {
  EXPECT_EQ(refusal({{"database", "a\nb"}}), "database: has control characters");
  EXPECT_EQ(refusal({{"database", "a"}, {"requested-secrets", "username"}}),
            "requested-secrets: is no JSON");
  EXPECT_EQ(refusal({{"database", "a"}, {"requested-secrets", "{}"}}),
            "requested-secrets: is no list of texts");
}

TEST(ClientRequest, ThatIsTooLongIsCutAndSoRefusedByTheHook) {
  const auto read = parse_client_request({{"database", std::string(300, 'x')}});
  EXPECT_EQ(read->database.view(), std::string(RequestText::capacity, 'x'));
}

TEST(ClientAnswer, IsPlainWhereNoSecretIsAskedFor) {
  const ClientAnswer answer = client_answer(context, plain, *parse_client_request(plain), offer);
  EXPECT_EQ(answer.bag,
            (Bag{{"data", R"({"database": "shop", "extra-user-roles": "createdb,admin"})"},
                 {"database", "shop"},
                 {"endpoints", "pg-primary.m.svc.cluster.local:5432"},
                 {"password", "pw"},
                 {"read-only-endpoints", "pg-replicas.m.svc.cluster.local:5432"},
                 {"tls", "False"},
                 {"tls-ca", ""},
                 {"uris", "postgresql://relation_id_7:pw@pg-primary.m.svc.cluster.local:5432/shop"},
                 {"username", "relation_id_7"},
                 {"version", "14.13"}}));
  EXPECT_TRUE(answer.secret_user.empty());
  EXPECT_EQ(*parse_client_offer(answer.bag, {}), offer);
}

TEST(ClientAnswer, HasNoPasswordOutsideOfTheSecretThatWasAskedFor) {
  ClientOffer secret = offer;
  secret.in_secret = true;
  const ClientAnswer answer =
      client_answer(context, by_secret, *parse_client_request(by_secret), secret);
  for (const auto& [key, value] : answer.bag) {
    EXPECT_EQ(value.find("pw"), std::string::npos) << key;
  }
  EXPECT_EQ(answer.secret_user.size(), 3U);
  EXPECT_EQ(value_of(answer.secret_tls, "tls"), "False");
  Bag told = answer.bag;
  told["secret-user"] = "secret:abc";
  EXPECT_EQ(*parse_client_offer(told, answer.secret_user), secret);
}

TEST(ClientAnswer, TellsOfTls) {
  ClientContext secured = context;
  secured.tls_ca = "-----BEGIN";
  const ClientAnswer answer = client_answer(secured, plain, *parse_client_request(plain), offer);
  EXPECT_EQ(value_of(answer.bag, "tls"), "True");
  EXPECT_EQ(value_of(answer.bag, "tls-ca"), "-----BEGIN");
}

TEST(ClientAnswer, WithoutReplicasRemovesTheirEndpoint) {
  ClientOffer alone = offer;
  alone.read_only_endpoints = false;
  const ClientAnswer answer = client_answer(context, plain, *parse_client_request(plain), alone);
  EXPECT_EQ(value_of(answer.bag, "read-only-endpoints"), "");
  EXPECT_EQ(*parse_client_offer(answer.bag, {}), alone);
}

TEST(ClientOfferOf, AnotherRevisionIsRefusedWhereItCannotBeOurs) {
  EXPECT_EQ(*parse_client_offer({}, {}), ClientOffer{});
  EXPECT_EQ(parse_client_offer({{"password", std::string(64, 'x')}}, {}).error().text,
            "password: is too long");
  EXPECT_EQ(parse_client_offer({{"version", std::string(16, '1')}}, {}).error().text,
            "version: is longer than 15 bytes");
}

RC_GTEST_PROP(ClientRequestProperty, IsTheSameOrRefused, ()) {
  Bag bag;
  bag["database"] = *given::near({"shop", std::string(63, 'x')});
  bag["extra-user-roles"] = *given::near({"", "admin", "createdb,admin"});
  bag["requested-secrets"] = *given::near({"", R"(["username", "password"])"});
  const auto read = parse_client_request(bag);
  if (!read) return;
  RC_ASSERT(read->database.view() == bag["database"]);
  if (!bag["database"].empty()) RC_ASSERT(read->extra_user_roles.view() == bag["extra-user-roles"]);
  // Whatever the bag holds, the marker is JSON again.
  client_answer(context, bag, *read, offer);
}

}  // namespace
}  // namespace charm::wire
