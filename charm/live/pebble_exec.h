// The websockets of a command that Pebble runs: it begins when they are connected. Source:
// juju-and-pebble.md, section 6.6.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "charm/live/pebble_answers.h"
#include "charm/types/time.h"

namespace charm::live {

struct CommandLimits {
  Duration time;
  std::size_t output_bytes = 0;  // of each, standard output and standard error
};

// Gives the command its input, and returns what it writes on standard output when it has closed
// that and standard error. Or why that could not be had, for the log; the command may go on.
std::expected<std::string, std::string> follow_command(const std::string& socket,
                                                       const PebbleId& task, std::string_view input,
                                                       const CommandLimits& limits);

}  // namespace charm::live
