// Text, then JSON, then its shape, then the value, then whether such a world can be: each refuses
// what it must.
#include "sim/scenario/read.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "charm/tls/private_key.h"
#include "model/hash.h"
#include "sim/scenario/consistency.h"
#include "sim/scenario/json_text.h"
#include "sim/scenario/own_choices.h"
#include "sim/scenario/read_world.h"
#include "sim/scenario/shape.h"

namespace sim {
namespace {

using charm::Duration;
using nlohmann::json;

Read<Target> read_target(const charm::AppName& app, const json& value, const std::string& pointer) {
  const auto& text = value.get_ref<const std::string&>();
  if (text == "juju leader") return Role::juju_leader;
  if (text == "lock holder") return Role::lock_holder;
  if (text == "primary") return Role::primary;
  if (text == "replica") return Role::replica;
  const auto unit = read_unit(app, text, pointer);
  if (!unit) return std::unexpected(unit.error());
  return *unit;
}

Condition read_condition(const std::string& text) {
  if (text == "leader elected") return Condition::leader_elected;
  if (text == "bootstrapping") return Condition::bootstrapping;
  if (text == "primary running") return Condition::primary_running;
  if (text == "no primary") return Condition::no_primary;
  if (text == "initialised") return Condition::initialised;
  if (text == "removed") return Condition::removed;
  if (text == "first unit refreshed") return Condition::first_refreshed;
  CHECK(text == "settled");
  return Condition::settled;
}

// A key is the same if its text is: numbers from 0x8000 on, which no run makes itself.
charm::GivenKey read_key(const std::string& given) {
  const auto text = charm::tls::read_private_key(given);
  if (!text) return {};
  const std::uint64_t number = 0x8000U | (model::hash_text(*text, 1) & 0x7FFFU);
  return {.key = {number << 16U}, .usable = true};
}

// The schema allows no other parameter. The text of a failure repeats what was given.
charm::ActionParameters read_parameters(const json& object) {
  charm::ActionParameters parameters;
  if (object.contains("username")) {
    parameters.username = charm::ParameterText(object["username"].get<std::string>());
  }
  if (object.contains("password")) {
    parameters.password = charm::given_password(object["password"].get<std::string>());
  }
  if (object.contains("scope")) {
    parameters.scope = charm::ParameterText(object["scope"].get<std::string>());
  }
  parameters.force = object.value("force", parameters.force);
  if (object.contains("private-key")) {
    parameters.private_key = read_key(object["private-key"].get<std::string>());
  }
  return parameters;
}

Read<Deed> read_action(const charm::AppName& app, const json& step, const std::string& pointer) {
  Target target;
  if (step["unit"].is_number()) {
    target = charm::UnitName{step["unit"].get<std::uint16_t>()};
  } else {
    const auto named = read_target(app, step["unit"], pointer_to(pointer, "unit"));
    if (!named) return std::unexpected(named.error());
    target = *named;
  }
  return RunAction{step["run_action"], target,
                   read_parameters(step.value("parameters", json::object()))};
}

Relate read_relate(const json& step) {
  return {step["relate"],
          {.database = charm::RequestText(step["database"].get<std::string>()),
           .extra_user_roles = charm::RequestText(step.value("extra_user_roles", std::string())),
           .wants_secret = step.value("secret", true)},
          charm::extension_named(step.value("uses_extension", std::string()))};
}

// The schema allows the names of keys alone.
Read<Deed> read_foreign_state(const charm::AppName& app, const json& step,
                              const std::string& pointer) {
  const auto name = step["write_foreign_state"].get<std::string>();
  WriteForeignState deed{.key = charm::state_key_named(name), .of_unit = {}};
  if (!step.contains("of_unit")) return deed;
  const auto unit = read_target(app, step["of_unit"], pointer_to(pointer, "of_unit"));
  if (!unit) return std::unexpected(unit.error());
  deed.of_unit = *unit;
  return deed;
}

Refresh read_refresh(std::string_view to) {
  if (to == "to a revision that never streams") return {Refresh::Revision::never_streams};
  if (to == "to a revision that cannot follow") return {Refresh::Revision::cannot_follow};
  return {};
}

// `before` is what stands before the step.
Read<Deed> read_deed(const WorldSpec& world, const Configuration& before, const json& step,
                     const std::string& pointer) {
  const charm::AppName& app = world.app;
  if (step.contains("add_units")) return AddUnits{step["add_units"].get<std::uint16_t>()};
  if (step.contains("set_trust")) return SetTrust{step["set_trust"].get<bool>()};
  if (step.contains("move_leadership")) {
    if (step["move_leadership"] == "another unit") return MoveLeadership{};
    const auto unit =
        read_unit(app, step["move_leadership"], pointer_to(pointer, "move_leadership"));
    if (!unit) return std::unexpected(unit.error());
    return MoveLeadership{*unit};
  }
  if (step.contains("remove_units")) return RemoveUnits{step["remove_units"].get<std::uint16_t>()};
  if (step.contains("scale_to")) return ScaleTo{step["scale_to"].get<std::uint16_t>()};
  if (step.contains("set_config")) {
    auto configuration =
        read_configuration(step["set_config"], before, world.nodes, pointer + "/set_config");
    if (!configuration) return std::unexpected(configuration.error());
    return SetConfig{*std::move(configuration)};
  }
  if (step.contains("run_action")) return read_action(app, step, pointer);
  if (step.contains("relate")) return read_relate(step);
  if (step.contains("unrelate")) return Unrelate{step["unrelate"]};
  if (step.contains("relate_provider")) return RelateProvider{step["relate_provider"]};
  if (step.contains("unrelate_provider")) return UnrelateProvider{step["unrelate_provider"]};
  if (step.contains("rotate_certificates")) {
    return RotateCertificates{step["rotate_certificates"] == "revoked"};
  }
  if (step.contains("refresh")) return read_refresh(step["refresh"].get<std::string>());
  if (step.contains("remove_application")) return RemoveApplication{};
  if (step.contains("deploy_again")) {
    return DeployAgain{step["deploy_again"].get<std::uint16_t>()};
  }
  if (step.contains("write_foreign_state")) return read_foreign_state(app, step, pointer);
  if (step.contains("mend_state")) return MendState{};
  if (step.contains("pause")) return Pause{step["pause"].get<bool>()};
  if (step.contains("switchover") && step["switchover"] == "another member") return Switchover{};
  if (step.contains("resolve")) {
    const auto unit = read_unit(app, step["resolve"], pointer_to(pointer, "resolve"));
    if (!unit) return std::unexpected(unit.error());
    return Resolve{*unit, step.value("retry", true)};
  }
  for (const char* key :
       {"kill_pod", "delete_pod", "lose_node", "break_container", "restart_container", "switchover",
        "failover", "crash_postgresql", "crash_patroni", "stop_service", "fill_volume"}) {
    if (!step.contains(key)) continue;
    const auto target = read_target(app, step[key], pointer_to(pointer, key));
    if (!target) return std::unexpected(target.error());
    const std::string_view deed = key;
    if (deed == "kill_pod") return KillPod{*target, step.value("returns", "at once") == "at once"};
    if (deed == "delete_pod") return DeletePod{*target};
    if (deed == "lose_node") return LoseNode{*target};
    if (deed == "switchover") return Switchover{*target};
    if (deed == "failover") return Failover{*target};
    if (deed == "crash_patroni") {
      return CrashPatroni{*target, step.value("restarts", "after backoff") == "after backoff"};
    }
    if (deed == "stop_service") return StopService{*target};
    if (deed == "fill_volume") return FillVolume{*target, step["free_percent"].get<std::uint8_t>()};
    if (deed == "crash_postgresql") {
      return CrashPostgresql{*target, seconds_of(step, "recovery_s", Duration{0})};
    }
    if (deed == "restart_container") {
      using Container = RestartContainer::Container;
      const bool charm = step.value("container", "workload") == "charm";
      return RestartContainer{*target, charm ? Container::charm : Container::workload};
    }
    return BreakContainer{*target, seconds_of(step, "for_s", BreakContainer{}.lasts)};
  }
  CHECK(false);  // The schema asks for one of these keys.
}

// The object as it stands in the file, on one line: `{"at_s": 120, "add_units": 1}`.
std::string on_one_line(std::string_view text) {
  std::string line;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      line += c;
      if (c == '\\') line += text[++i];  // Well-formed: something follows.
      in_text = c != '"';
    } else if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
      line += c;
      in_text = c == '"';
      if (c == ':' || c == ',') line += ' ';
    }
  }
  return line;
}

