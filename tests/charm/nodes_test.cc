// Nodes of different sizes: what is asked of all members follows from the first unit's, whoever
// leads, and what stands in a unit's own file from its own.
#include <optional>

#include "charm/options/options.h"
#include "charm/steps/configuration.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using steps::ConfigurationError;

// Unit 1 leads; its node has 2 cores, and that of unit 0 as many as a test says.
struct Nodes : HookTest {
  void SetUp() override {
    settle();
    world.pods[0].cores = 3;
    world.pods[1].cores = 2;
  }
  // Nothing: it is done.
  std::optional<ConfigurationError> update() {
    fake::FakeUnit leader{world, one};
    const auto result = steps::update_config(leader.unit);
    return result ? std::nullopt : std::optional(result.error());
  }
  void ask_for_workers(const char* count) {
    const RawOption option{"cpu_max_worker_processes", std::string(count)};
    options = *Options::read({&option, 1});
    world.options = charm_config(options);
    world.file = PatroniConfiguration{.options = &default_options()};
  }
  [[nodiscard]] std::uint32_t workers() const { return world.dynamic->max_worker_processes; }

  Options options;
};

TEST_F(Nodes, TheFirstUnitsDecidesForAll) {
  EXPECT_EQ(update(), std::nullopt);
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(workers(), 6U);
  EXPECT_EQ(world.file->node.cores, 2U) << "its own for itself";
}

TEST_F(Nodes, OfWhomIsGoneDecidesNoMore) {
  world.planned = {one, two};
  EXPECT_EQ(update(), std::nullopt);
  EXPECT_EQ(workers(), 4U);
}

TEST_F(Nodes, OfAPodThatIsMadeAnewHoldsUpWhatFollowsFromItAlone) {
  world.pods[0].exists = false;
  EXPECT_EQ(update(), std::nullopt);
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(world.dynamic->synchronous.node_count, 2);
  EXPECT_EQ(workers(), 0U);
  EXPECT_EQ(world.reloads, 1);
  world.takes_configuration = false;
  EXPECT_EQ(update(), ConfigurationError::not_taken);
}

TEST_F(Nodes, ThatCannotGiveWhatIsAskedOfAllHoldItUp) {
  ask_for_workers("31");  // the leader's gives 20, and unit 0's 30
  EXPECT_EQ(update(), ConfigurationError::bad_option);
  EXPECT_FALSE(world.dynamic);
  world.pods[1].cores = 4;
  EXPECT_EQ(update(), ConfigurationError::bad_option) << "whatever its own gives";
  EXPECT_FALSE(world.dynamic);
  EXPECT_EQ(world.file->options, &options) << "its own file has it";
}

TEST_F(Nodes, OfTheLeaderHoldUpItsOwnFileAlone) {
  ask_for_workers("30");
  EXPECT_EQ(update(), ConfigurationError::bad_option);
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(workers(), 30U);
}

TEST_F(Nodes, ThatCannotGiveItKeepNoUnitThatIsAloneWaitingForOthers) {
  ask_for_workers("31");
  world.listed = {host_of(one)};
  world.planned = {zero};
  EXPECT_EQ(update(), ConfigurationError::bad_option);
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(world.dynamic->synchronous, SynchronousSettings{});
  EXPECT_EQ(workers(), 0U);
}

}  // namespace
}  // namespace charm
