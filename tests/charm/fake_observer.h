// Whoever watches a dispatch from outside, made by hand.
#pragma once

#include <string>
#include <vector>

#include "charm/runtime/dispatch.h"

namespace charm::fake {

// Writes down what dispatch() tells.
struct Observer final : DispatchObserver {
  void handler_started(const Handler&, const Event&, bool reemitted) override {
    if (reemitted) ++reemissions;
  }
  void handler_ended(const Handler& handler, const Outcome& outcome, const Path& path) override {
    ended.push_back(std::string(handler.name) + (outcome.deferred() ? " deferred" : " done"));
    paths.push_back(to_text(path));
    charts.emplace_back(handler.chart);
  }
  void handler_merged(const Handler& handler, const Event&) override {
    ended.push_back(std::string(handler.name) + " merged");
  }

  int reemissions = 0;
  std::vector<std::string> ended;
  std::vector<std::string> paths;
  std::vector<std::string> charts;  // that each of them walked
};

}  // namespace charm::fake
