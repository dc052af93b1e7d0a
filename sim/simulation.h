// One run: a scenario played on the model by the charm's own hook logic, every open question
// answered by the choices, until it has settled, something is broken, or its horizon is reached.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "model/canonical.h"
#include "model/text.h"
#include "sim/charm_under_test.h"
#include "sim/choices/choices.h"
#include "sim/execution/executor.h"
#include "sim/pace.h"
#include "sim/ports/ports.h"
#include "sim/properties/memory.h"
#include "sim/properties/property_set.h"
#include "sim/run_watch.h"
#include "sim/story.h"
#include "sim/trace/trace.h"

namespace sim {

struct Violation {
  std::string_view property;
  Form form = Form::always;
  std::string what;
  charm::Instant at;
  std::uint64_t step = 0;  // of the trace
};

enum class RunEnd : std::uint8_t { settled, violated, horizon, interrupted };

struct Verdict {
  RunEnd end = RunEnd::settled;
  std::vector<Violation> violations;
  std::vector<std::string_view> witnesses;  // the "sometimes" properties that were reached, by name
  std::array<Kept, bound_count> bounds;     // how often each was kept, and how narrowly
  charm::Instant simulated;
  std::uint64_t dispatches = 0;   // that ended
  std::uint64_t calls = 0;        // port calls
  std::uint64_t preemptions = 0;  // calls at which another unit's hook came between
  std::uint64_t actions = 0;      // everything else that happened
  std::uint64_t probes = 0;       // hooks that were run again at the end
  std::uint64_t fingerprint = 0;  // the trace's
  std::uint64_t world_fingerprint = 0;
  [[nodiscard]] bool ok() const { return violations.empty(); }
};

struct RunState;
struct StepFootprint;

// Made once for a scenario, run as often as you like: nothing grows from run to run.
class Simulation final : private CallHost, private StatusListener, private model::Forks {
 public:
  struct Options {
    ExecutorKind executor = default_executor();
    Trace::Mode trace = Trace::Mode::fingerprint;
    // Set from elsewhere (Ctrl-C): the run ends with what it has.
    const std::atomic<bool>* interrupted = nullptr;
    // Whether a run that has settled ends with each hook run once more.
    bool idempotence = false;
    // Who writes down what the client of PostgreSQL sees, or nobody.
    model::ClientLog* client_log = nullptr;
    // Who knows when what is armed shall come, whatever its window is; or nobody.
    Pace* pace = nullptr;
    // With a quantum: whether a hook is stopped at each call that takes time, also where nothing
    // else can come before it is answered. The run is the same; steps are smaller.
    bool stops_at_each_call = false;
    // Whoever wants to know what each step touches (footprint.h); or nobody, and it costs nothing.
    StepFootprint* footprint = nullptr;
  };

  Simulation(const Scenario& scenario, const CharmUnderTest& charm, Options options);
  ~Simulation() override;

  Verdict run(Choices& choices);

  // The same run, a step at a time: begin, advance until it says no, end.
  void begin(Choices& choices);
  // One thing that comes next, with all that it leads to at once. False: the run has ended.
  bool advance();
  Verdict end();

  // Where a run stands between two steps, as a value (run_state.h). What is counted, what was
  // traced, and which witnesses were reached, are no part of it.
  void save(RunState& state) const;
  void restore(const RunState& state);
  // A fingerprint of that state, the same where everything that can come is the same: without
  // absolute time and counters (model/canonical.h). With a quantum only. How many changes are left
  // (Scenario::changes) is no part of it: who explores counts them.
  std::uint64_t state_key();
  // What is open of it: whether a property has broken, and whether it has settled.
  [[nodiscard]] bool has_ended() const { return ended_; }
  [[nodiscard]] bool has_stopped_hook() const;
  [[nodiscard]] const Verdict& so_far() const { return verdict_; }
  // With a quantum: the timer of the last step, and of the step that is being chosen those among
  // which the choice is, in the order of its options.
  [[nodiscard]] std::optional<model::TimerId> last_fired() const { return fired_; }
  [[nodiscard]] std::vector<model::TimerId> possible() const;

  // With a quantum: when the next step comes.
  [[nodiscard]] charm::Instant next_moment() const;

  [[nodiscard]] Trace& trace() { return trace_; }
  // Shows each run that follows to this one, too; the run is the same without.
  void show_to(RunWatch* watch) { watches_.push_back(watch); }
  [[nodiscard]] const model::World& world() const { return world_; }
  [[nodiscard]] const model::Texts& texts() const { return texts_; }

 private:
  struct UnitSide;  // a unit's run, gate and ports

