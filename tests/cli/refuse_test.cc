// Bad input: exit code 2, one clear message on standard error, and nothing else happens.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Refusal : public Charmsim {
 protected:
  // What is said about these arguments.
  std::string refused(const Words& arguments) {
    const std::vector<std::string> before = files();
    const Result result = charmsim(arguments);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_EQ(result.out, "") << result.err;
    EXPECT_EQ(files(), before) << result.err;
    return result.err;
  }
  // What is said about `run s.json` if this stands in it.
  std::string refused_scenario(const std::string& text) {
    write("s.json", text);
    return refused({"run", "s.json", "--save", "run.json", "--trace", "trace.jsonl"});
  }
  // A run, saved; then changed.
  std::string saved() {
    EXPECT_EQ(charmsim({"run", scenario("deploy-one-unit"), "-q", "--save", "good.json"}).code, 0);
    return read("good.json");
  }
  std::string refused_replay(const std::string& text) {
    write("run.json", text);
    return refused({"replay", "run.json"});
  }

  const std::string good_ = scenario("deploy-one-unit");
};

TEST_F(Refusal, OfCommandsAndOptionsThatDoNotExist) {
  EXPECT_THAT(refused({}),
              StartsWith("charmsim: a command is missing: run, fuzz, explore, replay, "));
  EXPECT_THAT(refused({"rum", good_}),
              StartsWith("charmsim: there is no command \"rum\" (did you mean \"run\"?); there"));
  EXPECT_THAT(refused({"rum", "--help"}), StartsWith("charmsim: there is no command \"rum\""));
  EXPECT_THAT(refused({"run", good_, "--sed", "7"}),
              AllOf(StartsWith("charmsim run: there is no option --sed (did you mean \"--seed\"?)"),
                    HasSubstr("charmsim run --help")));
  EXPECT_THAT(refused({"run", good_, "more"}), HasSubstr("\"more\" is one argument too many"));
  EXPECT_THAT(refused({"run"}), StartsWith("charmsim run: SCENARIO is missing\n"));
  EXPECT_THAT(refused({"replay"}), StartsWith("charmsim replay: FILE is missing\n"));
  EXPECT_THAT(refused({"completion", "cobol"}), HasSubstr("must be bash"));
}

TEST_F(Refusal, OfValuesThatOptionsDoNotTake) {
  for (const char* seed : {"abc", "-5", "0x10", "1.5", "", " 1", "18446744073709551616"}) {
    EXPECT_THAT(refused({"run", good_, "--seed", seed}),
                StartsWith("charmsim run: --seed: is \"" + std::string(seed) + "\"; must be"));
  }
  EXPECT_THAT(refused({"run", good_, "--seed"}), HasSubstr("--seed: its value is missing"));
  EXPECT_THAT(refused({"run", good_, "--seed", "1", "--seed", "2"}), HasSubstr("given twice"));
  EXPECT_THAT(refused({"run", good_, "--seed", "1", "--choices", "0.call.1=2"}),
              HasSubstr("--seed excludes --choices"));
  EXPECT_THAT(refused({"replay", "run.json", "--step", "--json"}), HasSubstr("excludes --step"));
  EXPECT_THAT(refused({"replay", "run.json", "--step", "-q"}), HasSubstr("excludes --step"));
  EXPECT_THAT(refused({"run", good_, "--permute-deferrals"}), HasSubstr("requires --seed"));
  EXPECT_THAT(refused({"run", good_, "--executor", "fibre"}),
              HasSubstr("--executor: is \"fibre\"; must be fiber or reexecution"));
  EXPECT_THAT(refused({"flow", "leader-elected", "--summary"}),
              HasSubstr("--summary requires --coverage"));
}

// As of a shell's variable that is not set.
TEST_F(Refusal, OfFilesAndFoldersWithAnEmptyName) {
  const auto of = [&](Words words, const std::string& option) {
    words.insert(words.end(), {option, ""});
    EXPECT_THAT(refused(words), StartsWith("charmsim " + words[0] + ": " + option + ": is empty"));
  };
  for (const char* option : {"--trace", "--save", "--coverage", "--html", "--junit", "--sarif"}) {
    of({"run", good_}, option);
  }
  for (const char* option : {"--html", "--junit", "--sarif"}) of({"replay", "run.json"}, option);
  for (const char* option : {"--out", "--html", "--samples", "--delays"}) {
    of({"failover", "--runs", "1"}, option);
  }
  of({"failover", "--worst", "outage"}, "--save-to");
  of({"failover", "--shard", "0/2"}, "--out");
  for (const char* option : {"--out", "--html", "--samples", "--save-to"})
    of({"merge", "x"}, option);
  for (const char* option : {"--corpus", "--out"}) of({"fuzz", good_}, option);
  for (const char* option : {"--save", "--certificate"}) of({"explore", good_}, option);
  of({"shrink", "run.json"}, "--out");
  for (const char* option : {"--scenario", "--cpp"}) of({"export", "run.json"}, option);
  of({"flow", "leader-elected"}, "--coverage");
  EXPECT_THAT(refused({"run", ""}), StartsWith("charmsim run: SCENARIO: is empty"));
  EXPECT_THAT(refused({"diff", "a", ""}), StartsWith("charmsim diff: OTHER: is empty"));
  EXPECT_THAT(refused({"merge", ""}), StartsWith("charmsim merge: FILE: is empty"));
}

