// A log that keeps its lines.
#pragma once

#include <string>
#include <vector>

#include "charm/live/log.h"

namespace charm::live::given {

class RememberingLog final : public Log {
 public:
  void warn(std::string_view line) override { lines.emplace_back(line); }

  std::vector<std::string> lines;
};

}  // namespace charm::live::given
