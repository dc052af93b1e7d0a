// The whole cluster as one value: what there is once, the units, their lists, and all timers, in
// one block of bytes that is sized by the number of units. Copy, compare and hash it as you like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "charm/types/notice.h"
#include "model/state.h"
#include "model/timer.h"
#include "model/window.h"

namespace model {

class World {
 public:
  // An empty world with room for that many units (1 to max_world_units).
  explicit World(std::uint16_t units) : World(units, default_notice_capacity(units)) {}
  // With room for so many notices in each unit's deferral queue.
  World(std::uint16_t units, std::size_t notice_capacity);

  // One for each event of PostgreSQL's charm, and a relation-changed for each peer and for the
  // application.
  static constexpr std::size_t default_notice_capacity(std::uint16_t units) { return units + 6U; }

  [[nodiscard]] std::uint16_t unit_count() const { return shared().units; }
  [[nodiscard]] charm::Instant now() const { return {shared().now_us}; }
  // CHECKs that time does not go back.
  void advance_to(charm::Instant at);

  [[nodiscard]] Shared& shared() { return *reinterpret_cast<Shared*>(at(0)); }
  [[nodiscard]] const Shared& shared() const { return *reinterpret_cast<const Shared*>(at(0)); }
  [[nodiscard]] UnitState& unit(charm::UnitName name) { return units()[name.ordinal]; }
  [[nodiscard]] const UnitState& unit(charm::UnitName name) const { return units()[name.ordinal]; }
  [[nodiscard]] std::span<UnitState> units() {
    return {reinterpret_cast<UnitState*>(at(layout_.units)), shared().units};
  }
  [[nodiscard]] std::span<const UnitState> units() const {
    return {reinterpret_cast<const UnitState*>(at(layout_.units)), shared().units};
  }
  // The units that have a record, and those of them that shall stay: what goal-state lists as not
  // dying. In ascending order.
  [[nodiscard]] charm::UnitSet existing() const;
  [[nodiscard]] charm::UnitSet planned() const;

  // The committed `endpoints` of the peer application bag, and what a unit's hook has staged.
  [[nodiscard]] charm::HostList endpoints() const { return read_hosts(0); }
  void set_endpoints(const charm::HostList& hosts) { write_hosts(0, hosts); }
  [[nodiscard]] charm::HostList staged_endpoints(charm::UnitName unit) const {
    return read_hosts(unit.ordinal + 1U);
  }
  void stage_endpoints(charm::UnitName unit, const charm::HostList& hosts) {
    write_hosts(unit.ordinal + 1U, hosts);
  }

  // The committed deferral queue of a unit, and what its hook has staged.
  [[nodiscard]] charm::Notices notices(charm::UnitName unit) const {
    return read_notices(2U * unit.ordinal);
  }
  [[nodiscard]] std::size_t notice_count(charm::UnitName unit) const;
  [[nodiscard]] std::size_t notice_capacity() const {
    return (layout_.notices_stride - 1) * 8 / notice_bytes;
  }
  void set_notices(charm::UnitName unit, const charm::Notices& notices) {
    write_notices(2U * unit.ordinal, notices);
  }
  [[nodiscard]] charm::Notices staged_notices(charm::UnitName unit) const {
    return read_notices(2U * unit.ordinal + 1U);
  }
  void stage_notices(charm::UnitName unit, const charm::Notices& notices) {
    write_notices(2U * unit.ordinal + 1U, notices);
  }
  // The version of another's bag that a unit's agent has in its cache.
  [[nodiscard]] std::uint16_t cached_bag(charm::UnitName unit, charm::UnitName other) const {
    return bags()[unit.ordinal * unit_count() + other.ordinal];
  }
  void cache_bag(charm::UnitName unit, charm::UnitName other, std::uint16_t version) {
    bags()[unit.ordinal * unit_count() + other.ordinal] = version;
  }
  // The `upgrade-stack` of the application's bag in `upgrade`, and what a unit's hook has staged.
  [[nodiscard]] charm::UpgradeStack upgrade_stack() const { return read_units(unit_count() + 1U); }
  void set_upgrade_stack(const charm::UpgradeStack& stack) {
    write_units(unit_count() + 1U, stack);
  }
  [[nodiscard]] charm::UpgradeStack staged_upgrade_stack(charm::UnitName unit) const {
    return read_units(unit_count() + 2U + unit.ordinal);
  }
  void stage_upgrade_stack(charm::UnitName unit, const charm::UpgradeStack& stack) {
    write_units(unit_count() + 2U + unit.ordinal, stack);
  }
  // What a unit's agent has cached of another's bag in `restart` or `upgrade`: nothing, or the
  // state there.
  [[nodiscard]] std::optional<std::uint8_t> cached_state(std::uint8_t relation,
                                                         charm::UnitName unit,
                                                         charm::UnitName other) const;
  void cache_state(std::uint8_t relation, charm::UnitName unit, charm::UnitName other,
                   std::uint8_t state);
  void forget_state(std::uint8_t relation, charm::UnitName unit, charm::UnitName other);
  // All that the unit's agent has cached of those.
  void forget_states(charm::UnitName unit);
  // Drops what the unit's hook has staged.
  void clear_staged(charm::UnitName unit);

