// Shards of charmsim fuzz, as processes: what merge tells of them is what one run tells.
#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Three units have not all come up by then, if they are slow: some seeds show it, most do not.
constexpr const char* short_of_time =
    R"({"schema_version": 1, "title": "Short of time", "horizon_s": 150, "world": {"units": 3},
        "story": [{"when": "settled", "set_trust": true}],
        "faults": {"until_s": 100, "kill_pod": 2, "refuse_kubernetes": 2}})";

class FuzzShards : public Charmsim {
 protected:
  void SetUp() override { write("short.json", short_of_time); }

  static Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  // Two scenarios, of which one breaks something now and then.
  static Words campaign(const Words& more) {
    return with({"fuzz", "short.json", scenario("deploy-one-unit"), "--runs", "80"}, more);
  }
  static Words shard(unsigned index, unsigned count) {
    const std::string name = std::to_string(index);
    return {"--shard", name + '/' + std::to_string(count), "--out", name + ".shard"};
  }
  void make_shards(unsigned count, const Words& more = {}) {
    for (unsigned index = 0; index < count; ++index) {
      const Result result = charmsim(campaign(with(shard(index, count), more)));
      ASSERT_EQ(result.code, 0) << result.err;
      EXPECT_THAT(result.out, HasSubstr(" only shard " + std::to_string(index) + " of " +
                                        std::to_string(count) + ", "));
    }
  }
  // What this says, which ends with that code.
  std::string told(const Words& words, int code) {
    const Result result = charmsim(words);
    EXPECT_EQ(result.code, code) << result.err;
    return result.out;
  }
  // As JSON, but for how fast it was, which merge does not know.
  ordered_json result_of(const Words& words, int code) {
    ordered_json json = ordered_json::parse(told(with(words, {"--json"}), code), nullptr, false);
    EXPECT_TRUE(json.is_object());
    if (json.is_object()) json.erase("speed");
    return json;
  }
  std::string refused(const Words& words) {
    const Result result = charmsim(words);
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    return result.err;
  }
};

TEST_F(FuzzShards, ComeToTheSameAsOneRunThatKeepsGoing) {
  make_shards(4);
  const Words merge{"merge", "2.shard", "0.shard", "3.shard", "1.shard"};
  const ordered_json one = result_of(campaign({"--keep-going"}), 1);
  EXPECT_EQ(one.at("runs"), 160);
  EXPECT_GT(one.at("violations"), 1);
  EXPECT_EQ(result_of(merge, 1), one);
  EXPECT_EQ(charmsim(with(merge, {"--json"})).out.find("\"speed\""), std::string::npos);
  std::string text = told(campaign({"--keep-going"}), 1);
  text.erase(text.rfind("speed "));
  EXPECT_EQ(told(merge, 1), text);
}

TEST_F(FuzzShards, OfEachStrategyAndOptionComeToTheSameAsOneRun) {
  for (const Words& more :
       {Words{"--strategy", "pct", "--deviations", "4", "--seed", "7"},
        Words{"--strategy", "random", "--permute-deferrals", "--seed", "18446744073709551610"}}) {
    make_shards(3, more);
    const ordered_json one =
        result_of(campaign(with(more, {"--keep-going", "--shrink-tries", "50"})),
                  charmsim(campaign(more)).code);
    EXPECT_EQ(result_of({"merge", "1.shard", "2.shard", "0.shard", "--shrink-tries", "50"},
                        one.at("held") == true ? 0 : 1),
              one);
  }
}

TEST_F(FuzzShards, KeepOfWhatBreaksOftenTheFirstOnesAsOneRunDoes) {
  write("late.json", R"({"schema_version": 1, "title": "Trust comes late", "horizon_s": 150,
                         "world": {"units": 1}, "story": [{"at_s": 1, "set_trust": false}]})");
  const Words fuzz{"fuzz", "late.json", "--runs", "40"};
  for (unsigned index = 0; index < 2; ++index) (void)told(with(fuzz, shard(index, 2)), 0);
  const ordered_json one = result_of(with(fuzz, {"--keep-going"}), 1);
  EXPECT_GT(one.at("violations"), 20);  // more than a shard has, and more than are kept of all
  EXPECT_EQ(result_of({"merge", "0.shard", "1.shard"}, 1), one);
}

TEST_F(FuzzShards, AreMergedInAnyOrderAndInAnyNumberOfSteps) {
  make_shards(3);
  (void)told({"merge", "2.shard", "0.shard", "1.shard", "--out", "all.shard"}, 1);
  const Result left =
      charmsim({"merge", "0.shard", "2.shard", "--partial", "--out", "left.shard", "--json"});
  EXPECT_EQ(ordered_json::parse(left.out).at("shards"), ordered_json({{"of", 3}, {"has", {0, 2}}}));
  EXPECT_EQ(ordered_json::parse(left.out).at("runs"), 106);
  (void)told({"merge", "1.shard", "left.shard", "--out", "stepwise.shard"}, 1);
  EXPECT_EQ(read("stepwise.shard"), read("all.shard"));
}

