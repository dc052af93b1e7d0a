// Rounds in graphs made by hand: which of them a fair run can stay on, and how it goes.
#include "sim/search/world_graph.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace sim {
namespace {

using testing::ElementsAre;
using Action = WorldGraph::Action;
using Options = WorldGraph::Options;

constexpr Action a = 1;
constexpr Action b = 2;
constexpr Action c = 3;

// Worlds by small keys. An action that is taken in a world is possible in it.
class Graph {
 public:
  void step(std::uint64_t from, std::uint64_t to, Action action, std::uint32_t option = 0) {
    add(from, to, {.taken = {action}, .options = {option}});
    graph.enable(graph.node_of(from), {action});
  }
  void fault(std::uint64_t from, std::uint64_t to, std::uint32_t option) {
    add(from, to, {.taken = {}, .options = {option}, .is_owed = false});
  }
  void possible(std::uint64_t world, Action action) {
    graph.enable(graph.node_of(world), {action});
  }
  void begins_at(std::uint64_t world) { graph.add(0, graph.node_of(world), {}); }
  WorldGraph graph;

 private:
  void add(std::uint64_t from, std::uint64_t to, const WorldGraph::Step& step) {
    const auto first = graph.node_of(from);
    graph.add(first, graph.node_of(to), step);
  }
};

TEST(WorldGraphs, ARoundThatCanBeLeftByWhatIsTakenInItIsOne) {
  Graph given;
  given.begins_at(1);
  given.step(1, 2, a, 1);
  given.step(2, 1, b);
  given.step(1, 3, b);  // whoever takes b first is out
  const auto round = given.graph.find_round();
  ASSERT_TRUE(round);
  EXPECT_THAT(round->way, ElementsAre(Options{}));
  EXPECT_THAT(round->round, ElementsAre(Options{1}, Options{}));
  EXPECT_EQ(round->worlds, 2U);
}

TEST(WorldGraphs, ARoundOnWhichSomebodyWaitsForEverIsNone) {
  Graph given;
  given.begins_at(1);
  given.step(1, 2, a);
  given.step(2, 1, b);
  given.step(2, 3, c);
  EXPECT_FALSE(given.graph.find_round());
}

TEST(WorldGraphs, WhatWasNotExploredIsPossibleAndNotTaken) {
  Graph given;
  given.begins_at(1);
  given.step(1, 2, a);
  given.step(2, 1, b);
  given.possible(1, c);
  EXPECT_FALSE(given.graph.find_round());
}

TEST(WorldGraphs, PartOfAComponentCanBeFairWhereAllOfItIsNot) {
  Graph given;
  given.begins_at(5);
  given.step(5, 1, a);
  given.step(1, 2, a);
  given.step(2, 1, b);
  given.step(2, 3, b, 2);  // and back, by a world in which c waits
  given.step(3, 1, a);
  given.possible(3, c);
  const auto round = given.graph.find_round();
  ASSERT_TRUE(round);
  EXPECT_EQ(round->worlds, 2U);
  EXPECT_THAT(round->way, ElementsAre(Options{}, Options{}));
  EXPECT_THAT(round->round, ElementsAre(Options{}, Options{}));
}

// Without the worlds in which c waits there is nothing left that goes round.
TEST(WorldGraphs, WhatIsLeftIsLookedAtAgain) {
  Graph given;
  given.begins_at(1);
  given.step(1, 2, a);
  given.step(2, 3, b);
  given.step(3, 1, a);
  given.possible(3, c);
  EXPECT_FALSE(given.graph.find_round());
}

TEST(WorldGraphs, AFaultLeadsToARoundAndIsNoneOfIt) {
  Graph alone;
  alone.begins_at(1);
  alone.step(1, 2, a);
  alone.fault(2, 1, 4);
  EXPECT_FALSE(alone.graph.find_round());

  Graph before;
  before.begins_at(1);
  before.fault(1, 2, 4);
  before.step(2, 2, a, 1);
  const auto round = before.graph.find_round();
  ASSERT_TRUE(round);
  EXPECT_THAT(round->way, ElementsAre(Options{}, Options{4}));
  EXPECT_THAT(round->round, ElementsAre(Options{1}));
}

// Once round is a closed way on which each action is taken.
TEST(WorldGraphs, OnceRoundEachActionIsTaken) {
  Graph given;
  given.begins_at(1);
  given.step(1, 2, a, 1);
  given.step(2, 1, a, 2);
  given.step(2, 3, b, 3);
  given.step(3, 2, c, 4);
  given.step(1, 4, b, 5);
  const auto round = given.graph.find_round();
  ASSERT_TRUE(round);
  const std::map<std::uint32_t, std::pair<int, int>> steps{
      {1, {1, 2}}, {2, {2, 1}}, {3, {2, 3}}, {4, {3, 2}}};
  int here = steps.at(round->round.front().at(0)).first;
  const int first = here;
  std::set<std::uint32_t> options;
  for (const Options& one : round->round) {
    const auto& [from, to] = steps.at(one.at(0));
    ASSERT_EQ(from, here);
    here = to;
    options.insert(one.at(0));
  }
  EXPECT_EQ(here, first);
  EXPECT_TRUE(options.contains(3));
  EXPECT_TRUE(options.contains(4));
}

TEST(WorldGraphs, GrowAndKeepTheWay) {
  constexpr std::uint64_t worlds = 20'000;
  Graph given;
  given.begins_at(1);
  for (std::uint64_t world = 1; world < worlds; ++world) given.step(world, world + 1, a);
  EXPECT_FALSE(given.graph.find_round());
  given.step(worlds, worlds - 1, b, 1);
  const auto round = given.graph.find_round();
  ASSERT_TRUE(round);
  EXPECT_EQ(given.graph.worlds(), worlds);
  EXPECT_EQ(round->way.size(), worlds - 1);
  EXPECT_THAT(round->round, ElementsAre(Options{}, Options{1}));
}

}  // namespace
}  // namespace sim
