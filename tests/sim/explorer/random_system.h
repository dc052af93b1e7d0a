// Systems drawn from a seed: three processes, each with a variable of its own for where it is, and
// three variables that they share. Their footprints follow from guards and effects, so reductions
// can be tried on any number of systems.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/explorer/mix.h"
#include "sim/explorer/system.h"

namespace sim::explorer {

class RandomSystem {
 public:
  static constexpr unsigned processes = 3;
  static constexpr unsigned variables = 2 * processes;
  struct State {
    std::array<std::uint8_t, variables> values{};
  };
  using Action = std::uint8_t;

  explicit RandomSystem(std::uint64_t seed) : seed_(seed) {
    const unsigned count = 5 + draw(8);
    for (unsigned i = 0; i < count; ++i) {
      const unsigned process = i % processes;
      const unsigned place = draw(3);
      Rule rule;
      rule.guard.push_back({process, static_cast<std::uint8_t>(place)});
      rule.effect.push_back({process, static_cast<std::uint8_t>((place + 1 + draw(2)) % 3)});
      if (draw(3) == 0) rule.guard.push_back(draw_shared());
      if (draw(2) == 0) rule.effect.push_back(draw_shared());
      rule.adds = draw(3) == 0;
      rule.is_deviation = draw(3) == 0;
      rules_.push_back(rule);
    }
    bad_.push_back(draw_shared());
    if (draw(2) == 0) bad_.push_back({draw(processes), static_cast<std::uint8_t>(draw(3))});
  }

  [[nodiscard]] State initial() const { return {}; }
  void enabled(const State& state, std::vector<Action>& actions) const {
    for (unsigned i = 0; i < rules_.size(); ++i) {
      if (obstacle(state, i) == 0) actions.push_back(static_cast<Action>(i));
    }
  }
  [[nodiscard]] State apply(const State& state, Action action) const {
    State next = state;
    const Rule& rule = rules_[action];
    for (const Term& term : rule.effect) {
      const unsigned value = rule.adds ? next.values[term.variable] + 1U : term.value;
      next.values[term.variable] = static_cast<std::uint8_t>(value % 3);
    }
    return next;
  }
  [[nodiscard]] Broken broken(const State& state) const {
    for (const Term& term : bad_) {
      if (state.values[term.variable] != term.value) return 0;
    }
    return 1;
  }

  [[nodiscard]] unsigned state_bits() const { return 2 * variables; }
  [[nodiscard]] std::uint64_t pack(const State& state) const {
    std::uint64_t packed = 0;
    for (const std::uint8_t value : state.values) packed = packed << 2 | value;
    return packed;
  }
  [[nodiscard]] State unpack(std::uint64_t packed) const {
    State state;
    for (unsigned i = variables; i-- > 0; packed >>= 2) {
      state.values[i] = static_cast<std::uint8_t>(packed & 3);
    }
    return state;
  }

  [[nodiscard]] unsigned cost(const State& /*state*/, Action action) const {
    return rules_[action].is_deviation ? 1 : 0;
  }

  [[nodiscard]] unsigned action_count() const { return static_cast<unsigned>(rules_.size()); }
  [[nodiscard]] Footprint footprint(unsigned action) const {
    const Rule& rule = rules_[action];
    const Objects written = objects(rule.effect);
    return {objects(rule.guard) | (rule.adds ? written : 0), written};
  }
  [[nodiscard]] Objects obstacle(const State& state, unsigned action) const {
    for (const Term& term : rules_[action].guard) {
      if (state.values[term.variable] != term.value) return Objects{1} << term.variable;
    }
    return 0;
  }
  [[nodiscard]] Objects visible() const { return objects(bad_); }

 private:
  struct Term {
    unsigned variable = 0;
    std::uint8_t value = 0;
  };
  struct Rule {
    std::vector<Term> guard;  // all of them
    std::vector<Term> effect;
    bool adds = false;  // one to each, and does not set them
    bool is_deviation = false;
  };

  unsigned draw(unsigned below) {
    return static_cast<unsigned>(Mix(64).mix(++seed_ * 0x9e3779b97f4a7c15) % below);
  }
  // 0 more often than not, which is what all of them are at first.
  Term draw_shared() {
    const unsigned variable = processes + draw(variables - processes);
    return {variable, static_cast<std::uint8_t>(draw(4) % 3)};
  }
  static Objects objects(const std::vector<Term>& terms) {
    Objects found = 0;
    for (const Term& term : terms) found |= Objects{1} << term.variable;
    return found;
  }

  std::uint64_t seed_;
  std::vector<Rule> rules_;
  std::vector<Term> bad_;
};

}  // namespace sim::explorer
