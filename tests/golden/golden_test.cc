// The calm run of every scenario, or the one that its own choices make, tells the story that stands
// beside it, byte for byte, and random runs have the fingerprints of a list: on every machine, with
// every compiler, under the sanitizers. `./test --rewrite` writes them anew; read the difference
// before you commit it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "sim/commands/saved_run.h"
#include "sim/report/golden_story.h"
#include "sim/scenario/own_choices.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

std::string told(const std::string& file) {
  FlowMonitor flow(given::charts());
  std::ostringstream text;
  text << std::ifstream(given::repository() / file, std::ios::binary).rdbuf();
  return golden_story(given::scenario_of(file), own_choices(text.str()), given::postgresql(&flow),
                      file);
}

std::filesystem::path golden_of(const std::string& file) {
  return (given::repository() / file).replace_extension(".golden.txt");
}

// Every story, and whatever else has one beside it, as `charmsim export` writes it.
std::vector<std::string> golden_files() {
  std::vector<std::string> files = given::story_files();
  for (const std::string& file : given::scenario_files()) {
    const bool is_new = std::ranges::find(files, file) == files.end();
    if (is_new && std::filesystem::exists(golden_of(file))) files.push_back(file);
  }
  return files;
}

// What stands in a file; before, it is written anew if that is asked for.
std::string golden(const std::filesystem::path& path, const std::string& now) {
  if (std::getenv("CHARMSIM_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << now;
  }
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path << " is missing; ./test --rewrite writes it";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, TheCalmRunTellsTheStoryThatStandsBesideIt) {
  const std::string story = told(GetParam());
  EXPECT_EQ(golden(golden_of(GetParam()), story), story)
      << "if this is as it shall be: ./test --rewrite";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Golden, testing::ValuesIn(golden_files()),
                         [](const auto& test) { return given::test_name(test.param); });

// `scenario seed trace world dispatches`, a line a run: the story may stay the same where the trace
// does not.
std::string fingerprints() {
  constexpr std::uint64_t seeds = 5;
  std::ostringstream list;
  list << "# scenario, seed, fingerprint of the trace, fingerprint of the world, dispatches\n";
  for (const std::string& file : given::scenario_files()) {
    FlowMonitor flow(given::charts());
    Simulation simulation(given::scenario_of(file), given::postgresql(&flow), {});
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      RandomChoices random(seed);
      const Verdict verdict = simulation.run(random);
      list << file << ' ' << seed << ' ' << to_hex(verdict.fingerprint) << ' '
           << to_hex(verdict.world_fingerprint) << ' ' << verdict.dispatches << '\n';
    }
  }
  return list.str();
}

TEST(GoldenFingerprints, OfRandomRunsAreThoseOfTheList) {
  const std::string now = fingerprints();
  EXPECT_EQ(golden(given::repository() / "tests/golden/fingerprints.txt", now), now)
      << "if this is as it shall be: ./test --rewrite";
}

// What README.md shows of one of them: from the story's first step on, the first two of the lines
// "assuming", and, as they stand there, those that are no part of a golden story.
constexpr const char* shown = "scenarios/primary-pod-deleted.json";

std::string readme_with_sample(const std::string& readme, const std::string& story) {
  std::istringstream standing(readme);
  std::ostringstream out;
  std::map<std::string, std::string> kept;  // by their first word
  bool in_sample = false;
  for (std::string line; std::getline(standing, line);) {
    if (line.contains(R"("delete_pod": "primary")")) in_sample = true;
    if (!in_sample) {
      out << line << '\n';
      continue;
    }
    for (const char* word : {"...", "deferrals", "speed"}) {
      if (line.starts_with(word)) kept[word] = line + '\n';
    }
    if (line != "```") continue;
    in_sample = false;
    int assuming = 0;
    std::istringstream told(story.substr(story.rfind('\n', story.find(R"("delete_pod")")) + 1));
    for (std::string of_story; std::getline(told, of_story);) {
      if (of_story.starts_with("work")) out << kept["..."];
      if (of_story.starts_with("fingerprint")) out << kept["deferrals"];
      if (!of_story.starts_with("assuming") || ++assuming <= 2) out << of_story << '\n';
    }
    out << kept["speed"] << "```\n";
  }
  return out.str();
}

TEST(GoldenReadme, ShowsARunAsItIs) {
  const std::filesystem::path path = given::repository() / "README.md";
  std::ostringstream readme;
  readme << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string now = readme_with_sample(readme.str(), told(shown));
  EXPECT_EQ(golden(path, now), now) << "if this is as it shall be: ./test --rewrite";
}

}  // namespace
}  // namespace sim
