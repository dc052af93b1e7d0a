// Rounds: plan, run, merge in the order of the plan.
#include "sim/search/campaign.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/explorer/key_table.h"
#include "sim/search/crew.h"
#include "sim/search/mutated.h"
#include "sim/search/plan.h"

namespace sim {
namespace {

using Clock = std::chrono::steady_clock;

// A first violation is told soon, and later little time is spent on waiting for each other.
constexpr std::size_t first_round = 16;
constexpr std::size_t largest_round = 256;
constexpr std::chrono::milliseconds often{100};
constexpr std::chrono::seconds gathered_every{1};  // while somebody looks on

// What a run came to.
struct Outcome {
  bool is_whole = false;  // it has not been interrupted
  std::uint64_t dispatches = 0;
  std::uint64_t calls = 0;
  std::uint64_t actions = 0;
  std::int64_t simulated_us = 0;
  std::vector<std::string_view> witnesses;
  std::string_view property;  // that it broke; empty: none
  std::string what;
  Deviations choices;                // sorted; if it broke something or met something new
  std::vector<std::uint64_t> fresh;  // features that were not known when the round began
};

// They are hashes already, of 64 bits.
using Features = explorer::KeyTable<std::uint64_t>;
constexpr std::size_t most_feature_bytes = std::numeric_limits<std::size_t>::max();

// What one worker has: worlds of its own, one a scenario, and chance of its own.
class Worker {
 public:
  Worker(const std::vector<Scenario>& scenarios, const CharmUnderTest& charm,
         const ChartSet* charts, const CampaignOptions& options, const std::atomic<bool>& stop)
      : scenarios_(scenarios),
        charm_(charm),
        options_(options),
        stop_(stop),
        observed_(options.corpus != nullptr),
        simulations_(scenarios.size()),
        calm_questions_(scenarios.size()) {
    if (charts != nullptr) charm_.flow = &flow_.emplace(*charts);
  }

  Outcome run(const PlannedRun& plan, const Features& known) {
    Choices& choices = prepare(plan);
    observed_.begin_run();
    Verdict verdict = simulation(plan.scenario).run(choices);
    Outcome outcome{.is_whole = verdict.end != RunEnd::interrupted,
                    .dispatches = verdict.dispatches,
                    .calls = verdict.calls,
                    .actions = verdict.actions,
                    .simulated_us = verdict.simulated.micros};
    if (!outcome.is_whole) return outcome;
    outcome.witnesses = std::move(verdict.witnesses);
    if (!verdict.ok()) {
      outcome.property = verdict.violations[0].property;
      outcome.what = verdict.violations[0].what;
    }
    if (options_.corpus != nullptr) {
      std::ranges::copy_if(observed_.features(), std::back_inserter(outcome.fresh),
                           [&known](std::uint64_t feature) { return !known.contains(feature); });
    }
    if (!verdict.ok() || !outcome.fresh.empty()) {
      outcome.choices = choices.taken();
      std::ranges::sort(outcome.choices);
    }
    return outcome;
  }

  // How many options each of the first questions of that run has.
  std::vector<std::uint32_t> probe(std::size_t scenario, const PlacedOptions& options) {
    return probe(scenario, options, options_.bounds.questions);
  }

  void add_to(Coverage& coverage, HooksMet& hooks) const {
    add(hooks, observed_.hooks());
    if (flow_) coverage.add(flow_->coverage());
  }

 private:
  // Unobserved: whoever asks, and how often, makes no difference to what is reported.
  std::vector<std::uint32_t> probe(std::size_t scenario, const PlacedOptions& options,
                                   std::uint32_t questions) {
    placed_.restart(options, questions);
    if (!probe_) probe_ = std::make_unique<Probe>();
    if (!probe_->simulation || probe_->scenario != scenario) {
      probe_->simulation.emplace(scenarios_[scenario],
                                 CharmUnderTest{charm_.definition, charm_.properties, nullptr},
                                 Simulation::Options{.interrupted = &stop_});
      probe_->scenario = scenario;
    }
    (void)probe_->simulation->run(placed_);
    return placed_.option_counts();
  }

