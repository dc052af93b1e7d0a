// What PostgreSQL and libpq say in text: read right, and never read wrong, whatever it is.
#include "charm/live/sql_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace charm::live {
namespace {

const AppName app{"pg"};

TEST(NamedStandbys, AreThoseOfEachFormThatPostgreSQLTakes) {
  const UnitSet both{{1}, {2}};
  EXPECT_EQ(named_standbys(app, R"("pg-1","pg-2")"), both);
  EXPECT_EQ(named_standbys(app, R"(2 ("pg-1","pg-2"))"), both);
  EXPECT_EQ(named_standbys(app, "FIRST 2 (pg-1, pg-2)"), both);
  EXPECT_EQ(named_standbys(app, "ANY 1 ( \"pg-1\" , pg-2 )"), both);
  EXPECT_EQ(named_standbys(app, "pg-2"), UnitSet{{2}});
}

TEST(NamedStandbys, AreOfThisApplication) {
  for (const char* none : {"", "*", "1 (*)", "\"*\"", "2", "other-1", "pg-1x", "pg-01", "pg-128",
                           "\"pg-1\"\"\"", "\"a, pg-1\"", "pg"}) {
    EXPECT_EQ(named_standbys(app, none), UnitSet()) << none;
  }
  // A number of standbys is no name.
  EXPECT_EQ(named_standbys(app, "pg-3 (pg-1)"), UnitSet{{1}});
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (char letter : name) text.append(letter == '"' ? 2 : 1, letter);
  return text + '"';
}

RC_GTEST_PROP(NamedStandbys, AreReadAsTheyAreWritten, ()) {
  UnitSet units;
  std::string list;
  const auto entries = *rc::gen::container<std::vector<std::pair<std::uint16_t, std::string>>>(
      rc::gen::pair(rc::gen::inRange<std::uint16_t>(0, 140), rc::gen::string<std::string>()));
  for (const auto& [ordinal, stranger] : entries) {
    if (!list.empty()) list += ",";
    if (ordinal < max_units) {
      units.insert({ordinal});
      list += quoted(to_text(app, MemberName{ordinal}));
    } else {
      list += quoted("x" + stranger);
    }
  }
  RC_ASSERT(named_standbys(app, list) == units);
  RC_ASSERT(named_standbys(app, "ANY 2 (" + list + ")") == units);
}

RC_GTEST_PROP(SqlText, TakesAnyBytes, ()) {
  const auto letters = rc::gen::element('"', '(', ')', ',', ' ', '*', 'p', 'g', '-', '1', '\\');
  const auto text =
      *rc::gen::oneOf(rc::gen::container<std::string>(letters), rc::gen::string<std::string>());
  (void)named_standbys(app, text);
  (void)kind_of_failure(text);
  const std::string_view state = sqlstate_in(text);
  RC_ASSERT(state.empty() || state.size() == 5);
  RC_ASSERT(version_number(text).view().size() <= 15);
  std::string joined;
  for (const std::string& role : asked_roles(text)) {
    RC_ASSERT(!role.contains(','));
    joined.append(role).append(",");
  }
  RC_ASSERT(joined.size() == text.size() || joined.size() == text.size() + 1);
}

TEST(AskedRoles, AreBetweenCommas) {
  using Roles = std::vector<std::string>;
  EXPECT_EQ(asked_roles(""), Roles());
  EXPECT_EQ(asked_roles("CreateDB,admin"), (Roles{"createdb", "admin"}));
  EXPECT_EQ(asked_roles("a, b,,c,"), (Roles{"a", " b", "", "c"}));
}

TEST(ClientUserName, GoesBothWays) {
  EXPECT_EQ(client_user_name({7}), "relation_id_7");
  EXPECT_EQ(parse_client_user_name("relation_id_65535"), RelationId{65535});
  for (const char* none : {"", "relation_id_", "relation_id_0", "relation_id_07", "relation_id_7x",
                           "relation_id_65536", "relation_id_-1", "relation-7", "operator"}) {
    EXPECT_EQ(parse_client_user_name(none), std::nullopt) << none;
  }
}

TEST(VersionNumber, EndsAtTheFirstBlank) {
  EXPECT_EQ(version_number("14.13 (Ubuntu 14.13-0ubuntu0.22.04.1)").view(), "14.13");
  EXPECT_EQ(version_number("16beta1").view(), "16beta1");
}

TEST(FailureOfAConnection, IsSaidInOurOwnWords) {
  EXPECT_EQ(sqlstate_in("connection to server at \"x\", port 5432 failed: FATAL:  28P01\n"),
            "28P01");
  EXPECT_EQ(sqlstate_in("FATAL:  password authentication"), "");
  EXPECT_EQ(sqlstate_in("FATAL:  28P"), "");
  EXPECT_EQ(kind_of_failure("... failed: Connection refused\n\tIs the server running"),
            "connection refused");
  EXPECT_EQ(kind_of_failure("\x1b[31mwhatever it was"), "no connection");
  EXPECT_EQ(meaning_of("53300"), "out of connections");
  EXPECT_EQ(meaning_of("XX000"), "");
}

}  // namespace
}  // namespace charm::live