// As a trace tells the step: a password that it gives is in none.
std::string told(std::string_view text, const json& step) {
  if (!step.contains("parameters") || !step["parameters"].contains("password")) {
    return on_one_line(text);
  }
  json hidden = step;
  hidden["parameters"]["password"] = "(hidden)";
  return on_one_line(hidden.dump());
}

// What is set back to what it was is the same configuration again.
Configuration the_same_or_new(std::vector<Configuration>& known, const Configuration& one) {
  const auto same = std::ranges::find(known, one.set, &Configuration::set);
  if (same != known.end()) return *same;
  known.push_back(one);
  return one;
}

Read<std::vector<StoryStep>> read_story(std::string_view text, const JsonText& json_text,
                                        const WorldSpec& world) {
  std::vector<StoryStep> story;
  Configuration configuration = world.configuration;
  std::vector<Configuration> configurations{configuration};
  const json steps = json_text.value.value("story", json::array());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const json& object = steps[i];
    const std::string pointer = pointer_to("/story", i);
    auto deed = read_deed(world, configuration, object, pointer);
    if (!deed) return std::unexpected(deed.error());
    if (auto* set = std::get_if<SetConfig>(&*deed)) {
      configuration = set->configuration = the_same_or_new(configurations, set->configuration);
    }

    StoryStep step;
    step.deed = *std::move(deed);
    if (object.contains("when")) step.when = read_condition(object["when"]);
    if (object.contains("at_s"))
      step.at = charm::Instant{} + seconds_of(object, "at_s", Duration{0});
    step.after = seconds_of(object, "after_s", step.after) +
                 std::chrono::milliseconds(object.value("after_ms", 0));
    const JsonPlace& place = json_text.places.at(pointer);
    step.text = told(text.substr(place.begin, place.end - place.begin), object);
    story.push_back(std::move(step));
  }
  return story;
}

