// How many units a world has room for, and a set of them as bits. There are two widths, chosen when
// the model is compiled, since a world has two dozen sets for each unit, and each copy of a world
// pays for all of them: 16 units, with sets of two bytes, for all that anybody uses; and 128, with
// sets of eighteen, to measure what a hundred units cost (CHARMSIM_WORLD_UNITS=128: the library
// charm_sim_wide, made for bench/scale alone). What was compiled with one cannot be linked with
// what was compiled with the other. charm/ has room for as many as the wide one.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "charm/types/names.h"

#ifndef CHARMSIM_WORLD_UNITS
#define CHARMSIM_WORLD_UNITS 16
#endif

namespace model {

// Units, and their members, have the ordinals 0 to max_world_units - 1.
inline constexpr std::size_t max_world_units = CHARMSIM_WORLD_UNITS;

// Ordinals below 16. Larger ones are never in it: whoever puts one in looks first.
class NarrowMask {
 public:
  static constexpr std::size_t room = 16;

  constexpr NarrowMask() = default;
  constexpr explicit NarrowMask(std::uint16_t bits) : bits_(bits) {}

  constexpr void insert(std::uint16_t ordinal) { bits_ |= bit(ordinal); }
  constexpr void erase(std::uint16_t ordinal) {
    bits_ &= static_cast<std::uint16_t>(~bit(ordinal));
  }
  [[nodiscard]] constexpr bool contains(std::uint16_t ordinal) const {
    return (bits_ & bit(ordinal)) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr int size() const { return std::popcount(bits_); }
  // Of a set that is not empty.
  [[nodiscard]] constexpr std::uint16_t first() const {
    return static_cast<std::uint16_t>(std::countr_zero(bits_));
  }
  constexpr void erase_first() { bits_ &= static_cast<std::uint16_t>(bits_ - 1); }
  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_; }

  friend constexpr NarrowMask operator|(NarrowMask a, NarrowMask b) {
    return NarrowMask(static_cast<std::uint16_t>(a.bits_ | b.bits_));
  }
  friend constexpr NarrowMask operator&(NarrowMask a, NarrowMask b) {
    return NarrowMask(static_cast<std::uint16_t>(a.bits_ & b.bits_));
  }
  // What is in `a` and not in `b`.
  friend constexpr NarrowMask operator-(NarrowMask a, NarrowMask b) {
    return NarrowMask(static_cast<std::uint16_t>(a.bits_ & ~b.bits_));
  }
  friend constexpr bool operator==(NarrowMask, NarrowMask) = default;

 private:
  static constexpr std::uint16_t bit(std::uint16_t ordinal) {
    return ordinal < room ? static_cast<std::uint16_t>(1U << ordinal) : std::uint16_t{0};
  }

  std::uint16_t bits_ = 0;
};

// The same of ordinals below 128. It is aligned as a narrow one, and larger by two times eight
// bytes: so what has sets in it is without padding in both widths. Its last word stays 0.
class WideMask {
 public:
  static constexpr std::size_t room = 128;

  constexpr WideMask() = default;
  // Of the first 16.
  constexpr explicit WideMask(std::uint16_t bits) : words_{bits} {}

  constexpr void insert(std::uint16_t ordinal) {
    if (ordinal < room) words_[ordinal / 16] |= bit(ordinal);
  }
  constexpr void erase(std::uint16_t ordinal) {
    if (ordinal < room) words_[ordinal / 16] &= static_cast<std::uint16_t>(~bit(ordinal));
  }
  [[nodiscard]] constexpr bool contains(std::uint16_t ordinal) const {
    return ordinal < room && (words_[ordinal / 16] & bit(ordinal)) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return (half(0) | half(1)) == 0; }
  [[nodiscard]] constexpr int size() const {
    return std::popcount(half(0)) + std::popcount(half(1));
  }
  // Of a set that is not empty.
  [[nodiscard]] constexpr std::uint16_t first() const {
    const int zeros = std::countr_zero(half(0));
    return static_cast<std::uint16_t>(zeros < 64 ? zeros : 64 + std::countr_zero(half(1)));
  }
  constexpr void erase_first() { erase(first()); }
  // Of the first 16.
  [[nodiscard]] constexpr std::uint16_t bits() const { return words_[0]; }

  friend constexpr WideMask operator|(WideMask a, const WideMask& b) {
    for (std::size_t at = 0; at < count; ++at) a.words_[at] |= b.words_[at];
    return a;
  }
  friend constexpr WideMask operator&(WideMask a, const WideMask& b) {
    for (std::size_t at = 0; at < count; ++at) a.words_[at] &= b.words_[at];
    return a;
  }
  friend constexpr WideMask operator-(WideMask a, const WideMask& b) {
    for (std::size_t at = 0; at < count; ++at) {
      a.words_[at] &= static_cast<std::uint16_t>(~b.words_[at]);
    }
    return a;
  }
  friend constexpr bool operator==(const WideMask&, const WideMask&) = default;

 private:
  static constexpr std::size_t count = room / 16;
  static constexpr std::uint16_t bit(std::uint16_t ordinal) {
    return static_cast<std::uint16_t>(1U << (ordinal % 16U));
  }
  [[nodiscard]] constexpr std::uint64_t half(std::size_t which) const {
    const std::size_t at = 4 * which;
    return std::uint64_t{words_[at]} | std::uint64_t{words_[at + 1]} << 16U |
           std::uint64_t{words_[at + 2]} << 32U | std::uint64_t{words_[at + 3]} << 48U;
  }

  std::array<std::uint16_t, count + 1> words_{};
};

using UnitMask = std::conditional_t<max_world_units == NarrowMask::room, NarrowMask, WideMask>;
static_assert(UnitMask::room == max_world_units, "CHARMSIM_WORLD_UNITS is 16 or 128");
static_assert(sizeof(NarrowMask) == 2 && alignof(WideMask) == alignof(NarrowMask));
static_assert((sizeof(WideMask) - sizeof(NarrowMask)) % 8 == 0);
static_assert(max_world_units <= charm::max_units);

}  // namespace model
