// The curves of the page: how many of the failovers had ended by each moment that a chart can tell
// from the next. All places are whole numbers, so that every machine draws the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sim::failover {

// A chart is cut into columns and rows of one to two pixels each: of any number of samples no more
// is kept than the count at each column's end.
inline constexpr std::size_t linear_columns = 360;
inline constexpr std::size_t columns_of_decade = 100;  // of a logarithmic axis
inline constexpr std::int64_t curve_rows = 180;

// Lengths of time from left to right: where each column ends, ascending; the first is where the
// axis begins.
struct Axis {
  std::vector<std::int64_t> ends_us;

  [[nodiscard]] std::size_t columns() const { return ends_us.size() - 1; }
  [[nodiscard]] std::int64_t begin_us() const { return ends_us.front(); }
  [[nodiscard]] std::int64_t end_us() const { return ends_us.back(); }
  // The column that this lies in, counted from 1; 0: at the beginning or before. Behind the end:
  // the last one.
  [[nodiscard]] std::size_t column_of(std::int64_t us) const;
};
// From 0 to this or a little more. CHECKs that it is above 0.
Axis linear_axis(std::int64_t most_us);
// From the first to the second or a little less and more; below a millisecond begins there.
Axis logarithmic_axis(std::int64_t least_us, std::int64_t most_us);

struct Tick {
  std::int64_t us = 0;
  std::int64_t hundredths = 0;  // its place, in hundredths of a column
};
// Round numbers, at most seven; of a logarithmic axis the powers of ten, and 2 and 5 of each up to
// three decades.
std::vector<Tick> linear_ticks(const Axis& axis);
std::vector<Tick> logarithmic_ticks(const Axis& axis);

// How many of the samples, in ascending order, are not above each column's end.
std::vector<std::uint64_t> counts_at(std::span<const std::int64_t> ascending, const Axis& axis);

// The band of Dvoretzky, Kiefer and Wolfowitz with Massart's constant: with a probability of 95 %
// the true curve is nowhere further than sqrt(ln(2 / 0.05) / 2n) from the one that was seen. As a
// number of samples, rounded up. CHECKs that there are no more than four thousand million.
std::uint64_t band_margin(std::uint64_t samples);

// What one series has: `counts` of `samples`, of which some may never end.
struct Curve {
  std::vector<std::uint64_t> counts;
  std::uint64_t samples = 0;
};
// As a path of SVG: x in columns, y in rows from above. A row that is not reached whole is not
// drawn, so that the top is all of them; the band is never drawn narrower than it is.
std::string curve_path(const Curve& curve);
std::string band_path(const Curve& curve);

// The counts as the page's script reads them: how much each is more than the one before; a number
// below 0 stands for so many that are the same.
std::vector<std::int64_t> packed(const std::vector<std::uint64_t>& counts);

}  // namespace sim::failover
