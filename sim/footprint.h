// What one step of a run has touched, as far as only the simulation knows it: the rest stands in
// the worlds before and after it.
#pragma once

#include <bitset>

#include "model/step.h"
#include "sim/ports/calls.h"

namespace sim {

struct StepFootprint {
  // The calls of the hook that were answered in it, with their effects.
  std::bitset<call_count> calls;
  // A fact but that of a flush, a status, or a dispatch that did not end well.
  bool is_seen = false;
  bool ends_handler = false;
  bool ends_dispatch = false;

  void clear() { *this = {}; }
  void note(Call call) { calls.set(static_cast<std::size_t>(call)); }
  void note(const model::Facts& facts, bool handler_ends, bool dispatch_ends) {
    ends_handler |= handler_ends;
    ends_dispatch |= dispatch_ends;
    for (const model::Fact& fact : facts) is_seen |= fact.kind != model::FactKind::flushed;
  }
};

}  // namespace sim