TEST_F(Refusal, OfChoicesWithTheColumn) {
  const auto said_of = [&](const char* list) {
    return refused({"run", good_, "--choices", list, "--save", "run.json"});
  };
  EXPECT_THAT(said_of("0.call.1=2,0.cal.2=3"), StartsWith("--choices, column 12: 'cal'"));
  EXPECT_THAT(said_of("x.call.1=2"), StartsWith("--choices, column 1: 'x'"));
  EXPECT_THAT(said_of("0.call.1=2,0.call.1=3"), HasSubstr("two options for"));
  EXPECT_THAT(said_of("nonsense"), HasSubstr("expected: ACTOR.QUESTION.COUNT=OPTION"));
}

TEST_F(Refusal, OfScenarios) {
  EXPECT_THAT(refused({"run", "none.json"}),
              "none.json: cannot be read: No such file or directory\n");
  EXPECT_EQ(refused({"run", "."}), ".: cannot be read: it is a folder\n");
  EXPECT_THAT(refused_scenario("no JSON"), StartsWith("s.json:1:"));
  EXPECT_THAT(refused_scenario("{\n \"schema_version\": 1,\n \"title\": \"t\",\n \"wrld\": {}\n}"),
              AllOf(StartsWith("s.json:4: /wrld: "), HasSubstr("(did you mean \"world\"?)")));
  EXPECT_THAT(refused_scenario(R"({"schema_version": 1, "title": "t",
    "world": {"units": 2}, "story": [{"kill_pod": "postgresql-k8s/7"}]})"),
              AllOf(StartsWith("s.json:2: /story/0"), HasSubstr("postgresql-k8s/7")));
}

TEST_F(Refusal, OfNamesThatNoPropertyHas) {
  const auto said_of = [&](const std::string& lists) {
    return refused_scenario("{\"schema_version\": 1, \"title\": \"t\",\n" + lists + "}");
  };
  EXPECT_EQ(said_of(R"("holds": ["endpoints has no duplicates", "no hook ends by an excepton"])"),
            "s.json:2: /holds/1: is \"no hook ends by an excepton\" (did you mean \"no hook ends "
            "by an exception\"?); must be a name that the command `properties` lists\n");
  EXPECT_THAT(said_of("\"witnesses\": [\"a replica was promotd\"], \"holds\": [\n\"x\"]"),
              AllOf(StartsWith("s.json:3: /holds/0: is \"x\""), Not(HasSubstr("promotd"))));
  EXPECT_THAT(said_of(R"("witnesses": ["endpoints has no duplicates"])"),
              HasSubstr("of the form always; must be of the form sometimes"));
  EXPECT_THAT(said_of(R"("holds": ["a replica was promoted"])"),
              HasSubstr("of the form sometimes; must be of the form always or eventually"));
}

TEST_F(Refusal, OfFilesThatCannotBeWritten) {
  for (const char* option : {"--save", "--trace", "--coverage"}) {
    EXPECT_EQ(refused({"run", good_, option, "none/x.json"}),
              "none/x.json: cannot be written: No such file or directory\n");
    EXPECT_EQ(refused({"run", good_, option, "."}), ".: cannot be written: Is a directory\n");
  }
  // Not even those that could be: neither made nor emptied.
  write("old.json", "kept");
  refused({"run", good_, "--trace", "new.jsonl", "--save", "old.json", "--coverage", "none/x"});
  EXPECT_EQ(read("old.json"), "kept");
  EXPECT_THAT(files(), ElementsAre("old.json"));
}

TEST_F(Refusal, OfWritingOverSomethingElse) {
  write("s.json", R"({"schema_version": 1, "title": "t"})");
  EXPECT_EQ(refused({"run", "s.json", "--save", "./s.json"}), "./s.json: is what shall be read\n");
  EXPECT_EQ(refused({"run", "s.json", "--save", "a", "--trace", "a"}),
            "a: shall be written twice\n");
  EXPECT_EQ(refused({"run", "s.json", "--save", "a", "--trace", "./a"}),
            "a: shall be written twice\n");
}

