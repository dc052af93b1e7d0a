// Kind by kind, then over all kinds.
#include "sim/failover/page_choice.h"

#include <algorithm>

#include "charm/types/check.h"

namespace sim::failover {
namespace {

// A setting's parts as words, in a fixed order.
std::array<std::string, 7> parts_of(const Setting& setting) {
  return {to_text(setting.timing),
          std::to_string(setting.units) + (setting.units == 1 ? " unit" : " units"),
          "synchronous " + setting.synchronous,
          setting.strict ? "strict" : "not strict",
          "commit " + setting.synchronous_commit,
          "Patroni " + setting.patroni,
          "a write each " + std::to_string(setting.client_ms) + " ms"};
}

std::string joined(const std::vector<Setting>& settings, const Setting& one, bool alike) {
  const auto parts = parts_of(one);
  std::string text;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const bool is_alike = std::ranges::all_of(
        settings, [&](const Setting& other) { return parts_of(other)[part] == parts[part]; });
    if (is_alike == alike) text += (text.empty() ? "" : ", ") + parts[part];
  }
  return text;
}

bool is_apart(const Quantile& less, const Quantile& more) {
  return less.high && more.low && *less.high < *more.low;
}

Share share_in(const Summary& summary, Criterion criterion) {
  return criterion == Criterion::lost ? summary.lost.failovers
                                      : share_of(summary.open, summary.runs);
}

// What a setting is ranked by; less is better.
double figure(const Summary& summary, Criterion criterion) {
  switch (criterion) {
    case Criterion::half: return static_cast<double>(summary.outage.half.value);
    case Criterion::ninety_nine: return static_cast<double>(summary.outage.ninety_nine.value);
    case Criterion::lost:
    case Criterion::open: break;
  }
  return share_in(summary, criterion).value;
}

Standing against(const Measured& best, const Measured& other, Criterion criterion) {
  Standing standing;
  const std::int64_t felt = std::int64_t{other.series->setting.client_ms} * 1'000;
  if (criterion == Criterion::half) {
    const auto both = compare(*best.series, *other.series);
    if (!both) return standing;
    standing = {.by_us = both->longer_by.half.value,
                .low_us = both->longer_by.half.low,
                .high_us = both->longer_by.half.high};
    standing.is_behind =
        standing.low_us && *standing.low_us > 0 && standing.high_us && standing.by_us >= felt;
  } else if (criterion == Criterion::ninety_nine) {
    const Quantile& less = best.summary.outage.ninety_nine;
    const Quantile& more = other.summary.outage.ninety_nine;
    standing.by_us = more.value - less.value;
    standing.is_behind = is_apart(less, more) && standing.by_us >= felt;
  } else {
    standing.is_behind =
        share_in(best.summary, criterion).high < share_in(other.summary, criterion).low;
  }
  return standing;
}

// Those of the settings that have the least of it.
template <class Count>
std::vector<std::size_t> fewest(const std::vector<std::size_t>& settings, Count count) {
  std::size_t least = SIZE_MAX;
  for (const std::size_t one : settings) least = std::min<std::size_t>(least, count(one));
  std::vector<std::size_t> all;
  for (const std::size_t one : settings) {
    if (count(one) == least) all.push_back(one);
  }
  return all;
}

// Whose series has failovers, by kind and setting.
std::vector<RankedKind> measured_in(const std::vector<Series>& all,
                                    const std::vector<Setting>& settings,
                                    const std::vector<std::size_t>& among) {
  std::vector<RankedKind> kinds;
  for (const Kind* kind : kinds_of(all)) {
    RankedKind ranked{.kind = kind};
    for (const std::size_t setting : among) {
      for (const Series& series : all) {
        if (series.kind != kind || series.setting != settings[setting]) continue;
        const auto done = series.done();
        if (!done.empty()) ranked.measured.push_back({setting, &series, summary_of(done)});
      }
    }
    if (!ranked.measured.empty()) kinds.push_back(std::move(ranked));
  }
  return kinds;
}

// These settings of what was measured, ranked.
std::vector<RankedKind> ranked_among(std::vector<RankedKind> kinds,
                                     const std::vector<std::size_t>& settings) {
  for (RankedKind& ranked : kinds) {
    std::erase_if(ranked.measured, [&settings](const Measured& one) {
      return std::ranges::find(settings, one.setting) == settings.end();
    });
    for (std::size_t at = 0; at < criterion_count; ++at) {
      ranked.rankings[at] = ranking_of(ranked.measured, static_cast<Criterion>(at));
    }
  }
  return kinds;
}

std::array<std::size_t, criterion_count> behind_in(const std::vector<RankedKind>& kinds,
                                                   std::size_t setting) {
  std::array<std::size_t, criterion_count> behind{};
  for (const RankedKind& ranked : kinds) {
    const auto place = static_cast<std::size_t>(
        std::ranges::find(ranked.measured, setting, &Measured::setting) - ranked.measured.begin());
    for (std::size_t at = 0; at < criterion_count; ++at) {
      if (ranked.rankings[at].standings[place].is_behind) ++behind[at];
    }
  }
  return behind;
}

void choose(Choice& choice) {
  choice.kinds = ranked_among(std::move(choice.kinds), choice.settings);
  for (const std::size_t setting : choice.settings) {
    choice.behind.push_back(behind_in(choice.kinds, setting));
  }
  const auto in = [&choice](Criterion criterion) {
    return [&choice, criterion](std::size_t setting) {
      return choice.behind_of(setting)[static_cast<std::size_t>(criterion)];
    };
  };
  choice.rest = fewest(fewest(choice.settings, in(Criterion::lost)), in(Criterion::open));
  choice.kinds_of_rest = ranked_among(choice.kinds, choice.rest);
  choice.chosen = fewest(choice.rest, [&choice](std::size_t setting) {
    const auto behind = behind_in(choice.kinds_of_rest, setting);
    return behind[static_cast<std::size_t>(Criterion::half)] +
           behind[static_cast<std::size_t>(Criterion::ninety_nine)];
  });
}

}  // namespace

