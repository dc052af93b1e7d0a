// The first run is written down, the second is compared as it goes.
#include "sim/search/lockstep.h"

#include <deque>
#include <utility>
#include <vector>

namespace sim {
namespace {

// Something that happened, as names and values.
struct Step {
  charm::Instant at;
  charm::MaybeUnit unit;
  std::string hook;
  std::string call;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Turns what a run does into steps, one after the other.
class Stepper : public RunWatch, public TraceSink {
 public:
  explicit Stepper(const charm::CharmDefinition& charm) : charm_(charm) {}
  void watch(const Simulation& simulation) { simulation_ = &simulation; }

  void call_made(const UnitRun& run, Call call) override {
    Unit& unit = units_[run.name.ordinal];
    Step step = step_of(run.name);
    // What the call before was asked with is known since it was answered.
    const AnswerLog::Cursor end = run.log.end();
    if (end.read > 0 && unit.last.read < end.read) {
      AnswerLog::Cursor cursor = unit.last;
      const AnswerLog::Request before = run.log.read_request(cursor);
      step.fields.emplace_back("the arguments of " + std::string(info(before.call).name),
                               std::to_string(before.arguments));
    }
    unit.last = end;
    unit.call = info(call).name;
    step.call = unit.call;
    step.fields.emplace_back("the call", unit.call);
    take_step(std::move(step));
  }

  void asked(std::uint32_t options, Label label, std::uint32_t option) {
    Step step = step_of(label.actor);
    step.fields = {{"what is asked", std::string(to_text(label.question))},
                   {"how many options there are", std::to_string(options)},
                   {"the option", std::to_string(option)}};
    take_step(std::move(step));
  }

  void take(const TraceEvent& event) override {
    if (event.unit && event.kind == TraceKind::hook_started) {
      units_[event.unit.ordinal] = {.hook = hook_name(charm_, event.event)};
    }
    Step step = step_of(event.unit);
    auto& fields = step.fields;
    fields.emplace_back("what happens", to_text(event.kind));
    fields.emplace_back("the unit", event.unit ? std::to_string(event.unit.ordinal) : "none");
    fields.emplace_back("the time", std::to_string(event.at.micros) + " us");
    switch (event.kind) {
      case TraceKind::status:
        fields.emplace_back("the status", to_text(event.status.kind));
        fields.emplace_back("the status message", event.status.message);
        break;
      case TraceKind::fact:
        fields.emplace_back("the fact", to_text(event.fact.kind));
        fields.emplace_back("the fact's value", std::to_string(event.fact.value));
        break;
      case TraceKind::handler_ended:
        fields.emplace_back("the handler", event.handler->name);
        fields.emplace_back("the handler's path", to_text(*event.path));
        fields.emplace_back("the handler's outcome",
                            event.outcome.deferred() ? "deferred" : "done");
        fields.emplace_back("the handler's reason", event.outcome.reason);
        break;
      case TraceKind::hook_started:
        fields.emplace_back("the hook", hook_name(charm_, event.event));
        break;
      case TraceKind::hook_ended: fields.emplace_back("the hook's end", to_text(event.end)); break;
      default: break;
    }
    fields.emplace_back("the text", event.text);
    fields.emplace_back("the detail", event.detail);
    take_step(std::move(step));
    if (event.unit && event.kind == TraceKind::hook_ended) units_[event.unit.ordinal] = {};
  }

 protected:
  virtual void take_step(Step step) = 0;

 private:
  struct Unit {
    std::string hook = {};
    std::string call = {};
    AnswerLog::Cursor last = {};  // the end of its log at its last call
  };
  Step step_of(charm::MaybeUnit unit) {
    Step step{.at = simulation_->world().now(), .unit = unit};
    if (unit) {
      step.hook = units_[unit.ordinal].hook;
      step.call = units_[unit.ordinal].call;
    }
    return step;
  }

  const charm::CharmDefinition& charm_;
  const Simulation* simulation_ = nullptr;
  std::array<Unit, charm::max_units> units_;
};

class Writer final : public Stepper {
 public:
  using Stepper::Stepper;
  std::deque<Step> steps;

 private:
  void take_step(Step step) override { steps.push_back(std::move(step)); }
};

class Comparer final : public Stepper {
 public:
  Comparer(const charm::CharmDefinition& charm, const std::deque<Step>& steps,
           std::atomic<bool>& stop, const std::atomic<bool>* interrupted)
      : Stepper(charm), steps_(steps), stop_(stop), interrupted_(interrupted) {}

  void finish() {
    if (apart || at_ == steps_.size() || is_interrupted()) return;
    const Step& next = steps_[at_];
    note(next, "how long the run is", next.fields.front().second, "it has ended");
  }

  std::optional<Apart> apart;

 private:
  [[nodiscard]] bool is_interrupted() const { return interrupted_ != nullptr && *interrupted_; }

  void take_step(Step step) override {
    if (is_interrupted()) stop_ = true;
    if (apart || is_interrupted()) return;
    if (at_ == steps_.size()) {
      return note(step, "how long the run is", "it has ended", step.fields.front().second);
    }
    const Step& before = steps_[at_];
    for (std::size_t at = 0; at < std::min(before.fields.size(), step.fields.size()); ++at) {
      const auto& [name_before, value_before] = before.fields[at];
      const auto& [name, value] = step.fields[at];
      if (name_before == name && value_before == value) continue;
      if (name_before == name) return note(before, name, value_before, value);
      return note(before, "what comes next",
                  std::string(name_before).append(": ").append(value_before),
                  std::string(name).append(": ").append(value));
    }
    ++at_;
  }

  void note(const Step& step, std::string field, std::string first, std::string second) {
    apart = {.at = step.at,
             .unit = step.unit,
             .hook = step.hook,
             .call = step.call,
             .field = std::move(field),
             .first = std::move(first),
             .second = std::move(second),
             .step = at_};
    stop_ = true;
  }

  const std::deque<Step>& steps_;
  std::size_t at_ = 0;
  std::atomic<bool>& stop_;
  const std::atomic<bool>* interrupted_;
};

// Others' choices, with what is asked told.
class ToldChoices final : public Choices {
 public:
  ToldChoices(Choices& choices, Stepper& stepper) : choices_(choices), stepper_(stepper) {}

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t /*nth*/) override {
    const std::uint32_t option = choices_.pick(option_count, label);
    stepper_.asked(option_count, label, option);
    return option;
  }

  Choices& choices_;
  Stepper& stepper_;
};

void play(const Scenario& scenario, const CharmUnderTest& charm, Choices& choices, Stepper& stepper,
          const std::atomic<bool>* interrupted) {
  Simulation simulation(scenario, charm, {.interrupted = interrupted});
  simulation.show_to(&stepper);
  stepper.watch(simulation);
  simulation.trace().listen(&stepper);
  ToldChoices told(choices, stepper);
  (void)simulation.run(told);
}

}  // namespace

std::optional<Apart> run_twice(const Scenario& scenario, const CharmUnderTest& charm,
                               Choices& first, Choices& second,
                               const std::atomic<bool>* interrupted) {
  Writer writer(*charm.definition);
  play(scenario, charm, first, writer, interrupted);
  std::atomic<bool> stop{false};
  Comparer comparer(*charm.definition, writer.steps, stop, interrupted);
  play(scenario, charm, second, comparer, &stop);
  comparer.finish();
  return comparer.apart;
}

}  // namespace sim
