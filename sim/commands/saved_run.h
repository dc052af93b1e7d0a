// A run as a file: the scenario itself, its choices, and what came out (`charmsim-run/2`). It can
// be replayed to the byte, on any machine. It says which logic and model have made it, and each of
// its members has a digest (json_file.h). `charmsim-run/1` had digests of some.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "sim/commands/json_file.h"
#include "sim/scenario/error.h"

namespace sim {

struct SavedRun {
  std::string scenario_file;  // where the scenario came from; for messages
  std::string scenario;       // its text
  std::string choices;
  std::string broken;  // the name of the property that broke; empty if all held
  std::uint64_t fingerprint = 0;
  std::vector<std::uint64_t> steps;  // the fingerprint after each event of the trace
  bool interrupted = false;          // by Ctrl-C after the last of these steps
};

std::string to_json_text(const SavedRun& run);
// A file of another version, of the format or of what has made it, is tried all the same; `note`
// says so. One that was cut or edited is refused, with the place; of another format, where its own
// digests tell of it: it may have more members than are known here, and fewer digests.
std::expected<SavedRun, ScenarioError> read_saved_run(const std::string& text,
                                                      const std::string& file, std::string& note);

// Whether it looks like one, whatever is wrong with it.
bool is_saved_run(const std::string& text);

}  // namespace sim
