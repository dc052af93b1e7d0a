// One kind of failover in one setting, simulated many times from the same settled cluster.
#pragma once

#include <atomic>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/choices/list.h"
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
  ListChoices calm{Deviations{}};  // what the calm run has been asked until then
  charm::UnitName primary;
};
// Why there is none: the setting is refused, or no such cluster settles. How hooks are stopped
// (`executor`) changes nothing but what it costs, here and below.
std::expected<Base, std::string> prepare(const Kind& kind, const Setting& setting,
                                         const CharmUnderTest& charm,
                                         const std::atomic<bool>* interrupted,
                                         const FaultTime& time = {},
                                         ExecutorKind executor = default_executor());
// The place of the primary among the units that exist: whom a mishap shall befall.
std::uint32_t primary_place(const Base& base);
// Without an acknowledged write for so long, a client notices it.
charm::Duration noticed_break(const Setting& setting);
// How long from the base to the fault at least; at most it is twice as long.
charm::Duration least_wait(const Base& base);

// Goes on from a base until the client is served again. The hooks run, and no property judges them.
class Passage {
 public:
  // `pace`: who knows when some of it comes, or nobody.
  Passage(const Base& base, const charm::CharmDefinition& charm, Choices& choices,
          Pace* pace = nullptr, ExecutorKind executor = default_executor());

  // From that state on, which goes back to that base. The fault comes then; never: when
  // `has_struck` begins to be true.
  Failover pass(const RunState& from, charm::Instant fault, const bool* has_struck = nullptr);
  // The same, asked after each step whether that is enough; nothing: it was.
  std::optional<Failover> pass(const RunState& from, charm::Instant fault, const bool* has_struck,
                               const std::function<bool()>& is_enough);
  // Of where it stands: where two passes of one base and fault have the same, and the same answers
  // follow, they come to the same. Nothing while a hook is stopped at a call. Only of one Passage:
  // texts have numbers of its own. 64 bits: two may have the same by chance.
  [[nodiscard]] std::optional<std::uint64_t> fingerprint() const;
  [[nodiscard]] const model::World& world() const { return simulation_.world(); }
  [[nodiscard]] charm::Instant fault() const { return fault_; }

 private:
  [[nodiscard]] bool is_over(const model::World& world) const;

  const Base& base_;
  Watch watch_;
  Simulation simulation_;
  charm::Duration at_least_;
  charm::Duration patience_;
  charm::Duration noticed_break_;
  charm::Duration longest_;
  charm::Duration steady_;
  charm::Instant fault_;
  mutable RunState here_;  // kept for its memory
};

// Measures failovers of one base, one after the other; whoever works beside has its own.
class Meter {
 public:
  // `delays`, if there are any, outlive it.
  Meter(const Base& base, const charm::CharmDefinition& charm, const Delays* delays = nullptr,
        ExecutorKind executor = default_executor());

  // The failover of this seed. From the base the cluster goes on for one to two loops of Patroni's
  // (of the client's writes, where they are further apart) until the fault, any moment as likely;
  // likewise each agent's next update-status comes at any moment of its interval.
  Failover measure(std::uint64_t seed);

 private:
  const Base& base_;
  RunState state_;
  Draws draws_;
  std::optional<MeasuredPace> pace_;
  Passage passage_;
};

}  // namespace sim::failover
