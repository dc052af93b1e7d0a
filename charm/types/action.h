// What an operator says to an action. Source: config-and-wire.md, section 2.
#pragma once

#include <optional>
#include <string_view>

#include "charm/types/bounded_text.h"
#include "charm/types/secret.h"
#include "charm/types/tls.h"

namespace charm {

// A parameter that is a name.
using ParameterText = NameText;

// The parameters of this charm's actions, each absent unless it was given. No parameter is required
// by the schema, and what is not known is not refused: each action looks at its own.
struct ActionParameters {
  std::optional<ParameterText> username;
  // Empty also if more was given than a Secret holds: no action takes an empty one.
  std::optional<Secret> password;
  std::optional<ParameterText> scope;
  bool force = false;
  std::optional<GivenKey> private_key;

  friend bool operator==(const ActionParameters&, const ActionParameters&) = default;
};

inline Secret given_password(std::string_view text) {
  return text.size() > Secret::capacity ? Secret() : Secret(text);
}

}  // namespace charm
