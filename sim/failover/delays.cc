// The file, and which timer waits for what.
#include "sim/failover/delays.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/hash.h"
#include "model/timing.h"
#include "sim/choices/random.h"

namespace sim::failover {
namespace {

using charm::UnitName;
using nlohmann::json;

constexpr std::array<std::string_view, delay_count> names{"checkpoint",
                                                          "hand-over",
                                                          "promotion-request",
                                                          "promote",
                                                          "promotion-look",
                                                          "start-after-crash",
                                                          "start-after-demotion",
                                                          "crash-recovery",
                                                          "start-after-failure",
                                                          "rewind",
                                                          "reconnect",
                                                          "replicate",
                                                          "process-start",
                                                          "api-call",
                                                          "first-ready",
                                                          "routing"};

constexpr double million = 1'000'000;

// Longer than any of them can be.
constexpr double most_ms = 3'600'000;

std::expected<QuantileTable, std::string> parse_table(const json& table) {
  if (!table.is_object() || !table.contains("quantiles_ms"))
    return std::unexpected("no quantiles_ms");
  const json& list = table["quantiles_ms"];
  if (!list.is_array() || list.size() < 2) return std::unexpected("quantiles_ms is no list of two");
  QuantileTable values;
  for (const json& one : list) {
    const double ms = one.is_number() ? one.get<double>() : -1;
    if (!(ms >= 0 && ms <= most_ms)) {
      // No dump of what is nested as deep as it likes.
      const bool is_one = one.is_primitive();
      return std::unexpected((is_one ? one.dump() : "an " + std::string(one.type_name())) +
                             " is no time");
    }
    values.push_back(std::llround(ms * 1000));
  }
  if (!std::ranges::is_sorted(values)) return std::unexpected("quantiles_ms falls");
  return values;
}

// Work of PostgreSQL's and Patroni's that was measured step by step; the others are single
// messages.
bool is_step(Delay delay) {
  switch (delay) {
    case Delay::checkpoint:
    case Delay::hand_over:
    case Delay::promotion_request:
    case Delay::promote:
    case Delay::promotion_look:
    case Delay::start_after_crash:
    case Delay::start_after_demotion:
    case Delay::crash_recovery:
    case Delay::start_after_failure:
    case Delay::rewind:
    case Delay::reconnect:
    case Delay::process_start: return true;
    case Delay::replicate:
    case Delay::api_call:
    case Delay::first_ready:
    case Delay::routing: return false;
  }
  return false;
}

// Its looks after the second one come each second.
std::optional<Delay> delay_of_promotion(const model::Member& member) {
  if (member.looks == 0) return Delay::promotion_request;
  if (member.looks == 1) return Delay::promotion_look;
  return std::nullopt;
}

// What a long action of Patroni's waits for, which has just been begun.
std::optional<Delay> delay_of_job(const model::Member& member) {
  using model::Job;
  using model::Stopping;
  switch (member.stopping) {
    case Stopping::rest:
    case Stopping::postmaster:
    case Stopping::settled: return std::nullopt;
    case Stopping::ended: return Delay::hand_over;
    case Stopping::no:
    case Stopping::checkpoint: break;
  }
  switch (member.job) {
    case Job::demote_gracefully: return Delay::checkpoint;
    case Job::promote: return delay_of_promotion(member);
    case Job::start_primary: return Delay::start_after_crash;
    case Job::start_after_demotion: return Delay::start_after_demotion;
    case Job::crash_recovery: return Delay::crash_recovery;
    case Job::restart_after_failure: return Delay::start_after_failure;
    case Job::rewind: return Delay::rewind;
    default: return std::nullopt;
  }
}

model::Window window_of(const model::World& world, const model::Span& span) {
  return {world.now() + span.least, world.now() + span.most};
}

}  // namespace

std::string_view to_text(Delay delay) { return names[static_cast<std::size_t>(delay)]; }

std::int64_t value_at(const QuantileTable& table, std::uint64_t number) {
  const std::uint64_t place = (number >> 32U) * (table.size() - 1);
  const auto step = static_cast<std::size_t>(place >> 32U);
  const auto rest = static_cast<std::int64_t>(place & 0xFFFFFFFFU);
  return table[step] + (((table[step + 1] - table[step]) * rest) >> 32U);
}

std::expected<Delays, std::string> parse_delays(std::string_view text) {
  const json file = json::parse(text, nullptr, false);
  // Compared as JSON: it may be anything.
  if (!file.is_object() || !file.contains("schema") || file["schema"] != "charmsim-delays/1" ||
      !file.contains("delays") || !file["delays"].is_object()) {
    return std::unexpected("is no charmsim-delays/1");
  }
  Delays delays;
  if (file.contains("together")) {
    const double share = file["together"].is_number() ? file["together"].get<double>() : -1;
    if (!(share >= 0 && share <= 1)) return std::unexpected("together: is no share");
    delays.together_ppm = static_cast<std::uint32_t>(std::llround(share * million));
  }
  for (const auto& [name, table] : file["delays"].items()) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::unexpected(name + " is no delay");
    auto values = parse_table(table);
    if (!values) return std::unexpected(name + ": " + values.error());
    delays.tables[static_cast<std::size_t>(found - names.begin())] = *std::move(values);
  }
  return delays;
}

