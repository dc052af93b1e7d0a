// charmsim export: a scenario that plays a saved run by itself, its golden story, and a C++ test
// that a compiler takes and that says what it is to say.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"
#include "tests/support/places.h"

namespace cli {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* short_of_time =
    R"({"schema_version": 1, "title": "Short of time", "horizon_s": 150, "world": {"units": 3},
        "witnesses": ["a replica was promoted"],
        "faults": {"until_s": 100, "kill_pod": 2, "refuse_kubernetes": 2}})";

class Export : public Charmsim {
 protected:
  void SetUp() override { write("short.json", short_of_time); }

  // A small run that fails, saved as small.json.
  void save_failing() {
    ASSERT_EQ(charmsim({"fuzz", "short.json", "--out", "found"}).code, 1);
    write("small.json", read("found/counterexample-1.json"));
  }
  // The fingerprint that a run tells.
  static std::string fingerprint_of(const Result& result) {
    const std::string mark = "fingerprint  ";
    const auto at = result.out.find(mark);
    EXPECT_NE(at, std::string::npos) << result.out;
    return result.out.substr(at + mark.size(), 16);
  }
  // Compiles it with what this test was built with, and runs it.
  Result compiled_and_run(const std::string& file) {
    const auto library = [](const char* name) {
      return tests::in_build("libcharm_" + std::string(name) + ".a");
    };
    std::string command = EXPORT_CXX " " EXPORT_CXX_FLAGS
                                     " -std=c++23 -Wall -Wextra -Wpedantic -Werror "
                                     "-Wno-missing-field-initializers -I" +
                          tests::in_repository("") + ' ' + file + " -o exported";
    for (const char* name : {"sim", "charts", "model", "explorer", "logic"}) {
      command += ' ' + library(name);
    }
    command += " -lboost_context -lgtest -lgtest_main -lpthread && ./exported";
    return run("/bin/sh", {"-c", command});
  }
};

TEST_F(Export, AScenarioPlaysTheRunByItselfAndTellsTheStoryThatStandsBesideIt) {
  save_failing();
  const Result result = charmsim({"export", "small.json", "--scenario", "lost.json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out, "written      lost.json\nwritten      lost.golden.txt\n");

  const ordered_json saved = ordered_json::parse(read("small.json"));
  const Result played = charmsim({"run", "lost.json"});
  EXPECT_EQ(played.code, 1);
  EXPECT_EQ(fingerprint_of(played), saved.at("fingerprint").get<std::string>());
  EXPECT_THAT(played.out, HasSubstr(saved.at("broken").get<std::string>()));
  EXPECT_THAT(played.out, HasSubstr("reproduce: ./run lost.json\n"));
  // What `run` tells beyond it: deferrals, and how fast it was.
  std::istringstream golden(read("lost.golden.txt"));
  for (std::string line; std::getline(golden, line);) EXPECT_THAT(played.out, HasSubstr(line));
  EXPECT_FALSE(ordered_json::parse(read("lost.json")).contains("witnesses"));
}

TEST_F(Export, AScenariosOwnChoicesGiveWayToASeedAndToAList) {
  save_failing();
  ASSERT_EQ(charmsim({"export", "small.json", "--scenario", "lost.json"}).code, 0);
  const ordered_json calm = [&] {
    ordered_json json = ordered_json::parse(read("lost.json"));
    json.erase("choices");
    return json;
  }();
  write("calm.json", calm.dump());
  for (const Words& more : {Words{"--seed", "3"}, Words{"--choices", ""}}) {
    Words with_own = {"run", "lost.json", "-q"};
    Words without = {"run", "calm.json", "-q"};
    with_own.insert(with_own.end(), more.begin(), more.end());
    without.insert(without.end(), more.begin(), more.end());
    EXPECT_EQ(fingerprint_of(charmsim(with_own)), fingerprint_of(charmsim(without))) << more[0];
  }
}

TEST_F(Export, ARunThatIsSavedFromItIsReplayed) {
  save_failing();
  ASSERT_EQ(charmsim({"export", "small.json", "--scenario", "lost.json"}).code, 0);
  EXPECT_EQ(charmsim({"run", "lost.json", "-q", "--save", "again.json"}).code, 1);
  EXPECT_THAT(charmsim({"replay", "again.json", "-q"}).out, HasSubstr("the same run"));
  EXPECT_EQ(charmsim({"twice", "lost.json"}).code, 0);
}

TEST_F(Export, ACppTestCompilesAndExpectsWhatBreaks) {
  save_failing();
  ASSERT_EQ(charmsim({"export", "small.json", "--cpp", "lost_test.cc"}).code, 0);
  const Result held = compiled_and_run("lost_test.cc");
  EXPECT_EQ(held.code, 0) << held.err << held.out;
  EXPECT_THAT(held.out, HasSubstr("[  PASSED  ] 1 test."));

  // Whoever says that it is mended is told that it is not.
  write("lost_test.cc", with(read("lost_test.cc"), "is_mended = false", "is_mended = true"));
  const Result failed = compiled_and_run("lost_test.cc");
  EXPECT_EQ(failed.code, 1) << failed.err << failed.out;
  EXPECT_THAT(failed.out, HasSubstr("[  FAILED  ] Counterexample."));
}

TEST_F(Export, ACppTestOfARunThatHoldsNowExpectsThatItHolds) {
  ASSERT_EQ(charmsim({"run", scenario("deploy-one-unit"), "-q", "--save", "run.json"}).code, 0);
  ordered_json run = ordered_json::parse(read("run.json"));
  run["broken"] = "at most one primary";
  write("run.json", sealed(run));
  const Result result = charmsim({"export", "run.json", "--cpp", "mended_test.cc"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err,
            "run.json: when it was saved \"at most one primary\" broke; now all holds\n");
  EXPECT_THAT(read("mended_test.cc"), AllOf(HasSubstr("is_mended = true;"),
                                            HasSubstr("TEST(Counterexample, AtMostOnePrimary)")));
}

TEST_F(Export, RefusesWhatItCannotDoAndWritesNothing) {
  save_failing();
  const Result nothing = charmsim({"export", "small.json"});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_EQ(nothing.err, "small.json: say what to write: --scenario FILE, --cpp FILE or both\n");
  const Result scenario_file = charmsim({"export", "short.json", "--scenario", "x.json"});
  EXPECT_EQ(scenario_file.code, 2);
  EXPECT_THAT(scenario_file.err, HasSubstr("is a scenario, not a saved run"));
  const Result nowhere = charmsim({"export", "small.json", "--scenario", "none/x.json"});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, StartsWith("none/x.json: cannot be written"));
  const Result itself = charmsim({"export", "small.json", "--cpp", "small.json"});
  EXPECT_EQ(itself.code, 2);
  EXPECT_THAT(files(), ElementsAre("found", "short.json", "small.json"));
}

}  // namespace
}  // namespace cli