  // --- the loop ---
  void prepare();
  void narrow_fresh();
  [[nodiscard]] bool is_coarse() const { return scenario_.quantum > charm::Duration{0}; }
  void widen_fresh();
  model::TimerId next_of_all();
  std::size_t find_all();
  // By what the calm order goes (simulation_orders.cc): the moment, the window's end, the timer.
  [[nodiscard]] std::tuple<std::int64_t, std::int64_t, std::uint32_t> calm_rank(
      model::TimerId id) const;
  [[nodiscard]] bool goes_straight_on(model::TimerId call);
  model::TimerId next_due();
  [[nodiscard]] bool belongs_to_scheduler(model::TimerId id, charm::UnitName running) const;
  void fire(model::TimerId id);
  void go_on_with_story();
  void fire_unit_timer(charm::UnitName unit, model::UnitTimer timer);
  void look_for_hook(charm::UnitName unit);
  void add_first_units();
  void step_done(const HandlerEnding* handler = nullptr, const DispatchEnding* dispatch = nullptr);
  void record_facts();
  // What the operator reads of an action that has ended.
  [[nodiscard]] std::string_view text_of_action(const model::Fact& fact) const;
  [[nodiscard]] std::string_view text_of_client(const model::Fact& fact) const;
  void cancel_dead_runs();
  void judge(const PropertySet& properties, const Moment& moment);
  void judge_bounds();
  [[nodiscard]] bool is_asked_for(std::string_view property) const;
  void break_property(std::string_view property, Form form, std::string what);
  void note_violation(std::string_view property, Form form, std::string what);
  void judge_witnesses();
  void watch_for_settling();
  void look_whether_settled();
  // The first "eventually" property that does not hold, and what it misses; nothing if all hold.
  [[nodiscard]] const Property* unsettled(std::string& what) const;
  void finish();
  void judge_idempotence();
  [[nodiscard]] bool can_be_probed(charm::UnitName unit) const;
  // Runs that hook at once and alone. What is wrong with its end; empty if nothing is.
  std::string probe(charm::UnitName unit, const charm::Event& event);
  std::string change_by(charm::UnitName unit, const charm::Event& event,
                        const model::World& settled);
  [[nodiscard]] Moment moment(const HandlerEnding* handler, const DispatchEnding* dispatch) const;

  // --- hooks ---
  void run_dispatch(UnitRun& run);
  void end_dispatch(UnitRun& run);
  HookEnd conclude(UnitRun& run, bool& after_flush);

  // --- faults ---
  [[nodiscard]] bool faults_are_on() const;
  std::optional<FaultKind> draw_fault(charm::UnitName unit);
  bool crash_agent(charm::UnitName unit, std::string_view where);
  Disturbance strike(UnitRun& run, Call call);
  [[noreturn]] void kill_at_call(UnitRun& run, FaultKind kind, Call call);
  void note_fault(charm::MaybeUnit unit, FaultKind kind, std::string_view where);
  void schedule_mishap();
  void on_mishap_timer();
  void befall(FaultKind kind);
  void split_network(charm::UnitName unit);
  void slow_watch(charm::UnitName unit, model::Watch watch);
  void befall(FaultKind kind, charm::UnitName unit);
  [[nodiscard]] charm::Duration until_faults_end(charm::Duration length) const;
  charm::Duration pick_length();
  charm::Duration pick_node_loss();

  // --- changes that are no faults (simulation_changes.cc) ---
  void on_lease_timer(charm::UnitName unit);
  void ask_for_leader_change(charm::UnitName unit);
  [[nodiscard]] charm::MaybeUnit next_to_depart() const;
  bool ask_for_departure();
  [[nodiscard]] bool is_changing_leader() const;
  void note_change(charm::UnitName unit, std::string_view what);

  // CallHost
  Disturbance wait(UnitRun& run, Call call, model::Span time) override;
  void effect_done(UnitRun& run) override;
  [[noreturn]] void report_nondeterminism(UnitRun& run, Call before, Call now) override;
  [[noreturn]] void report_early_end(UnitRun& run);
  std::uint32_t pick_deferral_order(UnitRun& run, std::uint32_t orders) override;
  model::Step& step() override { return step_; }
  // model::Forks
  std::uint32_t take(model::Fork fork, charm::MaybeUnit unit, std::uint32_t options) override {
    return probing_ ? 0 : choices_->pick(options, {unit, question_of(fork)});
  }
  // StatusListener
  void status_changed(charm::UnitName unit, const charm::Status& status) override;

  Disturbance answer(UnitRun& run, Call call);
  // What a unit's observer hears; what it has heard before the hook was stopped is not new.
  void handler_started(UnitRun& run, const charm::Handler& handler, const charm::Event& event,
                       bool reemitted);
  void handler_ended(UnitRun& run, const charm::Handler& handler, const charm::Outcome& outcome);
  void handler_merged(UnitRun& run, const charm::Handler& handler, const charm::Event& event);

  const Scenario scenario_;
  const std::vector<charm::CharmConfig> configurations_;  // that the story sets
  const CharmUnderTest charm_;
  const Options options_;
  model::Parameters parameters_;
  const model::World blank_;
  model::World world_;
  model::Facts facts_;
  model::Step step_;
  model::Texts texts_;
  Memory memory_;
  // By occasion, which properties are judged then: a bit for each.
  std::array<PropertySet, Occasions::count> judged_on_{};
  Trace trace_;
  std::vector<RunWatch*> watches_;
  Story story_;
  std::deque<UnitSide> units_;
  std::unique_ptr<Executor> executor_;

  // Of the run under way.
  Choices* choices_ = nullptr;
  std::optional<model::TimerId> chosen_;  // of those that are due together: comes next
  std::optional<model::TimerId> fired_;   // last
  std::vector<model::TimerId> possible_;  // what may come next, with a quantum; with room for all
  std::size_t possible_count_ = 0;        // so many of it
  std::optional<model::CanonicalFingerprint> canonical_;  // with a quantum
  Verdict verdict_;
  bool ended_ = false;
  bool settled_ = false;
  bool probing_ = false;                    // the run is over, and hooks are run again
  const Property* last_missing_ = nullptr;  // the "eventually" that did not hold last
  bool may_have_settled_ = true;            // something has changed since it was looked at
  charm::Instant settled_since_;
  std::array<std::uint16_t, fault_kind_count> fault_budget_{};
  Changes changes_left_;
  PropertySet witnesses_;
};

}  // namespace sim
