// What walks count, and the file that holds it.
#include "sim/flow/coverage.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "sim/flow/monitor.h"
#include "tests/sim/flow/given.h"

namespace sim {
namespace {

using given::path;

constexpr std::string_view published_text =
    "flowchart TD\n"
    "  hook_fired([start]) --> ask{Is it so?}\n"
    "  ask -- yes --> act[Do]\n"
    "  ask -- no --> rtn([return])\n"
    "  act --> rtn\n";
constexpr std::string_view refined_text =
    "flowchart TD\n"
    "%% deviation refused: not published\n"
    "  hook_fired([start]) --> look[Look]\n"
    "  look --> ask{Is it so?}\n"
    "  ask -- yes --> act[Do]\n"
    "  ask -- no --> note[Note]\n"
    "  note --> rtn([return])\n"
    "  act -- fine --> note\n"
    "  act -- refused --> refused([return])\n";

ChartSet charts() {
  const std::vector<charm::ChartText> texts = {
      {"start", true, "published/start.mmd", published_text},
      {"start", false, "start.mmd", refined_text}};
  auto set = ChartSet::from_texts(texts);
  EXPECT_TRUE(set);
  return *std::move(set);
}

std::string refusal(std::string_view text) {
  const auto coverage = read_coverage(text, "c.json");
  return coverage ? "read" : to_text(coverage.error());
}

TEST(FlowMonitor, CountsNodesArrowsAndTheirPublishedImages) {
  const ChartSet set = charts();
  FlowMonitor monitor(set);

  EXPECT_EQ(monitor.check("start", path({{"look", ""}, {"ask", "no"}, {"note", ""}, {"rtn", ""}}),
                          HandlerEnd::ended),
            std::nullopt);
  EXPECT_EQ(monitor.check("start",
                          path({{"hook_fired", ""},
                                {"look", ""},
                                {"ask", "yes"},
                                {"act", "fine"},
                                {"note", ""},
                                {"rtn", ""}}),
                          HandlerEnd::ended),
            std::nullopt);
  EXPECT_EQ(monitor.check("start",
                          path({{"look", ""}, {"ask", "yes"}, {"act", "refused"}, {"refused", ""}}),
                          HandlerEnd::ended),
            std::nullopt);
  EXPECT_EQ(monitor.check("start", path({{"look", ""}, {"ask", "no"}}), HandlerEnd::cut_short),
            std::nullopt);

  const Coverage coverage = monitor.coverage();
  const ChartCounts expected = {{{"hook_fired", 4},
                                 {"look", 4},
                                 {"ask", 4},
                                 {"act", 2},
                                 {"note", 2},
                                 {"rtn", 2},
                                 {"refused", 1}},
                                {{"hook_fired||look", 4},
                                 {"look||ask", 4},
                                 {"ask|yes|act", 2},
                                 {"ask|no|note", 1},
                                 {"note||rtn", 2},
                                 {"act|fine|note", 1},
                                 {"act|refused|refused", 1}}};
  EXPECT_EQ(coverage.charts.at("start"), expected);
  const ChartCounts images = {
      {{"hook_fired", 4}, {"ask", 4}, {"act", 2}, {"rtn", 2}},
      {{"hook_fired||ask", 4}, {"ask|yes|act", 2}, {"ask|no|rtn", 1}, {"act||rtn", 1}}};
  EXPECT_EQ(coverage.published.at("start"), images);
}

TEST(FlowMonitor, SaysWhereAPathIsNoWalkAndThatAChartIsUnknown) {
  const ChartSet set = charts();
  FlowMonitor monitor(set);

  EXPECT_EQ(monitor.check("start", path({{"look", ""}}), HandlerEnd::ended),
            "start.mmd: step 1: look --> the end is no arrow; expected: --> ask");
  EXPECT_EQ(monitor.check("stop", path({{"look", ""}}), HandlerEnd::ended),
            "no chart is named stop");
}

TEST(Coverage, ReadsWhatItWrites) {
  const Coverage coverage = {{{"start", {{{"a", 2}, {"b", 1}}, {{"a|yes|b", 1}}}}},
                             {{"start", {{{"a", 2}}, {}}}}};

  const std::string text = to_json_text(coverage);
  const auto again = read_coverage(text, "c.json");

  EXPECT_EQ(text, R"({
  "charts": {
    "start": {
      "arrows": {
        "a|yes|b": 1
      },
      "nodes": {
        "a": 2,
        "b": 1
      }
    }
  },
  "published": {
    "start": {
      "arrows": {},
      "nodes": {
        "a": 2
      }
    }
  },
  "schema": "charm-coverage/1"
}
)");
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(*again, coverage);
}

TEST(Coverage, AddsUpAndStaysAtTheLargestNumber) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  Coverage sum = {{{"x", {{{"a", 2}, {"b", largest}}, {}}}}, {}};

  sum.add({{{"x", {{{"a", 3}, {"b", 1}}, {}}}, {"y", {{}, {{"a||b", 1}}}}}, {}});

  EXPECT_EQ(sum.charts.at("x").nodes, (ChartCounts::ById{{"a", 5}, {"b", largest}}));
  EXPECT_EQ(sum.charts.at("y").arrows, (ChartCounts::ById{{"a||b", 1}}));
}

TEST(Coverage, SaysWhereAFileIsWrong) {
  EXPECT_EQ(refusal(R"({"schema":"charm-coverage/1","charts":{}})"), "read");
  EXPECT_EQ(refusal("[]"), "c.json:1: is of type array; must be an object");
  EXPECT_EQ(refusal("{\n\"charts\":{}}"), "c.json:1: has no schema; must have it");
  EXPECT_EQ(refusal("{\"charts\":{},\n\"schema\":\"charm-coverage/2\"}"),
            "c.json:2: /schema: is another schema; must be charm-coverage/1");
  EXPECT_EQ(refusal("{\"schema\":\"charm-coverage/1\",\"charts\":{\n\"x\":{\"nodes\":{}}}}"),
            "c.json:2: /charts/x: has no arrows; must have it");
  EXPECT_EQ(refusal("{\"schema\":\"charm-coverage/1\",\"charts\":{\"x\":{\"nodes\":{},\n"
                    "\"arrows\":{\n\"a|b|c\":-1}}}}"),
            "c.json:3: /charts/x/arrows/a|b|c: is no count; must be a whole number, 0 or more");
  EXPECT_EQ(refusal("{\"schema\":\"charm-coverage/1\",\"charts\":{},\"more\":1}"),
            "c.json:1: /more: is unknown; must not stand here");
  EXPECT_TRUE(refusal("{\"schema\":").starts_with("c.json:1:"));
}

TEST(Coverage, SummarisesWhatWasNeverWalked) {
  const Chart chart = given::chart("ask{Is it?}\n ask -- yes --> a([return])\n ask -- no --> a\n");

  const CoverageSummary summary = summarise(chart, {{{"hook_fired", 1}, {"ask", 1}, {"gone", 1}},
                                                    {{"hook_fired||ask", 1}, {"ask|no|a", 0}}});

  EXPECT_EQ(to_text(summary), "walked: 2 of 3 nodes, 1 of 3 arrows");
  EXPECT_EQ(summary.nodes_never_walked, std::vector<std::string>{"a"});
  EXPECT_EQ(summary.arrows_never_walked, (std::vector<std::string>{"ask|yes|a", "ask|no|a"}));
  EXPECT_EQ(summary.unknown, std::vector<std::string>{"gone"});
}

}  // namespace
}  // namespace sim