TEST_F(FuzzShards, ThatWereKilledOrAreMissingAreSaid) {
  (void)told(campaign(shard(1, 3)), 0);
  const Words slow = {"fuzz", "short.json", "--runs", "3000000"};
  for (const int by : {SIGKILL, SIGTERM}) {
    Running running = start_on_terminal(with(slow, shard(0, 3)));
    ASSERT_TRUE(running.read_until(" runs/s"));
    running.signal(by);
    EXPECT_EQ(running.wait().code, by == SIGKILL ? 128 + SIGKILL : 130);
    EXPECT_THAT(files(), Not(Contains("0.shard")));
  }
  const Result missing = charmsim({"merge", "1.shard"});
  EXPECT_EQ(missing.code, 4);
  EXPECT_EQ(missing.out, "");
  EXPECT_THAT(missing.err, HasSubstr("of 3 shards 0, 2 are missing"));
  EXPECT_THAT(charmsim({"merge", "1.shard", "--partial"}).out,
              HasSubstr("only shard 1 of 3, 27 of 80 runs of each scenario: what the others"));
}

TEST_F(FuzzShards, OfWhichNoneBreaksAnythingEndWith0) {
  for (unsigned index = 0; index < 3; ++index) {  // the last one has no run
    (void)told(with({"fuzz", scenario("deploy-one-unit"), "--runs", "2"}, shard(index, 3)), 0);
  }
  EXPECT_THAT(told({"merge", "0.shard", "1.shard", "2.shard"}, 0),
              StartsWith("verdict      all held, in 2 runs\n"));
}

TEST_F(FuzzShards, AreTheSameForAnyNumberOfWorkersAndInAPod) {
  (void)told(campaign(with(shard(1, 2), {"--workers", "3"})), 0);
  const Words pod = campaign({"--shards", "2", "--out", "pod.shard", "--workers", "1"});
  EXPECT_EQ(charmsim(pod, {"JOB_COMPLETION_INDEX=1"}).code, 0);
  EXPECT_EQ(read("pod.shard"), read("1.shard"));
}

TEST_F(FuzzShards, LeaveWhatBreaksToMergeWhichSavesItToBeReplayed) {
  EXPECT_THAT(
      told(campaign(shard(0, 1)), 0),
      AllOf(StartsWith("verdict      FAILED: "),
            HasSubstr("merge makes them small and tells them\n"), Not(HasSubstr("reproduce"))));
  make_shards(2);
  const std::string saved = told({"merge", "0.shard", "1.shard", "--save-to", "found"}, 1);
  EXPECT_THAT(saved, HasSubstr("saved        ./run replay found/counterexample-1.json\n"));
  EXPECT_THAT(charmsim({"replay", "found/counterexample-1.json", "-q"}).out,
              HasSubstr("replay       the same run"));
}

TEST_F(FuzzShards, OfOtherQuestionsAreRefused) {
  (void)told(campaign(shard(0, 2)), 0);
  const auto merged_with = [this](const Words& words) {
    (void)told(words, 0);
    return refused({"merge", "0.shard", "1.shard"});
  };
  EXPECT_EQ(merged_with(campaign(with(shard(1, 2), {"--seed", "2"}))),
            "1.shard: /question/first_seed: is 2; must be 1, as in 0.shard\n");
  EXPECT_THAT(merged_with(campaign(with(shard(1, 2), {"--permute-deferrals"}))),
              HasSubstr("1.shard: /question/permute_deferrals: is true"));
  EXPECT_THAT(merged_with({"failover", "--kind", "switchover", "--runs", "2", "--shard", "1/2",
                           "--out", "1.shard"}),
              HasSubstr("1.shard: /command: is \"failover\"; must be \"fuzz\""));
  EXPECT_EQ(refused({"merge", "1.shard", "--partial", "--save-to", "found"}),
            "charmsim merge: --save-to is not for shards of failover\n");
  write("short.json", cli::with(short_of_time, "150", "151"));
  EXPECT_THAT(merged_with(campaign(shard(1, 2))), HasSubstr("1.shard: /question/scenarios/0/text"));
}

TEST_F(FuzzShards, ThatCannotBeMadeOrToldAreRefusedWithTheReason) {
  EXPECT_THAT(refused(campaign({"--shard", "0/2"})), HasSubstr("needs --out FILE"));
  EXPECT_THAT(refused(campaign(with(shard(0, 2), {"--corpus", "kept"}))),
              HasSubstr("excludes --corpus: which lists are varied depends on"));
  EXPECT_THAT(refused(campaign(with(shard(0, 2), {"--strategy", "odometer"}))),
              HasSubstr("excludes --strategy odometer: which run comes next"));
  EXPECT_THAT(refused(with({"fuzz", "short.json", "--for", "1s"}, shard(0, 2))),
              HasSubstr("excludes --for: how many runs"));
  EXPECT_EQ(refused(campaign({"--shard", "0/2", "--out", "short.json"})),
            "short.json: is what shall be read\n");
  EXPECT_THAT(files(), testing::ElementsAre("short.json"));
  (void)told(campaign(shard(0, 1)), 0);
  for (const Words& option :
       {Words{"--csv"}, Words{"--what-if"}, Words{"--samples", "x"}, Words{"--html", "x"}}) {
    EXPECT_EQ(refused(with({"merge", "0.shard"}, option)),
              "charmsim merge: " + option[0] + " is not for shards of fuzz\n");
  }
}

}  // namespace
}  // namespace cli
