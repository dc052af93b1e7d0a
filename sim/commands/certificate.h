// What an exploration has covered, as a file that can be checked (`charmsim-certificate/2`): its
// bounds, its worlds, what was left open and what was assumed, of which logic; and a sample of its
// worlds with the way to each. It is of a level of the bounds that was covered whole: where the
// search ended before all that was asked for, of the last one.
//
// Each member has a digest. They tell of an accident or a careless edit; they are no signature, so
// whoever wants to can write another certificate. What can be relied on is what is checked: that
// the sampled worlds are there.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "sim/commands/inputs.h"
#include "sim/scenario/error.h"
#include "sim/search/exploration.h"

namespace sim {

// Beyond what was covered: where the search ended, and what it was to come to.
struct LeftOpen {
  ExplorationEnd end = ExplorationEnd::covered;  // never that
  Allowance begun;                               // the level that was not covered
  std::uint64_t worlds = 0;                      // of it, that were looked at
  Allowance asked;
};

struct Certificate {
  ReadScenario scenario;
  std::string logic;
  std::uint64_t worlds = 0;
  Allowance allowance;
  std::optional<LeftOpen> left_open;
  bool liveness = false;
  bool all_orders = false;
  bool is_reduced = false;
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> until_ms;
  std::vector<SampledWorld> samples;
};

// Of a level that was covered (CHECKed).
std::string certificate_text(const ReadScenario& scenario, const Exploration& covered,
                             const std::optional<LeftOpen>& left_open);

// One that was cut or edited is refused with the place, and one of before there were digests.
std::expected<Certificate, ScenarioError> read_certificate(const std::string& text,
                                                           const std::string& file);

}  // namespace sim
