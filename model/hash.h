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
// number as hash_bytes().
inline std::uint64_t digest_bytes(const void* data, std::size_t size, std::uint64_t seed) {
  const auto* at = static_cast<const unsigned char*>(data);
  std::array<std::uint64_t, 4> chains{seed, seed + 1, seed + 2, seed + 3};
  const std::size_t whole = size;
  for (; size >= 32; size -= 32, at += 32) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), at, 32);
    for (std::size_t chain = 0; chain < 4; ++chain) {
      chains[chain] = mix(chains[chain], words[chain]);
    }
  }
  const std::uint64_t ends = mix(mix(chains[0], chains[1]), mix(chains[2], chains[3]));
  return hash_bytes(at, size, mix(ends, whole));
}

inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  return hash_bytes(text.data(), text.size(), seed);
}

}  // namespace model
