// Tables and lists of what was measured.
#include "sim/commands/failover_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/commands/failover_shards.h"
#include "sim/commands/logic_version.h"
#include "sim/commands/search_text.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

using failover::Commits;
using failover::Comparison;
using failover::phase_count;
using failover::Quantile;
using failover::Series;
using failover::Share;
using failover::Summary;
using failover::Times;
using Json = nlohmann::ordered_json;

constexpr std::size_t name_width = 24;

std::string left(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

using Row = std::vector<std::string>;

// Columns as wide as the widest cell, two spaces apart; those from `right` to before `end` have
// their cells on the right.
std::string aligned(const std::vector<Row>& rows, std::size_t right = 0, std::size_t end = 0) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], row[at].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      const std::string space(widths[at] - row[at].size(), ' ');
      const bool is_right = at >= right && at < end;
      text.append(is_right ? space : "").append(row[at]);
      text.append(is_right ? "" : space).append("  ");
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

std::string band(const Quantile& quantile) {
  const std::string low = quantile.low ? seconds_text(*quantile.low) : "?";
  const std::string high = quantile.high ? seconds_text(*quantile.high) : "?";
  return seconds_text(quantile.value) + " [" + low + " " + high + "]";
}

std::string commits_text(const Commits& commits) {
  if (commits.all == 0) return "0";
  return std::to_string(commits.all) + " in " + percent_text(commits.failovers.value) +
         " % of failovers";
}

struct Told {
  const Series& series;
  Summary summary;
};

// How it is told that an outage was not seen to end.
std::string_view least(const Summary& summary, std::int64_t outage_us) {
  return summary.is_least(outage_us) ? ">= " : "";
}

std::string most_text(const Summary& summary) {
  const Times& outage = summary.outage;
  std::string text = (summary.open > 0 ? ">= " : "") + seconds_text(outage.most);
  if (!outage.longer_high) return text;
  return text + " (longer: <= " + percent_above_text(*outage.longer_high) + " %)";
}

std::string outages_text(const std::vector<Told>& all) {
  std::vector<Row> rows{
      {left("no acknowledged write, s", name_width), "p50 [95 % band]", "p90", "p99", "max"}};
  rows.reserve(all.size() + 1);
  for (const auto& [series, summary] : all) {
    Row row{std::string(series.kind->name)};
    const Times& outage = summary.outage;
    for (const Quantile& one : {outage.half, outage.nine_tenths, outage.ninety_nine}) {
      row.push_back(std::string(least(summary, one.value)) + band(one));
    }
    row.push_back(most_text(summary));
    rows.push_back(std::move(row));
  }
  return aligned(rows);
}

// What the numbers alone do not say.
std::string notes_text(const Series& series, const Summary& summary) {
  std::string text;
  if (summary.open > 0) text = std::to_string(summary.open) + " not served again";
  const std::uint64_t unnoticed = failover::unnoticed(series);
  if (unnoticed == 0) return text;
  if (!text.empty()) text += ", ";
  return text + std::to_string(unnoticed) + " that its client did not notice";
}

std::string phases_text(const std::vector<Told>& all) {
  Row head{left("means of its phases, s", name_width)};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    head.emplace_back(to_text(static_cast<failover::Phase>(phase)));
  }
  for (const char* name : {"moved", "commits lost", "commits in doubt"}) head.emplace_back(name);
  std::vector<Row> rows{std::move(head)};
  rows.reserve(all.size() + 1);
  for (const auto& [series, summary] : all) {
    Row row{std::string(series.kind->name)};
    for (const Times& phase : summary.phases) row.push_back(seconds_text(phase.mean));
    row.push_back(percent_text(summary.moved.value) + " %");
    row.push_back(commits_text(summary.lost));
    row.push_back(commits_text(summary.in_doubt));
    row.push_back(notes_text(series, summary));
    rows.push_back(std::move(row));
  }
  return aligned(rows, 1, phase_count + 2);
}

std::string comparison_text(const Series& first, const Comparison& both) {
  return left(std::string(first.kind->name), name_width + 1) + "longer by p50 " +
         band(both.longer_by.half) + ", mean " + seconds_text(both.longer_by.mean) +
         "; shorter in " + percent_text(both.shorter.value) + " %, longer in " +
         percent_text(both.longer.value) + " % of " + std::to_string(both.pairs) + '\n';
}

// The series of one setting, in the order of their kinds.
std::vector<const Series*> of_setting(const FailoverView& view, const failover::Setting& setting) {
  std::vector<const Series*> all;
  for (const Series& series : view.series) {
    if (series.setting == setting) all.push_back(&series);
  }
  return all;
}

