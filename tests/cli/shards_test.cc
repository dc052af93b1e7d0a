// Campaigns in parts, as processes: what they write, what is merged of it, and what is refused.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::ordered_json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

class Shards : public Charmsim {
 protected:
  static Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  // A small campaign of two kinds in two settings.
  static Words campaign(const Words& more) {
    return with({"failover", "--kind", "pod-gone,switchover", "--timing", "30/10/10,20/5/5",
                 "--runs", "31"},
                more);
  }
  // All of its parts, `0.json` and so on.
  void make_shards(unsigned count) {
    for (unsigned index = 0; index < count; ++index) {
      const std::string name = std::to_string(index);
      const Result result = charmsim(
          campaign({"--shard", name + '/' + std::to_string(count), "--out", name + ".json"}));
      ASSERT_EQ(result.code, 0) << result.err;
      if (count > 1) {
        EXPECT_THAT(result.out, HasSubstr("\nonly shard " + name + " of "));
      }
    }
  }
  std::string told(const Words& words) {
    const Result result = charmsim(words);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }
  // What merge says of these files, which it refuses.
  std::string refused(const Words& files) {
    const Result result = charmsim(with({"merge"}, files));
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    return result.err;
  }
};

TEST_F(Shards, ComeToTheSameAsOneRunToTheByteInEachForm) {
  make_shards(4);
  const Words files{"2.json", "0.json", "3.json", "1.json"};
  for (const Words& form : {Words{}, Words{"--json"}, Words{"--csv"}, Words{"--what-if"},
                            Words{"--what-if", "--json"}}) {
    EXPECT_EQ(told(with(with({"merge"}, files), form)), told(campaign(form)));
  }
  (void)told(with(with({"merge"}, files), {"--samples", "merged.csv"}));
  (void)told(campaign({"--samples", "one.csv"}));
  EXPECT_EQ(read("merged.csv"), read("one.csv"));
  EXPECT_EQ(std::ranges::count(read("one.csv"), '\n'), 1 + 4 * 31);
}

TEST_F(Shards, AreMergedInAnyOrderAndInAnyNumberOfSteps) {
  make_shards(4);
  (void)told({"merge", "3.json", "1.json", "0.json", "2.json", "--out", "all.json"});
  (void)told({"merge", "0.json", "1.json", "--partial", "--out", "left.json"});
  (void)told({"merge", "left.json", "3.json", "--partial", "--out", "more.json"});
  (void)told({"merge", "2.json", "more.json", "--out", "stepwise.json"});
  EXPECT_EQ(read("stepwise.json"), read("all.json"));
  EXPECT_EQ(told({"merge", "all.json", "--json"}), told(campaign({"--json"})));
}

// SIGKILL, as where a node is lost.
TEST_F(Shards, ThatWereKilledMidwayAreRunAgain) {
  const Words all{"failover",  "--kind", "pod-gone,unit-removed", "--runs", "3000",
                  "--workers", "1"};
  const auto shard = [&all](unsigned index) {
    const std::string name = std::to_string(index);
    return with(all, {"--shard", name + "/3", "--out", name + ".json"});
  };
  std::array<unsigned, 2> killed{0, 2};
  for (const unsigned index : killed) {
    Running running = start_on_terminal(shard(index));
    ASSERT_TRUE(running.read_until(" of 1000, series 2 of 2"));
    running.signal(SIGKILL);
    EXPECT_EQ(running.wait().code, 128 + SIGKILL);
    EXPECT_THAT(files(), Not(Contains(std::to_string(index) + ".json")));
  }
  ASSERT_EQ(charmsim(shard(1)).code, 0);
  const Result missing = charmsim({"merge", "1.json"});
  EXPECT_EQ(missing.code, 4);
  EXPECT_EQ(missing.out, "");
  EXPECT_THAT(missing.err, HasSubstr("of 3 shards 0, 2 are missing"));
  for (const unsigned index : killed) ASSERT_EQ(charmsim(shard(index)).code, 0);
  EXPECT_EQ(told({"merge", "0.json", "1.json", "2.json", "--json"}), told(with(all, {"--json"})));
}

