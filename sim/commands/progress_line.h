// How long work shows where it is.
#pragma once

#include <ostream>
#include <string>

#include "sim/commands/commands.h"

namespace sim {

// A line that is written over and over, if somebody looks on; gone in the end.
class ProgressLine {
 public:
  explicit ProgressLine(const Console& console) : console_(console) {}
  ~ProgressLine() { show({}); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& text) {
    if (!console_.shows_progress || (text.empty() && !is_shown_)) return;
    console_.err << "\r\033[K" << text << std::flush;
    is_shown_ = !text.empty();
  }

 private:
  const Console& console_;
  bool is_shown_ = false;
};

}  // namespace sim
