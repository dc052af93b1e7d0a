// What `run` and `replay` write for others: the page, JUnit, SARIF.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/charmsim.h"

namespace cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// A primary Service that leads nowhere for as long as the run lasts.
constexpr const char* never_settles =
    R"({"schema_version": 1, "title": "No way to the primary",
        "world": {"units": 1, "service_routes_after_s": 600}, "horizon_s": 600})";

class Reports : public Charmsim {};

TEST_F(Reports, AreWrittenBesideWhatIsToldOfTheRun) {
  const std::string file = scenario("deploy-one-unit");
  const Result plain = charmsim({"run", file, "-q"});
  const Result result =
      charmsim({"run", file, "-q", "--html", "r.html", "--junit", "r.xml", "--sarif", "r.sarif"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(without_speed(result.out), without_speed(plain.out));
  EXPECT_THAT(files(), UnorderedElementsAre("r.html", "r.xml", "r.sarif"));
  EXPECT_THAT(read("r.html"), StartsWith("<!doctype html>"));
  EXPECT_THAT(read("r.xml"), HasSubstr("tests=\"1\" failures=\"0\""));
  EXPECT_THAT(json::parse(read("r.sarif")).at("runs")[0].at("results"), IsEmpty());
}

TEST_F(Reports, OfARunThatBrokeSayWhatAndWhere) {
  write("s.json", never_settles);
  const Result result = charmsim(
      {"run", "s.json", "-q", "--html", "r.html", "--junit", "r.xml", "--sarif", "r.sarif"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(read("r.xml"), HasSubstr("<failure type=\"eventually\""));
  const json found = json::parse(read("r.sarif")).at("runs")[0].at("results").at(0);
  const json place = found.at("locations").at(0).at("physicalLocation");
  EXPECT_THAT(place.at("artifactLocation").at("uri").get<std::string>(), StartsWith("charm/"));
  EXPECT_THAT(read("r.html"), HasSubstr("\"held\":false"));
}

TEST_F(Reports, OfAReplayAreThoseOfItsRun) {
  write("s.json", never_settles);
  (void)charmsim({"run", "s.json", "-q", "--seed", "4", "--save", "run.json", "--html", "a.html"});
  (void)charmsim({"replay", "run.json", "-q", "--html", "b.html", "--junit", "b.xml"});
  (void)charmsim({"replay", "run.json", "-q", "--html", "c.html"});
  EXPECT_EQ(read("b.html"), read("c.html"));
  EXPECT_THAT(read("b.xml"), HasSubstr("name=\"replay\""));
  const auto events = [this](const std::string& file) {
    const std::string page = read(file);
    const std::size_t from = page.find("\"events\":");
    return page.substr(from, page.find("</script>", from) - from);
  };
  EXPECT_EQ(events("a.html"), events("b.html"));
}

TEST_F(Reports, AreRefusedWhereTheyCannotBeWritten) {
  const std::string file = scenario("deploy-one-unit");
  for (const char* option : {"--html", "--junit", "--sarif"}) {
    const Result result = charmsim({"run", file, option, "no/such/folder"});
    EXPECT_EQ(result.code, 2) << option;
    EXPECT_THAT(result.err, HasSubstr("no/such/folder: cannot be written"));
    EXPECT_EQ(result.out, "");
  }
  EXPECT_EQ(charmsim({"run", file, "--html", "r", "--sarif", "r"}).err,
            "r: shall be written twice\n");
  (void)charmsim({"run", file, "-q", "--save", "run.json"});
  EXPECT_EQ(charmsim({"replay", "run.json", "--html", "run.json"}).err,
            "run.json: is what shall be read\n");
  EXPECT_THAT(files(), UnorderedElementsAre("run.json"));
}

}  // namespace
}  // namespace cli