  // --- timers ---
  [[nodiscard]] std::size_t timer_count() const {
    return world_timer_count + unit_count() * unit_timer_count;
  }
  [[nodiscard]] Window window(TimerId id) const {
    return {{earliest()[id.index]}, {latest()[id.index]}};
  }
  [[nodiscard]] bool is_armed(TimerId id) const {
    return earliest()[id.index] != charm::never.micros;
  }
  // Sets the window and marks the timer as fresh: the run may narrow what is fresh.
  void arm(TimerId id, Span from_now);
  void narrow(TimerId id, charm::Instant to);
  // Of a timer that is armed: this window instead, which does not make it fresh.
  void set_window(TimerId id, Window window);
  void disarm(TimerId id);
  // The timer with the smallest `earliest`, ties by index. There is one while the client writes.
  // Looks at one timer a unit: each unit's soonest is kept as timers change.
  [[nodiscard]] TimerId next() const;
  // The first moment at which some window ends.
  [[nodiscard]] charm::Instant first_end() const;
  // The timers whose windows begin until then: what may fire before another has to. In index order,
  // into `found`, which has room for all; how many they are.
  std::size_t find_possible(std::span<TimerId> found) const;
  // How many have a timer due at the moment of `first`, which is next(): the world, and each unit;
  // and the timer of the nth of them. In reality nothing orders them.
  [[nodiscard]] std::uint32_t due_with(TimerId first) const;
  [[nodiscard]] TimerId due_with(TimerId first, std::uint32_t nth) const;
  // Calls `visit(TimerId)` for each timer armed since the last call, in index order.
  template <class Visit>
  void take_fresh(Visit visit) {
    if (!any_fresh_) return;
    any_fresh_ = false;
    std::uint64_t* words = fresh();
    for (std::size_t word = 0; word < layout_.fresh_words; ++word) {
      for (; words[word] != 0; words[word] &= words[word] - 1) {
        visit(TimerId{static_cast<std::uint32_t>(word * 64) +
                      static_cast<std::uint32_t>(std::countr_zero(words[word]))});
      }
    }
  }

  // The bytes that make two worlds the same, and how many there are.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return std::as_bytes(std::span(block_));
  }
  // Timers and lists: what follows the units.
  [[nodiscard]] std::span<const std::byte> bytes_after_units() const {
    return std::as_bytes(std::span(block_).subspan(layout_.earliest));
  }
  // The lists of all units, and what their agents have cached of others' states; not the versions
  // of bags, of which nothing is asked but what they say.
  [[nodiscard]] std::pair<std::span<const std::byte>, std::span<const std::byte>> lists() const {
    const std::span words(block_);
    return {std::as_bytes(words.subspan(layout_.hosts, layout_.bags - layout_.hosts)),
            std::as_bytes(words.subspan(layout_.states))};
  }
  friend bool operator==(const World& a, const World& b) { return a.block_ == b.block_; }

