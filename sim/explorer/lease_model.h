// The lease model: three units, Juju's leadership, and Patroni's lease, abstract and small. Other
// checkers agree on the numbers of its states, so the explorer is checked on it. It is also an
// example of a system that says everything the explorer can make use of.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "charm/types/check.h"
#include "sim/explorer/system.h"

namespace sim::explorer {

struct LeaseBudgets {
  unsigned ttl = 3;  // T: a lease lasts so many ticks
  unsigned crashes = 0;
  unsigned partitions = 0;
  unsigned leaders = 0;  // changes of Juju's leader
};

// Counters of that many bits. A state is one number: a lane of flags for each unit, whose bits the
// guards look at side by side, and what is there once.
template <unsigned counter_bits>
class LeaseModel {
 public:
  static constexpr unsigned units = 3;
  static constexpr unsigned most = (1U << counter_bits) - 1;

  struct State {
    std::uint64_t bits = 0;
    friend bool operator==(const State&, const State&) = default;
    friend auto operator<=>(const State&, const State&) = default;
  };
  // kind + unit * lane_bits, or tick.
  using Action = std::uint8_t;
  enum Kind : unsigned {
    acquire,
    renew,
    crash,
    restart,
    ready,
    cut,
    heal,
    leader,
    elected,
    re_emit,
    kind_count
  };

  enum Flag : unsigned {
    is_up,
    is_cut,
    has_pebble,
    is_pending,
    is_deferred,
    is_primary,
    is_leader,
    is_holder,
    mine
  };
  static constexpr unsigned lane_bits = mine + counter_bits;
  static_assert(lane_bits >= kind_count);
  static constexpr Action tick = units * lane_bits;

  explicit LeaseModel(LeaseBudgets budgets) : budgets_(budgets) {
    CHECK(budgets.ttl >= 1);
    CHECK(budgets.ttl <= most);
    CHECK(budgets.crashes <= most);
    CHECK(budgets.partitions <= most);
    CHECK(budgets.leaders <= most);
  }

  [[nodiscard]] State initial() const {
    return {lanes << is_up | bit(is_pending, 0) | bit(is_leader, 0) |
            std::uint64_t{budgets_.crashes} << crashes_at |
            std::uint64_t{budgets_.partitions} << partitions_at |
            std::uint64_t{budgets_.leaders} << leaders_at};
  }

  void enabled(const State& state, std::vector<Action>& actions) const {
    for (std::uint64_t left = enabled_bits(state.bits); left != 0; left &= left - 1) {
      actions.push_back(static_cast<Action>(std::countr_zero(left)));
    }
  }

  [[nodiscard]] State apply(const State& state, Action action) const {
    std::uint64_t s = state.bits;
    if (action == tick) return {ticked(s)};
    const unsigned unit = action / lane_bits;
    const unsigned lane = unit * lane_bits;
    switch (static_cast<Kind>(action % lane_bits)) {
      case acquire:
      case renew:
        s &= ~(lanes << is_holder | counter_mask << (lane + mine) | counter_mask << ttl_at);
        return {s | bit(is_holder, unit) | bit(is_primary, unit) |
                std::uint64_t{budgets_.ttl} << (lane + mine) |
                std::uint64_t{budgets_.ttl} << ttl_at};
      case crash:
        s &= ~(bit(is_up, unit) | bit(is_primary, unit) | bit(has_pebble, unit) |
               counter_mask << (lane + mine));
        return {s - (std::uint64_t{1} << crashes_at)};
      case restart: return {s | bit(is_up, unit)};
      case ready: return {s | bit(has_pebble, unit)};
      case cut: return {(s | bit(is_cut, unit)) - (std::uint64_t{1} << partitions_at)};
      case heal: return {s & ~bit(is_cut, unit)};
      case leader:
        s &= ~(lanes << is_leader);
        return {(s | bit(is_leader, unit) | bit(is_pending, unit)) -
                (std::uint64_t{1} << leaders_at)};
      case elected: return {handled(s & ~bit(is_pending, unit), unit)};
      case re_emit: return {handled(s, unit)};
      case kind_count: break;
    }
    CHECK(false);
    return state;
  }

  [[nodiscard]] Broken broken(const State& state) const {
    const std::uint64_t primaries = state.bits >> is_primary & lanes;
    const std::uint64_t holders = state.bits >> is_holder & lanes;
    const bool is_initialised = (state.bits >> init_at & 1) != 0;
    return ((primaries & (primaries - 1)) != 0 ? 1U : 0U) |
           ((primaries & ~holders) != 0 ? 2U : 0U) | (primaries != 0 && !is_initialised ? 4U : 0U);
  }

  // PackedSystem
  [[nodiscard]] unsigned state_bits() const { return leaders_at + counter_bits; }
  [[nodiscard]] std::uint64_t pack(const State& state) const { return state.bits; }
  [[nodiscard]] State unpack(std::uint64_t packed) const { return {packed}; }

