// Who is who. A charm process serves one application, so a name is an ordinal behind a type of its
// own; the text of it needs the application's name. Four things that are often confused are four
// types: the unit (`app/0`), its pod (`app-0`), its Patroni member (`app-0`) and its host
// (`app-0.app-endpoints`). Source: charm-hooks.md, section 1.1.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "charm/types/check.h"

namespace charm {

// The largest number of units an application can have here; ordinals run from 0 to max_units - 1.
inline constexpr std::size_t max_units = 128;

// A Juju application's name, which is also the name of its StatefulSet.
struct AppName {
  std::string text;

  friend auto operator<=>(const AppName&, const AppName&) = default;
};

template <class Tag>
struct OrdinalName {
  std::uint16_t ordinal = 0;

  friend auto operator<=>(const OrdinalName&, const OrdinalName&) = default;
};

using UnitName = OrdinalName<struct UnitTag>;      // Juju's
using PodName = OrdinalName<struct PodTag>;        // Kubernetes'
using MemberName = OrdinalName<struct MemberTag>;  // Patroni's
using HostName = OrdinalName<struct HostTag>;      // the network's, and what `endpoints` lists

// A name or none, in the two bytes of a name and without padding: worlds and logs are made of
// these.
template <class Name>
struct MaybeName {
  static constexpr std::uint16_t none = 0xFFFF;

  std::uint16_t ordinal = none;

  constexpr MaybeName() = default;
  constexpr MaybeName(Name name) : ordinal(name.ordinal) {}  // NOLINT: a name is a name or none.

  [[nodiscard]] constexpr bool has_value() const { return ordinal != none; }
  constexpr explicit operator bool() const { return has_value(); }
  // CHECKs that there is one.
  constexpr Name operator*() const {
    CHECK(has_value());
    return Name{ordinal};
  }
  friend constexpr bool operator==(const MaybeName&, const MaybeName&) = default;
  friend constexpr bool operator==(const MaybeName& a, Name b) { return a.ordinal == b.ordinal; }
};

using MaybeUnit = MaybeName<UnitName>;
using MaybeMember = MaybeName<MemberName>;

constexpr PodName pod_of(UnitName unit) { return {unit.ordinal}; }
constexpr MemberName member_of(UnitName unit) { return {unit.ordinal}; }
constexpr HostName host_of(UnitName unit) { return {unit.ordinal}; }
constexpr UnitName unit_of(PodName pod) { return {pod.ordinal}; }
constexpr UnitName unit_of(MemberName member) { return {member.ordinal}; }
constexpr UnitName unit_of(HostName host) { return {host.ordinal}; }

// A relation with another application: the number of Juju's id, which is never used again. 0 is
// none: the ids of the own peer relations are smaller.
struct RelationId {
  std::uint16_t number = 0;
  friend auto operator<=>(const RelationId&, const RelationId&) = default;
};

std::string to_text(const AppName& app, UnitName unit);      // app/0
std::string to_text(const AppName& app, PodName pod);        // app-0
std::string to_text(const AppName& app, MemberName member);  // app-0
std::string to_text(const AppName& app, HostName host);      // app-0.app-endpoints

// Nothing if the text is no name of this application: another one's, a malformed or too large
// number.
std::optional<UnitName> parse_unit_name(const AppName& app, std::string_view text);
std::optional<PodName> parse_pod_name(const AppName& app, std::string_view text);
std::optional<MemberName> parse_member_name(const AppName& app, std::string_view text);
std::optional<HostName> parse_host_name(const AppName& app, std::string_view text);

// Of another application, whose units may bear any number: those from 65534 on are taken for one.
std::optional<UnitName> parse_remote_unit_name(const AppName& app, std::string_view text);
// The number of `database:7`, if it is an id of a relation of this name; not 0, nor above 65535.
std::optional<RelationId> parse_relation_id(std::string_view name, std::string_view text);

// A set of units, iterated in ascending order.
class UnitSet {
 public:
  class Iterator {
   public:
    using value_type = UnitName;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;

    constexpr Iterator() = default;
    constexpr Iterator(const UnitSet* set, std::size_t at) : set_(set), at_(set->next_from(at)) {}
    constexpr UnitName operator*() const { return {static_cast<std::uint16_t>(at_)}; }
    constexpr Iterator& operator++() {
      at_ = set_->next_from(at_ + 1);
      return *this;
    }
    constexpr Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend constexpr bool operator==(const Iterator& a, const Iterator& b) {
      return a.at_ == b.at_;
    }

   private:
    const UnitSet* set_ = nullptr;
    std::size_t at_ = max_units;
  };

  constexpr UnitSet() = default;
  constexpr UnitSet(std::initializer_list<UnitName> units) {
    for (UnitName unit : units) insert(unit);
  }

  constexpr void insert(UnitName unit) {
    CHECK(unit.ordinal < max_units);
    words_[unit.ordinal / 64] |= bit(unit);
  }
  constexpr void erase(UnitName unit) {
    if (unit.ordinal < max_units) words_[unit.ordinal / 64] &= ~bit(unit);
  }
  constexpr void clear() { words_ = {}; }
  [[nodiscard]] constexpr bool contains(UnitName unit) const {
    return unit.ordinal < max_units && (words_[unit.ordinal / 64] & bit(unit)) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return (words_[0] | words_[1]) == 0; }
  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(words_[0]) + std::popcount(words_[1]));
  }
  // CHECKs that there is one.
  [[nodiscard]] constexpr UnitName first() const {
    CHECK(!empty());
    return *begin();
  }
  [[nodiscard]] constexpr Iterator begin() const { return Iterator(this, 0); }
  [[nodiscard]] constexpr Iterator end() const { return Iterator(this, max_units); }

  friend constexpr UnitSet operator|(UnitSet a, UnitSet b) {
    for (std::size_t i = 0; i < a.words_.size(); ++i) a.words_[i] |= b.words_[i];
    return a;
  }
  friend constexpr UnitSet operator&(UnitSet a, UnitSet b) {
    for (std::size_t i = 0; i < a.words_.size(); ++i) a.words_[i] &= b.words_[i];
    return a;
  }
  // What is in `a` and not in `b`.
  friend constexpr UnitSet operator-(UnitSet a, UnitSet b) {
    for (std::size_t i = 0; i < a.words_.size(); ++i) a.words_[i] &= ~b.words_[i];
    return a;
  }
  friend constexpr auto operator<=>(const UnitSet&, const UnitSet&) = default;

 private:
  static constexpr std::uint64_t bit(UnitName unit) {
    return std::uint64_t{1} << (unit.ordinal % 64);
  }
  [[nodiscard]] constexpr std::size_t next_from(std::size_t at) const {
    for (; at < max_units; at = (at / 64 + 1) * 64) {
      const std::uint64_t rest = words_[at / 64] >> (at % 64);
      if (rest != 0) return at + static_cast<std::size_t>(std::countr_zero(rest));
    }
    return max_units;
  }

  std::array<std::uint64_t, max_units / 64> words_{};
};

}  // namespace charm
