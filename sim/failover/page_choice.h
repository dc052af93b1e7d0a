// Which of the settings that were measured is to be chosen, as far as the failovers say.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/failover/series.h"

namespace sim::failover {

// By what settings are compared in each kind.
enum class Criterion : std::uint8_t {
  half,         // p50 of the outage
  ninety_nine,  // p99 of it
  lost,         // the share of failovers that have lost an acknowledged commit
  open,         // the share of those that were not served again
};
inline constexpr std::size_t criterion_count = 4;

// One setting against the best of its kind and load.
struct Standing {
  // Worse, by more than chance makes; times also by no less than the client's writes are apart,
  // since it feels no less.
  bool is_behind = false;
  // Times only. Of p50: by how much half of the failovers are longer on the same draws, with its
  // band, and it is more than chance if zero is outside; of p99: how far the two are apart, and
  // that is more than chance if their bands have nothing in common (shares likewise).
  std::int64_t by_us = 0;
  std::optional<std::int64_t> low_us;
  std::optional<std::int64_t> high_us;
};

// One kind, in one setting.
struct Measured {
  std::size_t setting = 0;
  const Series* series = nullptr;  // not without a failover
  Summary summary;
};
struct Ranking {
  std::size_t best = 0;             // a place in what was measured
  std::vector<Standing> standings;  // by place
};
// CHECKs that there is one.
Ranking ranking_of(std::span<const Measured> kind, Criterion criterion);

struct RankedKind {
  const Kind* kind = nullptr;
  std::vector<Measured> measured;  // those of the choice, by setting
  std::array<Ranking, criterion_count> rankings;
};

// Of settings with the same load, which nobody chooses.
struct Choice {
  std::vector<std::size_t> settings;
  std::vector<std::size_t> left_out;  // some kind that another one has is missing
  std::vector<RankedKind> kinds;
  // By setting's place in `settings`: in so many kinds it is behind.
  std::vector<std::array<std::size_t, criterion_count>> behind;
  // Those that are behind in the fewest kinds in lost commits, and of these in what was not served
  // again; and how they stand to one another.
  std::vector<std::size_t> rest;
  std::vector<RankedKind> kinds_of_rest;
  // Of the rest, which to choose: those that are behind another one of it in the fewest
  // comparisons, p50 and p99 of each kind counted alike. More than one: nothing here decides.
  std::vector<std::size_t> chosen;

  [[nodiscard]] const std::array<std::size_t, criterion_count>& behind_of(
      std::size_t setting) const;
};

// One for each load that at least two settings have.
std::vector<Choice> choices_of(const std::vector<Series>& all);

// What tells each setting from the others, `20/5/5`; of a single one its times.
std::vector<std::string> short_names(const std::vector<Setting>& settings);
// What all of them have alike: `3 units, synchronous all, …`.
std::string alike_in(const std::vector<Setting>& settings);

}  // namespace sim::failover
