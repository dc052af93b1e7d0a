// Lists of choices that have met something new, kept to be varied; in a folder, if there is one, so
// that the next campaign goes on from them.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/choices/choices.h"

namespace sim {

class Corpus {
 public:
  struct Entry {
    std::string scenario;  // its title: what a list means depends on it
    Deviations choices;    // sorted

    friend bool operator==(const Entry&, const Entry&) = default;
  };

  // In memory only.
  Corpus() = default;
  // Reads the folder, or makes it. Says what is wrong: it cannot be made, read or written, or a
  // file in it is none of a corpus. Files of other names than `*.choices.json` are let be.
  std::optional<std::string> open(const std::string& folder);

  // Keeps it, unless it is there already. Says why it could not be written; then it is kept in
  // memory.
  std::optional<std::string> add(const Entry& entry);

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::string folder_;
  std::vector<Entry> entries_;
  std::set<std::uint64_t> known_;  // by their content
};

}  // namespace sim
