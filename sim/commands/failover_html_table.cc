// The numbers of a kind.
#include "sim/commands/failover_html_parts.h"
#include "sim/report/markup.h"

namespace sim::failover_page {
namespace {

using failover::Commits;
using failover::Quantile;

std::string cell(std::string_view label, const std::string& value, const std::string& small) {
  std::string text = "<td data-label=\"" + std::string(label) + "\"><span>" + value + "</span>";
  if (!small.empty()) text += "<small>" + small + "</small>";
  return text + "</td>";
}

// Where it lies among those that were not seen to end it is at least so long.
std::string quantile_cell(std::string_view label, const Quantile& quantile, const OneSeries& one) {
  return cell(label, (one.summary.is_least(quantile.value) ? "≥ " : "") + seconds(quantile.value),
              band(quantile.low, quantile.high));
}

std::string commits_text(const Commits& commits) {
  return "in " + percent_text(commits.failovers.value) + " % " + band(commits.failovers);
}

// One-sided: the longest that was seen has no band.
std::string longer_text(const failover::Times& outage) {
  if (!outage.longer_high) return "";
  return "longer: ≤ " + percent_above_text(*outage.longer_high) + " %";
}

}  // namespace

std::string table_markup(const Content& content, const OneKind& kind) {
  const std::string name = as_markup(kind.kind->name);
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Numbers of " + name +
      "\"><table class=\"wide\"><thead><tr><th scope=\"col\">setting</th>";
  for (const char* head : {"p50, s", "p90, s", "p99, s", "max, s", "mean, s", "commits lost",
                           "commits in doubt", "not served again", "other primary"}) {
    text += "<th scope=\"col\">" + std::string(head) + "</th>";
  }
  text += "</tr></thead><tbody>\n";
  for (const OneSeries& one : kind.series) {
    const failover::Summary& summary = one.summary;
    const failover::Times& outage = summary.outage;
    text +=
        "<tr><th scope=\"row\">" + named(content, one.setting) + "<small>" +
        std::to_string(summary.runs) + " runs</small></th>" +
        quantile_cell("p50, s", outage.half, one) +
        quantile_cell("p90, s", outage.nine_tenths, one) +
        quantile_cell("p99, s", outage.ninety_nine, one) +
        cell("max, s", (summary.open > 0 ? "≥ " : "") + seconds(outage.most), longer_text(outage)) +
        cell("mean, s", (summary.open > 0 ? "≥ " : "") + seconds(outage.mean), "") +
        cell("commits lost", std::to_string(summary.lost.all), commits_text(summary.lost)) +
        cell("commits in doubt", std::to_string(summary.in_doubt.all),
             commits_text(summary.in_doubt) + "; " + std::to_string(summary.in_doubt_there) +
                 " kept");
    const failover::Share open = failover::share_of(summary.open, summary.runs);
    text += cell("not served again", std::to_string(summary.open),
                 percent_text(open.value) + " % " + band(open)) +
            cell("other primary", percent_text(summary.moved.value) + " %", band(summary.moved)) +
            "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

}  // namespace sim::failover_page
