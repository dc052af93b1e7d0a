#include "sim/scenario/consistency_of_world.h"

#include <algorithm>
#include <array>

#include "sim/scenario/consistency.h"

namespace sim {

using charm::Duration;

ScenarioError error(std::string pointer, std::string what, std::string expected) {
  return {"", {}, {}, std::move(pointer), std::move(what), std::move(expected)};
}

std::string in_words(Duration time) {
  if (time.count() % 1'000'000 == 0) return std::to_string(time.count() / 1'000'000) + " s";
  return std::to_string(time.count()) + " us";
}

std::string beyond(Duration horizon) {
  return "must be within the horizon, which is " + in_words(horizon);
}

namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Juju's rule: parts of lower-case letters and digits between hyphens, each with a letter, the
// first beginning with one. So `app-0` is a pod's name and never an application's.
bool is_application_name(std::string_view name) {
  if (name.empty() || !is_lower(name.front())) return false;
  bool has_letter = false;
  for (const char c : name) {
    if (c == '-') {
      if (!has_letter) return false;
      has_letter = false;
    } else if (is_lower(c)) {
      has_letter = true;
    } else if (!is_digit(c)) {
      return false;
    }
  }
  return has_letter;
}

MaybeError check_app(const charm::AppName& app) {
  const std::string pointer = "/world/app";
  if (!is_application_name(app.text)) {
    return error(
        pointer, "is \"" + app.text + "\"",
        "must be a Juju application's name: lower-case letters, digits and hyphens, beginning "
        "with a letter, and a letter in each part between hyphens");
  }
  constexpr std::size_t max_label = 63;  // RFC 1035: a label of a host's or a Service's name
  for (const std::string& service : {app.text + "-endpoints", "patroni-" + app.text + "-config"}) {
    if (service.size() <= max_label) continue;
    return error(pointer,
                 "is too long: its Service " + service + " has " + std::to_string(service.size()) +
                     " characters",
                 "must leave them at most " + std::to_string(max_label) + ", as Kubernetes does");
  }
  return std::nullopt;
}

// Source: patroni-and-kubernetes.md, sections 0 and 2.1.
MaybeError check_patroni(const PatroniTiming& timing) {
  struct Bound {
    const char* key;
    Duration value;
    Duration least;
  };
  const std::array<Bound, 3> bounds = {
      {{"ttl_s", timing.ttl, std::chrono::seconds(20)},
       {"loop_wait_s", timing.loop_wait, std::chrono::seconds(1)},
       {"retry_timeout_s", timing.retry_timeout, std::chrono::seconds(3)}}};
  for (const Bound& bound : bounds) {
    if (bound.value >= bound.least) continue;
    return error("/world/patroni/" + std::string(bound.key), "is " + in_words(bound.value),
                 "must be at least " + in_words(bound.least) +
                     ": Patroni's rule is ttl >= 20, loop_wait >= 1, retry_timeout >= 3");
  }
  const Duration sum = timing.loop_wait + 2 * timing.retry_timeout;
  if (sum <= timing.ttl) return std::nullopt;
  return error(
      "/world/patroni",
      "has loop_wait + 2 * retry_timeout = " + in_words(sum) + " and ttl = " + in_words(timing.ttl),
      "must keep Patroni's rule: loop_wait + 2 * retry_timeout <= ttl");
}

// Juju's own bounds on update-status-hook-interval.
MaybeError check_update_status(Duration interval) {
  constexpr Duration least = std::chrono::minutes(1);
  constexpr Duration most = std::chrono::minutes(60);
  if (interval >= least && interval <= most) return std::nullopt;
  return error("/world/update_status_interval_s", "is " + in_words(interval),
               "must be " + in_words(least) + " to " + in_words(most) + ", as Juju asks");
}

MaybeError check_unit_count(const Scenario& scenario) {
  if (scenario.world.units == 0) {
    return error("/world/units", "is 0", "must be 1 to " + std::to_string(max_scenario_units));
  }
  std::uint32_t units = scenario.world.units;
  std::string pointer = "/world/units";
  for (std::size_t i = 0; i <= scenario.story.size(); ++i) {
    if (units > max_scenario_units) {
      return error(pointer, "makes " + std::to_string(units) + " units",
                   "must keep to " + std::to_string(max_scenario_units) +
                       ", which is all a world has room for");
    }
    if (i == scenario.story.size()) break;
    const Deed& deed = scenario.story[i].deed;
    units = scale_after(deed, units);
    pointer = pointer_to(pointer_to("/story", i), std::string(key_of(deed)));
  }
  return std::nullopt;
}

// Who is named under this key of the world is there, or will be.
template <class ByUnit>
MaybeError check_units(const Scenario& scenario, const char* key, const ByUnit& by_unit) {
  const std::uint16_t capacity = unit_capacity(scenario);
  for (const auto& [unit, value] : by_unit) {
    if (unit.ordinal < capacity) continue;
    return error(pointer_to("/world/" + std::string(key), to_text(scenario.world.app, unit)),
                 "is a unit that never exists",
                 "must be one of the " + std::to_string(capacity) +
                     " that there are or will be: Juju counts from 0");
  }
  return std::nullopt;
}

MaybeError check_world_times(const Scenario& scenario) {
  const WorldSpec& world = scenario.world;
  for (const auto& [unit, time] : world.container_reachable_after) {
    if (time <= scenario.horizon) continue;
    return error(pointer_to("/world/container_reachable_after_s", to_text(world.app, unit)),
                 "is " + in_words(time), beyond(scenario.horizon));
  }
  if (world.service_routes_after > scenario.horizon) {
    return error("/world/service_routes_after_s", "is " + in_words(world.service_routes_after),
                 beyond(scenario.horizon));
  }
  return std::nullopt;
}

}  // namespace

MaybeError check_world(const Scenario& scenario) {
  if (MaybeError wrong = check_app(scenario.world.app)) return wrong;
  if (MaybeError wrong = check_patroni(scenario.world.patroni)) return wrong;
  if (MaybeError wrong = check_update_status(scenario.world.update_status_interval)) return wrong;
  if (MaybeError wrong = check_unit_count(scenario)) return wrong;
  const WorldSpec& world = scenario.world;
  for (MaybeError wrong :
       {check_units(scenario, "container_reachable_after_s", world.container_reachable_after),
        check_units(scenario, "clock_rate_ppm", world.clock_rate_ppm),
        check_units(scenario, "nodes", world.nodes)}) {
    if (wrong) return wrong;
  }
  if (MaybeError wrong = check_world_times(scenario)) return wrong;
  return std::nullopt;
}

}  // namespace sim
