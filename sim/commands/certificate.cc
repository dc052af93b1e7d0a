// The certificate as JSON: written, and read with suspicion.
#include "sim/commands/certificate.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "sim/choices/list.h"
#include "sim/commands/json_file.h"
#include "sim/commands/logic_version.h"
#include "sim/commands/search_text.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "charmsim-certificate/2";
constexpr std::string_view schema_without_digests = "charmsim-certificate/1";

constexpr std::array<std::string_view, 21> always_members{
    "schema",         "logic",      "scenario_file",     "deviations",  "faults",
    "leader_changes", "departures", "left_open",         "liveness",    "quantum_ms",
    "units",          "worlds",     "worlds_with_hooks", "steps",       "key_bits",
    "missed_at_most", "orders",     "reductions",        "assumptions", "scenario",
    "sample"};
constexpr std::array<std::string_view, 2> sometimes_members{"from_ms", "until_ms"};

// What has to be believed beside the program. simulation_orders.cc and model/canonical.cc say more.
constexpr std::array<std::string_view, 10> assumptions{
    "time moves in whole steps (quantum_ms); windows are widened to whole steps, so a call of a "
    "hook may take up to one step",
    "what comes next happens as early as it may; later moments come about when something else "
    "moves the time, and what polls does so once a step",
    "a deviation is another order than the calm one, or another answer of a fork of the model; "
    "whom a fault befalls and for how long is none; with more of them nothing is said",
    "a leadership is lost by a renewal of the lease that fails, and so do those after it; a unit "
    "that departs is the one of the highest ordinal, none that the story still needs, and never "
    "the last",
    "worlds with one canonical fingerprint have the same futures",
    "where /liveness is true, no set of worlds holds a run for ever in which each action that is "
    "possible is taken, by steps that were explored: of worlds that were met with no deviation "
    "left, the calm step alone; faults, leader changes and departures are none of these",
    "a calm run that comes back to one of its own worlds, unsettled, is a livelock; a run that "
    "comes to the scenario's horizon ends there, and how much is left until then tells no worlds "
    "apart",
    "a hook may be told its deferred events in another order for one dispatch; of more than five "
    "each that is told before older ones is a deviation",
    "where /orders is \"all\", all orders of what comes at the same moment were looked at, between "
    "/from_ms and /until_ms, and no deviation else; with the reduction \"orders\" a step that "
    "keeps to its unit by its footprint was taken alone, before whatever else its moment has",
    "the model is what the contract suites have compared with the real parts"};

std::optional<std::uint64_t> number_of(const Json& json, const char* key) {
  const Json member = json.value(key, Json());
  if (!member.is_number_unsigned()) return std::nullopt;
  return member.get<std::uint64_t>();
}

std::optional<SampledWorld> read_sample(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const Json key = json.value("key", Json());
  const Json choices = json.value("choices", Json());
  const auto steps = number_of(json, "steps");
  if (!key.is_string() || !choices.is_string() || !steps || *steps > 100'000'000) {
    return std::nullopt;
  }
  SampledWorld world{.key = 0, .steps = *steps, .choices = {}};
  const auto& text = key.get_ref<const std::string&>();
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), world.key, 16);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  DeviationsError wrong;
  auto parsed = parse_deviations(choices.get_ref<const std::string&>(), wrong);
  if (!parsed) return std::nullopt;
  world.choices = *std::move(parsed);
  return world;
}

// What is wrong, at which pointer, and what would be right.
struct Wrong {
  std::string pointer;
  std::string what;
  std::string expected;
};

// Of an object at this pointer.
std::optional<Wrong> read_bounds(const Json& json, const std::string& parent,
                                 Allowance& allowance) {
  struct Bound {
    const char* key;
    std::uint32_t most;
    std::uint32_t Allowance::* part;
  };
  for (const Bound& bound :
       {Bound{"deviations", Allowance::most_deviations, &Allowance::deviations},
        Bound{"faults", Allowance::most_faults, &Allowance::faults},
        Bound{"leader_changes", Allowance::most_leader_changes, &Allowance::leader_changes},
        Bound{"departures", Allowance::most_departures, &Allowance::departures}}) {
    const auto number = number_of(json, bound.key);
    if (!number || *number > bound.most) {
      return Wrong{pointer_to(parent, bound.key),
                   number ? "is more than can be explored" : "is no number",
                   "must be a whole number, 0 to " + std::to_string(bound.most)};
    }
    allowance.*bound.part = static_cast<std::uint32_t>(*number);
  }
  return std::nullopt;
}

