// Each key of upstream's charm has one rule, and each rule a key or is this charm's own.
#include "charm/wire/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/places.h"

namespace charm::wire {
namespace {

using testing::AnyOf;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

struct UpstreamKey {
  std::string section;
  std::string place;
  std::string key;
};

std::vector<UpstreamKey> upstream_keys() {
  std::ifstream file(tests::in_repository("tests/wire/upstream_keys.txt"));
  std::vector<UpstreamKey> keys;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t first = line.find(" | ");
    const std::size_t second = line.find(" | ", first + 3);
    keys.push_back({line.substr(0, first), line.substr(first + 3, second - first - 3),
                    line.substr(second + 3)});
  }
  return keys;
}

std::vector<const KeyRule*> rules_of(const UpstreamKey& one) {
  std::vector<const KeyRule*> rules;
  for (const KeyRule& rule : key_rules()) {
    if (to_text(rule.place) == one.place && rule.covers(one.key)) rules.push_back(&rule);
  }
  return rules;
}

TEST(KeyRules, SayOfEachUpstreamKeyOnceWhatBecomesOfIt) {
  const auto keys = upstream_keys();
  ASSERT_THAT(keys, Not(IsEmpty()));
  for (const UpstreamKey& one : keys) {
    const auto rules = rules_of(one);
    ASSERT_THAT(rules, SizeIs(1)) << one.key << " in " << one.place;
    EXPECT_EQ(rules.front()->source, one.section) << one.key << " in " << one.place;
  }
}

TEST(KeyRules, AreAboutNoKeyThatNobodyWrites) {
  std::set<const KeyRule*> met;
  for (const UpstreamKey& one : upstream_keys()) {
    for (const KeyRule* rule : rules_of(one)) met.insert(rule);
  }
  for (const KeyRule& rule : key_rules()) {
    if (rule.source == "this charm's own") continue;
    EXPECT_TRUE(met.contains(&rule)) << rule.key << " in " << to_text(rule.place);
  }
}

TEST(KeyRules, SayWhoHandsOnOrWhatIsUnderWayOrWhyNot) {
  for (const KeyRule& rule : key_rules()) {
    EXPECT_THAT(rule.why, Not(IsEmpty())) << rule.key;
    if (rule.fate == Fate::taken) {
      EXPECT_THAT(rule.why, AnyOf(StartsWith("Juju::"), StartsWith("with the row"))) << rule.key;
      EXPECT_EQ(rule.check == nullptr, rule.name == StateKey::none) << rule.key;
    }
    if (rule.fate == Fate::refused) {
      EXPECT_THAT(rule.why, AnyOf(StartsWith("tells of "), StartsWith("asks for "))) << rule.key;
      EXPECT_NE(rule.name, StateKey::none) << rule.key;
    }
    if (rule.fate == Fate::ignored) {
      EXPECT_EQ(rule.name, StateKey::none) << rule.key;
    }
  }
}

// So an operator who reads the status finds the key.
TEST(KeyRules, AreRefusedByANameThatTellsWhere) {
  std::set<StateKey> names;
  for (const KeyRule& rule : key_rules()) {
    names.insert(rule.name);
    const std::string name(to_text(rule.name));
    if (rule.fate == Fate::refused) {
      const std::string place(to_text(rule.place));
      EXPECT_EQ(name, std::string(rule.key) + " in " + place.substr(0, place.find(',')));
    }
    EXPECT_EQ(is_under_way(rule.name), rule.fate == Fate::refused) << rule.key;
  }
  for (std::size_t at = 0; at < state_key_count; ++at) {
    EXPECT_TRUE(names.contains(static_cast<StateKey>(at))) << to_text(static_cast<StateKey>(at));
  }
}

TEST(AKeyRule, CoversWhatItsStarsStandFor) {
  const auto covers = [](std::string_view key, std::string_view of) {
    return KeyRule{
        .place = {}, .key = key, .fate = {}, .name = {}, .check = {}, .why = {}, .source = {}}
        .covers(of);
  };
  EXPECT_TRUE(covers("tls", "tls"));
  EXPECT_FALSE(covers("tls", "tls-ca"));
  EXPECT_FALSE(covers("tls", ""));
  EXPECT_TRUE(covers("ca-*", "ca-certs"));
  EXPECT_TRUE(covers("ca-*", "ca-"));
  EXPECT_FALSE(covers("ca-*", "cauth"));
  EXPECT_TRUE(covers("*-password", "a-password"));
  EXPECT_FALSE(covers("*-password", "password"));
  EXPECT_FALSE(covers("<a *>", "<a >>b"));
  EXPECT_TRUE(covers("<a *>", "<a b>"));
  EXPECT_FALSE(covers("ab*ba", "aba")) << "nothing counts twice";
  EXPECT_TRUE(covers("*/on/*", "Charm/on/start[1]"));
  EXPECT_FALSE(covers("*/on/*", "Charm/off/start[1]"));
  EXPECT_TRUE(covers("*x*y", "axbxcy"));
  EXPECT_TRUE(covers("*", ""));
}

}  // namespace
}  // namespace charm::wire
