// How the commands of the search declare their arguments; the others' stand in command_line.cc.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "sim/commands/commands.h"
#include "sim/commands/failover.h"

namespace sim {

// `text` with what stands in it as PROGRAM, SCENARIO and HOOK put in.
struct Examples {
  std::string program;
  std::string scenario;
  std::string hook;

  [[nodiscard]] std::string of(std::string_view text) const;
};

// `--shard i/n`, and `--shards n` for a pod of an Indexed Job, which Kubernetes tells its index.
void add_shards(CLI::App& command, std::optional<Shard>& shard);
// `60s`, `500ms`, `5m`, `2h`.
std::chrono::nanoseconds read_time(const std::string& option, const std::string& text);

void add_fuzz(CLI::App& app, FuzzOptions& options, const Examples& examples);
void add_explore(CLI::App& app, ExploreOptions& options, const Examples& examples);
void add_check_certificate(CLI::App& app, CheckCertificateOptions& options,
                           const Examples& examples);
void add_shrink(CLI::App& app, ShrinkCommandOptions& options, const Examples& examples);
void add_diff(CLI::App& app, DiffOptions& options, const Examples& examples);
void add_export(CLI::App& app, ExportOptions& options, const Examples& examples);
void add_failover(CLI::App& app, FailoverOptions& options, const Examples& examples);
void add_merge(CLI::App& app, MergeOptions& options, const Examples& examples);
void add_twice(CLI::App& app, TwiceOptions& options, const Examples& examples);

// Of each command: no file nor folder has an empty name, as a variable of a shell has that is not
// set; without this it would count as an option that was not given. Once all are declared.
inline void refuse_empty_names(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands({})) {
    for (CLI::Option* option : command->get_options()) {
      const std::string type =
          option->get_positional() ? option->get_name() : option->get_type_name();
      constexpr std::array names{"FILE", "DIR", "SCENARIO", "OTHER"};
      if (std::ranges::find(names, type) == names.end()) continue;
      const std::string right = type == "DIR" ? "a folder" : "a file";
      option->check([right](const std::string& name) {
        return name.empty() ? "is empty; must be the name of " + right : std::string();
      });
    }
  }
}

}  // namespace sim
