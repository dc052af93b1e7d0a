// charmsim failover as a shell has it: what is printed, exit codes, files, and how it ends when it
// is interrupted.
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Failover : public Charmsim {
 protected:
  ordered_json measured(Words more) {
    Words words{"failover", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Result result = charmsim(words);
    EXPECT_EQ(result.code, 0) << result.err;
    return ordered_json::parse(result.out, nullptr, false);
  }
  static std::ptrdiff_t lines(const std::string& text) { return std::ranges::count(text, '\n'); }
};

TEST_F(Failover, ListsTheKinds) {
  const Result result = charmsim({"failover", "--kinds"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(StartsWith("postgresql-killed "), HasSubstr("\npod-gone "),
                                HasSubstr("\npatroni-killed-for-good ")));
}

TEST_F(Failover, IsATableWithoutProgressOffATerminal) {
  const Result result = charmsim({"failover", "--kind", "pod-gone,switchover", "--runs", "20"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out,
              AllOf(StartsWith("30/10/10, 3 units, "), HasSubstr(": 40 failovers"),
                    HasSubstr("\npod-gone "), HasSubstr("\nswitchover "), Not(HasSubstr("\033"))));
  EXPECT_THAT(files(), IsEmpty());
}

// The node of one of two units does not come back: how long each would be is not known.
TEST_F(Failover, TellsThatWhatWasNotSeenToEndIsAtLeastSoLong) {
  const Result result =
      charmsim({"failover", "--kind", "node-lost", "--units", "2", "--runs", "3"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(ContainsRegex("\nnode-lost +>= 6[0-9]+\\.[0-9]+ \\["),
                                ContainsRegex("\\] +>= 6[0-9]+\\.[0-9]+\n"),
                                HasSubstr("  3 not served again\n")));
}

// A single unit has nobody to switch over to.
TEST_F(Failover, TellsThatTheClientDidNotNoticeIt) {
  const Result result =
      charmsim({"failover", "--kind", "switchover", "--units", "1", "--runs", "3"});
  EXPECT_THAT(result.out, HasSubstr("  3 that its client did not notice\n"));
  const ordered_json json = measured({"--kind", "switchover", "--runs", "3"});
  EXPECT_EQ(json.at("series").at(0).at("unnoticed"), 0);
}

// As many digits as there are: minutes, and commits of hundreds of failovers.
TEST_F(Failover, HasColumnsThatDoNotRunTogether) {
  const Result result = charmsim({"failover", "--kind", "pod-gone,switchover", "--client-ms",
                                  "400000,5", "--synchronous-commit", "local", "--runs", "120"});
  EXPECT_EQ(result.code, 0);
  std::istringstream lines(result.out);
  std::vector<std::string> heads;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("no acknowledged") || line.starts_with("means of")) heads = {line};
    if (heads.empty() || !(line.starts_with("pod-gone ") || line.starts_with("switchover "))) {
      continue;
    }
    // Where a column begins there are two spaces before it in each line.
    for (const char* name : {"p90", "p99", "max", "commits lost", "commits in doubt"}) {
      const std::size_t at = heads[0].find(name);
      if (at == std::string::npos) continue;
      ASSERT_LT(at, line.size()) << result.out;
      EXPECT_EQ(line.substr(at - 2, 2), "  ") << name << '\n' << result.out;
      EXPECT_NE(line[at], ' ') << name << '\n' << result.out;
    }
  }
  EXPECT_FALSE(heads.empty());
  EXPECT_THAT(result.out, ContainsRegex("  [0-9]+ in [0-9.]+ % of failovers  "));
}

TEST_F(Failover, IsTheSameForAnyNumberOfWorkersAndAnotherForAnotherSeed) {
  const Words words{"--kind", "pod-gone", "--runs", "40", "--workers"};
  const auto with = [&words](const Words& more) {
    Words all = words;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const ordered_json one = measured(with({"1"}));
  EXPECT_EQ(one, measured(with({"3"})));
  EXPECT_NE(one, measured(with({"1", "--seed", "1000"})));
  EXPECT_EQ(one.at("schema"), "charmsim-failover/1");
  const ordered_json& series = one.at("series").at(0);
  EXPECT_EQ(series.at("runs"), 40);
  EXPECT_LE(series.at("outage").at("p50").at("low_us"), series.at("outage").at("p50").at("us"));
  EXPECT_EQ(series.at("outage").at("p99").at("high_us"),
            nullptr);  // of forty samples there is none
}

// None of forty was longer: with 95 % no more than 1 - 0.05^(1/40) of all are.
TEST_F(Failover, TellsHowManyCanBeLongerThanTheLongest) {
  const Words words{"--kind", "pod-gone", "--runs", "40"};
  const ordered_json json = measured(words);
  EXPECT_NEAR(json.at("series").at(0).at("outage").at("longer_than_max_high"), 0.0721575, 1e-7);
  Words of{"failover", "--kind", "pod-gone", "--runs", "40"};
  EXPECT_THAT(charmsim(of).out, HasSubstr(" (longer: <= 7.22 %)\n"));
  of.insert(of.end(), {"--html", "page.html", "--csv"});
  EXPECT_THAT(charmsim(of).out,
              AllOf(HasSubstr(",longer_than_max_high\n"), ContainsRegex(",0\\.0721575[0-9]*\n")));
  EXPECT_THAT(read("page.html"), HasSubstr("<small>longer: ≤ 7.22 %</small>"));
  // What was not seen to end can be longer than what was.
  const ordered_json open = measured({"--kind", "node-lost", "--units", "2", "--runs", "2"});
  EXPECT_EQ(open.at("series").at(0).at("outage").at("longer_than_max_high"), nullptr);
}

TEST_F(Failover, MeasuresEachKindInEachSettingAndComparesThem) {
  const ordered_json json = measured({"--kind", "pod-gone,switchover", "--timing",
                                      "30/10/10,20/5/5", "--runs", "10", "--what-if"});
  ASSERT_EQ(json.at("series").size(), 4U);
  EXPECT_EQ(json.at("series").at(2).at("kind"), "pod-gone");
  EXPECT_EQ(json.at("series").at(2).at("setting").at("ttl_s"), 20);
  ASSERT_EQ(json.at("comparisons").size(), 2U);
  EXPECT_LT(json.at("comparisons").at(0).at("longer_by").at("mean_us"), 0);
}

TEST_F(Failover, WritesSamplesAndSumsAsCsv) {
  const Result result = charmsim(
      {"failover", "--kind", "switchover", "--runs", "7", "--csv", "--samples", "samples.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(StartsWith("kind,ttl_s,"), HasSubstr("\nswitchover,30,10,10,3,")));
  EXPECT_EQ(lines(result.out), 2);
  EXPECT_THAT(files(), ElementsAre("samples.csv"));
  const std::string samples = read("samples.csv");
  EXPECT_EQ(lines(samples), 8);
  EXPECT_EQ(std::ranges::count(samples.substr(0, samples.find('\n')), ','),
            std::ranges::count(samples.substr(samples.rfind('\n', samples.size() - 2)), ','));
}

TEST_F(Failover, WritesAPageThatIsTheSameForAnyNumberOfWorkers) {
  const auto page = [this](const std::string& workers) {
    const Result result =
        charmsim({"failover", "--kind", "pod-gone,switchover", "--timing", "30/10/10,20/5/5",
                  "--runs", "40", "--workers", workers, "--html", "page.html"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, StartsWith("30/10/10, 3 units, "));  // the table, as without
    EXPECT_THAT(files(), ElementsAre("page.html"));
    return read("page.html");
  };
  const std::string one = page("1");
  EXPECT_THAT(one, AllOf(StartsWith("<!doctype html>"), HasSubstr("id=\"pod-gone\""),
                         HasSubstr("the settings measured here choose "),
                         HasSubstr("160 failovers"), HasSubstr("40 times, seeds 1 to 40")));
  EXPECT_TRUE(one == page("3"));
}

// A promotion that takes 3 s from the lock on, where the model's windows end after 1.5 s.
TEST_F(Failover, DrawsMeasuredDelaysFromAFile) {
  write("delays.json", R"({"schema": "charmsim-delays/1",
                           "delays": {"promotion-request": {"quantiles_ms": [500, 500]},
                                      "promote": {"quantiles_ms": [2500, 2500]}}})");
  const Words words{"--kind", "pod-gone", "--runs", "10"};
  const ordered_json even = measured(words);
  Words with = words;
  with.insert(with.end(), {"--delays", "delays.json"});
  const ordered_json one = measured(with);
  EXPECT_FALSE(even.contains("delays"));
  EXPECT_EQ(one.at("delays"), "measured");
  EXPECT_EQ(one.at("series").at(0).at("phases").at("promote").at("p50").at("us"), 3'000'000);
  EXPECT_LE(even.at("series").at(0).at("phases").at("promote").at("max_us"), 1'500'000);
}

TEST_F(Failover, RefusesWhatIsNone) {
  const auto refused = [this](const Words& words) {
    Words all{"failover", "--runs", "1"};
    all.insert(all.end(), words.begin(), words.end());
    const Result result = charmsim(all);
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  EXPECT_THAT(refused({"--kind", "earthquake"}), HasSubstr("earthquake"));
  EXPECT_THAT(refused({"--timing", "30/10"}), HasSubstr("ttl/loop_wait/retry_timeout"));
  EXPECT_THAT(refused({"--timing", "20/10/10"}), HasSubstr("20/10/10, 3 units"));
  EXPECT_THAT(refused({"--units", "0"}), HasSubstr("1 to 16"));
  EXPECT_THAT(refused({"--strict", "maybe"}), HasSubstr("true or false"));
  EXPECT_THAT(refused({"--synchronous", "some"}), HasSubstr("some"));
  EXPECT_THAT(refused({"--patroni", "5"}), HasSubstr("3.1, 4.1"));
  EXPECT_THAT(refused({"--what-if"}), HasSubstr("two settings"));
  EXPECT_THAT(refused({"--delays", "no.json"}), HasSubstr("no.json: cannot be read"));
  write("no-delays.json", "{}");
  EXPECT_THAT(refused({"--delays", "no-delays.json"}), HasSubstr("is no charmsim-delays/1"));
  write("no-delays.json", R"({"schema": 1, "delays": {}})");
  EXPECT_THAT(refused({"--delays", "no-delays.json"}), HasSubstr("is no charmsim-delays/1"));
  write("no-delays.json", R"({"schema": "charmsim-delays/1", "delays": {}})");
  EXPECT_THAT(refused({"--delays", "no-delays.json"}), HasSubstr("no-delays.json: has no delay"));
  EXPECT_THAT(refused({"--samples", "no/such/folder"}), HasSubstr("no/such/folder"));
  EXPECT_THAT(refused({"--html", "no/such/page.html"}), HasSubstr("no/such/page.html"));
  EXPECT_THAT(refused({"--html", "both", "--samples", "both"}), HasSubstr("written twice"));
  EXPECT_THAT(files(), ElementsAre("no-delays.json"));

  EXPECT_THAT(refused({"--worst", "case"}), HasSubstr("outage or loss"));
  EXPECT_THAT(refused({"--scope", "1"}), HasSubstr("--worst"));
  EXPECT_THAT(refused({"--worst", "outage", "--scope", "5"}), HasSubstr("0 to 4"));
  for (const char* other : {"--html", "--out", "--shard", "--samples", "--delays"}) {
    const Result result = charmsim({"failover", "--worst", "outage", other, "0/1"});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr(other));
  }
  EXPECT_THAT(charmsim({"failover", "--worst", "outage", "--delays", "any.json"}).err,
              HasSubstr("replay"));
  EXPECT_THAT(refused({"--for", "60s"}), HasSubstr("--worst"));
}

// The exit code says that not all was tried.
TEST_F(Failover, EndsTheSearchOfTheWorstAfterItsTriesAndItsTime) {
  const Result result = charmsim({"failover", "--kind", "switchover", "--worst", "outage",
                                  "--tries", "16", "--scope", "1", "--for", "1ms"});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.out, AllOf(HasSubstr("\n  covered      "), HasSubstr("first answers"),
                                HasSubstr("not confirmed")));
}

TEST_F(Failover, KeepsWhatItHasWhenItIsInterrupted) {
  Running running = start_on_terminal({"failover", "--kind", "pod-gone", "--runs", "1000000"});
  ASSERT_TRUE(running.read_until(" of 1000000"));
  running.signal(SIGINT);
  const Result result = running.wait();
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.out, HasSubstr("interrupted"));
}

// What was found so far is a run that replay plays.
TEST_F(Failover, KeepsTheWorstThatItHasFoundWhenItIsInterrupted) {
  Running running = start_on_terminal(
      {"failover", "--kind", "switchover", "--worst", "outage", "--save-to", "found"});
  ASSERT_TRUE(running.read_until("switchover, 30/10/10: search, "));
  running.signal(SIGINT);
  const Result result = running.wait();
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.out, AllOf(HasSubstr("switchover, 30/10/10, 3 units, "),
                                HasSubstr("\n  worst        no acknowledged write for "),
                                HasSubstr("; single changes were not tried to the end"),
                                HasSubstr("\n  run          found/switchover-1.json"),
                                HasSubstr("interrupted: that is how far it came")));
  const Result again = charmsim({"replay", "found/switchover-1.json", "--quiet"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("the same run"));
}

}  // namespace
}  // namespace cli
