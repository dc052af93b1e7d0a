// The option ldap_map: which groups of a directory have which roles. Source: config-and-wire.md,
// section 1.5.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace charm {

// The roles of `<group>=<role>`, each behind a comma but the first, in order, as long as the text
// lives; empty: no group has any. Nothing: the text is of another form.
std::optional<std::vector<std::string_view>> ldap_roles(std::string_view map);

}  // namespace charm
