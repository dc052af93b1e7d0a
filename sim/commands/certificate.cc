// The certificate as JSON, and the command that checks one.
#include "sim/commands/certificate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "sim/commands/commands.h"
#include "sim/commands/logic_version.h"
#include "sim/commands/search_text.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "charmsim-certificate/1";

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

struct Certificate {
  ReadScenario scenario;
  std::string logic;
  std::string end;
  std::uint64_t worlds = 0;
  Allowance allowance;
  bool liveness = false;
  bool all_orders = false;
  bool is_reduced = false;
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> until_ms;
  std::vector<SampledWorld> samples;
};

// What is wrong with one of them; nothing: they are read.
std::optional<std::string> read_bounds(const Json& json, Allowance& allowance) {
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
    if (!number) return '/' + std::string(bound.key) + " must be a whole number";
    if (*number > bound.most) {
      return '/' + std::string(bound.key) + " is more than can be explored";
    }
    allowance.*bound.part = static_cast<std::uint32_t>(*number);
  }
  return std::nullopt;
}

// Of which orders it is. What is wrong with that, if anything.
std::optional<std::string> read_orders(const Json& json, Certificate& certificate) {
  // Before there were others, all were of few.
  const Json orders = json.value("orders", Json("few"));
  if (orders != Json("all") && orders != Json("few")) {
    return std::string("/orders must be \"all\" or \"few\"");
  }
  certificate.all_orders = orders == Json("all");
  const Json reductions = json.value("reductions", Json());
  certificate.is_reduced = reductions == Json::array({"orders"});
  if (!certificate.is_reduced && reductions != Json::array()) {
    return std::string("/reductions must be [] or [\"orders\"]");
  }
  for (const auto& [key, moment] :
       {std::pair("from_ms", &certificate.from_ms), std::pair("until_ms", &certificate.until_ms)}) {
    if (!json.contains(key)) continue;
    const auto number = number_of(json, key);
    if (!number) return '/' + std::string(key) + " must be a whole number";
    *moment = static_cast<std::int64_t>(*number);
  }
  return std::nullopt;
}

std::optional<Certificate> read_certificate(const std::string& file, const Console& console) {
  const auto refuse = [&](const std::string& why) {
    console.err << file << ": " << why << '\n';
    return std::nullopt;
  };
  const auto text = read_file(file);
  if (!text) {
    console.err << to_text(text.error()) << '\n';
    return std::nullopt;
  }
  Json json;
  try {
    json = Json::parse(*text);
  } catch (const Json::parse_error& error) {
    return refuse("is no JSON from byte " + std::to_string(error.byte) + " on");
  }
  if (!json.is_object() || json.value("schema", Json()) != Json(schema)) {
    return refuse("is no certificate: /schema must be \"" + std::string(schema) + '"');
  }
  const Json scenario = json.value("scenario", Json());
  const Json logic = json.value("logic", Json());
  const Json samples = json.value("sample", Json());
  if (!scenario.is_string()) return refuse("/scenario must be a text");
  if (!logic.is_string()) return refuse("/logic must be a text");
  if (!samples.is_array() || samples.empty()) return refuse("/sample must be a list of worlds");
  const Json end = json.value("end", Json());
  if (!end.is_string()) return refuse("/end must be a text");
  for (const char* key : {"worlds", "quantum_ms"}) {
    if (!number_of(json, key)) return refuse('/' + std::string(key) + " must be a whole number");
  }
  Certificate certificate;
  auto read = read_scenario(scenario.get<std::string>(), file);
  if (!read) return refuse("/scenario: " + to_text(read.error()));
  if (read->quantum <= charm::Duration{0}) return refuse("/scenario has no quantum_ms");
  certificate.scenario = {file, scenario.get<std::string>(), *std::move(read)};
  certificate.logic = logic.get<std::string>();
  certificate.end = end.get<std::string>();
  certificate.worlds = *number_of(json, "worlds");
  const auto liveness = json.value("liveness", Json());
  if (!liveness.is_boolean()) return refuse("/liveness must be true or false");
  certificate.liveness = liveness.get<bool>();
  if (const auto wrong = read_orders(json, certificate)) return refuse(*wrong);
  if (const auto wrong = read_bounds(json, certificate.allowance)) return refuse(*wrong);
  const auto own_ms = certificate.scenario.scenario.quantum.count() / 1000;
  if (std::cmp_not_equal(own_ms, *number_of(json, "quantum_ms"))) {
    return refuse("/quantum_ms is not the scenario's, " + std::to_string(own_ms));
  }
  for (const Json& sample : samples) {
    auto world = read_sample(sample);
    if (!world) {
      return refuse("/sample/" + std::to_string(certificate.samples.size()) +
                    ": must have a key, steps and choices");
    }
    certificate.samples.push_back(*std::move(world));
  }
  return certificate;
}

}  // namespace