FaultPlan read_faults(const json& object) {
  FaultPlan faults;
  faults.from = seconds_of(object, "from_s", faults.from);
  faults.until = seconds_of(object, "until_s", faults.until);
  for (std::size_t kind = 0; kind < fault_kind_count; ++kind) {
    const std::string key(to_text(static_cast<FaultKind>(kind)));
    faults.budget[kind] = object.value(key, std::uint16_t{0});
  }
  return faults;
}

// Each of them is a text, as `--choices` has it. They are no part of the scenario's value: a seed,
// or a list that is given, takes no notice of them.
Read<Deviations> read_choices(const json& list) {
  DeviationsError error;
  std::string all;
  for (std::size_t at = 0; at < list.size(); ++at) {
    const auto& text = list[at].get_ref<const std::string&>();
    if (!parse_deviations(text, error)) {
      return std::unexpected(ScenarioError{
          {}, {}, {}, pointer_to("/choices", at), error.what, "must be such as \"1.call.17=3\""});
    }
    all.append(all.empty() ? "" : ",").append(text);
  }
  auto choices = parse_deviations(all, error);
  if (choices) return *std::move(choices);
  return std::unexpected(
      ScenarioError{{}, {}, {}, "/choices", "has " + error.what, "must have each place once"});
}

Read<Scenario> read_value(std::string_view text, const JsonText& json_text) {
  const json& root = json_text.value;
  Scenario scenario;
  scenario.title = root.at("title");
  auto world = read_world(root.value("world", json::object()));
  if (!world) return std::unexpected(world.error());
  scenario.world = *std::move(world);
  auto story = read_story(text, json_text, scenario.world);
  if (!story) return std::unexpected(story.error());
  scenario.story = *std::move(story);
  scenario.faults = read_faults(root.value("faults", json::object()));
  scenario.changes.leaders = root.value("leader_changes", scenario.changes.leaders);
  scenario.changes.departures = root.value("departures", scenario.changes.departures);
  scenario.permutes_deferrals = root.value("permute_deferrals", scenario.permutes_deferrals);
  const auto choices = read_choices(root.value("choices", json::array()));
  if (!choices) return std::unexpected(choices.error());
  scenario.horizon = seconds_of(root, "horizon_s", scenario.horizon);
  scenario.quantum = std::chrono::milliseconds(root.value("quantum_ms", std::int64_t{0}));
  scenario.holds = root.value("holds", scenario.holds);
  scenario.witnesses = root.value("witnesses", scenario.witnesses);
  return scenario;
}

}  // namespace

std::expected<Scenario, ScenarioError> read_scenario(std::string_view text, std::string file) {
  const auto json_text = parse_json(text, file);
  if (!json_text) return std::unexpected(json_text.error());
  const auto placed = [&](ScenarioError error) {
    error.line = json_text->line_of(error.pointer);
    error.file = file;
    return std::unexpected(std::move(error));
  };
  if (auto wrong = check_shape(*json_text)) return placed(*std::move(wrong));
  auto scenario = read_value(text, *json_text);
  if (!scenario) return placed(scenario.error());
  if (auto wrong = check_consistency(*scenario)) return placed(*std::move(wrong));
  scenario->name = std::filesystem::path(file).stem().string();
  return scenario;
}

Deviations own_choices(std::string_view text) {
  const json root = json::parse(text);
  auto choices = read_choices(root.value("choices", json::array()));
  CHECK(choices.has_value());
  return *std::move(choices);
}

std::expected<Scenario, ScenarioError> read_scenario_file(const std::filesystem::path& path) {
  const auto unreadable = [&](const std::string& why) {
    return std::unexpected(ScenarioError{path.string(), {}, {}, "", "cannot be read: " + why, ""});
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable("it is a folder");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return unreadable(std::generic_category().message(errno));

  // One byte more than is allowed is enough to refuse it, even where a stream never ends.
  std::string text(max_json_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return unreadable(std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return read_scenario(text, path.string());
}

}  // namespace sim
