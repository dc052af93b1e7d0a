// A saved run again: the same, or where it differs; and what Ctrl-C leaves of a run.
#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A week in which a client commits a thousand times a second: longer than any test waits.
constexpr const char* a_week =
    R"({"schema_version": 1, "title": "A week without a way to the primary", "horizon_s": 604800,
        "world": {"units": 3, "service_routes_after_s": 604800, "client_writes_every_ms": 1}})";

class Replay : public Charmsim {
 protected:
  ordered_json saved(const Words& more = {}) {
    Words arguments = {"run", scenario("deploy-three-units"), "-q", "--save", "run.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(charmsim(arguments).code, 0);
    return ordered_json::parse(read("run.json"));
  }
  // Whatever was edited.
  Result replayed(ordered_json run) {
    write("run.json", sealed(std::move(run)));
    return charmsim({"replay", "run.json"});
  }
  // What is said of a file that has no digests of what it is now.
  std::string refusal(const std::string& text) {
    write("run.json", text);
    const Result result = charmsim({"replay", "run.json"});
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    return result.err;
  }
  std::string refusal(const ordered_json& edited) { return refusal(edited.dump()); }
  static std::string edited_at(const std::string& pointer,
                               const std::string& how = "is not what was written") {
    return "run.json: " + pointer + ": " + how +
           ": the file was edited; `export` makes a scenario of the run as it was, which may be "
           "edited\n";
  }
  // Interrupts a run of a week as soon as it has something to tell.
  Result interrupted_week(const Words& more, int signal = SIGINT) {
    write("week.json", a_week);
    Words arguments = {"run", "week.json", "--verbose"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Running run = start(arguments);
    const std::string begin = run.read_some();
    run.signal(signal);
    Result result = run.wait();
    result.out.insert(0, begin);
    return result;
  }
};

TEST_F(Replay, OfARandomRunIsTheSame) {
  const ordered_json run = saved({"--seed", "9"});
  for (const char* executor : {"fiber", "reexecution"}) {
    const Result result = charmsim({"replay", "run.json", "-q", "--executor", executor});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("replay       the same run, " +
                                      std::to_string(run.at("steps").size()) + " steps\n"));
  }
}

TEST_F(Replay, NeedsNothingButTheFile) {
  write("s.json", R"({"schema_version": 1, "title": "t", "world": {"units": 1}})");
  ASSERT_EQ(charmsim({"run", "s.json", "-q", "--save", "run.json"}).code, 0);
  write("s.json", "gone");
  EXPECT_EQ(charmsim({"replay", "run.json"}).code, 0);
}

TEST_F(Replay, OfABrokenRunEndsWith1) {
  write("s.json", R"({"schema_version": 1, "title": "t", "horizon_s": 1})");
  ASSERT_EQ(charmsim({"run", "s.json", "-q", "--save", "run.json"}).code, 1);
  const Result result = charmsim({"replay", "run.json", "-q"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("FAILED"), HasSubstr("the same run")));
}

TEST_F(Replay, TellsTheStepThatDiffers) {
  ordered_json run = saved();
  run["steps"][5] = "0123456789abcdef";
  const Result result = replayed(run);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("replay       DIFFERS at step 6 of " +
                                    std::to_string(run.at("steps").size()) + "; here it is\n"));
}

TEST_F(Replay, TellsWhenOtherChoicesLeadElsewhere) {
  ordered_json run = saved({"--seed", "9"});
  run["choices"] = "";
  const Result result = replayed(run);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("DIFFERS at step "));
}

TEST_F(Replay, TellsWhichRunIsLonger) {
  ordered_json run = saved();
  ordered_json& steps = run["steps"];
  const std::string count = std::to_string(steps.size());
  steps.erase(steps.size() - 1);
  run["fingerprint"] = steps.back();
  EXPECT_THAT(replayed(run).out, HasSubstr("DIFFERS at step " + count + " of " +
                                           std::to_string(steps.size()) + ": this run goes on"));
  run = saved();
  run["steps"].push_back("0123456789abcdef");
  run["fingerprint"] = "0123456789abcdef";
  const Result result = replayed(run);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("this run has ended before it"));
}

