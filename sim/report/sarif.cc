// SARIF 2.1.0, what code scanning reads.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/results.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// A rule's id has no blanks: `S3`, or the property's name with dashes.
std::string rule_id(const SarifView& view, std::string_view property) {
  const auto known = std::ranges::find(view.properties, property, &Property::name);
  if (known != view.properties.end() && !known->id.empty()) return std::string(known->id);
  std::string id(property);
  for (char& letter : id) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9');
    if (!plain) letter = '-';
  }
  return id;
}

Json rule(const SarifView& view, const Violation& broken) {
  const std::string form(to_text(broken.form));
  Json rule{{"id", rule_id(view, broken.property)},
            {"name", broken.property},
            {"shortDescription", {{"text", form + ": " + std::string(broken.property)}}},
            {"defaultConfiguration", {{"level", "error"}}}};
  const auto known = std::ranges::find(view.properties, broken.property, &Property::name);
  if (known != view.properties.end() && !known->fairness.empty()) {
    rule["fullDescription"] = {{"text", "assuming: " + std::string(known->fairness)}};
  }
  return rule;
}

Json location(const SarifView& view, const Actor& actor) {
  Json logical{{"name", actor.handler}, {"kind", "function"}};
  Json location;
  const auto place = std::ranges::find(view.places, actor.handler, &HookPlace::handler);
  if (place != view.places.end()) {
    logical["fullyQualifiedName"] = place->function;
    location["physicalLocation"] = {
        {"artifactLocation", {{"uri", place->file}, {"uriBaseId", "%SRCROOT%"}}},
        {"region", {{"startLine", place->line}}}};
  }
  location["logicalLocations"] = Json::array({std::move(logical)});
  return location;
}

std::string message(const SarifView& view, const RunResult& run,
                    const RunResult::Failure& failure) {
  const Violation& broken = failure.violation;
  std::string text = std::string(to_text(broken.form)) + " \"" + std::string(broken.property) +
                     "\" broke at t=" + to_seconds(charm::Duration(broken.at.micros)) + ", step " +
                     std::to_string(broken.step) + " of " + run.scenario_file + " (" + run.name +
                     "): " + broken.what + ".";
  if (failure.actor) {
    text += failure.actor->in_the_act ? " The hook that acted: " : " The hook that acted last: ";
    text += std::string(failure.actor->handler) + " in " + failure.actor->hook + " on " +
            to_text(view.app, failure.actor->unit);
    if (!failure.actor->call.empty()) text += ", its last call " + failure.actor->call;
    text += '.';
  }
  return text + " Reproduce: " + run.reproduce;
}

Json result(const SarifView& view, const RunResult& run, const RunResult::Failure& failure,
            std::size_t rule_index) {
  const std::string id = rule_id(view, failure.violation.property);
  Json json{{"ruleId", id},
            {"ruleIndex", rule_index},
            {"level", "error"},
            {"message", {{"text", message(view, run, failure)}}},
            {"locations", Json::array()}};
  std::string who = "nobody";
  if (failure.actor) {
    json["locations"].push_back(location(view, *failure.actor));
    who = failure.actor->handler;
  }
  // The same bug in another run is the same alert.
  json["partialFingerprints"] = {{"propertyAndHandler/v1", id + '/' + who}};
  json["properties"] = {{"scenario", run.scenario_file},
                        {"run", run.name},
                        {"at_us", failure.violation.at.micros},
                        {"step", failure.violation.step},
                        {"reproduce", run.reproduce}};
  return json;
}

}  // namespace

std::string to_sarif(const SarifView& view) {
  Json rules = Json::array();
  Json results = Json::array();
  for (const RunResult& run : view.results) {
    for (const RunResult::Failure& failure : run.failures) {
      const std::string id = rule_id(view, failure.violation.property);
      std::size_t at = 0;
      while (at < rules.size() && rules[at]["id"] != id) ++at;
      if (at == rules.size()) rules.push_back(rule(view, failure.violation));
      results.push_back(result(view, run, failure, at));
    }
  }
  const bool whole = std::ranges::none_of(view.results, &RunResult::interrupted);
  const Json json{
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       Json::array(
           {{{"tool",
              {{"driver",
                {{"name", "charmsim"}, {"version", view.version}, {"rules", std::move(rules)}}}}},
             {"invocations", Json::array({{{"executionSuccessful", whole}}})},
             {"columnKind", "utf16CodeUnits"},
             {"results", std::move(results)}}})}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sim
