// What is tried is made when it is asked for: most of it never is.
#include "sim/check/smaller.h"

#include <algorithm>
#include <map>
#include <vector>

#include "sim/scenario/read.h"
#include "sim/search/lesser.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// The part of the choices that is left out; or, with an option, what the one at `begin` is then.
struct Cut {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t option = 0;
};

// Steps that are no step any more without that unit go with it.
Json without_a_unit(Json scenario) {
  scenario["world"]["units"] = units_of(scenario) - 1;
  for (std::size_t left = steps_of(scenario); left > 0; --left) {
    const auto read = read_scenario(text_of(scenario), "checked.json");
    if (read) break;
    const std::string& pointer = read.error().pointer;
    constexpr std::string_view story = "/story/";
    if (!pointer.starts_with(story)) break;
    const auto step = static_cast<std::size_t>(std::stoul(pointer.substr(story.size())));
    scenario["story"].erase(step);
  }
  return scenario;
}

std::vector<Json> smaller_scenarios(const Json& scenario) {
  std::vector<Json> all;
  for (Lesser& one : lesser(scenario)) all.push_back(std::move(one.json));
  if (units_of(scenario) > 1) all.push_back(without_a_unit(scenario));
  const Json world = scenario.value("world", Json::object());
  for (const auto& [key, value] : world.items()) {
    if (key == "units" || key == "app") continue;
    all.push_back(scenario);
    all.back()["world"].erase(key);
  }
  const Json faults = scenario.value("faults", Json::object());
  for (const auto& [key, value] : faults.items()) {
    if (!is_budget(key) || value.get<int>() <= 1) continue;
    all.push_back(scenario);
    all.back()["faults"][key] = value.get<int>() - 1;
  }
  for (std::size_t at = 0; at < steps_of(scenario); ++at) {
    for (const char* key : {"after_s", "after_ms"}) {
      if (!scenario["story"][at].contains(key)) continue;
      all.push_back(scenario);
      all.back()["story"][at].erase(key);
    }
  }
  return all;
}

// Of one label, or of all actors' same question.
template <class Key>
void add_groups(const Deviations& choices, Key key, std::vector<Deviations>& all) {
  std::map<Label, std::size_t> counts;
  for (const Deviation& one : choices) ++counts[key(one)];
  for (const auto& group : counts) {
    const Label label = group.first;
    if (group.second == 1) continue;  // a part of size 1
    Deviations rest;
    std::ranges::copy_if(choices, std::back_inserter(rest),
                         [&](const Deviation& one) { return key(one) != label; });
    all.push_back(std::move(rest));
  }
}

// The last asked first, from `end` on, and then those behind it.
void add_parts(std::size_t count, std::size_t size, std::size_t end, std::vector<Cut>& all) {
  const auto down = [&](std::size_t from, std::size_t to) {
    for (std::size_t at = from; at > to; at -= std::min(size, at)) {
      all.push_back({at > size ? at - size : 0, at, 0});
    }
  };
  end = std::min(end, count);
  down(end, 0);
  down(count, end);
}

// Parts, single ones, smaller options; of parts those first that are no larger than `place` has it.
std::vector<Cut> cuts_of(const Deviations& choices, CheckedCase::Place place, bool is_first) {
  std::vector<Cut> all;
  const std::size_t count = choices.size();
  const std::size_t most = std::max<std::size_t>(1, count / 2);
  const std::size_t from = place.part == 0 ? most : std::min(place.part, most);
  if (count == 0) return all;
  if (!is_first) {
    for (std::size_t size = most; size > from; size /= 2) add_parts(count, size, count, all);
    return all;
  }
  for (std::size_t size = from; size > 0; size /= 2) {
    add_parts(count, size, size == from && place.part != 0 ? place.end : count, all);
  }
  for (std::size_t at = 0; at < count; ++at) {
    for (std::uint32_t option = 1; option < choices[at].option; ++option) {
      all.push_back({at, at + 1, option});
    }
  }
  return all;
}

CheckedCase with_cut(const CheckedCase& one, const Cut& cut) {
  CheckedCase less = one;
  if (cut.option > 0) {
    less.choices[cut.begin].option = cut.option;
    less.place = {1, less.choices.size()};
    return less;
  }
  less.choices.erase(less.choices.begin() + static_cast<std::ptrdiff_t>(cut.begin),
                     less.choices.begin() + static_cast<std::ptrdiff_t>(cut.end));
  less.place = {cut.end - cut.begin, cut.begin};
  return less;
}

rc::Seq<CheckedCase> with_cuts(const CheckedCase& one, std::vector<Cut> cuts) {
  return rc::seq::map(rc::seq::fromContainer(std::move(cuts)),
                      [one](const Cut& cut) { return with_cut(one, cut); });
}

rc::Seq<CheckedCase> with_less_of_a_scenario(const CheckedCase& one) {
  return rc::seq::map(
      rc::seq::fromContainer(smaller_scenarios(one.scenario)),
      [one](const Json& scenario) { return CheckedCase{scenario, one.choices, {}}; });
}

rc::Seq<CheckedCase> without_groups(const CheckedCase& one) {
  std::vector<Deviations> lists;
  add_groups(one.choices, [](const Deviation& of) { return Label{{}, of.label.question}; }, lists);
  add_groups(one.choices, [](const Deviation& of) { return of.label; }, lists);
  return rc::seq::map(rc::seq::fromContainer(std::move(lists)), [one](const Deviations& choices) {
    return CheckedCase{one.scenario, choices, {}};
  });
}

}  // namespace

rc::Seq<CheckedCase> smaller(const CheckedCase& one, const CharmUnderTest& charm) {
  const auto played = play(one, charm);
  if (!played) return {};
  const CheckedCase asked{one.scenario, played->taken, one.place};
  if (asked.place.part == 0) {
    return rc::seq::concat(with_less_of_a_scenario(asked), without_groups(asked),
                           with_cuts(asked, cuts_of(asked.choices, asked.place, true)));
  }
  return rc::seq::concat(with_cuts(asked, cuts_of(asked.choices, asked.place, true)),
                         with_less_of_a_scenario(asked), without_groups(asked),
                         with_cuts(asked, cuts_of(asked.choices, asked.place, false)));
}

}  // namespace sim
