// A set of units in two bytes: what a world keeps of the sets that the charm and the model work
// with, which are eight times as large and of which a world has two dozen for each unit.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iterator>

#include "charm/types/names.h"
#include "model/ha/view.h"

namespace model {

// As many as there can be members, and units in a scenario.
inline constexpr std::size_t max_world_units = ha::max_members;

// Reads as a charm::UnitSet everywhere; becomes one in expressions with one.
class UnitBits {
 public:
  class Iterator {
   public:
    using value_type = charm::UnitName;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;

    constexpr Iterator() = default;
    constexpr explicit Iterator(std::uint32_t rest) : rest_(rest) {}
    constexpr charm::UnitName operator*() const {
      return {static_cast<std::uint16_t>(std::countr_zero(rest_))};
    }
    constexpr Iterator& operator++() {
      rest_ &= rest_ - 1;
      return *this;
    }
    constexpr Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend constexpr bool operator==(const Iterator&, const Iterator&) = default;

   private:
    std::uint32_t rest_ = 0;  // those that are still to come
  };

  constexpr UnitBits() = default;
  constexpr UnitBits(std::initializer_list<charm::UnitName> units) {
    for (charm::UnitName unit : units) insert(unit);
  }
  // CHECKs that they are units that a world can have.
  constexpr explicit UnitBits(const charm::UnitSet& units) {
    for (charm::UnitName unit : units) insert(unit);
  }
  // A template, so that `= {}` and `= {one}` go to the set itself.
  template <std::same_as<charm::UnitSet> Set>
  constexpr UnitBits& operator=(const Set& units) {
    return *this = UnitBits(units);
  }
  constexpr operator charm::UnitSet() const {  // NOLINT: a set of units is one.
    charm::UnitSet units;
    for (charm::UnitName unit : *this) units.insert(unit);
    return units;
  }
  // The members of these units.
  [[nodiscard]] constexpr ha::MemberSet members() const { return ha::MemberSet(bits_); }

  // CHECKs the same of it.
  constexpr void insert(charm::UnitName unit) {
    CHECK(unit.ordinal < max_world_units);
    bits_ |= bit(unit);
  }
  constexpr void erase(charm::UnitName unit) { bits_ &= static_cast<std::uint16_t>(~bit(unit)); }
  constexpr void clear() { bits_ = 0; }
  [[nodiscard]] constexpr bool contains(charm::UnitName unit) const {
    return (bits_ & bit(unit)) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(bits_));
  }
  // CHECKs that there is one.
  [[nodiscard]] constexpr charm::UnitName first() const {
    CHECK(!empty());
    return *begin();
  }
  [[nodiscard]] constexpr Iterator begin() const { return Iterator(bits_); }
  [[nodiscard]] constexpr Iterator end() const { return Iterator(); }

  // What is in `a` and not in `b`.
  friend constexpr UnitBits operator-(UnitBits a, UnitBits b) {
    a.bits_ &= static_cast<std::uint16_t>(~b.bits_);
    return a;
  }
  friend constexpr bool operator==(const UnitBits&, const UnitBits&) = default;

 private:
  static constexpr std::uint16_t bit(charm::UnitName unit) {
    return unit.ordinal < max_world_units ? static_cast<std::uint16_t>(1U << unit.ordinal)
                                          : std::uint16_t{0};
  }

  std::uint16_t bits_ = 0;
};

}  // namespace model
