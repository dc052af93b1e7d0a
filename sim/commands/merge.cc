// charmsim merge: what shards came to, told as if one run had made all of it.
#include <algorithm>
#include <filesystem>
#include <ostream>

#include "sim/commands/failover.h"
#include "sim/commands/failover_shards.h"
#include "sim/commands/failover_teller.h"
#include "sim/commands/fuzz_findings.h"
#include "sim/commands/fuzz_shards.h"
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

// Says on the console which option is none for what the files are of.
bool is_not_for(const char* option, bool is_given, const std::string& command,
                const Console& console) {
  if (!is_given) return false;
  console.err << "charmsim merge: " << option << " is not for shards of " << command << '\n';
  return true;
}

int merge_failovers(ShardFile file, const std::vector<std::string>& inputs,
                    const MergeOptions& options, const Console& console) {
  if (is_not_for("--save-to", !options.folder.empty(), file.command, console) ||
      is_not_for("--shrink-tries", options.shrink_tries.has_value(), file.command, console)) {
    return exit_bad_input;
  }
  FailoverTeller teller(options, console);
  if (!teller.open(inputs)) return exit_bad_input;
  teller.keep(file);
  const auto measured = failovers_of(std::move(file), inputs.front());
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

int merge_campaign(const ShardFile& file, const std::vector<std::string>& inputs,
                   const MergeOptions& options, const Console& console) {
  if (is_not_for("--what-if", options.compares, file.command, console) ||
      is_not_for("--csv", options.csv, file.command, console) ||
      is_not_for("--samples", !options.samples_file.empty(), file.command, console) ||
      is_not_for("--html", !options.html_file.empty(), file.command, console)) {
    return exit_bad_input;
  }
  const auto merged = campaign_of(file, inputs.front(), console);
  if (!merged) {
    console.err << to_text(merged.error()) << '\n';
    return exit_bad_input;
  }
  Output out(options.out_file);
  auto why = open_outputs({&out}, inputs);
  if (!why && !options.folder.empty()) why = make_folder(options.folder);
  if (why) {
    console.err << *why << '\n';
    return exit_bad_input;
  }
  if (out.is_wanted()) {
    write_shard_file(out.stream(), file);
    if (!finish_or_tell(out, console.err)) return exit_bad_input;
  }
  FuzzOptions as_fuzz{.campaign = merged->options, .out = options.folder, .json = options.json};
  as_fuzz.shrink_tries = options.shrink_tries.value_or(as_fuzz.shrink_tries);
  return tell_findings({.options = as_fuzz,
                        .scenarios = merged->scenarios,
                        .result = merged->result,
                        .shards = merged->shards,
                        .until = {}},
                       console);
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
  if (file->command == "fuzz") return merge_campaign(*file, *files, options, console);
  return merge_failovers(*std::move(file), *files, options, console);
}

}  // namespace sim
