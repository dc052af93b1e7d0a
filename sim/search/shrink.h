// From a run that breaks a property to a small one that breaks the same: fewer deviations, calmer
// ones, and then less of a story, fewer units, fewer kinds of faults.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sim/simulation.h"

namespace sim {

struct ShrinkOptions {
  std::uint64_t most_tries = 20'000;  // runs, all stages together
  const std::atomic<bool>* interrupted = nullptr;
  // By the machine's clock: no try begins later.
  std::optional<std::chrono::steady_clock::time_point> until = {};
  // Told after each try: how many there were, and how many deviations are left.
  std::function<void(std::uint64_t tries, std::size_t left)> progress;

  [[nodiscard]] bool is_late() const { return until && std::chrono::steady_clock::now() >= *until; }
  // After so many tries.
  [[nodiscard]] bool is_over(std::uint64_t tries) const {
    return tries >= most_tries || (interrupted != nullptr && *interrupted) || is_late();
  }
};

struct Shrunk {
  Deviations choices;  // sorted; all of them make a difference
  // 1-minimal: without any one deviation, or with any one of them at a smaller option, the property
  // does not break any more, or another one does first. False: the tries or the time were used up,
  // or it was interrupted.
  bool is_minimal = false;
  std::uint64_t tries = 0;
  Violation violation;  // of the small run
};

// Each try runs from the start. Deterministic: it depends on the arguments alone, unless it is
// interrupted or out of time. Nothing: these choices do not break that property, or there was no
// time to see it.
std::optional<Shrunk> shrink_choices(const Scenario& scenario, const CharmUnderTest& charm,
                                     const Deviations& choices, std::string_view property,
                                     const ShrinkOptions& options);

struct ShrunkStory {
  std::string scenario;  // as a file
  Shrunk run;            // its is_minimal: of the story, too, nothing more can be left out
  std::size_t steps_removed = 0;
  std::size_t units_removed = 0;
  std::size_t fault_kinds_removed = 0;
  [[nodiscard]] bool is_other() const {
    return steps_removed + units_removed + fault_kinds_removed > 0;
  }
};

// Goes on from there with the scenario itself: leaves out steps, units and kinds of faults as long
// as the same property breaks, and shrinks the choices again. `text` is the scenario's, which has
// been read before.
ShrunkStory shrink_story(const std::string& text, const CharmUnderTest& charm, Shrunk run,
                         const ShrinkOptions& options);

// What two counterexamples have in common if they are the same mistake: the property and what their
// choices ask, with the kinds of faults, but not for whom, when and how much. Of shrunk runs only.
std::string shape_of(std::string_view property, const Deviations& shrunk);

}  // namespace sim
