// Depth first, the calm child at once, the others when it comes back.
#include "sim/search/exploration.h"

#include <algorithm>
#include <new>

#include "sim/run_state.h"
#include "sim/search/cost.h"
#include "sim/search/huge_pages.h"
#include "sim/search/placed_runs.h"
#include "sim/search/rounds.h"

namespace sim {
namespace {

// The options of one step, in the order in which they are asked for; the rest is calm.
class StepChoices final : public Choices {
 public:
  struct Asked {
    std::uint32_t options = 0;
    std::uint32_t option = 0;
    Allowance cost;
    Label label;
  };

  // Whose orders are asked for: of which timers.
  void watch(const Simulation& simulation) { simulation_ = &simulation; }
  [[nodiscard]] const std::vector<model::TimerId>& possible() const { return possible_; }
  void restart(std::vector<std::uint32_t> options) {
    if (!taken().empty()) reset();
    options_ = std::move(options);
    asked_.clear();
  }
  void restart_calm() {
    options_.clear();
    asked_.clear();
  }
  [[nodiscard]] const std::vector<Asked>& asked() const { return asked_; }

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t /*nth*/) override {
    if (option_count < 2) return 0;
    const std::size_t at = asked_.size();
    const std::uint32_t option = at < options_.size() ? options_[at] : 0;
    asked_.push_back({option_count, option, cost_of(label.question), label});
    if (simulation_ != nullptr && label.question == tie_question) {
      possible_ = simulation_->possible();
    }
    return option;
  }

  std::vector<std::uint32_t> options_;
  std::vector<Asked> asked_;
  const Simulation* simulation_ = nullptr;
  std::vector<model::TimerId> possible_;  // when it was last asked
};

class Explorer {
 public:
  // `result` outlives it: it has what was counted if memory runs out.
  Explorer(const Scenario& scenario, const CharmUnderTest& charm, const ExplorationOptions& options,
           Exploration& result)
      : scenario_(scenario),
        charm_(charm),
        options_(options),
        simulation_(scenario, charm, {.interrupted = options.interrupted}),
        seen_(options.most_bytes, options.allowance),
        sample_(options.samples),
        result_(result) {
    CHECK(scenario.quantum > charm::Duration{0});
    if (options.liveness) {
      rounds_.emplace();
      choices_.watch(simulation_);
    }
  }

  void run() {
    started_ = std::chrono::steady_clock::now();
    const auto cpu_before = cpu_time();
    try {
      search();
    } catch (const std::bad_alloc&) {
      note_cost(cpu_before);
      throw;
    }
    note_cost(cpu_before);
    give_back();
    note_witnesses();
    if (result_.end == ExplorationEnd::covered) {
      result_.samples = sample_.named(scenario_, charm_);
    }
    std::ranges::sort(result_.ends_found);
    const auto rest = std::ranges::unique(result_.ends_found);
    result_.ends_found.erase(rest.begin(), rest.end());
  }

 private:
  void search() {
    choices_.restart_calm();
    simulation_.begin(choices_);
    left_ = options_.allowance;
    scratch_.is_beginning = true;
    note_alternatives(scratch_, 0, left_);
    push();
    place_ = static_cast<std::uint32_t>(choices_.asked().size());
    if (rounds_) note_actions();
    if (meet()) descend();
    while (!is_over_ && !frames_.empty()) come_back();
    if (rounds_ && !is_over_) look_for_rounds();
  }

  // Of a step that can go otherwise.
  struct Alternative {
    std::vector<std::uint32_t> options;
    Allowance left;  // after it
  };
  // A world with what is still to be tried from it.
  struct Frame {
    bool is_beginning = false;  // the run's own: before it there is no world
    RunState state;
    std::vector<Alternative> alternatives;
    std::uint32_t place = 0;     // how many questions were asked on the way to it
    std::uint64_t steps = 0;     // that led to it
    std::size_t deviations = 0;  // of path_
    WorldGraph::Node node = WorldGraph::beginning;
    std::size_t kept_bytes = 0;  // when it was put aside

    [[nodiscard]] std::size_t bytes() const {
      std::size_t sum = sizeof(Frame) - sizeof(RunState) + state.bytes();
      for (const Alternative& one : alternatives) {
        sum += sizeof one + one.options.capacity() * sizeof(std::uint32_t);
      }
      return sum;
    }
  };

