// charmsim merge: what shards came to, told as if one run had made all of it.
#include <algorithm>
#include <filesystem>
#include <ostream>

#include "sim/commands/failover.h"
#include "sim/commands/failover_shards.h"
#include "sim/commands/failover_teller.h"
#include "sim/commands/json_file.h"
#include "sim/commands/search_text.h"

namespace sim {
namespace {

std::expected<ShardFile, ScenarioError> read_all(const std::vector<std::string>& paths) {
  auto all = read_shard_file(paths.front());
  for (std::size_t at = 1; all && at < paths.size(); ++at) {
    auto next = read_shard_file(paths[at]);
    if (!next) return next;
    auto refused = add_shards(*all, *std::move(next), paths.front(), paths[at]);
    if (refused) return std::unexpected(*std::move(refused));
  }
  return all;
}

// Instead of a folder the `.json` files in it, by name.
std::expected<std::vector<std::string>, ScenarioError> files_of(
    const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      all.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (std::filesystem::directory_iterator at(path, error), end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == ".json") found.push_back(at->path().string());
    }
    if (error) {
      return std::unexpected(wrong_in(path, "", "cannot be read: " + error.message(), ""));
    }
    if (found.empty()) return std::unexpected(wrong_in(path, "", "has no .json file", ""));
    std::ranges::sort(found);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace

int merge_command(const MergeOptions& options, const Console& console) {
  const auto files = files_of(options.files);
  if (!files) {
    console.err << to_text(files.error()) << '\n';
    return exit_bad_input;
  }
  auto file = read_all(*files);
  if (!file) {
    console.err << to_text(file.error()) << '\n';
    return exit_bad_input;
  }
  const ShardSet shards = file->shards();
  if (!shards.is_whole() && !options.partial) {
    const auto missing = shards.missing();
    console.err << "charmsim merge: of " << plural(shards.count, "shard") << ' ' << to_text(missing)
                << (missing.size() == 1 ? " is" : " are")
                << " missing; --partial tells what there is\n";
    return exit_missing;
  }
  FailoverTeller teller(options, console);
  if (!teller.open(*files)) return exit_bad_input;
  teller.keep(*file);
  const auto measured = failovers_of(*std::move(file), files->front());
  if (!measured) {
    console.err << to_text(measured.error()) << '\n';
    return exit_bad_input;
  }
  const auto is_other = [&measured](const failover::Series& one) {
    return one.setting != measured->series.front().setting;
  };
  if (options.compares && std::ranges::none_of(measured->series, is_other)) {
    console.err << "charmsim merge: --what-if needs two settings to compare\n";
    return exit_bad_input;
  }
  return teller.tell({.series = measured->series,
                      .options = measured->options,
                      .shards = measured->shards,
                      .compares = options.compares});
}

}  // namespace sim
