// A simulated run that keeps a live run's times: each hook begins when it has begun live, its calls
// are spread so that its handlers end when they have ended live, and Patroni's long actions take as
// long as a course says. How fast a machine is, is no part of what the two are compared by.
//
// A handler that took much longer than its calls here has waited live for what it does not wait for
// here, yet: at its end for a new primary, say. Spread over that time its calls would come too late
// to be refused as they were live, and to wait; so of its time a course may give them less.
#pragma once

#include <compare>
#include <map>
#include <utility>
#include <vector>

#include "sim/pace.h"
#include "sim/trace/trace.h"
#include "tests/live/scenes/likeness.h"

namespace scenes {

// A long action of Patroni's: the nth that this unit has begun in the run, from 0.
struct NthJob {
  charm::UnitName unit;
  std::uint32_t nth = 0;

  friend auto operator<=>(const NthJob&, const NthJob&) = default;
};
using JobTimes = std::map<NthJob, charm::Duration>;

// The nth hook of this unit, from 0.
struct NthHook {
  charm::UnitName unit;
  std::size_t nth = 0;

  friend auto operator<=>(const NthHook&, const NthHook&) = default;
};
// Of their handlers' times the calls of these hooks get one half, a quarter, ...
using Halvings = std::map<NthHook, std::uint32_t>;

class LivePace final : public sim::Pace, public sim::TraceSink {
 public:
  explicit LivePace(const Live& live) : live_(live) {}

  void restart(const JobTimes& jobs, const Halvings& halvings);
  std::optional<charm::Instant> moment(const model::World& world, model::TimerId timer) override;
  void take(const sim::TraceEvent& event) override;

  // How many calls a handler makes is known once it has made them: whether the last run has told
  // something new of that, so that the same course would give another run.
  [[nodiscard]] bool has_learned() const { return has_learned_; }
  // The last run's, with the times that the model has for it.
  struct Begun {
    NthJob job;
    model::Span time;
  };
  [[nodiscard]] const std::vector<Begun>& jobs() const { return jobs_; }
  // In which of the last run's hooks a handler took a multiple of its calls' time live.
  [[nodiscard]] const std::vector<NthHook>& stretched() const { return stretched_; }
  // By how much the last run has left the model's windows, at most, and how often. An agent that
  // finds nothing to do looks again when its next hook began, and counts as late.
  struct Outside {
    std::uint64_t count = 0;
    charm::Duration early{0};
    charm::Duration late{0};
  };
  [[nodiscard]] const std::map<sim::Question, Outside>& outside() const { return outside_; }

 private:
  // Between two ends of handlers: what each call would take in the middle of its window.
  using Segment = std::vector<charm::Duration>;
  struct Place {
    std::size_t hook = 0;     // that runs, or ran last: counted from 1
    std::size_t segment = 0;  // how many of its handlers have ended
    bool running = false;
    Segment calls;  // of this segment so far
  };

  std::optional<charm::Instant> begin_of_hook(const model::World& world, charm::UnitName unit);
  std::optional<charm::Instant> end_of_call(const model::World& world, charm::UnitName unit);
  std::optional<charm::Instant> notice(const model::World& world, charm::UnitName unit);
  std::optional<charm::Instant> pod_change(const model::World& world, charm::UnitName unit);
  std::optional<charm::Instant> end_of_job(const model::World& world, charm::UnitName unit);
  const RunHook* hook(charm::UnitName unit, std::size_t at) const;
  // When what the hook does next ends, of a handler or, the last, of the hook; and when it began.
  [[nodiscard]] static charm::Instant end_of_segment(const RunHook& live, std::size_t segment);
  [[nodiscard]] static charm::Instant begin_of_segment(const RunHook& live, std::size_t segment);
  void end_segment(charm::UnitName unit);
  void note(const model::World& world, model::TimerId timer, charm::Instant moment);

  const Live& live_;
  JobTimes times_;
  Halvings halvings_;
  std::vector<NthHook> stretched_;
  std::map<charm::UnitName, Place> places_;
  std::map<charm::UnitName, std::uint32_t> jobs_begun_;
  std::vector<Begun> jobs_;
  std::map<std::pair<charm::UnitName, std::size_t>, std::vector<Segment>> learned_;
  std::map<sim::Question, Outside> outside_;
  bool has_learned_ = false;
};

}  // namespace scenes
