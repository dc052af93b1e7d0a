// The folder: a file an entry (`charmsim-choices/1`), named after what is in it.
#include "sim/search/corpus.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "model/hash.h"
#include "sim/scenario/error.h"

namespace sim {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "charmsim-choices/1";
constexpr std::string_view suffix = ".choices.json";

std::string reason() {
  return errno == 0 ? std::string() : ": " + std::generic_category().message(errno);
}

std::uint64_t content_of(const Corpus::Entry& entry) {
  return model::hash_text(to_text(entry.choices), model::hash_text(entry.scenario, 0xC0));
}

std::string name_of(std::uint64_t content) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t at = 16; at > 0; --at, content >>= 4U) text[at - 1] = digits[content & 0xFU];
  return text.append(suffix);
}

// Beside its place first: whatever happens, a file that stands there is whole.
std::optional<std::string> write(const fs::path& place, const std::string& text) {
  fs::path beside = place;
  beside += ".unfinished";
  errno = 0;
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (out.fail()) {
    std::string why = place.string() + ": cannot be written" + reason();
    fs::remove(beside, error);
    return why;
  }
  fs::rename(beside, place, error);
  if (error) return place.string() + ": cannot be written: " + error.message();
  return std::nullopt;
}

// What is wrong with the file; nothing if `entry` is what stands in it.
std::optional<std::string> read(const fs::path& path, Corpus::Entry& entry) {
  errno = 0;
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  const Json json = Json::parse(text.str(), nullptr, false);
  if (!json.is_object()) return "is no JSON object" + reason();
  const Json version = json.value("schema", Json());
  if (version != Json(schema)) {
    return "is of schema " + printable(version.dump(-1, ' ', true)) + "; must be \"" +
           std::string(schema) + '"';
  }
  for (const char* key : {"scenario", "choices"}) {
    if (!json.contains(key) || !json[key].is_string()) {
      return std::string("/") + key + " is no text";
    }
  }
  DeviationsError error;
  auto choices = parse_deviations(json["choices"].get<std::string>(), error);
  if (!choices) return "/choices, column " + std::to_string(error.column) + ": " + error.what;
  entry = {json["scenario"], std::move(*choices)};
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Corpus::open(const std::string& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    return folder + ": is a file, not a folder";
  }
  fs::create_directories(folder, error);
  if (error) return folder + ": cannot be made: " + error.message();
  std::vector<fs::path> files;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().native().ends_with(suffix)) files.push_back(at->path());
  }
  if (error) return folder + ": cannot be read: " + error.message();
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    Entry entry;
    if (const auto why = read(file, entry)) return file.string() + ": " + *why;
    if (known_.insert(content_of(entry)).second) entries_.push_back(std::move(entry));
  }
  // Whether it can be written is found out now, and not after an hour.
  const fs::path probe = fs::path(folder) / "probe";
  if (auto why = write(probe, "{}\n")) return why;
  fs::remove(probe, error);
  folder_ = folder;
  return std::nullopt;
}

std::optional<std::string> Corpus::add(const Entry& entry) {
  const std::uint64_t content = content_of(entry);
  if (!known_.insert(content).second) return std::nullopt;
  entries_.push_back(entry);
  if (folder_.empty()) return std::nullopt;
  const Json json{
      {"schema", schema}, {"scenario", entry.scenario}, {"choices", to_text(entry.choices)}};
  return write(fs::path(folder_) / name_of(content),
               json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n');
}

}  // namespace sim
