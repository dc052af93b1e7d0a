// A charm's charts, by name.
#include "sim/flow/charts.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace sim {
namespace {

constexpr std::string_view text = "flowchart TD\n  hook_fired([start]) --> rtn([return])\n";

std::string refusal(const std::vector<charm::ChartText>& texts) {
  const auto set = ChartSet::from_texts(texts);
  return set ? "read" : to_text(set.error());
}

TEST(ChartSet, FindsRefinedAndPublishedChartsByName) {
  auto read = ChartSet::from_texts(std::vector<charm::ChartText>{
      {"start", true, "published/start.mmd", text}, {"start", false, "start.mmd", text}});
  ASSERT_TRUE(read) << to_text(read.error());
  const Chart* const refined = read->refined("start");

  const ChartSet set = *std::move(read);

  EXPECT_EQ(set.refined("start"), refined);
  EXPECT_EQ(set.refined("start")->file(), "start.mmd");
  EXPECT_EQ(set.published("start")->file(), "published/start.mmd");
  EXPECT_EQ(set.refined("stop"), nullptr);
}

TEST(ChartSet, RefusesWrongTextsAndNames) {
  EXPECT_EQ(refusal({{"start", false, "a/start.mmd", text}, {"start", false, "b/start.mmd", text}}),
            "b/start.mmd: chart stands twice: start; expected: one of a name");
  EXPECT_EQ(refusal({{"stop", false, "start.mmd", text}}),
            "start.mmd: file is not named like its chart: stop; expected: stop.mmd");
  EXPECT_EQ(refusal({{"start", false, "start.mmd", "flowchart\n"}}),
            "start.mmd:1: not a header: flowchart; expected: flowchart TD");
}

}  // namespace
}  // namespace sim
