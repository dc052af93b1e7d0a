// charmsim explore and check-certificate as a shell has them.
#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

// Nobody is ever up so soon.
constexpr const char* too_short =
    R"({"schema_version": 1, "title": "Short of time", "horizon_s": 5, "world": {"units": 1}})";

class Explore : public Charmsim {
 protected:
  // covered.json can be checked, and says that more was asked for.
  void expect_left_open(const std::string& end) {
    EXPECT_EQ(ordered_json::parse(read("covered.json")).at("left_open").at("end"), end);
    const Result checked = charmsim({"check-certificate", "covered.json"});
    EXPECT_EQ(checked.code, 3) << checked.err;
    EXPECT_THAT(checked.out, AllOf(StartsWith("verdict      64 of 64 sampled worlds are there\n"),
                                   HasSubstr("\nleft open    with at most ")));
  }
  // What is said about covered.json, which is no certificate.
  std::string refusal() {
    const Result result = charmsim({"check-certificate", "covered.json"});
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    return result.err;
  }
  // The same of this text.
  std::string refusal_of(const ordered_json& edited) {
    write("covered.json", edited.dump());
    return refusal();
  }
  static std::string said_of(const std::string& pointer) {
    return "covered.json: " + pointer +
           ": is not what was written: the file was edited; explore again: what was edited "
           "certifies nothing\n";
  }
  // A certificate that leaves something open, of a search that ends at once.
  ordered_json certificate() {
    EXPECT_EQ(charmsim({"explore", scenario("deploy-three-units"), "--memory-mb", "16",
                        "--certificate", "covered.json"})
                  .code,
              3);
    return ordered_json::parse(read("covered.json"));
  }
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
  EXPECT_EQ(without_speed(charmsim({"explore", scenario("deploy-one-unit")}).out),
            without_speed(result.out));
}

TEST_F(Explore, TellsItsRatesApartFromWhatIsTheSameEachTime) {
  const Result text = charmsim({"explore", scenario("deploy-one-unit")});
  EXPECT_THAT(text.out,
              MatchesRegex("(.|\n)*\nworlds       [0-9]+ of them \\([0-9]+ %\\) with a stopped "
                           "hook; [0-9]+ steps; (.|\n)*\nspeed        [0-9]+ steps/s, [0-9]+ "
                           "worlds/s, [0-9]+/s of them with a stopped hook; in +[0-9.]+s of CPU "
                           "time\n"));
  const auto told = [&](const Words& more) {
    Words arguments = {"explore", scenario("deploy-one-unit"), "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ordered_json::parse(charmsim(arguments).out);
  };
  for (const Words& more : {Words{}, Words{"--all-orders"}}) {
    ordered_json first = told(more);
    ordered_json second = told(more);
    const ordered_json& speed = first.at("speed");
    const auto micros = speed.at("cpu_us").get<std::uint64_t>();
    ASSERT_GT(micros, 0U);
    const auto rate_of = [&](const char* count) {
      return first.at("result").at(count).get<std::uint64_t>() * 1'000'000 / micros;
    };
    EXPECT_EQ(speed.at("steps_per_second"), rate_of("generated"));
    EXPECT_EQ(speed.at("worlds_per_second"), rate_of("worlds"));
    EXPECT_EQ(speed.at("worlds_with_hooks_per_second"), rate_of("worlds_with_hooks"));
    EXPECT_EQ(speed.size(), 4U);
    for (ordered_json* json : {&first, &second}) json->erase("speed");
    EXPECT_EQ(first, second);
  }
}

TEST_F(Explore, RaisesOneBoundAfterTheOther) {
  write("killed.json", R"({"schema_version": 1, "title": "Killed", "world": {"units": 1},
                           "faults": {"until_s": 5, "kill_hook": 1}})");
  const Result result = charmsim({"explore", "killed.json", "--deviations", "1", "--faults", "1",
                                  "--leader-changes", "1", "--json"});
  EXPECT_EQ(result.code, 0);
  const ordered_json json = ordered_json::parse(result.out);
  std::vector<std::vector<int>> levels;
  for (const ordered_json& level : json.at("levels")) {
    levels.push_back({level.at("faults"), level.at("leader_changes"), level.at("deviations")});
  }
  using Level = std::vector<int>;
  EXPECT_THAT(levels, ElementsAre(Level{0, 0, 0}, Level{1, 0, 0}, Level{1, 1, 0}));
  EXPECT_EQ(json.at("result").at("deviations"), 1);
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

TEST_F(Explore, EndsWith130WhenItIsInterruptedAndKeepsWhatWasCovered) {
  Running running = start({"explore", scenario("deploy-three-units"), "--deviations", "3",
                           "--certificate", "covered.json"});
  usleep(300'000);
  running.signal(SIGINT);
  const Result result = running.wait();
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.out, HasSubstr("interrupted after "));
  if (files().empty()) {  // it was not fast enough
    EXPECT_THAT(result.out, HasSubstr("\ncertificate  none is written, since nothing was covered "
                                      "whole: it was interrupted in the first level, "));
    return;
  }
  EXPECT_THAT(result.out, HasSubstr("\ncertificate  covered.json: all with at most "));
  expect_left_open("interrupted");
  EXPECT_THAT(charmsim({"check-certificate", "covered.json"}).out,
              HasSubstr(" it was interrupted after "));
}

TEST_F(Explore, CertifiesTheLevelThatWasCoveredBeforeMemoryWasUsedUp) {
  const Words arguments = {"explore",       scenario("deploy-three-units"),
                           "--deviations",  "2",
                           "--memory-mb",   "16",
                           "--certificate", "covered.json"};
  const Result result = charmsim(arguments);
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.out, HasSubstr("\ncertificate  covered.json: all with at most 0 deviations "
                                    "and 0 faults, the last that was covered; "));
  expect_left_open("memory");
  const std::string written = read("covered.json");
  const ordered_json certificate = ordered_json::parse(written);
  const ordered_json& open = certificate.at("left_open");
  EXPECT_EQ(certificate.at("deviations"), 0);
  EXPECT_EQ(open.at("deviations"), 1);
  EXPECT_EQ(open.at("asked").at("deviations"), 2);
  // With the counts of what was covered, as if no more had been asked for.
  const ordered_json alone = ordered_json::parse(
      charmsim({"explore", scenario("deploy-three-units"), "--deviations", "0", "--json"}).out);
  EXPECT_EQ(certificate.at("worlds"), alone.at("result").at("worlds"));
  EXPECT_EQ(certificate.at("worlds_with_hooks"), alone.at("result").at("worlds_with_hooks"));
  EXPECT_EQ(certificate.at("steps"), alone.at("result").at("generated"));

  const std::string worlds = std::to_string(open.at("worlds").get<std::uint64_t>());
  EXPECT_THAT(charmsim({"check-certificate", "covered.json"}).out,
              AllOf(StartsWith("verdict      64 of 64 sampled worlds are there\n"
                               "certified    all with at most 0 deviations and 0 faults: "),
                    HasSubstr("\nleft open    with at most 1 deviation and 0 faults memory was "
                              "used up after " +
                              worlds +
                              " worlds\n             asked for were at most 2 deviations and 0 "
                              "faults\n")));
  charmsim(arguments);
  EXPECT_EQ(read("covered.json"), written);
}

