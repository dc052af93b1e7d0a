// Lines as those of a verdict, and the same as JSON.
#include "sim/commands/explore_report.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/choices/list.h"
#include "sim/commands/quoted.h"
#include "sim/commands/search_text.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

std::string end_text(const Exploration& found) {
  const std::string bounds = (found.orders ? "all " : "with ") + covered_text(found);
  const std::string worlds = plural(found.worlds, "world");
  const std::string joined = found.orders ? " of " : " ";
  switch (found.end) {
    case ExplorationEnd::covered:
      return "covered " + (found.orders ? bounds : "all " + bounds) + ": " + worlds;
    case ExplorationEnd::violated: break;
    case ExplorationEnd::memory:
      return "NOT COVERED: memory is used up after " + worlds + joined + bounds;
    case ExplorationEnd::time:
      return "NOT COVERED: time is used up after " + worlds + joined + bounds;
    case ExplorationEnd::interrupted: return "interrupted after " + worlds + joined + bounds;
  }
  return "found something after " + worlds + joined + bounds;
}

std::string chance_text(double chance) {
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.1e", chance);
  return text.data();
}

std::uint64_t percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : (200 * part + whole) / (2 * whole);
}

std::string orders_lines(const OrdersCovered& orders) {
  std::string text = verdict_line("moments", "time moves on in " + plural(orders.moments, "world"));
  if (!orders.is_reduced) return text;
  const std::string last = orders.passes > 1
                               ? ", in the last of " + std::to_string(orders.passes) + " searches"
                               : std::string();
  return text +
         verdict_line("reduced", "orders: " + plural(orders.alone, "step") + " taken alone" + last);
}

// Why there is no certificate.
std::string no_certificate(const ExploreView& view) {
  if (view.covered() != nullptr) return view.not_certified;
  const Exploration& found = view.found;
  return "nothing was covered whole: " + std::string(was_text(found.end)) +
         (found.orders ? ", and a search of all orders has no levels"
                       : " in the first level, " + bounds_text(found.allowance));
}

std::string certificate_line(const ExploreView& view) {
  const Exploration* covered = view.covered();
  if (covered == nullptr || !view.not_certified.empty()) {
    return "none is written, since " + no_certificate(view);
  }
  const bool is_all = covered == &view.found;
  return quoted(view.options.certificate_file) + ": all " +
         (is_all ? "of it"
                 : "with " + bounds_text(covered->allowance) +
                       ", the last that was covered; the rest is left open");
}

// Of the last search alone.
std::string speed_text(const Exploration& found) {
  const auto rate = [&](std::uint64_t count) {
    return std::to_string(per_second(count, found.cpu_time));
  };
  return rate(found.generated) + " steps/s, " + rate(found.worlds) + " worlds/s, " +
         rate(found.with_hooks) + "/s of them with a stopped hook; in " +
         to_seconds(charm::Duration(found.cpu_time.count() / 1000)) + " of CPU time";
}

Json json_of(const OrdersCovered& orders) {
  const auto number = [](std::optional<std::int64_t> one) { return one ? Json(*one) : Json(); };
  return {{"reductions", orders.is_reduced ? Json::array({"orders"}) : Json::array()},
          {"from_ms", number(in_ms(orders.from))},
          {"until_ms", number(in_ms(orders.until))},
          {"moments", orders.moments},
          {"taken_alone", orders.alone},
          {"passes", orders.passes}};
}

Json json_of(const Exploration& found) {
  return {{"end", to_text(found.end)},
          {"deviations", found.allowance.deviations},
          {"faults", found.allowance.faults},
          {"leader_changes", found.allowance.leader_changes},
          {"departures", found.allowance.departures},
          {"liveness", found.looked_for_rounds},
          {"worlds", found.worlds},
          {"worlds_with_hooks", found.with_hooks},
          {"generated", found.generated},
          {"settled", found.ends},
          {"longest_way", found.depth},
          {"bytes", found.bytes},
          {"witnesses", found.witnesses},
          {"missed_at_most", found.missed()},
          {"orders", found.orders ? json_of(*found.orders) : Json()}};
}

