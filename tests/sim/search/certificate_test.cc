// What is covered as a file: a certificate that is whole, and whose digests are right, can still be
// wrong, and that is found by going to its worlds.
#include "sim/commands/certificate.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/commands/commands.h"
#include "sim/commands/json_file.h"
#include "tests/sim/search/searched.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class Certificates : public testing::Test {
 protected:
  Certificates() {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "two.json")
        << R"({"schema_version": 1, "title": "Two units", "quantum_ms": 1000,
               "world": {"units": 2}})";
  }
  ~Certificates() override { std::filesystem::remove_all(folder_); }

  // The exit code; what is told is in out_ and err_.
  int explored(std::uint32_t deviations) {
    ExploreOptions options;
    options.scenario = folder_ / "two.json";
    options.allowance.deviations = deviations;
    options.certificate_file = file_;
    return explore_command(options, console());
  }
  int checked() { return check_certificate_command({file_}, console()); }
  [[nodiscard]] ordered_json written() const { return ordered_json::parse(std::ifstream(file_)); }
  // With digests of its own: whoever wants to can make them.
  void write_sealed(ordered_json json) const {
    json["digests"] = digests_of(json);
    std::ofstream(file_) << json.dump();
  }
  Console console() {
    out_.str({});
    err_.str({});
    return {charm::postgresql_k8s(), properties_, given::charts(), out_, err_};
  }

  const std::filesystem::path folder_ =
      testing::TempDir() + "certificates-" + std::to_string(getpid());
  const std::string file_ = folder_ / "covered.json";
  std::span<const Property> properties_ = postgresql_properties();
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Certificates, HaveDigestsThatAreNoSignatureSoTheWorldsAreLookedFor) {
  ASSERT_EQ(explored(0), exit_held);
  const ordered_json whole = written();
  ASSERT_EQ(checked(), exit_held) << err_.str();

  ordered_json other_world = whole;
  other_world["sample"][3]["steps"] = 2;
  write_sealed(other_world);
  EXPECT_EQ(checked(), exit_broken);
  EXPECT_THAT(out_.str(), StartsWith("verdict      63 of 64 sampled worlds are there\n"
                                     "             the first that is not: /sample/3\n"));

  ordered_json other_logic = whole;
  other_logic["logic"] = "0000000000000000";
  write_sealed(other_logic);
  EXPECT_EQ(checked(), exit_broken);
  EXPECT_THAT(out_.str(), HasSubstr("\nlogic        another one: "));

  // What no world tells cannot be checked, and is believed.
  ordered_json more = whole;
  more["worlds"] = 1'000'000;
  write_sealed(more);
  EXPECT_EQ(checked(), exit_held);
  EXPECT_THAT(out_.str(), HasSubstr(": 1000000 worlds\n"));
}

TEST_F(Certificates, AreOfTheLevelBeforeTheOneThatBreaksSomething) {
  const std::array properties{given::the_first_starts_first};
  properties_ = properties;
  EXPECT_EQ(explored(1), exit_broken);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("FAILED \"the first starts first\""),
                                HasSubstr(": all with at most 0 deviations and 0 faults, the last "
                                          "that was covered; ")));
  EXPECT_EQ(written().at("left_open").at("end"), "violated");
  EXPECT_EQ(checked(), exit_bounded) << err_.str();
  EXPECT_THAT(out_.str(),
              HasSubstr("\nleft open    with at most 1 deviation and 0 faults something "
                        "was found after "));
}

}  // namespace
}  // namespace sim
