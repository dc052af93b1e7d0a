// What clients write, and what they are told.
#include "charm/wire/client.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/wire/pem.h"
#include "tests/wire/any_text.h"
#include "tests/wire/pem_texts.h"

namespace charm::wire {
namespace {

const ClientContext context{.app = {"pg"}, .model = "m", .relation = {7}, .tls_ca = ""};
const ClientOffer offer{
    .password = Secret("pw"), .version = BoundedText<15>("14.13"), .read_only_endpoints = true};
const Bag plain{{"database", "shop"}, {"extra-user-roles", "createdb,admin"}};
const Bag by_secret{{"database", "shop"},
                    {"requested-secrets", R"(["username", "password", "tls", "tls-ca", "uris"])"}};

ToldOffer told(const ClientOffer& of, const std::string& tls_ca = "") { return {of, tls_ca}; }

std::string offer_refusal(const ClientAnswer& of) {
  const auto read = parse_client_offer(of);
  return read ? "taken" : read.error().text;
}

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
  EXPECT_EQ(*parse_client_offer(answer), told(offer));
}

TEST(ClientAnswer, HasNoPasswordOutsideOfTheSecretThatWasAskedFor) {
  ClientOffer secret = offer;
  secret.in_secret = true;
  ClientAnswer answer = client_answer(context, by_secret, *parse_client_request(by_secret), secret);
  for (const auto& [key, value] : answer.bag) {
    EXPECT_EQ(value.find("pw"), std::string::npos) << key;
  }
  EXPECT_EQ(answer.secret_user.size(), 3U);
  EXPECT_EQ(value_of(answer.secret_tls, "tls"), "False");
  answer.bag["secret-user"] = "secret:abc";
  answer.bag["secret-tls"] = "secret:def";
  EXPECT_EQ(*parse_client_offer(answer), told(secret));
}

TEST(ClientAnswer, TellsOfTls) {
  ClientContext secured = context;
  secured.tls_ca = given::chain();
  const ClientAnswer answer = client_answer(secured, plain, *parse_client_request(plain), offer);
  EXPECT_EQ(value_of(answer.bag, "tls"), "True");
  EXPECT_EQ(value_of(answer.bag, "tls-ca"), given::chain());
  EXPECT_EQ(*parse_client_offer(answer), told(offer, given::chain()));
}

TEST(ClientAnswer, TellsOfTlsInTheSecretToo) {
  ClientContext secured = context;
  secured.tls_ca = given::ca();
  ClientOffer secret = offer;
  secret.in_secret = true;
  ClientAnswer answer = client_answer(secured, by_secret, *parse_client_request(by_secret), secret);
  answer.bag["secret-user"] = "secret:abc";
  answer.bag["secret-tls"] = "secret:def";
  EXPECT_EQ(*parse_client_offer(answer), told(secret, given::ca()));
}

TEST(ClientAnswer, TellsOfTlsWhereEachFieldIsAskedFor) {
  ClientContext secured = context;
  secured.tls_ca = given::ca();
  ClientOffer secret = offer;
  secret.in_secret = true;
  const auto answered = [&](const char* requested) {
    const Bag bag{{"database", "shop"}, {"requested-secrets", requested}};
    return client_answer(secured, bag, *parse_client_request(bag), secret);
  };
  ClientAnswer of_user = answered(R"(["username", "password"])");
  EXPECT_TRUE(of_user.secret_tls.empty());
  EXPECT_EQ(value_of(of_user.bag, "tls"), "True");
  EXPECT_EQ(value_of(of_user.bag, "tls-ca"), given::ca());
  of_user.bag["secret-user"] = "secret:abc";
  EXPECT_EQ(*parse_client_offer(of_user), told(secret, given::ca()));
  ClientAnswer of_authority = answered(R"(["username", "tls-ca"])");
  EXPECT_EQ(of_authority.secret_tls, (Bag{{"tls-ca", given::ca()}}));
  EXPECT_EQ(value_of(of_authority.bag, "tls"), "True");
  of_authority.bag["secret-user"] = "secret:abc";
  of_authority.bag["secret-tls"] = "secret:def";
  EXPECT_EQ(*parse_client_offer(of_authority), told(secret, given::ca()));
}

TEST(ClientAnswer, WithoutReplicasRemovesTheirEndpoint) {
  ClientOffer alone = offer;
  alone.read_only_endpoints = false;
  const ClientAnswer answer = client_answer(context, plain, *parse_client_request(plain), alone);
  EXPECT_EQ(value_of(answer.bag, "read-only-endpoints"), "");
  EXPECT_EQ(*parse_client_offer(answer), told(alone));
}

TEST(ClientOfferOf, AnotherRevisionIsRefusedWhereItCannotBeOurs) {
  EXPECT_EQ(*parse_client_offer({}), ToldOffer{});
  EXPECT_EQ(offer_refusal({.bag = {{"password", std::string(64, 'x')}}}), "password: is too long");
  EXPECT_EQ(offer_refusal({.bag = {{"password", "a\nb"}}}), "password: has control characters");
  EXPECT_EQ(offer_refusal({.bag = {{"version", std::string(16, '1')}}}),
            "version: is longer than 15 bytes");
  EXPECT_EQ(offer_refusal({.bag = {{"version", "\t"}}}), "version: has control characters");
  EXPECT_EQ(offer_refusal({.bag = {{"tls", "true"}}}), "tls: is neither True nor False");
  EXPECT_EQ(offer_refusal({.bag = {{"tls", "True"}, {"tls-ca", "x"}}}),
            "tls-ca: is no certificate in PEM");
  EXPECT_EQ(offer_refusal({.bag = {{"secret-user", "secret:abc"}},
                           .secret_user = {{"password", std::string(64, 'x')}}}),
            "password: is too long");
}

TEST(ClientOfferOf, AnAuthorityThatWasLeftBehindIsNone) {
  EXPECT_EQ(parse_client_offer({.bag = {{"tls", "False"}, {"tls-ca", given::ca()}}})->tls_ca, "");
}

RC_GTEST_PROP(ClientOfferProperty, IsTheSameOrRefused, ()) {
  ClientAnswer answer;
  answer.bag["password"] = *given::near({"", "pw"});
  answer.bag["version"] = *given::near({"", "14.13"});
  answer.bag["tls"] = *given::near({"True", "False"});
  answer.bag["tls-ca"] = *given::near({"", given::ca(), given::chain()});
  const auto read = parse_client_offer(answer);
  RC_CLASSIFY(read.has_value(), "taken");
  if (!read) return;
  RC_ASSERT(read->offer.password.reveal() == answer.bag["password"]);
  RC_ASSERT(read->offer.version.view() == answer.bag["version"]);
  if (!read->tls_ca.empty()) RC_ASSERT(read->tls_ca == strip(answer.bag["tls-ca"]));
  RC_ASSERT(read->tls_ca.empty() || answer.bag["tls"] == "True");
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
