// Keys, requests and certificates: OpenSSL reads what is made, and what Juju keeps of them is read
// as it was written.
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <set>

#include "charm/live/action.h"
#include "charm/live/entropy.h"
#include "charm/live/x509.h"
#include "tests/live/juju_fixture.h"

namespace charm::live {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What `openssl req -text` shows.
std::string shown(const std::string& request) {
  BIO* in = BIO_new_mem_buf(request.data(), static_cast<int>(request.size()));
  X509_REQ* read = PEM_read_bio_X509_REQ(in, nullptr, nullptr, nullptr);
  BIO* out = BIO_new(BIO_s_mem());
  EXPECT_NE(read, nullptr);
  if (read != nullptr) X509_REQ_print(out, read);
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(out, &data));
  std::string text(data, size);
  EXPECT_EQ(read == nullptr ? 0 : X509_REQ_verify(read, X509_REQ_get0_pubkey(read)), 1);
  X509_REQ_free(read);
  BIO_free(in);
  BIO_free(out);
  return text;
}

// A certificate for the key of this request, signed with it.
std::string certificate_for(const std::string& request, const std::string& key_text) {
  BIO* in = BIO_new_mem_buf(request.data(), static_cast<int>(request.size()));
  X509_REQ* read = PEM_read_bio_X509_REQ(in, nullptr, nullptr, nullptr);
  BIO* key_in = BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(key_in, nullptr, nullptr, nullptr);
  X509* made = X509_new();
  X509_set_pubkey(made, X509_REQ_get0_pubkey(read));
  X509_set_subject_name(made, X509_REQ_get_subject_name(read));
  X509_gmtime_adj(X509_getm_notBefore(made), 0);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_sign(made, key, EVP_sha256());
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, made);
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(out, &data));
  std::string text(data, size);
  X509_free(made);
  X509_REQ_free(read);
  EVP_PKEY_free(key);
  for (BIO* bio : {in, key_in, out}) BIO_free(bio);
  return text;
}

class Certificates : public JujuFixture {
 protected:
  Certificates() {
    fake_.answer("relation-ids", {.when = {"certificates"}, .output = R"(["certificates:9"])"});
    fake_.answer("relation-list", {.when = {"certificates:9", "--app"}, .output = R"("ca")"});
    fake_.answer("secret-add", {.output = "secret:abc\n"});
    fake_.answer("network-get",
                 {.output = R"({"bind-addresses":[{"addresses":[{"value":"10.1.0.7"}]}]})"});
    static const std::string one_key = make_rsa_key();  // making one takes its time
    key_ = pems_.keep(one_key);
    request_ = entropy_.make_certificate_request(key_);
  }

  void issued(const nlohmann::json& entry) {
    bag("certificates:9", "ca",
        {{"certificates", wire::to_python_json(nlohmann::json::array({entry}))}});
    bag("certificates:9", "pg/1",
        {{"certificate_signing_requests", wire::certificate_requests_text(pems_.text(request_))}});
    const wire::Bag secret{
        {"csr", pems_.text(request_)}, {"requested-key", pems_.text(key_)}, {"ca-other", "kept"}};
    fake_.answer("secret-get", {.output = wire::to_python_json(secret)});
  }

  Entropy entropy_{who_, tools_, pems_};
  Pem key_;
  Pem request_;
};

TEST_F(Certificates, PasswordsAreSixteenLettersAndDigits) {
  std::set<char> seen;
  std::set<std::string> all;
  for (int i = 0; i < 200; ++i) {
    const Secret password = i % 2 == 0 ? entropy_.make_password(SystemUser::rewind)
                                       : entropy_.make_client_password({7});
    EXPECT_EQ(password.reveal().size(), 16U);
    for (const char c : password.reveal()) seen.insert(c);
    all.emplace(password.reveal());
  }
  EXPECT_EQ(all.size(), 200U);
  EXPECT_EQ(seen.size(), 62U);
  EXPECT_TRUE(std::ranges::all_of(seen, [](unsigned char c) { return std::isalnum(c) != 0; }));
}

