#include "sim/report/acting_hook.h"

namespace sim {
namespace {

// `app/1` is not named by `app/10`.
bool names(std::string_view text, std::string_view unit) {
  for (std::size_t at = text.find(unit); at != text.npos; at = text.find(unit, at + 1)) {
    const std::size_t end = at + unit.size();
    if (end == text.size() || text[end] < '0' || text[end] > '9') return true;
  }
  return false;
}

}  // namespace

ActingHook::ActingHook(const charm::CharmDefinition& charm, const charm::AppName& app,
                       Simulation& simulation)
    : charm_(charm), app_(app), last_(simulation.world().unit_count()) {
  simulation.trace().listen(this);
  simulation.show_to(this);
}

void ActingHook::call_begun(const model::World& /*world*/, const UnitRun& run, Call call) {
  last_[run.name.ordinal] = Actor{.unit = run.name,
                                  .handler = run.handler == nullptr ? "" : run.handler->name,
                                  .hook = hook_name(charm_, run.event),
                                  .call = std::string(info(call).name)};
  in_the_act_ = false;
}

// What it brings about is in the step that follows.
void ActingHook::call_ended(const model::World& /*world*/, const UnitRun& run) {
  newest_ = run.name;
  in_the_act_ = true;
}

void ActingHook::step_done(const model::World& /*world*/) { in_the_act_ = false; }

void ActingHook::take(const TraceEvent& event) {
  if (event.kind == TraceKind::violated) return actors_.push_back(actor_of(event));
  if (event.kind == TraceKind::story) in_the_act_ = false;
  if (event.kind != TraceKind::handler_ended && event.kind != TraceKind::hook_ended) return;
  newest_ = event.unit;
  in_the_act_ = true;
  auto& last = last_[(*event.unit).ordinal];
  if (event.kind != TraceKind::handler_ended) return;
  if (!last) last = Actor{.unit = *event.unit};
  last->handler = event.handler->name;
}

std::optional<Actor> ActingHook::actor_of(const TraceEvent& violation) const {
  if (in_the_act_ && newest_ && last_[(*newest_).ordinal]) {
    auto actor = last_[(*newest_).ordinal];
    actor->in_the_act = true;
    return actor;
  }
  for (const std::optional<Actor>& last : last_) {
    if (last && names(violation.detail, to_text(app_, last->unit))) return last;
  }
  return newest_ ? last_[(*newest_).ordinal] : std::nullopt;
}

}  // namespace sim
