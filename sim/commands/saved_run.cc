// The file format of a saved run, read with suspicion.
#include "sim/commands/saved_run.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "sim/commands/json_file.h"
#include "sim/commands/logic_version.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "charmsim-run/2";

std::optional<std::uint64_t> parse_hex(const Json& json) {
  if (!json.is_string()) return std::nullopt;
  const auto& text = json.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc{} || stop != text.data() + text.size() || text.size() != 16)
    return std::nullopt;
  return number;
}

// The text of a member, which must be there.
std::expected<std::string, ScenarioError> text_of(const Json& json, const char* key,
                                                  const std::string& file) {
  const auto found = json.find(key);
  const std::string pointer = std::string("/") + key;
  if (found == json.end())
    return std::unexpected(wrong_in(file, pointer, "is missing", "must be a text"));
  if (!found->is_string())
    return std::unexpected(wrong_in(file, pointer, "is no text", "must be a text"));
  return found->get<std::string>();
}

constexpr std::array<std::string_view, 9> run_members{"schema",      "logic",    "scenario_file",
                                                  "choices",     "broken",   "fingerprint",
                                                  "interrupted", "scenario", "steps"};

std::expected<SavedRun, ScenarioError> from_json(const Json& json, const std::string& file) {
  SavedRun run;
  for (auto [key, target] :
       {std::pair{"scenario_file", &run.scenario_file}, std::pair{"scenario", &run.scenario},
        std::pair{"choices", &run.choices}, std::pair{"broken", &run.broken}}) {
    auto text = text_of(json, key, file);
    if (!text) return std::unexpected(text.error());
    *target = std::move(*text);
  }
  const auto fingerprint = parse_hex(json.value("fingerprint", Json()));
  if (!fingerprint) {
    return std::unexpected(
        wrong_in(file, "/fingerprint", "is no fingerprint", "must be 16 hex digits"));
  }
  run.fingerprint = *fingerprint;
  const Json steps = json.value("steps", Json());
  if (!steps.is_array())
    return std::unexpected(wrong_in(file, "/steps", "is no list", "must be a list"));
  for (const Json& step : steps) {
    const auto number = parse_hex(step);
    if (!number) {
      const std::string pointer = "/steps/" + std::to_string(run.steps.size());
      return std::unexpected(wrong_in(file, pointer, "is no fingerprint", "must be 16 hex digits"));
    }
    run.steps.push_back(*number);
  }
  const Json interrupted = json.value("interrupted", Json(false));
  if (!interrupted.is_boolean()) {
    return std::unexpected(wrong_in(file, "/interrupted", "is neither", "must be true or false"));
  }
  run.interrupted = interrupted.get<bool>();
  if (run.steps.empty()) {
    return std::unexpected(wrong_in(file, "/steps", "is empty", "must have a step for each event"));
  }
  if (run.steps.back() != run.fingerprint) {
    const std::string pointer = "/steps/" + std::to_string(run.steps.size() - 1);
    return std::unexpected(wrong_in(file, pointer,
                                    "is not the run's fingerprint, " + to_hex(run.fingerprint),
                                    "must be: the file was edited or cut"));
  }
  return run;
}

}  // namespace

std::string to_json_text(const SavedRun& run) {
  Json steps = Json::array();
  for (std::uint64_t step : run.steps) steps.push_back(to_hex(step));
  Json json{{"schema", schema},
            {"logic", logic_version()},
            {"scenario_file", run.scenario_file},
            {"choices", run.choices},
            {"broken", run.broken},
            {"fingerprint", to_hex(run.fingerprint)},
            {"interrupted", run.interrupted},
            {"scenario", run.scenario},
            {"steps", std::move(steps)}};
  json["digests"] = digests_of(json);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

bool is_saved_run(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  return json.is_object() && json.contains("schema") && json.contains("choices") &&
         json.contains("steps");
}

std::expected<SavedRun, ScenarioError> read_saved_run(const std::string& text,
                                                      const std::string& file, std::string& note) {
  constexpr const char* expected = "must be a run as `run --save` writes it";
  auto read = parse_object(text, file, expected);
  if (!read) return std::unexpected(std::move(read.error()));
  const Json& json = *read;
  if (json.contains("schema_version") && !json.contains("schema")) {
    return std::unexpected(
        wrong_in(file, "", "is a scenario, not a saved run", "`run` plays it, `run --save` saves"));
  }
  const Json version = json.value("schema", Json());
  if (version != Json(schema)) {
    note = "was written as " + version.dump() + ", not as \"" + std::string(schema) +
           "\"; tried all the same";
  } else if (json.contains("logic") && json["logic"] != Json(logic_version())) {
    note = "was written with another version of the logic or the model; tried all the same";
  }
  auto run = from_json(json, file);
  if (!run) return run;
  constexpr const char* advice = "`export` makes a scenario of the run as it was, which may be edited";
  auto edited = version == Json(schema) ? edited_place(json, {run_members, {}}, file, advice)
                                        : edited_place_of_other_version(json, file, advice);
  if (edited) return std::unexpected(*std::move(edited));
  return run;
}

}  // namespace sim
