// What charmsim prints where, and how it ends, when all is well or a property breaks.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// A primary Service that leads nowhere for as long as the run lasts.
constexpr const char* never_settles =
    R"({"schema_version": 1, "title": "No way to the primary",
        "world": {"units": 1, "service_routes_after_s": 600}, "horizon_s": 600})";

TEST_F(Charmsim, EndsWith0WhenAllHeld) {
  const Result result = charmsim({"run", scenario("deploy-one-unit")});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("pod started"), HasSubstr("verdict      all held")));
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Charmsim, EndsWith1WhenAPropertyBreaks) {
  write("s.json", never_settles);
  const Result result = charmsim({"run", "s.json", "-q"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, StartsWith("verdict      FAILED eventually \""));
  EXPECT_THAT(result.out, HasSubstr("\nreproduce: ./run s.json\n"));
  EXPECT_EQ(result.err, "");
}

TEST_F(Charmsim, EndsWith1WhenTheCalmRunMissesAWitness) {
  write("s.json", with(never_settles, "\"horizon_s\"",
                       R"("witnesses": ["a replica was promoted"], "holds": ["the story is told"],
                          "horizon_s")"));
  const Result calm = charmsim({"run", "s.json", "-q", "--save", "run.json"});
  EXPECT_EQ(calm.code, 1);
  EXPECT_THAT(calm.out, StartsWith("verdict      FAILED sometimes \"a replica was promoted\""));
  EXPECT_THAT(calm.out, HasSubstr("\nreproduce: ./run s.json\n"));
  EXPECT_EQ(calm.err, "");
  EXPECT_EQ(json::parse(charmsim({"run", "s.json", "--json"}).out).at("held"), false);
  EXPECT_EQ(json::parse(read("run.json")).at("broken"), "a replica was promoted");
  const Result replayed = charmsim({"replay", "run.json", "-q"});
  EXPECT_EQ(replayed.code, 1);
  EXPECT_THAT(replayed.out, AllOf(HasSubstr("FAILED sometimes"), HasSubstr("the same run")));
  EXPECT_EQ(charmsim({"run", "s.json", "-q", "--seed", "1"}).code, 0) << "only asked of calm runs";
}

TEST_F(Charmsim, SaysWhichChoicesMadeNoDifference) {
  const std::string file = scenario("deploy-three-units");
  const Words run = {"run", file, "-q", "--choices", "1.call.9999=3,0.call.1=999,0.agent.0=2"};
  const Result result = charmsim(run);
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("\nignored      2 of the choices were never asked or had no "
                                    "such option: 0.call.1=999,1.call.9999=3\n"));
  const Result as_json = charmsim({"run", file, "--json", "--choices", run.back()});
  EXPECT_EQ(json::parse(as_json.out).at("unused_choices"), "0.call.1=999,1.call.9999=3");
  EXPECT_EQ(json::parse(as_json.out).at("choices"), "0.agent.0=2");
  EXPECT_THAT(charmsim({"run", file, "-q"}).out, Not(HasSubstr("ignored")));
}

TEST_F(Charmsim, SaysTheSameOfTheSameRun) {
  const Words run = {"run", scenario("faults-while-deploying"), "--seed", "18446744073709551615"};
  const Result first = charmsim(run);
  EXPECT_EQ(without_speed(first.out), without_speed(charmsim(run).out));
  EXPECT_NE(without_speed(first.out), first.out);
}

TEST_F(Charmsim, RunsTheSameInBothWaysOfStoppingHooks) {
  const std::string file = scenario("deploy-three-units");
  const Result fiber = charmsim({"run", file, "--seed", "3", "--executor", "fiber"});
  const Result reexecution = charmsim({"run", file, "--seed", "3", "--executor", "reexecution"});
  EXPECT_EQ(without_speed(fiber.out), without_speed(reexecution.out));
}

TEST_F(Charmsim, WritesWhatIsAskedFor) {
  const Result result =
      charmsim({"run", scenario("deploy-one-unit"), "--json", "--trace", "trace.jsonl", "--save",
                "run.json", "--coverage", "coverage.json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(json::parse(result.out).at("held"), true);
  EXPECT_THAT(files(), ElementsAre("coverage.json", "run.json", "trace.jsonl"));
  EXPECT_EQ(json::parse(read("coverage.json")).at("schema"), "charm-coverage/1");
  EXPECT_EQ(json::parse(read("run.json")).at("schema"), "charmsim-run/2");
  EXPECT_THAT(read("trace.jsonl"), StartsWith("{\"schema\":\"charmsim-trace/1\""));
}

TEST_F(Charmsim, CountsDeferralsAndListsThemIfAsked) {
  const std::string file = scenario("deploy-three-units");
  const Result counted = charmsim({"run", file, "-q"});
  EXPECT_THAT(counted.out, HasSubstr("\ndeferrals    "));
  EXPECT_THAT(counted.out, Not(HasSubstr("longest queue of")));
  const Result listed = charmsim({"run", file, "-q", "--deferrals"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr(": deferred "), HasSubstr("; ran with "),
                                HasSubstr("longest queue of postgresql-k8s/")));
  EXPECT_THAT(without_speed(listed.out), EndsWith(without_speed(counted.out)));
  const json verdict = json::parse(charmsim({"run", file, "--json"}).out);
  EXPECT_EQ(verdict.at("deferrals").at("list").size(), verdict.at("deferrals").at("count"));
}

TEST_F(Charmsim, PermutesDeferralsOnlyIfAsked) {
  write("s.json", R"({"schema_version": 1, "title": "In any order", "permute_deferrals": true})");
  write("plain.json", R"({"schema_version": 1, "title": "As ops has it"})");
  std::string by_option;
  std::string by_scenario;
  for (int seed = 1; seed <= 10; ++seed) {
    const Words run = {"run", "plain.json", "-q", "--json", "--seed", std::to_string(seed)};
    EXPECT_THAT(charmsim(run).out, Not(HasSubstr("deferral-order")));
    Words permuted = run;
    permuted.emplace_back("--permute-deferrals");
    by_option += json::parse(charmsim(permuted).out).at("choices");
    permuted = {"run", "s.json", "-q", "--json", "--seed", std::to_string(seed)};
    by_scenario += json::parse(charmsim(permuted).out).at("choices");
  }
  EXPECT_THAT(by_option, HasSubstr("deferral-order"));
  EXPECT_EQ(by_option, by_scenario);
}

TEST_F(Charmsim, WritesWhereALinkLeads) {
  write("real.json", "old");
  std::filesystem::create_symlink("real.json", path("link.json"));
  ASSERT_EQ(charmsim({"run", scenario("deploy-one-unit"), "-q", "--save", "link.json"}).code, 0);
  EXPECT_EQ(json::parse(read("real.json")).at("schema"), "charmsim-run/2");
  EXPECT_THAT(files(), ElementsAre("link.json", "real.json"));
}

TEST_F(Charmsim, ReadsAScenarioFromAPipe) {
  const Result result = run("/bin/sh", {"-c", "cat \"$1\" | \"$0\" run /dev/stdin -q",
                                        CHARMSIM_BINARY, scenario("deploy-one-unit")});
  EXPECT_EQ(result.code, 0) << result.err;
}

TEST_F(Charmsim, TellsWhenTheOutputCannotBeWritten) {
  const Result result = run("/bin/sh", {"-c", "\"$0\" run \"$1\" >/dev/full", CHARMSIM_BINARY,
                                        scenario("deploy-one-unit")});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err, "standard output: cannot be written: No space left on device\n");
}

TEST_F(Charmsim, TellsWhenItsHelpCannotBeWritten) {
  for (const char* arguments : {"--help", "run --help", "--version"}) {
    const Result result =
        run("/bin/sh", {"-c", "\"$0\" $1 >/dev/full", CHARMSIM_BINARY, arguments});
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_EQ(result.err, "standard output: cannot be written: No space left on device\n");
  }
}

constexpr const char* all_files[] = {"--save", "--trace", "--coverage",
                                     "--html", "--junit", "--sarif"};

TEST_F(Charmsim, TellsWhenAFileCannotBeFilled) {
  for (const char* option : all_files) {
    const Result result = charmsim({"run", scenario("deploy-one-unit"), "-q", option, "/dev/full"});
    EXPECT_EQ(result.code, 2) << option;
    EXPECT_EQ(result.err, "/dev/full: cannot be written: No space left on device\n") << option;
    EXPECT_THAT(result.out, HasSubstr("all held")) << option;
  }
}

TEST_F(Charmsim, TellsWhenAFileHasNoFolder) {
  for (const char* option : all_files) {
    const Result result =
        charmsim({"run", scenario("deploy-one-unit"), "-q", option, "nowhere/it"});
    EXPECT_EQ(result.code, 2) << option;
    EXPECT_EQ(result.err, "nowhere/it: cannot be written: No such file or directory\n") << option;
    EXPECT_EQ(result.out, "") << option;
  }
}

TEST_F(Charmsim, ShowsWhatWasWalkedOfAChart) {
  ASSERT_EQ(charmsim({"run", scenario("deploy-one-unit"), "-q", "--coverage", "c.json"}).code, 0);
  const Result chart = charmsim({"flow", "leader-elected"});
  EXPECT_EQ(chart.code, 0);
  EXPECT_THAT(chart.out, HasSubstr("flowchart TD"));
  EXPECT_NE(charmsim({"flow", "leader-elected", "--coverage", "c.json"}).out, chart.out);
  const Result sum =
      charmsim({"flow", "leader-elected", "--summary", "--coverage", "c.json", "c.json"});
  EXPECT_EQ(sum.code, 0);
  EXPECT_THAT(sum.out, AllOf(StartsWith("leader-elected  walked: "), HasSubstr("never walked")));
}

TEST_F(Charmsim, NotesWalksOfAnotherVersionOfAChart) {
  write("c.json", R"({"schema": "charm-coverage/1", "published": {},
    "charts": {"leader-elected": {"nodes": {"was_renamed": 3}, "arrows": {}}}})");
  const Result result = charmsim({"flow", "leader-elected", "--coverage", "c.json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("not in this chart: was_renamed"));
}

TEST_F(Charmsim, ListsPropertiesAsScenariosNameThem) {
  const Result text = charmsim({"properties"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("\nsometimes        a replica was promoted\n"));
  const json list = json::parse(charmsim({"properties", "--json"}).out).at("properties");
  ASSERT_GT(list.size(), 10U);
  for (const json& property : list) {
    const bool witness = property.at("form") == "sometimes";
    write("s.json", json{{"schema_version", 1},
                         {"title", "All properties"},
                         {witness ? "witnesses" : "holds", json::array({property.at("name")})}}
                        .dump());
    EXPECT_NE(charmsim({"run", "s.json", "-q"}).code, 2) << property;
  }
}

TEST_F(Charmsim, SaysWhichVersionItIs) {
  const Result result = charmsim({"--version"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "charmsim " CHARMSIM_VERSION "\n");
}

TEST_F(Charmsim, HelpsWithEveryCommand) {
  EXPECT_THAT(charmsim({"--help"}).out, AllOf(HasSubstr("Exit codes"), HasSubstr("130")));
  for (const char* command : {"run", "replay", "flow", "properties", "completion"}) {
    const Result result = charmsim({command, "--help"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("Example")) << command;
    EXPECT_THAT(result.out, HasSubstr(std::string("charmsim ") + command)) << command;
    EXPECT_EQ(result.err, "");
  }
}

TEST_F(Charmsim, ExamplesInTheHelpWork) {
  const std::string file = scenario("deploy-three-units");
  EXPECT_EQ(charmsim({"run", file, "--save", "run.json", "-q"}).code, 0);
  EXPECT_EQ(charmsim({"replay", "run.json"}).code, 0);
  EXPECT_EQ(charmsim({"run", file, "-q", "--coverage", "c.json"}).code, 0);
  EXPECT_EQ(charmsim({"flow", "leader-elected", "--coverage", "c.json", "--summary"}).code, 0);
}

TEST_F(Charmsim, IsColourfulOnlyOnATerminal) {
  const std::string escape = "\033[";
  const Words run = {"run", scenario("deploy-one-unit")};
  EXPECT_THAT(on_terminal(run).out, HasSubstr(escape));
  EXPECT_THAT(on_terminal(run, {"NO_COLOR="}).out, HasSubstr(escape)) << "set, but to nothing";
  EXPECT_THAT(on_terminal(run, {"NO_COLOR=1"}).out, Not(HasSubstr(escape)));
  EXPECT_THAT(charmsim(run).out, Not(HasSubstr(escape)));
}

}  // namespace
}  // namespace cli
