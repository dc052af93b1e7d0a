// What a scenario says of certificates: read as it is meant, refused where it cannot be.
#include <gmock/gmock.h>

#include "sim/scenario/read.h"

namespace sim {
namespace {

using testing::HasSubstr;

std::expected<Scenario, ScenarioError> story(std::string_view steps) {
  return read_scenario(
      std::string(R"({"schema_version": 1, "title": "t", "story": [)").append(steps).append("]}"),
      "t.json");
}

std::string refused(std::string_view steps) {
  const auto scenario = story(steps);
  return scenario ? std::string("it is taken") : to_text(scenario.error());
}

TEST(CertificatesInAScenario, AreRelatedRotatedAndRemoved) {
  const auto scenario = story(R"({"relate_provider": "ca"}, {"rotate_certificates": "renewed"},
                                 {"rotate_certificates": "revoked"}, {"unrelate_provider": "ca"})");
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  EXPECT_EQ(std::get<RelateProvider>(scenario->story[0].deed).provider, "ca");
  EXPECT_FALSE(std::get<RotateCertificates>(scenario->story[1].deed).revoked);
  EXPECT_TRUE(std::get<RotateCertificates>(scenario->story[2].deed).revoked);
  EXPECT_EQ(std::get<UnrelateProvider>(scenario->story[3].deed).provider, "ca");
  ASSERT_EQ(providers(*scenario).size(), 1U);
}

TEST(CertificatesInAScenario, ComeFromOneProviderAtATime) {
  EXPECT_THAT(refused(R"({"relate_provider": "ca"}, {"relate_provider": "other"})"),
              HasSubstr("comes while ca is related"));
  EXPECT_THAT(refused(R"({"relate_provider": "ca"}, {"unrelate_provider": "ca"},
                         {"relate_provider": "ca"})"),
              HasSubstr("is related before"));
  EXPECT_THAT(refused(R"({"relate_provider": "a"}, {"unrelate_provider": "a"},
                         {"relate_provider": "b"}, {"unrelate_provider": "b"},
                         {"relate_provider": "c"})"),
              HasSubstr("is one more than a story can have"));
}

TEST(CertificatesInAScenario, AreRotatedByAProviderThatIsThere) {
  EXPECT_THAT(refused(R"({"rotate_certificates": "renewed"})"), HasSubstr("needs a provider"));
  EXPECT_THAT(refused(R"({"unrelate_provider": "ca"})"), HasSubstr("is not related then"));
  EXPECT_THAT(refused(R"({"relate_provider": "ca"}, {"rotate_certificates": "lost"})"),
              HasSubstr("rotate_certificates"));
}

charm::GivenKey key_in(std::string_view text) {
  const auto scenario = story(std::string(R"({"run_action": "set-tls-private-key", "unit": 0,
                      "parameters": {"private-key": ")")
                                  .append(text)
                                  .append(R"("}})"));
  EXPECT_TRUE(scenario) << to_text(scenario.error());
  return *std::get<RunAction>(scenario->story[0].deed).parameters.private_key;
}

TEST(CertificatesInAScenario, AKeyIsTheSameHoweverItIsWritten) {
  const auto pem = key_in(R"(-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----)");
  const auto base64 = key_in(
      "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1BTUNBUUE9Ci0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K");
  EXPECT_TRUE(pem.usable);
  EXPECT_EQ(pem, base64);
  EXPECT_FALSE(key_in("secret").usable);
}

}  // namespace
}  // namespace sim