TEST_F(Replay, TellsWhenTheFileSaysThatAnotherPropertyBroke) {
  ordered_json run = saved();
  run["broken"] = "no hook ends by an exception";
  const Result result = replayed(run);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("replay       DIFFERS: the file says that \"no hook ends by an "
                                    "exception\" broke, and its steps that all held\n"));
}

TEST_F(Replay, AnswersAsJson) {
  ordered_json run = saved();
  const Result same = charmsim({"replay", "run.json", "--json"});
  EXPECT_EQ(same.code, 0);
  const ordered_json verdict = ordered_json::parse(same.out);
  EXPECT_EQ(verdict.at("held"), true);
  EXPECT_EQ(verdict.at("fingerprint"), run.at("fingerprint"));
  EXPECT_EQ(verdict.at("replay").at("same"), true);
  EXPECT_EQ(verdict.at("replay").at("differs_at"), nullptr);
  run["steps"][5] = "0123456789abcdef";
  write("run.json", sealed(run));
  const Result other = charmsim({"replay", "run.json", "--json"});
  EXPECT_EQ(other.code, 1);
  EXPECT_EQ(ordered_json::parse(other.out).at("replay").at("differs_at"), 6);
}

TEST_F(Replay, OfAnotherVersionIsTried) {
  ordered_json run = saved();
  run["schema"] = "charmsim-run/9";
  run["news"] = "of a later version";
  const std::string note =
      "run.json: was written as \"charmsim-run/9\", not as \"charmsim-run/2\"; "
      "tried all the same\n";
  const Result result = replayed(run);
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, note);
  // Which has fewer digests, or none.
  run = ordered_json::parse(read("run.json"));
  for (const char* key : {"news", "logic", "steps/*"}) run["digests"].erase(key);
  write("run.json", run.dump());
  EXPECT_EQ(charmsim({"replay", "run.json"}).code, 0);
  run.erase("digests");
  write("run.json", run.dump());
  EXPECT_EQ(charmsim({"replay", "run.json"}).code, 0);
  // What digests there are tell of edits.
  run = saved();
  run["schema"] = "charmsim-run/9";
  EXPECT_EQ(refusal(run), note + edited_at("/schema"));
}

TEST_F(Replay, OfAnotherLogicIsTried) {
  ordered_json run = saved();
  run["logic"] = "0123456789abcdef";
  const Result result = replayed(run);
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err,
            "run.json: was written with another version of the logic or the model; tried all the "
            "same\n");
}

TEST_F(Replay, OfAnEditedFileIsRefusedWithThePlace) {
  const ordered_json run = saved({"--seed", "9"});
  for (const auto& [key, member] : run.items()) {
    if (key == "digests" || key == "steps" || key == "schema") continue;  // see below, and above
    ordered_json edited = run;
    edited[key] = !member.is_boolean() ? ordered_json(member.get<std::string>() + ' ')
                                       : ordered_json(!member.get<bool>());
    if (key == "fingerprint") {
      edited[key] = run.at("steps").at(0);
      EXPECT_THAT(refusal(edited), HasSubstr("must be: the file was edited or cut"));
    } else {
      EXPECT_THAT(refusal(edited), testing::EndsWith(edited_at("/" + key)));
    }
  }
  ordered_json other_kind = run;
  other_kind["interrupted"] = 0;
  EXPECT_EQ(refusal(other_kind), "run.json: /interrupted: is neither; must be true or false\n");
}

TEST_F(Replay, OfAFileOfOtherMembersIsRefusedWithThePlace) {
  const ordered_json run = saved();
  for (const char* key : {"logic", "interrupted"}) {
    ordered_json less = run;
    less.erase(key);
    EXPECT_EQ(refusal(less), edited_at("/" + std::string(key), "is missing"));
    less["digests"].erase(key);
    EXPECT_EQ(refusal(less), edited_at("/" + std::string(key), "is missing"));
  }
  ordered_json more = run;
  more["comment"] = "";
  EXPECT_EQ(refusal(more), edited_at("/comment", "is no member of such a file"));
  EXPECT_EQ(refusal(sealed(more)), edited_at("/comment", "is no member of such a file"));
}

