// A secret's content as upstream reads it: a key that holds the word `None` was removed, and a bag
// that has the field, from before Juju had secrets, comes first. Source: charm-hooks.md, section
// 1.5.
#pragma once

#include <string_view>

#include "charm/wire/bag.h"

namespace charm::wire {

inline constexpr std::string_view removed_marker = "None";

inline std::string_view field_of(const Bag& content, std::string_view key) {
  const std::string_view text = value_of(content, key);
  return text == removed_marker ? std::string_view() : text;
}

// `in_bag`: what the bag calls it.
inline std::string_view field_of(const Bag& bag, std::string_view in_bag, const Bag& content,
                                 std::string_view key) {
  const std::string_view text = value_of(bag, in_bag);
  return text.empty() ? field_of(content, key) : text;
}

}  // namespace charm::wire
