// What one option costs of what a run may still do.
#pragma once

#include "sim/choices/choices.h"
#include "sim/search/seen_worlds.h"

namespace sim {

// Whom a mishap befalls, and for how long, costs nothing, once it does.
inline Allowance cost_of(Question question) {
  if (question == fault_question || question == mishap_kind_question) return {.faults = 1};
  if (question == mishap_target_question || question == mishap_length_question) return {};
  if (question == leader_change_question) return {.leader_changes = 1};
  if (question == departure_question) return {.departures = 1};
  return {.deviations = 1};
}

}  // namespace sim
