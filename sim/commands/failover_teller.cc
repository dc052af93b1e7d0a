// One of three forms on standard output, and three files.
#include "sim/commands/failover_teller.h"

#include <algorithm>

#include "sim/commands/failover_html.h"

namespace sim {

bool FailoverTeller::open(const std::vector<std::string>& inputs) {
  const auto why = open_outputs({&samples_, &html_, &out_}, inputs);
  if (why) console_.err << *why << '\n';
  return !why;
}

void FailoverTeller::keep(const ShardFile& file) {
  if (keeps()) write_shard_file(out_.stream(), file);
}

int FailoverTeller::tell(const FailoverView& view) {
  if (wanted_.json) {
    console_.out << to_json_text(view);
  } else {
    console_.out << (wanted_.csv ? to_csv_text(view) : to_text(view));
  }
  if (samples_.is_wanted()) {
    samples_.stream() << samples_csv_text(view);
    if (!finish_or_tell(samples_, console_.err)) return exit_bad_input;
  }
  if (html_.is_wanted()) {
    html_.stream() << to_html_text(view);
    if (!finish_or_tell(html_, console_.err)) return exit_bad_input;
  }
  if (view.was_interrupted) {
    if (keeps()) console_.err << out_.path() << ": not written, as it was interrupted\n";
    return exit_interrupted;
  }
  if (!finish_or_tell(out_, console_.err)) return exit_bad_input;
  const bool is_all =
      std::ranges::all_of(view.series, [](const auto& one) { return one.refused.empty(); });
  return is_all ? exit_held : exit_bounded;
}

}  // namespace sim
