// How long work shows where it is.
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

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
    // What does not fit would begin lines that nobody takes away.
    console_.err << "\r\033[K" << text.substr(0, columns() - 1) << std::flush;
    is_shown_ = !text.empty();
  }

 private:
  // Of the terminal, which may have been made wider or narrower.
  static std::size_t columns() {
    constexpr std::size_t usual = 80;
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
    return size.ws_col;
  }

  const Console& console_;
  bool is_shown_ = false;
};

}  // namespace sim
