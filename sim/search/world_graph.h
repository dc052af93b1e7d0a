// The worlds that an exploration has met and the steps between them, kept to look for ways on which
// a run can stay for ever: livelocks that only deviations keep up. (A calm way that comes back to
// its own worlds is found on the way, without this.)
//
// A run that goes round must be fair: each action that is possible again and again is taken again
// and again. An action is a timer that fires, or an answer to a fork. So what is looked for is a
// set of worlds, each of which can be come to from each other one by steps within the set (a strong
// component), in which every action that is possible in some world of it is taken by a step within
// it. Faults, leader changes and departures are owed to nobody: such steps are none of a round,
// though they may lead to it.
//
// What is found is a run. What is not found need not be absent: of worlds that were met with
// nothing left to spend only the calm step is known, and what else is possible there counts as
// possible, and not as taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sim/search/key_slots.h"

namespace sim {

class WorldGraph {
 public:
  using Node = std::uint32_t;
  using Action = std::uint32_t;                // whatever number the caller gives it
  using Options = std::vector<std::uint32_t>;  // of a step's questions in turn; the rest is calm

  static constexpr Node beginning = 0;  // before the first world of a run

  struct Step {
    std::vector<Action> taken;
    Options options;
    bool is_owed = true;  // false: a fault, or what else need not ever come
  };
  // The steps of a run that comes to a round, and once round.
  struct Round {
    std::vector<Options> way;
    std::vector<Options> round;
    std::size_t worlds = 0;  // among which it goes

    friend bool operator==(const Round&, const Round&) = default;
  };

  WorldGraph();

  Node node_of(std::uint64_t fingerprint);
  // In that world each of these is possible, beside what is known to be.
  void enable(Node node, std::vector<Action> actions);
  void add(Node from, Node to, const Step& step);

  [[nodiscard]] std::size_t worlds() const { return enabled_.size() - 1; }
  [[nodiscard]] std::size_t steps() const { return edges_.size(); }
  [[nodiscard]] std::size_t bytes() const;

  // The first that there is, in the order in which worlds were met; nothing: none.
  [[nodiscard]] std::optional<Round> find_round() const;

 private:
  using Id = std::uint32_t;
  struct Edge {
    Node from = 0;
    Node to = 0;
    Id step = 0;
  };
  struct Slot {
    std::uint64_t key = 0;
    Node node = beginning;
    std::uint32_t unused = 0;
  };
  // Equal ones are kept once.
  template <class Value>
  class Pool {
   public:
    Id id_of(const Value& value) {
      const auto [at, is_new] = ids_.try_emplace(value, static_cast<Id>(values_.size()));
      if (is_new) values_.push_back(&at->first);
      return at->second;
    }
    [[nodiscard]] const Value& operator[](Id id) const { return *values_[id]; }

   private:
    std::map<Value, Id> ids_;
    std::vector<const Value*> values_;
  };
  struct StepKey {
    std::vector<Action> taken;
    Options options;
    bool is_owed = true;

    friend auto operator<=>(const StepKey&, const StepKey&) = default;
  };
  using Nodes = std::vector<Node>;

  [[nodiscard]] Nodes fair_component() const;
  // Of these worlds, those of a component whose actions are all taken within it (`fair`), or what
  // may still hold one.
  [[nodiscard]] Nodes narrowed(const Nodes& nodes, Nodes& fair) const;
  [[nodiscard]] Round round_in(const Nodes& nodes) const;
  class Walks;

  KeySlots<Slot> slots_;
  std::vector<Id> enabled_;  // of each node, in actions_
  std::vector<Edge> edges_;
  Pool<std::vector<Action>> actions_;
  Pool<StepKey> steps_;
};

}  // namespace sim
