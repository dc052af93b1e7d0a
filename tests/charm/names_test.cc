// Names of units, pods, members and hosts, and sets of units.
#include "charm/types/names.h"

#include <gtest/gtest.h>

#include <vector>

namespace charm {
namespace {

const AppName app{"postgresql-k8s"};

std::vector<int> ordinals(const UnitSet& set) {
  std::vector<int> found;
  for (UnitName unit : set) found.push_back(unit.ordinal);
  return found;
}

TEST(Names, AUnitItsPodItsMemberAndItsHostAreSpelledDifferently) {
  EXPECT_EQ(to_text(app, UnitName{3}), "postgresql-k8s/3");
  EXPECT_EQ(to_text(app, PodName{3}), "postgresql-k8s-3");
  EXPECT_EQ(to_text(app, MemberName{3}), "postgresql-k8s-3");
  EXPECT_EQ(to_text(app, HostName{3}), "postgresql-k8s-3.postgresql-k8s-endpoints");
}

TEST(Names, WhatIsWrittenCanBeRead) {
  EXPECT_EQ(parse_unit_name(app, "postgresql-k8s/0"), UnitName{0});
  EXPECT_EQ(parse_pod_name(app, "postgresql-k8s-12"), PodName{12});
  EXPECT_EQ(parse_member_name(app, "postgresql-k8s-12"), MemberName{12});
  EXPECT_EQ(parse_host_name(app, "postgresql-k8s-7.postgresql-k8s-endpoints"), HostName{7});
}

TEST(Names, OfAnotherApplicationAreNone) {
  EXPECT_FALSE(parse_unit_name(app, "mysql-k8s/0"));
  EXPECT_FALSE(parse_unit_name(app, "postgresql-k8s-b/0"));
  EXPECT_FALSE(parse_unit_name({"postgresql"}, "postgresql-k8s/0"));
  EXPECT_FALSE(parse_host_name(app, "postgresql-k8s-7.mysql-endpoints"));
}

TEST(Names, ThatAreMalformedAreNone) {
  for (const char* text : {"", "/", "postgresql-k8s", "postgresql-k8s/", "postgresql-k8s/x",
                           "postgresql-k8s/1x", "postgresql-k8s/-1", "postgresql-k8s/+1",
                           "postgresql-k8s/ 1", "postgresql-k8s/01", "postgresql-k8s-1"}) {
    EXPECT_FALSE(parse_unit_name(app, text)) << text;
  }
}

TEST(Names, StopAtTheLargestNumberOfUnits) {
  EXPECT_TRUE(parse_unit_name(app, "postgresql-k8s/127"));
  EXPECT_FALSE(parse_unit_name(app, "postgresql-k8s/128"));
  EXPECT_FALSE(parse_unit_name(app, "postgresql-k8s/65536"));
}

TEST(UnitSet, IsIteratedInAscendingOrder) {
  const UnitSet set{UnitName{127}, UnitName{0}, UnitName{64}, UnitName{63}};

  EXPECT_EQ(ordinals(set), (std::vector<int>{0, 63, 64, 127}));
  EXPECT_EQ(set.size(), 4U);
  EXPECT_EQ(set.first(), UnitName{0});
}

TEST(UnitSet, HoldsAUnitOnceAndForgetsIt) {
  UnitSet set{UnitName{5}, UnitName{5}};
  EXPECT_EQ(set.size(), 1U);

  set.erase(UnitName{5});
  set.erase(UnitName{99});

  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.contains(UnitName{5}));
}

TEST(UnitSet, CanBeJoinedCutAndSubtracted) {
  const UnitSet low{UnitName{0}, UnitName{1}};
  const UnitSet high{UnitName{1}, UnitName{100}};

  EXPECT_EQ(ordinals(low | high), (std::vector<int>{0, 1, 100}));
  EXPECT_EQ(ordinals(low & high), (std::vector<int>{1}));
  EXPECT_EQ(ordinals(low - high), (std::vector<int>{0}));
}

}  // namespace
}  // namespace charm