// Each other setting's series with that of its kind in the first one.
template <class Tell>
void each_pair(const FailoverView& view, Tell tell) {
  if (!view.compares || view.series.empty()) return;
  const failover::Setting& first_setting = view.series.front().setting;
  for (const Series* first : of_setting(view, first_setting)) {
    for (const Series& second : view.series) {
      if (second.kind != first->kind || second.setting == first_setting) continue;
      if (const auto both = failover::compare(*first, second)) tell(*first, second, *both);
    }
  }
}

Json json_of(const std::optional<std::int64_t>& bound) { return bound ? Json(*bound) : Json(); }

Json json_of(const Quantile& quantile) {
  return {{"us", quantile.value},
          {"low_us", json_of(quantile.low)},
          {"high_us", json_of(quantile.high)}};
}

Json json_of(const Times& times) {
  return {{"p50", json_of(times.half)},
          {"p90", json_of(times.nine_tenths)},
          {"p99", json_of(times.ninety_nine)},
          {"min_us", times.least},
          {"max_us", times.most},
          {"longer_than_max_high", times.longer_high ? Json(*times.longer_high) : Json()},
          {"mean_us", times.mean}};
}

Json json_of(const Share& share) {
  return {{"share", share.value}, {"low", share.low}, {"high", share.high}};
}

Json json_of(const Commits& commits) {
  return {{"commits", commits.all},
          {"most_in_one", commits.most},
          {"failovers", json_of(commits.failovers)}};
}

Json json_of(const Series& series) {
  Json json{{"kind", series.kind->name}, {"setting", setting_json(series.setting)}};
  const std::vector<failover::Failover> done = series.done();
  json["runs"] = done.size();
  if (!series.refused.empty()) json["refused"] = series.refused;
  if (done.empty()) return json;
  const Summary summary = failover::summary_of(done);
  json["outage"] = json_of(summary.outage);
  Json phases = Json::object();
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    phases[std::string(to_text(static_cast<failover::Phase>(phase)))] =
        json_of(summary.phases[phase]);
  }
  json["phases"] = std::move(phases);
  json["lost"] = json_of(summary.lost);
  json["in_doubt"] = json_of(summary.in_doubt);
  json["in_doubt"]["there"] = summary.in_doubt_there;
  json["moved"] = json_of(summary.moved);
  json["not_served_again"] = summary.open;
  json["unnoticed"] = failover::unnoticed(series);
  return json;
}

std::string setting_columns(const failover::Setting& setting) {
  return std::to_string(setting.timing.ttl_s) + ',' + std::to_string(setting.timing.loop_wait_s) +
         ',' + std::to_string(setting.timing.retry_timeout_s) + ',' +
         std::to_string(setting.units) + ',' + setting.synchronous + ',' +
         (setting.strict ? "true" : "false") + ',' + setting.synchronous_commit + ',' +
         setting.patroni + ',' + std::to_string(setting.client_ms);
}

constexpr std::string_view setting_names =
    "kind,ttl_s,loop_wait_s,retry_timeout_s,units,synchronous_node_count,synchronous_mode_strict,"
    "synchronous_commit,patroni,client_writes_every_ms";

}  // namespace

std::string seconds_text(std::int64_t us, std::string_view minus) {
  std::string text = to_seconds(charm::Duration(std::abs(us)));
  text.pop_back();
  return us < 0 ? std::string(minus) + text : text;
}

std::string hundredths_text(std::int64_t hundredths) {
  std::string decimals = std::to_string(hundredths % 100);
  decimals.insert(0, 2 - decimals.size(), '0');
  return std::to_string(hundredths / 100) + '.' + decimals;
}

