// What the failovers' page draws and says, without a browser: thinning, bands, what outages are
// made of, and which setting is chosen, against what can be counted by hand.
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/commands/failover_html.h"
#include "sim/failover/page_choice.h"
#include "sim/failover/page_curve.h"
#include "sim/failover/page_phases.h"
#include "tests/report_page/made_up_failovers.h"

namespace sim::failover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::Not;
using testing::StartsWith;

constexpr std::int64_t second = 1'000'000;

// --- axes and thinning ---

TEST(Curves, AnAxisEndsAtARoundNumberALittleBehind) {
  const Axis axis = linear_axis(35'785'000);
  EXPECT_EQ(axis.columns(), linear_columns);
  EXPECT_EQ(axis.begin_us(), 0);
  EXPECT_EQ(axis.end_us(), 36 * second);
  EXPECT_EQ(axis.column_of(0), 0U);
  EXPECT_EQ(axis.column_of(1), 1U);
  EXPECT_EQ(axis.column_of(36 * second), linear_columns);
  EXPECT_EQ(axis.column_of(99 * second), linear_columns);
}

TEST(Curves, ALogarithmicAxisHasEachDecadeInAsManyColumns) {
  const Axis axis = logarithmic_axis(second, 100 * second);
  EXPECT_EQ(axis.columns(), 2 * columns_of_decade);
  EXPECT_EQ(axis.begin_us(), second);
  EXPECT_EQ(axis.ends_us[columns_of_decade], 10 * second);
  EXPECT_EQ(axis.end_us(), 100 * second);
  // Evenly: each column is 10^(1/100) times the one before, but for what is cut.
  for (std::size_t column = 1; column < axis.ends_us.size(); ++column) {
    const double ratio =
        static_cast<double>(axis.ends_us[column]) / static_cast<double>(axis.ends_us[column - 1]);
    EXPECT_NEAR(ratio, std::pow(10, 1.0 / columns_of_decade), 1e-5);
  }
}

