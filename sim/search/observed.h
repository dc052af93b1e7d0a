// What runs have met: how hooks ended under which faults, and what a run met that no run before it
// had.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "charm/runtime/definition.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/trace.h"

namespace sim {

// How a dispatch ended: as HookEnd, but for one that ended well, of which it is told whether a
// handler of it deferred.
enum class HookOutcome : std::uint8_t { done, deferred, failed, killed, refused, cut_off };
inline constexpr std::size_t hook_outcome_count = 6;
std::string_view to_text(HookOutcome outcome);

// A dispatch of this hook ended so, and this struck its unit while it was under way.
struct HookMet {
  charm::EventKind kind = charm::EventKind::update_status;
  std::uint8_t subject = 0;
  HookOutcome outcome = HookOutcome::done;
  // The FaultKind; fault_kind_count: nothing struck.
  std::uint8_t fault = fault_kind_count;

  friend auto operator<=>(const HookMet&, const HookMet&) = default;
};
// How often; what is not in it was never met. Several faults that strike one dispatch count for
// each.
using HooksMet = std::map<HookMet, std::uint64_t>;
void add(HooksMet& to, const HooksMet& from);

// Watches the runs of a Simulation. Must be told when each begins.
class Observed final : public TraceSink {
 public:
  static constexpr std::size_t most_met = 1U << 13U;

  // `features`: whether it is also noted what each run meets; it costs time.
  explicit Observed(bool features)
      : keeps_features_(features), met_(features ? 2 * most_met : std::size_t{0}) {}

  void begin_run();
  void take(const TraceEvent& event) override;

  [[nodiscard]] const HooksMet& hooks() const { return hooks_; }
  // Of the run that has ended: a number for each arrow of a chart that was walked, each reason for
  // which a handler deferred, and each fault with the hook and the call at which it struck; and for
  // each pair of which the first is a fault (its kind and hook) or a reason, and the second came
  // after it on the same unit, before the end of its next hook: after a fault anything, after a
  // reason another one or a fault. Ascending, without duplicates; the same on any machine. Of a run
  // with more than `most_met` of them the later ones are left out.
  [[nodiscard]] const std::vector<std::uint64_t>& features();

 private:
  struct Dispatch {
    charm::Event event;
    std::uint64_t faults = 0;  // a bit for each kind
    bool deferred = false;
    bool active = false;
  };
  void end_dispatch(charm::UnitName unit, HookEnd end);
  // A cause can be the first of a pair.
  enum class Part : std::uint8_t { effect, cause };
  void note(charm::UnitName unit, std::uint64_t feature, Part part);
  void keep(std::uint64_t feature);
  void note_fault(const TraceEvent& event);
  void note_path(const TraceEvent& event);

  bool keeps_features_;
  std::array<Dispatch, charm::max_units> dispatches_{};
  HooksMet hooks_;
  std::vector<std::uint64_t> features_;
  // By unit, the causes of its hook that is under way or was the last one, and of the one before.
  struct Causes {
    std::vector<std::uint64_t> now;
    std::vector<std::uint64_t> before;
  };
  std::array<Causes, charm::max_units> causes_;
  // What the run has met, to keep each once. A slot holds the run that it was written in, so a new
  // run has an empty table.
  struct Met {
    std::uint64_t feature = 0;
    std::uint64_t run = 0;
  };
  std::vector<Met> met_;   // empty, if nothing is kept
  std::uint64_t run_ = 1;  // that of an empty slot is 0
};

// The kind whose text this is; fault_kind_count: none.
std::uint8_t fault_of(std::string_view text);

}  // namespace sim