TEST_F(Explore, CertifiesTheLevelThatWasCoveredBeforeTheProcessGotNoMoreMemory) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer's own memory is over the limit";
  const Result result = run("/bin/sh", {"-c",
                                        "ulimit -v 100000; exec \"$0\" explore \"$1\" "
                                        "--deviations 2 --certificate covered.json",
                                        CHARMSIM_BINARY, scenario("deploy-three-units")});
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("NOT COVERED: memory is used up after "));
  expect_left_open("memory");
}

TEST_F(Explore, CertifiesTheLevelThatWasCoveredBeforeTimeWasUsedUp) {
  const Result result = charmsim({"explore", scenario("deploy-three-units"), "--deviations", "3",
                                  "--for", "1s", "--certificate", "covered.json"});
  EXPECT_EQ(result.code, 3);
  expect_left_open("time");
}

TEST_F(Explore, WritesNoCertificateWhereNoLevelWasCoveredAndSaysWhy) {
  write("covered.json", "of before");
  const Words arguments = {"explore",      scenario("deploy-three-units"),
                           "--all-orders", "--reduce",
                           "none",         "--memory-mb",
                           "16",           "--certificate",
                           "covered.json"};
  const Result memory = charmsim(arguments);
  EXPECT_EQ(memory.code, 3);
  EXPECT_THAT(memory.out, HasSubstr("\ncertificate  none is written, since nothing was covered "
                                    "whole: memory was used up, and a search of all orders has no "
                                    "levels\n"));
  Words as_json = arguments;
  as_json.emplace_back("--json");
  const ordered_json none = ordered_json::parse(charmsim(as_json).out).at("certificate");
  EXPECT_EQ(none.at("file"), nullptr);
  EXPECT_THAT(none.at("why"), StartsWith("nothing was covered whole: memory was used up"));
  write("short.json", too_short);
  const Result broken = charmsim({"explore", "short.json", "--certificate", "covered.json"});
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.out, HasSubstr("nothing was covered whole: something was found in the first "
                                    "level, at most 0 deviations and 0 faults\n"));
  Running running = start(
      {"explore", scenario("deploy-three-units"), "--all-orders", "--certificate", "covered.json"});
  usleep(300'000);
  running.signal(SIGINT);
  const Result interrupted = running.wait();
  EXPECT_EQ(interrupted.code, 130);
  EXPECT_THAT(interrupted.out, HasSubstr("nothing was covered whole: it was interrupted, and "));
  EXPECT_EQ(read("covered.json"), "of before");
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
  const Result saved = charmsim({"explore", "short.json", "--save", "/dev/full"});
  EXPECT_EQ(saved.code, 2);
  EXPECT_THAT(saved.out,
              AllOf(StartsWith("verdict      FAILED \""),
                    HasSubstr("\nsaved        not, since /dev/full: cannot be written: "),
                    Not(HasSubstr("./run replay"))));
  EXPECT_EQ(saved.err, "/dev/full: cannot be written: No space left on device\n");
  const Result certified =
      charmsim({"explore", scenario("deploy-one-unit"), "--certificate", "/dev/full"});
  EXPECT_EQ(certified.code, 2);
  EXPECT_THAT(certified.out, AllOf(HasSubstr("\nverdict      covered all with "),
                                   HasSubstr("\ncertificate  none is written, since /dev/full: "
                                             "cannot be written: No space left on device\n"),
                                   Not(HasSubstr(": all of it"))));
  EXPECT_EQ(certified.err, "/dev/full: cannot be written: No space left on device\n");
  const Result as_json =
      charmsim({"explore", scenario("deploy-one-unit"), "--certificate", "/dev/full", "--json"});
  EXPECT_EQ(as_json.code, 2);
  const ordered_json none = ordered_json::parse(as_json.out).at("certificate");
  EXPECT_EQ(none.at("file"), nullptr);
  EXPECT_EQ(none.at("why"), "/dev/full: cannot be written: No space left on device");
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
                    EndsWith("\nfile         as its digests say, which are no signature\n"
                             "logic        as it was\n")));
  EXPECT_EQ(ordered_json::parse(read("covered.json")).at("left_open"), nullptr);
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
  certificate();
  const std::string whole = read("covered.json");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, whole.size() / 4, whole.size() / 2, whole.size() - 3}) {
    write("covered.json", whole.substr(0, size));
    EXPECT_THAT(refusal(), MatchesRegex("covered.json:[0-9]+:[0-9]+: is no JSON from here on; "
                                        "must be a certificate .*\n"));
  }
  write("covered.json", "[]");
  EXPECT_THAT(refusal(), StartsWith("covered.json: is no object; must be a certificate"));
  write("covered.json", "{}");
  EXPECT_THAT(refusal(), StartsWith("covered.json: /schema: is that of no certificate; must be "));
  for (const auto& [pointer, value] : {std::pair<std::string, ordered_json>{"/scenario", 7},
                                       {"/scenario", "{}"},
                                       {"/sample", "none"},
                                       {"/sample", ordered_json::array()},
                                       {"/worlds", "many"},
                                       {"/deviations", 8},
                                       {"/faults", 4},
                                       {"/leader_changes", 4},
                                       {"/departures", "one"},
                                       {"/left_open", 1},
                                       {"/left_open/end", "covered"},
                                       {"/left_open/worlds", -1},
                                       {"/left_open/deviations", 8},
                                       {"/left_open/asked", nullptr},
                                       {"/left_open/asked/faults", 4},
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
    const bool is_of_sample = pointer.starts_with("/sample/0");
    EXPECT_THAT(refusal(),
                StartsWith("covered.json: " + (is_of_sample ? "/sample/0" : pointer) + ": "));
  }
}

