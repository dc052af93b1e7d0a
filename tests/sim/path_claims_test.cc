// What a path claims, judged by hand. Whole runs in which it is broken are those of mutants
// (tests/mutants/run --mechanical ignore-leadership drop-defer).
#include "sim/properties/path_claims.h"

#include <gmock/gmock.h>

#include "charm/types/status.h"
#include "sim/properties/memory.h"
#include "tests/sim/property_fixture.h"

namespace sim {
namespace {

using charm::Outcome;
using given::one;
using testing::HasSubstr;
using testing::Optional;

struct PathClaims : given::PropertyTest {
  PathClaims() { memory.queues.resize(3); }

  std::optional<std::string> judge_end(const Property& property, Outcome::Kind kind) {
    const Outcome outcome{kind, "for a test"};
    const charm::Handler tiny{"tiny", "tiny", charm::EventKind::start};
    const HandlerEnding ending{one, tiny, outcome, path, false};
    return property.judge({world,
                           scenario,
                           charm::postgresql_k8s(),
                           texts,
                           {facts.begin(), facts.size()},
                           &ending,
                           nullptr,
                           &memory});
  }

  Memory memory;
  charm::Path path;
};

TEST_F(PathClaims, OnlyALeaderGoesTheLeadersWay) {
  (void)path.at("is_leader").yes(true);
  path.at("rtn");
  EXPECT_THAT(judge_end(properties::leaders_lead, Outcome::Kind::done),
              Optional(HasSubstr("tiny of postgresql-k8s/1 goes by yes from is_leader")));
  memory.queues[1].led = true;
  EXPECT_EQ(judge_end(properties::leaders_lead, Outcome::Kind::done), std::nullopt);
}

TEST_F(PathClaims, WhoDoesNotLeadMaySayNo) {
  (void)path.at("is_leader").yes(false);
  (void)path.at("is_container_reachable").yes(true);
  EXPECT_EQ(judge_end(properties::leaders_lead, Outcome::Kind::done), std::nullopt);
}

TEST_F(PathClaims, WhatEndsAtADeferDefers) {
  path.at("defer2");
  path.at("update_config");
  EXPECT_EQ(judge_end(properties::defer_boxes_defer, Outcome::Kind::done), std::nullopt);
  path.at("defer_api");
  EXPECT_EQ(judge_end(properties::defer_boxes_defer, Outcome::Kind::deferred), std::nullopt);
  EXPECT_THAT(judge_end(properties::defer_boxes_defer, Outcome::Kind::done),
              Optional(HasSubstr("ends at defer_api, and is not queued")));
}

TEST_F(PathClaims, ABoxOfAStatusSetsIt) {
  path.at("blocked_trust");
  path.at("defer_trust");
  EXPECT_THAT(judge_end(properties::status_boxes_tell, Outcome::Kind::deferred),
              Optional(HasSubstr("tiny of postgresql-k8s/1 comes through blocked_trust")));
  world.unit(one).status_text = texts.id_of(std::string(charm::messages::no_trust) + "`juju`");
  EXPECT_EQ(judge_end(properties::status_boxes_tell, Outcome::Kind::deferred), std::nullopt);
}

TEST_F(PathClaims, TheLastBoxOfAStatusCounts) {
  path.at("await_member");
  path.at("set_active");
  EXPECT_EQ(judge_end(properties::status_boxes_tell, Outcome::Kind::done), std::nullopt);
  path.at("await_member");
  EXPECT_THAT(judge_end(properties::status_boxes_tell, Outcome::Kind::deferred),
              Optional(HasSubstr("await_member")));
}

TEST_F(PathClaims, TwoChartsHaveABoxOfOneName) {
  path.at("set_waiting");
  for (const auto text :
       {charm::messages::awaiting_primary_endpoint, charm::messages::others_upgrade_first}) {
    world.unit(one).status_text = texts.id_of(text);
    EXPECT_EQ(judge_end(properties::status_boxes_tell, Outcome::Kind::deferred), std::nullopt);
  }
}

}  // namespace
}  // namespace sim