 private:
  // Of a notice in a list.
  static constexpr std::size_t notice_bytes = 6;

  // Of some groups of timers that have their soonest: the soonest of these, and how many are due
  // then.
  struct Lead {
    std::uint32_t first = 0;
    std::uint32_t due_with = 0;
  };

  // Where the parts begin, in 8-byte words.
  struct Layout {
    std::size_t units = 0;
    std::size_t earliest = 0;
    std::size_t latest = 0;
    std::size_t soonest = 0;  // of the world's timers, then of each unit's: an index
    std::size_t leads = 0;    // of a wide world
    std::size_t fresh = 0;
    std::size_t fresh_words = 0;
    std::size_t hosts = 0;
    std::size_t hosts_stride = 0;  // in bytes; the first byte is the size: upgrade stacks, too
    std::size_t notices = 0;
    std::size_t notices_stride = 0;  // in words; the first word is the size
    std::size_t bags = 0;            // cached bag versions, a row for each unit
    std::size_t states = 0;          // cached states in `restart`, then in `upgrade`; 0: none
    std::size_t words = 0;
  };
  static Layout layout_of(std::uint16_t units, std::size_t notice_capacity);

  [[nodiscard]] std::uint64_t* at(std::size_t word) { return block_.data() + word; }
  [[nodiscard]] const std::uint64_t* at(std::size_t word) const { return block_.data() + word; }
  [[nodiscard]] std::int64_t* earliest() {
    return reinterpret_cast<std::int64_t*>(at(layout_.earliest));
  }
  [[nodiscard]] const std::int64_t* earliest() const {
    return reinterpret_cast<const std::int64_t*>(at(layout_.earliest));
  }
  [[nodiscard]] std::int64_t* latest() {
    return reinterpret_cast<std::int64_t*>(at(layout_.latest));
  }
  [[nodiscard]] const std::int64_t* latest() const {
    return reinterpret_cast<const std::int64_t*>(at(layout_.latest));
  }
  [[nodiscard]] std::uint32_t* soonest() {
    return reinterpret_cast<std::uint32_t*>(at(layout_.soonest));
  }
  [[nodiscard]] const std::uint32_t* soonest() const {
    return reinterpret_cast<const std::uint32_t*>(at(layout_.soonest));
  }
  [[nodiscard]] Lead* leads() { return reinterpret_cast<Lead*>(at(layout_.leads)); }
  [[nodiscard]] const Lead* leads() const {
    return reinterpret_cast<const Lead*>(at(layout_.leads));
  }
  [[nodiscard]] std::uint16_t* bags() { return reinterpret_cast<std::uint16_t*>(at(layout_.bags)); }
  [[nodiscard]] const std::uint16_t* bags() const {
    return reinterpret_cast<const std::uint16_t*>(at(layout_.bags));
  }
  void set_earliest(TimerId id, std::int64_t micros);
  void renew_lead(std::size_t which);
  [[nodiscard]] std::uint64_t* fresh() { return at(layout_.fresh); }
  [[nodiscard]] charm::HostList read_hosts(std::size_t list) const;
  void write_hosts(std::size_t list, const charm::HostList& hosts);
  [[nodiscard]] charm::UpgradeStack read_units(std::size_t list) const;
  void write_units(std::size_t list, const charm::UpgradeStack& units);
  [[nodiscard]] std::size_t state_at(std::uint8_t relation, charm::UnitName unit,
                                     charm::UnitName other) const;
  [[nodiscard]] std::uint8_t* states() {
    return reinterpret_cast<std::uint8_t*>(at(layout_.states));
  }
  [[nodiscard]] const std::uint8_t* states() const {
    return reinterpret_cast<const std::uint8_t*>(at(layout_.states));
  }
  [[nodiscard]] charm::Notices read_notices(std::size_t list) const;
  void write_notices(std::size_t list, const charm::Notices& notices);

  Layout layout_;
  bool any_fresh_ = false;
  std::vector<std::uint64_t> block_;
};

}  // namespace model
