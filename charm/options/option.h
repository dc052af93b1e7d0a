// One option of the charm: its name, its type, what it is by default, and what it may be. Source:
// config-and-wire.md, section 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace charm {

enum class OptionType : std::uint8_t {
  boolean,
  integer,
  real,
  text,
  word_or_integer,  // text in Juju: one of its words, or a whole number
};

// Nothing: the option has no value (config-and-wire.md, section 1.2).
using OptionDefault = std::variant<std::monostate, bool, std::int64_t, double, std::string_view>;
using OptionValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct OptionSpec {
  std::string_view name;
  OptionType type = OptionType::text;
  OptionDefault value;
  // Of numbers, both ends included.
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  std::string_view words;  // `a|b|c`, of text that is a choice; empty: any text
};

// All that there are, in the order of their names.
std::span<const OptionSpec> option_table();
// Nothing, if there is none of this name.
const OptionSpec* find_option(std::string_view name);
// Where in the table it stands; it has to be there. For what is asked at every rendering, looked up
// once.
std::size_t option_index(std::string_view name);

}  // namespace charm
