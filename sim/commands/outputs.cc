#include "sim/commands/outputs.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

namespace sim {
namespace {

namespace fs = std::filesystem;

bool are_one_file(const std::string& a, const std::string& b) {
  std::error_code error;
  if (fs::exists(a, error) && !fs::is_regular_file(a, error)) return false;  // /dev/stdout
  return a == b || fs::equivalent(a, b, error);
}

}  // namespace

std::string cannot_be_written(const std::string& path) {
  std::string text = path + ": cannot be written";
  if (errno != 0) text += ": " + std::generic_category().message(errno);
  return text;
}

std::optional<std::string> claim_outputs(std::initializer_list<std::string> outputs,
                                         const std::string& input) {
  std::vector<std::string> claimed;
  std::vector<std::string> made;
  const auto refuse = [&made](std::string why) {
    std::error_code ignored;
    for (const std::string& path : made) fs::remove(path, ignored);
    return why;
  };
  for (const std::string& path : outputs) {
    if (path.empty()) continue;
    if (are_one_file(path, input)) return refuse(path + ": is what shall be read");
    for (const std::string& other : claimed) {
      if (are_one_file(path, other)) return refuse(path + ": shall be written twice");
    }
    std::error_code error;
    const bool is_new = !fs::exists(path, error);
    errno = 0;
    if (!std::ofstream(path, std::ios::binary | std::ios::app)) {
      return refuse(cannot_be_written(path));
    }
    claimed.push_back(path);
    if (is_new) made.push_back(path);
  }
  return std::nullopt;
}

}  // namespace sim