Json certificate_json(const ExploreView& view) {
  const Exploration* covered = view.covered();
  if (covered == nullptr || !view.not_certified.empty()) {
    return {{"file", nullptr}, {"why", no_certificate(view)}};
  }
  return {{"file", view.options.certificate_file}, {"of", json_of(*covered)}};
}

Json speed_json(const Exploration& found) {
  const auto rate = [&](std::uint64_t count) { return per_second(count, found.cpu_time); };
  return {{"cpu_us", found.cpu_time.count() / 1000},
          {"steps_per_second", rate(found.generated)},
          {"worlds_per_second", rate(found.worlds)},
          {"worlds_with_hooks_per_second", rate(found.with_hooks)}};
}

}  // namespace

const Exploration* ExploreView::covered() const {
  if (found.end == ExplorationEnd::covered) return &found;
  return levels.empty() ? nullptr : &levels.back();
}

std::string to_text(const ExploreView& view) {
  std::string text;
  for (const Exploration& level : view.levels) text += verdict_line("covered", end_text(level));
  const Exploration& found = view.found;
  if (view.verdict) {
    const Violation& first = view.verdict->violations.at(0);
    text += verdict_line("verdict", "FAILED \"" + std::string(first.property) +
                                        "\" at t=" + to_seconds(charm::Duration(first.at.micros)) +
                                        ": " + first.what);
    if (found.is_livelock()) text += verdict_line("", std::string(to_text(found.round)));
    text += verdict_line("choices", to_text(*found.failing));
    if (view.options.save_file.empty()) {
      text += verdict_line("",
                           "in the scenario as it was explored, with steps of time and room for "
                           "changes: --save FILE keeps both");
    }
  }
  text += verdict_line(view.verdict ? "explored" : "verdict", end_text(found));
  text += verdict_line("worlds", std::to_string(found.with_hooks) + " of them (" +
                                     std::to_string(percent(found.with_hooks, found.worlds)) +
                                     " %) with a stopped hook; " + plural(found.generated, "step") +
                                     "; the longest way has " + std::to_string(found.depth));
  if (found.orders) text += orders_lines(*found.orders);
  text += verdict_line("witnesses", std::to_string(found.witnesses.size()) + " reached");
  if (found.looked_for_rounds && !found.is_livelock()) {
    text += verdict_line("liveness", "no fair round of deviations goes on for ever");
  }
  text += verdict_line("time", "moves in steps of " +
                                   std::to_string(view.scenario.scenario.quantum.count() / 1000) +
                                   " ms; windows are widened to whole steps");
  text +=
      verdict_line("missed", "a world, with a chance of at most " + chance_text(found.missed()) +
                                 " (" + std::to_string(SeenWorlds::key_bits) + " bits a world)");
  if (!view.options.save_file.empty() && view.verdict) {
    text += verdict_line("saved", view.not_saved.empty()
                                      ? "./run replay " + quoted(view.options.save_file)
                                      : "not, since " + view.not_saved);
  }
  if (!view.options.certificate_file.empty()) {
    text += verdict_line("certificate", certificate_line(view));
  }
  return text + verdict_line("speed", speed_text(found));
}

std::string to_json_text(const ExploreView& view) {
  Json json{{"schema", "charmsim-exploration/1"},
            {"scenario", view.scenario.file},
            {"quantum_ms", view.scenario.scenario.quantum.count() / 1000},
            {"levels", Json::array()},
            {"result", json_of(view.found)}};
  for (const Exploration& level : view.levels) json["levels"].push_back(json_of(level));
  if (view.verdict) {
    const Violation& first = view.verdict->violations.at(0);
    json["broken"] = {
        {"property", first.property},
        {"what", first.what},
        {"at_us", first.at.micros},
        {"livelock", view.found.is_livelock()},
        {"round", view.found.is_livelock() ? Json(to_text(view.found.round)) : Json()},
        {"choices", to_text(*view.found.failing)}};
  }
  if (!view.options.certificate_file.empty()) json["certificate"] = certificate_json(view);
  json["speed"] = speed_json(view.found);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sim
