// Which hook acted when a property broke, or last before: what a report for CI points at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/run_watch.h"
#include "sim/simulation.h"
#include "sim/trace/trace.h"

namespace sim {

struct Actor {
  charm::UnitName unit;
  std::string_view handler;  // Handler::name
  std::string hook;          // that it ran in: `update-status`
  std::string call;          // the port call that it had made last; empty: none yet
  // It ended in the very step that broke the property, or its call was then taking effect.
  // Otherwise it is the one that acted last before: on the unit that is named, if one is.
  bool in_the_act = false;
};

class ActingHook final : public TraceSink, public RunWatch {
 public:
  // Listens to the next run of this simulation; all of them must outlive it.
  ActingHook(const charm::CharmDefinition& charm, const charm::AppName& app,
             Simulation& simulation);

  void take(const TraceEvent& event) override;
  void call_begun(const model::World& world, const UnitRun& run, Call call) override;
  void call_ended(const model::World& world, const UnitRun& run) override;
  void step_done(const model::World& world) override;

  // By violation, in the order of Verdict::violations; nothing where no hook had run.
  [[nodiscard]] const std::vector<std::optional<Actor>>& actors() const { return actors_; }

 private:
  [[nodiscard]] std::optional<Actor> actor_of(const TraceEvent& violation) const;

  const charm::CharmDefinition& charm_;
  const charm::AppName& app_;
  std::vector<std::optional<Actor>> last_;  // by unit
  charm::MaybeUnit newest_;                 // who of them acted last
  bool in_the_act_ = false;                 // and nothing else has happened since
  std::vector<std::optional<Actor>> actors_;
};

}  // namespace sim
