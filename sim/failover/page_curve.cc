// Axes, counts and paths.
#include "sim/failover/page_curve.h"

#include <algorithm>
#include <array>

#include "charm/types/check.h"

namespace sim::failover {
namespace {

constexpr std::int64_t shortest_us = 1'000;
constexpr std::array<std::int64_t, 10> powers_of_ten{
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

// 10^(k/100). By multiplication alone, whose result is the same wherever doubles are IEEE's.
constexpr auto steps_of_decade = [] {
  constexpr double step = 1.023292992280754;  // 10^(1/100)
  std::array<double, columns_of_decade> steps{};
  double at = 1;
  for (double& one : steps) {
    one = at;
    at *= step;
  }
  return steps;
}();

// The kth column's end on the logarithmic scale that begins at a microsecond; cut to whole ones.
std::int64_t logarithmic_end(std::size_t k) {
  return static_cast<std::int64_t>(steps_of_decade[k % columns_of_decade] *
                                   static_cast<double>(powers_of_ten.at(k / columns_of_decade)));
}

// The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least this.
std::int64_t round_number(std::int64_t least) {
  for (const std::int64_t power : powers_of_ten) {
    for (const std::int64_t tenths : {10, 20, 25, 50}) {
      const std::int64_t number = power * tenths / 10;
      if (number >= least) return number;
    }
  }
  return powers_of_ten.back() * 10;
}

// Rows from below; with `up` one that is only begun counts, too.
std::int64_t row_of(std::uint64_t count, std::uint64_t samples, bool up) {
  const std::uint64_t rows = count * static_cast<std::uint64_t>(curve_rows);
  return static_cast<std::int64_t>((rows + (up ? samples - 1 : 0)) / samples);
}

void append(std::string& path, char command, std::int64_t by) {
  if (by != 0) path += command + std::to_string(by);
}

// From left to right: on to each column's end, and there up or down to its row.
void walk(std::string& path, const std::vector<std::int64_t>& rows) {
  std::int64_t run = 0;
  for (std::size_t column = 1; column < rows.size(); ++column) {
    ++run;
    if (rows[column] == rows[column - 1]) continue;
    append(path, 'h', run);
    append(path, 'v', rows[column - 1] - rows[column]);
    run = 0;
  }
  append(path, 'h', run);
}

}  // namespace

std::size_t Axis::column_of(std::int64_t us) const {
  const auto found = std::ranges::lower_bound(ends_us, us);
  return std::min(static_cast<std::size_t>(found - ends_us.begin()), columns());
}

Axis linear_axis(std::int64_t most_us) {
  CHECK(most_us > 0);
  // A twentieth of what is shown is nothing to round up by.
  const std::int64_t step = round_number((most_us + 19) / 20);
  const std::int64_t end = (most_us + step - 1) / step * step;
  Axis axis;
  for (std::size_t column = 0; column <= linear_columns; ++column) {
    axis.ends_us.push_back(end * static_cast<std::int64_t>(column) /
                           static_cast<std::int64_t>(linear_columns));
  }
  return axis;
}

Axis logarithmic_axis(std::int64_t least_us, std::int64_t most_us) {
  const std::int64_t least = std::max(least_us, shortest_us);
  std::size_t first = 0;
  while (logarithmic_end(first + 1) <= least) ++first;
  Axis axis;
  std::size_t last = first;
  do {
    axis.ends_us.push_back(logarithmic_end(last));
  } while (logarithmic_end(last++) < std::max(most_us, least + 1));
  return axis;
}

std::vector<Tick> linear_ticks(const Axis& axis) {
  const std::int64_t end = axis.end_us();
  const std::int64_t step = round_number((end + 5) / 6);
  std::vector<Tick> ticks;
  for (std::int64_t us = 0; us <= end; us += step) {
    ticks.push_back({us, us * static_cast<std::int64_t>(axis.columns()) * 100 / end});
  }
  return ticks;
}

std::vector<Tick> logarithmic_ticks(const Axis& axis) {
  // Hundredths of a column from a power of ten to 2 and to 5 times it: 100 log10(2), 100 log10(5).
  constexpr std::array<std::pair<std::int64_t, std::int64_t>, 3> places{
      {{1, 0}, {2, 3'010}, {5, 6'990}}};
  const auto decade = static_cast<std::int64_t>(columns_of_decade * 100);
  // The axis begins with a column's end: which one?
  std::int64_t begin = 0;
  while (logarithmic_end(static_cast<std::size_t>(begin)) < axis.begin_us()) ++begin;
  const bool is_long = axis.columns() > 3 * columns_of_decade;
  std::vector<Tick> ticks;
  for (std::size_t power = 0; power < powers_of_ten.size(); ++power) {
    for (const auto& [times, place] : places) {
      if (is_long && times != 1) continue;
      const std::int64_t us = powers_of_ten[power] * times;
      if (us < axis.begin_us() || us > axis.end_us()) continue;
      ticks.push_back({us, static_cast<std::int64_t>(power) * decade + place - begin * 100});
    }
  }
  return ticks;
}

std::vector<std::uint64_t> counts_at(std::span<const std::int64_t> ascending, const Axis& axis) {
  std::vector<std::uint64_t> counts;
  counts.reserve(axis.ends_us.size());
  auto at = ascending.begin();
  for (const std::int64_t end : axis.ends_us) {
    at = std::upper_bound(at, ascending.end(), end);
    counts.push_back(static_cast<std::uint64_t>(at - ascending.begin()));
  }
  return counts;
}

std::uint64_t band_margin(std::uint64_t samples) {
  constexpr std::uint64_t scale = 1'000'000'000;
  constexpr std::uint64_t half_of_ln_40 = 1'844'439'728;  // in thousand millionths, rounded up
  CHECK(samples <= 4'000'000'000U);
  std::uint64_t low = 0;
  std::uint64_t high = 100'000;  // its square is more than 1.85 times four thousand million
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (middle * middle * scale >= samples * half_of_ln_40) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

std::string curve_path(const Curve& curve) {
  std::vector<std::int64_t> rows;
  rows.reserve(curve.counts.size());
  for (const std::uint64_t count : curve.counts)
    rows.push_back(row_of(count, curve.samples, false));
  std::string path = "M0 " + std::to_string(curve_rows - rows.front());
  walk(path, rows);
  return path;
}

std::string band_path(const Curve& curve) {
  const std::uint64_t margin = band_margin(curve.samples);
  std::vector<std::int64_t> upper;
  std::vector<std::int64_t> lower;
  for (const std::uint64_t count : curve.counts) {
    upper.push_back(row_of(std::min(count + margin, curve.samples), curve.samples, true));
    lower.push_back(row_of(count - std::min(count, margin), curve.samples, false));
  }
  std::string path = "M0 " + std::to_string(curve_rows - upper.front());
  walk(path, upper);
  append(path, 'v', upper.back() - lower.back());
  std::int64_t run = 0;
  for (std::size_t column = lower.size() - 1; column > 0; --column) {
    // What the column's end has raised, going back lowers first.
    if (lower[column] != lower[column - 1]) {
      append(path, 'h', -run);
      append(path, 'v', lower[column] - lower[column - 1]);
      run = 0;
    }
    ++run;
  }
  append(path, 'h', -run);
  return path + 'z';
}

std::vector<std::int64_t> packed(const std::vector<std::uint64_t>& counts) {
  std::vector<std::int64_t> all;
  std::uint64_t before = 0;
  for (const std::uint64_t count : counts) {
    if (count > before) {
      all.push_back(static_cast<std::int64_t>(count - before));
    } else if (!all.empty() && all.back() < 0) {
      --all.back();
    } else {
      all.push_back(-1);
    }
    before = count;
  }
  return all;
}

}  // namespace sim::failover
