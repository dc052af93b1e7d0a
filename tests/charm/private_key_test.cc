// The private key that an operator gives: what is taken, and that nothing else is.
#include "charm/tls/private_key.h"

#include <gtest/gtest.h>

#include <random>

namespace charm::tls {
namespace {

// A SEQUENCE of one INTEGER: of the right shape, and no key of anybody's.
const std::string pem = "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n";
const std::string pem_in_base64 =
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1BTUNBUUE9Ci0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K";

TEST(APrivateKey, IsTakenAsPem) {
  EXPECT_EQ(read_private_key(pem), pem);
  EXPECT_EQ(read_private_key("\n  " + pem + "\n"), pem);
}

TEST(APrivateKey, WithOtherLineEndsIsTheSameKey) {
  EXPECT_EQ(read_private_key("-----BEGIN PRIVATE KEY-----\r\nMAMCAQA=\r\n"
                             "-----END PRIVATE KEY-----\r\n"),
            pem);
}

TEST(APrivateKey, IsTakenAsBase64OfPem) {
  EXPECT_EQ(read_private_key(pem_in_base64), pem);
  EXPECT_EQ(read_private_key(pem_in_base64.substr(0, 40) + "\n" + pem_in_base64.substr(40)), pem);
}

TEST(APrivateKey, IsNotACertificateNorAKeyWithAPassphrase) {
  for (const char* label : {"CERTIFICATE", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY", ""}) {
    const std::string text =
        std::string("-----BEGIN ") + label + "-----\nMAMCAQA=\n-----END " + label + "-----\n";
    EXPECT_EQ(read_private_key(text).error(), KeyError::not_a_private_key) << label;
  }
}

TEST(APrivateKey, ThatIsCutShortOrDoubledIsDamaged) {
  EXPECT_EQ(read_private_key("-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n").error(), KeyError::damaged);
  EXPECT_EQ(
      read_private_key("-----BEGIN PRIVATE KEY-----\nMAMCAQ==\n-----END PRIVATE KEY-----").error(),
      KeyError::damaged);
  EXPECT_EQ(read_private_key("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----").error(),
            KeyError::damaged);
  EXPECT_EQ(read_private_key(pem + pem).error(), KeyError::damaged);
  EXPECT_EQ(read_private_key("-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END RSA PRIVATE KEY-----")
                .error(),
            KeyError::damaged);
}

TEST(APrivateKey, IsNoOtherText) {
  for (const char* text : {"", " \n", "secret", "c2VjcmV0", "!!!!", "====", "c2VjcmV0c2Vj=cmV0"}) {
    EXPECT_EQ(read_private_key(text).error(), KeyError::neither_pem_nor_base64) << text;
  }
}

TEST(Base64, IsDecodedWithItsPadding) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9v\nYmFy"), "foobar");
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm9v=", "Zg==Zg=="}) {
    EXPECT_FALSE(decode_base64(text)) << text;
  }
}

// Whatever an operator gives: it is refused, or what is taken is taken again as it is.
TEST(APrivateKey, OfAnyTextIsRefusedOrReadAgainAsItself) {
  std::mt19937 draw(1);  // NOLINT: the same each time
  std::size_t taken = 0;
  for (int times = 0; times < 200'000; ++times) {
    std::string text = times % 2 == 0 ? pem : pem_in_base64;
    const std::size_t changes = 1 + draw() % 3;
    for (std::size_t change = 0; change < changes && !text.empty(); ++change) {
      const std::size_t at = draw() % text.size();
      switch (draw() % 4) {
        case 0: text[at] = static_cast<char>(draw() % 256); break;
        case 1: text.erase(at, 1 + draw() % 8); break;
        case 2: text.insert(at, 1, "\n =-A"[draw() % 5]); break;
        default: text.insert(at, text.substr(draw() % text.size(), draw() % 16)); break;
      }
    }
    const auto read = read_private_key(text);
    if (!read) continue;
    ++taken;
    ASSERT_EQ(read_private_key(*read), *read) << text;
  }
  EXPECT_GT(taken, 1000U);
}

}  // namespace
}  // namespace charm::tls
