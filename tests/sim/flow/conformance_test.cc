// Which paths are walks of a chart.
#include "sim/flow/conformance.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/flow/given.h"

namespace sim {
namespace {

using given::path;

class Conformance : public testing::Test {
 protected:
  std::string offence(const charm::Path& walked, HandlerEnd end = HandlerEnd::ended) {
    return walker_.check(walked, end).value_or("a walk");
  }

  Chart chart_ = given::chart(
      "ask{Is it so?}\n"
      "  ask -- yes --> act[Do]\n"
      "  ask -- no --> later>defer]\n"
      "  act --> ask\n"
      "  later --> rtn([return])\n");
  ChartWalker walker_{chart_};
};

TEST_F(Conformance, APathMayBeginAtHookFiredOrBehindIt) {
  EXPECT_EQ(offence(path({{"hook_fired", ""}, {"ask", "no"}, {"later", ""}, {"rtn", ""}})),
            "a walk");
  EXPECT_EQ(offence(path({{"ask", "no"}, {"later", ""}, {"rtn", ""}})), "a walk");
  EXPECT_EQ(
      offence(path({{"act", ""}})),
      "example.mmd: step 1: the path begins at act; expected: hook_fired or a node behind it");
  EXPECT_EQ(offence(path({{"hook_fired", ""}, {"act", ""}})),
            "example.mmd: step 1: hook_fired --> act is no arrow; expected: --> ask");
}

TEST_F(Conformance, APathMayGoRoundALoop) {
  EXPECT_EQ(offence(path({{"ask", "yes"},
                          {"act", ""},
                          {"ask", "yes"},
                          {"act", ""},
                          {"ask", "no"},
                          {"later", ""},
                          {"rtn", ""}})),
            "a walk");
}

TEST_F(Conformance, TheFirstStepThatIsNoArrowIsNamed) {
  EXPECT_EQ(offence(path({{"ask", "no"}, {"act", ""}, {"nowhere", ""}})),
            "example.mmd: step 1: ask -- no --> act is no arrow; "
            "expected: -- yes --> act, -- no --> later");
  EXPECT_EQ(offence(path({{"ask", "yes"}, {"act", ""}, {"nowhere", ""}})),
            "example.mmd: step 2: act --> nowhere is no arrow, and no node of the chart; "
            "expected: --> ask");
}

TEST_F(Conformance, LabelsAreExact) {
  EXPECT_EQ(offence(path({{"ask", ""}, {"later", ""}, {"rtn", ""}})),
            "example.mmd: step 1: ask --> later is no arrow; "
            "expected: -- yes --> act, -- no --> later");
  EXPECT_EQ(offence(path({{"ask", "no"}, {"later", "yes"}, {"rtn", ""}})),
            "example.mmd: step 2: later -- yes --> rtn is no arrow; expected: --> rtn");
}

TEST_F(Conformance, AHandlerThatEndedIsAtATerminal) {
  EXPECT_EQ(offence(path({{"ask", "no"}, {"later", ""}})),
            "example.mmd: step 2: later --> the end is no arrow; expected: --> rtn");
  EXPECT_EQ(offence(path({{"ask", "no"}, {"later", ""}, {"rtn", "yes"}})),
            "example.mmd: step 3: rtn -- yes --> the end is no arrow; expected: the end");
  EXPECT_EQ(offence(path({{"ask", "no"}, {"later", ""}, {"rtn", ""}, {"ask", ""}})),
            "example.mmd: step 3: rtn --> ask is no arrow; expected: the end");
  EXPECT_EQ(offence({}), "example.mmd: the path is empty; expected: a walk from hook_fired");
}

TEST_F(Conformance, AHookThatWasCutShortMayBeAnywhere) {
  EXPECT_EQ(offence({}, HandlerEnd::cut_short), "a walk");
  EXPECT_EQ(offence(path({{"ask", ""}}), HandlerEnd::cut_short), "a walk");
  EXPECT_EQ(offence(path({{"ask", "no"}}), HandlerEnd::cut_short), "a walk");
  EXPECT_EQ(offence(path({{"ask", "maybe"}}), HandlerEnd::cut_short),
            "example.mmd: step 1: ask -- maybe --> the end is no arrow; "
            "expected: -- yes --> act, -- no --> later");
}

}  // namespace
}  // namespace sim
