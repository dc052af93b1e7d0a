// One text with gaps.
#include "sim/commands/cpp_test.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace sim {
namespace {

// clang-format off: the text is as it shall be written.
constexpr std::string_view pattern = R"cpp(// A run in which @WHAT.
// `charmsim export --cpp` has written this: the run is in the scenario, with its choices.
#include <gtest/gtest.h>

@INCLUDES

namespace {

constexpr const char* scenario_text = R"@MARK(@SCENARIO)@MARK";

// What breaks in it, as long as the charm is not mended: then nothing may.
constexpr bool is_mended = @MENDED;
constexpr const char* property = @PROPERTY;

TEST(Counterexample, @NAME) {
  const auto scenario = sim::read_scenario(scenario_text, @FILE);
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto charts = sim::ChartSet::from_texts(@CHARTS);
  ASSERT_TRUE(charts) << to_text(charts.error());
  sim::FlowMonitor flow(*charts);
  sim::Simulation simulation(*scenario, {&@DEFINITION, @PROPERTIES, &flow}, {});
  sim::ListChoices choices(sim::own_choices(scenario_text));

  const sim::Verdict verdict = simulation.run(choices);

  EXPECT_EQ(sim::broken_property(verdict), is_mended ? "" : property)
      << (verdict.ok() ? "all held" : verdict.violations[0].what);
}

}  // namespace
)cpp";
// clang-format on

// "endpoints loses no unit that stays" is EndpointsLosesNoUnitThatStays.
std::string name_of(const std::string& property) {
  std::string name;
  bool begins = true;
  for (const char c : property) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_digit = c >= '0' && c <= '9';
    if (is_letter || is_digit) {
      name += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    begins = !is_letter && !is_digit && c != '\'';
  }
  return name.empty() ? "HoldsInThisRun" : name;
}

std::string literal(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string includes(const CppNames& names) {
  std::vector<std::string> headers{
      "sim/choices/list.h",        "sim/flow/charts.h",          "sim/flow/monitor.h",
      "sim/report/verdict_text.h", "sim/scenario/own_choices.h", "sim/scenario/read.h",
      "sim/simulation.h"};
  for (const std::string_view header : names.headers) headers.emplace_back(header);
  std::ranges::sort(headers);
  std::string text;
  for (const std::string& header : headers) {
    text.append(text.empty() ? "" : "\n").append("#include \"").append(header).append("\"");
  }
  return text;
}

// That ends no raw text of it too early.
std::string mark_for(const std::string& text) {
  std::string mark = "json";
  while (text.contains(')' + mark + '"')) mark += 'n';
  return mark;
}

}  // namespace

std::string to_cpp_text(const CppTest& test, const CppNames& names) {
  const std::string what =
      test.property.empty() ? "all held"
                            : literal(test.property) + (test.is_broken ? " breaks" : " has broken");
  const std::vector<std::pair<std::string_view, std::string>> gaps{
      {"@WHAT", what},
      {"@INCLUDES", includes(names)},
      {"@MARK", mark_for(test.scenario)},
      {"@MENDED", test.is_broken ? "false" : "true"},
      {"@PROPERTY", literal(test.property)},
      {"@PROPERTIES", std::string(names.properties)},
      {"@NAME", name_of(test.property)},
      {"@FILE", literal(test.scenario_file)},
      {"@CHARTS", std::string(names.charts)},
      {"@DEFINITION", std::string(names.definition)},
      {"@SCENARIO", test.scenario}};
  std::string text;
  std::string_view rest = pattern;
  while (!rest.empty()) {
    const auto at = std::min(rest.find('@'), rest.size());
    text.append(rest.substr(0, at));
    rest.remove_prefix(at);
    const auto gap =
        std::ranges::find_if(gaps, [rest](const auto& one) { return rest.starts_with(one.first); });
    if (gap == gaps.end()) break;  // the end of the pattern: it has no other
    text += gap->second;
    rest.remove_prefix(gap->first.size());
  }
  return text;
}

}  // namespace sim
