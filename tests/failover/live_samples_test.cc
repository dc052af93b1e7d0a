// Simulated failovers against live ones (tests/live/samples): of each cell, a kind with a timing,
// how long a client was without an acknowledged write. Recomputed from the kept samples and from
// fresh runs; no sample that the delays were fitted to is compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "charm/postgresql_k8s.h"
#include "sim/failover/delays.h"
#include "sim/failover/measure.h"
#include "tests/failover/two_samples.h"
#include "tests/support/places.h"

namespace sim::failover {
namespace {

using nlohmann::json;

constexpr double level = 0.05;            // of all cells together
constexpr double most_apart = 0.1;        // of the medians, as a share of the live one
constexpr std::size_t least_live = 20;    // samples of a cell that are compared
constexpr std::size_t least_fitted = 10;  // beside them
constexpr std::uint64_t simulated_runs = 2000;

struct Cell {
  const char* kind;
  Timing timing;
};
constexpr Timing slow{30, 10, 10};
constexpr Timing fast{20, 5, 5};
constexpr std::array cells{
    Cell{"pod-gone", slow},          Cell{"pod-gone", fast},   Cell{"postgresql-killed", slow},
    Cell{"postgresql-killed", fast}, Cell{"switchover", slow}, Cell{"switchover", fast},
};

// Too few samples to be cells: all are compared, those for the fit as well.
constexpr std::array rare_cells{Cell{"pod-killed", slow}, Cell{"pod-killed", fast}};

struct Live {
  std::vector<double> compared_s;
  std::size_t fitted = 0;
};

bool is_of(const json& sample, const Cell& cell) {
  const json& setting = sample.at("setting");
  return sample.at("kind") == cell.kind && setting.at("ttl_s") == cell.timing.ttl_s &&
         setting.at("loop_wait_s") == cell.timing.loop_wait_s &&
         setting.at("retry_timeout_s") == cell.timing.retry_timeout_s;
}

// As tests/live/samples/fit has it.
bool is_for_fit(const json& sample) { return sample.at("index").get<int>() % 3 == 0; }

std::vector<json> all_samples() {
  std::vector<json> samples;
  std::ifstream file(tests::in_repository("tests/live/samples/samples.jsonl"));
  for (std::string line; std::getline(file, line);) samples.push_back(json::parse(line));
  return samples;
}

Live live_of(const std::vector<json>& samples, const Cell& cell) {
  Live live;
  for (const json& sample : samples) {
    if (!is_of(sample, cell)) continue;
    if (is_for_fit(sample)) {
      ++live.fitted;
    } else {
      live.compared_s.push_back(sample.at("outage_ms").get<double>() / 1000);
    }
  }
  return live;
}

Delays fitted_delays() {
  std::ifstream file(tests::in_repository("tests/live/samples/delays.json"));
  std::ostringstream text;
  text << file.rdbuf();
  auto delays = parse_delays(text.str());
  EXPECT_TRUE(delays.has_value()) << (delays ? "" : delays.error());
  return delays ? *std::move(delays) : Delays();
}

std::vector<double> simulated_s(const Cell& cell, const Delays& delays) {
  const auto base = prepare(*find_kind(cell.kind), {.timing = cell.timing},
                            {&charm::postgresql_k8s(), postgresql_properties(), nullptr}, nullptr);
  EXPECT_TRUE(base.has_value()) << (base ? "" : base.error());
  std::vector<double> all;
  if (!base) return all;
  Meter meter(*base, charm::postgresql_k8s(), &delays);
  for (std::uint64_t seed = 1; seed <= simulated_runs; ++seed) {
    const Failover failover = meter.measure(seed);
    EXPECT_FALSE(failover.is_open);
    all.push_back(static_cast<double>(failover.outage_us) / 1e6);
  }
  return all;
}

TEST(LiveSamples, AreOfTheSettingThatIsSimulated) {
  const Setting setting;
  for (const json& sample : all_samples()) {
    EXPECT_EQ(sample.at("units"), setting.units);
    EXPECT_EQ(sample.at("client_ms"), setting.client_ms);
    EXPECT_EQ(sample.at("setting").at("strict"), setting.strict);
    EXPECT_EQ(sample.at("setting").at("synchronous_node_count"), setting.units - 1);  // all
    EXPECT_THAT(sample.at("patroni").get<std::string>(), testing::StartsWith(setting.patroni));
  }
}

TEST(LiveSamples, AgreeWithSimulatedFailovers) {
  const std::vector<json> samples = all_samples();
  const Delays delays = fitted_delays();
  std::vector<Distance> distances;
  std::vector<double> apart;
  std::ostringstream told;
  for (const Cell& cell : cells) {
    const Live live = live_of(samples, cell);
    ASSERT_GE(live.compared_s.size(), least_live) << cell.kind << ' ' << to_text(cell.timing);
    ASSERT_GE(live.fitted, least_fitted) << cell.kind << ' ' << to_text(cell.timing);
    const std::vector<double> simulated = simulated_s(cell, delays);
    ASSERT_EQ(simulated.size(), simulated_runs);
    const double live_s = median_of(live.compared_s);
    const double simulated_median_s = median_of(simulated);
    distances.push_back(distance_between(live.compared_s, simulated));
    apart.push_back(std::abs(simulated_median_s - live_s) / live_s);
    told << cell.kind << ' ' << to_text(cell.timing) << ": " << live.compared_s.size()
         << " live, median " << live_s << " s, simulated " << simulated_median_s << " s, distance "
         << distances.back().value << ", p " << distances.back().probability << ", medians apart "
         << apart.back() << '\n';
  }
  std::vector<double> probabilities;
  for (const Distance& one : distances) probabilities.push_back(one.probability);
  const std::vector<double> levels = holm(probabilities);
  for (std::size_t at = 0; at < cells.size(); ++at) {
    EXPECT_TRUE(levels[at] >= level && apart[at] <= most_apart)
        << cells[at].kind << ' ' << to_text(cells[at].timing) << " does not agree\n"
        << told.str();
  }
  RecordProperty("cells", told.str());
  std::cout << told.str();
}

// Without a follower that takes primary_conninfo out the distances were 0.42 and 0.56.
TEST(LiveSamples, OfAKilledPodAreNotRejectedWhereTheyAreFew) {
  const std::vector<json> samples = all_samples();
  const Delays delays = fitted_delays();
  for (const Cell& cell : rare_cells) {
    std::vector<double> live;
    for (const json& sample : samples) {
      if (is_of(sample, cell)) live.push_back(sample.at("outage_ms").get<double>() / 1000);
    }
    ASSERT_GE(live.size(), least_fitted);
    const std::vector<double> simulated = simulated_s(cell, delays);
    const Distance distance = distance_between(live, simulated);
    std::ostringstream told;
    told << cell.kind << ' ' << to_text(cell.timing) << ": " << live.size() << " live, median "
         << median_of(live) << " s, simulated " << median_of(simulated) << " s, distance "
         << distance.value << ", p " << distance.probability << '\n';
    EXPECT_GE(distance.probability, level) << told.str();
    EXPECT_LE(std::abs(median_of(simulated) - median_of(live)), most_apart * median_of(live))
        << told.str();
    std::cout << told.str();
  }
}

}  // namespace
}  // namespace sim::failover
