// Writes a run down for the page: its events, its hooks with their handlers and port calls, the
// deferrals, and how the state of each unit changes. The same run gives the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/html_state.h"
#include "sim/run_watch.h"
#include "sim/simulation.h"
#include "sim/trace/trace.h"

namespace sim {

class HtmlRecord final : public TraceSink, public RunWatch {
 public:
  // Listens to the next run of this simulation; both must outlive it.
  HtmlRecord(const charm::CharmDefinition& charm, const Scenario& scenario, Simulation& simulation);

  void take(const TraceEvent& event) override;
  void call_begun(const model::World& world, const UnitRun& run, Call call) override;
  void call_ended(const model::World& world, const UnitRun& run) override;
  void step_done(const model::World& world) override;

  // Of the run so far. Positions in lists are from 0; times are microseconds of the run.
  //   units, unit_fields, cluster_fields
  //   texts: what `changes` speaks of by position
  //   events: {at_us, kind, family, text, unit?, hook?, path?, ...}; `joint`: in one step with the
  //     event before
  //   hooks: {unit, name, from_us, to_us, first, last, end, handlers, calls}
  //   deferrals: {unit, from, to?}: of events; without `to` it is queued still
  //   changes: [event, unit or -1 for the cluster, field, text]
  [[nodiscard]] nlohmann::ordered_json json() const;

 private:
  using Json = nlohmann::ordered_json;

  // A dispatch under way, or one that has ended.
  struct Hook {
    charm::UnitName unit;
    std::string name;
    std::int64_t from_us = 0;
    std::int64_t to_us = -1;  // not yet
    std::size_t first = 0;    // of its events
    std::size_t last = 0;
    std::string end;
    Json handlers = Json::array();
    Json calls = Json::array();
    std::int64_t handler_from_us = 0;  // of the next handler to end
    std::size_t handler_calls = 0;     // how many calls came before it
  };
  // What is queued as committed, and as the hook under way leaves it: the event that deferred it.
  struct Waiting {
    const charm::Handler* handler = nullptr;
    charm::Event event;
    std::size_t from = 0;
  };
  struct Queue {
    std::vector<Waiting> committed;
    std::vector<Waiting> staged;
    Json arcs = Json::array();  // that hold if the hook's writes are committed
  };

  std::size_t add_event(std::int64_t at_us, const Json& event);
  void note_changes(const model::World& world, std::size_t event);
  // An event for what has changed since it was noted last; nothing if only quiet fields have.
  [[nodiscard]] std::optional<Json> change_event(const model::World& world) const;
  void start_hook(const TraceEvent& event, std::size_t at);
  void end_handler(const TraceEvent& event, std::size_t at);
  void end_hook(const TraceEvent& event, std::size_t at);
  void commit_queue(charm::UnitName unit);
  [[nodiscard]] Json event_json(const TraceEvent& event) const;
  [[nodiscard]] StateView view_of(const model::World& world) const;
  std::size_t text_id(const std::string& text);

  const charm::CharmDefinition& charm_;
  const Scenario& scenario_;
  const Simulation& simulation_;
  bool is_joint_ = false;  // nothing has happened since the last event
  Json events_ = Json::array();
  Json changes_ = Json::array();
  Json deferrals_ = Json::array();
  std::vector<Hook> hooks_;
  std::vector<std::optional<std::size_t>> running_;  // by unit: of hooks_
  std::vector<Queue> queues_;                        // by unit
  std::vector<StateTexts> units_;                    // as noted last
  StateTexts cluster_;
  std::vector<std::string> texts_;
  std::map<std::string, std::size_t> text_ids_;
};

// Which row of marks an event belongs to: `database`, `databag`, `label`, `network`, ...
std::string_view family_of(const TraceEvent& event);

}  // namespace sim
