// Settings as texts, and each kind as a scenario that can be read.
#include "sim/failover/kinds.h"

#include <gtest/gtest.h>

#include "sim/scenario/read.h"

namespace sim::failover {
namespace {

TEST(FailoverKinds, ATimingIsThreeNumbers) {
  EXPECT_EQ(parse_timing("20/5/6"), (Timing{20, 5, 6}));
  EXPECT_EQ(to_text(Timing{20, 5, 6}), "20/5/6");
  for (const char* text :
       {"", "20", "20/5", "20/5/", "20/5/5/5", "/5/5", "20/5/5 ", "20/-5/5", "99999999999/5/5"}) {
    EXPECT_FALSE(parse_timing(text).has_value()) << text;
  }
}

TEST(FailoverKinds, EachIsAScenarioWithWhatWasSet) {
  Setting setting;
  setting.timing = {20, 5, 6};
  setting.units = 5;
  setting.synchronous = "2";
  setting.strict = false;
  setting.synchronous_commit = "remote_apply";
  setting.patroni = "4.1";
  setting.client_ms = 250;
  for (const Kind& kind : all_kinds()) {
    const auto scenario = read_scenario(scenario_text(kind, setting), std::string(kind.name));
    ASSERT_TRUE(scenario.has_value()) << kind.name << ": " << to_text(scenario.error());
    const WorldSpec& world = scenario->world;
    EXPECT_EQ(world.units, 5);
    EXPECT_EQ(world.patroni.ttl, std::chrono::seconds(20));
    EXPECT_EQ(world.patroni.loop_wait, std::chrono::seconds(5));
    EXPECT_EQ(world.patroni.retry_timeout, std::chrono::seconds(6));
    EXPECT_EQ(world.patroni_version, model::ha::Version::v4_1);
    EXPECT_EQ(world.synchronous_commit, model::SynchronousCommit::remote_apply);
    EXPECT_EQ(world.client_writes_every, std::chrono::milliseconds(250));
    // One has all first, and is set to 2 before its fault.
    const std::size_t before = kind.steps_before(setting);
    const auto* set =
        before == 0 ? nullptr : std::get_if<SetConfig>(&scenario->story[before - 1].deed);
    EXPECT_EQ(set != nullptr, kind.last_leads) << kind.name;
    const auto& config = (set == nullptr ? world.configuration : set->configuration).config;
    EXPECT_EQ(config.synchronous_node_number, 2);
    EXPECT_FALSE(world.configuration.config.synchronous_mode_strict);
    EXPECT_EQ(find_kind(kind.name), &kind);
    EXPECT_GE(scenario->story.size() + (kind.mishap ? 1U : 0U), before + 1);
  }
}

TEST(FailoverKinds, ATimingThatPatroniDoesNotTakeIsRefused) {
  Setting setting;
  setting.timing = {20, 10, 10};
  EXPECT_FALSE(read_scenario(scenario_text(all_kinds().front(), setting), "x").has_value());
}

}  // namespace
}  // namespace sim::failover
