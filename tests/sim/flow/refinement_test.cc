// What a refined chart may add to a published one, and what it may not.
#include "sim/flow/refinement.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/sim/flow/given.h"

namespace sim {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view published_lines =
    "act[Do]\n"
    "  act --> ask{Is it so?}\n"
    "  ask -- yes --> rtn([return])\n"
    "  ask -- no --> later>defer]\n"
    "  later --> rtn\n";

Texts violations(std::string_view refined_lines) {
  const Chart published = given::chart(published_lines, "published.mmd");
  const Chart refined = given::chart(refined_lines, "refined.mmd");
  return check_refinement(published, refined).violations;
}

TEST(Refinement, HoldsOfAChartAndItself) { EXPECT_EQ(violations(published_lines), Texts{}); }

TEST(Refinement, HoldsWithBoxesAndListedExitsBetweenThePublishedOnes) {
  const Chart published = given::chart(published_lines);
  const Chart refined = given::chart(
      "prepare[Prepare]\n"
      "  prepare -- refused --> refused([return])\n"
      "  prepare -- fine --> act[Do]\n"
      "  act -- done --> ask{Is it so?}\n"
      "  act -- was done --> look[Look]\n"
      "  look -- again --> look\n"
      "  look --> ask\n"
      "  ask -- yes --> rtn([return])\n"
      "  ask -- no --> note[Note why]\n"
      "  ask -- unknown --> refused\n"
      "  note --> later>defer]\n"
      "  later --> rtn\n"
      "%% deviation refused: the published chart knows no refusal\n");

  const Refinement refinement = check_refinement(published, refined);

  EXPECT_EQ(refinement.violations, Texts{});
  EXPECT_TRUE(refinement.proved());
  EXPECT_EQ(refinement.deviations, refined.deviations());
}

TEST(Refinement, FailsIfAPathIsNoPublishedArrow) {
  EXPECT_EQ(violations("act[Do]\n"
                       "  act -- fine --> ask{Is it so?}\n"
                       "  act -- refused --> block[Block]\n"
                       "  block --> wait[Wait]\n"
                       "  wait --> rtn\n"
                       "  ask -- yes --> rtn([return])\n"
                       "  ask -- no --> later>defer]\n"
                       "  later --> rtn\n"),
            Texts{"refined.mmd:4: path is no published arrow: "
                  "act -- refused --> block --> wait --> rtn"});
}

TEST(Refinement, FailsIfAPathLeadsBackToItsOwnBox) {
  EXPECT_EQ(violations("act[Do]\n"
                       "  act -- fine --> ask{Is it so?}\n"
                       "  act -- again --> wait[Wait]\n"
                       "  wait --> act\n"
                       "  ask -- yes --> rtn([return])\n"
                       "  ask -- no --> later>defer]\n"
                       "  later --> rtn\n"),
            Texts{"refined.mmd:4: path is no published arrow: act -- again --> wait --> act"});
}

TEST(Refinement, FailsIfALabelDiffers) {
  EXPECT_EQ(violations("act[Do]\n"
                       "  act --> ask{Is it so?}\n"
                       "  ask -- yes --> rtn([return])\n"
                       "  ask -- perhaps --> later>defer]\n"
                       "  later --> rtn\n"),
            (Texts{"refined.mmd:5: path has another label than the published arrow: "
                   "ask -- perhaps --> later",
                   "published.mmd:5: no path of refined.mmd is this arrow: ask -- no --> later"}));
}

TEST(Refinement, FailsIfLabelsAreExchanged) {
  EXPECT_EQ(violations("act[Do]\n"
                       "  act --> ask{Is it so?}\n"
                       "  ask -- no --> rtn([return])\n"
                       "  ask -- yes --> later>defer]\n"
                       "  later --> rtn\n")
                .size(),
            4u);
}

TEST(Refinement, FailsIfAPublishedArrowIsMissing) {
  EXPECT_EQ(violations("act[Do]\n"
                       "  act --> ask{Is it so?}\n"
                       "  ask -- yes --> rtn([return])\n"
                       "  ask -- no --> later>defer]\n"),
            Texts{"published.mmd:6: no path of refined.mmd is this arrow: later --> rtn"});
}

TEST(Refinement, FailsIfAPublishedNodeIsMissing) {
  EXPECT_EQ(violations("act[Do]\n"
                       "  act --> ask{Is it so?}\n"
                       "  ask -- yes --> rtn([return])\n"),
            (Texts{"published.mmd:5: published node is missing in refined.mmd: later",
                   "published.mmd:5: no path of refined.mmd is this arrow: ask -- no --> later",
                   "published.mmd:6: no path of refined.mmd is this arrow: later --> rtn"}));
}

TEST(Refinement, FailsIfAShapeDiffers) {
  EXPECT_EQ(violations("act{Do?}\n"
                       "  act --> ask{Is it so?}\n"
                       "  ask -- yes --> rtn([return])\n"
                       "  ask -- no --> later>defer]\n"
                       "  later --> rtn\n"),
            Texts{"refined.mmd:2: shape differs from the published one: act"});
}

TEST(Refinement, FailsIfAnEndIsNotListed) {
  EXPECT_EQ(
      violations("act[Do]\n"
                 "  act -- fine --> ask{Is it so?}\n"
                 "  act -- refused --> refused>defer]\n"
                 "  ask -- yes --> rtn([return])\n"
                 "  ask -- no --> later>defer]\n"
                 "  later --> rtn\n"),
      Texts{"refined.mmd:4: this end is not listed; expected: %% deviation refused: <reason>"});
}

TEST(Refinement, FailsIfALoopNeverEnds) {
  EXPECT_EQ(violations("act[Do]\n"
                       "  act -- fine --> ask{Is it so?}\n"
                       "  act -- lost --> here[Here]\n"
                       "  here --> there[There]\n"
                       "  there --> here\n"
                       "  ask -- yes --> rtn([return])\n"
                       "  ask -- no --> later>defer]\n"
                       "  later --> rtn\n"),
            (Texts{"refined.mmd:4: loop neither ends nor returns to the published chart: here",
                   "refined.mmd:5: loop neither ends nor returns to the published chart: there"}));
}

TEST(Refinement, FailsIfThePublishedHookEndsEarlier) {
  const Chart published = given::chart("later>defer]\n", "published.mmd");
  const Chart refined = given::chart(
      "later>defer]\n  later --> rtn([return])\n%% deviation rtn: goes on\n", "refined.mmd");

  EXPECT_EQ(check_refinement(published, refined).violations,
            Texts{"refined.mmd:2: the published hook ends here, the refined one goes on: later"});
}

}  // namespace
}  // namespace sim
