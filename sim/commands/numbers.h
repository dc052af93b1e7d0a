// Arguments that are whole numbers, with their bounds.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

namespace sim {

// The whole number that this text is, if it is one within these bounds.
template <auto least, class Number, Number most = std::numeric_limits<Number>::max()>
std::optional<Number> whole_number(const std::string& text) {
  Number number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && stop == text.data() + text.size();
  if (is_number && number >= least && number <= most) return number;
  return std::nullopt;
}

// The same of an option, which is refused otherwise.
template <auto least, class Number, Number most = std::numeric_limits<Number>::max()>
Number read_number(const std::string& option, const std::string& text) {
  if (const auto number = whole_number<least, Number, most>(text)) return *number;
  throw CLI::ValidationError(option, "is \"" + text + "\"; must be a whole number, " +
                                         std::to_string(least) + " to " + std::to_string(most));
}

// What is captured is small: the library copies it.
template <auto least, class Number, Number most = std::numeric_limits<Number>::max()>
CLI::Option* add_number(CLI::App& command, const char* option, Number& number,
                        const std::string& help) {
  return command
      .add_option_function<std::string>(
          option,
          [&number, option](const std::string& text) {
            number = read_number<least, Number, most>(option, text);
          },
          help)
      ->type_name("NUMBER");
}

}  // namespace sim
