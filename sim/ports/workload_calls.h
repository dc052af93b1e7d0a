// What the calls of the workload port have in common.
#pragma once

#include <expected>
#include <string_view>
#include <type_traits>

#include "charm/types/errors.h"
#include "model/pebble.h"
#include "sim/ports/call_gate.h"

namespace sim {

// Of every revision's image: what a revision may have of its own is in model::Rollout.
inline constexpr std::string_view version_of_database = "14.13";

// The effect, if Pebble answers.
template <class Answer, class Effect>
std::expected<Answer, charm::Unreachable> if_connected(CallGate& gate, Effect effect) {
  if (!model::pebble::can_connect(gate.world(), gate.unit())) {
    return std::unexpected(charm::Unreachable{});
  }
  if constexpr (std::is_void_v<Answer>) {
    effect();
    return {};
  } else {
    return effect();
  }
}

}  // namespace sim
