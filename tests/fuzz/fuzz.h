// A fuzz target is what reads bytes from outside, and what must hold of what it has read. libFuzzer
// looks for bytes with which it does not (tests/fuzz/run); the suite tries those that are kept in
// seeds/ (replay.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// The first byte chooses which of several parsers gets the others.
struct Chosen {
  std::size_t which = 0;
  std::string_view text;
};
inline Chosen choose(std::string_view text, std::size_t parsers) {
  if (text.empty()) return {};
  return {static_cast<unsigned char>(text.front()) % parsers, text.substr(1)};
}

// Parts of an input with several texts, between NUL bytes; what is missing is empty.
inline std::vector<std::string_view> parts(std::string_view text, std::size_t count) {
  std::vector<std::string_view> found;
  while (found.size() + 1 < count) {
    const std::size_t end = text.find('\0');
    found.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  found.push_back(text);
  return found;
}

inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "does not hold: " << what << '\n';
  std::abort();
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
