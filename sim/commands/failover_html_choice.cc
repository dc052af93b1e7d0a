// Which setting to choose: the sentences on top, and the comparison of each kind.
#include <algorithm>

#include "sim/commands/failover_html_parts.h"
#include "sim/commands/search_text.h"
#include "sim/report/markup.h"

namespace sim::failover_page {
namespace {

using failover::Choice;
using failover::Criterion;
using failover::Measured;
using failover::RankedKind;
using failover::Ranking;
using failover::Standing;

constexpr auto at(Criterion criterion) { return static_cast<std::size_t>(criterion); }

const Measured& of_setting(const RankedKind& ranked, std::size_t setting) {
  return *std::ranges::find(ranked.measured, setting, &Measured::setting);
}

const Standing& standing_of(const RankedKind& ranked, Criterion criterion, std::size_t setting) {
  const std::ptrdiff_t place =
      std::ranges::find(ranked.measured, setting, &Measured::setting) - ranked.measured.begin();
  return ranked.rankings[at(criterion)].standings[static_cast<std::size_t>(place)];
}

std::string all_named(const Content& content, const std::vector<std::size_t>& settings) {
  std::vector<std::string> names;
  names.reserve(settings.size());
  for (const std::size_t setting : settings) names.push_back(named(content, setting));
  return listed(names);
}

// --- the sentences on top ---

// The kind in which half of another one's failovers are longer by the most.
std::string greatest_gain(const Content& content, const Choice& choice, std::size_t setting) {
  std::int64_t most = 0;
  std::string text;
  for (const RankedKind& ranked : choice.kinds_of_rest) {
    const Measured& own = of_setting(ranked, setting);
    for (const Measured& other : ranked.measured) {
      const auto both = failover::compare(*own.series, *other.series);
      if (!both || both->longer_by.half.low.value_or(0) <= most) continue;
      const failover::Quantile& by = both->longer_by.half;
      if (by.value < std::int64_t{own.series->setting.client_ms} * 1'000) continue;
      most = *by.low;
      text = " Most is gained with " + as_markup(ranked.kind->name) +
             ": on the same draws half of the failovers are shorter by at least " +
             seconds_with_unit(by.value) + " " + band(by.low, by.high) + " than with " +
             named(content, other.setting) + ".";
    }
  }
  return text;
}

// Where it is not among the shortest, and by how much.
std::string drawbacks(const Choice& choice, std::size_t setting) {
  std::vector<std::string> where;
  for (const RankedKind& ranked : choice.kinds_of_rest) {
    const Standing& half = standing_of(ranked, Criterion::half, setting);
    const Standing& tail = standing_of(ranked, Criterion::ninety_nine, setting);
    if (!half.is_behind && !tail.is_behind) continue;
    std::vector<std::string> by;
    if (half.is_behind) by.push_back("p50 by " + seconds_with_unit(half.by_us));
    if (tail.is_behind) by.push_back("p99 by " + seconds_with_unit(tail.by_us));
    where.push_back(as_markup(ranked.kind->name) + " (" + listed(by) + ")");
  }
  return where.empty() ? "" : " Another one is shorter with " + listed(where) + ".";
}

// Whatever is out before times are looked at.
std::string set_aside(const Content& content, const Choice& choice) {
  std::vector<std::size_t> losing;
  std::vector<std::size_t> open;
  const auto& best = choice.behind_of(choice.rest.front());
  for (const std::size_t setting : choice.settings) {
    if (std::ranges::find(choice.rest, setting) != choice.rest.end()) continue;
    const bool loses = choice.behind_of(setting)[at(Criterion::lost)] > best[at(Criterion::lost)];
    (loses ? losing : open).push_back(setting);
  }
  std::string text;
  if (!losing.empty()) {
    text += " Set aside, however short: " + all_named(content, losing) +
            ", with more failovers that lose acknowledged commits.";
  }
  if (!open.empty()) {
    text += " Set aside, however short: " + all_named(content, open) +
            ", with more failovers after which nobody was served again.";
  }
  return text;
}

std::string why(const Content& content, const Choice& choice, std::size_t setting) {
  if (choice.rest.size() == 1) return "It is the only one that was not set aside.";
  std::size_t half = 0;
  std::size_t tail = 0;
  for (const RankedKind& ranked : choice.kinds_of_rest) {
    if (!standing_of(ranked, Criterion::half, setting).is_behind) ++half;
    if (!standing_of(ranked, Criterion::ninety_nine, setting).is_behind) ++tail;
  }
  const std::string kinds = " of " + plural(choice.kinds.size(), "kind");
  return "It is the shortest, or not to be told from the shortest, at p50 in " +
         std::to_string(half) + " and at p99 in " + std::to_string(tail) + kinds + "." +
         greatest_gain(content, choice, setting) + drawbacks(choice, setting);
}

// The same comparisons are lost by all of them.
bool are_alike(const Choice& choice) {
  for (const RankedKind& ranked : choice.kinds_of_rest) {
    for (const Criterion criterion : {Criterion::half, Criterion::ninety_nine}) {
      const bool first = standing_of(ranked, criterion, choice.chosen.front()).is_behind;
      for (const std::size_t setting : choice.chosen) {
        if (standing_of(ranked, criterion, setting).is_behind != first) return false;
      }
    }
  }
  return true;
}

std::string cost_list(const std::vector<std::string>& costs) {
  std::string text = "<ul>";
  for (const std::string& cost : costs) text += "<li>" + cost + "</li>";
  return text + "</ul>";
}

std::string advice_of(const Content& content, const Choice& choice) {
  const std::string load =
      content.choices.size() > 1
          ? "With a write each " +
                std::to_string(content.settings[choice.settings.front()].client_ms) + " ms: of"
          : "Of";
  std::string text = "<p class=\"lead\">";
  if (choice.chosen.size() == 1) {
    const std::size_t setting = choice.chosen.front();
    text += load + " the settings measured here choose " + named(content, setting) + ".</p><p>" +
            why(content, choice, setting) + set_aside(content, choice) + "</p>";
    const auto costs = costs_of(content, choice.settings, setting);
    text += costs.empty() ? "<p>Nothing is known here that it costs.</p>"
                          : "<p>What it costs, and how it differs:</p>" + cost_list(costs);
  } else {
    text += load + " the settings measured here " +
            (are_alike(choice) ? "nothing separates "
                               : "none is ahead: behind in as many comparisons are ") +
            all_named(content, choice.chosen) + ".</p><p>" +
            (are_alike(choice) ? "Choose by what they cost, below."
                               : "Which kinds of failovers you expect decides, below.") +
            set_aside(content, choice) + "</p>";
  }
  return text;
}

// --- kind by kind ---

std::string distance(const Measured& other, const Standing& standing, Criterion criterion) {
  switch (criterion) {
    case Criterion::half:
      return "+" + seconds(standing.by_us) + " s " + band(standing.low_us, standing.high_us);
    case Criterion::ninety_nine: return "+" + seconds(standing.by_us) + " s";
    case Criterion::lost: return percent_text(other.summary.lost.failovers.value) + " %";
    case Criterion::open: break;
  }
  return std::to_string(other.summary.open) + " of " + std::to_string(other.summary.runs);
}

std::string best_text(const Measured& best, Criterion criterion) {
  switch (criterion) {
    case Criterion::half: return seconds(best.summary.outage.half.value) + " s";
    case Criterion::ninety_nine: return seconds(best.summary.outage.ninety_nine.value) + " s";
    case Criterion::lost: return percent_text(best.summary.lost.failovers.value) + " %";
    case Criterion::open: break;
  }
  return std::to_string(best.summary.open) + " of " + std::to_string(best.summary.runs);
}

std::string criterion_cell(std::string_view label, const RankedKind& ranked, Criterion criterion) {
  const Ranking& ranking = ranked.rankings[at(criterion)];
  std::string best;
  std::string others;
  bool is_alike = true;
  for (std::size_t place = 0; place < ranked.measured.size(); ++place) {
    const Standing& standing = ranking.standings[place];
    if (!standing.is_behind) {
      best += badge(ranked.measured[place].setting) + " ";
      continue;
    }
    is_alike = false;
    others += "<small>" + badge(ranked.measured[place].setting) + " " +
              distance(ranked.measured[place], standing, criterion) + "</small>";
  }
  const std::string figure = best_text(ranked.measured[ranking.best], criterion);
  return "<td data-label=\"" + std::string(label) + "\"><span>" +
         (is_alike ? "<span class=\"same\">alike</span> " : best) + figure + "</span>" + others +
         "</td>";
}

std::string choice_table(const Choice& choice) {
  struct Column {
    std::string_view name;
    Criterion criterion;
  };
  constexpr std::array<Column, failover::criterion_count> columns{
      {{"shortest p50", Criterion::half},
       {"shortest p99", Criterion::ninety_nine},
       {"fewest that lose commits", Criterion::lost},
       {"fewest not served again", Criterion::open}}};
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The best of each kind\">"
      "<table class=\"wide\"><thead><tr><th scope=\"col\">kind</th>";
  for (const Column& column : columns) {
    text += "<th scope=\"col\">" + std::string(column.name) + "</th>";
  }
  text += "</tr></thead><tbody>\n";
  for (const RankedKind& ranked : choice.kinds) {
    const std::string name = as_markup(ranked.kind->name);
    text.append("<tr><th scope=\"row\"><a href=\"#").append(name).append("\">").append(name);
    text.append("</a></th>");
    for (const Column& column : columns)
      text += criterion_cell(column.name, ranked, column.criterion);
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string costs_table(const Content& content, const Choice& choice) {
  std::string text = "<div class=\"costs\">";
  const std::size_t kinds = choice.kinds.size();
  for (const std::size_t setting : choice.settings) {
    const auto& behind = choice.behind_of(setting);
    std::vector<std::string> all{
        "behind the best of a kind by more than chance: at p50 in " +
        std::to_string(behind[at(Criterion::half)]) + ", at p99 in " +
        std::to_string(behind[at(Criterion::ninety_nine)]) + ", in lost commits in " +
        std::to_string(behind[at(Criterion::lost)]) + ", in failovers not served again in " +
        std::to_string(behind[at(Criterion::open)]) + " of " + plural(kinds, "kind")};
    const auto costs = costs_of(content, choice.settings, setting);
    all.insert(all.end(), costs.begin(), costs.end());
    text += "<div><h3>" + named(content, setting) + "</h3>" + cost_list(all) + "</div>";
  }
  return text + "</div>";
}

}  // namespace

std::string advice_markup(const Content& content) {
  std::string text;
  for (const Choice& choice : content.choices) text += advice_of(content, choice);
  if (!text.empty()) return text;
  const failover::Kind* shortest = nullptr;
  const failover::Kind* longest = nullptr;
  std::int64_t least = INT64_MAX;
  std::int64_t most = -1;
  for (const OneKind& kind : content.kinds) {
    for (const OneSeries& one : kind.series) {
      const std::int64_t half = one.summary.outage.half.value;
      if (half < least) shortest = kind.kind;
      if (half > most) longest = kind.kind;
      least = std::min(least, half);
      most = std::max(most, half);
    }
  }
  if (shortest == nullptr) return "<p class=\"lead\">No failover was measured.</p>";
  text = content.settings.size() == 1
             ? "<p class=\"lead\">One setting was measured: there is none to choose.</p>"
             : "<p class=\"lead\">No two settings were measured in the same kinds and with the "
               "same load: there is none to choose.</p>";
  return text + "<p>At p50 there is no acknowledged write for " + seconds_with_unit(least) +
         " with " + as_markup(shortest->name) +
         (shortest == longest ? "."
                              : ", and for " + seconds_with_unit(most) + " with " +
                                    as_markup(longest->name) + ".") +
         "</p>";
}

std::string choice_markup(const Content& content) {
  if (content.choices.empty()) return "";
  std::string text =
      "<section class=\"card\" aria-labelledby=\"choice-heading\"><h2 id=\"choice-heading\">Which "
      "setting to choose, and what it costs</h2>\n<p class=\"what\">First whatever loses "
      "acknowledged commits in more failovers than another is set aside, then whatever is more "
      "often not served again; of the rest that is chosen which is behind the shortest in the "
      "fewest comparisons, p50 and p99 of each kind counted alike. How often a kind happens to "
      "you is not known here: weigh them yourself.</p>\n";
  for (const Choice& choice : content.choices) {
    if (content.choices.size() > 1) {
      text += "<h3>A write each " +
              std::to_string(content.settings[choice.settings.front()].client_ms) + " ms</h3>";
    }
    text += choice_table(choice) + costs_table(content, choice);
    if (!choice.left_out.empty()) {
      text += "<p class=\"what\">Not compared, since some kind of theirs was not measured: " +
              all_named(content, choice.left_out) + ".</p>";
    }
  }
  return text +
         "<p class=\"note\">Letters: the best, and those that are not told from it. Behind + "
         "stands how much longer another is: at p50 by how much half of its failovers are longer "
         "on the same draws, with a 95&nbsp;% band, and that counts if zero is outside; at p99 how "
         "far they are apart, and that counts if their bands have nothing in common, as with "
         "shares. Less than the time between two writes of the client counts as none: it does "
         "not feel it. Each comparison is made at 95&nbsp;% by itself: of twenty without a "
         "difference one is told as one. Requests, patience and promises are computed from what "
         "Patroni and PostgreSQL are documented to do, and were not simulated.</p></section>\n";
}

}  // namespace sim::failover_page