  // --- the way down ---

  // Calm steps, until one leads to what is known, or ends the run.
  void descend() {
    while (!is_over_) {
      const bool may_deviate = !left_.is_empty();
      if (may_deviate) simulation_.save(scratch_.state);
      choices_.restart_calm();
      if (may_deviate) {
        scratch_.is_beginning = false;
        scratch_.place = place_;
        scratch_.steps = steps_;
        scratch_.deviations = path_.size();
        if (rounds_) scratch_.node = rounds_->here();
        scratch_.alternatives.clear();
      }
      const bool goes_on = simulation_.advance();
      ++steps_;
      if (may_deviate) {
        note_alternatives(scratch_, 0, left_);
        if (!scratch_.alternatives.empty()) push();
      }
      place_ += static_cast<std::uint32_t>(choices_.asked().size());
      if (!arrive(goes_on)) return;
    }
  }

  // One of the alternatives of the last world that has any; then on from there.
  void come_back() {
    Frame& frame = frames_.back();
    if (frame.alternatives.empty()) {
      frame_bytes_ -= frame.kept_bytes;
      spare_.push_back(std::move(frame));
      frames_.pop_back();
      return;
    }
    const Alternative alternative = std::move(frame.alternatives.back());
    frame.alternatives.pop_back();
    path_.resize(frame.deviations);
    place_ = frame.place;
    left_ = alternative.left;
    if (rounds_) rounds_->go_back_to(frame.node);
    choices_.restart(alternative.options);
    const bool goes_on = make_step(frame);
    note_alternatives(frame, alternative.options.size(), left_);
    const auto& asked = choices_.asked();
    for (std::size_t at = 0; at < asked.size(); ++at) {
      if (asked[at].option == 0) continue;
      path_.push_back({place_ + static_cast<std::uint32_t>(at), asked[at].option});
    }
    place_ += static_cast<std::uint32_t>(asked.size());
    first_of_way_ = seen_.serial();
    if (arrive(goes_on)) descend();
  }

  // From the frame's world, or the run's beginning. False: the run has ended.
  bool make_step(const Frame& frame) {
    if (frame.is_beginning) {
      note_witnesses();  // a beginning forgets them
      steps_ = 0;
      simulation_.begin(choices_);
      return true;
    }
    steps_ = frame.steps + 1;
    simulation_.restore(frame.state);
    return simulation_.advance();
  }

  // What the step that was just made could have done otherwise, from its question `first` on.
  void note_alternatives(Frame& frame, std::size_t first, const Allowance& left) {
    const auto& asked = choices_.asked();
    for (std::size_t at = first; at < asked.size(); ++at) {
      if (!left.covers(asked[at].cost)) continue;
      Allowance after = left;
      after -= asked[at].cost;
      for (std::uint32_t option = 1; option < asked[at].options; ++option) {
        Alternative& one = frame.alternatives.emplace_back();
        one.left = after;
        one.options.reserve(at + 1);
        for (std::size_t before = 0; before < at; ++before) {
          one.options.push_back(asked[before].option);
        }
        one.options.push_back(option);
      }
    }
  }

  void push() {
    scratch_.kept_bytes = scratch_.bytes();
    frame_bytes_ += scratch_.kept_bytes;
    most_frame_bytes_ = std::max(most_frame_bytes_, frame_bytes_);
    frames_.push_back(std::move(scratch_));
    heap_.look();
    if (spare_.empty()) {
      scratch_ = Frame();
    } else {
      scratch_ = std::move(spare_.back());
      spare_.pop_back();
    }
  }

  // --- worlds ---

  // A step has been made. Whether there is more to come from where it leads to.
  bool arrive(bool goes_on) {
    ++result_.generated;
    result_.depth = std::max(result_.depth, steps_);
    if ((result_.generated & 0x3FFU) == 0) look_at_limits();
    if (rounds_) note_actions();
    if (goes_on) return meet();
    if (rounds_) rounds_->ended();
    switch (simulation_.so_far().end) {
      case RunEnd::interrupted: stop(ExplorationEnd::interrupted); return false;
      case RunEnd::violated: return fail();
      case RunEnd::horizon:
        if (breaks_something(scenario_, charm_, path_)) return fail();
        break;
      case RunEnd::settled: break;
    }
    ++result_.ends;
    if (options_.keep_ends) result_.ends_found.push_back(simulation_.state_key());
    return false;
  }

