// Dispatches as the trace tells of them.
#include "sim/search/observed.h"

#include <algorithm>
#include <bit>

#include "model/hash.h"

namespace sim {
namespace {

static_assert(fault_kind_count < 64);

// Which of the causes are faults.
constexpr std::uint64_t fault_bit = 1;

HookOutcome outcome_of(HookEnd end, bool deferred) {
  switch (end) {
    case HookEnd::ok: return deferred ? HookOutcome::deferred : HookOutcome::done;
    case HookEnd::failed: return HookOutcome::failed;
    case HookEnd::killed: return HookOutcome::killed;
    case HookEnd::refused: return HookOutcome::refused;
    case HookEnd::cut_off: return HookOutcome::cut_off;
  }
  return HookOutcome::done;
}

std::uint64_t number_of(std::uint64_t kind, std::string_view a, std::string_view b,
                        std::string_view c) {
  return model::hash_text(c, model::hash_text(b, model::hash_text(a, kind)));
}

}  // namespace

std::string_view to_text(HookOutcome outcome) {
  constexpr std::array<std::string_view, hook_outcome_count> texts{"done",   "deferred", "failed",
                                                                   "killed", "refused",  "cut off"};
  return texts[static_cast<std::size_t>(outcome)];
}

std::uint8_t fault_of(std::string_view text) {
  for (std::uint8_t at = 0; at < fault_kind_count; ++at) {
    if (to_text(static_cast<FaultKind>(at)) == text) return at;
  }
  return fault_kind_count;
}

void add(HooksMet& to, const HooksMet& from) {
  for (const auto& [met, times] : from) to[met] += times;
}

void Observed::begin_run() {
  dispatches_ = {};
  features_.clear();
  for (Causes& causes : causes_) {
    causes.now.clear();
    causes.before.clear();
  }
  ++run_;
}

void Observed::take(const TraceEvent& event) {
  if (!event.unit) return;
  Dispatch& dispatch = dispatches_[event.unit.ordinal];
  switch (event.kind) {
    case TraceKind::hook_started: dispatch = {.event = event.event, .active = true}; break;
    case TraceKind::handler_ended:
      if (event.outcome.deferred()) dispatch.deferred = true;
      if (keeps_features_) note_path(event);
      break;
    case TraceKind::fault: note_fault(event); break;
    case TraceKind::hook_ended: end_dispatch(*event.unit, event.end); break;
    default: break;
  }
}

void Observed::end_dispatch(charm::UnitName unit, HookEnd end) {
  Dispatch& dispatch = dispatches_[unit.ordinal];
  if (!dispatch.active) return;
  dispatch.active = false;
  Causes& causes = causes_[unit.ordinal];
  std::swap(causes.before, causes.now);
  causes.now.clear();
  HookMet met{.kind = dispatch.event.kind,
              .subject = dispatch.event.subject,
              .outcome = outcome_of(end, dispatch.deferred)};
  if (dispatch.faults == 0) ++hooks_[met];
  for (std::uint64_t rest = dispatch.faults; rest != 0; rest &= rest - 1) {
    met.fault = static_cast<std::uint8_t>(std::countr_zero(rest));
    ++hooks_[met];
  }
}

void Observed::note_fault(const TraceEvent& event) {
  Dispatch& dispatch = dispatches_[event.unit.ordinal];
  const std::uint8_t fault = fault_of(event.text);
  if (fault == fault_kind_count) return;
  if (dispatch.active) dispatch.faults |= std::uint64_t{1} << fault;
  if (!keeps_features_) return;
  const std::uint64_t hook =
      dispatch.active
          ? static_cast<std::uint64_t>(dispatch.event.kind) << 8U | dispatch.event.subject
          : 0xFFFF;
  keep(number_of(model::mix(3, hook), event.text, event.detail, {}));
  // In pairs without its call: with it nearly every run would have a pair of its own.
  note(*event.unit, number_of(model::mix(4, hook), event.text, {}, {}) | fault_bit, Part::cause);
}

void Observed::note(charm::UnitName unit, std::uint64_t feature, Part part) {
  Causes& causes = causes_[unit.ordinal];
  keep(feature);
  for (const auto* list : {&causes.before, &causes.now}) {
    for (const std::uint64_t cause : *list) {
      if (part == Part::effect && (cause & fault_bit) == 0) continue;
      keep(model::mix(model::mix(5, cause), feature));
    }
  }
  if (part == Part::effect) return;
  if (std::ranges::find(causes.now, feature) == causes.now.end()) causes.now.push_back(feature);
}

void Observed::keep(std::uint64_t feature) {
  std::size_t at = feature % met_.size();
  while (met_[at].run == run_ && met_[at].feature != feature) at = (at + 1) % met_.size();
  if (met_[at].run == run_ || features_.size() == most_met) return;
  met_[at] = {.feature = feature, .run = run_};
  features_.push_back(feature);
}

void Observed::note_path(const TraceEvent& event) {
  const charm::UnitName unit = *event.unit;
  const auto& steps = event.path->steps();
  for (std::size_t at = 0; at + 1 < steps.size(); ++at) {
    const std::uint64_t begin = number_of(1, event.handler->chart, steps[at].node, steps[at].arrow);
    note(unit, model::hash_text(steps[at + 1].node, begin), Part::effect);
  }
  if (event.outcome.deferred()) {
    const std::uint64_t reason = number_of(2, event.handler->name, event.outcome.reason, {});
    note(unit, reason & ~fault_bit, Part::cause);
  }
}

const std::vector<std::uint64_t>& Observed::features() {
  std::ranges::sort(features_);
  return features_;
}

}  // namespace sim
