// A step of a story as a stateful command of RapidCheck: which steps are possible depends on those
// before it.
#pragma once

#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sim {

// The scenario so far, as a file.
struct StoryModel {
  nlohmann::ordered_json scenario;
};

// What it does to a story, a list of steps, is to be its next one.
class StoryDeed final : public rc::state::Command<StoryModel, nlohmann::ordered_json> {
 public:
  explicit StoryDeed(nlohmann::ordered_json step) : step_(std::move(step)) {}

  // The rules are those of the file format: a unit that is named is there then, a relation that
  // ends has been made, and so on.
  void checkPreconditions(const StoryModel& before) const override;
  void apply(StoryModel& model) const override;
  void run(const StoryModel& before, nlohmann::ordered_json& story) const override;
  void show(std::ostream& out) const override;

 private:
  nlohmann::ordered_json step_;
};

using StoryCommand = std::shared_ptr<const StoryDeed::CommandType>;

// The deeds that can be drawn, by their keys in the file format. What a cluster does not come back
// from by itself is not among them (pause, lose_node, fill_volume, stop_service).
const std::vector<std::string>& known_deeds();

// The next step of such a story: one of these deeds, with at most so many units asked for.
rc::Gen<StoryCommand> story_deeds(const StoryModel& before, const std::vector<std::string>& deeds,
                                  std::uint16_t most_units);

}  // namespace sim
