// What is promised within some time, while a refresh is under way, has failed, or is over: each can
// fail, on worlds made by hand.
#include "charm/types/status.h"
#include "sim/properties/charm_duties.h"
#include "sim/properties/postgresql.h"
#include "sim/properties/tls.h"
#include "sim/properties/within.h"
#include "tests/sim/section9.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::Optional;
using namespace std::chrono_literals;

using RefreshBounds = Section9;

// Of two units that do not say that they work the one that tells of the refresh may.
TEST_F(RefreshBounds, DuringARefreshAStatusTellsOfItOrIsAContradiction) {
  world.shared().application.primary_route = charm::UnitSet{zero};
  world.unit(two).record.upgrade_state = charm::UpgradeState::upgrading;
  world.unit(two).status = charm::StatusKind::maintenance;
  world.unit(two).status_text = texts.id_of(charm::messages::upgrading);
  happens(FactKind::healed, two);
  go_on();
  pass(391s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  world.unit(one).status = charm::StatusKind::waiting;
  world.unit(one).status_text = texts.id_of(charm::messages::awaiting_member);
  happens(FactKind::healed, two);
  go_on();
  pass(391s);
  EXPECT_THAT(judge(properties::status_tells), Optional(HasSubstr("postgresql-k8s/1")));
}

// Its pod is of the template before, so that its agent ends: nobody can say that it works again,
// and that it does not, others have to see.
TEST_F(RefreshBounds, DuringARefreshAUnitWithoutAnAgentMayWaitAndMayNotSeemToWork) {
  world.shared().application.primary_route = charm::UnitSet{zero};
  world.shared().application.rollout.charm = 1;
  world.unit(two).process.running = false;
  world.unit(two).status = charm::StatusKind::waiting;
  for (UnitName unit : {zero, one}) world.unit(unit).pod.charm = 1;
  happens(FactKind::healed, two);
  go_on();
  pass(391s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  world.unit(two).status = charm::StatusKind::active;
  postgres(two).upstream = {};
  happens(FactKind::healed, two);
  go_on();
  pass(479s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
  pass(2s);
  EXPECT_THAT(judge(properties::status_tells), Optional(HasSubstr("postgresql-k8s/2")));
}

TEST_F(RefreshBounds, AStatusThatTellsOfARefreshThatIsOverContradicts) {
  world.shared().application.primary_route = charm::UnitSet{zero};
  world.unit(two).status = charm::StatusKind::maintenance;
  world.unit(two).status_text = texts.id_of(charm::messages::upgraded);
  happens(FactKind::healed, two);
  go_on();
  pass(391s);
  EXPECT_THAT(judge(properties::status_tells), Optional(HasSubstr("postgresql-k8s/2")));
}

// What has failed is for the operator to look at; a unit that is not held is not.
TEST_F(RefreshBounds, V12ARefreshThatHasFailedCallsNothingOffForTheOthers) {
  model::UnitState& failed = world.unit(two);
  failed.record.upgrade_state = charm::UpgradeState::failed;
  failed.status = charm::StatusKind::blocked;
  failed.status_text = texts.id_of(charm::messages::upgrade_failed);
  happens(FactKind::healed, two);
  go_on();
  pass(900s);
  EXPECT_EQ(judge(properties::active_again), std::nullopt);
  world.unit(one).status = charm::StatusKind::waiting;
  happens(FactKind::healed, two);
  go_on();
  pass(900s);
  EXPECT_NE(judge(properties::active_again), std::nullopt);
}

// Of whom it holds, and who has no agent, nothing is asked until its operator goes on.
struct SilencedByARefresh : Section9 {
  SilencedByARefresh() {
    world.shared().application.rollout = {.charm = 1, .update = 1, .partition = 1};
    world.unit(one).pod.charm = 1;
    world.unit(one).record.upgrade_state = charm::UpgradeState::failed;
    world.unit(zero).process.running = false;
  }
  void let_go() { world.shared().application.rollout.partition = 0; }
};

TEST_F(SilencedByARefresh, AUnitNeedsNoCertificate) {
  world.shared().relations[model::max_clients].life = model::Relating::requested;
  for (UnitName unit : {one, two}) world.unit(unit).pod.node_lost = true;
  EXPECT_EQ(judge(properties::tls_converges), std::nullopt);
  let_go();
  EXPECT_EQ(judge(properties::tls_converges), "postgresql-k8s/0 has no certificate");
}

TEST_F(SilencedByARefresh, AUnitMayRememberWhoHasLeft) {
  world.unit(two).exists = false;
  world.unit(zero).volume.admitted.insert(two);
  dcs().sync_standbys = {};
  member(zero).sync_names = {};
  world.set_endpoints({{0}, {1}});
  EXPECT_EQ(judge(properties::departed_forgotten), std::nullopt);
  let_go();
  EXPECT_THAT(judge(properties::departed_forgotten), Optional(HasSubstr("admitted by the pg_hba")));
}

}  // namespace
}  // namespace sim
