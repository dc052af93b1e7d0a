// Reads the members of a file's JSON, one by one, and keeps the first thing that is wrong with
// them.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sim/commands/json_file.h"
#include "sim/scenario/error.h"

namespace sim {

class MemberReader {
 public:
  using Json = nlohmann::ordered_json;

  explicit MemberReader(std::string file) : file_(std::move(file)) {}

  void refuse(const std::string& pointer, std::string what, std::string right);
  // Each of these gives something of its kind, too, if it has refused what is there. `parent` is
  // the pointer to `json`.
  std::uint64_t number(const Json& json, const std::string& parent, const char* key,
                       std::uint64_t least, std::uint64_t most);
  std::uint32_t small(const Json& json, const std::string& parent, const char* key);
  std::string text(const Json& json, const std::string& parent, const char* key);
  bool truth(const Json& json, const std::string& parent, const char* key);
  const Json& list(const Json& json, const std::string& parent, const char* key);

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::optional<ScenarioError>& error() const { return error_; }

 private:
  std::string file_;
  std::optional<ScenarioError> error_;
};

}  // namespace sim