// Of which orders it is.
std::optional<Wrong> read_orders(const Json& json, Certificate& certificate) {
  const Json orders = json.value("orders", Json());
  if (orders != Json("all") && orders != Json("few")) {
    return Wrong{"/orders", "is neither", "must be \"all\" or \"few\""};
  }
  certificate.all_orders = orders == Json("all");
  const Json reductions = json.value("reductions", Json());
  certificate.is_reduced = reductions == Json::array({"orders"});
  if (!certificate.is_reduced && reductions != Json::array()) {
    return Wrong{"/reductions", "is neither", "must be [] or [\"orders\"]"};
  }
  for (const auto& [key, moment] :
       {std::pair("from_ms", &certificate.from_ms), std::pair("until_ms", &certificate.until_ms)}) {
    if (!json.contains(key)) continue;
    const auto number = number_of(json, key);
    if (!number) return Wrong{pointer_to("", key), "is no number", "must be a whole number"};
    *moment = static_cast<std::int64_t>(*number);
  }
  return std::nullopt;
}

std::optional<Wrong> read_left_open(const Json& json, Certificate& certificate) {
  const auto found = json.find("left_open");
  if (found == json.end()) return Wrong{"/left_open", "is missing", "must be null or an object"};
  if (found->is_null()) return std::nullopt;
  if (!found->is_object()) return Wrong{"/left_open", "is neither", "must be null or an object"};
  LeftOpen& open = certificate.left_open.emplace();
  const Json end = found->value("end", Json());
  for (const ExplorationEnd one : {ExplorationEnd::violated, ExplorationEnd::memory,
                                   ExplorationEnd::time, ExplorationEnd::interrupted}) {
    if (end == Json(to_text(one))) open.end = one;
  }
  if (open.end == ExplorationEnd::covered) {
    return Wrong{"/left_open/end", "is no end before all was covered",
                 "must be \"violated\", \"memory\", \"time\" or \"interrupted\""};
  }
  const auto worlds = number_of(*found, "worlds");
  if (!worlds) return Wrong{"/left_open/worlds", "is no number", "must be a whole number"};
  open.worlds = *worlds;
  if (auto wrong = read_bounds(*found, "/left_open", open.begun)) return wrong;
  const Json asked = found->value("asked", Json());
  if (!asked.is_object()) return Wrong{"/left_open/asked", "is no object", "must be one"};
  return read_bounds(asked, "/left_open/asked", open.asked);
}

std::optional<Wrong> read_samples(const Json& json, Certificate& certificate) {
  const Json samples = json.value("sample", Json());
  if (!samples.is_array() || samples.empty()) {
    return Wrong{"/sample", "is no list of worlds", "must have one at least"};
  }
  for (const Json& sample : samples) {
    auto world = read_sample(sample);
    if (!world) {
      return Wrong{pointer_to("/sample", certificate.samples.size()), "is no way to a world",
                   "must have a key, steps and choices"};
    }
    certificate.samples.push_back(*std::move(world));
  }
  return std::nullopt;
}

std::optional<Wrong> read_scenario_of(const Json& json, const std::string& file,
                                      Certificate& certificate) {
  const Json text = json.value("scenario", Json());
  if (!text.is_string()) return Wrong{"/scenario", "is no text", "must be one"};
  auto read = read_scenario(text.get<std::string>(), "the scenario");
  if (!read) return Wrong{"/scenario", "is refused: " + to_text(read.error()), {}};
  if (read->quantum <= charm::Duration{0}) {
    return Wrong{"/scenario", "has no quantum_ms", "must have one"};
  }
  certificate.scenario = {file, text.get<std::string>(), *std::move(read)};
  const auto own_ms = certificate.scenario.scenario.quantum.count() / 1000;
  const auto quantum_ms = number_of(json, "quantum_ms");
  if (!quantum_ms || std::cmp_not_equal(own_ms, *quantum_ms)) {
    return Wrong{"/quantum_ms", "is not the scenario's", "must be " + std::to_string(own_ms)};
  }
  return std::nullopt;
}

