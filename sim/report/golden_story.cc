// As `run` tells it, but for what differs from machine to machine.
#include "sim/report/golden_story.h"

#include <sstream>

#include "sim/choices/list.h"
#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"

namespace sim {

std::string golden_story(const Scenario& scenario, const Deviations& choices,
                         const CharmUnderTest& charm, const std::string& file) {
  Simulation simulation(scenario, charm, {});
  std::ostringstream out;
  StoryText story(out, scenario.world.app, *charm.definition, {});
  simulation.trace().listen(&story);
  ListChoices list(choices);
  const Verdict verdict = simulation.run(list);
  out << '\n'
      << to_text({verdict, charm.properties, scenario, file, to_text(choices), "./run " + file,
                  list.unused()},
                 false);
  return out.str();
}

}  // namespace sim
