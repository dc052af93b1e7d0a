// Drawings of the failovers' page. What scales with the window is a path of SVG or a box; words
// stand beside at their places in per cent, and so stay as large as they are.
#include <algorithm>

#include "sim/commands/failover_html_parts.h"
#include "sim/report/markup.h"

namespace sim::failover_page {
namespace {

using failover::Axis;
using failover::Composition;
using failover::Curve;
using failover::curve_rows;
using failover::phase_count;
using failover::Quantile;
using failover::Tick;

std::string phase_name(std::size_t phase) {
  return std::string(to_text(static_cast<failover::Phase>(phase)));
}

// `0.5`, `30`: a round number of seconds.
std::string tick_text(std::int64_t us) {
  std::string text = std::to_string(us / 1'000'000);
  const std::int64_t rest = us % 1'000'000;
  if (rest == 0) return text;
  std::string decimals = std::to_string(rest);
  decimals.insert(0, 6 - decimals.size(), '0');
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return text + '.' + decimals;
}

// The place of a mark on an axis, from the left.
std::string left_of(std::size_t column, const Axis& axis) {
  return "left:" + style_percent(static_cast<std::int64_t>(column),
                                 static_cast<std::int64_t>(axis.columns()));
}

std::string tick_place(const Tick& tick, const Axis& axis) {
  return "left:" + style_percent(tick.hundredths, static_cast<std::int64_t>(axis.columns()) * 100);
}

std::string ticks_markup(const std::vector<Tick>& ticks, const Axis& axis,
                         std::string_view classes) {
  std::string text;
  for (const Tick& tick : ticks) {
    text += "<span class=\"" + std::string(classes) + "\" style=\"" + tick_place(tick, axis) +
            "\">" + tick_text(tick.us) + "</span>";
  }
  return text;
}

// --- curves ---

struct Scale {
  std::string_view name;
  const Axis& axis;
  std::vector<Tick> ticks;
  Curve OneSeries::* curve;
};

constexpr std::array<std::int64_t, 6> shown_shares{0, 25, 50, 75, 90, 100};

std::string drawing(const OneKind& kind, const Scale& scale) {
  const std::string columns = std::to_string(scale.axis.columns());
  const std::string rows = std::to_string(curve_rows);
  std::string text = "<svg class=\"" + std::string(scale.name) + "\" viewBox=\"0 0 " + columns +
                     " " + rows +
                     "\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"grid\" "
                     "d=\"";
  for (const std::int64_t share : shown_shares) {
    text += "M0 " + std::to_string(curve_rows - share * curve_rows / 100) + "h" + columns;
  }
  for (const Tick& tick : scale.ticks) {
    text += "M" + std::to_string(tick.hundredths / 100) + " 0v" + rows;
  }
  text += "\"/>";
  for (const OneSeries& one : kind.series) {
    text += "<path class=\"band " + classes_of(one.setting) + "\" d=\"" +
            failover::band_path(one.*scale.curve) + "\"/>";
  }
  for (const OneSeries& one : kind.series) {
    text += "<path class=\"line " + classes_of(one.setting) + "\" d=\"" +
            failover::curve_path(one.*scale.curve) + "\"/>";
  }
  return text + "</svg>\n";
}

// A letter on each curve, at another height each, so that they do not hide one another.
std::string letters(const OneKind& kind, const Scale& scale) {
  constexpr std::array<std::uint64_t, 7> heights{50, 65, 35, 80, 20, 72, 28};
  std::string text;
  for (std::size_t at = 0; at < kind.series.size(); ++at) {
    const OneSeries& one = kind.series[at];
    const Curve& curve = one.*scale.curve;
    const std::uint64_t share = heights[at % heights.size()];
    const auto reached = std::ranges::find_if(
        curve.counts, [&](std::uint64_t count) { return count * 100 >= share * curve.samples; });
    if (reached == curve.counts.end()) continue;  // so many were not seen to end
    const auto column = static_cast<std::size_t>(reached - curve.counts.begin());
    text += "<b class=\"mark badge " + std::string(scale.name) + " " + classes_of(one.setting) +
            "\" style=\"" + left_of(column, scale.axis) + ";top:" + std::to_string(100 - share) +
            "%\">" + letter_of(one.setting) + "</b>";
  }
  return text;
}

// --- phases ---

std::string bar(const Composition& made_of, std::int64_t longest_us) {
  std::string text = "<span class=\"bar\">";
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::int64_t us = made_of.phases_us[phase];
    if (us == 0) continue;
    // Where it fits, its name stands in it; of a slim one only in a wide window.
    const std::int64_t hundredth = us * 100 / longest_us;
    const std::string name = phase_name(phase);
    text.append("<span class=\"phase ").append(name).append(hundredth < 32 ? " slim" : "");
    text.append("\" style=\"width:").append(style_percent(us, longest_us)).append("\" title=\"");
    text.append(name).append(" ").append(seconds(us)).append(" s\">");
    text.append(hundredth < 15 ? "" : name).append("</span>");
  }
  return text + "<span class=\"sum\">" + seconds_with_unit(made_of.outage_us) + "</span></span>";
}

std::string phases_table(const OneKind& kind) {
  std::string text =
      "<details class=\"numbers\"><summary>Phases as numbers</summary><div class=\"scroll\" "
      "tabindex=\"0\" role=\"region\" aria-label=\"Phases as numbers\"><table><thead><tr><th "
      "scope=\"col\">of</th>";
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    text += "<th scope=\"col\">" + phase_name(phase) + ", s</th>";
  }
  text += "<th scope=\"col\">outage, s</th></tr></thead><tbody>";
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const OneSeries& one : kind.series) {
      text += "<tr><th scope=\"row\">" + std::string(rows[row].name) + " " + badge(one.setting) +
              "</th>";
      for (const std::int64_t us : one.made_of[row].phases_us) {
        text += "<td>" + seconds(us) + "</td>";
      }
      text += "<td>" + seconds(one.made_of[row].outage_us) + "</td></tr>";
    }
  }
  return text + "</tbody></table></div></details>";
}

