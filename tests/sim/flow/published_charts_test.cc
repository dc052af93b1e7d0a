// The charts that the charm comes with: each reads, and each refined one refines the published one.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "charm/flowcharts/charts.h"
#include "sim/flow/charts.h"
#include "sim/flow/mermaid.h"
#include "sim/flow/refinement.h"
#include "tests/support/places.h"

namespace sim {
namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(CharmCharts, AreTheFilesOfTheRepository) {
  for (const charm::ChartText& chart : charm::postgresql_k8s_charts()) {
    EXPECT_EQ(chart.text, contents(tests::in_repository(std::string(chart.file))));
  }
}

// One by one, so that every chart that is wrong shows up.
TEST(CharmCharts, CanBeRead) {
  for (const charm::ChartText& text : charm::postgresql_k8s_charts()) {
    const auto chart = read_chart(text.text, std::string(text.file));
    if (!chart) {
      ADD_FAILURE() << to_text(chart.error());
      continue;
    }
    EXPECT_EQ(chart->name(), text.name);
  }
}

TEST(CharmCharts, RefineThePublishedOnes) {
  const auto charts = ChartSet::from_texts(charm::postgresql_k8s_charts());
  ASSERT_TRUE(charts) << to_text(charts.error());

  for (const std::string name : {"leader-elected", "postgresql-pebble-ready"}) {
    EXPECT_NE(charts->refined(name), nullptr) << name;
    EXPECT_NE(charts->published(name), nullptr) << name;
  }
  for (const auto& [name, refined] : charts->all_refined()) {
    const Chart* const published = charts->published(name);
    if (published == nullptr) continue;
    const Refinement refinement = check_refinement(*published, refined);
    for (const std::string& violation : refinement.violations) ADD_FAILURE() << violation;
  }
}

// The proof would be worth nothing if it held of other charts, too.
TEST(CharmCharts, RefineNothingThatLacksAPublishedLine) {
  const auto charts = ChartSet::from_texts(charm::postgresql_k8s_charts());
  ASSERT_TRUE(charts) << to_text(charts.error());

  for (const charm::ChartText& text : charm::postgresql_k8s_charts()) {
    const Chart* const refined = charts->refined(text.name);
    if (!text.published || refined == nullptr) continue;
    for (std::size_t begin = 0; begin < text.text.size();) {
      const std::size_t end = std::min(text.text.find('\n', begin), text.text.size() - 1) + 1;
      const std::string_view line = text.text.substr(begin, end - begin);
      const auto published = read_chart(
          std::string(text.text.substr(0, begin)).append(text.text.substr(end)), "x.mmd");
      if (!line.starts_with("%%") && published) {
        EXPECT_FALSE(check_refinement(*published, *refined).proved()) << line;
      }
      begin = end;
    }
  }
}

}  // namespace
}  // namespace sim
