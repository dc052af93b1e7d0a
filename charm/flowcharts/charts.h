// The charts that this charm comes with, as text: refined and published. embed.cmake writes their
// source.
#pragma once

#include <span>
#include <string_view>

namespace charm {

struct ChartText {
  std::string_view name;  // `leader-elected`; a hook's published and refined chart share it
  bool published = false;
  std::string_view file;  // from the root of the repository
  std::string_view text;
};

std::span<const ChartText> postgresql_k8s_charts();

}  // namespace charm
