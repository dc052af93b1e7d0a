// Where two runs part: the first choice that differs, and the first event.
#pragma once

#include <atomic>
#include <optional>

#include "sim/search/recorded.h"

namespace sim {

struct RunsApart {
  // Of each run; nothing: it has ended there. Absent in both: all questions are the same.
  std::optional<Asked> choice_a;
  std::optional<Asked> choice_b;
  std::size_t same_choices = 0;  // before them
  // How many events are the same; is_event: another follows in one of them, and differs.
  std::uint64_t same_events = 0;
  bool is_event = false;
  [[nodiscard]] bool is_choice() const { return choice_a || choice_b; }
};

struct OfRun {
  const Scenario& scenario;
  const Deviations& choices;  // sorted
};
// Interrupted, it is of the runs as far as they came.
RunsApart compare_runs(const OfRun& a, const OfRun& b, const CharmUnderTest& charm,
                       const std::atomic<bool>* interrupted = nullptr);

// Of the runs that have one deviation less than this failing one, or one calmer by one, and break
// nothing, that which stays with it longest; nothing: there is none, or it was interrupted.
std::optional<Deviations> nearest_passing(const OfRun& failing, const CharmUnderTest& charm,
                                          const std::atomic<bool>* interrupted = nullptr);

}  // namespace sim
