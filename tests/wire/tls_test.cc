// The unit's secret and the relation `certificates`: what upstream has left is taken over, or
// refused by its key without its value.
#include "charm/wire/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/wire/json.h"
#include "charm/wire/pem.h"
#include "tests/wire/any_text.h"
#include "tests/wire/pem_texts.h"

namespace charm::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

template <class T>
std::string refusal(const Wire<T>& read) {
  return read ? "taken" : read.error().text;
}

// --- PEM ---

TEST(APem, IsOfItsKind) {
  EXPECT_EQ(*parse_pem("k", PemKind::private_key, ""), "");
  EXPECT_EQ(*parse_pem("k", PemKind::private_key, " \n" + given::key() + "\n\n"), given::key());
  EXPECT_EQ(*parse_pem("k", PemKind::request, given::request()), given::request());
  EXPECT_EQ(*parse_pem("k", PemKind::certificates, given::chain()), given::chain());
  EXPECT_EQ(refusal(parse_pem("k", PemKind::private_key, given::certificate())),
            "k: is no private key in PEM");
  EXPECT_EQ(refusal(parse_pem("k", PemKind::request, given::key())),
            "k: is no certificate request in PEM");
  EXPECT_EQ(refusal(parse_pem("k", PemKind::certificates, given::request())),
            "k: is no certificate in PEM");
}

TEST(APem, OfAKeyIsNoBase64OfIt) {
  EXPECT_EQ(refusal(parse_pem("k", PemKind::private_key, "MAMCAQE=")),
            "k: is no private key in PEM");
}

TEST(APem, MayHaveWordsAroundItsBlocks) {
  const std::string text =
      "Issuer: somebody\n" + given::certificate() + "\nIssuer: the root\n" + given::ca();
  EXPECT_EQ(*parse_pem("k", PemKind::certificates, text), text);
}

TEST(APem, IsWholeOrRefused) {
  const std::string whole = given::certificate();
  for (const std::string& part :
       {whole.substr(0, whole.size() - 1), whole.substr(0, 30), whole.substr(1),
        whole + '\n' + whole.substr(0, 30), given::pem("CERTIFICATE", "MAM!"),
        given::pem("CERTIFICATE", ""), std::string("None"), whole + '\n' + given::key()}) {
    EXPECT_EQ(refusal(parse_pem("k", PemKind::certificates, part)), "k: is no certificate in PEM")
        << part;
  }
  EXPECT_EQ(refusal(parse_pem("k", PemKind::request, given::request() + '\n' + given::request())),
            "k: is no certificate request in PEM")
      << "which of the two";
  EXPECT_EQ(refusal(parse_pem("k", PemKind::certificates, std::string(70000, ' '))),
            "k: is longer than 64 KiB");
}

// --- the secret ---

// As upstream leaves it once a certificate has come.
Bag upstream_secret() {
  return {{"key", given::key() + '\n'},
          {"csr", given::request() + '\n'},
          {"cert", given::certificate()},
          {"cauth", given::ca()},
          {"chain", given::chain()}};
}

UnitSecret whole_secret() {
  return {.key = given::key(),
          .certificate = given::certificate(),
          .authority = given::chain(),
          .request = given::request(),
          .request_key = given::key()};
}

TEST(AUnitSecret, OfUpstreamIsTakenOver) {
  EXPECT_EQ(*parse_unit_secret({}, upstream_secret()), whole_secret());
  EXPECT_EQ(*parse_unit_secret({}, {}), UnitSecret{});
}

TEST(AUnitSecret, WithoutAChainHasTheCa) {
  Bag content = upstream_secret();
  content["chain"] = "None";
  EXPECT_EQ(parse_unit_secret({}, content)->authority, given::ca());
}

