// What few runs show, for the tests of the search: a charm with a mistake, and a property that
// breaks where the calm order is left.
#pragma once

#include <string>

#include "sim/scenario/read.h"
#include "tests/support/boxes.h"

namespace sim::given {

// Upstream's hazard 5: a leader that has not joined all of its peers yet drops the others.
inline const WithBox& charm_that_drops_units() {
  static const WithBox charm("leader-elected", drop_whoever_is_no_peer_yet);
  return charm;
}
inline constexpr std::string_view dropped = "endpoints loses no unit that stays";

// With a step, a unit and faults that the mistake does not need.
inline constexpr std::string_view dropping_story =
    R"({"schema_version": 1, "title": "A unit comes while the leadership moves",
        "world": {"units": 2},
        "story": [{"when": "settled", "set_trust": true},
                  {"when": "settled", "move_leadership": "another unit"},
                  {"after_s": 40, "add_units": 1}],
        "faults": {"until_s": 600, "refuse_kubernetes": 2, "delete_pod": 1}})";

inline Scenario dropping_scenario() {
  auto scenario = read_scenario(dropping_story, "dropping.json");
  EXPECT_TRUE(scenario) << to_text(scenario.error());
  return *std::move(scenario);
}

// The choices of the first seed that shows it.
inline Deviations dropping_choices() {
  static const Deviations found = [] {
    Simulation simulation(dropping_scenario(), charm_that_drops_units().charm(), {});
    RandomChoices random(0);
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
      random.restart(seed);
      const Verdict verdict = simulation.run(random);
      if (!verdict.ok() && verdict.violations[0].property == dropped) {
        return sorted(random.taken());
      }
    }
    ADD_FAILURE() << "no seed shows it";
    return Deviations{};
  }();
  return found;
}

// A property of the world alone: in the calm run the first unit's pod is the first to start.
inline std::optional<std::string> judge_the_first(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    const bool starts = fact.kind == model::FactKind::pod_started;
    if (!starts || (*fact.unit).ordinal == 0) continue;
    if (moment.world.unit(charm::UnitName{0}).pod.phase != model::PodPhase::running) {
      return "a later unit has started before it";
    }
  }
  return std::nullopt;
}
inline constexpr Property the_first_starts_first{"the first starts first",
                                                 Form::always,
                                                 on_facts(model::FactKind::pod_started),
                                                 judge_the_first,
                                                 {}};

}  // namespace sim::given
