// The story of a run for a person: virtual time, unit, what happened, which way through the chart.
// A handler that defers again for the same reason is told once, and counted.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sim/trace/trace.h"

namespace sim {

class StoryText final : public TraceSink {
 public:
  struct Options {
    bool colours = false;  // only on a terminal
    bool verbose = false;  // every fact, every hook, whole paths
  };

  StoryText(std::ostream& out, const charm::AppName& app, const charm::CharmDefinition& charm,
            Options options)
      : out_(out), app_(app), charm_(charm), options_(options) {}

  void take(const TraceEvent& event) override;

 private:
  void line(const TraceEvent& event, std::string_view colour, const std::string& text);
  void handler_line(const TraceEvent& event);
  void fact_line(const TraceEvent& event);
  // How often in a row this handler has deferred this event for this reason before now, and keeps
  // count.
  std::uint32_t deferrals_before(const TraceEvent& event);

  // A handler that waits, and what it has said so far.
  struct Waiting {
    charm::UnitName unit;
    const charm::Handler* handler = nullptr;
    charm::Event event;
    std::string reason;
    std::uint32_t times = 0;
  };

  std::ostream& out_;
  const charm::AppName& app_;
  const charm::CharmDefinition& charm_;
  Options options_;
  std::vector<Waiting> waiting_;
};

// `12.345s`, with as many leading blanks as make it 11 wide.
std::string to_seconds(charm::Instant at);
std::string to_seconds(charm::Duration time);

}  // namespace sim
