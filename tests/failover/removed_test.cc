// The removal of the primary's unit, whichever of its standbys a commit waits for.
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "charm/postgresql_k8s.h"
#include "sim/failover/measure.h"

namespace sim::failover {
namespace {

class UnitRemoved : public testing::TestWithParam<std::tuple<std::uint32_t, const char*>> {};

// Only a synchronous standby takes a switchover, and with fewer of them the highest unit is none.
TEST_P(UnitRemoved, BeginsWithTheHighestUnitAsThePrimary) {
  Setting setting;
  setting.units = std::get<0>(GetParam());
  setting.synchronous = std::get<1>(GetParam());
  const auto base = prepare(*find_kind("unit-removed"), setting,
                            {&charm::postgresql_k8s(), postgresql_properties(), nullptr}, nullptr);
  ASSERT_TRUE(base.has_value()) << base.error();
  EXPECT_EQ(base->primary.ordinal + 1U, setting.units);
  // It is the setting that is measured.
  const charm::UnitSet standbys(base->state.world.shared().dcs.sync_standbys);
  const std::uint32_t others = setting.units - 1;
  const std::uint32_t wanted =
      setting.synchronous == "1" ? 1 : (setting.synchronous == "all" ? others : setting.units / 2);
  EXPECT_EQ(standbys.size(), wanted);
  const Failover one = Meter(*base, charm::postgresql_k8s()).measure(1);
  EXPECT_FALSE(one.is_open);
  EXPECT_TRUE(one.has_moved);
}

INSTANTIATE_TEST_SUITE_P(Each, UnitRemoved,
                         testing::Combine(testing::Values(3, 5),
                                          testing::Values("1", "majority", "all")),
                         [](const auto& each) {
                           return std::to_string(std::get<0>(each.param)) + "_" +
                                  std::get<1>(each.param);
                         });

}  // namespace
}  // namespace sim::failover
