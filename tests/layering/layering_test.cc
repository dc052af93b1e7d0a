// Every source file of the project keeps the rules; and the rules do find what breaks them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/layering/rules.h"
#include "tests/support/places.h"

namespace layering {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

using Rule = std::vector<Violation> (*)(const std::string& path, std::string_view text);

std::vector<fs::path> sources() {
  std::vector<fs::path> paths;
  for (const char* room : {"charm", "model", "sim", "tests", "bench"}) {
    const fs::path folder = tests::in_repository(room);
    if (!fs::exists(folder)) continue;
    for (const fs::path& path : fs::recursive_directory_iterator(folder)) {
      if (path.extension() == ".h" || path.extension() == ".cc") paths.push_back(path);
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> broken(Rule rule, const std::vector<fs::path>& paths) {
  std::vector<std::string> lines;
  for (const fs::path& path : paths) {
    for (const Violation& v :
         rule(fs::relative(path, tests::in_repository("")).string(), text_of(path))) {
      lines.push_back(to_text(v));
    }
  }
  return lines;
}

std::vector<std::string> broken(Rule rule, const std::string& path, const std::string& text) {
  std::vector<std::string> lines;
  for (const Violation& v : rule(path, text)) lines.push_back(to_text(v));
  return lines;
}

TEST(Layering, ThereAreSourcesToCheck) { EXPECT_GT(sources().size(), 20U); }

TEST(Layering, IncludesPointOneWay) { EXPECT_THAT(broken(check_includes, sources()), IsEmpty()); }

TEST(Layering, NothingInTheRoomsIsLeftToChance) {
  EXPECT_THAT(broken(check_words, sources()), IsEmpty());
}

TEST(Layering, FilesAndFunctionsAreShort) {
  EXPECT_THAT(broken(check_length, sources()), IsEmpty());
}

// A .cc beside its header needs no opening of its own.
TEST(Layering, EveryFileOpensWithWhatItIs) {
  std::vector<fs::path> paths = sources();
  std::erase_if(paths, [](const fs::path& path) {
    return path.extension() == ".cc" && fs::exists(fs::path(path).replace_extension(".h"));
  });
  EXPECT_THAT(broken(check_opening, paths), IsEmpty());
}

TEST(LayeringRules, FindAnIncludeAgainstTheDirection) {
  EXPECT_THAT(
      broken(check_includes, "charm/hooks/start.cc", "\n#include \"sim/choices/choices.h\"\n"),
      ElementsAre("charm/hooks/start.cc:2: may not include sim/choices/choices.h"));
  EXPECT_THAT(broken(check_includes, "model/juju.cc", "#include \"charm/ports/juju.h\"\n"),
              ElementsAre("model/juju.cc:1: may not include charm/ports/juju.h"));
  EXPECT_THAT(broken(check_includes, "sim/x.cc", "#include \"charm/live/http.h\"\n"),
              ElementsAre("sim/x.cc:1: may not include charm/live/http.h"));
  EXPECT_THAT(broken(check_includes, "sim/x.cc", "#include \"x.h\"\n"),
              ElementsAre("sim/x.cc:1: may not include x.h"));
  EXPECT_THAT(broken(check_includes, "charm/ports/juju.h", "#include \"charm/runtime/unit.h\"\n"),
              ElementsAre("charm/ports/juju.h:1: may not include charm/runtime/unit.h"));
  EXPECT_THAT(broken(check_includes, "sim/x.cc", "#include \"model/world.h\"\n#include <map>\n"),
              IsEmpty());
}

TEST(LayeringRules, FindWhatAHookMayNotDo) {
  const std::string hook =
      "void f() {\n"
      "  static int calls = 0;\n"
      "  static constexpr int bound = 3;  static int g(int a = 0);\n"
      "  try { g(); } catch (...) {}\n"
      "  auto t = std::chrono::steady_clock::now();\n"
      "  auto e = std::getenv(\"HOME\");\n"
      "}\n";
  EXPECT_THAT(
      broken(check_words, "charm/hooks/start.cc", hook),
      ElementsAre(
          "charm/hooks/start.cc:4: says catch: only dispatch() catches",
          "charm/hooks/start.cc:5: says steady_clock: time is an argument or a port",
          "charm/hooks/start.cc:6: says getenv: what happens follows from what was asked and "
          "answered",
          "charm/hooks/start.cc:2: says static int calls = 0;: nothing is kept between two hooks"));
  EXPECT_THAT(broken(check_words, "charm/live/start.cc", hook), IsEmpty());
}

TEST(LayeringRules, FindWhatDiffersFromMachineToMachine) {
  EXPECT_THAT(
      broken(check_words, "sim/x.cc",
             "std::unordered_map<int, int> m;\nstd::uniform_int_distribution<int> d;\nint r = "
             "rand();\n"),
      ElementsAre(
          "sim/x.cc:1: says unordered_: hash order is not the same everywhere",
          "sim/x.cc:2: says std::uniform_int_distribution: distributions differ between libraries",
          "sim/x.cc:3: says rand(: chance goes through Choices"));
  // It draws nothing: its quantiles are computed.
  EXPECT_THAT(broken(check_words, "sim/x.cc", "boost::math::binomial_distribution<double> d;\n"),
              IsEmpty());
}

TEST(LayeringRules, LeaveCommentsAndTextsAlone) {
  const std::string text =
      "// catch\n"
      "/* catch\n"
      "   catch */ int n = 1'000; char c = '\"'; auto s = \"catch \\\" catch\";\n"
      "auto r = R\"x(\n"
      "catch)\" catch)x\";\n"
      "int catcher;\n";
  EXPECT_THAT(broken(check_words, "charm/steps/x.cc", text), IsEmpty());
  EXPECT_EQ(broken(check_words, "charm/steps/x.cc", text + "catch").size(), 1U);
}

TEST(LayeringRules, FindWhatIsTooLong) {
  std::string lines;
  for (int i = 0; i < 69; ++i) lines += "  f();\n";
  EXPECT_THAT(broken(check_length, "sim/x.cc", "void g(int a) {\n" + lines + "}\n"),
              ElementsAre("sim/x.cc:1: has a function of 71 lines"));
  EXPECT_THAT(
      broken(check_length, "sim/x.cc", "namespace n {\nvoid g() {\n" + lines + "h(); }\n}\n"),
      ElementsAre("sim/x.cc:2: has a function of 71 lines"));
  EXPECT_THAT(broken(check_length, "sim/x.cc", "struct S {\n" + lines + lines + "};\n"), IsEmpty());
  std::string file;
  for (int i = 0; i < 401; ++i) file += "\n";
  EXPECT_THAT(broken(check_length, "sim/x.cc", file), ElementsAre("sim/x.cc:401: has 401 lines"));
}

TEST(LayeringRules, FindAFileThatDoesNotSayWhatItIs) {
  EXPECT_THAT(broken(check_opening, "sim/x.h", "#pragma once\n"),
              ElementsAre("sim/x.h:1: does not open with what it is"));
}

}  // namespace
}  // namespace layering
