// JUnit's XML, as far as CI systems agree on it: suites, cases, failures.
#include <algorithm>

#include "sim/report/markup.h"
#include "sim/report/results.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  return std::string(" ").append(name).append("=\"").append(as_markup(value)).append("\"");
}

std::string failure_text(const RunResult& run, const RunResult::Failure& failure) {
  const Violation& broken = failure.violation;
  std::string text = "at t=" + to_seconds(charm::Duration(broken.at.micros)) + ", step " +
                     std::to_string(broken.step) + ": " + broken.what + '\n';
  if (failure.actor) {
    text += failure.actor->in_the_act ? "the hook that acted: " : "the hook that acted last: ";
    text.append(failure.actor->handler).append(" in ").append(failure.actor->hook) += '\n';
  }
  return text + "reproduce: " + run.reproduce + '\n';
}

std::string case_text(const RunResult& run) {
  std::string text =
      "    <testcase" + attribute("classname", run.scenario_file) + attribute("name", run.name);
  if (run.failures.empty() && !run.interrupted) return text + "/>\n";
  text += ">\n";
  for (const RunResult::Failure& failure : run.failures) {
    text += "      <failure" + attribute("type", to_text(failure.violation.form)) +
            attribute("message", failure.violation.property) + '>' +
            as_markup(failure_text(run, failure)) + "</failure>\n";
  }
  if (run.failures.empty()) text += "      <skipped message=\"interrupted\"/>\n";
  return text + "    </testcase>\n";
}

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;
};

Counts count(std::span<const RunResult> runs) {
  Counts counts{.tests = runs.size()};
  for (const RunResult& run : runs) {
    if (!run.failures.empty()) {
      ++counts.failures;
    } else if (run.interrupted) {
      ++counts.skipped;
    }
  }
  return counts;
}

std::string attributes(const Counts& counts) {
  return attribute("tests", std::to_string(counts.tests)) +
         attribute("failures", std::to_string(counts.failures)) + attribute("errors", "0") +
         attribute("skipped", std::to_string(counts.skipped));
}

}  // namespace

std::string to_junit(std::span<const RunResult> results) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
                     attribute("name", "charmsim") + attributes(count(results)) + ">\n";
  for (std::size_t from = 0; from < results.size();) {
    const auto rest = results.subspan(from);
    const auto other = std::ranges::find_if(rest, [&rest](const RunResult& run) {
      return run.scenario_file != rest.front().scenario_file;
    });
    const auto suite = rest.first(static_cast<std::size_t>(other - rest.begin()));
    text += "  <testsuite" + attribute("name", suite.front().scenario_file) +
            attributes(count(suite)) + ">\n";
    for (const RunResult& run : suite) text += case_text(run);
    text += "  </testsuite>\n";
    from += suite.size();
  }
  return text + "</testsuites>\n";
}

}  // namespace sim