TEST(AUnitSecret, ServesWithAllThreeOrNothing) {
  for (const char* missing : {"cert", "cauth"}) {
    Bag content = upstream_secret();
    content[missing] = "None";
    EXPECT_EQ(*parse_unit_secret({}, content), (UnitSecret{.key = {},
                                                           .certificate = {},
                                                           .authority = {},
                                                           .request = given::request(),
                                                           .request_key = given::key()}))
        << missing;
  }
}

TEST(AUnitSecret, KeepsTheKeyOfARenewalApart) {
  Bag content = upstream_secret();
  content["requested-key"] = given::other_key();
  UnitSecret expected = whole_secret();
  expected.request_key = given::other_key();
  EXPECT_EQ(*parse_unit_secret({}, content), expected);
}

TEST(AUnitSecret, FromBeforeJujuHadSecretsStandsInTheBag) {
  const Bag bag{{"key", given::key()}, {"csr", given::request()}, {"cert", given::certificate()},
                {"ca", given::ca()},   {"chain", given::chain()}, {"cauth", "is no key of a bag"}};
  EXPECT_EQ(*parse_unit_secret(bag, {}), whole_secret());
  EXPECT_EQ(*parse_unit_secret(bag, {{"key", given::other_key()}}), whole_secret())
      << "it comes first";
}

TEST(AUnitSecret, IsRefusedByItsKeyAndNotTold) {
  for (const char* key : {"key", "csr", "cert", "cauth", "chain", "requested-key"}) {
    Bag content = upstream_secret();
    content[key] = "hunter2";
    const std::string text = refusal(parse_unit_secret({}, content));
    EXPECT_THAT(text, HasSubstr(std::string(key) + ": is no ")) << key;
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  }
}

TEST(AUnitSecret, IsWrittenBesideWhatElseIsThere) {
  const Bag written = with_unit_secret({{"ca-other", "x"}}, whole_secret());
  EXPECT_EQ(value_of(written, "ca-other"), "x");
  EXPECT_EQ(value_of(written, "cauth"), value_of(written, "chain"));
  EXPECT_EQ(value_of(with_unit_secret(written, {}), "key"), "None");
}

RC_GTEST_PROP(AUnitSecretProperty, SurvivesWritingAndReading,
              (bool serves, bool asked, bool renews)) {
  UnitSecret secret = whole_secret();
  if (!serves) secret.key = secret.certificate = secret.authority = "";
  if (!asked) secret.request = "";
  if (renews) secret.request_key = given::other_key();
  if (!serves && !asked) secret.request_key = "";
  RC_ASSERT(*parse_unit_secret({}, with_unit_secret({}, secret)) == secret);
}

RC_GTEST_PROP(AUnitSecretProperty, IsTheSameOrRefused, ()) {
  Bag content = upstream_secret();
  for (auto& [key, text] : content) text = *given::near({text, "None", ""});
  const auto read = parse_unit_secret({}, content);
  RC_CLASSIFY(read.has_value(), "taken");
  if (!read) return;
  const auto stands = [&content](const std::string& text) {
    if (text.empty()) return true;
    return std::ranges::any_of(content,
                               [&text](const auto& entry) { return strip(entry.second) == text; });
  };
  RC_ASSERT(stands(read->key));
  RC_ASSERT(stands(read->certificate));
  RC_ASSERT(stands(read->authority));
  RC_ASSERT(stands(read->request));
  RC_ASSERT(read->key.empty() == read->certificate.empty());
  RC_ASSERT(read->key.empty() == read->authority.empty());
}

// --- the relation ---

TEST(CertificateRequests, AreThoseOfTheUnitsOwnBag) {
  const std::string text = certificate_requests_text(given::request());
  EXPECT_THAT(*parse_certificate_requests(text), ElementsAre(given::request()));
  EXPECT_EQ(certificate_requests_text(""), "[]");
  EXPECT_THAT(*parse_certificate_requests("[]"), IsEmpty());
  EXPECT_THAT(*parse_certificate_requests(""), IsEmpty());
  const nlohmann::json two = {
      {{"certificate_signing_request", given::request()}, {"ca", false}},
      {{"certificate_signing_request", given::pem("CERTIFICATE REQUEST", "MAMCAQI=") + '\n'}}};
  EXPECT_THAT(*parse_certificate_requests(two.dump()),
              ElementsAre(given::request(), given::pem("CERTIFICATE REQUEST", "MAMCAQI=")))
      << "of a library that asks again with another key";
}

