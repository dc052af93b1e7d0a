// Edit distance, and its bounds.
#include "sim/scenario/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace sim {
namespace {

// How many letters must be added, taken away or replaced to make one of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string suggestion(std::string_view text, const std::vector<std::string>& names) {
  if (text.size() > 100) return "";  // Nobody mistypes that.
  const std::string* best = nullptr;
  std::size_t best_distance = std::min<std::size_t>(3, text.size() / 2) + 1;
  for (const std::string& name : names) {
    const bool is_prefix = text.size() >= 3 && name.starts_with(text);
    const std::size_t d = is_prefix ? 0 : distance(text, name);
    if (d >= best_distance) continue;
    best_distance = d;
    best = &name;
  }
  return best == nullptr ? "" : " (did you mean \"" + *best + "\"?)";
}

}  // namespace sim