  void note_actions() {
    for (const StepChoices::Asked& one : choices_.asked()) {
      rounds_->asked(one.label, one.options, one.option, choices_.possible());
    }
    rounds_->fired(simulation_.last_fired());
  }

  bool meet() {
    const std::uint64_t key = simulation_.state_key();
    if (rounds_) rounds_->led_to(key);
    const SeenWorlds::Met met = seen_.meet(key, left_);
    switch (met.how) {
      case SeenWorlds::Meeting::added:
        if (simulation_.has_stopped_hook()) ++result_.with_hooks;
        sample_.meet(key, steps_, path_);
        return true;
      case SeenWorlds::Meeting::richer: return true;
      case SeenWorlds::Meeting::known:
        // It was first met on this very way, and since then nothing has deviated.
        if (met.serial > first_of_way_) fail_by_going_round();
        return false;
      case SeenWorlds::Meeting::is_full: stop(ExplorationEnd::memory); return false;
    }
    return false;
  }

  // --- the end ---

  void stop(ExplorationEnd how) {
    if (!is_over_) result_.end = how;
    is_over_ = true;
  }

  bool fail() {
    stop(ExplorationEnd::violated);
    give_back();
    result_.failing = named(scenario_, charm_, path_);
    return false;
  }

  void fail_by_going_round() {
    fail();
    const bool is_dead = is_dead_end(scenario_, charm_, *result_.failing, steps_);
    result_.round = is_dead ? Exploration::Round::dead_end : Exploration::Round::livelock;
  }

  void look_for_rounds() {
    result_.looked_for_rounds = true;
    result_.failing = rounds_->find(scenario_, charm_);
    if (!result_.failing) return;
    stop(ExplorationEnd::violated);
    result_.round = Exploration::Round::by_deviation;
  }

  void look_at_limits() {
    if (const auto limit = limit_reached(options_, started_)) return stop(*limit);
    count();
    if (result_.bytes > options_.most_bytes) return stop(ExplorationEnd::memory);
    if (options_.progress && (result_.generated & 0xFFFFU) == 0) options_.progress(result_);
  }

  // It does not come back to any world: what is still to be done has the memory of all of them.
  void give_back() {
    frames_ = {};
    spare_ = {};
  }

  void note_cost(std::chrono::nanoseconds cpu_before) {
    count();
    result_.cpu_time = cpu_time() - cpu_before;
  }

  // Frames that are not needed any more are kept to be used again, and so count.
  void count() {
    result_.worlds = seen_.size();
    result_.bytes = seen_.bytes() + most_frame_bytes_ + (rounds_ ? rounds_->bytes() : 0);
  }

  void note_witnesses() {
    for (const std::string_view name : simulation_.so_far().witnesses) {
      if (std::ranges::find(result_.witnesses, name) == result_.witnesses.end()) {
        result_.witnesses.push_back(name);
      }
    }
  }

  const Scenario& scenario_;
  const CharmUnderTest charm_;
  const ExplorationOptions& options_;
  StepChoices choices_;
  Simulation simulation_;
  SeenWorlds seen_;
  WorldSample sample_;
  std::optional<Rounds> rounds_;
  std::chrono::steady_clock::time_point started_;

  // Where it stands.
  Allowance left_;
  PlacedOptions path_;       // what deviates on the way here
  std::uint32_t place_ = 0;  // how many questions were asked
  std::uint64_t steps_ = 0;
  std::uint32_t first_of_way_ = 0;  // the serial since which nothing has deviated
  GrowingHeap heap_;                // in which frames are
  std::vector<Frame> frames_;
  std::vector<Frame> spare_;  // whose memory is used again
  Frame scratch_;
  std::size_t frame_bytes_ = 0;  // of frames_
  std::size_t most_frame_bytes_ = 0;
  bool is_over_ = false;
  Exploration& result_;
};

}  // namespace

Exploration explore(const Scenario& scenario, const CharmUnderTest& charm,
                    const ExplorationOptions& options) {
  Exploration result;
  result.allowance = options.allowance;
  try {
    Explorer(scenario, charm, options, result).run();
  } catch (const std::bad_alloc&) {  // all that it held is free again
    end_without_memory(result);
  }
  return result;
}

}  // namespace sim
