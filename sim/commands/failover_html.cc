// From the view to what the page is of, and the page of its parts.
#include "sim/commands/failover_html.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/commands/failover_html_parts.h"
#include "sim/commands/logic_version.h"
#include "sim/commands/search_text.h"
#include "sim/report/markup.h"

namespace sim {
namespace failover_page {
namespace {

using failover::Failover;
using failover::Series;
using Json = nlohmann::ordered_json;

// Outages that were seen to end, in ascending order.
std::vector<std::int64_t> ended(const std::vector<Failover>& failovers) {
  std::vector<std::int64_t> all;
  for (const Failover& one : failovers) {
    if (!one.is_open) all.push_back(one.outage_us);
  }
  std::ranges::sort(all);
  return all;
}

void add(Content& content, OneKind& kind, const Series& series) {
  const auto setting = static_cast<std::size_t>(
      std::ranges::find(content.settings, series.setting) - content.settings.begin());
  const std::vector<Failover> done = series.done();
  if (done.empty()) {
    kind.refused.emplace_back(setting, series.refused.empty() ? "interrupted" : series.refused);
    return;
  }
  OneSeries one{.setting = setting, .summary = failover::summary_of(done)};
  for (std::size_t row = 0; row < rows.size(); ++row) {
    one.made_of[row] = rows[row].per_mille == 0
                           ? failover::composition_of(done)
                           : failover::composition_about(done, rows[row].per_mille);
  }
  kind.series.push_back(std::move(one));
}

// Once the axes are known.
void draw(const Content& content, OneKind& kind) {
  for (const Series& series : content.view.series) {
    if (series.kind != kind.kind) continue;
    const auto one = std::ranges::find_if(kind.series, [&](const OneSeries& other) {
      return content.settings[other.setting] == series.setting;
    });
    if (one == kind.series.end()) continue;
    const std::vector<std::int64_t> outages = ended(series.done());
    one->linear = {failover::counts_at(outages, kind.linear), one->summary.runs};
    one->logarithmic = {failover::counts_at(outages, content.logarithmic), one->summary.runs};
  }
}

// What the script reads the curves from.
std::string page_data(const Content& content) {
  Json settings = Json::array();
  for (std::size_t setting = 0; setting < content.settings.size(); ++setting) {
    settings.push_back({{"letter", letter_of(setting)},
                        {"name", content.names[setting]},
                        {"classes", classes_of(setting)}});
  }
  Json kinds = Json::array();
  for (const OneKind& kind : content.kinds) {
    Json series = Json::array();
    for (const OneSeries& one : kind.series) {
      series.push_back({{"setting", one.setting},
                        {"runs", one.summary.runs},
                        {"margin", failover::band_margin(one.summary.runs)},
                        {"linear", failover::packed(one.linear.counts)},
                        {"log", failover::packed(one.logarithmic.counts)}});
    }
    kinds.push_back({{"name", kind.kind->name},
                     {"linear_end_us", kind.linear.end_us()},
                     {"series", std::move(series)}});
  }
  const Json json{{"schema", "charmsim-failover-page/1"},
                  {"logic", logic_version()},
                  {"linear_columns", failover::linear_columns},
                  {"log_ends_us", content.logarithmic.ends_us},
                  {"settings", std::move(settings)},
                  {"kinds", std::move(kinds)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Content content_of(const FailoverView& view) {
  Content content{.view = view, .settings = failover::settings_of(view.series)};
  content.names = failover::short_names(content.settings);
  content.choices = failover::choices_of(view.series);
  std::int64_t least = INT64_MAX;
  std::int64_t most = 0;
  for (const failover::Kind* known : failover::kinds_of(view.series)) {
    OneKind kind{.kind = known};
    for (const Series& series : view.series) {
      if (series.kind == known) add(content, kind, series);
    }
    std::int64_t longest = 1'000;  // so that there is an axis
    for (const OneSeries& one : kind.series) {
      longest = std::max(longest, one.summary.most_ended_us);
      least = std::min(least, one.summary.outage.least);
    }
    most = std::max(most, longest);
    kind.linear = failover::linear_axis(longest);
    content.kinds.push_back(std::move(kind));
  }
  content.logarithmic = failover::logarithmic_axis(std::min(least, most), most);
  for (OneKind& kind : content.kinds) draw(content, kind);
  return content;
}

std::string facts_markup(const Content& content) {
  std::uint64_t runs = 0;
  for (const OneKind& kind : content.kinds) {
    for (const OneSeries& one : kind.series) runs += one.summary.runs;
  }
  const auto& options = content.view.options;
  const auto fact = [](std::string_view name, const std::string& value) {
    return "<div><dt>" + std::string(name) + "</dt><dd>" + value + "</dd></div>";
  };
  std::string text = fact("simulated", plural(runs, "failover")) +
                     fact("of", plural(content.kinds.size(), "kind") + ", " +
                                    plural(content.settings.size(), "setting")) +
                     fact("each", std::to_string(options.runs) + " times, seeds " +
                                      std::to_string(options.first_seed) + " to " +
                                      std::to_string(options.first_seed + options.runs - 1)) +
                     fact("logic", "<code>" + std::string(logic_version()) + "</code>");
  if (options.delays != nullptr) text += fact("delays", "measured");
  if (content.view.was_interrupted) text += fact("interrupted", "that is how far it came");
  return text;
}

// Where the moments within windows come from.
std::string delays_markup(const Content& content) {
  if (content.view.options.delays == nullptr) {
    return "The delays of the model were not fitted to a real cluster: each moment of a window is "
           "as likely as any other, and the windows are wider than what one system does.";
  }
  return "Delays are drawn from the quantile tables of a file, which were measured on one real "
         "cluster; of what has no table each moment of the model's window is as likely as any "
         "other.";
}

}  // namespace failover_page

std::string to_html_text(const FailoverView& view) {
  using namespace failover_page;
  const Content content = content_of(view);
  return filled_page(failover_page_files(), {{"facts", facts_markup(content)},
                                             {"delays", delays_markup(content)},
                                             {"advice", advice_markup(content)},
                                             {"settings", settings_markup(content)},
                                             {"glance", glance_markup(content)},
                                             {"choice", choice_markup(content)},
                                             {"navigation", navigation_markup(content)},
                                             {"kinds", kinds_markup(content)},
                                             {"data", as_script_data(page_data(content))}});
}

}  // namespace sim