std::string to_json_text(const Delays& delays) {
  json tables = json::object();
  for (std::size_t at = 0; at < delay_count; ++at) {
    if (delays.tables[at].empty()) continue;
    json::array_t quantiles;
    for (const std::int64_t us : delays.tables[at]) {
      quantiles.emplace_back(static_cast<double>(us) / 1000);
    }
    tables[std::string(names[at])] = {{"quantiles_ms", std::move(quantiles)}};
  }
  return json{{"schema", "charmsim-delays/1"},
              {"together", delays.together_ppm / million},
              {"delays", std::move(tables)}}
      .dump();
}

void MeasuredPace::restart(std::uint64_t seed, const model::World& world) {
  seed_ = model::mix(seed, 0xDE1A75);
  asked_.fill(0);
  upstreams_.fill({});
  for (UnitName unit; unit.ordinal < world.unit_count(); ++unit.ordinal) {
    upstreams_[unit.ordinal] = world.unit(unit).postgres.upstream;
  }
}

std::optional<Delay> MeasuredPace::delay_of(const model::World& world, model::TimerId timer) {
  if (model::is_world_timer(timer)) {
    if (model::world_timer(timer) == model::WorldTimer::primary_route) return Delay::routing;
    return std::nullopt;
  }
  const model::UnitState& unit = world.unit(model::unit_of(timer));
  // A start that is held up from outside takes that much longer.
  const bool held_up = unit.surroundings.recovered_us > world.now().micros;
  switch (model::unit_timer(timer)) {
    case model::UnitTimer::job:
      if (held_up) return std::nullopt;
      return delay_of_job(unit.member);
    case model::UnitTimer::startup:
      if (unit.member.job == model::Job::promote) return Delay::promote;
      return std::nullopt;
    case model::UnitTimer::ha:
      // Its other waits are its own, or nobody's: the window tells them apart.
      if (world.window(timer) == window_of(world, model::timing::process_start)) {
        return Delay::process_start;
      }
      return std::nullopt;
    case model::UnitTimer::call:
      if (world.window(timer) == window_of(world, model::timing::kubernetes_call)) {
        return Delay::api_call;
      }
      return std::nullopt;
    case model::UnitTimer::pod:
      if (world.window(timer) == window_of(world, model::timing::first_ready)) {
        return Delay::first_ready;
      }
      return std::nullopt;
    case model::UnitTimer::replication: return delay_of_replication(world, timer);
    default: return std::nullopt;
  }
}

std::optional<Delay> MeasuredPace::delay_of_replication(const model::World& world,
                                                        model::TimerId timer) {
  const charm::MaybeUnit upstream = world.unit(model::unit_of(timer)).postgres.upstream;
  charm::MaybeUnit& last = upstreams_[model::unit_of(timer).ordinal];
  const bool is_new = upstream != last;
  last = upstream;
  // A wait for the next try, or for what a link has lost, is another one.
  if (world.window(timer) != window_of(world, model::timing::replication_step)) return std::nullopt;
  return is_new ? Delay::reconnect : Delay::replicate;
}

std::uint64_t MeasuredPace::number_of(Delay delay, charm::MaybeUnit actor,
                                      std::uint32_t nth) const {
  const Label label{actor, Question{static_cast<std::uint8_t>(delay)}};
  const std::uint64_t own = draw(seed_, label, nth);
  if (!is_step(delay)) return own;
  const std::uint64_t seed = model::mix(seed_, 0x70CE7E);
  if (draw(seed, label, nth) % 1'000'000 >= delays_.together_ppm) return own;
  return draw(seed, Label{{}, Question{delay_count}}, 0);
}

std::optional<charm::Instant> MeasuredPace::moment(const model::World& world,
                                                   model::TimerId timer) {
  const auto delay = delay_of(world, timer);
  if (!delay || delays_.of(*delay).empty()) return std::nullopt;
  const bool is_world = model::is_world_timer(timer);
  const charm::MaybeUnit actor = is_world ? charm::MaybeUnit() : model::unit_of(timer);
  const auto number = static_cast<std::size_t>(*delay);
  const std::size_t place = is_world ? 0 : actor.ordinal + 1U;
  const std::uint32_t nth = asked_[place * delay_count + number]++;
  return world.now() + charm::Duration(value_at(delays_.of(*delay), number_of(*delay, actor, nth)));
}

}  // namespace sim::failover
