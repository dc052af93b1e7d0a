// Whom the charm talks to when its unit has TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/live/postgresql/certificates.h"
#include "tests/live/postgresql/service.h"

namespace live {
namespace {

using testing::HasSubstr;

class LivePostgreSQLTls : public WithServer<testing::Test> {
 protected:
  static std::string file_with(const Authority& authority) {
    const std::string path = (server()->folder() / "ca.pem").string();
    std::ofstream(path) << authority.certificate();
    return path;
  }
  static void serve(const Authority& authority, const std::string& name) {
    const Authority::Issued issued = authority.issue(name);
    server()->serve_tls(issued.certificate, issued.key);
  }
};

TEST_F(LivePostgreSQLTls, ItTakesAServerOfItsAuthority) {
  RealPostgreSQL given(*server());
  const Authority authority;
  serve(authority, "IP:127.0.0.1");
  given.trust(file_with(authority));
  EXPECT_TRUE(given.sql().version()) << given.log();
  EXPECT_EQ(given.sql().takes_passwords(given.announced()), true);
}

TEST_F(LivePostgreSQLTls, ItSaysNothingToAServerOfAnother) {
  RealPostgreSQL given(*server());
  serve(Authority(), "IP:127.0.0.1");
  given.trust(file_with(Authority("another")));
  EXPECT_FALSE(given.sql().version());
  EXPECT_FALSE(given.sql().takes_passwords(given.announced()));
  EXPECT_THAT(given.log(), HasSubstr("its certificate is not trusted"));
  // Of the same name, and another key.
  given.trust(file_with(Authority()));
  EXPECT_FALSE(given.sql().version());
  EXPECT_THAT(given.log(), HasSubstr("cannot tell the version: TLS failed"));
}

TEST_F(LivePostgreSQLTls, ItSaysNothingToAServerOfAnotherName) {
  RealPostgreSQL given(*server());
  const Authority authority;
  serve(authority, "IP:127.0.0.2");
  given.trust(file_with(authority));
  EXPECT_FALSE(given.sql().version());
  EXPECT_THAT(given.log(), HasSubstr("its certificate is another host's"));
}

TEST_F(LivePostgreSQLTls, ItSaysNothingToAServerWithoutTls) {
  RealPostgreSQL given(*server());
  given.trust(file_with(Authority()));
  EXPECT_FALSE(given.sql().version());
  EXPECT_THAT(given.log(), HasSubstr("it talks no TLS"));
}

// The units get their certificates one after the other.
TEST_F(LivePostgreSQLTls, WithoutTlsOfItsOwnItTalksWhatTheServerTalks) {
  RealPostgreSQL given(*server());
  serve(Authority(), "IP:127.0.0.1");
  EXPECT_TRUE(given.sql().version()) << given.log();
}

}  // namespace
}  // namespace live