  // CostedSystem: faults and changes of leader.
  [[nodiscard]] unsigned cost(const State& /*state*/, Action action) const {
    if (action == tick) return 0;
    const auto kind = static_cast<Kind>(action % lane_bits);
    return kind == crash || kind == cut || kind == leader ? 1 : 0;
  }

  // SymmetricSystem: the units differ in nothing, so their lanes are sorted.
  [[nodiscard]] State canonical(const State& state) const {
    std::uint64_t a = state.bits & lane_mask;
    std::uint64_t b = state.bits >> lane_bits & lane_mask;
    std::uint64_t c = state.bits >> 2 * lane_bits & lane_mask;
    if (a < b) std::swap(a, b);
    if (b < c) std::swap(b, c);
    if (a < b) std::swap(a, b);
    const std::uint64_t rest = state.bits >> init_at << init_at;
    return {rest | a | b << lane_bits | c << 2 * lane_bits};
  }

  // ReducibleSystem
  [[nodiscard]] unsigned action_count() const { return tick + 1U; }
  [[nodiscard]] Footprint footprint(unsigned action) const {
    if (action == tick) return {of_ticks, of_ticks};
    const unsigned unit = action / lane_bits;
    const auto own = [&](auto... flags) { return ((object(flags, unit)) | ...); };
    const Objects lease = own(is_primary, mine) | holder_object | ttl_object;
    const Objects handled = own(is_deferred) | init_object;
    switch (action % lane_bits) {
      case acquire: return {own(is_up, is_cut, has_pebble) | init_object | holder_object, lease};
      case renew: return {own(is_up, is_cut, is_primary, mine) | holder_object, lease};
      case crash:
        return {own(is_up) | crashes_object,
                own(is_up, is_primary, has_pebble, mine) | crashes_object};
      case restart: return {own(is_up), own(is_up)};
      case ready: return {own(is_up, has_pebble), own(has_pebble)};
      case cut: return {own(is_cut) | partitions_object, own(is_cut) | partitions_object};
      case heal: return {own(is_cut), own(is_cut)};
      case leader: {
        const Objects changed = leader_object | leaders_object;
        return {changed, changed | own(is_pending)};
      }
      case elected:
        return {own(is_up, is_pending, has_pebble) | leader_object, own(is_pending) | handled};
      case re_emit: return {own(is_up, is_deferred, has_pebble) | leader_object, handled};
      default: return {};
    }
  }
  [[nodiscard]] Objects obstacle(const State& state, unsigned action) const {
    if (action == tick) return of_ticks;
    const unsigned unit = action / lane_bits;
    // The first of these that is not so.
    const auto missing = [&](auto... flags) {
      Objects found = 0;
      ((found = found == 0 && !has(state, flags, unit) ? object(flags, unit) : found), ...);
      return found;
    };
    const auto spent = [&](unsigned at, Objects budget, Objects otherwise) {
      return (state.bits >> at & counter_mask) == 0 ? budget : otherwise;
    };
    switch (action % lane_bits) {
      case acquire: {
        if (const Objects found = missing(is_up, has_pebble)) return found;
        if (has(state, is_cut, unit)) return object(is_cut, unit);
        return (state.bits >> init_at & 1) == 0 ? init_object : holder_object;
      }
      case renew: {
        if (const Objects found = missing(is_up, is_primary)) return found;
        if (has(state, is_cut, unit)) return object(is_cut, unit);
        return has(state, is_holder, unit) ? object(mine, unit) : holder_object;
      }
      case crash: return spent(crashes_at, crashes_object, object(is_up, unit));
      case restart: return object(is_up, unit);
      case ready: return has(state, is_up, unit) ? object(has_pebble, unit) : object(is_up, unit);
      case cut: return spent(partitions_at, partitions_object, object(is_cut, unit));
      case heal: return object(is_cut, unit);
      case leader: return spent(leaders_at, leaders_object, leader_object);
      case elected: return missing(is_up, is_pending);
      case re_emit: return missing(is_up, is_deferred, has_pebble);
      default: return 0;
    }
  }
  [[nodiscard]] Objects visible() const {
    Objects seen = holder_object | init_object;
    for (unsigned unit = 0; unit < units; ++unit) seen |= object(is_primary, unit);
    return seen;
  }

  // NamedSystem
  [[nodiscard]] std::string name(Action action) const {
    static constexpr std::array<const char*, kind_count> names = {
        "acquire", "renew", "crash",  "restart", "ready",
        "cut",     "heal",  "leader", "elected", "re-emit"};
    if (action == tick) return "tick";
    return std::string(names[action % lane_bits]) + ' ' + std::to_string(action / lane_bits);
  }
  [[nodiscard]] std::string_view property(unsigned number) const {
    static constexpr std::array<std::string_view, 3> names = {
        "at most one primary", "a primary is the holder", "no primary before init"};
    return names[number];
  }