TEST_F(Replay, OfEditedDigestsIsRefusedWithThePlace) {
  const ordered_json run = saved();
  for (const auto& [key, digest] : run.at("digests").items()) {
    const bool is_of_steps = key == "steps/*";
    const std::string place = is_of_steps ? "/digests/steps~1*" : "/" + key;
    ordered_json less = run;
    less["digests"].erase(key);
    EXPECT_EQ(refusal(less), edited_at(place, is_of_steps ? "is missing" : "has no digest"));
    ordered_json other = run;
    other["digests"][key] = "0" + digest.get<std::string>();
    EXPECT_EQ(refusal(other), edited_at(place));
  }
  ordered_json of_nothing = run;
  of_nothing["digests"]["comment"] = "0000000000000000";
  EXPECT_EQ(refusal(of_nothing), edited_at("/comment", "is missing"));
  ordered_json of_no_list = run;
  of_no_list["digests"]["choices/*"] = "";
  EXPECT_EQ(refusal(of_no_list), edited_at("/digests/choices~1*", "is of no list"));
  for (const ordered_json& none : {ordered_json(), ordered_json("none")}) {
    ordered_json without = run;
    without["digests"] = none;
    EXPECT_THAT(refusal(without), StartsWith("run.json: /digests: is missing: nothing tells any "
                                             "more whether the file was edited; `export`"));
  }
}

// Who reads it elsewhere may see the other value.
TEST_F(Replay, OfAFileWithAKeyTwiceIsRefusedWithBothLines) {
  saved();
  const std::string text = read("run.json");
  EXPECT_EQ(refusal(with(text, " \"broken\"", " \"choices\": \"\",\n \"broken\"")),
            "run.json:6: /choices: stands twice in its object, first in line 5; must stand once\n");
  EXPECT_THAT(refusal(with(text, "\"digests\": {", "\"digests\": {\"steps\": \"\",")),
              testing::MatchesRegex("run.json:[0-9]+: /digests/steps: stands twice in its object, "
                                    "first in line [0-9]+; must stand once\n"));
  EXPECT_EQ(
      refusal(std::string("{\"news\": [0, {\"a\": [], \"a\": 1}]}")),
      "run.json:1: /news/1/a: stands twice in its object, first in line 1; must stand once\n");
}

