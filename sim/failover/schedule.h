// One failover as somebody has arranged it: when its fault comes, and every answer that is not the
// calm one. With the calm run before it, it is a run of an ordinary scenario.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/choices/choices.h"
#include "sim/failover/measure.h"

namespace sim::failover {

// From a base on.
struct Schedule {
  // Until the fault, if a step of the story is it: whole milliseconds.
  charm::Duration wait{0};
  // If it is a mishap: at which time from the base on that something may go wrong, from 0.
  std::uint32_t strike = 0;
  std::uint32_t unused = 0;
  // Sorted. Also when each agent's update-status comes that it waits for in the base, which was
  // asked before; whether a mishap comes, and whom it befalls, is not among them.
  Deviations choices;

  friend bool operator==(const Schedule&, const Schedule&) = default;
};
// Before this, from 0: by then a mishap could have come for a minute at least
// (timing::mishap_pause).
inline constexpr std::uint32_t most_strikes = 16;
// The last wait that is tried; by then each agent has had an update-status.
charm::Duration longest_wait(const Base& base);

// What could have been answered otherwise.
struct OpenQuestion {
  charm::Instant at;
  Label label;
  std::uint32_t nth = 0;
  std::uint32_t options = 0;
  std::uint32_t option = 0;  // the answer
};

// Who answers: the schedule where it says something, and otherwise calmly, or by draws.
class ScheduledChoices final : public Choices {
 public:
  explicit ScheduledChoices(const Base& base) : base_(base) {}

  // Where it reads what time it is; before the first run.
  void look_at(const model::World& world) { world_ = &world; }

  // Questions are counted from the calm run's on.
  void restart(const Schedule& schedule);
  // Moments, ties, orders and routes are drawn, each option as likely as any other.
  void restart_drawn(const Schedule& schedule, std::uint64_t seed);
  // When, in this run, the update-status comes that this agent waits for in the base; nothing: it
  // waits for none.
  [[nodiscard]] std::optional<charm::Instant> update_status(charm::UnitName unit) const;
  // Of the questions with known odds, those asked since then, in their order.
  [[nodiscard]] const std::vector<OpenQuestion>& asked_since() const { return asked_since_; }
  // How many answers other than the calm one have been given.
  [[nodiscard]] std::size_t deviations() const { return deviations_; }
  // Whether the mishap has come.
  [[nodiscard]] const bool* struck() const { return &struck_; }

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;
  [[nodiscard]] std::uint32_t listed(Label label, std::uint32_t nth) const;
  std::uint32_t answer(charm::Instant at, std::uint32_t option_count, Label label,
                       std::uint32_t nth);
  void begin();

  const Base& base_;
  const model::World* world_ = nullptr;
  Schedule schedule_;
  std::optional<std::uint64_t> seed_;
  std::vector<OpenQuestion> asked_since_;
  std::size_t update_statuses_ = 0;  // that were asked before, the first of asked_since_
  std::size_t deviations_ = 0;
  std::uint32_t strikes_ = 0;  // that there could have been
  bool struck_ = false;
};

// Plays schedules of one base, one after the other; whoever works beside has its own.
class Player {
 public:
  Player(const Base& base, const charm::CharmDefinition& charm);

  Failover play(const Schedule& schedule);
  // The same, or nothing as soon as `is_known` says so of where it stands (Passage::fingerprint()).
  // It is asked about once a second, when the fault has come and the schedule has been said.
  using IsKnown = std::function<bool(std::uint64_t fingerprint)>;
  std::optional<Failover> play_until_known(const Schedule& schedule, const IsKnown& is_known);
  // The same with draws; afterwards it is written into `schedule` what they were.
  Failover play_drawn(Schedule& schedule, std::uint64_t seed);
  // When the fault of the run that was played last has come.
  [[nodiscard]] charm::Instant fault() const { return passage_.fault(); }
  // All its deviations from the calm run, whatever has been asked; sorted.
  [[nodiscard]] Deviations deviations() const;
  // Of the run that was played last, and until it was over.
  [[nodiscard]] const std::vector<OpenQuestion>& asked_since() const {
    return choices_.asked_since();
  }

 private:
  Failover pass(charm::Duration wait);
  std::optional<Failover> pass(charm::Duration wait, const std::function<bool()>& is_enough);
  [[nodiscard]] charm::Instant fault_after(charm::Duration wait) const;

  const Base& base_;
  RunState state_;
  ScheduledChoices choices_;
  Passage passage_;
};

// The ordinary scenario of which it is a run, and all of that run's choices.
struct OrdinaryRun {
  std::string scenario;
  Deviations choices;
};
OrdinaryRun ordinary_run(const Base& base, const charm::CharmDefinition& charm,
                         const Schedule& schedule);

// A base whose scenario ends: of its kind and setting, as prepare() makes it.
std::expected<Base, std::string> prepare_schedules(const Kind& kind, const Setting& setting,
                                                   const CharmUnderTest& charm,
                                                   const std::atomic<bool>* interrupted);

}  // namespace sim::failover
