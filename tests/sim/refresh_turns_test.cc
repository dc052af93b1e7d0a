// Whose pod a refresh comes to, and when: worlds that are spoilt by hand. In whole runs it is
// broken by mutants of charm/hooks/refresh_pebble_ready.cc and charm/steps/refresh.cc.
#include "sim/properties/refresh.h"
#include "sim/properties/sight.h"
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
    for (const UnitName unit : {zero, one, two}) member(unit).admitted = {zero, one, two};
    happens(FactKind::partition_set, {}, 0);
  }
  model::Application& application() { return world.shared().application; }
};

// What a hook of unit 1's that has walked so comes to.
struct HandOver : Turns {
  std::optional<std::string> judge_path(bool leads) {
    charm::Path path;
    (void)path.at("does_next_lead").yes(leads);
    if (leads) {
      path.at("take_over");
      path.took("refused");
    }
    path.at("set_partition");
    path.took("done");
    const charm::Handler handler{"tiny", "tiny", charm::EventKind::start};
    const charm::Outcome outcome;
    const HandlerEnding ending{one, handler, outcome, path, false};
    Moment now = moment();
    now.handler = &ending;
    return properties::primary_hands_over.judge(now);
  }
};

TEST_F(HandOver, ThePrimaryIsAskedForItsLead) {
  EXPECT_THAT(judge_path(false),
              Optional(HasSubstr("postgresql-k8s/0 is the primary, its pod is next, and "
                                 "postgresql-k8s/1 was not to take over")));
  EXPECT_EQ(judge_path(true), std::nullopt) << "it asked, whatever came of it";
}

TEST_F(HandOver, NobodyIsAskedWhereAnotherLeads) {
  dcs().lock_holder = charm::member_of(two);
  EXPECT_EQ(judge_path(false), std::nullopt);
}

TEST_F(HandOver, WhoHasComeToLeadMeanwhileMayBeOverlooked) {
  ++dcs().transitions;
  EXPECT_EQ(judge_path(false), std::nullopt);
}

TEST_F(HandOver, AHookThatWasDisturbedMayFail) {
  disturb_dispatches(memory);
  EXPECT_EQ(judge_path(false), std::nullopt);
}

TEST_F(Turns, WhoWasToTakeOverIsWitnessed) {
  EXPECT_EQ(judge(properties::upgraded_took_over), std::nullopt);
  memory.queues[1].asked = true;
  EXPECT_EQ(judge(properties::upgraded_took_over), "postgresql-k8s/1");
  world.unit(two).record.action = 1;
  EXPECT_EQ(judge(properties::upgraded_took_over), std::nullopt) << "an action has done it";
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

// Its agent ends as soon as it begins, and brings its pg_hba nobody.
TEST_F(Turns, AUnitIsLetGoAheadOfItsTurnWhereItShutsAnotherOut) {
  world.unit(one).record.charm = 0;
  ASSERT_TRUE(sight::listed(world).contains(two));
  member(zero).admitted.erase(two);
  EXPECT_EQ(judge(properties::only_who_is_down), std::nullopt);
  dcs().lock_holder = charm::member_of(one);
  EXPECT_NE(judge(properties::only_who_is_down), std::nullopt) << "it is no primary";
  dcs().lock_holder = charm::member_of(zero);
  member(zero).admitted.insert(two);
  EXPECT_NE(judge(properties::only_who_is_down), std::nullopt);
}

TEST_F(Turns, AHookThatWasDisturbedMayBeWrongOfWhoIsDown) {
  world.unit(one).record.charm = 0;
  disturb_dispatches(memory);
  EXPECT_EQ(judge(properties::only_who_is_down), std::nullopt);
}

}  // namespace
}  // namespace sim
