// What the reader of charts takes, and where it says that a chart is wrong.
#include "sim/flow/mermaid.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "sim/flow/print.h"
#include "tests/sim/flow/given.h"

namespace sim {
namespace {

constexpr std::string_view good =
    "%% A chart.\n"
    "%% deviation gone: nobody else ends here\n"
    "flowchart TD\n"
    "\n"
    "  hook_fired([a-hook]) --> ask{Is it so?}\r\n"
    "  ask -- no, never --> later>defer]\n"
    "\task -- yes --> act\n"
    "  ask -- gone --> gone([return])\n"
    "  later --> act[Do it, please]\n"
    "  act --> rtn([return])";

std::string refusal(std::string_view text) {
  const auto chart = read_chart(text, "charts/x.mmd");
  return chart ? "read" : to_text(chart.error());
}

// What is wrong with a chart whose first line of its own, line 2, ends with these lines.
std::string refusal_of(std::string_view lines) {
  return refusal(std::string(given::header).append(lines));
}

TEST(ReadChart, TakesShapesArrowsLabelsAndDeviations) {
  const auto chart = read_chart(good, "charts/a-hook.mmd");

  ASSERT_TRUE(chart) << to_text(chart.error());
  EXPECT_EQ(chart->name(), "a-hook");
  EXPECT_EQ(chart->size(), 6u);
  const Chart::Node ask = *chart->find("ask");
  EXPECT_EQ(chart->node(ask).text, "Is it so?");
  EXPECT_EQ(chart->node(ask).shape, Shape::diamond);
  EXPECT_EQ(chart->node(ask).line, 5u);
  EXPECT_EQ(chart->node(*chart->find("later")).shape, Shape::flag);
  EXPECT_EQ(chart->node(*chart->find("act")).shape, Shape::box);
  EXPECT_EQ(chart->node(chart->entry()).shape, Shape::stadium);
  ASSERT_EQ(chart->arrow_count(ask), 3u);
  const Chart::Arrow first = *chart->arrows_from(ask).begin();
  EXPECT_EQ(chart->arrow(first).label, "no, never");
  EXPECT_EQ(chart->arrow(first).line, 6u);
  EXPECT_EQ(chart->id(Chart::target(first)), "later");
  EXPECT_TRUE(chart->is_terminal(*chart->find("rtn")));
  EXPECT_EQ(chart->deviations(),
            (std::vector<ChartDeviation>{{"gone", "nobody else ends here", 2}}));
}

TEST(ReadChart, ReadsWhatIsPrinted) {
  const auto chart = read_chart(good, "x.mmd");
  ASSERT_TRUE(chart) << to_text(chart.error());

  const std::string printed = print_chart(*chart, ChartFormat::mermaid);
  const auto again = read_chart(printed, "x.mmd");

  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(print_chart(*again, ChartFormat::mermaid), printed);
}

TEST(ReadChart, TakesAShapeAtAnyMentionAndTheSameOneTwice) {
  EXPECT_EQ(refusal_of("a\n a --> b([return])\n a[Do]\n hook_fired([start])\n"), "read");
}

TEST(ReadChart, TakesADecisionWithOnePlainArrow) {
  EXPECT_EQ(refusal_of("a{Do it?}\n a --> b([return])\n"), "read");
}

TEST(ReadChart, WantsAHeader) {
  EXPECT_EQ(refusal(""), "charts/x.mmd: file ends without a chart; expected: flowchart TD");
  EXPECT_EQ(refusal("%% none\n"),
            "charts/x.mmd:1: file ends without a chart; expected: flowchart TD");
  EXPECT_EQ(refusal("flowchart LR\n"),
            "charts/x.mmd:1: not a header: flowchart LR; expected: flowchart TD");
}

TEST(ReadChart, WantsHookFired) {
  EXPECT_EQ(refusal("flowchart TD\n a[Do] --> b([return])\n"),
            "charts/x.mmd: chart has no hook_fired; expected: hook_fired([name of the hook])");
  EXPECT_EQ(refusal("flowchart TD\n hook_fired[start] --> b([return])\n"),
            "charts/x.mmd:2: hook_fired has another shape; expected: hook_fired([text])");
  EXPECT_EQ(refusal_of("a[Do]\n a --> hook_fired\n"),
            "charts/x.mmd:3: arrow leads to hook_fired from a; expected: none");
}

TEST(ReadChart, RefusesADifferentSecondDeclaration) {
  EXPECT_EQ(refusal_of("a[Do]\n a[Do not] --> b([return])\n"),
            "charts/x.mmd:3: node is declared again, differently: a; expected: as in line 2");
  EXPECT_EQ(refusal_of("a[Do]\n a{Do} --> b([return])\n"),
            "charts/x.mmd:3: node is declared again, differently: a; expected: as in line 2");
}

TEST(ReadChart, RefusesUnknownAndBrokenShapes) {
  const std::string shapes = "; expected: one of ([text]), {text}, [text], >text]";
  EXPECT_EQ(refusal_of("a(Do)\n"), "charts/x.mmd:2: unknown shape: a(Do)" + shapes);
  EXPECT_EQ(refusal_of("a((Do))\n"), "charts/x.mmd:2: unknown shape: a((Do))" + shapes);
  EXPECT_EQ(refusal_of("a[Do\n"), "charts/x.mmd:2: shape is not closed: a; expected: ]");
  for (const char* const shape :
       {"a[[Do]]", "a{{Do}}", "a[]", "a[ ]", "a[/Do/]", "a[do (it)]", "a[\"Do\"]", "a[do; it]"}) {
    EXPECT_TRUE(refusal_of(shape).starts_with("charts/x.mmd:2: text cannot stand in a shape: "))
        << shape;
  }
}

TEST(ReadChart, RefusesANodeThatNeverGetsAShape) {
  EXPECT_EQ(refusal_of("a[Do]\n a --> b\n a -- x --> b\n"),
            "charts/x.mmd:3: node has no shape: b; "
            "expected: one of ([text]), {text}, [text], >text]");
}

TEST(ReadChart, RefusesWhatIsNoNodeOrArrow) {
  const std::string id = "; expected: an id of letters, digits and _";
  const std::string arrow = "; expected: --> or -- label -->";
  EXPECT_EQ(refusal_of(""), "charts/x.mmd:2: not a node: the end of the line" + id);
  EXPECT_EQ(refusal_of("1a[Do]\n"), "charts/x.mmd:2: not a node: 1a[Do]" + id);
  EXPECT_EQ(refusal_of("end[Do]\n"),
            "charts/x.mmd:2: end is a word of Mermaid; expected: another id");
  EXPECT_EQ(refusal_of("a[Do]\n a -> b[Do]\n"), "charts/x.mmd:3: not an arrow: -> b[Do]" + arrow);
  EXPECT_EQ(refusal_of("a[Do]\n a -- b\n"), "charts/x.mmd:3: not an arrow: -- b" + arrow);
  EXPECT_EQ(refusal_of("a[Do]\n a -- --> b\n"), "charts/x.mmd:3: not an arrow: -- --> b" + arrow);
  EXPECT_EQ(refusal_of("a[Do]\n a ---> b\n"), "charts/x.mmd:3: not an arrow: ---> b" + arrow);
  EXPECT_EQ(refusal_of("a[Do]\n a -->|x| b\n"), "charts/x.mmd:3: not a node: |x| b" + id);
  EXPECT_EQ(refusal_of("a[Do]\n a -- x|y --> b\n"),
            "charts/x.mmd:3: not an arrow: -- x|y --> b" + arrow);
  EXPECT_EQ(
      refusal_of("a[Do] --> b[Do]\n"),
      "charts/x.mmd:2: line goes on after its second node: --> b[Do]; expected: one arrow a line");
}

TEST(ReadChart, RefusesDuplicateArrowsAndLabels) {
  EXPECT_EQ(refusal_of("a[Do]\n a --> b([return])\n a --> b\n"),
            "charts/x.mmd:4: arrow stands twice: a --> b; expected: one; first in line 3");
  EXPECT_EQ(refusal_of("a{Is it?}\n a -- yes --> b([return])\n a -- yes --> c([return])\n"),
            "charts/x.mmd:4: two arrows with the same label: a -- yes --> c; "
            "expected: one; first in line 3");
}

TEST(ReadChart, RefusesANodeThatNothingFollows) {
  const std::string what = "; expected: an arrow out, or a return or deferral";
  EXPECT_EQ(refusal_of("a[Do]\n"), "charts/x.mmd:2: nothing follows: a" + what);
  EXPECT_EQ(refusal_of("a{Is it?}\n"), "charts/x.mmd:2: nothing follows: a" + what);
  EXPECT_EQ(refusal("flowchart TD\n hook_fired([start])\n"),
            "charts/x.mmd:2: nothing follows: hook_fired" + what);
}

TEST(ReadChart, RefusesAnArrowOutOfAReturn) {
  EXPECT_EQ(refusal_of("a([return])\n a --> b([return])\n"),
            "charts/x.mmd:3: arrow leaves a return: a; expected: none");
}

TEST(ReadChart, RefusesADecisionWithAnUnlabelledArrow) {
  EXPECT_EQ(refusal_of("a{Is it?}\n a -- yes --> b([return])\n a --> b\n"),
            "charts/x.mmd:4: decision has an arrow without a label: a; expected: -- label -->");
}

TEST(ReadChart, RefusesAnUnreachableNode) {
  EXPECT_EQ(refusal_of("a([return])\n b[Do] --> a\n"),
            "charts/x.mmd:3: no way leads from hook_fired to b; expected: an arrow to it");
}

TEST(ReadChart, RefusesWrongDeviations) {
  const std::string form = "; expected: %% deviation <node id>: <reason>";
  EXPECT_EQ(refusal_of("a([return])\n%% deviation b: why\n"),
            "charts/x.mmd:3: deviation names no node: b; expected: a node of this chart");
  EXPECT_EQ(refusal_of("a([return])\n%% deviation a:\n"),
            "charts/x.mmd:3: deviation is not named or not explained" + form);
  EXPECT_EQ(refusal_of("a([return])\n%% deviation here we go\n"),
            "charts/x.mmd:3: deviation is not named or not explained" + form);
  EXPECT_EQ(refusal_of("a([return])\n%% deviation a: why\n%% deviation a: why\n"),
            "charts/x.mmd:4: deviation is listed twice: a; expected: once; first in line 3");
}

TEST(ReadChart, RefusesWhatIsNotPlainText) {
  EXPECT_EQ(
      refusal_of("a([r\xC3\xA9turn])\n"),
      "charts/x.mmd:2: line has a character that is not printable ASCII; expected: plain text");
  EXPECT_EQ(refusal(std::string(max_chart_bytes + 1, ' ')),
            "charts/x.mmd: file is too long: 65537 bytes; expected: at most 65536");
}

// A generator of our own: the same mutations everywhere.
class Lcg {
 public:
  explicit Lcg(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % bound;
  }

 private:
  std::uint64_t state_;
};

TEST(ReadChart, SurvivesAnyMutation) {
  constexpr std::string_view letters = "ab_1-->[](){}<>|%:; \n\r\t\"\\/\x01\xFF";
  Lcg random(1);
  int taken = 0;
  for (int run = 0; run < 20'000; ++run) {
    std::string text(good);
    for (std::size_t changes = 1 + random.below(4); changes > 0; --changes) {
      const std::size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0: text[at] = letters[random.below(letters.size())]; break;
        case 1: text.insert(at, 1, letters[random.below(letters.size())]); break;
        case 2: text.erase(at, 1 + random.below(8)); break;
        default: text.insert(at, text.substr(random.below(text.size()), random.below(30)));
      }
    }
    if (const auto chart = read_chart(text, "x.mmd")) {
      ++taken;
      EXPECT_TRUE(read_chart(print_chart(*chart, ChartFormat::mermaid), "x.mmd")) << text;
    }
  }
  EXPECT_GT(taken, 100);
}

}  // namespace
}  // namespace sim
