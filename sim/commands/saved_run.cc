// The file format of a saved run, read with suspicion.
#include "sim/commands/saved_run.h"

#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "charmsim-run/1";
constexpr std::uintmax_t largest_file = 64U * 1024 * 1024;

std::optional<std::uint64_t> parse_hex(const Json& json) {
  if (!json.is_string()) return std::nullopt;
  const auto& text = json.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc{} || stop != text.data() + text.size() || text.size() != 16) return std::nullopt;
  return number;
}

ScenarioError wrong(const std::string& file, std::string pointer, std::string what, std::string expected) {
  return {.file = file, .line = {}, .column = {}, .pointer = std::move(pointer), .what = std::move(what),
          .expected = std::move(expected)};
}

// The text of a member, which must be there.
std::expected<std::string, ScenarioError> text_of(const Json& json, const char* key, const std::string& file) {
  const auto found = json.find(key);
  const std::string pointer = std::string("/") + key;
  if (found == json.end()) return std::unexpected(wrong(file, pointer, "is missing", "must be a text"));
  if (!found->is_string()) return std::unexpected(wrong(file, pointer, "is no text", "must be a text"));
  return found->get<std::string>();
}

std::expected<SavedRun, ScenarioError> from_json(const Json& json, const std::string& file) {
  SavedRun run;
  for (auto [key, target] : {std::pair{"scenario_file", &run.scenario_file},
                             std::pair{"scenario", &run.scenario}, std::pair{"choices", &run.choices},
                             std::pair{"broken", &run.broken}}) {
    auto text = text_of(json, key, file);
    if (!text) return std::unexpected(text.error());
    *target = std::move(*text);
  }
  const auto fingerprint = parse_hex(json.value("fingerprint", Json()));
  if (!fingerprint) {
    return std::unexpected(wrong(file, "/fingerprint", "is no fingerprint", "must be 16 hex digits"));
  }
  run.fingerprint = *fingerprint;
  const Json steps = json.value("steps", Json());
  if (!steps.is_array()) return std::unexpected(wrong(file, "/steps", "is no list", "must be a list"));
  for (const Json& step : steps) {
    const auto number = parse_hex(step);
    if (!number) {
      const std::string pointer = "/steps/" + std::to_string(run.steps.size());
      return std::unexpected(wrong(file, pointer, "is no fingerprint", "must be 16 hex digits"));
    }
    run.steps.push_back(*number);
  }
  if (!run.steps.empty() && run.steps.back() != run.fingerprint) {
    return std::unexpected(wrong(file, "/steps", "do not end with the run's fingerprint",
                                 "a file that was edited or cut cannot be replayed"));
  }
  return run;
}

}  // namespace

std::string to_hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t at = 16; at > 0; --at, number >>= 4U) text[at - 1] = digits[number & 0xFU];
  return text;
}

std::string to_json_text(const SavedRun& run) {
  Json steps = Json::array();
  for (std::uint64_t step : run.steps) steps.push_back(to_hex(step));
  const Json json{{"schema", schema},
                  {"scenario_file", run.scenario_file},
                  {"choices", run.choices},
                  {"broken", run.broken},
                  {"fingerprint", to_hex(run.fingerprint)},
                  {"scenario", run.scenario},
                  {"steps", std::move(steps)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::expected<SavedRun, ScenarioError> read_saved_run(const std::string& text, const std::string& file,
                                                      std::string& note) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    return std::unexpected(wrong(file, "", "is no JSON at byte " + std::to_string(error.byte),
                                 "a run as `charmsim run --save` writes it"));
  }
  if (!json.is_object()) {
    return std::unexpected(wrong(file, "", "is no object", "a run as `charmsim run --save` writes it"));
  }
  const Json version = json.value("schema", Json());
  if (version != Json(schema)) {
    note = "was written as " + version.dump() + ", not " + std::string(schema) + "; tried all the same";
  }
  return from_json(json, file);
}

std::expected<std::string, ScenarioError> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return std::unexpected(wrong(path, "", "cannot be opened", "a file that can be read"));
  const auto size = in.tellg();
  if (size < 0 || static_cast<std::uintmax_t>(size) > largest_file) {
    return std::unexpected(wrong(path, "", "cannot be read as a file", "a file of at most 64 MiB"));
  }
  in.seekg(0);
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return std::unexpected(wrong(path, "", "cannot be read", "a file that can be read"));
  return text.str();
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  return out.good();
}

}  // namespace sim
