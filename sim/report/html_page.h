// A run as one page that stands alone: it reads no network, and has all of the run in it.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sim/report/acting_hook.h"
#include "sim/report/html_record.h"
#include "sim/report/page_template.h"
#include "sim/report/verdict_text.h"

namespace sim {

// The last choice from which the good end could still be reached, as far as is known.
struct PointOfNoReturn {
  charm::Instant at;
  std::string choice;     // as `--choices` takes it
  std::string what;       // in words
  bool or_later = false;  // the search has not come to its end: it is a bound
  std::string tried;      // what is known of it by which branches
};

struct HtmlView {
  const VerdictView& verdict;
  const HtmlRecord& record;
  const charm::CharmDefinition& charm;
  std::string run_name;  // `calm`, `seed 7`
  std::optional<PointOfNoReturn> no_return = {};
  std::span<const std::optional<Actor>> actors = {};  // by violation; empty: not known
};

// The data alone (`charmsim-page/1`), and the page that shows it.
nlohmann::ordered_json to_page_json(const HtmlView& view);
std::string to_html(const HtmlView& view);

// The files of sim/report/page/, as they were when this was built: `page.html`, `page.css`, and
// the scripts by the order of their names.
std::span<const PageFile> page_files();

}  // namespace sim
