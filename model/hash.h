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

// mix() of one number after the other, each with what came of those before. How long that takes is
// how long each waits for the last. So the number by which the next mix() begins is taken into the
// lower half of the product, which is there before the upper one: a seventh of the time. Compilers
// that know how to are told to leave it in this order; the result is the same in any.
class Chain {
 public:
  explicit constexpr Chain(std::uint64_t seed) : begun_(seed ^ begin) {}

  constexpr void add(std::uint64_t number) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(begun_) * static_cast<Wide>(number ^ other);
    std::uint64_t lower = static_cast<std::uint64_t>(product) ^ begin;
#if __has_builtin(__builtin_assoc_barrier)
    lower = __builtin_assoc_barrier(lower);
#endif
    begun_ = lower ^ static_cast<std::uint64_t>(product >> 64);
  }
  // As hash_bytes() with the value so far as its seed.
  void add_bytes(const void* data, std::size_t size) {
    const auto* at = static_cast<const unsigned char*>(data);
    add(size);
    for (; size >= 8; size -= 8, at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, 8);
      add(word);
    }
    if (size > 0) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, size);
      add(word);
    }
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return begun_ ^ begin; }

 private:
  static constexpr std::uint64_t begin = 0x9E3779B97F4A7C15ULL;
  static constexpr std::uint64_t other = 0xD1B54A32D192ED03ULL;

  std::uint64_t begun_;
};

inline std::uint64_t hash_bytes(const void* data, std::size_t size, std::uint64_t seed) {
  Chain chain(seed);
  chain.add_bytes(data, size);
  return chain.value();
}

// For much at a time: four chains side by side, none of which waits for another. Not the same
// number as hash_bytes(). Each chain has a name: g++ 12 keeps an array of them in memory, which is
// as slow as one chain.
inline std::uint64_t digest_bytes(const void* data, std::size_t size, std::uint64_t seed) {
  const auto* at = static_cast<const unsigned char*>(data);
  Chain first(seed);
  Chain second(seed + 1);
  Chain third(seed + 2);
  Chain fourth(seed + 3);
  const std::size_t whole = size;
  for (; size >= 32; size -= 32, at += 32) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), at, 32);
    first.add(words[0]);
    second.add(words[1]);
    third.add(words[2]);
    fourth.add(words[3]);
  }
  const std::uint64_t ends =
      mix(mix(first.value(), second.value()), mix(third.value(), fourth.value()));
  return hash_bytes(at, size, mix(ends, whole));
}

inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  return hash_bytes(text.data(), text.size(), seed);
}

}  // namespace model
