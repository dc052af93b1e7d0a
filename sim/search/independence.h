// Which steps of a run keep to their own unit, so that it makes no difference whether they come
// before or after whatever else the same moment has. From footprints, which are over-approximated:
// what is not known to be independent counts as dependent.
//
// It is a hook's step, from one port call to the next, or to its end. What it has read and written
// is the unit's own (what its hook has staged and been told, its agent's record, its container
// before Patroni runs), or what only the story or a fault changes, when none can come; or what
// nobody else writes at that moment (Writers). It shows nothing to anybody else: no fact, no
// status, nothing that is committed for others. Or it is the claim of a lease that another one
// holds.
//
// What is judged at the end of a handler or of a hook is judged of its own unit, too: of its path,
// its status, its queue, of what befell it. (PostgreSQL's properties do so; in a refresh one of
// them does not, which is not quiet.) Whether all has settled is judged of the whole world, so such
// a step counts as independent only where nothing can settle at that moment.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "model/world.h"
#include "sim/footprint.h"
#include "sim/properties/memory.h"
#include "sim/properties/property.h"
#include "sim/run_state.h"
#include "sim/scenario/scenario.h"

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
  statuses,        // after which it is looked whether all has settled
};
inline constexpr std::size_t shared_part_count = 10;
using SharedParts = std::bitset<shared_part_count>;

// Of one moment: which units have been seen to write what, in whichever order.
struct Writers {
  std::array<charm::UnitSet, shared_part_count> units;
  charm::UnitSet told;  // in whose state or timers another unit's step has written something

  [[nodiscard]] bool is_written_by_others(SharedPart part, charm::UnitName than) const {
    charm::UnitSet others = units[static_cast<std::size_t>(part)];
    others.erase(than);
    return !others.empty();
  }
};
// What a step takes for granted that nobody else writes, and whose unit no other step writes to.
struct Reliance {
  SharedParts parts;
  charm::UnitSet untold;
};
// What a step has written; whoever has a timer of the world counts as no unit's.
SharedParts written(const model::World& before, const model::World& after);
charm::UnitSet written_units(const model::World& before, const model::World& after);

// Those of all moments, as they are seen; and what was taken for granted before.
class SeenWriters {
 public:
  // What was taken for granted is forgotten; who writes what is not.
  void begin_pass();
  [[nodiscard]] const Writers& at(charm::Instant moment) { return moments_[moment.micros].writers; }
  void rely(charm::Instant moment, const Reliance& on);
  // A step of that timer has been made.
  void note(const model::World& before, const model::World& after,
            std::optional<model::TimerId> fired);
  // Somebody has written, since begin_pass(), what was taken for granted that nobody writes.
  [[nodiscard]] bool has_refuted() const { return has_refuted_; }

 private:
  struct OfMoment {
    Writers writers;
    Reliance relied;
  };
  std::map<std::int64_t, OfMoment> moments_;
  bool has_refuted_ = false;
};

class Independence {
 public:
  Independence(const Scenario& scenario, std::span<const Property> properties);

  // Whether nothing that can come at this moment strikes a hook from outside: the story is told, or
  // waits until all has settled, no unit comes or goes, no network is cut, no refresh is under way.
  [[nodiscard]] bool is_quiet_around(const model::World& world) const;

  // Whether a step of that timer with this footprint reads nothing that others can change before
  // time moves on, and shows them nothing. `world`: before it, and quiet around. `relied`: what it
  // takes for granted that no other unit writes.
  [[nodiscard]] bool keeps_to_its_unit(const model::World& world, model::TimerId timer,
                                       const StepFootprint& footprint, const Writers& writers,
                                       Reliance& relied) const;
  // Whether nothing but WAL comes at this moment, on its way to standbys that stream: what one of
  // them has got is the same, and is acknowledged once, in whatever order they go on. (`due`: all
  // timers that are; none of these steps sets another one but its own.) Nor is anything looked at
  // after the first of them that the others could change.
  static bool streams_only(const RunState& state, charm::Instant moment,
                           std::span<const model::TimerId> due);
  // Whether that step, from one state to the other, has written nothing but its unit's own.
  static bool has_written_its_own(const RunState& before, const RunState& after,
                                  charm::UnitName unit);

 private:
  [[nodiscard]] bool can_settle(const model::World& world) const;
  [[nodiscard]] bool may_go_on_with_story(const model::World& world) const;

  const Scenario& scenario_;
  bool judges_units_ = false;   // at the end of handlers and hooks, each its own
  bool asks_for_data_ = false;  // nothing settles before each unit has data
};

}  // namespace sim
