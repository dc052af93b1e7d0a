// What some of a campaign's shards came to, as a file (`charmsim-shards/1`): written by the command
// that made them, put together with others by merge. Each part stays what its shard has written, so
// it makes no difference in which order, and in how many steps, they are put together.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "sim/scenario/error.h"
#include "sim/search/shards.h"

namespace sim {

// Of one shard, and where it was read.
struct ShardPart {
  nlohmann::ordered_json body;
  std::string file;
  std::string pointer;
};

struct ShardFile {
  std::string command;              // `failover`, `fuzz`
  nlohmann::ordered_json question;  // what all shards of a campaign were asked alike: an object
  std::uint32_t count = 1;          // of all shards
  std::map<std::uint32_t, ShardPart> parts;

  [[nodiscard]] ShardSet shards() const;
};

// One line. Beside what it is given it has the program's version, that of the sources that decide
// the result, and a digest of all.
void write_shard_file(std::ostream& out, const ShardFile& file);

// Refuses what was cut or edited, and what another program has written: other sources, other
// results.
std::expected<ShardFile, ScenarioError> read_shard_file(const std::string& path);

// Puts what `other` has beside what is there. Refuses parts of another question, and those that are
// there already; `first` and `path` are the files' names.
std::optional<ScenarioError> add_shards(ShardFile& to, ShardFile other, const std::string& first,
                                        const std::string& path);

}  // namespace sim
