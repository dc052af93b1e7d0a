#include "sim/explorer/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace sim::explorer {
namespace {

std::string number_of(std::uint64_t number, const char* what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

std::string coverage(const Counts& counts) {
  if (counts.end == End::covered) return "covered all: " + number_of(counts.unique, "state");
  if (!counts.layers.empty()) {
    const Layer& layer = counts.layers.back();
    return "covered all with at most " + number_of(layer.deviations, "deviation") + ": " +
           number_of(layer.unique, "state");
  }
  if (counts.end == End::bound) {
    return "covered all within " + number_of(counts.depth, "step") + ": " +
           number_of(counts.unique, "state");
  }
  return "not all covered: " + number_of(counts.unique, "state");
}

}  // namespace

double chance_of_a_missed_state(std::uint64_t states, unsigned key_bits) {
  const double n = static_cast<double>(states);
  return states == 0 ? 0 : std::min(1.0, std::ldexp(n * (n - 1) / 2, -static_cast<int>(key_bits)));
}

double Counts::missed() const { return is_exact ? 0 : chance_of_a_missed_state(unique, key_bits); }

std::string to_text(End end) {
  switch (end) {
    case End::covered: return "covered";
    case End::bound: return "bound reached";
    case End::violated: return "violated";
    case End::memory_limit: return "memory limit reached";
    case End::interrupted: return "interrupted";
  }
  return "";
}

std::string to_text(const Counts& counts) {
  std::string text = coverage(counts);
  if (counts.end != End::covered) text += "; " + to_text(counts.end);
  if (!counts.layers.empty() && counts.unique > counts.layers.back().unique) {
    text += ", " + number_of(counts.unique - counts.layers.back().unique, "state") + " beyond";
  }
  if (counts.is_exact) return text + "; no state was missed";
  char chance[40];
  std::snprintf(chance, sizeof chance, "%.2g", counts.missed());
  return text + "; a state was missed with a chance of at most " + chance;
}

}  // namespace sim::explorer
