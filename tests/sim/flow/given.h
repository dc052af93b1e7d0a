// Charts and paths for the tests of sim/flow.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "charm/flow/path.h"
#include "sim/flow/chart.h"
#include "sim/flow/mermaid.h"

namespace sim::given {

inline constexpr std::string_view header = "flowchart TD\n  hook_fired([start]) --> ";

// A chart of these lines; the first arrow out of hook_fired stands already there.
inline Chart chart(std::string_view lines, const std::string& file = "example.mmd") {
  auto result = read_chart(std::string(header).append(lines), file);
  EXPECT_TRUE(result) << to_text(result.error());
  return *std::move(result);
}

inline charm::Path path(std::initializer_list<charm::Path::Step> steps) {
  charm::Path result;
  for (const auto& [node, arrow] : steps) {
    result.at(node);
    if (!arrow.empty()) result.took(arrow);
  }
  return result;
}

}  // namespace sim::given
