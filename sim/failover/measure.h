// One kind of failover in one setting, simulated many times from the same settled cluster.
#pragma once

#include <atomic>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "sim/failover/delays.h"
#include "sim/failover/draws.h"
#include "sim/failover/watch.h"
#include "sim/run_state.h"
#include "sim/simulation.h"

namespace sim::failover {

// A cluster that has been deployed and prepared by the calm run, and has stayed settled for 30 s.
struct Base {
  const Kind* kind = nullptr;
  Setting setting;
  Scenario scenario;
  RunState state;
  charm::UnitName primary;
};
// Why there is none: the setting is refused, or no such cluster settles.
std::expected<Base, std::string> prepare(const Kind& kind, const Setting& setting,
                                         const CharmUnderTest& charm,
                                         const std::atomic<bool>* interrupted);

// Measures failovers of one base, one after the other; whoever works beside has its own. The hooks
// run, and no property judges them.
class Meter {
 public:
  // `delays`, if there are any, outlive it.
  Meter(const Base& base, const charm::CharmDefinition& charm, const Delays* delays = nullptr);

  // The failover of this seed. From the base the cluster goes on for one to two loops of Patroni's
  // until the fault, any moment as likely; likewise each agent's next update-status comes at any
  // moment of its interval.
  Failover measure(std::uint64_t seed);

 private:
  [[nodiscard]] bool is_over(const model::World& world) const;

  const Base& base_;
  RunState state_;
  Draws draws_;
  Watch watch_;
  std::optional<MeasuredPace> pace_;
  Simulation simulation_;
  charm::Duration at_least_;
  charm::Duration patience_;
  charm::Duration steady_;
  charm::Instant fault_;
};

}  // namespace sim::failover
