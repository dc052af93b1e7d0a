// The workers, and the sums.
#include "sim/failover/series.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "charm/types/check.h"
#include "sim/failover/measure.h"

namespace sim::failover {
namespace {

using namespace std::chrono_literals;

// Of runs, that a worker takes at once: so that they end together, and are not always asking.
constexpr std::uint64_t piece = 16;

Commits commits_of(const std::vector<Failover>& failovers,
                   std::uint64_t (*count)(const Failover& failover)) {
  Commits commits;
  std::uint64_t with = 0;
  for (const Failover& failover : failovers) {
    const std::uint64_t some = count(failover);
    commits.all += some;
    commits.most = std::max(commits.most, some);
    if (some > 0) ++with;
  }
  commits.failovers = share_of(with, failovers.size());
  return commits;
}

}  // namespace

std::vector<Failover> Series::done() const {
  std::vector<Failover> all;
  for (std::size_t run = 0; run < failovers.size(); ++run) {
    if (is_done[run]) all.push_back(failovers[run]);
  }
  return all;
}

std::uint64_t unnoticed(const Series& series) {
  const std::vector<Failover> all = series.done();
  const std::int64_t noticed_us = noticed_break(series.setting).count();
  return static_cast<std::uint64_t>(std::ranges::count_if(all, [&](const Failover& one) {
    return !one.is_open && !one.has_moved && one.outage_us < noticed_us;
  }));
}

std::vector<Setting> settings_of(const std::vector<Series>& all) {
  std::vector<Setting> settings;
  for (const Series& series : all) {
    if (std::ranges::find(settings, series.setting) == settings.end()) {
      settings.push_back(series.setting);
    }
  }
  return settings;
}

std::vector<const Kind*> kinds_of(const std::vector<Series>& all) {
  std::vector<const Kind*> kinds;
  for (const Series& series : all) {
    if (std::ranges::find(kinds, series.kind) == kinds.end()) kinds.push_back(series.kind);
  }
  return kinds;
}

Series run_series(const Kind& kind, const Setting& setting, const CharmUnderTest& charm,
                  const SeriesOptions& options, Crew& crew, unsigned workers,
                  const std::function<void(std::uint64_t)>& progress) {
  const RunRange range = runs_of(options.shard, options.runs);
  Series series{.kind = &kind, .setting = setting, .first_run = range.begin};
  const auto base = prepare(kind, setting, charm, options.interrupted);
  if (!base) {
    series.refused = base.error();
    return series;
  }
  series.failovers.resize(range.size());
  // A byte each, since workers write beside one another.
  std::vector<std::uint8_t> is_done(range.size());
  std::vector<std::unique_ptr<Meter>> meters(workers);
  std::atomic<std::uint64_t> count{0};
  const Crew::Work work = [&](unsigned worker, std::size_t place) {
    if (!meters[worker]) {
      meters[worker] = std::make_unique<Meter>(*base, *charm.definition, options.delays);
    }
    const std::uint64_t end = std::min<std::uint64_t>(range.size(), (place + 1) * piece);
    for (std::uint64_t run = place * piece; run < end; ++run) {
      if (options.interrupted != nullptr && *options.interrupted) return;
      series.failovers[run] = meters[worker]->measure(options.first_seed + range.begin + run);
      is_done[run] = 1;
      count.fetch_add(1, std::memory_order_relaxed);
    }
  };
  crew.each((range.size() + piece - 1) / piece, work, 100ms, [&] { progress(count.load()); });
  for (const std::uint8_t done : is_done) series.is_done.push_back(done != 0);
  return series;
}

Times times_of(std::vector<std::int64_t> samples) {
  CHECK(!samples.empty());
  std::ranges::sort(samples);
  const std::int64_t sum = std::accumulate(samples.begin(), samples.end(), std::int64_t{0});
  return {.half = quantile_of(samples, 0.5),
          .nine_tenths = quantile_of(samples, 0.9),
          .ninety_nine = quantile_of(samples, 0.99),
          .least = samples.front(),
          .most = samples.back(),
          .longer_high = longer_than_longest(samples.size()),
          .mean = sum / static_cast<std::int64_t>(samples.size())};
}

Summary summary_of(const std::vector<Failover>& failovers) {
  CHECK(!failovers.empty());
  Summary summary{.runs = failovers.size()};
  std::vector<std::int64_t> samples(failovers.size());
  std::ranges::transform(failovers, samples.begin(), &Failover::outage_us);
  summary.outage = times_of(samples);
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    std::ranges::transform(failovers, samples.begin(),
                           [phase](const Failover& one) { return one.phases_us[phase]; });
    summary.phases[phase] = times_of(samples);
  }
  summary.lost = commits_of(failovers, [](const Failover& one) { return std::uint64_t{one.lost}; });
  summary.in_doubt =
      commits_of(failovers, [](const Failover& one) { return std::uint64_t{one.in_doubt}; });
  std::uint64_t moved = 0;
  for (const Failover& failover : failovers) {
    summary.in_doubt_there += failover.in_doubt_there;
    if (failover.is_open) {
      ++summary.open;
    } else {
      summary.most_ended_us = std::max(summary.most_ended_us, failover.outage_us);
    }
    if (failover.has_moved) ++moved;
  }
  if (summary.open > 0) {
    summary.outage.longer_high = std::nullopt;
    for (Times& phase : summary.phases) phase.longer_high = std::nullopt;
  }
  summary.moved = share_of(moved, failovers.size());
  return summary;
}

std::optional<Comparison> compare(const Series& first, const Series& second) {
  std::vector<std::int64_t> longer_by;
  std::uint64_t shorter = 0;
  std::uint64_t longer = 0;
  for (std::size_t run = 0; run < std::min(first.is_done.size(), second.is_done.size()); ++run) {
    if (!first.is_done[run] || !second.is_done[run]) continue;
    longer_by.push_back(second.failovers[run].outage_us - first.failovers[run].outage_us);
    if (longer_by.back() < 0) ++shorter;
    if (longer_by.back() > 0) ++longer;
  }
  if (longer_by.empty()) return std::nullopt;
  const std::uint64_t pairs = longer_by.size();
  return Comparison{.pairs = pairs,
                    .longer_by = times_of(std::move(longer_by)),
                    .shorter = share_of(shorter, pairs),
                    .longer = share_of(longer, pairs)};
}

}  // namespace sim::failover