// SIGTERM, as where a pod is deleted.
TEST_F(Shards, ThatAreInterruptedLeaveNoFile) {
  Running running = start_on_terminal(
      {"failover", "--kind", "pod-gone", "--runs", "2000000", "--shard", "1/2", "--out", "1.json"});
  ASSERT_TRUE(running.read_until(" of 1000000"));
  running.signal(SIGTERM);
  const Result result = running.wait();
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.out, HasSubstr("1.json: not written, as it was interrupted"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Shards, ThatAreMissingAreSaidAndWithPartialLeftOut) {
  make_shards(4);
  Result result = charmsim({"merge", "1.json", "--json", "--out", "some.json"});
  EXPECT_EQ(result.code, 4);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "charmsim merge: of 4 shards 0, 2 to 3 are missing; --partial tells what there is\n");
  EXPECT_THAT(files(), Not(Contains("some.json")));
  const ordered_json json = ordered_json::parse(
      told({"merge", "1.json", "3.json", "--partial", "--json"}), nullptr, false);
  EXPECT_EQ(json.at("shards"), ordered_json({{"of", 4}, {"has", {1, 3}}}));
  EXPECT_EQ(json.at("runs"), 31);
  EXPECT_EQ(json.at("series").at(0).at("runs"), 15);
  EXPECT_THAT(told({"merge", "1.json", "3.json", "--partial"}),
              HasSubstr("only shards 1, 3 of 4, 15 of 31 runs: what the others"));
  (void)told({"merge", "1.json", "--partial", "--samples", "samples.csv"});
  EXPECT_THAT(read("samples.csv"), HasSubstr("\npod-gone,30,10,10,3,all,true,on,3.1,100,9,"));
}

TEST_F(Shards, OfAFolderAreAllOfItsFiles) {
  std::filesystem::create_directory(path("parts"));
  EXPECT_THAT(refused({"parts"}), HasSubstr("parts: has no .json file"));
  for (const char* shard : {"1/2", "0/2"}) {
    (void)told(
        campaign({"--shard", shard, "--out", "parts/" + std::string(1, shard[0]) + ".json"}));
  }
  write("parts/notes.txt", "no shard");
  write("parts/1.json.unfinished", "");  // as a killed one leaves it
  EXPECT_EQ(told({"merge", "parts"}), told(campaign({})));
  EXPECT_THAT(refused({"parts", "--out", "parts/1.json"}), HasSubstr("is what shall be read"));
}

TEST_F(Shards, OfAPodAreThoseOfItsIndex) {
  const Words words = campaign({"--shards", "4", "--out", "pod.json"});
  ASSERT_EQ(charmsim(words, {"JOB_COMPLETION_INDEX=2"}).code, 0);
  (void)told(campaign({"--shard", "2/4", "--out", "2.json"}));
  EXPECT_EQ(read("pod.json"), read("2.json"));
}

TEST_F(Shards, WithoutARunHaveAFile) {
  for (const char* shard : {"0/3", "1/3", "2/3"}) {
    (void)told({"failover", "--kind", "switchover", "--runs", "2", "--shard", shard, "--out",
                std::string(1, shard[0]) + ".json"});
  }
  EXPECT_EQ(told({"merge", "0.json", "1.json", "2.json"}),
            told({"failover", "--kind", "switchover", "--runs", "2"}));
}

TEST_F(Shards, OfOtherQuestionsAreRefused) {
  (void)told(campaign({"--shard", "0/2", "--out", "a.json"}));
  struct Case {
    Words more;
    std::string why;
  };
  for (const Case& one :
       {Case{{"--seed", "2"}, "/question/first_seed: is 2; must be 1"},
        Case{{"--units", "5"}, "/question/series/0/setting/units: is 5; must be 3"},
        Case{{"--synchronous-commit", "on,off"}, "/question/series/2/setting/"}}) {
    (void)told(campaign(with(one.more, {"--shard", "1/2", "--out", "b.json"})));
    EXPECT_THAT(refused({"a.json", "b.json"}), HasSubstr("b.json: " + one.why));
  }
  (void)told({"failover", "--kind", "pod-gone,switchover", "--timing", "30/10/10,20/5/5", "--runs",
              "32", "--shard", "1/2", "--out", "b.json"});
  EXPECT_EQ(refused({"a.json", "b.json"}),
            "b.json: /question/runs: is 32; must be 31, as in a.json\n");
  (void)told({"failover", "--kind", "pod-gone", "--timing", "30/10/10,20/5/5", "--runs", "31",
              "--shard", "1/2", "--out", "b.json"});
  EXPECT_THAT(refused({"a.json", "b.json"}), HasSubstr("/question/series/1/kind: is \"pod-gone\""));
  (void)told(campaign({"--shard", "1/3", "--out", "b.json"}));
  EXPECT_EQ(refused({"a.json", "b.json"}), "b.json: /shards: is 3; must be 2, as in a.json\n");
}

TEST_F(Shards, OfMeasuredDelaysComeToTheSameAsOneRun) {
  const auto delays = [this](const std::string& most_ms) {
    write("promote.json", R"({"schema": "charmsim-delays/1", "delays": {"promote": {"quantiles_ms":
                              [250.5, )" +
                              most_ms + "]}}}");
    return Words{"--delays", "promote.json"};
  };
  const Words measured = delays("900");
  const std::string whole = told(campaign(with(measured, {"--json"})));
  EXPECT_NE(whole, told(campaign({"--json"})));
  (void)told(campaign(with(measured, {"--shard", "0/2", "--out", "0.json"})));
  (void)told(campaign(with(measured, {"--shard", "1/2", "--out", "1.json"})));
  EXPECT_EQ(told({"merge", "0.json", "1.json", "--json"}), whole);

  (void)told(campaign(with(delays("901"), {"--shard", "1/2", "--out", "1.json"})));
  EXPECT_THAT(refused({"0.json", "1.json"}),
              HasSubstr("1.json: /question/delays/delays/promote/quantiles_ms/1: is 901"));
  (void)told(campaign({"--shard", "1/2", "--out", "1.json"}));
  EXPECT_THAT(refused({"0.json", "1.json"}),
              HasSubstr("1.json: /question/delays: is null; must be {"));
}

