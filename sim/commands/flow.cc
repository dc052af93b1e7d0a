// charmsim flow: a hook's chart, with what runs have walked of it.
#include <ostream>

#include "sim/commands/commands.h"
#include "sim/commands/saved_run.h"
#include "sim/flow/coverage.h"
#include "sim/flow/print.h"

namespace sim {
namespace {

const Chart* find_chart(const FlowOptions& options, const Console& console) {
  const Chart* chart = options.published ? console.charts.published(options.hook)
                                         : console.charts.refined(options.hook);
  if (chart != nullptr) return chart;
  console.err << "there is no " << (options.published ? "published" : "refined") << " chart '"
              << options.hook << "'; there are:\n";
  const auto& all = options.published ? console.charts.all_published() : console.charts.all_refined();
  for (const auto& [name, unused] : all) console.err << "  " << name << '\n';
  return nullptr;
}

}  // namespace

int flow_command(const FlowOptions& options, const Console& console) {
  const Chart* chart = find_chart(options, console);
  if (chart == nullptr) return exit_bad_input;
  Coverage coverage;
  for (const std::string& file : options.coverage_files) {
    const auto text = read_file(file);
    if (!text) {
      console.err << to_text(text.error()) << '\n';
      return exit_bad_input;
    }
    const auto read = read_coverage(*text, file);
    if (!read) {
      console.err << to_text(read.error()) << '\n';
      return exit_bad_input;
    }
    coverage.add(*read);
  }
  const auto& counts = (options.published ? coverage.published : coverage.charts)[options.hook];
  if (options.summary) {
    const CoverageSummary summary = summarise(*chart, counts);
    console.out << options.hook << "  " << to_text(summary) << '\n';
    for (const std::string& arrow : summary.arrows_never_walked) {
      console.out << "  never walked: " << arrow << '\n';
    }
    return exit_held;
  }
  const ChartFormat format = options.dot ? ChartFormat::dot : ChartFormat::mermaid;
  console.out << print_chart(*chart, format, options.coverage_files.empty() ? nullptr : &counts);
  return exit_held;
}

}  // namespace sim