std::string certificate_text(const ReadScenario& scenario, const Exploration& found) {
  Json json{{"schema", schema},
            {"logic", logic_version()},
            {"scenario_file", scenario.file},
            {"end", to_text(found.end)},
            {"deviations", found.allowance.deviations},
            {"faults", found.allowance.faults},
            {"leader_changes", found.allowance.leader_changes},
            {"departures", found.allowance.departures},
            {"liveness", found.looked_for_rounds},
            {"quantum_ms", scenario.scenario.quantum.count() / 1000},
            {"units", unit_capacity(scenario.scenario)},
            {"worlds", found.worlds},
            {"worlds_with_hooks", found.with_hooks},
            {"steps", found.generated},
            {"key_bits", SeenWorlds::key_bits},
            {"missed_at_most", found.missed()},
            {"orders", found.orders ? "all" : "few"},
            {"reductions",
             found.orders && found.orders->is_reduced ? Json::array({"orders"}) : Json::array()},
            {"assumptions", assumptions},
            {"scenario", scenario.text},
            {"sample", Json::array()}};
  if (found.orders) {
    if (const auto from_ms = in_ms(found.orders->from)) json["from_ms"] = *from_ms;
    if (const auto until_ms = in_ms(found.orders->until)) json["until_ms"] = *until_ms;
  }
  for (const SampledWorld& world : found.samples) {
    json["sample"].push_back(
        {{"key", to_hex(world.key)}, {"steps", world.steps}, {"choices", to_text(world.choices)}});
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

int check_certificate_command(const CheckCertificateOptions& options, const Console& console) {
  const auto certificate = read_certificate(options.file, console);
  if (!certificate) return exit_bad_input;
  const bool is_same_logic = certificate->logic == logic_version();
  FlowMonitor flow(console.charts);
  const CharmUnderTest charm{&console.charm, console.properties, &flow};
  Simulation simulation(
      certificate->scenario.scenario, charm,
      {.interrupted = console.interrupted, .stops_at_each_call = certificate->all_orders});
  std::size_t same = 0;
  std::optional<std::size_t> first_other;
  for (std::size_t at = 0; at < certificate->samples.size(); ++at) {
    if (console.is_interrupted()) {
      console.err << "charmsim check-certificate: interrupted; " << same << " of "
                  << plural(at, "sampled world") << " that were looked for are there\n";
      return exit_interrupted;
    }
    if (key_of(simulation, certificate->samples[at]) == certificate->samples[at].key) {
      ++same;
    } else if (!first_other) {
      first_other = at;
    }
  }
  const std::size_t count = certificate->samples.size();
  std::string text = verdict_line("verdict", std::to_string(same) + " of " + std::to_string(count) +
                                                 " sampled worlds are there");
  if (first_other) {
    text += verdict_line("", "the first that is not: /sample/" + std::to_string(*first_other));
  }
  const std::string covered = certificate->all_orders
                                  ? orders_text(certificate->from_ms, certificate->until_ms)
                                  : "with " + bounds_text(certificate->allowance);
  const std::string reduced = certificate->is_reduced ? ", reduced by orders" : "";
  const bool is_covered = certificate->end == to_text(ExplorationEnd::covered);
  text += verdict_line("certified", is_covered ? "all " + covered + reduced + ": " +
                                                     plural(certificate->worlds, "world")
                                               : "nothing: the exploration ended with \"" +
                                                     certificate->end + "\", not with all covered");
  if (certificate->liveness) {
    text += verdict_line("liveness", "looked for fair rounds of deviations");
  }
  text += verdict_line("logic", is_same_logic
                                    ? "as it was"
                                    : "another one: of this one the certificate says nothing");
  console.out << text;
  return same == count && is_covered && is_same_logic ? exit_held : exit_broken;
}

}  // namespace sim
