// Depth first, the calm one first; a world with several next steps keeps a frame to come back to.
#include "sim/search/interleavings.h"

#include <algorithm>
#include <map>
#include <new>

#include "model/hash.h"
#include "sim/run_state.h"
#include "sim/search/independence.h"
#include "sim/search/one_order.h"
#include "sim/search/placed_runs.h"
#include "sim/search/seen_worlds.h"

namespace sim {
namespace {

class Interleaver {
 public:
  // `result` outlives it: it has what was counted if memory runs out.
  Interleaver(const Scenario& scenario, const CharmUnderTest& charm,
              const InterleavingOptions& options, Exploration& result)
      : scenario_(scenario),
        charm_(charm),
        options_(options),
        simulation_(scenario, charm,
                    {.interrupted = options.interrupted,
                     .stops_at_each_call = true,
                     .footprint = options.reduces ? &footprint_ : nullptr}),
        order_(simulation_),
        independence_(scenario, charm.properties),
        seen_(options.most_bytes, {}),
        sample_(options.samples),
        result_(result) {
    CHECK(scenario.quantum > charm::Duration{0});
  }

  void run() {
    started_ = std::chrono::steady_clock::now();
    try {
      do {
        pass();
      } while (writers_.has_refuted() && result_.end == ExplorationEnd::covered);
    } catch (const std::bad_alloc&) {
      note_cost();
      result_.orders = std::move(orders_);
      throw;
    }
    note_cost();
    give_back();
    note_witnesses();
    if (result_.end == ExplorationEnd::covered) {
      result_.samples = sample_.named(scenario_, charm_);
    }
    for (auto* found : {&result_.ends_found, &orders_.moments_found}) {
      std::ranges::sort(*found);
      const auto rest = std::ranges::unique(*found);
      found->erase(rest.begin(), rest.end());
    }
    result_.orders = std::move(orders_);
  }

 private:
  struct Frame {
    RunState state;
    std::vector<model::TimerId> left;  // steps that are still to be taken
    std::uint32_t place = 0;           // how many questions were asked on the way to it
    std::uint64_t steps = 0;           // that led to it
    std::size_t deviations = 0;        // of path_
    std::size_t kept_bytes = 0;
  };

  void pass() {
    cpu_before_ = cpu_time();
    begin_pass();
    descend();
    while (!is_over_ && !frames_.empty()) come_back();
  }

  // From the beginning, with what is known by now of who writes what.
  void begin_pass() {
    result_ = {};
    orders_ = {.is_reduced = options_.reduces,
               .from = options_.from,
               .until = options_.until,
               .passes = orders_.passes + 1,
               .moments_found = {}};
    writers_.begin_pass();
    seen_ = SeenWorlds(options_.most_bytes, {});
    sample_ = WorldSample(options_.samples);
    path_.clear();
    steps_ = first_of_way_ = 0;
    goes_on_ = true;
    order_.choose_next({});
    simulation_.begin(order_);
    place_ = order_.asked();
    while (goes_on_ && options_.from && simulation_.next_moment() < *options_.from) make_step({});
    if (!goes_on_) arrive();
  }

  // From a world that has been met, or may have steps that are taken alone before it is.
  void descend() {
    while (!is_over_ && goes_on_) {
      find_due();
      const bool may_branch = due_.size() > 1;
      const bool may_reduce = options_.reduces && may_branch;
      if (may_branch) note_here();
      // The world in which time moves on is met whatever is taken from it.
      const bool time_moves = simulation_.next_moment() > simulation_.world().now();
      if (options_.reduces && !may_branch && !time_moves) {  // there is no other order
        make_step({});
        arrive();
        continue;
      }
      if (may_reduce && !time_moves && take_one_alone()) continue;
      if (!meet()) return;
      if (may_reduce && time_moves && take_one_alone()) continue;
      make_step({});
      if (may_branch) {
        std::erase(due_, *simulation_.last_fired());
        here_.left = due_;
        push();
      }
      arrive();
    }
  }

  void come_back() {
    Frame& frame = frames_.back();
    if (frame.left.empty()) {
      frame_bytes_ -= frame.kept_bytes;
      spare_.push_back(std::move(frame));
      frames_.pop_back();
      return;
    }
    const model::TimerId next = frame.left.back();
    frame.left.pop_back();
    go_back_to(frame);
    make_step(next);
    first_of_way_ = seen_.serial();
    arrive();
    descend();
  }