TEST(CertificateRequests, ThatAreNoneAreRefused) {
  const std::string key = "certificate_signing_requests: ";
  EXPECT_EQ(refusal(parse_certificate_requests("x")), key + "is no JSON");
  EXPECT_EQ(refusal(parse_certificate_requests("{}")), key + "is no list");
  for (const char* strange : {"[1]", "[{}]", R"([{"certificate_signing_request": 1}])"}) {
    EXPECT_EQ(refusal(parse_certificate_requests(strange)), key + "has an entry without a request");
  }
  EXPECT_EQ(refusal(parse_certificate_requests(R"([{"certificate_signing_request": "x"}])")),
            key + "is no certificate request in PEM");
}

nlohmann::json entry() {
  return {{"certificate_signing_request", given::request()},
          {"certificate", given::certificate()},
          {"ca", given::ca()},
          {"chain", {given::certificate(), given::ca() + '\n'}}};
}

IssuedCertificate issued(const std::vector<nlohmann::json>& list) {
  return parse_issued_certificate(nlohmann::json(list).dump(), given::request());
}

TEST(AnIssuedCertificate, IsThatOfTheRequest) {
  nlohmann::json other = entry();
  other["certificate_signing_request"] = "another";
  EXPECT_EQ(issued({other, entry()}),
            (IssuedCertificate{.certificate = given::certificate(), .authority = given::chain()}));
  EXPECT_EQ(issued({other}), IssuedCertificate{});
  nlohmann::json revoked = entry();
  revoked["revoked"] = true;
  revoked["chain"] = nlohmann::json::array();
  EXPECT_EQ(issued({revoked}),
            (IssuedCertificate{
                .certificate = given::certificate(), .authority = given::ca(), .revoked = true}));
}

// As upstream's library: one entry that does not fit, and all of it counts as empty.
TEST(AnIssuedCertificate, InABagThatDoesNotFitIsNone) {
  for (const char* key : {"certificate_signing_request", "certificate", "ca", "chain"}) {
    nlohmann::json without = entry();
    without.erase(key);
    EXPECT_EQ(issued({entry(), without}), IssuedCertificate{}) << key;
    nlohmann::json strange = entry();
    strange[key] = 1;
    EXPECT_EQ(issued({entry(), strange}), IssuedCertificate{}) << key;
  }
  nlohmann::json strange = entry();
  strange["revoked"] = "yes";
  EXPECT_EQ(issued({strange}), IssuedCertificate{});
  strange = entry();
  strange["chain"] = {1};
  EXPECT_EQ(issued({strange}), IssuedCertificate{});
  strange = entry();
  strange["certificate"] = "no PEM";
  EXPECT_EQ(issued({strange}), IssuedCertificate{});
  EXPECT_EQ(parse_issued_certificate("x", given::request()), IssuedCertificate{});
  EXPECT_EQ(parse_issued_certificate("", given::request()), IssuedCertificate{});
}

RC_GTEST_PROP(AnIssuedCertificateProperty, IsTheSameOrNone, ()) {
  nlohmann::json list = nlohmann::json::array();
  list.push_back(entry());
  const std::string text = *given::near({list.dump()});
  const IssuedCertificate read = parse_issued_certificate(text, given::request());
  RC_CLASSIFY(!read.certificate.empty(), "taken");
  if (read.certificate.empty()) return;
  const auto again = nlohmann::json::parse(text);
  RC_ASSERT(strip(again.back()["certificate_signing_request"].get<std::string>()) ==
            given::request());
}

}  // namespace
}  // namespace charm::wire
