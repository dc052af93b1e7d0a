// What the watch makes of a world that is changed by hand: gaps, their phases, whose commits count.
#include "sim/failover/watch.h"

#include <gtest/gtest.h>

namespace sim::failover {
namespace {

using charm::UnitName;

constexpr UnitName first{0};
constexpr UnitName second{1};

// Two members over one history; the first leads, and the Service leads to it.
class FailoverWatch : public testing::Test {
 protected:
  void SetUp() override {
    world.shared().branches[1] = {.timeline = 1, .serial = 1};
    for (model::UnitState& unit : world.units()) {
      unit.exists = true;
      unit.member.rest_up = unit.member.lock_valid = true;
      unit.postgres.database = model::Database::running;
      unit.postgres.in_recovery = true;
      unit.postgres.branch = 1;
      unit.postgres.timeline = 1;
    }
    lead(first);
    watch.restart(world, charm::Instant{10'000'000});
  }
  void lead(UnitName unit) {
    hold(unit);
    world.unit(unit).postgres.in_recovery = false;
    ++world.unit(unit).postgres.stint;
    world.shared().application.primary_route = {unit};
  }
  void hold(UnitName unit) { world.shared().dcs.lock_holder = charm::member_of(unit); }
  void at(double seconds) {
    world.advance_to(charm::Instant{static_cast<std::int64_t>(seconds * 1'000'000)});
    watch.step_done(world);
  }
  void write(UnitName unit, bool is_acknowledged = true) {
    world.unit(unit).postgres.lsn += 100;
    watch.invoked(world, unit);
    if (is_acknowledged) watch.acknowledged(world, unit, true);
  }
  [[nodiscard]] std::int64_t phase(Phase which) const {
    return watch.result(world, false).phases_us[static_cast<std::size_t>(which)];
  }

  model::World world{2};
  Watch watch;
};

TEST_F(FailoverWatch, CutsAGapIntoItsPhases) {
  at(11);
  write(first);
  world.unit(first).postgres.database = model::Database::none;
  at(12);
  world.unit(second).member.lock_valid = false;
  at(20);
  world.unit(second).member.lock_valid = true;
  hold(second);
  at(22);
  world.unit(second).postgres.in_recovery = false;
  at(23);
  world.shared().application.primary_route = {second};
  at(25);
  at(30);
  write(second);
  EXPECT_EQ(phase(Phase::detect), 9'000'000);
  EXPECT_EQ(phase(Phase::elect), 2'000'000);
  EXPECT_EQ(phase(Phase::promote), 1'000'000);
  EXPECT_EQ(phase(Phase::route), 2'000'000);
  EXPECT_EQ(phase(Phase::client), 5'000'000);
  const Failover result = watch.result(world, false);
  EXPECT_EQ(result.outage_us, 19'000'000);
  EXPECT_TRUE(result.has_moved);
  EXPECT_TRUE(watch.has_noticed());
}

TEST_F(FailoverWatch, CountsNoGapBeforeTheFault) {
  at(1);
  write(first);
  at(9);
  write(first);
  at(10.5);
  write(first);
  EXPECT_EQ(watch.result(world, false).outage_us, 1'500'000);
}

// What the second acknowledges while the Service leads elsewhere, the client does not hear.
TEST_F(FailoverWatch, HearsOnlyItsServerAndWhereTheServiceLeads) {
  at(11);
  write(first);
  world.unit(second).postgres.in_recovery = false;
  at(15);
  write(second);
  EXPECT_EQ(watch.last_served(), charm::Instant{11'000'000});
  world.shared().application.primary_route = {second};
  at(16);
  write(first);  // it keeps its connection
  EXPECT_EQ(watch.last_served(), charm::Instant{16'000'000});
  EXPECT_FALSE(watch.result(world, false).has_moved);
  at(17);
  write(second);
  EXPECT_TRUE(watch.result(world, false).has_moved);
}

TEST_F(FailoverWatch, CountsWhatIsLostAndWhatIsInDoubt) {
  at(11);
  write(first);         // at 100: the second has it
  write(first);         // at 200: it has not
  write(first, false);  // at 300: nobody knows
  world.shared().branches[2] = {.fork_lsn = 100, .parent = 1, .timeline = 2, .serial = 2};
  world.unit(first).postgres.database = model::Database::none;
  model::Postgres& postgres = world.unit(second).postgres;
  postgres.branch = 2;
  postgres.timeline = 2;
  postgres.lsn = 100;
  lead(second);
  at(20);
  write(second);
  const Failover result = watch.result(world, false);
  EXPECT_EQ(result.lost, 1U);
  EXPECT_EQ(result.in_doubt, 1U);
  EXPECT_EQ(result.in_doubt_there, 0U);
}

TEST_F(FailoverWatch, TellsHowLongAnOpenOutageWasSeen) {
  at(11);
  write(first);
  at(100);
  const Failover result = watch.result(world, true);
  EXPECT_TRUE(result.is_open);
  EXPECT_EQ(result.outage_us, 89'000'000);
}

// It goes as far as whoever holds the lock has come, and what is waited for has the rest.
TEST_F(FailoverWatch, CutsAnOpenOutageUntilWhatItWaitsFor) {
  using Phases = std::array<std::int64_t, phase_count>;
  const auto phases = [this] { return watch.result(world, true).phases_us; };
  at(9);
  write(first);
  at(13);
  write(first);
  at(20);
  EXPECT_EQ(phases(), (Phases{0, 0, 0, 0, 7'000'000}));  // a standby's word
  world.unit(first).postgres.database = model::Database::none;
  at(21);
  EXPECT_EQ(phases(), (Phases{8'000'000}));
  world.shared().dcs.lock_holder = {};
  at(22);
  at(23);
  EXPECT_EQ(phases(), (Phases{9'000'000, 1'000'000}));
  hold(second);
  at(24);
  at(26);
  EXPECT_EQ(phases(), (Phases{9'000'000, 2'000'000, 2'000'000}));
  world.unit(second).postgres.in_recovery = false;
  at(27);
  at(28);
  EXPECT_EQ(phases(), (Phases{9'000'000, 2'000'000, 3'000'000, 1'000'000}));
  world.shared().application.primary_route = {second};
  at(29);
  at(30);
  EXPECT_EQ(phases(), (Phases{9'000'000, 2'000'000, 3'000'000, 2'000'000, 1'000'000}));
}

}  // namespace
}  // namespace sim::failover
