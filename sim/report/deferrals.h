// Who deferred what in a run, why, how often, and until when: what its trace says of the units'
// deferral queues.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/trace.h"

namespace sim {

// A notice, from the first time that its handler deferred.
struct Deferral {
  std::uint64_t number = 0;  // in the order of the trace
  charm::UnitName unit;
  const charm::Handler* handler = nullptr;
  charm::Event event;
  std::string_view node;     // of the chart, where it deferred last; empty if it has no chart
  std::string_view reason;   // that it gave last
  std::uint32_t times = 1;   // that it deferred
  std::uint32_t merged = 0;  // newer, equal events that it stood for
  charm::Instant since;
  // The dispatch in which it ran and did not defer; none: it is queued still.
  struct End {
    charm::Instant at;
    charm::Event hook;
  };
  std::optional<End> end;
};

// Counts what has been committed: a hook that fails leaves the queue as it was.
class DeferralReport final : public TraceSink {
 public:
  DeferralReport(const charm::AppName& app, const charm::CharmDefinition& charm)
      : app_(app), charm_(charm) {}

  void take(const TraceEvent& event) override;

  // By their beginning.
  [[nodiscard]] std::vector<Deferral> deferrals() const;
  // The longest queue that each unit has had; without those that never deferred.
  [[nodiscard]] const std::map<charm::UnitName, std::size_t>& longest_queues() const {
    return longest_queues_;
  }

  // `4, longest queue 2, longest wait 31.200s`; the run has ended at `now`.
  [[nodiscard]] std::string summary(charm::Instant now) const;
  // A line each deferral, and one a unit.
  [[nodiscard]] std::string text(charm::Instant now) const;
  [[nodiscard]] nlohmann::ordered_json json(charm::Instant now) const;

 private:
  struct Queued {
    Deferral deferral;
    bool has_run = false;  // in the dispatch under way
  };
  // A unit's queue as committed, and as the hook under way would leave it, with what it has run.
  struct Queue {
    std::vector<Deferral> committed;
    std::vector<Queued> staged;
    charm::Event hook;
  };

  void start_hook(const TraceEvent& event);
  void end_handler(const TraceEvent& event);
  void merge(const TraceEvent& event);
  void commit(charm::UnitName unit);

  const charm::AppName& app_;
  const charm::CharmDefinition& charm_;
  std::map<charm::UnitName, Queue> queues_;
  std::map<charm::UnitName, std::size_t> longest_queues_;
  std::vector<Deferral> ended_;
  std::uint64_t count_ = 0;
};

}  // namespace sim
