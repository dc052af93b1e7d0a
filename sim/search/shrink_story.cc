// Edits of a scenario's text, each held against what breaks.
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "sim/choices/list.h"
#include "sim/scenario/read.h"
#include "sim/search/shrink.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// A scenario that is a little less.
struct Lesser {
  Json json;
  std::size_t steps = 0;
  std::size_t units = 0;
  std::size_t faults = 0;
};

bool is_budget(const std::string& key) { return key != "until_s" && key != "from_s"; }

// The largest parts first; of a story the last steps first.
std::vector<Lesser> lesser(const Json& json) {
  std::vector<Lesser> all;
  const auto steps = json.contains("story") ? json["story"].size() : 0;
  const Json faults = json.value("faults", Json::object());
  if (!faults.empty()) {
    Lesser one{.json = json};
    one.json.erase("faults");
    for (const auto& [key, value] : faults.items()) one.faults += is_budget(key) ? 1U : 0U;
    all.push_back(std::move(one));
  }
  for (std::size_t at = steps; at > 0; --at) {
    Lesser one{.json = json, .steps = 1};
    one.json["story"].erase(at - 1);
    if (one.json["story"].empty()) one.json.erase("story");
    all.push_back(std::move(one));
  }
  const Json world = json.value("world", Json::object());
  const Json units = world.value("units", Json());
  if (units.is_number_unsigned() && units.get<std::uint64_t>() > 1) {
    Lesser one{.json = json, .units = 1};
    one.json["world"]["units"] = units.get<std::uint64_t>() - 1;
    all.push_back(std::move(one));
  }
  for (const auto& [key, value] : faults.items()) {
    if (!is_budget(key)) continue;
    Lesser one{.json = json, .faults = 1};
    one.json["faults"].erase(key);
    all.push_back(std::move(one));
  }
  return all;
}

bool is_out(const ShrunkStory& story, const ShrinkOptions& options) {
  return story.run.tries >= options.most_tries ||
         (options.interrupted != nullptr && *options.interrupted);
}

// Takes the lesser one, if the same property breaks in it, with its choices shrunk again.
bool take(ShrunkStory& story, const Lesser& one, const CharmUnderTest& charm,
          const std::string& property, const ShrinkOptions& options) {
  std::string text = one.json.dump(2) + '\n';
  const auto scenario = read_scenario(text, "shrunk.json");
  if (!scenario) return false;
  ShrinkOptions rest = options;
  rest.most_tries = options.most_tries - story.run.tries;
  ++story.run.tries;  // the first run of what follows, if it is the only one
  auto run = shrink_choices(*scenario, charm, story.run.choices, property, rest);
  if (!run) return false;
  run->tries += story.run.tries - 1;
  story.run = std::move(*run);
  story.scenario = std::move(text);
  story.steps_removed += one.steps;
  story.units_removed += one.units;
  story.fault_kinds_removed += one.faults;
  return true;
}

}  // namespace

ShrunkStory shrink_story(const std::string& text, const CharmUnderTest& charm, Shrunk run,
                         const ShrinkOptions& options) {
  ShrunkStory story{.scenario = text, .run = std::move(run)};
  const std::string property(story.run.violation.property);
  Json json = Json::parse(text);
  bool is_changed = true;
  while (is_changed && !is_out(story, options)) {
    is_changed = false;
    for (Lesser& one : lesser(json)) {
      if (is_out(story, options)) break;
      if (!take(story, one, charm, property, options)) continue;
      json = std::move(one.json);
      is_changed = true;
      break;
    }
  }
  if (is_out(story, options)) story.run.is_minimal = false;
  return story;
}

}  // namespace sim
