// The envelope of what shards came to, and what must be the same of two.
#include "sim/commands/shard_file.h"

#include <algorithm>
#include <utility>

#include "model/hash.h"
#include "sim/commands/commands.h"
#include "sim/commands/json_file.h"
#include "sim/commands/logic_version.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "charmsim-shards/1";
constexpr std::uintmax_t largest_shard_file = 1024U * 1024 * 1024;
constexpr const char* expected_file = "must be what `--out` of a shard, or of merge, has written";

std::string short_text(const Json& json) {
  constexpr std::size_t longest = 60;
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() <= longest) return text;
  return text.substr(0, longest) + "...";
}

std::string digest_of(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return to_hex(model::digest_bytes(text.data(), text.size(), 0x54));
}

// A member that must be this text.
std::optional<ScenarioError> other_text(const Json& json, const char* key, std::string_view right,
                                        const std::string& why, const std::string& file) {
  const Json member = json.value(key, Json());
  if (member == Json(right)) return std::nullopt;
  return wrong_in(file, pointer_to("", key),
                  member.is_null() ? "is missing" : "is " + short_text(member),
                  "must be \"" + std::string(right) + '"' + why);
}

std::optional<std::uint32_t> small_number(const Json& json, std::uint64_t most) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() > most) return std::nullopt;
  return static_cast<std::uint32_t>(json.get<std::uint64_t>());
}

// Where two of them are not the same, for the first time, and what there is in each.
struct Difference {
  std::string pointer;
  std::string first;
  std::string second;
};
std::optional<Difference> first_difference(const Json& first, const Json& second,
                                           const std::string& pointer) {
  if (first == second) return std::nullopt;
  if (first.is_object() && second.is_object()) {
    for (const auto& [key, value] : first.items()) {
      if (auto found = first_difference(value, second.value(key, Json()), pointer_to(pointer, key)))
        return found;
    }
  }
  if (first.is_array() && second.is_array()) {
    for (std::size_t at = 0; at < std::min(first.size(), second.size()); ++at) {
      if (auto found = first_difference(first[at], second[at], pointer_to(pointer, at)))
        return found;
    }
    return Difference{pointer, "a list of " + std::to_string(first.size()),
                      "one of " + std::to_string(second.size())};
  }
  return Difference{pointer, short_text(first), short_text(second)};
}

std::expected<ShardFile, ScenarioError> from_json(Json json, const std::string& path) {
  const auto refuse = [&path](std::string pointer, std::string what, std::string right) {
    return std::unexpected(wrong_in(path, std::move(pointer), std::move(what), std::move(right)));
  };
  ShardFile file;
  const Json command = json.value("command", Json());
  if (command != Json("failover") && command != Json("fuzz")) {
    return refuse("/command", "is " + short_text(command), "must be \"failover\" or \"fuzz\"");
  }
  file.command = command.get<std::string>();
  file.question = json.value("question", Json());
  if (!file.question.is_object()) return refuse("/question", "is no object", "must be one");
  const auto count = small_number(json.value("shards", Json()), most_shards);
  if (!count || *count == 0) {
    return refuse("/shards", "is no number of shards",
                  "must be 1 to " + std::to_string(most_shards));
  }
  file.count = *count;
  const auto parts = json.find("parts");
  if (parts == json.end() || !parts->is_array()) {
    return refuse("/parts", "is no list", "must have a part for each shard");
  }
  for (std::size_t at = 0; at < parts->size(); ++at) {
    Json& part = (*parts)[at];
    const std::string pointer = pointer_to("/parts", at);
    const auto index =
        part.is_object() ? small_number(part.value("shard", Json()), *count - 1) : std::nullopt;
    if (!index) {
      return refuse(pointer_to(pointer, "shard"), "is no shard",
                    "must be 0 to " + std::to_string(*count - 1));
    }
    if (!file.parts.try_emplace(*index, ShardPart{std::move(part), path, pointer}).second) {
      return refuse(pointer_to(pointer, "shard"), "is " + std::to_string(*index) + " once more",
                    "must be there once");
    }
  }
  return file;
}

}  // namespace

ShardSet ShardFile::shards() const {
  ShardSet set{.count = count, .has = {}};
  for (const auto& [index, unused] : parts) set.has.push_back(index);
  return set;
}

void write_shard_file(std::ostream& out, const ShardFile& file) {
  Json parts = Json::array();
  for (const auto& [index, part] : file.parts) {
    Json one{{"shard", index}};
    for (const auto& [key, value] : part.body.items()) one[key] = value;
    parts.push_back(std::move(one));
  }
  Json json{
      {"schema", schema},         {"program", program_version()}, {"sources", campaign_version()},
      {"command", file.command},  {"question", file.question},    {"shards", file.count},
      {"parts", std::move(parts)}};
  json["digest"] = digest_of(json);
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

std::expected<ShardFile, ScenarioError> read_shard_file(const std::string& path) {
  auto text = read_file(path, largest_shard_file);
  if (!text) return std::unexpected(std::move(text.error()));
  auto json = parse_object(*text, path, expected_file);
  if (!json) return std::unexpected(std::move(json.error()));
  text->clear();
  text->shrink_to_fit();
  if (!json->contains("schema")) {
    return std::unexpected(wrong_in(path, "/schema", "is missing", expected_file));
  }
  if (auto other = other_text(*json, "schema", schema, ", as this program writes it", path)) {
    return std::unexpected(*std::move(other));
  }
  if (auto other = other_text(*json, "program", program_version(),
                              ": another version has made it, and may come to other results", path))
    return std::unexpected(*std::move(other));
  if (auto other = other_text(*json, "sources", campaign_version(),
                              ": other sources have made it, and may come to other results", path))
    return std::unexpected(*std::move(other));
  const Json digest = json->value("digest", Json());
  json->erase("digest");
  if (digest != Json(digest_of(*json))) {
    return std::unexpected(
        wrong_in(path, "/digest", "is not that of the rest", "must be: the file was edited"));
  }
  return from_json(*std::move(json), path);
}

std::optional<ScenarioError> add_shards(ShardFile& to, ShardFile other, const std::string& first,
                                        const std::string& path) {
  if (other.command != to.command) {
    return wrong_in(path, "/command", "is \"" + other.command + '"',
                    "must be \"" + to.command + "\", as in " + first);
  }
  if (const auto differs = first_difference(other.question, to.question, "/question")) {
    return wrong_in(path, differs->pointer, "is " + differs->first,
                    "must be " + differs->second + ", as in " + first);
  }
  if (other.count != to.count) {
    return wrong_in(path, "/shards", "is " + std::to_string(other.count),
                    "must be " + std::to_string(to.count) + ", as in " + first);
  }
  to.parts.merge(other.parts);
  if (other.parts.empty()) return std::nullopt;
  const auto& [index, part] = *other.parts.begin();  // left, as it is there already
  return wrong_in(
      path, pointer_to(part.pointer, "shard"),
      "is " + std::to_string(index) + ", which " + to.parts.at(index).file + " has, too",
      "each shard must be there once");
}

}  // namespace sim
