// One program, run to its end: Juju's hook tools are programs. No shell is between, and nothing is
// left of it: neither a process nor a descriptor. Source: juju-and-pebble.md, section 2.1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "charm/types/time.h"

namespace charm::live {

struct Program {
  // The first is looked up in PATH, as a shell would. No secrets: everybody on the machine can read
  // them.
  std::vector<std::string> arguments;
  std::string input;  // all of its standard input; it lies in memory alone
  Duration deadline = std::chrono::seconds(60);
  std::size_t most_output_bytes = std::size_t{4} << 20U;  // of each of its two outputs
};

struct Ended {
  enum class How : std::uint8_t {
    exited,       // with `code`
    signalled,    // by signal `code`
    not_started,  // errno `code`: there is no such program, or it may not be run
    too_late,     // it was killed at its deadline, with all that it had started
    too_long,     // the same, because of what it printed
  };

  How how = How::not_started;
  int code = 0;
  std::string output;
  std::string errors;

  [[nodiscard]] bool well() const { return how == How::exited && code == 0; }
};

// `exit status 2`, `killed by signal 9`, `No such file or directory`.
std::string to_text(const Ended& ended);

// Returns when the program has ended and both outputs are closed. The environment is this
// process'; of its descriptors the program gets the three standard ones, and they are others.
Ended run(const Program& program);

}  // namespace charm::live
