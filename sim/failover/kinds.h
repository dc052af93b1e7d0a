// The kinds of failovers that are measured: what befalls a settled cluster, how it is prepared for
// that, and until when it is watched.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "charm/types/time.h"
#include "sim/failover/setting.h"
#include "sim/scenario/scenario.h"

namespace sim::failover {

// A length of time that goes by what the cluster is set to.
struct Span {
  std::uint32_t seconds = 0;
  std::uint32_t ttls = 0;
  std::uint32_t loops = 0;

  [[nodiscard]] charm::Duration in(const Timing& timing) const;
};

// A fault that no step of a story is.
struct Mishap {
  FaultKind kind = FaultKind::stop_api;
  std::uint32_t length = 0;  // which of mishap_lengths
};

struct Kind {
  std::string_view name;
  std::string_view what;
  // Steps as a scenario has them; LAST stands for the unit of the highest ordinal. Before, each
  // once the cluster has settled; what befalls it then, without a time, unless it is a mishap; and
  // what an operator does later.
  std::string_view before;
  std::string_view deed;
  std::string_view later;
  std::optional<Mishap> mishap;
  // From the fault on: at least so long; and so long, if the client has noticed nothing.
  Span at_least;
  Span patience{.seconds = 10, .ttls = 1, .loops = 3};
  // The unit of the highest ordinal is the primary then: until it is, all standbys are synchronous.
  bool last_leads = false;
  bool is_refresh = false;  // watched until all units are refreshed

  // How many steps its story has before what befalls the cluster.
  [[nodiscard]] std::size_t steps_before(const Setting& setting) const;
};

std::span<const Kind> all_kinds();
// Nothing: there is none of this name.
const Kind* find_kind(std::string_view name);

// When the scenario of a kind has its fault.
struct FaultTime {
  // So long after it first settled, if a step is its fault. Without another one no run goes so far:
  // who measures says when.
  charm::Duration after = std::chrono::seconds(400'000);
  // While faults may come no run counts as settled. In whole seconds from the run's beginning.
  std::chrono::seconds faults_end{500'000};
  // The base is shortly before the agents' next update-status, so that a fault can come beside it.
  bool is_near_update_status = false;
};
// The scenario of a kind with this setting, as a file has it. Of `after` it has the milliseconds.
std::string scenario_text(const Kind& kind, const Setting& setting, const FaultTime& time = {});

}  // namespace sim::failover
