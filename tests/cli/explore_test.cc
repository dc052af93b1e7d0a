// charmsim explore and check-certificate as a shell has them.
#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Nobody is ever up so soon.
constexpr const char* too_short =
    R"({"schema_version": 1, "title": "Short of time", "horizon_s": 5, "world": {"units": 1}})";

class Explore : public Charmsim {
 protected:
  void edit(const std::string& file, const std::string& pointer, const ordered_json& value) {
    ordered_json json = ordered_json::parse(read(file));
    json[ordered_json::json_pointer(pointer)] = value;
    write(file, json.dump());
  }
};

TEST_F(Explore, SaysThatAllWasCoveredAndHowMuchItWas) {
  const Result result = charmsim({"explore", scenario("deploy-one-unit")});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(
      result.out,
      AllOf(StartsWith("covered      covered all with at most 0 deviations and 0 faults: "),
            HasSubstr("\nverdict      covered all with at most 1 deviation and 0 faults: "),
            HasSubstr("\nwitnesses    "), HasSubstr("\nmissed       "), Not(HasSubstr("\033"))));
  EXPECT_EQ(charmsim({"explore", scenario("deploy-one-unit")}).out, result.out);
}

TEST_F(Explore, AllOrdersSayWhatWasReducedAndCanBeChecked) {
  const Result result =
      charmsim({"explore", scenario("deploy-three-units"), "--all-orders", "--quantum-ms", "5",
                "--until-ms", "1060", "--certificate", "orders.json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("covered all orders of what comes at the same moment, up to "));
  EXPECT_THAT(result.out, HasSubstr("\nreduced      orders: "));
  const Result checked = charmsim({"check-certificate", "orders.json"});
  EXPECT_EQ(checked.code, 0);
  EXPECT_THAT(checked.out, HasSubstr("certified    all orders of what comes at the same moment"));
  EXPECT_THAT(checked.out, HasSubstr(", reduced by orders: "));
  EXPECT_EQ(charmsim({"explore", scenario("deploy-three-units"), "--reduce", "none"}).code, 2);
  const Result empty = charmsim({"explore", scenario("deploy-three-units"), "--all-orders",
                                 "--from-ms", "2", "--until-ms", "1"});
  EXPECT_EQ(empty.code, 2);
  EXPECT_THAT(empty.err, HasSubstr("--from-ms: 2 is after --until-ms, 1"));
  const Result late = charmsim(
      {"explore", scenario("deploy-three-units"), "--all-orders", "--from-ms", "900000000"});
  EXPECT_EQ(late.code, 2);
  EXPECT_THAT(late.err, HasSubstr("must be before the end of the calm run"));
}

TEST_F(Explore, SavesWhatBreaksToBeReplayed) {
  write("short.json", too_short);
  const Result result = charmsim({"explore", "short.json", "--save", "broken.json"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, AllOf(StartsWith("verdict      FAILED \""),
                                HasSubstr("\nsaved        ./run replay broken.json\n")));
  const Result replayed = charmsim({"replay", "broken.json", "-q"});
  EXPECT_EQ(replayed.code, 1);
  EXPECT_THAT(replayed.out, HasSubstr("FAILED"));
}

TEST_F(Explore, EndsWith3WhereNotAllWasCovered) {
  const Result result =
      charmsim({"explore", scenario("deploy-three-units"), "--deviations", "3", "--for", "100ms"});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.out, HasSubstr("NOT COVERED: time is used up after "));
}

TEST_F(Explore, EndsWith130WhenItIsInterrupted) {
  Running running = start({"explore", scenario("deploy-three-units"), "--deviations", "3",
                           "--certificate", "covered.json"});
  usleep(300'000);
  running.signal(SIGINT);
  const Result result = running.wait();
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.out, HasSubstr("interrupted after "));
  EXPECT_EQ(ordered_json::parse(read("covered.json")).at("end"), "interrupted");
}

// At the horizon nothing is missing that the scenario asks for: that is an end like any other.
TEST_F(Explore, TheHorizonIsNoFailureWhereARunOfItHolds) {
  write("short.json",
        R"({"schema_version": 1, "title": "Short", "horizon_s": 20, "world": {"units": 1},
                          "holds": ["endpoints loses no unit that stays"]})");
  EXPECT_EQ(charmsim({"run", "short.json", "-q"}).code, 0);
  const Result result = charmsim({"explore", "short.json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("covered all"));
}

TEST_F(Explore, WhatCannotBeWrittenCostsNoResult) {
  write("short.json", too_short);
  for (const char* option : {"--save", "--certificate"}) {
    const Result result = charmsim({"explore", "short.json", option, "/dev/full"});
    EXPECT_EQ(result.code, 2) << option;
    EXPECT_THAT(result.out, StartsWith("verdict      FAILED \"")) << option;
    EXPECT_THAT(result.err, HasSubstr("/dev/full: cannot be written")) << option;
  }
}

TEST_F(Explore, TakesTheQuantumOfTheScenarioUnlessItIsAskedForAnother) {
  write("half.json",
        R"({"schema_version": 1, "title": "Half", "quantum_ms": 500, "world": {"units": 1}})");
  EXPECT_THAT(charmsim({"explore", "half.json"}).out, HasSubstr("moves in steps of 500 ms"));
  EXPECT_THAT(charmsim({"explore", "half.json", "--quantum-ms", "1000"}).out,
              HasSubstr("moves in steps of 1000 ms"));
}

TEST_F(Explore, RefusesWhatItCannotDo) {
  const Result faults = charmsim({"explore", scenario("deploy-one-unit"), "--faults", "1"});
  EXPECT_EQ(faults.code, 2);
  EXPECT_THAT(faults.err, HasSubstr("allows no faults"));
  write("own.json", R"({"schema_version": 1, "title": "Own", "choices": ["0.call.3=1"]})");
  const Result own = charmsim({"explore", "own.json"});
  EXPECT_EQ(own.code, 2);
  EXPECT_THAT(own.err, HasSubstr("own.json: /choices: has choices of its own"));
  const Result many = charmsim({"explore", scenario("deploy-one-unit"), "--deviations", "8"});
  EXPECT_EQ(many.code, 2);
  EXPECT_THAT(many.err, HasSubstr("must be a whole number, 0 to 7"));
  const Result quantum = charmsim({"explore", scenario("deploy-one-unit"), "--quantum-ms", "0"});
  EXPECT_EQ(quantum.code, 2);
  EXPECT_EQ(charmsim({"explore", "nothing.json"}).code, 2);
  const Result last = charmsim({"explore", scenario("deploy-one-unit"), "--departures", "1"});
  EXPECT_EQ(last.code, 2);
  EXPECT_THAT(last.err, HasSubstr("has one unit, which stays"));
  const Result parts = charmsim({"explore", scenario("deploy-three-units"), "--deviations", "7",
                                 "--leader-changes", "3", "--departures", "1"});
  EXPECT_EQ(parts.code, 2);
  EXPECT_THAT(parts.err, HasSubstr("have 64 combinations; must have at most 32"));
}

TEST_F(Explore, ACertificateIsCheckedWorldByWorld) {
  ASSERT_EQ(
      charmsim({"explore", scenario("deploy-one-unit"), "--certificate", "covered.json", "--json"})
          .code,
      0);
  const Result good = charmsim({"check-certificate", "covered.json"});
  EXPECT_EQ(good.code, 0);
  EXPECT_THAT(good.out,
              AllOf(StartsWith("verdict      64 of 64 sampled worlds are there\n"
                               "certified    all with at most 1 deviation and 0 faults: "),
                    EndsWith("\nlogic        as it was\n")));
  const std::string whole = read("covered.json");

  edit("covered.json", "/sample/3/steps", 2);
  const Result other = charmsim({"check-certificate", "covered.json"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.out, HasSubstr("63 of 64 sampled worlds are there\n             the first that "
                                   "is not: /sample/3\n"));

  write("covered.json", whole);
  edit("covered.json", "/end", "memory");
  const Result cut = charmsim({"check-certificate", "covered.json"});
  EXPECT_EQ(cut.code, 1);
  EXPECT_THAT(cut.out, HasSubstr("certified    nothing: the exploration ended with \"memory\""));

  write("covered.json", whole);
  edit("covered.json", "/logic", "0000000000000000");
  const Result logic = charmsim({"check-certificate", "covered.json"});
  EXPECT_EQ(logic.code, 1);
  EXPECT_THAT(logic.out, HasSubstr("logic        another one"));
}

TEST_F(Explore, LeaderChangesAndLivenessAreSaidAndCertified) {
  const Result result =
      charmsim({"explore", scenario("deploy-one-unit"), "--deviations", "0", "--leader-changes",
                "1", "--liveness", "--certificate", "covered.json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(
      result.out,
      AllOf(StartsWith("covered      covered all with at most 0 deviations and 0 faults: "),
            HasSubstr("\nverdict      covered all with at most 0 deviations, 0 faults and 1 "
                      "leader change: "),
            HasSubstr("\nliveness     no fair round of deviations goes on for ever\n")));
  const Result checked = charmsim({"check-certificate", "covered.json"});
  EXPECT_EQ(checked.code, 0);
  EXPECT_THAT(checked.out, AllOf(HasSubstr("64 of 64 sampled worlds are there"),
                                 HasSubstr("0 faults and 1 leader change: "),
                                 HasSubstr("\nliveness     looked for fair rounds")));
}

TEST_F(Explore, ACertificateThatIsNoneIsRefusedWithItsPlace) {
  ASSERT_EQ(
      charmsim({"explore", scenario("deploy-one-unit"), "--certificate", "covered.json"}).code, 0);
  const std::string whole = read("covered.json");
  const auto refused = [&] {
    const Result result = charmsim({"check-certificate", "covered.json"});
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  write("covered.json", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(refused(), HasSubstr("covered.json: is no JSON from byte "));
  write("covered.json", "[]");
  EXPECT_THAT(refused(), HasSubstr("/schema must be"));
  for (const auto& [pointer, value] : {std::pair<std::string, ordered_json>{"/scenario", 7},
                                       {"/scenario", "{}"},
                                       {"/sample", "none"},
                                       {"/sample", ordered_json::array()},
                                       {"/worlds", "many"},
                                       {"/deviations", 8},
                                       {"/faults", 4},
                                       {"/leader_changes", 4},
                                       {"/departures", "one"},
                                       {"/liveness", 1},
                                       {"/orders", "most"},
                                       {"/reductions", "orders"},
                                       {"/from_ms", "1060"},
                                       {"/until_ms", -1},
                                       {"/quantum_ms", 5},
                                       {"/sample/0/steps", -1},
                                       {"/sample/0/choices", "0.call"},
                                       {"/sample/0/key", "xyz"},
                                       {"/logic", nullptr}}) {
    write("covered.json", whole);
    edit("covered.json", pointer, value);
    EXPECT_THAT(refused(), HasSubstr(pointer.substr(0, pointer.find('/', 8)))) << pointer;
  }
}

}  // namespace
}  // namespace cli
