// Schedules as answers, and as ordinary runs.
#include "sim/failover/schedule.h"

#include <algorithm>

#include "sim/choices/random.h"

namespace sim::failover {
namespace {

using charm::UnitName;
using namespace std::chrono_literals;

// No run of a schedule has faults any more by then; so its scenario settles, and ends.
constexpr std::chrono::seconds faults_end = 2h;

constexpr model::TimerId story_timer = model::timer_id(model::WorldTimer::story);

// When the step that is the fault began to be waited for.
charm::Instant waited_since(const Base& base) {
  const charm::Instant due = base.state.world.window(story_timer).earliest;
  return {due.micros - base.scenario.story[base.kind->steps_before(base.setting)].after.count()};
}

}  // namespace

charm::Duration longest_wait(const Base& base) {
  // From there on the window of an update-status is two fifths of an interval.
  return 3 * least_wait(base) + base.scenario.world.update_status_interval * 2 / 5;
}

void ScheduledChoices::restart(const Schedule& schedule) {
  schedule_ = schedule;
  seed_.reset();
  begin();
}

void ScheduledChoices::restart_drawn(const Schedule& schedule, std::uint64_t seed) {
  schedule_ = schedule;
  seed_ = seed;
  begin();
}

void ScheduledChoices::begin() {
  reset_behind(base_.calm);
  asked_since_.clear();
  deviations_ = 0;
  strikes_ = 0;
  struck_ = false;
  const model::World& world = base_.state.world;
  for (const UnitName unit : world.existing()) {
    const Label label{unit, question_of(model::UnitTimer::update_status)};
    const std::uint32_t times = base_.calm.asked(label);
    if (times == 0 || !world.is_armed(model::timer_id(unit, model::UnitTimer::update_status))) {
      continue;
    }
    (void)answer(world.now(), window_points, label, times - 1);
  }
  update_statuses_ = asked_since_.size();
}

std::optional<charm::Instant> ScheduledChoices::update_status(UnitName unit) const {
  for (std::size_t at = 0; at < update_statuses_; ++at) {
    if (asked_since_[at].label.actor != unit) continue;
    // The calm one comes as early as it can; the window ends two fifths of an interval later.
    const model::TimerId timer = model::timer_id(unit, model::UnitTimer::update_status);
    const charm::Duration width = base_.scenario.world.update_status_interval * 2 / 5;
    return base_.state.world.window(timer).earliest +
           width * asked_since_[at].option / (window_points - 1);
  }
  return std::nullopt;
}

std::uint32_t ScheduledChoices::listed(Label label, std::uint32_t nth) const {
  const auto found = std::ranges::lower_bound(schedule_.choices, Deviation{label, nth, 0});
  if (found == schedule_.choices.end() || found->label != label || found->nth != nth) return 0;
  return found->option;
}

std::uint32_t ScheduledChoices::choose(std::uint32_t option_count, Label label, std::uint32_t nth) {
  const std::optional<Mishap>& mishap = base_.kind->mishap;
  if (label.question == mishap_kind_question) {
    if (!mishap || strikes_++ != schedule_.strike) return 0;
    struck_ = true;
    return 1 + static_cast<std::uint32_t>(mishap->kind) - static_cast<std::uint32_t>(first_mishap);
  }
  if (label.question == mishap_target_question) return primary_place(base_);
  if (label.question == mishap_length_question) return mishap ? mishap->length : 0;
  if (option_count < 2 || !has_known_odds(label.question)) return 0;
  return answer(world_ == nullptr ? charm::Instant{} : world_->now(), option_count, label, nth);
}

std::uint32_t ScheduledChoices::answer(charm::Instant at, std::uint32_t option_count, Label label,
                                       std::uint32_t nth) {
  std::uint32_t option = seed_ ? static_cast<std::uint32_t>(draw(*seed_, label, nth) % option_count)
                               : listed(label, nth);
  if (option >= option_count) option = 0;
  if (option != 0) ++deviations_;
  asked_since_.push_back({at, label, nth, option_count, option});
  return option;
}

Player::Player(const Base& base, const charm::CharmDefinition& charm)
    : base_(base), state_(base.state), choices_(base), passage_(base, charm, choices_) {
  choices_.look_at(passage_.world());
}

charm::Instant Player::fault_after(charm::Duration wait) const {
  const charm::Instant since = waited_since(base_);
  const charm::Duration after = base_.state.world.now() + wait - since;
  return since + std::chrono::duration_cast<std::chrono::milliseconds>(after);
}

Failover Player::pass(charm::Duration wait) {
  return *pass(wait, [] { return false; });
}

std::optional<Failover> Player::pass(charm::Duration wait, const std::function<bool()>& is_enough) {
  model::World& world = state_.world;
  for (const UnitName unit : world.existing()) {
    const auto moment = choices_.update_status(unit);
    if (!moment) continue;
    world.arm(model::timer_id(unit, model::UnitTimer::update_status),
              model::exactly(*moment - world.now()));
  }
  if (base_.kind->mishap) {
    return passage_.pass(state_, charm::never, choices_.struck(), is_enough);
  }
  const charm::Instant fault = fault_after(wait);
  world.arm(story_timer, model::exactly(fault - world.now()));
  return passage_.pass(state_, fault, nullptr, is_enough);
}

Failover Player::play(const Schedule& schedule) {
  choices_.restart(schedule);
  return pass(schedule.wait);
}

std::optional<Failover> Player::play_until_known(const Schedule& schedule,
                                                 const IsKnown& is_known) {
  constexpr charm::Duration pause = 1s;  // a look costs as much as some steps
  choices_.restart(schedule);
  charm::Instant next = charm::never;
  const std::function<bool()> is_enough = [&] {
    const charm::Instant now = passage_.world().now();
    if (passage_.fault() == charm::never || now < passage_.fault()) return false;
    if (choices_.deviations() < schedule.choices.size()) return false;
    if (next == charm::never) {  // the same grid for all
      const std::int64_t past = (now - passage_.fault()) / pause;
      next = passage_.fault() + pause * (past + 1);
    }
    if (now < next) return false;
    const auto here = passage_.fingerprint();
    if (!here) return false;
    next = passage_.fault() + pause * ((now - passage_.fault()) / pause + 1);
    return is_known(*here);
  };
  return pass(schedule.wait, is_enough);
}

Failover Player::play_drawn(Schedule& schedule, std::uint64_t seed) {
  choices_.restart_drawn(schedule, seed);
  const Failover failover = pass(schedule.wait);
  schedule.choices.clear();
  for (const OpenQuestion& one : choices_.asked_since()) {
    if (one.option != 0) schedule.choices.push_back({one.label, one.nth, one.option});
  }
  std::ranges::sort(schedule.choices);
  return failover;
}

Deviations Player::deviations() const {
  Deviations all = choices_.taken();
  // What was asked before the base.
  for (const OpenQuestion& one : choices_.asked_since()) {
    if (one.label.question != question_of(model::UnitTimer::update_status)) continue;
    if (one.option == 0 || one.nth >= base_.calm.asked(one.label)) continue;
    all.push_back({one.label, one.nth, one.option});
  }
  std::ranges::sort(all);
  return all;
}

OrdinaryRun ordinary_run(const Base& base, const charm::CharmDefinition& charm,
                         const Schedule& schedule) {
  Player player(base, charm);
  (void)player.play(schedule);
  FaultTime time{.faults_end = faults_end};
  if (!base.kind->mishap) time.after = player.fault() - waited_since(base);
  return {scenario_text(*base.kind, base.setting, time), player.deviations()};
}

std::expected<Base, std::string> prepare_schedules(const Kind& kind, const Setting& setting,
                                                   const CharmUnderTest& charm,
                                                   const std::atomic<bool>* interrupted) {
  return prepare(kind, setting, charm, interrupted,
                 {.faults_end = faults_end, .is_near_update_status = true});
}

}  // namespace sim::failover
