// A 64-bit content hash that is the same on every machine and compiler. Not cryptographic.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace model {

static_assert(std::endian::native == std::endian::little,
              "the hash reads words as they lie in memory");

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product =
      static_cast<Wide>(a ^ 0x9E3779B97F4A7C15ULL) * static_cast<Wide>(b ^ 0xD1B54A32D192ED03ULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash_bytes(const void* data, std::size_t size, std::uint64_t seed) {
  const auto* at = static_cast<const unsigned char*>(data);
  std::uint64_t hash = mix(seed, size);
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    hash = mix(hash, word);
  }
  if (size > 0) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    hash = mix(hash, word);
  }
  return hash;
}

// For much at a time: four chains side by side, none of which waits for another. Not the same
// number as hash_bytes(). Each chain has a name: g++ 12 keeps an array of them in memory, which is
// as slow as one chain.
inline std::uint64_t digest_bytes(const void* data, std::size_t size, std::uint64_t seed) {
  const auto* at = static_cast<const unsigned char*>(data);
  std::uint64_t first = seed;
  std::uint64_t second = seed + 1;
  std::uint64_t third = seed + 2;
  std::uint64_t fourth = seed + 3;
  const std::size_t whole = size;
  for (; size >= 32; size -= 32, at += 32) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), at, 32);
    first = mix(first, words[0]);
    second = mix(second, words[1]);
    third = mix(third, words[2]);
    fourth = mix(fourth, words[3]);
  }
  const std::uint64_t ends = mix(mix(first, second), mix(third, fourth));
  return hash_bytes(at, size, mix(ends, whole));
}

inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  return hash_bytes(text.data(), text.size(), seed);
}

}  // namespace model