  SearchBounds bounds_of(std::size_t scenario) {
    SearchBounds bounds = options_.bounds;
    if (bounds.questions > 0) return bounds;
    std::uint32_t& known = calm_questions_[scenario];
    if (known == 0) {
      constexpr std::uint32_t all = ~std::uint32_t{0};
      known = std::max(1U, static_cast<std::uint32_t>(probe(scenario, {}, all).size()));
    }
    bounds.questions = known;
    return bounds;
  }

  Choices& prepare(const PlannedRun& plan) {
    switch (plan.kind) {
      case PlannedRun::Kind::few: few_.restart(plan.seed, bounds_of(plan.scenario)); return few_;
      case PlannedRun::Kind::placed: placed_.restart(plan.options, 0); return placed_;
      case PlannedRun::Kind::mutated:
        mutated_.restart(options_.corpus->entries()[plan.entry].choices, plan.seed);
        return mutated_;
      case PlannedRun::Kind::listed:
        listed_.restart(options_.corpus->entries()[plan.entry].choices);
        return listed_;
      case PlannedRun::Kind::seeded: break;
    }
    random_.restart(plan.seed, {.permutes_deferrals = options_.permutes_deferrals ||
                                                      scenarios_[plan.scenario].permutes_deferrals,
                                .swarm = options_.strategy == Strategy::swarm});
    return random_;
  }

  Simulation& simulation(std::size_t scenario) {
    auto& simulation = simulations_[scenario];
    if (simulation) return *simulation;
    simulation = std::make_unique<Simulation>(scenarios_[scenario], charm_,
                                              Simulation::Options{.interrupted = &stop_});
    simulation->trace().listen(&observed_);
    return *simulation;
  }

  struct Probe {
    std::optional<Simulation> simulation;
    std::size_t scenario = 0;
  };

  const std::vector<Scenario>& scenarios_;
  CharmUnderTest charm_;
  const CampaignOptions& options_;
  const std::atomic<bool>& stop_;
  std::optional<FlowMonitor> flow_;
  Observed observed_;
  std::vector<std::unique_ptr<Simulation>> simulations_;  // made when first needed
  std::vector<std::uint32_t> calm_questions_;             // by scenario; 0: not known yet
  std::unique_ptr<Probe> probe_;
  RandomChoices random_{0};
  FewChoices few_;
  PlacedChoices placed_;
  MutatedChoices mutated_;
  ListChoices listed_;
};

class Campaign {
 public:
  Campaign(const std::vector<Scenario>& scenarios, const CharmUnderTest& charm,
           const ChartSet* charts, const CampaignOptions& options, const CampaignProgress& progress)
      : scenarios_(scenarios),
        charm_(charm),
        options_(options),
        progress_(progress),
        prober_(scenarios, charm, nullptr, options, stop_),
        plan_(scenarios, options,
              [this](std::size_t scenario, const PlacedOptions& placed) {
                return prober_.probe(scenario, placed);
              }),
        crew_(options.workers) {
    for (unsigned at = 0; at < options.workers; ++at) {
      workers_.emplace_back(scenarios, charm, charts, options, stop_);
    }
  }

  CampaignResult run() {
    std::size_t size = first_round;
    bool is_all_done = true;
    while (!is_over()) {
      const std::vector<PlannedRun> plans = plan_.next(size);
      if (plans.empty()) break;
      std::vector<Outcome> outcomes(plans.size());
      const Crew::Work work = [&](unsigned worker, std::size_t at) {
        if (!stop_) outcomes[at] = workers_[worker].run(plans[at], known_);
      };
      crew_.each(plans.size(), work, often, [this] { look_around(); });
      for (std::size_t at = 0; at < plans.size(); ++at) {
        if (!outcomes[at].is_whole) is_all_done = false;
        take(plans[at], std::move(outcomes[at]));
      }
      size = std::min(2 * size, largest_round);
      if (progress_ && Clock::now() - gathered_ > gathered_every) gather();
    }
    if (options_.strategy == Strategy::odometer && is_all_done) {
      result_.is_covered = plan_.is_exhausted() && !stop_;
      result_.covered_deviations = plan_.covered();
    }
    return finish();
  }

