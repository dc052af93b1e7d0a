// Actions as numbers, and the run of a round.
#include "sim/search/rounds.h"

#include <algorithm>

#include "sim/choices/list.h"

namespace sim {
namespace {

using Action = WorldGraph::Action;

// Timers are numbered from 0; answers have this bit.
constexpr Action answer_bit = Action{1} << 31U;

Action action_of(Label label, std::uint32_t option) {
  constexpr unsigned option_bits = 12;
  const std::uint32_t actor = label.actor ? label.actor.ordinal + 1U : 0;
  const auto question = static_cast<std::uint32_t>(label.question);
  const std::uint32_t asked = actor * static_cast<std::uint32_t>(question_count) + question;
  return answer_bit | (asked << option_bits) | std::min(option, (1U << option_bits) - 1);
}

// Nobody has to wait for a fault, a leader change or a departure.
bool is_owed(Question question) {
  return question != fault_question && question != mishap_kind_question &&
         question != mishap_target_question && question != mishap_length_question &&
         question != leader_change_question && question != departure_question;
}

// The way to a round, and round it again and again: each step's options in turn.
class RoundChoices final : public Choices {
 public:
  explicit RoundChoices(const WorldGraph::Round& round) : round_(round) {}
  void next_step() {
    ++step_;
    question_ = 0;
  }

 private:
  std::uint32_t choose(std::uint32_t count, Label /*label*/, std::uint32_t /*nth*/) override {
    if (count < 2) return 0;
    const std::size_t way = round_.way.size();
    const WorldGraph::Options& options =
        step_ < way ? round_.way[step_] : round_.round[(step_ - way) % round_.round.size()];
    const std::size_t at = question_++;
    return at < options.size() ? std::min(options[at], count - 1) : 0;
  }

  const WorldGraph::Round& round_;
  std::size_t step_ = 0;
  std::size_t question_ = 0;
};

// Sees whether anything but update-status happens. That one may write what stands there already.
class Stir final : public TraceSink {
 public:
  void take(const TraceEvent& event) override {
    switch (event.kind) {
      case TraceKind::hook_started:
        has_come |= event.event.kind != charm::EventKind::update_status;
        break;
      case TraceKind::handler_ended: has_come |= event.outcome.deferred(); break;
      case TraceKind::hook_ended: has_come |= event.end != HookEnd::ok; break;
      case TraceKind::fact: has_come |= event.fact.kind != model::FactKind::flushed; break;
      default: has_come = true; break;
    }
  }
  bool has_come = false;
};

}  // namespace

void Rounds::asked(Label label, std::uint32_t options, std::uint32_t option,
                   std::span<const model::TimerId> possible) {
  step_.options.push_back(option);
  if (!is_owed(label.question)) {
    if (option != 0) step_.is_owed = false;
    return;
  }
  if (label.question == tie_question) {  // which timer fires is an action, the place of it is none
    for (const model::TimerId timer : possible) possible_.push_back(timer.index);
    return;
  }
  for (std::uint32_t other = 0; other < options; ++other) {
    possible_.push_back(action_of(label, other));
  }
  step_.taken.push_back(action_of(label, option));
}

void Rounds::fired(std::optional<model::TimerId> timer) {
  if (!timer) return;
  possible_.push_back(timer->index);
  step_.taken.push_back(timer->index);
}

void Rounds::note_actions() {
  if (here_ != WorldGraph::beginning) graph_.enable(here_, possible_);
  possible_.clear();
}

void Rounds::led_to(std::uint64_t key) {
  note_actions();
  const WorldGraph::Node to = graph_.node_of(key);
  graph_.add(here_, to, step_);
  here_ = to;
  step_ = {};
}

void Rounds::ended() {
  note_actions();
  step_ = {};
}

std::optional<Deviations> Rounds::find(const Scenario& scenario,
                                       const CharmUnderTest& charm) const {
  const auto round = graph_.find_round();
  if (!round) return std::nullopt;
  // A round in which time stands still has no horizon; nobody needs to see it longer than this.
  constexpr std::uint64_t most_steps = 10'000'000;
  Simulation simulation(scenario, charm, {});
  RoundChoices choices(*round);
  simulation.begin(choices);
  for (std::uint64_t step = 0; step < most_steps; ++step) {
    choices.next_step();
    if (!simulation.advance()) break;
  }
  Deviations deviations = choices.taken();
  std::ranges::sort(deviations);
  return deviations;
}

bool is_dead_end(const Scenario& scenario, const CharmUnderTest& charm, const Deviations& path,
                 std::uint64_t steps) {
  constexpr std::uint64_t most_steps = 1'000'000;
  ListChoices choices(path);
  Simulation simulation(scenario, charm, {});
  simulation.begin(choices);
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (!simulation.advance()) return false;
  }
  const std::uint64_t key = simulation.state_key();
  Stir stir;
  simulation.trace().listen(&stir);
  for (std::uint64_t step = 0; step < most_steps; ++step) {
    if (!simulation.advance() || stir.has_come) return false;
    if (simulation.state_key() == key) return true;
  }
  return false;
}

}  // namespace sim