std::optional<Wrong> read_members(const Json& json, const std::string& file,
                                  Certificate& certificate) {
  const Json logic = json.value("logic", Json());
  if (!logic.is_string()) return Wrong{"/logic", "is no text", "must be one"};
  certificate.logic = logic.get<std::string>();
  const auto worlds = number_of(json, "worlds");
  if (!worlds) return Wrong{"/worlds", "is no number", "must be a whole number"};
  certificate.worlds = *worlds;
  const Json liveness = json.value("liveness", Json());
  if (!liveness.is_boolean()) return Wrong{"/liveness", "is neither", "must be true or false"};
  certificate.liveness = liveness.get<bool>();
  if (auto wrong = read_bounds(json, "", certificate.allowance)) return wrong;
  if (auto wrong = read_left_open(json, certificate)) return wrong;
  if (auto wrong = read_orders(json, certificate)) return wrong;
  if (auto wrong = read_scenario_of(json, file, certificate)) return wrong;
  return read_samples(json, certificate);
}

constexpr const char* again = "explore again: what was edited certifies nothing";

Json json_of(const Allowance& allowance) {
  return {{"deviations", allowance.deviations},
          {"faults", allowance.faults},
          {"leader_changes", allowance.leader_changes},
          {"departures", allowance.departures}};
}

Json json_of(const std::optional<LeftOpen>& open) {
  if (!open) return {};
  Json json{{"end", to_text(open->end)}};
  json.update(json_of(open->begun));
  json["worlds"] = open->worlds;
  json["asked"] = json_of(open->asked);
  return json;
}

}  // namespace

std::string certificate_text(const ReadScenario& scenario, const Exploration& covered,
                             const std::optional<LeftOpen>& left_open) {
  CHECK(covered.end == ExplorationEnd::covered);
  Json json{{"schema", schema}, {"logic", logic_version()}, {"scenario_file", scenario.file}};
  json.update(json_of(covered.allowance));
  json["left_open"] = json_of(left_open);
  const bool is_reduced = covered.orders && covered.orders->is_reduced;
  json.update(Json{{"liveness", covered.looked_for_rounds},
                   {"quantum_ms", scenario.scenario.quantum.count() / 1000},
                   {"units", unit_capacity(scenario.scenario)},
                   {"worlds", covered.worlds},
                   {"worlds_with_hooks", covered.with_hooks},
                   {"steps", covered.generated},
                   {"key_bits", SeenWorlds::key_bits},
                   {"missed_at_most", covered.missed()},
                   {"orders", covered.orders ? "all" : "few"},
                   {"reductions", is_reduced ? Json::array({"orders"}) : Json::array()}});
  if (covered.orders) {
    if (const auto from_ms = in_ms(covered.orders->from)) json["from_ms"] = *from_ms;
    if (const auto until_ms = in_ms(covered.orders->until)) json["until_ms"] = *until_ms;
  }
  json["assumptions"] = assumptions;
  json["scenario"] = scenario.text;
  json["sample"] = Json::array();
  for (const SampledWorld& world : covered.samples) {
    json["sample"].push_back(
        {{"key", to_hex(world.key)}, {"steps", world.steps}, {"choices", to_text(world.choices)}});
  }
  json["digests"] = digests_of(json);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::expected<Certificate, ScenarioError> read_certificate(const std::string& text,
                                                           const std::string& file) {
  auto json =
      parse_object(text, file, "must be a certificate as `explore --certificate` writes it");
  if (!json) return std::unexpected(std::move(json.error()));
  const Json version = json->value("schema", Json());
  const std::string right = "must be \"" + std::string(schema) + '"';
  if (version == Json(schema_without_digests)) {
    return std::unexpected(wrong_in(
        file, "/schema",
        "is \"" + std::string(schema_without_digests) +
            "\": a certificate by an older program, without digests, so that nothing tells whether "
            "it was edited",
        right + ": explore again, and write a new one"));
  }
  if (version != Json(schema)) {
    return std::unexpected(wrong_in(file, "/schema", "is that of no certificate", right));
  }
  Certificate certificate;
  if (auto wrong = read_members(*json, file, certificate)) {
    return std::unexpected(wrong_in(file, wrong->pointer, wrong->what, wrong->expected));
  }
  if (auto edited = edited_place(*json, {always_members, sometimes_members}, file, again)) {
    return std::unexpected(*std::move(edited));
  }
  return certificate;
}

}  // namespace sim