TEST_F(Shards, ThatOverlapAreRefused) {
  make_shards(2);
  EXPECT_THAT(refused({"0.json", "1.json", "0.json"}),
              HasSubstr("/parts/0/shard: is 0, which 0.json has, too"));
  (void)told({"merge", "0.json", "1.json", "--out", "all.json"});
  EXPECT_THAT(refused({"1.json", "all.json"}), HasSubstr("all.json: /parts/1/shard: is 1, which"));
}

TEST_F(Shards, ThatWereCutEditedOrMadeByOthersAreRefused) {
  make_shards(1);
  const std::string whole = read("0.json");
  write("cut.json", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(refused({"cut.json"}),
              HasSubstr("cut.json:1:" + std::to_string(whole.size() / 2 + 1) + ": is no JSON"));
  write("empty.json", "");
  EXPECT_THAT(refused({"empty.json"}), HasSubstr("empty.json:1:1: is no JSON"));
  write("edited.json", cli::with(whole, "\"first_seed\":1", "\"first_seed\":7"));
  EXPECT_THAT(refused({"edited.json"}), HasSubstr("/digest: is not that of the rest"));
  write("newer.json", cli::with(whole, "charmsim-shards/1", "charmsim-shards/2"));
  EXPECT_THAT(refused({"newer.json"}), HasSubstr("/schema: is \"charmsim-shards/2\"; must be"));
  const auto at = whole.find("\"sources\":\"") + 11;
  std::string other = whole;
  other.replace(at, 16, "0123456789abcdef");
  write("other.json", other);
  EXPECT_THAT(refused({"other.json"}),
              HasSubstr("/sources: is \"0123456789abcdef\"; must be \"" + whole.substr(at, 16)));
  write("number.json", "7\n");
  EXPECT_THAT(refused({"number.json"}), HasSubstr("is no object"));
  write("object.json", "{}\n");
  EXPECT_THAT(refused({"object.json"}), HasSubstr("/schema: is missing"));
  EXPECT_THAT(refused({"nowhere.json"}), HasSubstr("nowhere.json: cannot be read"));
  EXPECT_THAT(refused({"0.json", "--out", "0.json"}), HasSubstr("is what shall be read"));
  EXPECT_EQ(read("0.json"), whole);
}

TEST_F(Shards, ThatAreNoneAreRefused) {
  const auto refused = [this](const Words& words, const Words& environment = {}) {
    const Result result = charmsim(with({"failover", "--runs", "1"}, words), environment);
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  for (const char* text : {"3/2", "2/2", "0/0", "1", "/2", "1/", "-1/2", "a/b", "0/100001", " 0/2",
                           "0/2x", "", "0/1/2", "0.0/2", "18446744073709551616/2"}) {
    EXPECT_THAT(refused({"--shard", text, "--out", "x"}),
                HasSubstr("is \"" + std::string(text) + "\"; must be i/n, as 0/8 to 7/8"));
  }
  EXPECT_THAT(refused({"--shard", "0/2"}), HasSubstr("needs --out FILE"));
  EXPECT_THAT(refused({"--shards", "0", "--out", "x"}), HasSubstr("1 to 100000"));
  EXPECT_THAT(refused({"--shards", "2", "--out", "x"}), HasSubstr("no JOB_COMPLETION_INDEX"));
  for (const char* index : {"2", "x", "", "-1", "1 "}) {
    EXPECT_THAT(
        refused({"--shards", "2", "--out", "x"}, {"JOB_COMPLETION_INDEX=" + std::string(index)}),
        HasSubstr("finds \"" + std::string(index) + "\" in JOB_COMPLETION_INDEX"));
  }
  EXPECT_THAT(
      refused({"--shards", "2", "--shard", "0/2", "--out", "x"}, {"JOB_COMPLETION_INDEX=0"}),
      HasSubstr("--shard excludes --shards"));
  EXPECT_THAT(refused({"--shard", "0/2", "--out", "no/such/x"}), HasSubstr("no/such/x"));
  // The later --runs of two would be refused, so this is another command.
  const Result large = charmsim({"failover", "--runs", "10000000", "--out", "x"});
  EXPECT_EQ(large.code, 2);
  EXPECT_THAT(large.err, HasSubstr("at most 4000000 go into a file"));
  EXPECT_THAT(files(), IsEmpty());
}

}  // namespace
}  // namespace cli