std::string percent_text(double share) { return hundredths_text(std::llround(share * 10'000)); }

std::string percent_above_text(double share) {
  return hundredths_text(static_cast<std::int64_t>(std::ceil(share * 10'000)));
}

std::string to_text(const FailoverView& view) {
  std::string text;
  for (const failover::Setting& setting : failover::settings_of(view.series)) {
    std::vector<Told> told;
    std::string refused;
    for (const Series* series : of_setting(view, setting)) {
      const auto done = series->done();
      if (!done.empty()) told.push_back({*series, failover::summary_of(done)});
      if (series->refused.empty()) continue;
      refused += std::string(series->kind->name) + ": " + series->refused + '\n';
    }
    std::uint64_t runs = 0;
    for (const Told& one : told) runs += one.summary.runs;
    text += failover::to_text(setting) + ": " + plural(runs, "failover") + ", seeds from " +
            std::to_string(view.options.first_seed) +
            (view.options.delays == nullptr ? "\n" : ", measured delays\n");
    if (!told.empty()) text += outages_text(told) + phases_text(told);
    text += refused + '\n';
  }
  each_pair(view, [&text](const Series& first, const Series& second, const Comparison& both) {
    text += failover::to_text(second.setting) + "\n  against " + failover::to_text(first.setting) +
            '\n' + comparison_text(first, both);
  });
  if (!view.shards.is_whole()) {
    text += (view.shards.has.size() == 1 ? "only shard " : "only shards ") +
            to_text(view.shards.has) + " of " + std::to_string(view.shards.count) + ", " +
            std::to_string(view.shards.runs(view.options.runs)) + " of " +
            std::to_string(view.options.runs) + " runs: what the others came to is missing\n";
  }
  if (view.was_interrupted) text += "interrupted: that is how far it came\n";
  return text;
}

std::string to_json_text(const FailoverView& view) {
  Json all = Json::array();
  for (const Series& series : view.series) all.push_back(json_of(series));
  Json json{{"schema", "charmsim-failover/1"},
            {"logic", logic_version()},
            {"first_seed", view.options.first_seed},
            {"runs", view.options.runs},
            {"confidence", failover::confidence},
            {"interrupted", view.was_interrupted},
            {"series", std::move(all)}};
  if (!view.shards.is_whole()) {
    json["shards"] = {{"of", view.shards.count}, {"has", view.shards.has}};
  }
  if (view.options.delays != nullptr) json["delays"] = "measured";
  Json pairs = Json::array();
  each_pair(view, [&pairs](const Series& first, const Series& second, const Comparison& both) {
    pairs.push_back({{"kind", first.kind->name},
                     {"first", setting_json(first.setting)},
                     {"second", setting_json(second.setting)},
                     {"pairs", both.pairs},
                     {"longer_by", json_of(both.longer_by)},
                     {"shorter", json_of(both.shorter)},
                     {"longer", json_of(both.longer)}});
  });
  if (view.compares) json["comparisons"] = std::move(pairs);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string to_csv_text(const FailoverView& view) {
  std::string text(setting_names);
  text +=
      ",runs,p50_us,p50_low_us,p50_high_us,p90_us,p90_low_us,p90_high_us,p99_us,p99_low_us,"
      "p99_high_us,max_us,mean_us";
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    text += ',' + std::string(to_text(static_cast<failover::Phase>(phase))) + "_mean_us";
  }
  text += ",lost,in_doubt,in_doubt_there,not_served_again,longer_than_max_high\n";
  for (const Series& series : view.series) {
    const auto done = series.done();
    if (done.empty()) continue;
    const Summary summary = failover::summary_of(done);
    text += std::string(series.kind->name) + ',' + setting_columns(series.setting) + ',' +
            std::to_string(summary.runs);
    const Times& outage = summary.outage;
    for (const Quantile& one : {outage.half, outage.nine_tenths, outage.ninety_nine}) {
      text += ',' + std::to_string(one.value) + ',' +
              (one.low ? std::to_string(*one.low) : std::string()) + ',' +
              (one.high ? std::to_string(*one.high) : std::string());
    }
    text += ',' + std::to_string(outage.most) + ',' + std::to_string(outage.mean);
    for (const Times& phase : summary.phases) text += ',' + std::to_string(phase.mean);
    text += ',' + std::to_string(summary.lost.all) + ',' + std::to_string(summary.in_doubt.all) +
            ',' + std::to_string(summary.in_doubt_there) + ',' + std::to_string(summary.open) +
            ',' + (outage.longer_high ? Json(*outage.longer_high).dump() : "") + '\n';
  }
  return text;
}

std::string samples_csv_text(const FailoverView& view) {
  std::string text(setting_names);
  text += ",seed,outage_us";
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    text += ',' + std::string(to_text(static_cast<failover::Phase>(phase))) + "_us";
  }
  text += ",lost,in_doubt,in_doubt_there,moved,not_served_again\n";
  for (const Series& series : view.series) {
    const std::string begin =
        std::string(series.kind->name) + ',' + setting_columns(series.setting) + ',';
    for (std::size_t run = 0; run < series.failovers.size(); ++run) {
      if (!series.is_done[run]) continue;
      const failover::Failover& one = series.failovers[run];
      text += begin + std::to_string(view.options.first_seed + series.first_run + run) + ',' +
              std::to_string(one.outage_us);
      for (const std::int64_t phase : one.phases_us) text += ',' + std::to_string(phase);
      text += ',' + std::to_string(one.lost) + ',' + std::to_string(one.in_doubt) + ',' +
              std::to_string(one.in_doubt_there) + (one.has_moved ? ",1" : ",0") +
              (one.is_open ? ",1\n" : ",0\n");
    }
  }
  return text;
}

std::string kinds_text() {
  std::string text;
  for (const failover::Kind& kind : failover::all_kinds()) {
    text += left(std::string(kind.name), name_width) + std::string(kind.what) + '\n';
  }
  return text;
}

}  // namespace sim
