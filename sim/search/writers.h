// Which units write at a moment what others may read: what is taken for granted where a step is
// taken alone (independence.h), and how it is refuted.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "charm/types/names.h"
#include "charm/types/time.h"
#include "model/timer.h"
#include "model/world.h"

namespace sim {

// What units share, as far as it is asked who writes it.
enum class SharedPart : std::uint8_t {
  leadership,
  bag,             // the application's in the peer relation
  secret,          // of the application
  restart_bag,     // the application's in `restart`
  upgrade_bag,     // the application's in `upgrade`
  peer_states,     // the units' in both
  password_count,  // which number the next password has
  scope,           // of the peer relations: who is in it
  cluster,         // Patroni's objects, and whatever a member, its pod or its database shows
  relations,       // with other applications
  dcs,             // Patroni's objects alone
  statuses,        // after which it is looked whether all has settled
};
inline constexpr std::size_t shared_part_count = 12;
using SharedParts = std::bitset<shared_part_count>;

// From some world on, until time moves on: which units have been seen to write what, in whichever
// order.
struct Writers {
  std::array<charm::UnitSet, shared_part_count> units;
  charm::UnitSet told;   // in whose state or timers another unit's step has written something
  charm::UnitSet moved;  // whose pod, member or database has changed, by whomever
  charm::UnitSet woken;  // of whom another unit's step has set a timer, whatever it is for

  [[nodiscard]] bool is_written_by_others(SharedPart part, charm::UnitName than) const {
    charm::UnitSet others = units[static_cast<std::size_t>(part)];
    others.erase(than);
    return !others.empty();
  }
};
// What a step takes for granted: what no other unit writes, and which units stay as they are.
struct Reliance {
  SharedParts parts;
  charm::UnitSet untold;
  charm::UnitSet unmoved;
  charm::UnitSet unwoken;

  void add(const Reliance& other);
};
// What a step has written.
struct Effects {
  SharedParts parts;
  charm::UnitSet told;   // whose state or agent's timer
  charm::UnitSet moved;  // whose pod, or what runs in it
  charm::UnitSet woken;  // of whom any timer

  [[nodiscard]] bool empty() const;
  void add(const Effects& other);
};
// Whether what others see of its pod, or of what runs in it, is different.
bool has_moved(const model::UnitState& was, const model::UnitState& is);
Effects effects(const model::World& before, const model::World& after);

// Who has been seen to write what, by the moment, and by where the unit's agent stood when it did:
// in which hook, or after which. Only its own steps take it on from there, and those are ordered;
// so what it writes from there on is what it was seen to write there and at the places that follow.
// What timers bring about that are not its hook's counts for the whole moment, and what those of
// the world do counts as everybody's.
class SeenWriters {
 public:
  // What was taken for granted is forgotten; who writes what is not.
  void begin_pass();
  // From that world on, whose next moment it is.
  [[nodiscard]] Writers at(charm::Instant moment, const model::World& world) const;
  // A step of that unit does, from that world.
  void rely(charm::Instant moment, const model::World& world, charm::UnitName unit,
            const Reliance& on);
  // A step of that timer has been made.
  void note(const model::World& before, const model::World& after,
            std::optional<model::TimerId> fired);
  // Somebody has been seen to write what was taken for granted, since begin_pass(), that nobody
  // writes.
  [[nodiscard]] bool has_refuted() const;

 private:
  using Place = std::uint64_t;
  using Places = std::vector<Place>;  // one a unit
  struct AtPlace {
    Effects effects;
    std::set<Place> next;
  };
  struct OfMoment {
    Effects of_world;
    std::map<std::uint16_t, Effects> of_timers;
    std::map<std::pair<std::uint16_t, Place>, AtPlace> at;
    std::map<std::pair<std::uint16_t, Places>, Reliance> relied;
  };

  static Places places_of(const model::World& world);
  static Effects from(const OfMoment& moment, std::uint16_t unit, Place place);
  static Writers writers(const OfMoment& moment, const Places& places);

  std::map<std::int64_t, OfMoment> moments_;
};

}  // namespace sim