// Each of them good by itself: nothing but the digests tells of it.
TEST_F(Explore, AnEditedCertificateIsRefusedWithThePlace) {
  const ordered_json whole = certificate();
  std::set<std::string> edited_members;
  for (const auto& [pointer, value, place] :
       std::initializer_list<std::tuple<std::string, ordered_json, std::string>>{
           {"/logic", "0000000000000000", "/logic"},
           {"/scenario_file", "another.json", "/scenario_file"},
           {"/deviations", 1, "/deviations"},
           {"/faults", 1, "/faults"},
           {"/leader_changes", 1, "/leader_changes"},
           {"/departures", 1, "/departures"},
           {"/left_open", nullptr, "/left_open"},
           {"/left_open/end", "time", "/left_open"},
           {"/left_open/worlds", 7, "/left_open"},
           {"/left_open/asked/deviations", 0, "/left_open"},
           {"/liveness", true, "/liveness"},
           {"/units", 5, "/units"},
           {"/worlds", 5'688'237, "/worlds"},
           {"/worlds_with_hooks", 7, "/worlds_with_hooks"},
           {"/steps", 7, "/steps"},
           {"/key_bits", 128, "/key_bits"},
           {"/missed_at_most", 0.0, "/missed_at_most"},
           {"/orders", "all", "/orders"},
           {"/reductions", {"orders"}, "/reductions/0"},
           {"/assumptions/2", "none", "/assumptions/2"},
           {"/assumptions", ordered_json::array(), "/assumptions/0"},
           {"/scenario", whole.at("scenario").get<std::string>() + ' ', "/scenario"},
           {"/sample/3/steps", 2, "/sample/3"},
           {"/sample/0/key", "0000000000000001", "/sample/0"},
           {"/sample/63/choices", "0.call.1=2", "/sample/63"},
           {"/sample/64", whole.at("sample").at(0), "/sample/64"}}) {
    ordered_json edited = whole;
    edited[ordered_json::json_pointer(pointer)] = value;
    EXPECT_EQ(refusal_of(edited), said_of(place)) << pointer;
    edited_members.insert(pointer.substr(1, pointer.find('/', 1) - 1));
  }
  // What nothing can be written into instead is refused before (see above).
  edited_members.insert({"schema", "quantum_ms", "digests"});
  for (const auto& [key, unused] : whole.items()) EXPECT_THAT(edited_members, Contains(key));
}

