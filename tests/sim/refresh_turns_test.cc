// Whose pod a refresh comes to, and when: worlds that are spoilt by hand. In whole runs it is
// broken by mutants of charm/hooks/refresh_pebble_ready.cc and charm/steps/refresh.cc.
#include "sim/properties/refresh.h"
#include "tests/sim/section9.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::Optional;

// Units 1 and 2 run the new charm, unit 0 is the primary, and its pod is next.
struct Turns : Section9 {
  Turns() {
    application().rollout.charm = 1;
    for (const UnitName unit : {one, two}) world.unit(unit).record.charm = 1;
    for (const UnitName unit : {zero, one, two}) begin_dispatch(memory, unit, world);
    happens(FactKind::partition_set, {}, 0);
  }
  model::Application& application() { return world.shared().application; }
};

TEST_F(Turns, ThePrimaryHasHandedOver) {
  EXPECT_THAT(judge(properties::primary_hands_over),
              Optional(HasSubstr("postgresql-k8s/0 is the primary, its pod is next, and "
                                 "postgresql-k8s/1 was not to take over")));
  memory.queues[1].asked = true;
  EXPECT_EQ(judge(properties::primary_hands_over), std::nullopt);
  EXPECT_EQ(judge(properties::upgraded_took_over), "postgresql-k8s/1");
}

TEST_F(Turns, NobodyIsToTakeOverWhoCannot) {
  dcs().sync_standbys = {two};
  EXPECT_EQ(judge(properties::primary_hands_over), std::nullopt);
  dcs().sync_standbys = {one};
  world.unit(one).record.charm = 0;
  EXPECT_EQ(judge(properties::primary_hands_over), std::nullopt);
}

TEST_F(Turns, AHookThatWasDisturbedMayFail) {
  disturb_dispatches(memory);
  EXPECT_EQ(judge(properties::primary_hands_over), std::nullopt);
}

TEST_F(Turns, WhatAnActionLetsGoOnGoesOn) {
  world.unit(two).record.action = 1;
  EXPECT_EQ(judge(properties::primary_hands_over), std::nullopt);
}

TEST_F(Turns, AUnitIsLetGoAheadOfItsTurnWhereItsMemberIsDown) {
  EXPECT_EQ(judge(properties::only_who_is_down), std::nullopt) << "it is its turn";
  world.unit(one).record.charm = 0;
  EXPECT_THAT(judge(properties::only_who_is_down),
              Optional(HasSubstr("postgresql-k8s/0 is let go, and its member runs")));
  EXPECT_EQ(judge(properties::let_go_ahead), "postgresql-k8s/0");
  postgres(zero).database = model::Database::stopped;
  EXPECT_EQ(judge(properties::only_who_is_down), std::nullopt);
}

TEST_F(Turns, AHookThatWasDisturbedMayBeWrongOfWhoIsDown) {
  world.unit(one).record.charm = 0;
  disturb_dispatches(memory);
  EXPECT_EQ(judge(properties::only_who_is_down), std::nullopt);
}

}  // namespace
}  // namespace sim
