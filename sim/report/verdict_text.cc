// Verdicts.
#include "sim/report/verdict_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/commands/saved_run.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

std::string coloured(std::string_view text, std::string_view colour, bool colours) {
  if (!colours) return std::string(text);
  return std::string(colour).append(text).append("\033[0m");
}

std::string joined(const std::vector<std::string_view>& items) {
  std::string text;
  for (std::string_view item : items) text.append(text.empty() ? "" : ", ").append(item);
  return text.empty() ? "none" : text;
}

const Property* find(std::span<const Property> properties, std::string_view name) {
  const auto found =
      std::ranges::find_if(properties, [name](const Property& p) { return p.name == name; });
  return found == properties.end() ? nullptr : &*found;
}

// "S3 "no two members ..."": the id of patroni-and-kubernetes.md, if it has one.
std::string named(std::span<const Property> properties, std::string_view name) {
  const Property* property = find(properties, name);
  std::string text(property == nullptr ? std::string_view() : property->id);
  if (!text.empty()) text += ' ';
  return text.append("\"").append(name).append("\"");
}

// What the verdict takes for granted: of what is broken if that is an "eventually" or a bound,
// otherwise of all "eventually" that were judged (juju-and-pebble.md, section 7.7).
std::string fairness_lines(const VerdictView& view) {
  std::string text;
  const auto say = [&text](const Property& property) {
    if (property.fairness.empty()) return;
    text.append("assuming     \"").append(property.name).append("\": ");
    text.append(property.fairness).append("\n");
  };
  for (const Violation& violation : view.verdict.violations) {
    if (const Property* broken = find(view.properties, violation.property)) say(*broken);
  }
  for (const Property& property : view.properties) {
    const auto& names = view.scenario.holds;
    const bool asked = names.empty() || std::ranges::find(names, property.name) != names.end();
    if (view.verdict.ok() && asked && property.form == Form::eventually) say(property);
  }
  return text;
}

std::string_view id_of_property(std::span<const Property> properties, std::string_view name) {
  const Property* property = find(properties, name);
  return property == nullptr ? std::string_view() : property->id;
}
std::string_view fairness_of_property(std::span<const Property> properties, std::string_view name) {
  const Property* property = find(properties, name);
  return property == nullptr ? std::string_view() : property->fairness;
}

// Which bounds were judged in this run, and how narrowly they were kept.
Json bounds_of(const VerdictView& view) {
  Json list = Json::array();
  for (std::size_t at = 0; at < bound_count; ++at) {
    const Kept& kept = view.verdict.bounds[at];
    if (kept.times == 0) continue;
    list.push_back({{"bound", to_text(static_cast<Bound>(at))},
                    {"id", id_of(static_cast<Bound>(at))},
                    {"times", kept.times},
                    {"within_us", kept.bound_us},
                    {"least_left_us", kept.least_left_us}});
  }
  return list;
}

std::string outcome_line(const VerdictView& view, bool colours) {
  const Verdict& verdict = view.verdict;
  const std::string at = to_seconds(charm::Duration(verdict.simulated.micros));
  if (verdict.end == RunEnd::interrupted)
    return "interrupted after " + at + ", nothing broken so far";
  if (verdict.ok()) return coloured("all held", "\033[32m", colours) + ", settled after " + at;
  std::string text;
  for (const Violation& violation : verdict.violations) {
    if (!text.empty()) text += "\n             ";
    text += coloured("FAILED", "\033[31m", colours);
    text.append(" ")
        .append(to_text(violation.form))
        .append(" ")
        .append(named(view.properties, violation.property));
    text += " at t=" + to_seconds(charm::Duration(violation.at.micros)) + ", step " +
            std::to_string(violation.step) + ": " + violation.what;
  }
  return text;
}

// A list that was typed, or that belongs to another scenario, shall not pass for a run of its own.
std::string unused_line(const Deviations& unused) {
  constexpr std::size_t shown = 5;
  const Deviations first(
      unused.begin(), unused.begin() + static_cast<std::ptrdiff_t>(std::min(shown, unused.size())));
  return std::to_string(unused.size()) +
         " of the choices were never asked or had no such option: " + to_text(first) +
         (unused.size() > shown ? ",..." : "");
}

}  // namespace

std::string_view to_text(RunEnd end) {
  switch (end) {
    case RunEnd::settled: return "settled";
    case RunEnd::violated: return "violated";
    case RunEnd::horizon: return "horizon";
    case RunEnd::interrupted: return "interrupted";
  }
  return {};
}

std::vector<std::string> missing_witnesses(const Verdict& verdict, const Scenario& scenario) {
  std::vector<std::string> missing;
  for (const std::string& name : scenario.witnesses) {
    const bool reached = std::find(verdict.witnesses.begin(), verdict.witnesses.end(), name) !=
                         verdict.witnesses.end();
    if (!reached) missing.push_back(name);
  }
  return missing;
}

std::string to_text(const VerdictView& view, bool colours) {
  std::string text = "verdict      " + outcome_line(view, colours) + '\n';
  text += "witnesses    " + joined(view.verdict.witnesses) + '\n';
  text += fairness_lines(view);
  text += "work         " + std::to_string(view.verdict.dispatches) + " dispatches, " +
          std::to_string(view.verdict.calls) + " port calls, " +
          std::to_string(view.verdict.preemptions) + " preemptions\n";
  if (view.deferrals != nullptr) {
    text += "deferrals    " + view.deferrals->summary(view.verdict.simulated) + '\n';
  }
  if (!view.unused.empty()) text += "ignored      " + unused_line(view.unused) + '\n';
  text += "fingerprint  " + to_hex(view.verdict.fingerprint) + '\n';
  if (!view.verdict.ok()) text += "reproduce: " + view.reproduce + '\n';
  return text;
}

std::string broken_property(const Verdict& verdict) {
  return verdict.ok() ? std::string() : std::string(verdict.violations[0].property);
}

std::string to_json_text(const VerdictView& view, const Comparison* replay) {
  const Verdict& verdict = view.verdict;
  Json violations = Json::array();
  for (const Violation& violation : verdict.violations) {
    violations.push_back({{"property", violation.property},
                          {"form", to_text(violation.form)},
                          {"id", id_of_property(view.properties, violation.property)},
                          {"fairness", fairness_of_property(view.properties, violation.property)},
                          {"what", violation.what},
                          {"at_us", violation.at.micros},
                          {"step", violation.step}});
  }
  Json json{{"schema", "charmsim-verdict/1"},
            {"scenario", view.scenario.name},
            {"end", to_text(verdict.end)},
            {"held", verdict.ok()},
            {"violations", std::move(violations)},
            {"witnesses", verdict.witnesses},
            {"missing_witnesses", missing_witnesses(verdict, view.scenario)},
            {"bounds", bounds_of(view)},
            {"simulated_us", verdict.simulated.micros},
            {"dispatches", verdict.dispatches},
            {"port_calls", verdict.calls},
            {"preemptions", verdict.preemptions},
            {"choices", view.choices},
            {"unused_choices", to_text(view.unused)},
            {"fingerprint", to_hex(verdict.fingerprint)},
            {"world_fingerprint", to_hex(verdict.world_fingerprint)}};
  if (replay != nullptr) {
    json["replay"] = {{"same", replay->same()},
                      {"steps", replay->steps},
                      {"differs_at", replay->differs_at ? Json(*replay->differs_at) : Json()},
                      {"saved_broken", replay->saved_broken}};
  }
  if (view.deferrals != nullptr) json["deferrals"] = view.deferrals->json(verdict.simulated);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sim
