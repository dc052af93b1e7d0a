#include "charm/options/ldap_map.h"

#include <algorithm>

namespace charm {

std::optional<std::vector<std::string_view>> ldap_roles(std::string_view map) {
  std::vector<std::string_view> roles;
  if (map.empty()) return roles;
  for (std::size_t begin = 0; begin <= map.size();) {
    const std::size_t end = std::min(map.find(',', begin), map.size());
    const std::string_view pair = map.substr(begin, end - begin);
    const std::size_t sign = pair.find('=');
    // A name in a directory may have the sign in it, and is then no group that can be mapped.
    if (sign == 0 || sign == std::string_view::npos || sign + 1 == pair.size() ||
        pair.find('=', sign + 1) != std::string_view::npos) {
      return std::nullopt;
    }
    roles.push_back(pair.substr(sign + 1));
    begin = end + 1;
  }
  return roles;
}

}  // namespace charm
