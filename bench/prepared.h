// A settled cluster of which one unit can be given any event, without anybody acting in between.
#pragma once

#include <string>
#include <vector>

#include "charm/postgresql_k8s.h"
#include "charm/runtime/dispatch.h"
#include "sim/choices/list.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"

namespace bench {

inline constexpr charm::Event leader_elected{charm::EventKind::leader_elected, 0, {}, {}};
inline constexpr charm::Event peer_relation_changed{charm::EventKind::relation_changed, 0, {}, {}};
inline constexpr charm::Event pebble_ready{charm::EventKind::pebble_ready, 0, {}, {}};

inline sim::Scenario deployment(int units) {
  const std::string text = R"({"schema_version": 1, "title": "A deployment", "world": {"units": )" +
                           std::to_string(units) + "}}";
  return *sim::read_scenario(text, "deployment.json");
}

// Answers every call at once.
class Prepared final : private sim::CallHost,
                       private sim::StatusListener,
                       private charm::DispatchObserver {
 public:
  explicit Prepared(int units)
      : scenario_(deployment(units)),
        settled_(settle(scenario_)),
        world_(settled_),
        step_{world_, facts_, parameters_},
        unit_{scenario_.world.app, {0},    juju_,    kubernetes_, patroni_, workload_,
              postgresql_,         clock_, entropy_, action_,     run_.path} {}

  void restore() {
    world_ = settled_;
    facts_.clear();
  }
  bool dispatch(const charm::Event& event) {
    run_.log.clear();
    run_.cursor = {};
    return charm::dispatch(charm::postgresql_k8s(), unit_, event, *this).ok;
  }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] const model::World& settled() const { return settled_; }
  sim::CallGate& gate() { return gate_; }
  charm::Unit& unit() { return unit_; }
  void forget_answers() {
    run_.log.clear();
    run_.cursor = {};
  }

 private:
  static model::World settle(const sim::Scenario& scenario) {
    sim::Simulation simulation(
        scenario, {&charm::postgresql_k8s(), sim::postgresql_properties(), nullptr}, {});
    sim::ListChoices calm;
    CHECK(simulation.run(calm).ok());
    return simulation.world();
  }

  sim::Disturbance wait(sim::UnitRun& /*run*/, sim::Call /*call*/, model::Span /*time*/) override {
    ++calls_;
    return sim::Disturbance::none;
  }
  void effect_done(sim::UnitRun& /*run*/) override { facts_.clear(); }
  [[noreturn]] void report_nondeterminism(sim::UnitRun& /*run*/, sim::Call /*before*/,
                                          sim::Call /*now*/) override {
    throw sim::Stopped{};
  }
  std::uint32_t pick_deferral_order(sim::UnitRun& /*run*/, std::uint32_t /*orders*/) override {
    return 0;
  }
  model::Step& step() override { return step_; }
  void status_changed(charm::UnitName /*unit*/, const charm::Status& /*status*/) override {}
  void handler_started(const charm::Handler& /*handler*/, const charm::Event& /*event*/,
                       bool /*reemitted*/) override {}
  void handler_ended(const charm::Handler& /*handler*/, const charm::Outcome& outcome,
                     const charm::Path& /*path*/) override {
    CHECK(!outcome.deferred());  // a dispatch that only defers would be no measure
  }
  void handler_merged(const charm::Handler& /*handler*/, const charm::Event& /*event*/) override {}

  sim::Scenario scenario_;
  model::World settled_;
  model::World world_;
  model::Facts facts_;
  model::Parameters parameters_;
  model::Step step_;
  model::Texts texts_;
  sim::UnitRun run_;
  std::uint64_t calls_ = 0;
  sim::CallGate gate_{*this, run_};
  const std::vector<charm::CharmConfig> configurations_{scenario_.world.configuration.config};
  sim::JujuPort juju_{gate_, configurations_, texts_, *this, scenario_};
  sim::KubernetesPort kubernetes_{gate_, scenario_};
  sim::PatroniPort patroni_{gate_};
  sim::WorkloadPort workload_{gate_, scenario_};
  sim::PostgreSQLPort postgresql_{gate_, configurations_, scenario_};
  sim::ClockPort clock_{gate_};
  sim::EntropyPort entropy_{gate_, scenario_};
  sim::ActionPort action_{gate_, scenario_};
  charm::Unit unit_;
};

}  // namespace bench
