// The proof that a refined chart only adds to the published one. Nodes match by id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/flow/chart.h"

namespace sim {

struct Refinement {
  std::vector<std::string> violations;     // for people: place, what is wrong, what would be right
  std::vector<ChartDeviation> deviations;  // as the refined chart lists them

  [[nodiscard]] bool proved() const { return violations.empty(); }
};

// A matched node's arrow with this label may begin a path whose image is the published arrow. If
// that one is plain and alone at its node, any label may.
bool may_begin_image(const Chart& published, const Chart::Arrow& arrow, std::string_view label);

// What is proved:
// (1) A refined path between matched nodes, through unmatched ones only, is a published arrow, and
//     its first arrow may begin the image.
// (2) Every published arrow is the image of such a path; matched nodes have the published shape,
//     and end the hook where the published ones do.
// (3) A path that leaves the published chart ends, in a terminal which is listed as a deviation.
Refinement check_refinement(const Chart& published, const Chart& refined);

}  // namespace sim
