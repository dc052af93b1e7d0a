// The calm run of every scenario tells the story that stands beside it, byte for byte: on every
// machine, with every compiler. `./test --rewrite` writes them anew; read the difference before you
// commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

std::string told(const std::string& file) {
  const Scenario scenario = given::scenario_of(file);
  FlowMonitor flow(given::charts());
  Simulation simulation(scenario, given::postgresql(&flow), {});
  std::ostringstream out;
  StoryText story(out, scenario.world.app, charm::postgresql_k8s(), {});
  simulation.trace().listen(&story);
  ListChoices calm;
  const Verdict verdict = simulation.run(calm);
  out << '\n' << to_text({verdict, postgresql_properties(), scenario, file, ""}, false);
  return out.str();
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, TheCalmRunTellsTheStoryThatStandsBesideIt) {
  std::filesystem::path path = given::repository() / GetParam();
  path.replace_extension(".golden.txt");
  const std::string story = told(GetParam());
  if (std::getenv("CHARMSIM_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << story;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " is missing; ./test --rewrite writes it";
  std::ostringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(golden.str(), story) << "if this is as it shall be: ./test --rewrite";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Golden, testing::ValuesIn(given::story_files()),
                         [](const auto& test) { return given::test_name(test.param); });

}  // namespace
}  // namespace sim
