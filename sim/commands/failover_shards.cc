// Failovers in columns, a list for each of what is measured.
#include "sim/commands/failover_shards.h"

#include <array>
#include <limits>
#include <numeric>
#include <utility>

#include "charm/types/check.h"
#include "sim/commands/member_reader.h"

namespace sim {
namespace {

using failover::Failover;
using failover::phase_count;
using failover::Series;
using failover::Setting;
using Json = nlohmann::ordered_json;

constexpr std::int64_t longest_us = std::int64_t{1} << 52U;  // some hundred years

// One of what is measured of each failover.
struct Column {
  std::string name;
  std::int64_t most = 0;
  std::int64_t (*get)(const Failover& failover) = nullptr;
  void (*set)(Failover& failover, std::int64_t number) = nullptr;
};

template <std::size_t phase>
Column phase_column() {
  return {.name = std::string(to_text(static_cast<failover::Phase>(phase))) + "_us",
          .most = longest_us,
          .get = [](const Failover& one) { return one.phases_us[phase]; },
          .set = [](Failover& one, std::int64_t us) { one.phases_us[phase] = us; }};
}

template <auto member>
Column column(const char* name) {
  using Number = std::remove_cvref_t<decltype(std::declval<Failover>().*member)>;
  return {
      .name = name,
      .most = static_cast<std::int64_t>(std::numeric_limits<Number>::max()),
      .get = [](const Failover& one) { return static_cast<std::int64_t>(one.*member); },
      .set = [](Failover& one, std::int64_t number) { one.*member = static_cast<Number>(number); }};
}

// The outage is the sum of its phases.
const std::array<Column, phase_count + 5>& columns() {
  static_assert(phase_count == 5);
  static const std::array<Column, phase_count + 5> all{
      phase_column<0>(),
      phase_column<1>(),
      phase_column<2>(),
      phase_column<3>(),
      phase_column<4>(),
      column<&Failover::lost>("lost"),
      column<&Failover::in_doubt>("in_doubt"),
      column<&Failover::in_doubt_there>("in_doubt_there"),
      column<&Failover::has_moved>("moved"),
      column<&Failover::is_open>("not_served_again")};
  return all;
}

Json part_of(const Series& series) {
  if (!series.refused.empty()) return {{"refused", series.refused}};
  Json json = Json::object();
  for (const Column& column : columns()) {
    Json::array_t numbers;
    numbers.reserve(series.failovers.size());
    for (const Failover& one : series.failovers) numbers.emplace_back(column.get(one));
    json[column.name] = std::move(numbers);
  }
  return json;
}

Setting read_setting(MemberReader& reader, const Json& json, const std::string& pointer) {
  Setting setting;
  setting.timing = {.ttl_s = reader.small(json, pointer, "ttl_s"),
                    .loop_wait_s = reader.small(json, pointer, "loop_wait_s"),
                    .retry_timeout_s = reader.small(json, pointer, "retry_timeout_s")};
  setting.units = reader.small(json, pointer, "units");
  setting.synchronous = reader.text(json, pointer, "synchronous_node_count");
  setting.strict = reader.truth(json, pointer, "synchronous_mode_strict");
  setting.synchronous_commit = reader.text(json, pointer, "synchronous_commit");
  setting.patroni = reader.text(json, pointer, "patroni");
  setting.client_ms = reader.small(json, pointer, "client_writes_every_ms");
  return setting;
}

// What all shards were asked: series without any failover.
MeasuredFailovers read_question(MemberReader& reader, const Json& json) {
  MeasuredFailovers all;
  const std::string pointer = "/question";
  all.options.first_seed =
      reader.number(json, pointer, "first_seed", 0, std::numeric_limits<std::uint64_t>::max());
  all.options.runs = reader.number(json, pointer, "runs", 1, failover::most_runs);
  if (json.contains("delays") && !json["delays"].is_null()) {
    auto delays = failover::parse_delays(json["delays"].dump());
    if (!delays) {
      reader.refuse(pointer_to(pointer, "delays"), delays.error(), "must be measured delays");
      return all;
    }
    all.delays = std::make_unique<failover::Delays>(*std::move(delays));
    all.options.delays = all.delays.get();
  }
  const Json& list = json.contains("series") ? json["series"] : Json();
  if (!list.is_array()) {
    reader.refuse(pointer_to(pointer, "series"), "is no list", "must be one");
    return all;
  }
  for (std::size_t at = 0; at < list.size(); ++at) {
    const std::string one = pointer_to("/question/series", at);
    const std::string name = reader.text(list[at], one, "kind");
    const failover::Kind* kind = failover::find_kind(name);
    if (kind == nullptr) {
      reader.refuse(pointer_to(one, "kind"), "is \"" + printable(name) + '"', "must be a kind");
      return all;
    }
    const Json setting = list[at].value("setting", Json());
    all.series.push_back(
        {.kind = kind, .setting = read_setting(reader, setting, pointer_to(one, "setting"))});
  }
  return all;
}

// Of one series in one shard, to the place that its runs have.
void read_part(MemberReader& reader, const Json& json, const std::string& pointer,
               const RunRange& range, Series& series) {
  if (json.contains("refused")) {
    series.refused = reader.text(json, pointer, "refused");
    return;
  }
  for (const Column& column : columns()) {
    const auto found = json.find(column.name);
    const std::string place = pointer_to(pointer, column.name);
    if (found == json.end() || !found->is_array() || found->size() != range.size()) {
      reader.refuse(place, "is no list of its runs",
                    "must have " + std::to_string(range.size()) + " numbers");
      return;
    }
    for (std::size_t at = 0; at < found->size(); ++at) {
      const Json& number = (*found)[at];
      if (!number.is_number_integer() || number.get<std::int64_t>() < 0 ||
          number.get<std::int64_t>() > column.most) {
        reader.refuse(pointer_to(place, at), "is " + number.dump(),
                      "must be a whole number, 0 to " + std::to_string(column.most));
        return;
      }
      column.set(series.failovers[range.begin + at], number.get<std::int64_t>());
    }
  }
  for (std::uint64_t run = range.begin; run < range.end; ++run) {
    Failover& one = series.failovers[run];
    one.outage_us = std::accumulate(one.phases_us.begin(), one.phases_us.end(), std::int64_t{0});
    series.is_done[run] = true;
  }
}

}  // namespace

Json setting_json(const Setting& setting) {
  return {{"ttl_s", setting.timing.ttl_s},
          {"loop_wait_s", setting.timing.loop_wait_s},
          {"retry_timeout_s", setting.timing.retry_timeout_s},
          {"units", setting.units},
          {"synchronous_node_count", setting.synchronous},
          {"synchronous_mode_strict", setting.strict},
          {"synchronous_commit", setting.synchronous_commit},
          {"patroni", setting.patroni},
          {"client_writes_every_ms", setting.client_ms}};
}

ShardFile shard_file_of(const std::vector<Series>& series, const failover::SeriesOptions& options) {
  Json asked = Json::array();
  Json parts = Json::array();
  for (const Series& one : series) {
    asked.push_back({{"kind", one.kind->name}, {"setting", setting_json(one.setting)}});
    parts.push_back(part_of(one));
  }
  ShardFile file{.command = "failover", .count = options.shard.count};
  file.question = {
      {"first_seed", options.first_seed}, {"runs", options.runs}, {"series", std::move(asked)}};
  file.question["delays"] =
      options.delays == nullptr ? Json() : Json::parse(failover::to_json_text(*options.delays));
  file.parts[options.shard.index].body = {{"series", std::move(parts)}};
  return file;
}

std::expected<MeasuredFailovers, ScenarioError> failovers_of(ShardFile file,
                                                             const std::string& first) {
  MemberReader question(first);
  MeasuredFailovers all = read_question(question, file.question);
  if (question.error()) return std::unexpected(*question.error());
  all.shards = file.shards();
  for (Series& series : all.series) {
    series.failovers.resize(all.options.runs);
    series.is_done.resize(all.options.runs);
  }
  for (auto& [index, part] : file.parts) {
    MemberReader reader(part.file);
    const Json& list = part.body.contains("series") ? part.body["series"] : Json();
    const std::string pointer = pointer_to(part.pointer, "series");
    if (!list.is_array() || list.size() != all.series.size()) {
      reader.refuse(pointer, "is no list of the series", "must have all that the question has");
      return std::unexpected(*reader.error());
    }
    const RunRange range = runs_of({index, file.count}, all.options.runs);
    for (std::size_t at = 0; at < list.size(); ++at) {
      read_part(reader, list[at], pointer_to(pointer, at), range, all.series[at]);
    }
    if (reader.error()) return std::unexpected(*reader.error());
    part.body = Json();
  }
  return all;
}

}  // namespace sim
