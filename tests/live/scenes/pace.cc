#include "tests/live/scenes/pace.h"

#include <algorithm>
#include <numeric>

namespace scenes {
namespace {

using charm::Duration;
using charm::Instant;
using charm::UnitName;
using model::UnitTimer;

// Longer than any run.
constexpr Duration never_in_a_run = std::chrono::hours(1000);

// What a machine with much to do makes of milliseconds.
constexpr Duration least_stretched = std::chrono::seconds(5);

}  // namespace

void LivePace::restart(const JobTimes& jobs, const Halvings& halvings) {
  times_ = jobs;
  halvings_ = halvings;
  stretched_.clear();
  places_.clear();
  jobs_begun_.clear();
  jobs_.clear();
  outside_.clear();
  has_learned_ = false;
}

const RunHook* LivePace::hook(UnitName unit, std::size_t at) const {
  const auto found = live_.record.find(unit);
  return found == live_.record.end() || at >= found->second.size() ? nullptr : &found->second[at];
}

std::optional<Instant> LivePace::moment(const model::World& world, model::TimerId timer) {
  if (model::is_world_timer(timer)) return std::nullopt;
  const UnitName unit = model::unit_of(timer);
  std::optional<Instant> when;
  switch (model::unit_timer(timer)) {
    case UnitTimer::agent: when = begin_of_hook(world, unit); break;
    case UnitTimer::call: when = end_of_call(world, unit); break;
    case UnitTimer::container: when = notice(world, unit); break;
    case UnitTimer::pod: when = pod_change(world, unit); break;
    case UnitTimer::job: when = end_of_job(world, unit); break;
    default: return std::nullopt;
  }
  if (!when) return std::nullopt;
  when = std::max(*when, world.now());
  // A probe of the rig's is no matter of time.
  if (model::unit_timer(timer) != UnitTimer::pod) note(world, timer, *when);
  return when;
}

void LivePace::note(const model::World& world, model::TimerId timer, Instant moment) {
  const model::Window window = world.window(timer);
  if (moment >= window.earliest && moment <= window.latest) return;
  Outside& outside = outside_[sim::question_of(model::unit_timer(timer))];
  ++outside.count;
  outside.early = std::max(outside.early, window.earliest - moment);
  outside.late = std::max(outside.late, moment - window.latest);
}

std::optional<Instant> LivePace::begin_of_hook(const model::World& world, UnitName unit) {
  const model::AgentProcess& process = world.unit(unit).process;
  if (!process.running || process.shutting_down) return std::nullopt;
  const RunHook* next = hook(unit, places_[unit].hook);
  if (next == nullptr) return std::nullopt;
  return Instant{next->began_us};
}

Instant LivePace::end_of_segment(const RunHook& live, std::size_t segment) {
  return Instant{segment < live.handled_us.size() ? live.handled_us[segment] : live.ended_us};
}

Instant LivePace::begin_of_segment(const RunHook& live, std::size_t segment) {
  return segment == 0 ? Instant{live.began_us} : end_of_segment(live, segment - 1);
}

std::optional<Instant> LivePace::end_of_call(const model::World& world, UnitName unit) {
  Place& place = places_[unit];
  const model::Window window = world.window(model::timer_id(unit, UnitTimer::call));
  const Duration least = window.earliest - world.now();
  const Duration most = window.latest - world.now();
  place.calls.push_back((least + most) / 2);
  if (least == most) return std::nullopt;  // a wait of the hook's own
  const RunHook* live = place.hook == 0 ? nullptr : hook(unit, place.hook - 1);
  if (live == nullptr) return std::nullopt;
  const auto learned = learned_.find({unit, place.hook});
  if (learned == learned_.end() || place.segment >= learned->second.size()) return std::nullopt;
  const Segment& all = learned->second[place.segment];
  const std::size_t at = place.calls.size() - 1;
  if (at >= all.size()) return std::nullopt;
  // A hook ends with its last call, here; live what it has written counts a while later.
  const bool is_last =
      at + 1 == all.size() &&
      std::all_of(learned->second.begin() + static_cast<std::ptrdiff_t>(place.segment) + 1,
                  learned->second.end(), [](const Segment& s) { return s.empty(); });
  Instant end = is_last ? Instant{live->ended_us} : end_of_segment(*live, place.segment);
  if (const auto found = halvings_.find({unit, place.hook - 1}); found != halvings_.end()) {
    const Instant begin = begin_of_segment(*live, place.segment);
    end = begin + (end - begin) / (std::int64_t{1} << found->second);
  }
  const auto left =
      std::accumulate(all.begin() + static_cast<std::ptrdiff_t>(at), all.end(), Duration{0});
  const Duration time = std::max(Duration{0}, end - world.now());
  return world.now() + Duration{time.count() * place.calls.back().count() / left.count()};
}

// Before the hook that it brings about, and after the one before that.
std::optional<Instant> LivePace::notice(const model::World& world, UnitName unit) {
  if (world.unit(unit).container.stage != model::ContainerStage::up) return std::nullopt;
  if (world.unit(unit).container.broken) return std::nullopt;
  for (std::size_t at = places_[unit].hook;; ++at) {
    const RunHook* next = hook(unit, at);
    if (next == nullptr) return std::nullopt;
    if (next->name == "postgresql-pebble-ready") return Instant{next->began_us - 1000};
  }
}

// The rig's pods are Ready as soon as they are there, and stay so; how long one takes to end is its
// PostgreSQL's affair.
std::optional<Instant> LivePace::pod_change(const model::World& world, UnitName unit) {
  const model::Pod& pod = world.unit(unit).pod;
  if (pod.phase == model::PodPhase::running) {
    return pod.ready ? world.now() + never_in_a_run : world.now();
  }
  return std::nullopt;
}

std::optional<Instant> LivePace::end_of_job(const model::World& world, UnitName unit) {
  const NthJob job{unit, jobs_begun_[unit]++};
  const model::Window window = world.window(model::timer_id(unit, UnitTimer::job));
  jobs_.push_back(
      {.job = job, .time = {window.earliest - world.now(), window.latest - world.now()}});
  const auto found = times_.find(job);
  if (found == times_.end()) return std::nullopt;
  return world.now() + found->second;
}

void LivePace::end_segment(UnitName unit) {
  Place& place = places_[unit];
  if (const RunHook* live = place.hook == 0 ? nullptr : hook(unit, place.hook - 1)) {
    constexpr int multiple = 8;
    const Duration took =
        end_of_segment(*live, place.segment) - begin_of_segment(*live, place.segment);
    const auto calls = std::accumulate(place.calls.begin(), place.calls.end(), Duration{0});
    if (took > least_stretched && took > multiple * calls) {
      stretched_.push_back({unit, place.hook - 1});
    }
  }
  std::vector<Segment>& learned = learned_[{unit, place.hook}];
  if (learned.size() <= place.segment) learned.resize(place.segment + 1);
  if (learned[place.segment] != place.calls) {
    has_learned_ = true;
    learned[place.segment] = place.calls;
  }
  ++place.segment;
  place.calls.clear();
}

void LivePace::take(const sim::TraceEvent& event) {
  if (!event.unit) return;
  switch (event.kind) {
    case sim::TraceKind::hook_started: {
      const std::size_t number = places_[*event.unit].hook + 1;
      places_[*event.unit] = {.hook = number, .segment = 0, .running = true, .calls = {}};
      return;
    }
    case sim::TraceKind::handler_ended:
    case sim::TraceKind::handler_merged:
    case sim::TraceKind::hook_ended: return end_segment(*event.unit);
    default: return;
  }
}

}  // namespace scenes
