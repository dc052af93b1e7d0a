// The relation `certificates` and the unit's secret, as upstream's library writes them, and as
// nobody does.
#include "charm/wire/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/wire/dependencies.h"
#include "tests/wire/any_text.h"

namespace charm::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view issued =
    R"([{"certificate_signing_request": "R\n", "certificate": " C ", "ca": "A", )"
    R"("chain": ["X\n", "Y"]}, {"certificate_signing_request": "S", "certificate": "D", )"
    R"("ca": "A", "chain": [], "revoked": true, "other": 1}])";

TEST(CertificateRequests, AreReadAsUpstreamWritesThem) {
  EXPECT_THAT(*parse_certificate_requests(
                  R"([{"certificate_signing_request": "R\n", "ca": false}, {"ca": true}])"),
              ElementsAre("R"));
  EXPECT_THAT(*parse_certificate_requests(""), IsEmpty());
  EXPECT_THAT(*parse_certificate_requests("[]"), IsEmpty());
  EXPECT_FALSE(parse_certificate_requests("{}"));
  EXPECT_FALSE(parse_certificate_requests("[1]"));
  EXPECT_EQ(certificate_requests_text(" a\nb\n"),
            R"([{"ca": false, "certificate_signing_request": "a\nb"}])");
}

TEST(IssuedCertificates, AreAllOrNone) {
  EXPECT_THAT(*parse_issued_certificates(issued),
              ElementsAre(IssuedCertificate{"R", "C", "A", "X\nY", false},
                          IssuedCertificate{"S", "D", "A", "", true}));
  EXPECT_THAT(*parse_issued_certificates(""), IsEmpty());
  const std::string good =
      R"({"certificate_signing_request": "R", "certificate": "C", "ca": "A", "chain": []})";
  EXPECT_TRUE(parse_issued_certificates("[" + good + "]"));
  for (const char* bad : {"{}", "1", R"({"certificate_signing_request": "R"})",
                          R"({"certificate_signing_request": "R", "certificate": "C", "ca": "A"})",
                          R"({"certificate_signing_request": "R", "certificate": "C", "ca": "A",
                              "chain": [1]})",
                          R"({"certificate_signing_request": "R", "certificate": "C", "ca": "A",
                              "chain": [], "revoked": "yes"})"}) {
    EXPECT_FALSE(parse_issued_certificates("[" + good + "," + bad + "]")) << bad;
  }
}

TEST(TheUnitsSecret, IsReadAsUpstreamWritesIt) {
  const UnitSecret secret = parse_unit_secret(
      {{"key", "K\n"}, {"csr", "R"}, {"cert", "None"}, {"cauth", "A"}, {"ca-other", "x"}});
  EXPECT_EQ(secret, (UnitSecret{.key = "K", .request = "R", .ca = "A", .requested_key = "K"}));
}

TEST(TheUnitsSecret, KeepsOthersFieldsAndMarksWhatIsRemoved) {
  const UnitSecret secret{.key = "K", .requested_key = "L"};
  const Bag content = with_unit_secret({{"cert", "C"}, {"ca-other", "x"}}, secret);
  EXPECT_EQ(content,
            (Bag{{"key", "K"}, {"cert", "None"}, {"requested-key", "L"}, {"ca-other", "x"}}));
  EXPECT_EQ(with_unit_secret({}, {}), Bag());
}

TEST(StoredDependencies, AreReadAsUpstreamWritesThem) {
  const auto read = parse_dependencies(
      R"({"charm": {"dependencies": {"pgbouncer": ">0"}, "name": "postgresql", )"
      R"("upgrade_supported": ">0", "version": "2"}, "rock": {"dependencies": {}, )"
      R"("name": "charmed-postgresql", "upgrade_supported": "^14", "version": "14.11"}})");
  ASSERT_TRUE(read);
  ASSERT_TRUE(*read);
  EXPECT_EQ((*read)->rock.version.view(), "14.11");
  EXPECT_EQ((*read)->charm.upgrade_supported.view(), ">0");
  EXPECT_EQ(dependencies_text(**read),
            R"({"charm": {"dependencies": {"pgbouncer": ">0"}, "name": "postgresql", )"
            R"("upgrade_supported": ">0", "version": "2"}, "rock": {"dependencies": {}, )"
            R"("name": "charmed-postgresql", "upgrade_supported": "^14", "version": "14.11"}})");
}

TEST(StoredDependencies, OfNobodyAreNoneAndRubbishIsRefused) {
  EXPECT_FALSE(*parse_dependencies(""));
  for (const char* bad : {"x", "[]", "{}", R"({"charm": {}, "rock": {}})",
                          R"({"charm": {"version": "2", "upgrade_supported": ">0"}, "rock": 1})"}) {
    EXPECT_FALSE(parse_dependencies(bad)) << bad;
  }
  EXPECT_FALSE(parse_dependencies(R"({"charm": {"version": ")" + std::string(32, '1') +
                                  R"(", "upgrade_supported": ">0"}, "rock": {}})"));
}

RC_GTEST_PROP(CertificatesProperty, NoBytesDoHarm, ()) {
  const std::string text =
      *given::near({std::string(issued), R"([{"certificate_signing_request": "R\n", "ca": false}])",
                    R"({"charm": {"version": "2", "upgrade_supported": ">0"}, "rock": {}})"});
  (void)parse_certificate_requests(text);
  (void)parse_issued_certificates(text);
  (void)parse_dependencies(text);
}

RC_GTEST_PROP(TheUnitsSecretProperty, IsReadAsItWasWritten, ()) {
  const auto word = rc::gen::elementOf(std::vector<std::string>{"", "a", "b\nc"});
  const UnitSecret secret{.key = *word,
                          .request = *word,
                          .certificate = *word,
                          .ca = *word,
                          .chain = *word,
                          .requested_key = *word};
  const UnitSecret before{.key = *word, .request = *word, .certificate = *word};
  RC_ASSERT(parse_unit_secret(with_unit_secret(with_unit_secret({}, before), secret)) == secret);
}

}  // namespace
}  // namespace charm::wire