TEST_F(Certificates, KeysAreRsaInPkcs1) {
  EXPECT_TRUE(pems_.text(key_).starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
  EXPECT_TRUE(is_private_key(pems_.text(key_)));
  EXPECT_FALSE(is_private_key(pems_.text(request_)));
  EXPECT_FALSE(
      is_private_key("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
                     "AES-128-CBC,00\n\nYQ==\n-----END RSA PRIVATE KEY-----\n"));
  EXPECT_NE(key_, entropy_.make_private_key());
}

TEST_F(Certificates, RequestsHaveTheUnitsNames) {
  const std::string text = shown(pems_.text(request_));
  EXPECT_THAT(text, HasSubstr("CN=pg-1.pg-endpoints/x500UniqueIdentifier="));
  EXPECT_THAT(text, HasSubstr("Public-Key: (2048 bit)"));
  EXPECT_THAT(text, HasSubstr("sha256WithRSAEncryption"));
  for (const char* name :
       {"DNS:pg-1,", "DNS:pg-1.pg-endpoints,", "DNS:pg-1.pg-endpoints.m.svc.cluster.local",
        "DNS:10.1.0.7", "DNS:pg-primary.m.svc.cluster.local", "DNS:pg-replicas.m.svc.cluster.local",
        "IP Address:10.1.0.7"}) {
    EXPECT_THAT(text, HasSubstr(name));
  }
  EXPECT_THAT(text, Not(HasSubstr("critical")));
}

TEST_F(Certificates, NoTwoRequestsAreEqual) {
  EXPECT_NE(request_, entropy_.make_certificate_request(key_));
}

TEST_F(Certificates, ALongNameOfTheApplicationStillFits) {
  const Identity longer{.app = {std::string(40, 'a')}, .unit = {1}, .model = "m"};
  const RequestNames names = names_of(longer, "not-an-address", "x");
  EXPECT_EQ(names.common_name, std::string(40, 'a') + "-1");
  EXPECT_THAT(names.addresses, IsEmpty());
  EXPECT_TRUE(make_request(pems_.text(key_), names));
}

TEST_F(Certificates, AreAskedForAndTakenFromTheProvider) {
  const std::string certificate = certificate_for(pems_.text(request_), pems_.text(key_));
  issued({{"certificate_signing_request", pems_.text(request_)},
          {"certificate", certificate},
          {"ca", certificate},
          {"chain", {certificate, certificate}}});
  const auto relation = juju().certificates();
  ASSERT_TRUE(relation);
  EXPECT_EQ(relation->asked, request_);
  EXPECT_EQ(relation->certificate, pems_.keep(certificate));
  EXPECT_FALSE(relation->revoked);
  TlsState state = juju().tls();
  EXPECT_EQ(state.request, request_);
  EXPECT_EQ(state.request_key, key_);
  EXPECT_FALSE(state.enabled());
  state.files = {key_, relation->certificate, relation->authority};
  state.announced = true;
  fake_.answer("secret-info-get", {.output = R"({"abc":{}})"});
  juju().set_tls(state);
  const auto files = fake_.calls("secret-set")[0].files;
  EXPECT_EQ(files.at("ca-other"), "kept");
  EXPECT_EQ(files.at("cauth").size(), 2 * certificate.size() - 1);
  EXPECT_EQ(files.at("chain"), files.at("cauth"));
  EXPECT_EQ(juju().tls(), state);
  EXPECT_EQ(juju().tls_units(), (UnitSet{UnitName{1}}));
  EXPECT_THAT(fake_.arguments_of_all(), Not(HasSubstr("BEGIN")));
}

TEST_F(Certificates, OfAnotherKeyOrRequestCountAsNone) {
  const std::string key = make_rsa_key();
  const auto other = make_request(key, {.common_name = "x", .unique_identifier = "y"});
  const std::string certificate = certificate_for(*other, key);
  issued({{"certificate_signing_request", pems_.text(request_)},
          {"certificate", certificate},
          {"ca", certificate},
          {"chain", nlohmann::json::array()}});
  EXPECT_TRUE(juju().certificates()->certificate.empty());
  EXPECT_THAT(fake_.logged(), HasSubstr("cannot use what certificates:9 has: it is for another"));
  issued({{"certificate_signing_request", *other},
          {"certificate", certificate},
          {"ca", certificate},
          {"chain", nlohmann::json::array()}});
  begin();
  EXPECT_TRUE(juju().certificates()->certificate.empty());
  EXPECT_EQ(juju().certificates()->asked, request_);
}

TEST_F(Certificates, ThatAreRevokedAreSaidToBe) {
  const std::string certificate = certificate_for(pems_.text(request_), pems_.text(key_));
  issued({{"certificate_signing_request", pems_.text(request_)},
          {"certificate", certificate},
          {"ca", certificate},
          {"chain", nlohmann::json::array()},
          {"revoked", true}});
  EXPECT_TRUE(juju().certificates()->revoked);
}

TEST_F(Certificates, AreAskedForInTheUnitsBag) {
  juju().request_certificate(request_);
  const auto bag = nlohmann::json::parse(written("relation-set").back());
  const auto list =
      wire::parse_certificate_requests(bag["certificate_signing_requests"].get<std::string>());
  ASSERT_EQ(list->size(), 1U);
  EXPECT_EQ(pems_.keep(list->front()), request_);
  EXPECT_THAT(fake_.calls("relation-set")[0].arguments,
              ElementsAre("-r", "certificates:9", "--file", "-"));
  who_.broken_relation = "certificates:9";
  begin();
  EXPECT_FALSE(juju().certificates());
  EXPECT_THROW(juju().request_certificate(request_), HookFailed);
}

TEST_F(Certificates, MadeByAnOperatorsKeyOrNot) {
  Action action(tools_, pems_);
  const auto given = [this](const std::string& key) {
    fake_.answer("action-get", {.output = wire::to_python_json({{"private-key", key}})});
  };
  fake_.answer("action-get", {.output = "{}"});
  EXPECT_FALSE(action.parameters().private_key);
  given(pems_.text(key_));
  EXPECT_EQ(action.parameters().private_key, (GivenKey{.key = key_, .usable = true}));
  // The shape of a key, but no key.
  given("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n");
  EXPECT_EQ(action.parameters().private_key, GivenKey());
}

TEST_F(Certificates, ParametersThatCannotBeReadFailTheAction) {
  Action action(tools_, pems_);
  fake_.answer("action-get", {.output = R"({"username":7})"});
  EXPECT_THROW((void)action.parameters(), HookFailed);
  EXPECT_THAT(fake_.calls("action-fail")[0].arguments, ElementsAre("--", "username: is no text"));
}

TEST_F(Certificates, ActionsTellTheirOperator) {
  Action action(tools_, pems_);
  fake_.answer("action-get",
               {.output = R"({"username":"operator","password":"p","force":true,"scope":"unit"})"});
  const ActionParameters parameters = action.parameters();
  EXPECT_EQ(parameters.username->view(), "operator");
  EXPECT_EQ(parameters.password->reveal(), "p");
  EXPECT_TRUE(parameters.force);
  action.set_result("primary", "pg/0");
  action.set_result("password", Secret("p"));
  action.log("a line");
  action.fail("a text");
  EXPECT_THAT(fake_.calls("action-set")[1].arguments, ElementsAre("password=p"));
}

}  // namespace
}  // namespace charm::live
