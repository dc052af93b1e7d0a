// Scenarios, charts and charms for the tests of whole runs.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "charm/flowcharts/charts.h"
#include "charm/postgresql_k8s.h"
#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/flow/charts.h"
#include "sim/properties/property.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"
#include "tests/support/places.h"

namespace sim::given {

inline std::filesystem::path repository() { return tests::in_repository(""); }

// `scenarios/deploy-three-units.json` and all the others, the regressions too, in order.
inline std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(repository() / "scenarios")) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != ".json" || path.filename() == "scenario.schema.json") continue;
    files.push_back(std::filesystem::relative(path, repository()).generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Those that lie in scenarios/ itself, and in which no fault is drawn.
inline std::vector<std::string> story_files() {
  std::vector<std::string> files;
  for (const std::string& file : scenario_files()) {
    const std::filesystem::path path(file);
    const bool faulty = path.filename().generic_string().starts_with("faults-");
    if (path.parent_path() == "scenarios" && !faulty) files.push_back(file);
  }
  return files;
}

// A file's name as a part of a test's name.
inline std::string test_name(const std::string& file) {
  std::string name = std::filesystem::path(file).stem().generic_string();
  std::replace_if(name.begin(), name.end(), [](char c) { return c < '0' || c > 'z'; }, '_');
  return name;
}

// By its path from the root of the repository.
inline Scenario scenario_of(const std::string& file) {
  auto scenario = read_scenario_file(repository() / file);
  EXPECT_TRUE(scenario) << to_text(scenario.error());
  return *std::move(scenario);
}

// `members` is what stands in the file beside its version and title: `"world": {"units": 1}`.
inline Scenario scenario_with(std::string_view members = {}) {
  std::string text = R"({"schema_version": 1, "title": "A test")";
  if (!members.empty()) text.append(", ").append(members);
  auto scenario = read_scenario(text.append("}"), "test.json");
  EXPECT_TRUE(scenario) << to_text(scenario.error());
  return *std::move(scenario);
}

inline const ChartSet& charts() {
  static const auto set = ChartSet::from_texts(charm::postgresql_k8s_charts());
  EXPECT_TRUE(set) << to_text(set.error());
  return *set;
}

inline CharmUnderTest postgresql(FlowMonitor* flow = nullptr) {
  return {&charm::postgresql_k8s(), postgresql_properties(), flow};
}

// A charm of one handler.
class TinyCharm {
 public:
  using Run = charm::Outcome (*)(charm::Unit& unit, const charm::Event& event);

  TinyCharm(charm::EventKind on, Run run, std::string_view action = "promote-to-primary")
      : handlers_{{{"tiny", "", on, 0, run}}}, actions_{action} {}
  [[nodiscard]] CharmUnderTest with(std::span<const Property> properties = {}) const {
    return {&definition_, properties, nullptr};
  }

 private:
  static constexpr std::array<std::string_view, 1> relations_{"peers"};
  std::array<charm::Handler, 1> handlers_;
  std::array<std::string_view, 1> actions_;
  charm::CharmDefinition definition_{.name = "tiny",
                                     .container = "workload",
                                     .relations = relations_,
                                     .handlers = handlers_,
                                     .actions = actions_};
};

// What two runs must agree on to be the same.
struct RunNumbers {
  std::uint64_t fingerprint = 0;
  std::uint64_t world_fingerprint = 0;
  std::uint64_t dispatches = 0;
  std::uint64_t calls = 0;
  std::int64_t simulated_us = 0;

  friend bool operator==(const RunNumbers&, const RunNumbers&) = default;
  friend std::ostream& operator<<(std::ostream& out, const RunNumbers& run) {
    return out << "fingerprint " << run.fingerprint << ", world " << run.world_fingerprint << ", "
               << run.dispatches << " dispatches, " << run.calls << " calls, " << run.simulated_us
               << " us";
  }
};
inline RunNumbers numbers_of(const Verdict& verdict) {
  return {verdict.fingerprint, verdict.world_fingerprint, verdict.dispatches, verdict.calls,
          verdict.simulated.micros};
}

inline Deviations deviations(std::string_view text) {
  DeviationsError error;
  auto parsed = parse_deviations(text, error);
  EXPECT_TRUE(parsed) << error.what;
  return *std::move(parsed);
}
inline Deviations sorted(Deviations deviations) {
  std::sort(deviations.begin(), deviations.end());
  return deviations;
}

// The line that brings a run back.
inline std::string reproduce(const std::string& file, const Deviations& taken) {
  return "./run " + file + " --choices " + to_text(sorted(taken));
}

// Every event of a trace, as far as tests look at it.
class Events final : public TraceSink {
 public:
  struct Item {
    charm::Instant at;
    TraceKind kind;
    charm::MaybeUnit unit;
    std::string text;  // of a status, its message
    std::string detail;
    HookEnd end = HookEnd::ok;
    model::FactKind fact = model::FactKind::unit_added;
  };

  void take(const TraceEvent& event) override {
    const bool status = event.kind == TraceKind::status;
    items.push_back({event.at, event.kind, event.unit,
                     std::string(status ? event.status.message : event.text),
                     std::string(event.detail), event.end, event.fact.kind});
  }
  [[nodiscard]] std::vector<Item> of(TraceKind kind) const {
    std::vector<Item> found;
    for (const Item& item : items) {
      if (item.kind == kind) found.push_back(item);
    }
    return found;
  }

  std::vector<Item> items;
};

// One run of a charm in a new simulation.
inline Verdict run(const Scenario& scenario, const CharmUnderTest& charm, Choices& choices,
                   ExecutorKind executor = default_executor(), TraceSink* sink = nullptr) {
  Simulation simulation(scenario, charm, {.executor = executor});
  if (sink != nullptr) simulation.trace().listen(sink);
  return simulation.run(choices);
}
inline Verdict run_calm(const Scenario& scenario, const CharmUnderTest& charm,
                        TraceSink* sink = nullptr) {
  ListChoices calm;
  return run(scenario, charm, calm, default_executor(), sink);
}

}  // namespace sim::given
