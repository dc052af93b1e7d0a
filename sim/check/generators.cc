// The world first, then the story in that world, then its faults, then the choices.
#include "sim/check/generators.h"

#include "sim/check/smaller.h"
#include "sim/check/story_deed.h"
#include "sim/choices/random.h"
#include "sim/scenario/read.h"
#include "sim/search/few.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

bool is_scenario(const Json& scenario) {
  return read_scenario(text_of(scenario), "checked.json").has_value();
}

bool one_in_four() { return *rc::gen::inRange(0, 4) == 0; }

// With how many units it can begin: a step of its own may name one that must be there.
std::vector<std::uint16_t> possible_units(Json scenario, const CaseRange& range) {
  std::vector<std::uint16_t> possible;
  for (std::uint16_t units = range.least_units; units <= range.most_units; ++units) {
    scenario["world"]["units"] = units;
    if (is_scenario(scenario)) possible.push_back(units);
  }
  return possible;
}

Json drawn_world(const Json& scenario, const std::vector<std::uint16_t>& units,
                 const CaseRange& range) {
  Json world = scenario.value("world", Json::object());
  if (!units.empty()) world["units"] = *rc::gen::elementOf(units);
  if (!range.varies_world) return world;
  if (one_in_four() && !world.contains("patroni")) world["patroni"] = {{"version", "4.1"}};
  if (one_in_four()) world["leftovers"] = true;
  if (one_in_four()) world["service_routes_after_s"] = *rc::gen::element(1, 30, 120);
  if (one_in_four()) {
    const std::string app = world.value("app", WorldSpec{}.app.text);
    const auto unit = *rc::gen::inRange<std::uint16_t>(0, world.value("units", WorldSpec{}.units));
    world["container_reachable_after_s"] = {
        {app + '/' + std::to_string(unit), *rc::gen::element(1, 30, 120)}};
  }
  return world;
}

}  // namespace

rc::Gen<Json> worlds(const Json& scenario, const CaseRange& range) {
  const auto units = possible_units(scenario, range);
  return rc::gen::exec([=] { return drawn_world(scenario, units, range); });
}

rc::Gen<Json> stories(const Json& scenario, const CaseRange& range) {
  Json own = scenario.value("story", Json::array());
  if (range.most_steps == 0 || range.deeds.empty()) return rc::gen::just(own);
  const auto start = [scenario] { return StoryModel{scenario}; };
  const auto next = [range](const StoryModel& before) {
    return story_deeds(before, range.deeds, range.most_units);
  };
  // Of size n there are 1 to n + 1 commands.
  const auto commands =
      rc::gen::resize(range.most_steps - 1, rc::state::gen::commands(start, next));
  return rc::gen::exec([=] {
    Json story = own;
    if (one_in_four()) return story;
    const StoryModel model{scenario};
    for (const StoryCommand& command : *commands) command->run(model, story);
    return story;
  });
}

rc::Gen<Json> fault_plans(const Json& scenario, const CaseRange& range) {
  const auto horizon_s = scenario.value("horizon_s", 7200);
  return rc::gen::exec([=] {
    Json faults = Json::object();
    if (range.faults.empty()) return faults;
    const int kinds = *rc::gen::inRange(0, range.most_fault_kinds + 1);
    for (int at = 0; at < kinds; ++at) {
      faults[std::string(to_text(*rc::gen::elementOf(range.faults)))] = *rc::gen::inRange(1, 4);
    }
    if (!faults.empty()) faults["until_s"] = *rc::gen::inRange(1, std::min(1200, horizon_s));
    return faults;
  });
}

rc::Gen<Deviations> choice_lists(const Scenario& scenario, const CharmUnderTest& charm) {
  return rc::gen::exec([=] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    Simulation simulation(scenario, charm, {});
    if (one_in_four()) {
      FewChoices few;
      few.restart(seed, {.deviations = 3, .questions = 1000});
      (void)simulation.run(few);
      return few.taken();
    }
    RandomChoices random(seed, {.permutes_deferrals = scenario.permutes_deferrals});
    (void)simulation.run(random);
    return random.taken();
  });
}

rc::Gen<CheckedCase> cases(const Json& scenario, const CharmUnderTest& charm,
                           const CaseRange& range) {
  const auto world = worlds(scenario, range);
  const auto whole = rc::gen::exec([=] {
    Json one = scenario;
    one.erase("witnesses");  // of the calm run of the scenario as it is
    one["world"] = *world;
    one["story"] = *stories(one, range);
    Json faults = *fault_plans(one, range);
    if (!faults.empty()) one["faults"] = std::move(faults);
    auto read = read_scenario(text_of(one), "checked.json");
    RC_PRE(read.has_value());
    Deviations choices = *choice_lists(*read, charm);
    return CheckedCase{std::move(one), std::move(choices), {}};
  });
  return rc::Gen<CheckedCase>([=](const rc::Random& random, int size) {
    return rc::shrinkable::shrinkRecur(
        whole(random, size).value(),
        [charm](const CheckedCase& one) { return smaller(one, charm); });
  });
}

}  // namespace sim
