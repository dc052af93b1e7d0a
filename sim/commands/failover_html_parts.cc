// Words and numbers of the failovers' page, and the frame of each kind.
#include "sim/commands/failover_html_parts.h"

#include "sim/report/markup.h"

namespace sim::failover_page {
namespace {

constexpr std::size_t palette = 8;  // colours, and patterns of dashes

}  // namespace

std::string letter_of(std::size_t setting) {
  std::string text(1, static_cast<char>('A' + setting % 26));
  return setting < 26 ? text : letter_of(setting / 26 - 1) + text;
}

std::string seconds(std::int64_t us) { return seconds_text(us, "−"); }

// No line breaks between a number and its unit.
std::string seconds_with_unit(std::int64_t us) { return seconds(us) + "&nbsp;s"; }

std::string band(std::optional<std::int64_t> low, std::optional<std::int64_t> high) {
  return "[" + (low ? seconds(*low) : "?") + " " + (high ? seconds(*high) : "?") + "]";
}

std::string band(const failover::Share& share) {
  return "[" + percent_text(share.low) + " " + percent_text(share.high) + "]";
}

std::string style_percent(std::int64_t part, std::int64_t whole) {
  return hundredths_text(whole > 0 ? part * 10'000 / whole : 0) + '%';
}

std::string classes_of(std::size_t setting) {
  return "s" + std::to_string(setting % palette) + " d" +
         std::to_string((setting + setting / palette) % palette);
}

std::string badge(std::size_t setting) {
  return "<b class=\"badge " + classes_of(setting) + "\">" + letter_of(setting) + "</b>";
}

std::string named(const Content& content, std::size_t setting) {
  return badge(setting) + "&nbsp;" + as_markup(content.names[setting]);
}

std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (at > 0) text += at + 1 == parts.size() ? " and " : ", ";
    text += parts[at];
  }
  return text;
}

std::string settings_markup(const Content& content) {
  std::string text = "<ul class=\"settings\">";
  for (std::size_t setting = 0; setting < content.settings.size(); ++setting) {
    text += "<li>" + badge(setting) +
            "<svg class=\"swatch\" viewBox=\"0 0 34 8\" aria-hidden=\"true\"><path class=\"line " +
            classes_of(setting) + "\" d=\"M0 4h34\"/></svg><span><strong>" +
            as_markup(content.names[setting]) + "</strong></span></li>";
  }
  text += "</ul>";
  if (content.settings.empty()) return text;
  const std::string alike = content.settings.size() == 1
                                ? failover::to_text(content.settings.front())
                                : failover::alike_in(content.settings);
  if (!alike.empty()) {
    text += "<p class=\"alike\">" +
            std::string(content.settings.size() == 1 ? "In full: " : "All of them: ") +
            as_markup(alike) + ". Times are Patroni’s ttl/loop_wait/retry_timeout in seconds.</p>";
  }
  return text;
}

std::string navigation_markup(const Content& content) {
  std::string text;
  for (const OneKind& kind : content.kinds) {
    const std::string name = as_markup(kind.kind->name);
    text.append("<a href=\"#").append(name).append("\">").append(name).append("</a>");
  }
  return text;
}

std::string kinds_markup(const Content& content) {
  std::string text;
  for (const OneKind& kind : content.kinds) {
    const std::string name = as_markup(kind.kind->name);
    text.append("<section class=\"kind card\" id=\"").append(name);
    text.append("\" aria-labelledby=\"").append(name).append("-heading\">\n<h2 id=\"").append(name);
    text.append("-heading\">").append(name).append("</h2>\n<p class=\"what\">");
    text.append(as_markup(kind.kind->what)).append(".</p>\n");
    for (const auto& [setting, why] : kind.refused) {
      text += "<p class=\"refused\">" + named(content, setting) +
              " was not measured: " + as_markup(why) + ".</p>\n";
    }
    if (!kind.series.empty()) {
      text += "<div class=\"charts\">" + curves_markup(content, kind) +
              phases_markup(content, kind) + "</div>\n" + table_markup(content, kind);
    }
    text += "</section>\n";
  }
  return text;
}

}  // namespace sim::failover_page
