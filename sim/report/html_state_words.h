// Words that the fields of html_state.h are made of.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "sim/report/html_state.h"

namespace sim::state_words {

inline constexpr std::string_view juju = "Juju";
inline constexpr std::string_view kubernetes = "Kubernetes";
inline constexpr std::string_view pebble = "Pebble";
inline constexpr std::string_view patroni = "Patroni";
inline constexpr std::string_view postgresql = "PostgreSQL";

inline std::string if_so(bool so, std::string_view text) { return std::string(so ? text : ""); }
inline std::string number_if(std::uint64_t number) {
  return number == 0 ? "" : std::to_string(number);
}

// Items, with commas between them; those that are empty are left out.
inline std::string listed(std::initializer_list<std::string> items) {
  std::string text;
  for (const std::string& item : items) {
    if (!item.empty()) text.append(text.empty() ? "" : ", ").append(item);
  }
  return text;
}

inline std::string unit_text(const StateView& view, charm::MaybeUnit unit) {
  return unit ? to_text(view.scenario.world.app, *unit) : std::string();
}
inline std::string member_text(const StateView& view, charm::MaybeMember member) {
  return member ? to_text(view.scenario.world.app, unit_of(*member)) : std::string();
}
template <class Units>
std::string units_text(const StateView& view, const Units& units) {
  std::string text;
  for (const charm::UnitName unit : units) {
    text.append(text.empty() ? "" : ", ").append(to_text(view.scenario.world.app, unit));
  }
  return text;
}

template <std::size_t N, class Field>
constexpr std::array<StateField, N> fields_of(const std::array<Field, N>& all) {
  std::array<StateField, N> fields{};
  for (std::size_t at = 0; at < N; ++at) fields[at] = all[at].field;
  return fields;
}
}  // namespace sim::state_words
