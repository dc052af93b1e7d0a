// From the environment that Juju runs the charm in to the event it tells. Source:
// juju-and-pebble.md, sections 1.1 and 1.2.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "charm/runtime/definition.h"

namespace charm {

// The value of an environment variable, or none. What it returns must outlive the call of
// decode_event().
using EnvironmentLookup = std::function<std::optional<std::string_view>(std::string_view name)>;

// Juju, or whoever has started the charm, has said something that cannot be: for the operator.
struct DecodeError {
  std::string text;

  friend bool operator==(const DecodeError&, const DecodeError&) = default;
};

// The subject of an event that this charm knows nothing of: an action that it does not observe, or
// a hook of another relation, storage or container. No handler observes it, so that dispatch() does
// what ops does in this case: it runs the deferral queue, and nothing else.
inline constexpr std::uint8_t unobserved_subject = 255;

[[nodiscard]] constexpr bool is_unobserved(const Event& event) {
  return event.subject == unobserved_subject;
}

std::expected<Event, DecodeError> decode_event(const CharmDefinition& charm, const AppName& app,
                                               const EnvironmentLookup& environment);

}  // namespace charm
