// Two recordings side by side.
#include "sim/search/difference.h"

#include <algorithm>

namespace sim {
namespace {

struct Recording {
  std::vector<Asked> asked;
  std::vector<std::uint64_t> steps;
  bool ok = true;
};

Recording record(Simulation& simulation, const Deviations& choices) {
  BranchChoices recorded;
  recorded.restart(choices);
  recorded.record(&simulation);
  simulation.trace().keep_steps(true);
  const Verdict verdict = simulation.run(recorded);
  return {recorded.asked_so_far(), simulation.trace().steps(), verdict.ok()};
}

Recording record(const OfRun& run, const CharmUnderTest& charm,
                 const std::atomic<bool>* interrupted) {
  Simulation simulation(run.scenario, charm, {.interrupted = interrupted});
  return record(simulation, run.choices);
}

bool is_same(const Asked& a, const Asked& b) {
  return a.label == b.label && a.nth == b.nth && a.options == b.options && a.option == b.option;
}

std::optional<Asked> at(const std::vector<Asked>& asked, std::size_t place) {
  return place < asked.size() ? std::optional(asked[place]) : std::nullopt;
}

RunsApart compare(const Recording& a, const Recording& b) {
  RunsApart apart;
  const auto choices = std::ranges::mismatch(a.asked, b.asked, is_same);
  apart.same_choices = static_cast<std::size_t>(choices.in1 - a.asked.begin());
  apart.choice_a = at(a.asked, apart.same_choices);
  apart.choice_b = at(b.asked, apart.same_choices);
  const auto events = std::ranges::mismatch(a.steps, b.steps);
  apart.same_events = static_cast<std::uint64_t>(events.in1 - a.steps.begin());
  apart.is_event = events.in1 != a.steps.end() || events.in2 != b.steps.end();
  return apart;
}

}  // namespace

RunsApart compare_runs(const OfRun& a, const OfRun& b, const CharmUnderTest& charm,
                       const std::atomic<bool>* interrupted) {
  return compare(record(a, charm, interrupted), record(b, charm, interrupted));
}

std::optional<Deviations> nearest_passing(const OfRun& failing, const CharmUnderTest& charm,
                                          const std::atomic<bool>* interrupted) {
  const auto is_over = [interrupted] { return interrupted != nullptr && *interrupted; };
  Simulation simulation(failing.scenario, charm, {.interrupted = interrupted});
  const Recording whole = record(simulation, failing.choices);
  std::optional<Deviations> nearest;
  std::uint64_t longest = 0;
  const auto look_at = [&](const Deviations& other) {
    const Recording neighbour = record(simulation, other);
    const std::uint64_t same = compare(whole, neighbour).same_events;
    if (!neighbour.ok || (nearest && same <= longest)) return;
    nearest = other;
    longest = same;
  };
  for (std::size_t at = 0; at < failing.choices.size() && !is_over(); ++at) {
    Deviations other = failing.choices;
    if (--other[at].option > 0) look_at(other);
    other.erase(other.begin() + static_cast<std::ptrdiff_t>(at));
    look_at(other);
  }
  // One that was ended in its midst has not held.
  return is_over() ? std::nullopt : nearest;
}

}  // namespace sim
