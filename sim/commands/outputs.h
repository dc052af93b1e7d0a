// The files that a command is to write when its work is done.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

namespace sim {

// Makes sure that each of them can be written (empty: not asked for), and says why not. Then
// nothing has changed: no file is made, none is emptied. `input` may not be among them.
std::optional<std::string> claim_outputs(std::initializer_list<std::string> outputs,
                                         const std::string& input);

// `trace.jsonl: cannot be written: No space left on device`, from errno.
std::string cannot_be_written(const std::string& path);

}  // namespace sim
