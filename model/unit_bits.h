// A set of units in two bytes (width.h): what a world keeps of the sets that the charm and the
// model work with, which are eight times as large and of which a world has two dozen for each unit.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iterator>

#include "charm/types/names.h"
#include "model/ha/view.h"
#include "model/width.h"

namespace model {

// Reads as a charm::UnitSet everywhere; becomes one in expressions with one.
class UnitBits {
 public:
  class Iterator {
   public:
    using value_type = charm::UnitName;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;

    constexpr Iterator() = default;
    constexpr explicit Iterator(UnitMask rest) : rest_(rest) {}
    constexpr charm::UnitName operator*() const { return {rest_.first()}; }
    constexpr Iterator& operator++() {
      rest_.erase_first();
      return *this;
    }
    constexpr Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend constexpr bool operator==(const Iterator&, const Iterator&) = default;

   private:
    UnitMask rest_;  // those that are still to come
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
    bits_.insert(unit.ordinal);
  }
  constexpr void erase(charm::UnitName unit) { bits_.erase(unit.ordinal); }
  constexpr void clear() { bits_ = {}; }
  [[nodiscard]] constexpr bool contains(charm::UnitName unit) const {
    return bits_.contains(unit.ordinal);
  }
  [[nodiscard]] constexpr bool empty() const { return bits_.empty(); }
  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(bits_.size());
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
    a.bits_ = a.bits_ - b.bits_;
    return a;
  }
  friend constexpr bool operator==(const UnitBits&, const UnitBits&) = default;

 private:
  UnitMask bits_;
};

}  // namespace model
