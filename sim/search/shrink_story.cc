// Edits of a scenario's text, each held against what breaks.
#include <utility>

#include "sim/choices/list.h"
#include "sim/scenario/read.h"
#include "sim/search/lesser.h"
#include "sim/search/shrink.h"

namespace sim {
namespace {

bool is_out(const ShrunkStory& story, const ShrinkOptions& options) {
  return options.is_over(story.run.tries);
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
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(text);
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
