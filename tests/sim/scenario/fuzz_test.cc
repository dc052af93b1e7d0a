// However a good file is spoilt, it is read or refused: no crash, no exception, no half of a
// scenario.
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/scenario/consistency.h"
#include "sim/scenario/read.h"
#include "tests/sim/scenario/example.h"

namespace {

// Knuth's MMIX constants; the high bits are the good ones.
class Generator {
 public:
  std::size_t below(std::size_t end) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % end;
  }

 private:
  std::uint64_t state_ = 1;
};

std::string spoilt(Generator& random) {
  static constexpr std::string_view pieces[] = {"{",
                                                "}",
                                                "[",
                                                "]",
                                                ",",
                                                ":",
                                                "\"",
                                                "\\",
                                                "null",
                                                "true",
                                                "-1",
                                                "0",
                                                "1e400",
                                                "18446744073709551616",
                                                "NaN",
                                                "\xff",
                                                "\xc3\xa9",
                                                "\\ud800",
                                                std::string_view("\0", 1),
                                                "\n",
                                                "\"units\":",
                                                "\"at_s\":7",
                                                "postgresql-k8s/15",
                                                "\"primary\"",
                                                "1.5",
                                                "{}",
                                                "[]",
                                                "//",
                                                "~"};
  std::string text(whole_scenario);
  for (std::size_t left = 1 + random.below(4); left > 0; --left) {
    const std::size_t at = random.below(text.size());
    const std::size_t length = random.below(12);
    switch (random.below(5)) {
      case 0: text.erase(at, length); break;
      case 1: text.insert(at, pieces[random.below(std::size(pieces))]); break;
      case 2: text.replace(at, length, pieces[random.below(std::size(pieces))]); break;
      case 3: text[at] = static_cast<char>(random.below(256)); break;
      default: text.insert(at, text.substr(random.below(text.size()), random.below(40))); break;
    }
  }
  return text;
}

// One value anywhere in it is another one, is gone, or has another key.
void spoil(nlohmann::json& value, Generator& random) {
  static const nlohmann::json others = {nullptr,
                                        true,
                                        -1,
                                        0,
                                        1,
                                        3,
                                        70'000,
                                        1.5,
                                        "",
                                        "primary",
                                        "settled",
                                        "postgresql-k8s/2",
                                        "all",
                                        nlohmann::json::array(),
                                        nlohmann::json::object()};
  if (value.empty() || !value.is_structured() || random.below(8) == 0) {
    value = others[random.below(others.size())];
    return;
  }
  auto member = value.begin();
  std::advance(member, random.below(value.size()));
  const std::size_t way = random.below(10);
  if (way == 0) {
    value.erase(member);
  } else if (way == 1 && value.is_object()) {
    value[member.key() + "s"] = *member;
  } else {
    spoil(*member, random);
  }
}

// Whether it was read.
bool read_or_refuse(const std::string& text) {
  const auto scenario = sim::read_scenario(text, "spoilt.json");
  if (scenario) {
    EXPECT_FALSE(sim::check_consistency(*scenario)) << text;
    return true;
  }
  const sim::ScenarioError& error = scenario.error();
  EXPECT_TRUE(error.line) << text;
  EXPECT_FALSE(error.what.empty()) << text;
  EXPECT_TRUE(!error.expected.empty() || error.what.starts_with("is not JSON"))
      << text << to_text(error);
  EXPECT_EQ(to_text(error).find('\n'), std::string::npos) << text;
  return false;
}

TEST(ScenarioFuzz, ASpoiltTextIsReadOrRefused) {
  Generator random;
  constexpr int rounds = 3000;
  int accepted = 0;
  for (int i = 0; i < rounds; ++i) accepted += read_or_refuse(spoilt(random)) ? 1 : 0;
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, rounds / 2);
}

TEST(ScenarioFuzz, ASpoiltValueIsReadOrRefused) {
  const auto good = nlohmann::json::parse(whole_scenario);
  Generator random;
  constexpr int rounds = 1000;
  int accepted = 0;
  for (int i = 0; i < rounds; ++i) {
    nlohmann::json value = good;
    for (std::size_t left = 1 + random.below(2); left > 0; --left) spoil(value, random);
    accepted += read_or_refuse(value.dump(2)) ? 1 : 0;
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, rounds / 2);
}

TEST(ScenarioFuzz, EveryBeginningOfAFileIsRefused) {
  // The last character is a line feed, and the one before it closes the file's object.
  for (std::size_t size = 0; size + 2 <= whole_scenario.size(); ++size) {
    EXPECT_FALSE(sim::read_scenario(whole_scenario.substr(0, size), "cut.json")) << size;
  }
}

}  // namespace