 protected:
  static constexpr std::uint64_t counter_mask = most;
  static constexpr std::uint64_t lane_mask = (std::uint64_t{1} << lane_bits) - 1;
  // Bit 0 of each lane.
  static constexpr std::uint64_t lanes =
      1 | std::uint64_t{1} << lane_bits | std::uint64_t{1} << 2 * lane_bits;
  static constexpr unsigned init_at = units * lane_bits;
  static constexpr unsigned ttl_at = init_at + 1;
  static constexpr unsigned crashes_at = ttl_at + counter_bits;
  static constexpr unsigned partitions_at = crashes_at + counter_bits;
  static constexpr unsigned leaders_at = partitions_at + counter_bits;

  // Objects: seven of each unit, and what is there once. Who leads, and who holds the lease, is one
  // object each, although each unit has a flag for it.
  static constexpr Objects object(unsigned flag, unsigned unit) {
    return Objects{1} << ((flag == mine ? 6 : flag) * units + unit);
  }
  static constexpr Objects leader_object = Objects{1} << 21;
  static constexpr Objects init_object = Objects{1} << 22;
  static constexpr Objects holder_object = Objects{1} << 23;
  static constexpr Objects ttl_object = Objects{1} << 24;
  static constexpr Objects crashes_object = Objects{1} << 25;
  static constexpr Objects partitions_object = Objects{1} << 26;
  static constexpr Objects leaders_object = Objects{1} << 27;
  static constexpr Objects of_ticks = object(mine, 0) | object(mine, 1) | object(mine, 2) |
                                      object(is_primary, 0) | object(is_primary, 1) |
                                      object(is_primary, 2) | ttl_object | holder_object;

  static constexpr std::uint64_t bit(unsigned flag, unsigned unit) {
    return std::uint64_t{1} << (unit * lane_bits + flag);
  }
  [[nodiscard]] static bool has(const State& state, unsigned flag, unsigned unit) {
    return (state.bits & bit(flag, unit)) != 0;
  }

  // Bit 0 of the lanes whose counter is not 0, where `counters` begins with the counter.
  static constexpr std::uint64_t nonzero(std::uint64_t counters) {
    std::uint64_t found = 0;
    for (unsigned i = 0; i < counter_bits; ++i) found |= counters >> i;
    return found & lanes;
  }

  // A bit for each action, numbered as they are.
  [[nodiscard]] std::uint64_t enabled_bits(std::uint64_t s) const {
    const auto flag = [&](unsigned which) { return s >> which & lanes; };
    const auto if_any = [&](unsigned at) { return (s >> at & counter_mask) != 0 ? lanes : 0; };
    const std::uint64_t up = flag(is_up);
    const std::uint64_t connected = up & ~flag(is_cut);
    const std::uint64_t pebble = flag(has_pebble);
    const std::uint64_t holder = flag(is_holder);
    const std::uint64_t own = nonzero(s >> mine);
    const std::uint64_t may_acquire = holder == 0 && (s >> init_at & 1) != 0 ? lanes : 0;
    const std::uint64_t used = nonzero((s >> mine) ^ (lanes * budgets_.ttl));
    const bool ticks = own != 0 || (s >> ttl_at & counter_mask) != 0;
    return (connected & pebble & may_acquire) << acquire |
           (connected & holder & flag(is_primary) & used) << renew |
           (up & if_any(crashes_at)) << crash | (~up & lanes) << restart | (up & ~pebble) << ready |
           (~flag(is_cut) & if_any(partitions_at)) << cut | flag(is_cut) << heal |
           (~flag(is_leader) & if_any(leaders_at)) << leader | (up & flag(is_pending)) << elected |
           (up & flag(is_deferred) & pebble) << re_emit | std::uint64_t{ticks} << tick;
  }

  [[nodiscard]] static std::uint64_t ticked(std::uint64_t s) {
    const std::uint64_t own = nonzero(s >> mine);
    s -= own << mine;
    s &= ~((own & ~nonzero(s >> mine)) << is_primary);
    if ((s >> ttl_at & counter_mask) == 0) return s;
    s -= std::uint64_t{1} << ttl_at;
    return (s >> ttl_at & counter_mask) == 0 ? s & ~(lanes << is_holder) : s;
  }

  [[nodiscard]] static std::uint64_t handled(std::uint64_t s, unsigned unit) {
    if ((s & bit(has_pebble, unit)) == 0) return s | bit(is_deferred, unit);
    s &= ~bit(is_deferred, unit);
    return (s & bit(is_leader, unit)) != 0 ? s | std::uint64_t{1} << init_at : s;
  }

  LeaseBudgets budgets_;
};

}  // namespace sim::explorer