TEST_F(Explore, ACertificateOfMoreOrLessIsRefusedWithThePlace) {
  const ordered_json whole = certificate();
  ordered_json less = whole;
  less["sample"].erase(less["sample"].begin() + 5, less["sample"].end());
  EXPECT_EQ(refusal_of(less), said_of("/sample/5"));
  ordered_json without = whole;
  without.erase("assumptions");
  EXPECT_THAT(refusal_of(without), StartsWith("covered.json: /assumptions: is missing: the file"));
  ordered_json more = whole;
  more["until_ms"] = 9;
  EXPECT_THAT(refusal_of(more), StartsWith("covered.json: /until_ms: has no digest: the file was"));
  ordered_json digest = whole;
  digest["digests"]["units"] = "0000000000000000";
  EXPECT_EQ(refusal_of(digest), said_of("/units"));
  digest = whole;
  digest["digests"]["sample/*"] = "";
  EXPECT_EQ(refusal_of(digest), said_of("/digests/sample~1*"));
  digest["digests"].erase("sample/*");
  EXPECT_THAT(refusal_of(digest), StartsWith("covered.json: /digests/sample~1*: is missing: "));
  digest = without;
  for (const char* key : {"assumptions", "assumptions/*"}) digest["digests"].erase(key);
  EXPECT_THAT(refusal_of(digest), StartsWith("covered.json: /assumptions: is missing: the file"));
  ordered_json comment = whole;
  comment["comment"] = "";
  EXPECT_THAT(refusal_of(comment), StartsWith("covered.json: /comment: is no member of such a"));
  ordered_json bare = whole;
  bare.erase("digests");
  EXPECT_THAT(refusal_of(bare),
              StartsWith("covered.json: /digests: is missing: nothing tells any more whether the "
                         "file was edited; explore again"));
}

TEST_F(Explore, ACertificateWithAKeyTwiceIsRefusedWithBothLines) {
  certificate();
  const std::string whole = read("covered.json");
  write("covered.json", with(whole, " \"units\":", " \"quantum_ms\": 1000,\n \"units\":"));
  EXPECT_THAT(refusal(), MatchesRegex("covered.json:[0-9]+: /quantum_ms: stands twice in its "
                                      "object, first in line [0-9]+; must stand once\n"));
  write("covered.json", with(whole, "\"choices\": \"", "\"steps\": 1,\n \"choices\": \""));
  EXPECT_THAT(refusal(), MatchesRegex("covered.json:[0-9]+: /sample/0/steps: stands twice .*\n"));
}

TEST_F(Explore, ACertificateOfBeforeThereWereDigestsIsRefusedAndTold) {
  ordered_json old = certificate();
  old["schema"] = "charmsim-certificate/1";
  old["end"] = "covered";
  for (const char* key : {"left_open", "digests"}) old.erase(key);
  write("covered.json", old.dump());
  EXPECT_EQ(refusal(),
            "covered.json: /schema: is \"charmsim-certificate/1\": a certificate by an older "
            "program, without digests, so that nothing tells whether it was edited; must be "
            "\"charmsim-certificate/2\": explore again, and write a new one\n");
}

}  // namespace
}  // namespace cli
