// The story of a run for a person: virtual time, unit, what happened, which way through the chart.
#pragma once

#include <iosfwd>
#include <string>

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

  std::ostream& out_;
  const charm::AppName& app_;
  const charm::CharmDefinition& charm_;
  Options options_;
};

// `12.345s`, with as many leading blanks as make it 11 wide.
std::string to_seconds(charm::Instant at);
std::string to_seconds(charm::Duration time);

}  // namespace sim
