// Where an adapter says what it could not do, for an operator who reads the unit's log.
#pragma once

#include <string_view>

namespace charm::live {

class Log {
 public:
  virtual ~Log() = default;

  // One line: what could not be done, and why (`cannot patch pod pg-2: 403 forbidden`). No secrets,
  // and nothing of what somebody outside has sent but its length, its status, or its kind.
  virtual void warn(std::string_view line) = 0;
};

}  // namespace charm::live