TEST(Curves, TicksAreRoundNumbersAtTheirPlaces) {
  const Axis linear = linear_axis(36 * second);
  std::vector<std::int64_t> shown;
  for (const Tick& tick : linear_ticks(linear)) {
    shown.push_back(tick.us / second);
    EXPECT_EQ(tick.hundredths, tick.us * 36'000 / linear.end_us());
  }
  EXPECT_THAT(shown, ElementsAre(0, 10, 20, 30));
  shown.clear();
  for (const Tick& tick : logarithmic_ticks(logarithmic_axis(second, 100 * second))) {
    shown.push_back(tick.us / second);
    const double place = 10'000 * std::log10(static_cast<double>(tick.us) / second);
    EXPECT_NEAR(static_cast<double>(tick.hundredths), place, 1);
  }
  EXPECT_THAT(shown, ElementsAre(1, 2, 5, 10, 20, 50, 100));
}

TEST(Curves, ThinningKeepsTheExactCountAtEachColumn) {
  const Series series = given::series("pod-gone", {}, {.from_ms = 20'000, .spread_ms = 16'000});
  std::vector<std::int64_t> samples;
  for (const Failover& one : series.failovers) samples.push_back(one.outage_us);
  std::ranges::sort(samples);
  for (const Axis& axis :
       {linear_axis(samples.back()), logarithmic_axis(samples.front(), samples.back())}) {
    const std::vector<std::uint64_t> counts = counts_at(samples, axis);
    ASSERT_EQ(counts.size(), axis.columns() + 1);
    for (std::size_t column = 0; column < counts.size(); ++column) {
      const auto truly = std::ranges::count_if(
          samples, [&](std::int64_t one) { return one <= axis.ends_us[column]; });
      EXPECT_EQ(counts[column], static_cast<std::uint64_t>(truly));
    }
    EXPECT_EQ(counts.back(), samples.size());
  }
}

TEST(Curves, APathHasAStepForEachRowAtMostHoweverManySamples) {
  Curve curve{.samples = 1'000'000};
  for (std::uint64_t column = 0; column <= linear_columns; ++column) {
    curve.counts.push_back(column * curve.samples / linear_columns);
  }
  const std::string path = curve_path(curve);
  EXPECT_LE(std::ranges::count(path, 'v'), curve_rows);
  EXPECT_LT(path.size(), 1'500U);
  EXPECT_LT(band_path(curve).size(), 3'000U);
}

// Four columns; half of four samples in the second, one more in the last, one never.
TEST(Curves, APathIsDrawnFromBelowAndNeverReachesTheTopBeforeAllHaveEnded) {
  const Curve curve{.counts = {0, 0, 2, 2, 3}, .samples = 4};
  EXPECT_EQ(curve_path(curve), "M0 180h2v-90h2v-45");
  // Three of 1000 are missing: less than a row, and yet not the top.
  EXPECT_EQ(curve_path({.counts = {0, 997}, .samples = 1000}), "M0 180h1v-179");
  EXPECT_EQ(packed(curve.counts), (std::vector<std::int64_t>{-2, 2, -1, 1}));
}

// --- the band ---

TEST(Curves, TheMarginIsThatOfDvoretzkyKieferAndWolfowitz) {
  EXPECT_EQ(band_margin(10'000), 136U);  // 10,000 sqrt(ln 40 / 20,000) = 135.8
  EXPECT_EQ(band_margin(100), 14U);      // 13.6
  EXPECT_EQ(band_margin(1), 2U);         // 1.36: says nothing
  for (const std::uint64_t samples : {2U, 37U, 1'000'000U, 4'000'000'000U}) {
    const double exact = std::sqrt(std::log(40.0) / 2 * static_cast<double>(samples));
    EXPECT_EQ(band_margin(samples), static_cast<std::uint64_t>(std::ceil(exact)));
  }
}

// Of samples that are drawn evenly from a range the whole true line lies in the band in 95 of 100
// series, and not in all of them.
TEST(Curves, TheBandHoldsAsOftenAsItSays) {
  constexpr std::uint64_t trials = 400;
  constexpr std::uint64_t samples = 200;
  const std::uint64_t margin = band_margin(samples);
  std::uint64_t held = 0;
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    const Series series = given::series(
        "pod-gone", {}, {.from_ms = 0, .spread_ms = 1'000, .runs = samples, .luck = trial});
    std::vector<std::int64_t> ascending;
    for (const Failover& one : series.failovers) ascending.push_back(one.outage_us);
    std::ranges::sort(ascending);
    bool is_inside = true;
    for (std::size_t at = 0; at < ascending.size(); ++at) {
      const double truly = static_cast<double>(ascending[at]) / 1e6 * samples;
      const auto rank = static_cast<double>(at);
      is_inside = is_inside && truly - rank <= static_cast<double>(margin) &&
                  rank + 1 - truly <= static_cast<double>(margin);
    }
    if (is_inside) ++held;
  }
  EXPECT_GE(held, trials * 93 / 100);
  EXPECT_LT(held, trials);
}

TEST(Curves, TheBandIsAClosedPathThatStaysInTheChart) {
  // 200 samples: 20 either way, a tenth.
  const Curve curve{.counts = {0, 100, 200}, .samples = 200};
  ASSERT_EQ(band_margin(200), 20U);
  EXPECT_EQ(band_path(curve), "M0 162h1v-90h1v-72v18v90h-1v72h-1z");
}

// --- phases ---

TEST(Phases, AreThoseOfTheRunsAboutAQuantile) {
  std::vector<Failover> failovers(1000);
  for (std::size_t run = 0; run < failovers.size(); ++run) {
    // The longest come first; each is all detection below 500 ms, and all election above.
    const auto us = static_cast<std::int64_t>(1000 - run) * 1'000;
    failovers[run].outage_us = us;
    failovers[run].phases_us[us > 500'000 ? 1 : 0] = us;
  }
  const Composition all = composition_of(failovers);
  EXPECT_EQ(all.failovers, 1000U);
  EXPECT_EQ(all.outage_us, 500'500);
  const Composition tail = composition_about(failovers, 990);
  EXPECT_EQ(tail.failovers, 10U);
  EXPECT_EQ(tail.outage_us, 990'500);  // those of the ranks 986 to 995
  EXPECT_EQ(tail.phases_us[0], 0);
  EXPECT_EQ(tail.phases_us[1], 990'500);
  EXPECT_EQ(composition_about(failovers, 100).phases_us[0], 100'500);
  EXPECT_EQ(composition_about({failovers.front()}, 990).outage_us, 1'000'000);
}

// --- the choice ---

Setting with(std::uint32_t ttl, std::uint32_t loop, std::uint32_t retry) {
  return {.timing = {ttl, loop, retry}};
}

TEST(TheChoice, IsTheOneThatIsBehindTheLeast) {
  const std::vector<Series> all{
      given::series("pod-gone", with(30, 10, 10), {.from_ms = 30'000}),
      given::series("switchover", with(30, 10, 10), {.from_ms = 6'000}),
      given::series("pod-gone", with(20, 5, 5), {.from_ms = 20'000}),
      given::series("switchover", with(20, 5, 5), {.from_ms = 6'000}),
  };
  const std::vector<Choice> choices = choices_of(all);
  ASSERT_EQ(choices.size(), 1U);
  const Choice& choice = choices.front();
  EXPECT_THAT(choice.chosen, ElementsAre(1U));
  EXPECT_THAT(choice.behind_of(0), ElementsAre(1U, 1U, 0U, 0U));
  EXPECT_THAT(choice.behind_of(1), ElementsAre(0U, 0U, 0U, 0U));
  const Standing& first = choice.kinds.front().rankings[0].standings[0];
  EXPECT_TRUE(first.is_behind);
  EXPECT_EQ(first.by_us, 10 * second);  // on the same draws each is longer by that
  EXPECT_EQ(short_names(settings_of(all)), (std::vector<std::string>{"30/10/10", "20/5/5"}));
  EXPECT_THAT(alike_in(settings_of(all)), StartsWith("3 units, synchronous all, strict"));
}

// Each is longer by 50 ms: more than chance makes, and less than two writes are apart.
TEST(TheChoice, CountsNoDifferenceThatTheClientDoesNotFeel) {
  const std::vector<Series> all{
      given::series("pod-gone", with(30, 10, 10), {.from_ms = 20'050}),
      given::series("pod-gone", with(20, 5, 5), {.from_ms = 20'000}),
  };
  EXPECT_THAT(choices_of(all).front().chosen, ElementsAre(0U, 1U));
}

TEST(TheChoice, CountsNoDifferenceThatChanceMakes) {
  const std::vector<Series> all{
      given::series("pod-gone", with(30, 10, 10), {.spread_ms = 30'000, .runs = 60, .luck = 1}),
      given::series("pod-gone", with(20, 5, 5), {.spread_ms = 30'000, .runs = 60, .luck = 2}),
  };
  EXPECT_THAT(choices_of(all).front().chosen, ElementsAre(0U, 1U));
}

TEST(TheChoice, SetsAsideWhateverLosesCommitsHoweverShort) {
  const std::vector<Series> all{
      given::series("pod-gone", with(30, 10, 10), {.from_ms = 30'000}),
      given::series("pod-gone", {.synchronous_commit = "off"},
                    {.from_ms = 10'000, .lost_each = 10}),
  };
  const Choice choice = choices_of(all).front();
  EXPECT_THAT(choice.chosen, ElementsAre(0U));
  EXPECT_THAT(choice.behind_of(1), ElementsAre(0U, 0U, 1U, 0U));
}

TEST(TheChoice, IsNotMadeBetweenLoadsNorAmongWhatWasNotMeasuredAlike) {
  std::vector<Series> all{
      given::series("pod-gone", {.client_ms = 100}, {}),
      given::series("pod-gone", {.client_ms = 1000}, {}),
  };
  EXPECT_THAT(choices_of(all), IsEmpty());
  all.push_back(given::series("pod-gone", with(20, 5, 5), {}));
  all.push_back(given::series("pod-gone", {.units = 1}, {.runs = 0}));
  ASSERT_EQ(choices_of(all).size(), 1U);
  EXPECT_THAT(choices_of(all).front().settings, ElementsAre(0U, 2U));
  EXPECT_THAT(choices_of(all).front().left_out, ElementsAre(3U));
}

// --- the page as text ---

std::string page_of(const std::vector<Series>& all, std::uint64_t runs = 1000) {
  const SeriesOptions options{.runs = runs};
  return to_html_text({.series = all, .options = options});
}

TEST(ThePageOfFailovers, SaysWhatToChooseAndWhatItCosts) {
  const std::string page = page_of({
      given::series("pod-gone", with(30, 10, 10), {.from_ms = 30'000}),
      given::series("pod-gone", with(20, 5, 5), {.from_ms = 20'000}),
  });
  EXPECT_THAT(page, HasSubstr("the settings measured here choose <b class=\"badge s1 d1\">B</b>"
                              "&nbsp;20/5/5."));
  EXPECT_THAT(page, HasSubstr("by at least 10.000&nbsp;s [10.000 10.000]"));
  EXPECT_THAT(page, HasSubstr("at most <b>48</b> (the other: 24) PATCH requests a minute"));
  EXPECT_THAT(page, HasSubstr("<b>5 s</b> (the other: 10 s) before Patroni takes it for gone"));
  EXPECT_THAT(page, HasSubstr("<b>20 s</b> (the other: 30 s) since its last renewal"));
}

TEST(ThePageOfFailovers, SaysWhereNothingSeparates) {
  EXPECT_THAT(page_of({given::series("pod-gone", with(30, 10, 10), {}),
                       given::series("pod-gone", with(20, 5, 5), {})}),
              HasSubstr("nothing separates "));
  EXPECT_THAT(page_of({given::series("pod-gone", with(30, 10, 10), {.from_ms = 1'000}),
                       given::series("switchover", with(30, 10, 10), {.from_ms = 2'000}),
                       given::series("pod-gone", with(20, 5, 5), {.from_ms = 2'000}),
                       given::series("switchover", with(20, 5, 5), {.from_ms = 1'000})}),
              HasSubstr("none is ahead: behind in as many comparisons are "));
  const std::string single = page_of({given::series("pod-gone", {}, {})});
  EXPECT_THAT(single, HasSubstr("there is none to choose"));
  EXPECT_THAT(single, Not(HasSubstr("choice-heading")));
}

TEST(ThePageOfFailovers, TellsLostCommitsWhatWasNotServedAgainAndWhatWasRefused) {
  std::vector<Series> all{
      given::series("pod-gone", {.strict = true}, {}),
      given::series("pod-gone", {.strict = false}, {.lost_each = 10, .open_each = 20}),
      Series{.kind = find_kind("pod-gone"), .setting = with(20, 5, 5), .refused = "<no & such>"},
  };
  const std::string page = page_of(all);
  EXPECT_THAT(page, HasSubstr("<strong>lost 200 acknowledged commits</strong> in 1000"));
  EXPECT_THAT(page, HasSubstr("writes go on, and what the primary acknowledges then is nowhere"));
  EXPECT_THAT(page, HasSubstr("<span>50</span><small>5.00 % [3.73 6.54]</small>"));
  EXPECT_THAT(page, HasSubstr("<span>≥ 600.000</span>"));  // the longest
  EXPECT_THAT(page, HasSubstr("was not measured: &lt;no &amp; such&gt;."));
}

TEST(ThePageOfFailovers, StandsAlone) {
  const std::string page =
      page_of({given::series("pod-gone", {}, {}), given::series("pod-gone", with(20, 5, 5), {})});
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const char* from : {"src=", "url(", "@import", "http://", "https://", "fetch("}) {
    EXPECT_THAT(page, Not(HasSubstr(from)));
  }
  EXPECT_EQ(page, page_of({given::series("pod-gone", {}, {}),
                           given::series("pod-gone", with(20, 5, 5), {})}));
}

TEST(ThePageOfFailovers, IsOneEvenWithNothingInIt) {
  EXPECT_THAT(page_of({}), HasSubstr("No failover was measured."));
  const std::vector<Series> refused{
      Series{.kind = find_kind("pod-gone"), .setting = {}, .refused = "it does not settle"}};
  EXPECT_THAT(page_of(refused), HasSubstr("was not measured: it does not settle."));
}

// All kinds in three settings with 10,000 runs each, no two alike: what a whole evening measures.
TEST(ThePageOfFailovers, IsSmallHoweverMuchWasMeasured) {
  std::vector<Series> all;
  std::uint64_t luck = 0;
  for (const Setting& setting : {with(30, 10, 10), with(20, 5, 5), with(40, 10, 10)}) {
    for (const Kind& kind : all_kinds()) {
      ++luck;
      all.push_back(given::series(kind.name, setting,
                                  {.from_ms = static_cast<std::int64_t>(100 * luck),
                                   .spread_ms = 30'000,
                                   .runs = 10'000,
                                   .luck = luck,
                                   .lost_each = 7}));
    }
  }
  EXPECT_THAT(page_of(all, 10'000).size(), Lt(36'000U * all_kinds().size()));
}

}  // namespace
}  // namespace sim::failover
