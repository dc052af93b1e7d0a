// From a deployment to the base, and from the base through each failover.
#include "sim/failover/measure.h"

#include <algorithm>

#include "model/hash.h"
#include "model/kubernetes.h"
#include "model/postgresql.h"
#include "sim/choices/list.h"
#include "sim/scenario/read.h"
#include "sim/settling.h"

namespace sim::failover {
namespace {

using charm::UnitName;
using namespace std::chrono_literals;

// Whatever has not come about by then does not.
constexpr charm::Duration longest_deployment = 2h;
constexpr charm::Duration longest_outage = 10min;
constexpr charm::Duration longest_refresh = 1h;

// A break that a client notices, which writes so often that it is never silent for longer by
// itself; half a second is what a slow disk does to it.
constexpr charm::Duration least_break = 1s;
constexpr charm::Duration slow_disk = 500ms;

// By how much a client writes more seldom than one whose silence needs no patience: whatever waits
// to see a write of its waits so much longer.
charm::Duration rareness(const Setting& setting) {
  const charm::Duration interval = std::chrono::milliseconds(setting.client_ms);
  return std::max<charm::Duration>(interval - (least_break - slow_disk), 0s);
}

// What draws of one run's wait() are for; behind these each unit has its own.
constexpr std::uint32_t of_fault = 0;
constexpr std::uint32_t of_update_status = 1;

charm::MaybeUnit primary_of(const model::World& world) {
  for (UnitName unit; unit.ordinal < world.unit_count(); ++unit.ordinal) {
    if (model::postgresql::is_primary(world, unit)) return unit;
  }
  return {};
}

bool is_settled(const RunState& state) {
  return state.settled && !state.may_have_settled &&
         state.world.now() >= state.settled_since + settling_time &&
         primary_of(state.world).has_value();
}

// Two loops of Patroni's before the first update-status that somebody waits for, or later.
bool is_near_update_status(const RunState& state, const Scenario& scenario) {
  const model::World& world = state.world;
  const charm::Instant soon = world.now() + 2 * scenario.world.patroni.loop_wait;
  for (const UnitName unit : world.existing()) {
    const model::TimerId timer = model::timer_id(unit, model::UnitTimer::update_status);
    if (world.is_armed(timer) && world.window(timer).earliest <= soon) return true;
  }
  return false;
}

}  // namespace

std::expected<Base, std::string> prepare(const Kind& kind, const Setting& setting,
                                         const CharmUnderTest& charm,
                                         const std::atomic<bool>* interrupted,
                                         const FaultTime& time, ExecutorKind executor) {
  auto scenario = read_scenario(scenario_text(kind, setting, time), std::string(kind.name));
  if (!scenario) return std::unexpected(to_text(scenario.error()));
  Base base{.kind = &kind, .setting = setting, .scenario = *std::move(scenario)};
  Simulation simulation(base.scenario, charm,
                        {.executor = executor, .trace = Trace::Mode::off});
  const std::size_t steps = kind.steps_before(setting);
  simulation.begin(base.calm);
  while (!simulation.has_ended() && simulation.advance()) {
    if (interrupted != nullptr && *interrupted) return std::unexpected("interrupted");
    if (simulation.world().now() > charm::Instant{longest_deployment.count()}) break;
    if (simulation.world().shared().story_step < steps || simulation.has_stopped_hook()) continue;
    simulation.save(base.state);
    if (!is_settled(base.state)) continue;
    if (time.is_near_update_status && !is_near_update_status(base.state, base.scenario)) continue;
    base.primary = *primary_of(base.state.world);
    if (kind.last_leads && base.primary.ordinal + 1U != setting.units) {
      return std::unexpected("the highest unit is not the primary, though it was asked for");
    }
    return base;
  }
  return std::unexpected("such a cluster does not settle");
}

std::uint32_t primary_place(const Base& base) {
  std::uint32_t place = 0;
  for (const UnitName unit : base.state.world.existing()) {
    if (unit.ordinal < base.primary.ordinal) ++place;
  }
  return place;
}

charm::Duration noticed_break(const Setting& setting) { return least_break + rareness(setting); }

charm::Duration least_wait(const Base& base) {
  // By then the client has written, too: since when it was not served is its last write's to say.
  return std::max<charm::Duration>(base.scenario.world.patroni.loop_wait,
                                   std::chrono::milliseconds(base.setting.client_ms));
}

Passage::Passage(const Base& base, const charm::CharmDefinition& charm, Choices& choices,
                 Pace* pace, ExecutorKind executor)
    : base_(base),
      simulation_(base.scenario, {&charm, {}, nullptr},
                  {.executor = executor, .trace = Trace::Mode::off, .client_log = &watch_, .pace = pace}),
      at_least_(base.kind->at_least.in(base.setting.timing)),
      patience_(base.kind->patience.in(base.setting.timing) + rareness(base.setting)),
      noticed_break_(noticed_break(base.setting)),
      longest_((base.kind->is_refresh ? longest_refresh : longest_outage) + rareness(base.setting)),
      steady_(std::max<charm::Duration>(base.scenario.world.patroni.loop_wait, 2s)) {
  simulation_.begin(choices);
  simulation_.show_to(&watch_);  // it begins with a base
}

bool Passage::is_over(const model::World& world) const {
  const charm::Instant now = world.now();
  if (fault_ == charm::never || now < fault_ + at_least_) return false;
  if (now < watch_.served_since() + steady_) return false;
  if (now - watch_.last_served() >= noticed_break_) return false;
  if (base_.kind->is_refresh) {
    return world.shared().story_step >= base_.scenario.story.size() &&
           world.upgrade_stack().empty() && !model::kubernetes::is_rolling_out(world);
  }
  return watch_.has_noticed() || now >= fault_ + patience_;
}

Failover Passage::pass(const RunState& from, charm::Instant fault, const bool* has_struck) {
  return *pass(from, fault, has_struck, [] { return false; });
}

std::optional<Failover> Passage::pass(const RunState& from, charm::Instant fault,
                                      const bool* has_struck,
                                      const std::function<bool()>& is_enough) {
  fault_ = fault;
  const charm::Instant begin = from.world.now();
  watch_.restart(from.world, fault, noticed_break_);
  simulation_.restore(from);
  while (simulation_.advance()) {
    const model::World& world = simulation_.world();
    if (has_struck != nullptr && *has_struck && fault_ == charm::never) {
      fault_ = world.now();
      watch_.begin_fault(fault_);
    }
    if (is_over(world)) return watch_.result(world, false);
    if (is_enough()) return std::nullopt;
    if (world.now() > (fault_ == charm::never ? begin : fault_) + longest_) break;
  }
  return watch_.result(simulation_.world(), true);
}

std::optional<std::uint64_t> Passage::fingerprint() const {
  if (simulation_.has_stopped_hook()) return std::nullopt;
  simulation_.save(here_);
  // Not what properties remember: there are none.
  const auto bytes = here_.world.bytes();
  std::uint64_t hash = model::digest_bytes(bytes.data(), bytes.size(), watch_.fingerprint());
  for (const std::uint16_t left : here_.fault_budget) hash = model::mix(hash, left);
  hash = model::mix(hash, here_.changes_left.leaders);
  hash = model::mix(hash, here_.changes_left.departures);
  hash = model::mix(hash, static_cast<std::uint64_t>(here_.settled_since.micros));
  hash = model::mix(hash, std::uint64_t{here_.settled} * 2 + std::uint64_t{here_.may_have_settled});
  return hash;
}

Meter::Meter(const Base& base, const charm::CharmDefinition& charm, const Delays* delays,
             ExecutorKind executor)
    : base_(base),
      state_(base.state),
      pace_(delays == nullptr ? std::nullopt : std::optional<MeasuredPace>(*delays)),
      passage_(base, charm, draws_, pace_ ? &*pace_ : nullptr, executor) {}

Failover Meter::measure(std::uint64_t seed) {
  draws_.restart(seed, base_.kind->mishap, primary_place(base_));

  model::World& world = state_.world;
  if (pace_) pace_->restart(seed, world);
  const charm::Duration wait = least_wait(base_) + draws_.wait(of_fault, least_wait(base_));
  const auto timer = base_.kind->mishap ? model::WorldTimer::mishap : model::WorldTimer::story;
  world.arm(model::timer_id(timer), model::exactly(wait));
  for (const UnitName unit : world.existing()) {
    const model::TimerId status = model::timer_id(unit, model::UnitTimer::update_status);
    if (!world.is_armed(status)) continue;
    const charm::Duration interval = base_.scenario.world.update_status_interval;
    world.arm(status, model::exactly(draws_.wait(of_update_status + unit.ordinal, interval)));
  }
  return passage_.pass(state_, world.now() + wait);
}

}  // namespace sim::failover