// --- at a glance ---

std::string glance_line(const OneSeries& one, const Axis& axis) {
  const auto place = [&axis](std::int64_t us) { return axis.column_of(us); };
  const failover::Times& outage = one.summary.outage;
  const std::size_t half = place(outage.half.value);
  const std::size_t most = place(outage.most);
  const auto width = static_cast<std::int64_t>(most - half);
  const std::string classes = classes_of(one.setting);
  std::string text =
      "<span class=\"track\" title=\"" + letter_of(one.setting) + ": p50 " +
      seconds(outage.half.value) + " s, p90 " + seconds(outage.nine_tenths.value) + " s, p99 " +
      seconds(outage.ninety_nine.value) + " s, max " + seconds(outage.most) +
      " s\"><i class=\"whisker " + classes + "\" style=\"" + left_of(half, axis) +
      ";width:" + style_percent(width, static_cast<std::int64_t>(axis.columns())) + "\"></i>";
  for (const Quantile& tail : {outage.nine_tenths, outage.ninety_nine}) {
    text +=
        "<i class=\"tail " + classes + "\" style=\"" + left_of(place(tail.value), axis) + "\"></i>";
  }
  return text + "<b class=\"badge " + classes + "\" style=\"" + left_of(half, axis) + "\">" +
         letter_of(one.setting) + "</b></span>";
}

}  // namespace

std::string curves_markup(const Content& content, const OneKind& kind) {
  const std::string name = as_markup(kind.kind->name);
  const std::array<Scale, 2> scales{
      {{"linear", kind.linear, failover::linear_ticks(kind.linear), &OneSeries::linear},
       {"log", content.logarithmic, failover::logarithmic_ticks(content.logarithmic),
        &OneSeries::logarithmic}}};
  std::string text =
      "<figure class=\"curves\"><figcaption>Per cent of the failovers that are over, by seconds "
      "without an acknowledged write</figcaption><div class=\"frame\"><div class=\"plot\" "
      "data-kind=\"" +
      name + "\" role=\"img\" aria-label=\"Distribution of the outage of " + name +
      "; its quantiles are in the table below\">\n";
  for (const Scale& scale : scales) text += drawing(kind, scale) + letters(kind, scale);
  for (const std::int64_t share : shown_shares) {
    text += "<span class=\"y\" style=\"top:" + std::to_string(100 - share) + "%\">" +
            std::to_string(share) + "</span>";
  }
  for (const Scale& scale : scales) {
    text += ticks_markup(scale.ticks, scale.axis, "x " + std::string(scale.name));
  }
  text += "</div></div>\n<p class=\"read\" hidden></p></figure>\n";
  return text;
}

std::string phases_markup(const Content&, const OneKind& kind) {
  std::int64_t longest = 1;
  for (const OneSeries& one : kind.series) {
    for (const Composition& made_of : one.made_of) longest = std::max(longest, made_of.outage_us);
  }
  std::string text =
      "<figure class=\"phases\"><figcaption>What the outages are made of: means of all, and of "
      "the 1&nbsp;% of the runs about each quantile</figcaption><ul class=\"legend\">";
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::string one = phase_name(phase);
    text.append("<li><span class=\"phase key ").append(one).append("\"></span>").append(one);
    text.append("</li>");
  }
  text += "</ul><dl class=\"bars\">";
  for (std::size_t row = 0; row < rows.size(); ++row) {
    text += "<div><dt>" + std::string(rows[row].name) + "</dt>";
    for (const OneSeries& one : kind.series) {
      text += "<dd>" + badge(one.setting) + bar(one.made_of[row], longest) + "</dd>";
    }
    text += "</div>";
  }
  return text + "</dl>" + phases_table(kind) + "</figure>\n";
}

std::string glance_markup(const Content& content) {
  const Axis& axis = content.logarithmic;
  const std::vector<Tick> ticks = failover::logarithmic_ticks(axis);
  std::string text =
      "<div class=\"glance\"><div class=\"scale\" aria-hidden=\"true\"><span></span>"
      "<span class=\"track\">" +
      ticks_markup(ticks, axis, "x") + "</span></div>";
  for (const OneKind& kind : content.kinds) {
    if (kind.series.empty()) continue;
    const std::string name = as_markup(kind.kind->name);
    text.append("<div class=\"row\"><a href=\"#").append(name).append("\">").append(name);
    text.append("</a><span class=\"lines\">");
    for (const Tick& tick : ticks) {
      text += "<i class=\"rule\" style=\"" + tick_place(tick, axis) + "\"></i>";
    }
    for (const OneSeries& one : kind.series) text += glance_line(one, axis);
    text += "</span></div>\n";
  }
  return text + "</div>";
}

}  // namespace sim::failover_page