 private:
  // Ctrl-C, and the end of the time.
  void look_around() {
    result_.real = Clock::now() - begin_;
    if (options_.interrupted != nullptr && *options_.interrupted) {
      result_.was_interrupted = true;
      stop_ = true;
    }
    if (options_.time && result_.real >= *options_.time) stop_ = true;
    if (progress_) progress_(result_);
  }

  bool is_over() {
    look_around();
    const bool is_found = !result_.found.empty() && !options_.keep_going;
    return stop_ || is_found || !result_.corpus_error.empty();
  }

  void take(const PlannedRun& plan, Outcome outcome) {
    if (!outcome.is_whole) return;
    ++result_.runs;
    result_.dispatches += outcome.dispatches;
    result_.calls += outcome.calls;
    result_.actions += outcome.actions;
    result_.simulated += std::chrono::microseconds(outcome.simulated_us);
    for (std::string_view name : outcome.witnesses) witnesses_.insert(name);
    bool is_new = false;
    for (const std::uint64_t feature : outcome.fresh) {
      is_new |= known_.insert(feature, most_feature_bytes) == explorer::Insertion::added;
    }
    if (is_new && plan.kind != PlannedRun::Kind::listed && result_.corpus_error.empty()) {
      auto why = options_.corpus->add({scenarios_[plan.scenario].title, outcome.choices});
      if (why) {
        result_.corpus_error = std::move(*why);
      } else {
        ++result_.kept;
      }
    }
    if (outcome.property.empty()) return;
    ++result_.violations;
    if (++times_[{plan.scenario, outcome.property}] > found_most) return;
    const bool is_by_seed =
        plan.kind == PlannedRun::Kind::seeded && options_.strategy == Strategy::swarm;
    const bool is_numbered =
        plan.kind != PlannedRun::Kind::placed && plan.kind != PlannedRun::Kind::listed;
    result_.found.push_back({.scenario = plan.scenario,
                             .run = is_numbered ? plan.seed - options_.first_seed : 0,
                             .seed = is_by_seed ? std::optional(plan.seed) : std::nullopt,
                             .choices = std::move(outcome.choices),
                             .property = outcome.property,
                             .what = std::move(outcome.what)});
  }

  // What the workers have kept apart; only while none of them is at work.
  void gather() {
    result_.coverage = {};
    result_.hooks = {};
    for (const Worker& worker : workers_) worker.add_to(result_.coverage, result_.hooks);
    result_.witnesses.clear();
    for (const Property& property : charm_.properties) {
      if (witnesses_.contains(property.name)) result_.witnesses.push_back(property.name);
    }
    gathered_ = Clock::now();
  }

  CampaignResult finish() {
    gather();
    result_.real = Clock::now() - begin_;
    return std::move(result_);
  }

  const std::vector<Scenario>& scenarios_;
  const CharmUnderTest& charm_;
  const CampaignOptions& options_;
  const CampaignProgress& progress_;
  std::atomic<bool> stop_{false};
  Worker prober_;
  Plan plan_;
  std::deque<Worker> workers_;
  Features known_{64};  // that a run has met
  std::map<std::pair<std::size_t, std::string_view>, std::uint64_t> times_;
  CampaignResult result_;
  std::set<std::string_view> witnesses_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point gathered_ = begin_;
  Crew crew_;  // the last member: its threads end first
};

}  // namespace

std::string_view to_text(Strategy strategy) {
  constexpr std::array<std::string_view, 4> texts{"random", "swarm", "pct", "odometer"};
  return texts[static_cast<std::size_t>(strategy)];
}

std::optional<Strategy> parse_strategy(std::string_view text) {
  for (const Strategy strategy : all_strategies) {
    if (to_text(strategy) == text) return strategy;
  }
  return std::nullopt;
}

CampaignResult run_campaign(const std::vector<Scenario>& scenarios, const CharmUnderTest& charm,
                            const ChartSet* charts, const CampaignOptions& options,
                            const CampaignProgress& progress) {
  CHECK(!scenarios.empty());
  CHECK(options.workers > 0);
  return Campaign(scenarios, charm, charts, options, progress).run();
}

}  // namespace sim