TEST_F(Refusal, OfChartsAndCoverage) {
  EXPECT_THAT(refused({"flow", "leader-electd"}),
              StartsWith("there is no refined chart leader-electd (did you mean "
                         "\"leader-elected\"?); there are:\n  action-get-password\n"));
  EXPECT_THAT(refused({"flow", "x", "--published"}), HasSubstr("no published chart x; there are"));
  EXPECT_THAT(refused({"flow", "leader-elected", "--coverage", "none.json"}),
              HasSubstr("none.json: cannot be read"));
  write("c.json", "{\n\"schema\": \"charm-coverage/1\",\n");
  EXPECT_THAT(refused({"flow", "leader-elected", "--coverage", "c.json"}), StartsWith("c.json:"));
  write("c.json", saved());
  EXPECT_THAT(refused({"flow", "leader-elected", "--coverage", "c.json"}), StartsWith("c.json:"));
}

TEST_F(Refusal, OfSavedRunsThatAreNone) {
  EXPECT_THAT(refused({"replay", "none.json"}), HasSubstr("cannot be read"));
  EXPECT_THAT(refused_replay(""), StartsWith("run.json:1:1: is no JSON from here on"));
  EXPECT_THAT(refused_replay("[]"), StartsWith("run.json: is no object"));
  EXPECT_EQ(refused({"replay", good_}), good_ +
                                            ": is a scenario, not a saved run; `run` plays it, "
                                            "`run --save` saves\n");
  EXPECT_THAT(refused_replay("{}"), HasSubstr("run.json: /scenario_file: is missing"));
}

// What is wrong with it by itself, which is told before that it was edited.
TEST_F(Refusal, OfSavedRunsThatWereCutOrEdited) {
  const std::string text = saved();
  const auto sealed_with = [&text](const std::string& before, const std::string& after) {
    return sealed(nlohmann::ordered_json::parse(with(text, before, after)));
  };
  EXPECT_EQ(refused_replay("{\n \"schema\": \"charmsim-run/1\",\n \"sce"),
            "run.json:3:6: is no JSON from here on; must be a run as `run --save` writes it\n");
  EXPECT_THAT(refused_replay(text.substr(0, text.size() / 2)), HasSubstr("is no JSON from here"));
  EXPECT_THAT(refused_replay(with(text, "\"fingerprint\": \"", "\"fingerprint\": \"0")),
              HasSubstr("run.json: /fingerprint: is no fingerprint"));
  EXPECT_THAT(refused_replay(with(text, "\"steps\": [\n  \"", "\"steps\": [\n  \"x")),
              HasSubstr("run.json: /steps/0: is no fingerprint"));
  EXPECT_THAT(refused_replay(with(text, "\"steps\": [", "\"steps\": [], \"rest\": [")),
              HasSubstr("run.json: /steps: is empty"));
  EXPECT_THAT(refused_replay(with(text, "\"\n ]", "\",\n  \"0000000000000000\"\n ]")),
              AllOf(StartsWith("run.json: /steps/"), HasSubstr("was edited or cut")));
  EXPECT_THAT(refused_replay(sealed_with("\"choices\": \"\"", "\"choices\": \"0.cal.1=2\"")),
              StartsWith("run.json: /choices: column 1: 'cal'"));
  EXPECT_THAT(refused_replay(sealed_with(R"(\"units\": 1)", R"(\"units\": 0)")),
              AllOf(StartsWith("run.json: /scenario: "), HasSubstr("/world/units: is 0")));
}

TEST_F(Refusal, NamesTheVersionOfASavedRunFirst) {
  const std::string text = with(saved(), "charmsim-run/2", "charmsim-run/9");
  EXPECT_THAT(refused_replay(with(text, "\"steps\"", "\"other\"")),
              AllOf(StartsWith("run.json: was written as \"charmsim-run/9\""),
                    HasSubstr("\nrun.json: /steps: is no list")));
}

TEST_F(Refusal, OfMoreThreadsOrMemoryThanThereMayBe) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer's own memory is over the limit";
  const std::string limited = "ulimit -v 250000; exec \"$0\" fuzz \"$1\" --runs 50 --workers 256";
  const Result result = run("/bin/sh", {"-c", limited, CHARMSIM_BINARY, good_});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, StartsWith("charmsim: there is not enough memory"));
  EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
}

}  // namespace
}  // namespace cli
