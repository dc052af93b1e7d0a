#include "charm/live/timestamps.h"

#include <algorithm>
#include <array>

namespace charm::live {
namespace {

// Takes exactly so many digits off the text.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

std::optional<unsigned> take_month(std::string_view& text) {
  constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::ranges::find(names, text.substr(0, 3));
  if (found == names.end()) return std::nullopt;
  text.remove_prefix(3);
  return static_cast<unsigned>(found - names.begin()) + 1;
}

// `03:04:05`
std::optional<std::chrono::seconds> take_time_of_day(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !take(text, ":")) return std::nullopt;
  const auto seconds = take_number(text, 2);
  const bool fits = seconds && *hours < 24 && *minutes < 60 && *seconds <= 60;  // leap seconds
  if (!fits) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds);
}

std::optional<UnixTime> at(int year, unsigned month, int day, std::chrono::seconds time) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + time;
}

bool is_fraction_or_nothing(std::string_view text) {
  if (text.empty()) return true;
  if (!take(text, ".") || text.empty()) return false;
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<UnixTime> parse_rfc3339(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take(text, "T")) return std::nullopt;
  const auto time = take_time_of_day(text);
  if (!time || !text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  if (!is_fraction_or_nothing(text)) return std::nullopt;
  return at(*year, static_cast<unsigned>(*month), *day, *time);
}

std::optional<UnixTime> parse_http_date(std::string_view text) {
  if (text.size() < 5 || text.substr(3, 2) != ", ") return std::nullopt;
  text.remove_prefix(5);
  const auto day = take_number(text, 2);
  if (!day || !take(text, " ")) return std::nullopt;
  const auto month = take_month(text);
  if (!month || !take(text, " ")) return std::nullopt;
  const auto year = take_number(text, 4);
  if (!year || !take(text, " ")) return std::nullopt;
  const auto time = take_time_of_day(text);
  if (!time || text != " GMT") return std::nullopt;
  return at(*year, *month, *day, *time);
}

}  // namespace charm::live
