// Measured delays: what a file may be, what is drawn of a table, and that a run keeps to it.
#include "sim/failover/delays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "charm/postgresql_k8s.h"
#include "sim/failover/measure.h"

namespace sim::failover {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t half = std::uint64_t{1} << 63U;

std::string file_of(const std::string& tables, const std::string& together = "0") {
  return R"({"schema": "charmsim-delays/1", "together": )" + together + R"(, "delays": {)" +
         tables + "}}";
}

std::string error_of(const std::string& text) {
  const auto delays = parse_delays(text);
  return delays ? "" : delays.error();
}

TEST(Delays, AreReadInMilliseconds) {
  const auto delays =
      parse_delays(file_of(R"("promote": {"what": "x", "quantiles_ms": [1, 2.5]})"));
  ASSERT_TRUE(delays.has_value());
  EXPECT_EQ(delays->of(Delay::promote), (QuantileTable{1000, 2500}));
  EXPECT_TRUE(delays->of(Delay::rewind).empty());
}

TEST(Delays, AreRefusedWithAReason) {
  EXPECT_THAT(error_of("{"), HasSubstr("is no charmsim-delays/1"));
  EXPECT_THAT(error_of(R"({"delays": {}})"), HasSubstr("is no charmsim-delays/1"));
  for (const char* schema : {"1", "null", "[]", R"("charmsim-delays/2")"}) {
    EXPECT_THAT(error_of(R"({"schema": )" + std::string(schema) + R"(, "delays": {}})"),
                HasSubstr("is no charmsim-delays/1"));
  }
  EXPECT_THAT(error_of(file_of(R"("sleep": {"quantiles_ms": [1, 2]})")), HasSubstr("sleep is no"));
  EXPECT_THAT(error_of(file_of(R"("promote": {})")), HasSubstr("promote: no quantiles_ms"));
  EXPECT_THAT(error_of(file_of(R"("promote": {"quantiles_ms": [1]})")),
              HasSubstr("no list of two"));
  EXPECT_THAT(error_of(file_of(R"("promote": {"quantiles_ms": [2, 1]})")), HasSubstr("falls"));
  EXPECT_THAT(error_of(file_of(R"("promote": {"quantiles_ms": [-1, 1]})")), HasSubstr("-1 is no"));
  EXPECT_THAT(error_of(file_of(R"("promote": {"quantiles_ms": [1, "2"]})")),
              HasSubstr("is no time"));
  const std::string nested = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_THAT(error_of(file_of(R"("promote": {"quantiles_ms": [1, )" + nested + "]}")),
              HasSubstr("an array is no time"));
  for (const char* share : {"-0.1", "1.1", R"("0.5")"}) {
    EXPECT_THAT(error_of(file_of("", share)), HasSubstr("together: is no share")) << share;
  }
}

TEST(Delays, AreReadAsTheyAreWritten) {
  const auto delays = parse_delays(file_of(
      R"("promote": {"quantiles_ms": [0.001, 2.5]}, "routing": {"quantiles_ms": [7, 3600000]})",
      "0.123456"));
  ASSERT_TRUE(delays.has_value());
  const auto again = parse_delays(to_json_text(*delays));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, *delays);
}

TEST(Delays, LieBetweenTheirQuantiles) {
  const QuantileTable table{0, 100, 1000};
  EXPECT_EQ(value_at(table, 0), 0);
  EXPECT_EQ(value_at(table, half / 2), 50);
  EXPECT_EQ(value_at(table, half), 100);
  EXPECT_EQ(value_at(table, half + half / 2), 550);
  EXPECT_EQ(value_at(table, ~std::uint64_t{0}), 999);
}

Failover measured(const Base& base, const std::string& tables, std::uint64_t seed) {
  const auto delays = parse_delays(file_of(tables));
  EXPECT_TRUE(delays.has_value()) << error_of(file_of(tables));
  return Meter(base, charm::postgresql_k8s(), &*delays).measure(seed);
}

// Of 200 switchovers, in how many two steps with the same table are about as long as each other.
int alike(const Base& base, const std::string& together) {
  constexpr auto elect = static_cast<std::size_t>(Phase::elect);
  constexpr auto promote = static_cast<std::size_t>(Phase::promote);
  constexpr std::int64_t close_us = 300'000;  // the old primary's last loop, and the new one's next
  const std::string table = R"(: {"quantiles_ms": [1000, 5000]})";
  // Patroni looks a second after its postmaster was told to stop.
  const std::string request = R"("promotion-request": {"quantiles_ms": [1000, 1000]}, )";
  const auto delays =
      parse_delays(file_of(request + "\"hand-over\"" + table + ", \"promote\"" + table, together));
  EXPECT_TRUE(delays.has_value());
  Meter meter(base, charm::postgresql_k8s(), &*delays);
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Failover one = meter.measure(seed);
    if (std::abs(one.phases_us[elect] - one.phases_us[promote]) < close_us) ++found;
  }
  return found;
}

// Always, where they have all in common, and by accident where they have nothing: of two numbers
// the share of what they have in common is squared.
TEST(Delays, OfOneFailoverAreLongTogetherAsOftenAsTheFileSays) {
  const auto base = prepare(*find_kind("switchover"), Setting(),
                            {&charm::postgresql_k8s(), postgresql_properties(), nullptr}, nullptr);
  ASSERT_TRUE(base.has_value());
  EXPECT_EQ(alike(*base, "1"), 200);
  EXPECT_NEAR(alike(*base, "0.7"), 110, 20);
  EXPECT_NEAR(alike(*base, "0"), 30, 20);
}

// The table alone says how long a promotion takes, and it is drawn by the seed.
TEST(Delays, AreKeptByAMeasuredFailover) {
  constexpr auto promote = static_cast<std::size_t>(Phase::promote);
  const auto base = prepare(*find_kind("pod-gone"), Setting(),
                            {&charm::postgresql_k8s(), postgresql_properties(), nullptr}, nullptr);
  ASSERT_TRUE(base.has_value());
  const std::string at_once = R"("promotion-request": {"quantiles_ms": [0, 0]}, "promote": )";
  const std::string always = at_once + R"({"quantiles_ms": [1234.5, 1234.5]})";
  const std::string between = at_once + R"({"quantiles_ms": [3000, 4000]})";
  EXPECT_EQ(measured(*base, always, 7).phases_us[promote], 1'234'500);
  const Failover one = measured(*base, between, 7);
  EXPECT_GE(one.phases_us[promote], 3'000'000);
  EXPECT_LE(one.phases_us[promote], 4'000'000);
  EXPECT_EQ(one, measured(*base, between, 7));
  EXPECT_NE(one.phases_us[promote], measured(*base, between, 8).phases_us[promote]);
  // Without any it is as without a file.
  EXPECT_EQ(measured(*base, "", 7), Meter(*base, charm::postgresql_k8s()).measure(7));
}

}  // namespace
}  // namespace sim::failover
