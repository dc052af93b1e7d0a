// Charts as text, to the letter.
#include "sim/flow/print.h"

#include <gtest/gtest.h>

#include "tests/sim/flow/given.h"

namespace sim {
namespace {

class PrintChart : public testing::Test {
 protected:
  Chart chart_ = given::chart(
      "ask{Is it so?}\n"
      "  ask -- yes --> act[Do a\\b]\n"
      "  ask -- no --> later>defer]\n"
      "  act --> rtn([return])\n"
      "%% deviation later: not now\n");
  ChartCounts counts_ = {{{"hook_fired", 7}, {"ask", 7}, {"act", 7}, {"rtn", 7}},
                         {{"hook_fired||ask", 7}, {"ask|yes|act", 7}, {"act||rtn", 7}}};
};

TEST_F(PrintChart, AsMermaid) {
  EXPECT_EQ(print_chart(chart_, ChartFormat::mermaid), R"(%% deviation later: not now
flowchart TD
  hook_fired([start])
  ask{Is it so?}
  act[Do a\b]
  later>defer]
  rtn([return])
  hook_fired --> ask
  ask -- yes --> act
  ask -- no --> later
  act --> rtn
)");
}

TEST_F(PrintChart, AsMermaidWithCounts) {
  EXPECT_EQ(print_chart(chart_, ChartFormat::mermaid, &counts_), R"(%% deviation later: not now
%% walked: 4 of 5 nodes, 3 of 4 arrows
flowchart TD
  hook_fired([start<br/>7])
  ask{Is it so?<br/>7}
  act[Do a\b<br/>7]
  later>defer<br/>0]
  rtn([return<br/>7])
  hook_fired -- 7 --> ask
  ask -- yes: 7 --> act
  ask -- no: 0 --> later
  act -- 7 --> rtn
  classDef never stroke:red,stroke-dasharray:4
  class later never
  linkStyle 2 stroke:red,stroke-dasharray:4
)");
}

TEST_F(PrintChart, AsDot) {
  EXPECT_EQ(print_chart(chart_, ChartFormat::dot), R"dot(digraph "example" {
  hook_fired [shape=oval, label="start"];
  ask [shape=diamond, label="Is it so?"];
  act [shape=box, label="Do a\\b"];
  later [shape=cds, label="defer"];
  rtn [shape=oval, label="return"];
  hook_fired -> ask [label=""];
  ask -> act [label="yes"];
  ask -> later [label="no"];
  act -> rtn [label=""];
}
)dot");
}

TEST_F(PrintChart, AsDotWithCounts) {
  EXPECT_EQ(print_chart(chart_, ChartFormat::dot, &counts_), R"dot(digraph "example" {
  // walked: 4 of 5 nodes, 3 of 4 arrows
  hook_fired [shape=oval, label="start (7)"];
  ask [shape=diamond, label="Is it so? (7)"];
  act [shape=box, label="Do a\\b (7)"];
  later [shape=cds, label="defer (0)", color=red, fontcolor=red, style=dashed];
  rtn [shape=oval, label="return (7)"];
  hook_fired -> ask [label="7"];
  ask -> act [label="yes: 7"];
  ask -> later [label="no: 0", color=red, fontcolor=red, style=dashed];
  act -> rtn [label="7"];
}
)dot");
}

}  // namespace
}  // namespace sim