  // What may come before time moves on.
  void find_due() {
    const model::World& world = simulation_.world();
    const charm::Instant moment = simulation_.next_moment();
    due_.clear();
    const auto count = static_cast<std::uint32_t>(world.timer_count());
    for (std::uint32_t at = 0; at < count; ++at) {
      const model::TimerId timer{at};
      if (world.is_armed(timer) && world.window(timer).earliest <= moment) due_.push_back(timer);
    }
  }

  void note_here() {
    simulation_.save(here_.state);
    here_.place = place_;
    here_.steps = steps_;
    here_.deviations = path_.size();
  }

  void go_back_to(const Frame& frame) {
    simulation_.restore(frame.state);
    path_.resize(frame.deviations);
    place_ = frame.place;
    steps_ = frame.steps;
  }

  void make_step(std::optional<model::TimerId> timer) {
    order_.choose_next(timer);
    if (options_.reduces) before_ = simulation_.world();
    goes_on_ = simulation_.advance();
    if (options_.reduces) writers_.note(before_, simulation_.world(), simulation_.last_fired());
    ++steps_;
    result_.depth = std::max(result_.depth, steps_);
    if ((++result_.generated & 0x3FFU) == 0) look_at_limits();
    if (const auto& deviation = order_.deviation()) {
      path_.push_back({place_ + deviation->place, deviation->option});
    }
    place_ += order_.asked();
  }

  void push() {
    here_.kept_bytes = sizeof(Frame) - sizeof(RunState) + here_.state.bytes() +
                       here_.left.capacity() * sizeof(model::TimerId);
    frame_bytes_ += here_.kept_bytes;
    most_frame_bytes_ = std::max(most_frame_bytes_, frame_bytes_);
    frames_.push_back(std::move(here_));
    if (spare_.empty()) {
      here_ = Frame();
    } else {
      here_ = std::move(spare_.back());
      spare_.pop_back();
    }
  }

  // Makes it, if there is one that keeps to its unit; otherwise the run stands where it stood.
  bool take_one_alone() {
    const model::World& here = here_.state.world;
    if (!independence_.is_quiet_around(here)) return false;
    if (Independence::streams_only(here_.state, simulation_.next_moment(), due_)) {
      make_step(due_.front());
      if (goes_on_ && !footprint_.is_seen) {
        ++orders_.alone;
        return true;
      }
      go_back_to(here_);
    }
    const charm::Instant moment = simulation_.next_moment();
    const Writers writers = writers_.at(moment, here);
    for (const model::TimerId timer : due_) {
      if (!keeps_to_its_unit(timer, writers)) continue;
      writers_.rely(moment, here, model::unit_of(timer), relied_);
      ++orders_.alone;
      return true;
    }
    return false;
  }

  // Makes that step. If it does not keep to its unit, the run stands where it stood.
  bool keeps_to_its_unit(model::TimerId timer, const Writers& writers) {
    if (model::is_world_timer(timer)) return false;
    const charm::UnitName unit = model::unit_of(timer);
    const auto keeps = [&](const StepFootprint& footprint) {
      relied_ = {};
      return independence_.keeps_to_its_unit(here_.state.world, timer, footprint, writers, relied_);
    };
    const bool is_of_hook = model::unit_timer(timer) == model::UnitTimer::call;
    if (!is_of_hook && !keeps({})) return false;
    const std::uint64_t hook = is_of_hook ? key_of_hook(unit) : 0;
    const auto known = is_of_hook ? footprints_.find(hook) : footprints_.end();
    if (known != footprints_.end() && !keeps(known->second)) return false;
    make_step(timer);
    if (is_of_hook && known == footprints_.end()) footprints_.emplace(hook, footprint_);
    if (goes_on_ && keeps(footprint_)) {
      simulation_.save(there_);
      if (Independence::has_written_its_own(here_.state, there_, unit)) return true;
    }
    go_back_to(here_);
    return false;
  }

  // Where a hook stands in its code.
  [[nodiscard]] std::uint64_t key_of_hook(charm::UnitName unit) const {
    const StoppedHook& hook = here_.state.hooks[unit.ordinal];
    std::uint64_t key = model::mix(hook.log.digest(), unit.ordinal);
    key = model::mix(key, static_cast<std::uint64_t>(hook.event.kind) * 256 + hook.event.subject);
    return model::mix(key, hook.event.remote_unit.ordinal);
  }