TEST_F(Replay, OfAFileThatIsNestedTooDeeplyIsRefused) {
  const std::string deep(200'000, '[');
  EXPECT_THAT(refusal("{\"schema\": " + deep),
              AllOf(StartsWith("run.json:1: /schema/0/0"),
                    testing::EndsWith(": is nested too deeply; must have at most 64 levels\n")));
}

TEST_F(Replay, OfAnEditedStepIsRefusedWithItsNumber) {
  const ordered_json run = saved({"--seed", "9"});
  const auto refusal_of = [](std::size_t step) {
    return edited_at("/steps/" + std::to_string(step));
  };
  for (const std::size_t step : {std::size_t{0}, std::size_t{17}, run.at("steps").size() - 2}) {
    ordered_json edited = run;
    edited["steps"][step] = "0123456789abcdef";
    EXPECT_EQ(refusal(edited), refusal_of(step));
  }
  ordered_json one_less = run;
  one_less["steps"].erase(17);
  EXPECT_EQ(refusal(one_less), refusal_of(17));
  ordered_json one_more = run;
  one_more["steps"].insert(one_more["steps"].begin() + 17, "0123456789abcdef");
  EXPECT_EQ(refusal(one_more), refusal_of(17));
}

// It had digests of these members alone, and of no member of a list before that.
TEST_F(Replay, OfAFileByAProgramBeforeIsTriedAndItsEditsAreTold) {
  ordered_json run = saved();
  run["schema"] = "charmsim-run/1";
  for (const char* key : {"schema", "logic", "scenario_file", "interrupted", "steps/*"}) {
    run["digests"].erase(key);
  }
  const std::string note =
      "run.json: was written as \"charmsim-run/1\", not as \"charmsim-run/2\"; "
      "tried all the same\n";
  write("run.json", run.dump());
  const Result result = charmsim({"replay", "run.json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, note);
  run["steps"][17] = "0123456789abcdef";
  EXPECT_EQ(refusal(run), note + edited_at("/steps"));
}

TEST_F(Replay, OfACutFileIsRefusedWithThePlace) {
  saved();
  const std::string text = read("run.json");
  write("run.json", text.substr(0, text.size() / 2));
  const Result result = charmsim({"replay", "run.json"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, testing::MatchesRegex("run.json:[0-9]+:[0-9]+: is no JSON .*\n"));
}

TEST_F(Replay, OfTheChoicesAloneIsTheSameRun) {
  const std::string choices = saved({"--seed", "9"}).at("choices");
  const Result result = charmsim({"run", scenario("deploy-three-units"), "-q", "--json"});
  const Result again =
      charmsim({"run", scenario("deploy-three-units"), "-q", "--json", "--choices", choices});
  const std::string fingerprint = ordered_json::parse(read("run.json")).at("fingerprint");
  EXPECT_EQ(ordered_json::parse(again.out).at("fingerprint"), fingerprint);
  EXPECT_NE(ordered_json::parse(result.out).at("fingerprint"), fingerprint);
}

TEST_F(Replay, InterruptionKeepsTheResultSoFar) {
  const Result result = interrupted_week(
      {"--save", "run.json", "--trace", "trace.jsonl", "--coverage", "coverage.json"});
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.out, HasSubstr("\nverdict      interrupted after "));
  EXPECT_THAT(files(), ElementsAre("coverage.json", "run.json", "trace.jsonl", "week.json"));
  EXPECT_TRUE(ordered_json::accept(read("coverage.json")));
  EXPECT_THAT(read("trace.jsonl"), testing::EndsWith("}\n"));
  const ordered_json run = ordered_json::parse(read("run.json"));
  EXPECT_EQ(run.at("interrupted"), true);

  const Result again = charmsim({"replay", "run.json", "-q"});
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.out, HasSubstr("the same run, " + std::to_string(run.at("steps").size()) +
                                   " steps: as far as it was saved\n"));
}

TEST_F(Replay, TerminationKeepsTheResultSoFarToo) {
  const Result result = interrupted_week({"--save", "run.json"}, SIGTERM);
  EXPECT_EQ(result.code, 130);
  EXPECT_EQ(ordered_json::parse(read("run.json")).at("interrupted"), true);
}

TEST_F(Replay, ARunThatIsKilledLeavesEarlierFilesAsTheyWere) {
  write("run.json", "kept");
  write("trace.jsonl", "kept");
  const Result result = interrupted_week({"--save", "run.json", "--trace", "trace.jsonl"}, SIGKILL);
  EXPECT_EQ(result.code, 128 + SIGKILL);
  EXPECT_EQ(read("run.json"), "kept");
  EXPECT_EQ(read("trace.jsonl"), "kept");
}

TEST_F(Replay, CanBeInterrupted) {
  interrupted_week({"--save", "run.json"});
  ordered_json run = ordered_json::parse(read("run.json"));
  run["interrupted"] = false;
  write("run.json", sealed(run));
  Running replay = start({"replay", "run.json", "--verbose"});
  replay.read_some();
  replay.signal(SIGINT);
  EXPECT_EQ(replay.wait().code, 130);
}

TEST_F(Replay, InterruptionIsIgnoredWhereTheShellSaysSo) {
  write("s.json", with(a_week, "_ms\": 1}", "_ms\": 1000}"));
  const Result result = run("/bin/sh", {"-c",
                                        "trap '' INT; \"$0\" run s.json -q & "
                                        "while kill -INT $! 2>/dev/null; do sleep 0.02; done; "
                                        "wait $!",
                                        CHARMSIM_BINARY});
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_THAT(result.out, StartsWith("verdict      FAILED"));
}

TEST_F(Replay, AClosedPipeEndsARun) {
  write("week.json", a_week);
  Running run = start({"run", "week.json", "--verbose"});
  run.read_some();
  run.close_output();
  EXPECT_EQ(run.wait().code, 128 + SIGPIPE);
}

TEST_F(Replay, ASavedRunIsNotRun) {
  saved();
  for (const char* command : {"run", "fuzz"}) {
    const Result result = charmsim({command, "run.json"});
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.err, "run.json: is a saved run, not a scenario: `replay` plays it\n");
  }
}

}  // namespace
}  // namespace cli
