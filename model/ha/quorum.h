// How `-sync` and synchronous_standby_names get from one state of quorum mode to the wanted one, in
// steps that each keep what may be promoted and what acknowledges overlapping (section 4.6).
#pragma once

#include <array>

#include "model/ha_decision.h"

namespace model::ha {

struct QuorumState {
  MemberName leader;  // of `-sync`
  MemberSet voters;   // its sync_standby
  int quorum = 0;
  MemberSet named;          // in synchronous_standby_names
  int named_count = 0;      // how many of these have to acknowledge
  int confirmed_count = 0;  // how many are known to have caught up
  MemberSet active;         // replicate, and may be named
  int wanted_count = 1;     // synchronous_node_count
  MemberName me;
};

struct QuorumStep {
  // restart: look again whether somebody has caught up, and begin anew.
  enum class Kind : std::uint8_t { key, names, restart } kind = Kind::restart;
  MemberName leader;
  int number = 0;  // quorum, or how many
  MemberSet members;
};

inline constexpr std::size_t max_quorum_steps = 16;

struct QuorumSteps {
  bool failed = false;  // Patroni's resolver ends with an error
  std::size_t count = 0;
  std::array<QuorumStep, max_quorum_steps> steps;
};

QuorumSteps resolve_quorum(const QuorumState& state);

}  // namespace model::ha