  // A step has been made.
  void arrive() {
    if (goes_on_) return;
    switch (simulation_.so_far().end) {
      case RunEnd::interrupted: return stop(ExplorationEnd::interrupted);
      case RunEnd::violated: return fail();
      case RunEnd::horizon:
        if (breaks_something(scenario_, charm_, path_)) return fail();
        break;
      case RunEnd::settled: break;
    }
    note_end(simulation_.state_key());
  }

  void note_end(std::uint64_t key) {
    ++result_.ends;
    if (options_.keep_ends) result_.ends_found.push_back(key);
  }

  // Whether more is to come from here.
  bool meet() {
    const std::uint64_t key = simulation_.state_key();
    const SeenWorlds::Met met = seen_.meet(key, {});
    switch (met.how) {
      case SeenWorlds::Meeting::added: break;
      case SeenWorlds::Meeting::richer: return true;  // there is nothing to be richer by
      case SeenWorlds::Meeting::known:
        if (met.serial > first_of_way_) fail_by_going_round();
        return false;
      case SeenWorlds::Meeting::is_full: stop(ExplorationEnd::memory); return false;
    }
    if (simulation_.has_stopped_hook()) ++result_.with_hooks;
    sample_.meet(key, steps_, path_);
    const charm::Instant next = simulation_.next_moment();
    if (next > simulation_.world().now()) {
      ++orders_.moments;
      if (options_.keep_ends) orders_.moments_found.push_back(key);
    }
    if (!options_.until || next <= *options_.until) return true;
    note_end(key);
    return false;
  }

  // --- the end ---

  void stop(ExplorationEnd how) {
    if (!is_over_) result_.end = how;
    is_over_ = true;
  }

  void fail() {
    stop(ExplorationEnd::violated);
    give_back();
    result_.failing = named(scenario_, charm_, path_);
  }

  // The same first steps again and again, up to the horizon: that is the run that is shown.
  void fail_by_going_round() {
    stop(ExplorationEnd::violated);  // and no limit ends it before it is shown
    while (goes_on_) {
      find_due();
      note_here();
      const bool is_alone = due_.size() > 1 && options_.reduces && take_one_alone();
      if (!is_alone) make_step({});
    }
    fail();
    result_.round = Exploration::Round::livelock;
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

  void note_cost() {
    count();
    result_.cpu_time = cpu_time() - cpu_before_;
  }

  // Frames that are not needed any more are kept to be used again, and so count.
  void count() {
    result_.worlds = seen_.size();
    result_.bytes = seen_.bytes() + most_frame_bytes_;
  }

  void note_witnesses() {
    const auto& witnesses = simulation_.so_far().witnesses;
    result_.witnesses.assign(witnesses.begin(), witnesses.end());
  }

  const Scenario& scenario_;
  const CharmUnderTest charm_;
  const InterleavingOptions& options_;
  StepFootprint footprint_;  // of the last step
  Simulation simulation_;
  OneOrder order_;
  Independence independence_;
  SeenWorlds seen_;
  WorldSample sample_;
  std::chrono::steady_clock::time_point started_;

  // Where it stands.
  PlacedOptions path_;       // what deviates on the way here
  std::uint32_t place_ = 0;  // how many questions were asked
  std::uint64_t steps_ = 0;
  bool goes_on_ = true;
  std::uint32_t first_of_way_ = 0;  // the serial since which only first steps were taken
  std::vector<model::TimerId> due_;
  std::vector<Frame> frames_;
  std::vector<Frame> spare_;  // whose memory is used again
  Frame here_;
  RunState there_;  // after a step that may be the only one
  std::size_t frame_bytes_ = 0;
  std::size_t most_frame_bytes_ = 0;
  // What the next step of a hook that stands there has touched when it was made first.
  std::map<std::uint64_t, StepFootprint> footprints_;
  SeenWriters writers_;  // of all passes
  Reliance relied_;
  model::World before_{1};
  bool is_over_ = false;
  std::chrono::nanoseconds cpu_before_{0};  // this pass
  Exploration& result_;
  OrdersCovered orders_;
};

}  // namespace

Exploration interleave(const Scenario& scenario, const CharmUnderTest& charm,
                       const InterleavingOptions& options) {
  Exploration result;
  try {
    Interleaver(scenario, charm, options, result).run();
  } catch (const std::bad_alloc&) {  // all that it held is free again
    end_without_memory(result);
    if (!result.orders) result.orders.emplace().is_reduced = options.reduces;
  }
  return result;
}

}  // namespace sim
