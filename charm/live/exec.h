// A command in the workload's container.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "charm/types/errors.h"
#include "charm/types/time.h"

namespace charm::live {

struct ExecRequest {
  std::vector<std::string> command;  // the program and its arguments; no shell, and no secrets
  std::string input;                 // what it reads; may be secret
  std::string user;                  // the operating system's
  Duration timeout = std::chrono::seconds(30);
};

struct ExecAnswer {
  int exit_code = 0;
  std::string output;  // without what it says on standard error
};

// Unreachable: nobody can tell whether it has run.
using Exec = std::function<std::expected<ExecAnswer, Unreachable>(const ExecRequest&)>;

}  // namespace charm::live
