// The worlds that an exploration has met, each by 64 bits of fingerprint (hash-compact), with what
// was left to spend when it was met: who comes with more has to look again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "charm/types/check.h"
#include "sim/search/key_slots.h"

namespace sim {

// How much of each kind a run may still do.
struct Allowance {
  static constexpr std::uint32_t most_deviations = 7;
  static constexpr std::uint32_t most_faults = 3;
  static constexpr std::uint32_t most_leader_changes = 3;
  static constexpr std::uint32_t most_departures = 3;
  // Whoever explores tells so many apart.
  static constexpr std::uint32_t most_parts = 32;

  std::uint32_t deviations = 0;      // at most most_deviations
  std::uint32_t faults = 0;          // at most most_faults
  std::uint32_t leader_changes = 0;  // at most most_leader_changes
  std::uint32_t departures = 0;      // at most most_departures

  [[nodiscard]] bool covers(const Allowance& cost) const {
    return deviations >= cost.deviations && faults >= cost.faults &&
           leader_changes >= cost.leader_changes && departures >= cost.departures;
  }
  Allowance& operator-=(const Allowance& cost) {
    deviations -= cost.deviations;
    faults -= cost.faults;
    leader_changes -= cost.leader_changes;
    departures -= cost.departures;
    return *this;
  }
  [[nodiscard]] bool is_empty() const { return *this == Allowance{}; }
  // How many there are that this one covers.
  [[nodiscard]] std::uint32_t parts() const {
    return (deviations + 1) * (faults + 1) * (leader_changes + 1) * (departures + 1);
  }
  friend bool operator==(const Allowance&, const Allowance&) = default;
};

class SeenWorlds {
 public:
  enum class Meeting : std::uint8_t {
    added,    // never met before
    richer,   // never with so much left
    known,    // all that can come of it has been looked at, or is being looked at
    is_full,  // there was no memory left to remember it
  };
  struct Met {
    Meeting how = Meeting::added;
    std::uint32_t serial = 0;  // when it was met so first, counted
  };

  static constexpr unsigned key_bits = 64;

  // `bounds` covers whatever is left when a world is met; it has at most Allowance::most_parts.
  SeenWorlds(std::size_t most_bytes, const Allowance& bounds)
      : most_bytes_(most_bytes), bounds_(bounds) {
    CHECK(bounds.parts() <= Allowance::most_parts);
    note_parts();
  }

  Met meet(std::uint64_t fingerprint, const Allowance& left) {
    const std::uint64_t key = KeySlots<Slot>::key_of(fingerprint);
    const std::uint32_t part = place_of(left);
    const std::uint32_t bit = std::uint32_t{1} << part;
    Slot* slot = &slots_[key];
    if (slot->key == key) {
      if ((slot->met & not_poorer_[part]) != 0) return {Meeting::known, slot->serial};
      slot->met |= bit;
      slot->serial = ++serial_;
      return {Meeting::richer, serial_};
    }
    if (slots_.is_crowded(size_)) {
      if (3 * bytes() > most_bytes_) return {Meeting::is_full, 0};  // old and new ones
      slots_.grow();
      slot = &slots_[key];
    }
    *slot = {key, bit, ++serial_};
    ++size_;
    return {Meeting::added, serial_};
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint32_t serial() const { return serial_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.bytes(); }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t met = 0;  // a bit for each allowance that was left, by its place
    std::uint32_t serial = 0;
  };

  [[nodiscard]] std::uint32_t place_of(const Allowance& left) const {
    CHECK(bounds_.covers(left));
    std::uint32_t place = left.departures;
    place = place * (bounds_.leader_changes + 1) + left.leader_changes;
    place = place * (bounds_.faults + 1) + left.faults;
    return place * (bounds_.deviations + 1) + left.deviations;
  }
  // Of each part, all that have at least as much of each kind.
  void note_parts() {
    std::vector<Allowance> all;
    for (Allowance one; one.departures <= bounds_.departures; ++one.departures) {
      for (one.leader_changes = 0; one.leader_changes <= bounds_.leader_changes;
           ++one.leader_changes) {
        for (one.faults = 0; one.faults <= bounds_.faults; ++one.faults) {
          for (one.deviations = 0; one.deviations <= bounds_.deviations; ++one.deviations) {
            all.push_back(one);
          }
        }
      }
    }
    for (const Allowance& one : all) {
      for (const Allowance& other : all) {
        if (other.covers(one)) not_poorer_[place_of(one)] |= std::uint32_t{1} << place_of(other);
      }
    }
  }
  std::size_t most_bytes_;
  Allowance bounds_;
  std::array<std::uint32_t, Allowance::most_parts> not_poorer_{};
  std::size_t size_ = 0;
  std::uint32_t serial_ = 0;
  KeySlots<Slot> slots_;
};

}  // namespace sim
