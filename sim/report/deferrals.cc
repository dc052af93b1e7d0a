// The queues, rebuilt from the trace.
#include "sim/report/deferrals.h"

#include <algorithm>

namespace sim {
namespace {

bool is_of(const Deferral& deferral, const TraceEvent& event) {
  return deferral.handler == event.handler && deferral.event == event.event;
}

void note_deferral(Deferral& deferral, const TraceEvent& event) {
  const auto& steps = event.path->steps();
  deferral.node = steps.empty() ? std::string_view() : steps[steps.size() - 1].node;
  deferral.reason = event.outcome.reason;
}

}  // namespace

void DeferralReport::take(const TraceEvent& event) {
  switch (event.kind) {
    case TraceKind::hook_started: return start_hook(event);
    case TraceKind::handler_ended: return end_handler(event);
    case TraceKind::handler_merged: return merge(event);
    case TraceKind::fact:
      if (event.fact.kind == model::FactKind::flushed) commit(*event.unit);
      return;
    case TraceKind::hook_ended:
    case TraceKind::status:
    case TraceKind::fault:
    case TraceKind::story:
    case TraceKind::settled:
    case TraceKind::unsettled:
    case TraceKind::violated: return;
  }
}

// Whatever an earlier hook had staged and not committed is lost.
void DeferralReport::start_hook(const TraceEvent& event) {
  Queue& queue = queues_[*event.unit];
  queue.hook = event.event;
  queue.staged.clear();
  for (const Deferral& deferral : queue.committed) queue.staged.push_back({deferral});
}

void DeferralReport::end_handler(const TraceEvent& event) {
  Queue& queue = queues_[*event.unit];
  if (event.reemitted) {
    const auto found = std::ranges::find_if(queue.staged, [&event](const Queued& queued) {
      return !queued.has_run && is_of(queued.deferral, event);
    });
    if (found == queue.staged.end()) return;
    found->has_run = true;
    if (event.outcome.deferred()) {
      ++found->deferral.times;
      note_deferral(found->deferral, event);
    } else {
      found->deferral.end = {event.at, queue.hook};
    }
  } else if (event.outcome.deferred()) {
    Deferral deferral{.number = ++count_,
                      .unit = *event.unit,
                      .handler = event.handler,
                      .event = event.event,
                      .since = event.at};
    note_deferral(deferral, event);
    queue.staged.push_back({deferral});
  }
}

void DeferralReport::merge(const TraceEvent& event) {
  for (Queued& queued : queues_[*event.unit].staged) {
    if (is_of(queued.deferral, event)) ++queued.deferral.merged;
  }
}

void DeferralReport::commit(charm::UnitName unit) {
  Queue& queue = queues_[unit];
  queue.committed.clear();
  for (const Queued& queued : queue.staged) {
    (queued.deferral.end ? ended_ : queue.committed).push_back(queued.deferral);
  }
  queue.staged.clear();
  if (queue.committed.empty()) return;
  std::size_t& longest = longest_queues_[unit];
  longest = std::max(longest, queue.committed.size());
}

std::vector<Deferral> DeferralReport::deferrals() const {
  std::vector<Deferral> all = ended_;
  for (const auto& [unit, queue] : queues_) {
    all.insert(all.end(), queue.committed.begin(), queue.committed.end());
  }
  std::ranges::sort(all, {}, &Deferral::number);
  return all;
}

}  // namespace sim
