// Cases of the hook tools, whoever stands behind them. `Model` is the unit agent over the model;
// `LiveJuju` needs Juju's own tools and hook context, built from the Go module proxy (label
// `live`).
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "charm/live/hook_tools.h"
#include "charm/live/process.h"
#include "tests/contract/hook_tools_bench.h"

namespace charm::contract {

struct HookToolsSide {
  const char* name;
  std::unique_ptr<HookToolsBench> (*make)();
};

struct HookToolsContract : testing::TestWithParam<HookToolsSide> {
  using Bag = wire::Bag;

  static constexpr UnitName leader{0};
  static constexpr UnitName other{1};
  static constexpr Event update_status = plain_event(EventKind::update_status);

  // One that runs, and does nothing else.
  void begin(UnitName unit) { bench->begin(unit, update_status); }
  void expect_end_well(UnitName unit) { EXPECT_TRUE(bench->end_well(unit)); }

  static live::Ended run(std::vector<std::string> arguments, std::string input = {}) {
    return live::run({.arguments = std::move(arguments), .input = std::move(input)});
  }
  // What a tool prints, in JSON.
  static nlohmann::json told(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1, "--format=json");
    const live::Ended ended = run(std::move(arguments));
    EXPECT_TRUE(ended.well()) << to_text(ended) << ": " << ended.errors;
    const bool throws = false;
    return nlohmann::json::parse(ended.output, nullptr, throws);
  }
  // `2: no relation id specified`.
  static std::string refused(std::vector<std::string> arguments) {
    const live::Ended ended = run(std::move(arguments));
    EXPECT_EQ(ended.how, live::Ended::How::exited);
    EXPECT_TRUE(ended.errors.starts_with("ERROR ")) << ended.errors;
    EXPECT_EQ(ended.output, "");
    return std::to_string(ended.code) + ": " + live::first_line(ended.errors);
  }
  template <class T>
  static T need(live::Told<T> answer) {
    EXPECT_TRUE(answer) << answer.error().text;
    return answer ? *std::move(answer) : T();
  }
  static void need(const live::Told<void>& answer) { EXPECT_TRUE(answer) << answer.error().text; }
  template <class T>
  static live::ToolFailure failure(const live::Told<T>& answer) {
    EXPECT_FALSE(answer);
    return answer ? live::ToolFailure::other : answer.error().what;
  }

  std::unique_ptr<HookToolsBench> bench = GetParam().make();
  live::HookTools tools;
};

}  // namespace charm::contract
