// Liveness with bounds (patroni-and-kubernetes.md, sections 6 and 9: V1 to V12), in virtual time. A
// bound begins when something happens, ends when what it promises has come about, and is broken
// when its time has passed before that. It is judged only while what it assumes holds: the API
// server answers, nothing is cut off, frozen or paused, a member is eligible; whatever disturbs the
// cluster in between calls it off.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "charm/types/names.h"

namespace sim {

struct Moment;

enum class Bound : std::uint8_t {
  primary_after_loss,     // V1
  primary_after_release,  // V2
  writable_after_crash,   // V3
  whole_after_healing,    // V4
  writable_after_outage,  // V5
  commits_after_loss,     // V6
  commits_with_standby,   // V7
  rejoined,               // V8
  joined,                 // V9
  route_follows,          // V10
  leader_or_reason,       // V11
  active_again,           // V12
  planned_removal,        // of the primary: no gap as long as ttl
  status_tells,           // no status contradicts its member
};
inline constexpr std::size_t bound_count = 14;
// V1 and so on; empty for those that are no part of section 9.
std::string_view id_of(Bound bound);
// As JSON names it: primary-after-loss.
std::string_view to_text(Bound bound);

// One that has begun. The promise is about this unit, or about the cluster.
struct Obligation {
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  std::int64_t since_us = 0;
  std::int64_t due_us = never;  // never: it has not begun
  charm::MaybeUnit unit;

  [[nodiscard]] bool is_open() const { return due_us != never; }
  friend bool operator==(const Obligation&, const Obligation&) = default;
};

// What is promised about each unit: any number of these are open at once.
inline constexpr std::array bounds_of_units{Bound::rejoined, Bound::joined, Bound::status_tells};

struct UnitBounds {
  std::array<Obligation, bounds_of_units.size()> open;
  // Its clock was stepped: its next cycle is out of step with the others until then.
  std::int64_t unsteady_until_us = 0;
  // It may take a lock for free that is not, until ttl after it has read another record than the
  // one that it had read then. Obligation::never: it has not read one yet.
  std::int64_t doubtful_until_us = 0;
  std::uint32_t record_at_step = 0;
  bool was_active = false;  // what its status said when status_tells began
  std::uint8_t unused = 0;
  std::uint16_t unused_too = 0;

  friend bool operator==(const UnitBounds&, const UnitBounds&) = default;
};

// How often a bound was kept, and how narrowly: the time that was left, at least.
struct Kept {
  std::uint32_t times = 0;
  std::int64_t least_left_us = Obligation::never;
  std::int64_t bound_us = 0;  // of that one

  friend bool operator==(const Kept&, const Kept&) = default;
};

struct Bounds {
  // Of those of a unit only one that is overdue, until it has been told.
  std::array<Obligation, bound_count> open;
  std::array<Kept, bound_count> kept;
  std::vector<UnitBounds> units;
  charm::UnitSet owed;                 // of whom something is open in `units`
  charm::UnitSet stepped;              // whose clock was stepped, and who has read no record since
  std::int64_t unsteady_until_us = 0;  // of all of them
  charm::MaybeUnit primary;   // whoever held the lock and worked, at the moment before this one
  charm::MaybeUnit lost;      // the lock's holder whose pod has stopped, until another works
  std::uint32_t overdue = 0;  // a bit for each that has been broken
  bool watches = false;       // something is waited for of which there is no fact
  std::int64_t next_due_us = Obligation::never;

  // Whether what this unit takes a lock for counts for nothing.
  [[nodiscard]] bool is_doubtful(charm::UnitName unit, std::int64_t now_us) const {
    return now_us < units[unit.ordinal].doubtful_until_us;
  }
  // Those that are broken have been told: they are not open any more.
  void forget_overdue();
  // When to look again, by what is open.
  void schedule();

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

// Begins, ends and calls off. `next_due_us` is the next moment to call expire().
void observe(Bounds& bounds, const Moment& moment);
// Time has passed: what is due is looked at once more, and is overdue then.
void expire(Bounds& bounds, const Moment& moment);
// Something disturbs the cluster of which the model has no fact: a killed hook, a refused call. It
// befalls this unit, or everybody.
void disturb(Bounds& bounds, const Moment& moment, charm::MaybeUnit unit);

}  // namespace sim
