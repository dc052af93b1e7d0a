#include "charm/live/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace charm::live {
namespace {

struct Suffix {
  std::string_view text;
  int tens = 0;  // times 10 to this power
  int twos = 0;  // times 2 to this power
};

constexpr std::array<Suffix, 16> suffixes = {{{"", 0, 0},
                                              {"n", -9, 0},
                                              {"u", -6, 0},
                                              {"m", -3, 0},
                                              {"k", 3, 0},
                                              {"M", 6, 0},
                                              {"G", 9, 0},
                                              {"T", 12, 0},
                                              {"P", 15, 0},
                                              {"E", 18, 0},
                                              {"Ki", 0, 10},
                                              {"Mi", 0, 20},
                                              {"Gi", 0, 30},
                                              {"Ti", 0, 40},
                                              {"Pi", 0, 50},
                                              {"Ei", 0, 60}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits that the text begins with are taken off it.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// Says no if it does not fit.
bool append_digits(std::uint64_t& number, std::string_view digits) {
  return std::ranges::all_of(digits, [&number](char c) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    return !__builtin_mul_overflow(number, 10U, &number) &&
           !__builtin_add_overflow(number, digit, &number);
  });
}

// `e3`, `E-6`; it is none if no number follows, as in `1E`.
std::optional<Suffix> parse_exponent(std::string_view text) {
  if (text.size() < 2 || (text.front() != 'e' && text.front() != 'E')) return std::nullopt;
  text.remove_prefix(text[1] == '+' ? 2 : 1);
  int tens = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), tens);
  const bool is_number = error == std::errc{} && stop == text.data() + text.size();
  if (!is_number || tens < -30 || tens > 30) return std::nullopt;
  return Suffix{{}, tens, 0};
}

std::optional<Suffix> parse_suffix(std::string_view text) {
  const auto found = std::ranges::find(suffixes, text, &Suffix::text);
  return found != suffixes.end() ? std::optional(*found) : parse_exponent(text);
}

std::optional<std::uint64_t> scaled(std::uint64_t number, int tens, int twos) {
  for (; twos > 0; --twos) {
    if (__builtin_mul_overflow(number, 2U, &number)) return std::nullopt;
  }
  for (; tens > 0; --tens) {
    if (__builtin_mul_overflow(number, 10U, &number)) return std::nullopt;
  }
  for (; tens < 0; ++tens) number /= 10;  // rounding down step by step is rounding down
  return number;
}

}  // namespace

std::optional<std::uint64_t> parse_quantity(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const auto suffix = parse_suffix(text);
  std::uint64_t number = 0;
  if (!suffix || !append_digits(number, whole) || !append_digits(number, fraction)) {
    return std::nullopt;
  }
  return scaled(number, suffix->tens - static_cast<int>(fraction.size()), suffix->twos);
}

}  // namespace charm::live
