// charmsim flow: a hook's chart, with what runs have walked of it.
#include <ostream>

#include "sim/commands/commands.h"
#include "sim/commands/saved_run.h"
#include "sim/flow/coverage.h"
#include "sim/flow/print.h"
#include "sim/scenario/suggestion.h"

namespace sim {
namespace {

const Chart* find_chart(const FlowOptions& options, const Console& console) {
  const Chart* chart = options.published ? console.charts.published(options.hook)
                                         : console.charts.refined(options.hook);
  if (chart != nullptr) return chart;
  std::vector<std::string> names;
  const auto& all =
      options.published ? console.charts.all_published() : console.charts.all_refined();
  for (const auto& [name, unused] : all) names.push_back(name);
  console.err << "there is no " << (options.published ? "published" : "refined") << " chart "
              << printable(options.hook) << suggestion(options.hook, names) << "; there are:\n";
  for (const std::string& name : names) console.err << "  " << name << '\n';
  return nullptr;
}

// The sum of the files; nothing: one cannot be read, and the console has been told.
std::optional<Coverage> read_all(const std::vector<std::string>& files, const Console& console) {
  Coverage coverage;
  for (const std::string& file : files) {
    const auto text = read_file(file);
    const auto read = text ? read_coverage(*text, file) : std::unexpected(text.error());
    if (!read) {
      console.err << to_text(read.error()) << '\n';
      return std::nullopt;
    }
    coverage.add(*read);
  }
  return coverage;
}

}  // namespace

int flow_command(const FlowOptions& options, const Console& console) {
  const Chart* chart = find_chart(options, console);
  if (chart == nullptr) return exit_bad_input;
  auto coverage = read_all(options.coverage_files, console);
  if (!coverage) return exit_bad_input;
  const auto& counts = (options.published ? coverage->published : coverage->charts)[options.hook];
  const CoverageSummary summary = summarise(*chart, counts);
  for (const std::string& unknown : summary.unknown) {
    console.err << "counted, but not in this chart: " << unknown
                << "; was it walked by another version?\n";
  }
  if (options.summary) {
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