Ranking ranking_of(std::span<const Measured> kind, Criterion criterion) {
  CHECK(!kind.empty());
  Ranking ranking;
  for (std::size_t place = 1; place < kind.size(); ++place) {
    if (figure(kind[place].summary, criterion) < figure(kind[ranking.best].summary, criterion)) {
      ranking.best = place;
    }
  }
  for (const Measured& one : kind) {
    ranking.standings.push_back(
        &one == &kind[ranking.best] ? Standing() : against(kind[ranking.best], one, criterion));
  }
  return ranking;
}

const std::array<std::size_t, criterion_count>& Choice::behind_of(std::size_t setting) const {
  const auto found = std::ranges::find(settings, setting);
  CHECK(found != settings.end());
  return behind[static_cast<std::size_t>(found - settings.begin())];
}

std::vector<Choice> choices_of(const std::vector<Series>& all) {
  const std::vector<Setting> settings = settings_of(all);
  std::vector<std::uint32_t> loads;
  for (const Setting& setting : settings) {
    if (std::ranges::find(loads, setting.client_ms) == loads.end()) {
      loads.push_back(setting.client_ms);
    }
  }
  std::vector<Choice> choices;
  for (const std::uint32_t load : loads) {
    std::vector<std::size_t> among;
    for (std::size_t setting = 0; setting < settings.size(); ++setting) {
      if (settings[setting].client_ms == load) among.push_back(setting);
    }
    Choice choice{.kinds = measured_in(all, settings, among)};
    for (const std::size_t setting : among) {
      const bool has_all = std::ranges::all_of(choice.kinds, [setting](const RankedKind& ranked) {
        return std::ranges::find(ranked.measured, setting, &Measured::setting) !=
               ranked.measured.end();
      });
      (has_all ? choice.settings : choice.left_out).push_back(setting);
    }
    if (choice.settings.size() < 2 || choice.kinds.empty()) continue;
    choose(choice);
    choices.push_back(std::move(choice));
  }
  return choices;
}

std::vector<std::string> short_names(const std::vector<Setting>& settings) {
  if (settings.size() == 1) return {to_text(settings.front().timing)};
  std::vector<std::string> names;
  names.reserve(settings.size());
  for (const Setting& setting : settings) names.push_back(joined(settings, setting, false));
  return names;
}

std::string alike_in(const std::vector<Setting>& settings) {
  CHECK(!settings.empty());
  return joined(settings, settings.front(), true);
}

}  // namespace sim::failover
