// A databag as relation-get gives it, and a secret's content: texts by their keys. An empty value
// and an absent key are the same (charm-hooks.md, section 1.4).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace charm::wire {

using Bag = std::map<std::string, std::string, std::less<>>;

inline std::string_view value_of(const Bag& bag, std::string_view key) {
  const auto found = bag.find(key);
  return found == bag.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace charm::wire
