// The completion script, sourced and asked as bash does it.
#include <gmock/gmock.h>

#include <sstream>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

class Completion : public Charmsim {
 protected:
  void SetUp() override {
    const Result script = charmsim({"completion", "bash"});
    ASSERT_EQ(script.code, 0);
    write("script", script.out);
  }
  // What bash would offer for the last of these words.
  std::vector<std::string> offered(const Words& words) {
    Words arguments = {"-c",
                       "source ./script && COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)) && _charmsim "
                       "&& printf '%s\\n' \"${COMPREPLY[@]}\"",
                       "bash", "charmsim"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const Result result = run("/bin/bash", arguments);
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.err, "");
    std::vector<std::string> offers;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) offers.push_back(line);
    }
    return offers;
  }
};

TEST_F(Completion, IsAScript) {
  EXPECT_EQ(run("/bin/bash", {"-n", "script"}).code, 0);
  const Result defined = run("/bin/bash", {"-c", "source ./script && complete -p charmsim"});
  EXPECT_EQ(defined.out, "complete -o filenames -F _charmsim charmsim\n");
}

TEST_F(Completion, OfCommands) {
  EXPECT_THAT(offered({"r"}), ElementsAre("run", "replay"));
  EXPECT_THAT(offered({""}), IsSupersetOf({"run", "flow", "properties", "--help", "--version"}));
  EXPECT_THAT(offered({"completion", ""}), ElementsAre("bash"));
}

TEST_F(Completion, OfOptions) {
  EXPECT_THAT(offered({"run", "x.json", "--s"}), ElementsAre("--seed", "--save", "--sarif"));
  EXPECT_THAT(offered({"flow", "leader-elected", "--"}), Contains("--coverage"));
  EXPECT_THAT(offered({"run", "x.json", "--executor", ""}), ElementsAre("fiber", "reexecution"));
  EXPECT_THAT(offered({"run", "x.json", "--seed", ""}), IsEmpty());
  EXPECT_THAT(offered({"nonsense", "--"}), IsEmpty());
}

TEST_F(Completion, OfFilesAndCharts) {
  write("one.json", "");
  write("two words.json", "");
  write("other.txt", "");
  EXPECT_THAT(offered({"run", ""}), UnorderedElementsAre("one.json", "two words.json"));
  EXPECT_THAT(offered({"replay", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"run", "one.json", "--trace", "o"}),
              UnorderedElementsAre("one.json", "other.txt"));
  EXPECT_THAT(offered({"flow", "leader"}), ElementsAre("leader-elected"));
  EXPECT_THAT(offered({"flow", "leader-elected", "--coverage", ""}), Contains("one.json"));
  EXPECT_THAT(offered({"flow", "peer-relation-d"}), ElementsAre("peer-relation-departed"));
  EXPECT_THAT(offered({"flow", "--published", "peer-relation-d"}),
              ElementsAre("peer-relation-departed"));
}

TEST_F(Completion, KnowsTheSearchesArguments) {
  write("one.json", "");
  std::filesystem::create_directory(path("kept"));
  EXPECT_THAT(offered({"fuzz", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"fuzz", "one.json", "--strategy", ""}),
              UnorderedElementsAre("random", "swarm", "pct", "odometer"));
  EXPECT_THAT(offered({"fuzz", "one.json", "--corpus", ""}), ElementsAre("kept"));
  EXPECT_THAT(offered({"fuzz", "one.json", "--for", ""}), IsEmpty());
  EXPECT_THAT(offered({"explore", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"explore", "one.json", "--certificate", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"explore", "one.json", "--reduce", ""}), ElementsAre("orders", "none"));
  EXPECT_THAT(offered({"explore", "one.json", "--memory-mb", ""}), IsEmpty());
  EXPECT_THAT(offered({"check-certificate", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"shrink", "one.json", "--out", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"replay", "one.json", "--s"}), UnorderedElementsAre("--step", "--sarif"));
  EXPECT_THAT(offered({"twice", "--"}), IsSupersetOf({"--seed", "--runs"}));
  EXPECT_THAT(offered({"failover", "--sh"}), UnorderedElementsAre("--shard", "--shards"));
  EXPECT_THAT(offered({"failover", "--shard", ""}), IsEmpty());
  EXPECT_THAT(offered({"failover", "--out", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"fuzz", "one.json", "--out", ""}), ElementsAre("kept"));
  EXPECT_THAT(offered({"fuzz", "one.json", "--shard", "0/2", "--out", "o"}),
              ElementsAre("one.json"));
  EXPECT_THAT(offered({"merge", "one.json", "--save-to", ""}), ElementsAre("kept"));
  EXPECT_THAT(offered({"merge", "o"}), ElementsAre("one.json"));
  EXPECT_THAT(offered({"merge", "one.json", "--p"}), ElementsAre("--partial"));
}

}  // namespace
}  // namespace cli
