// Which steps of a run keep to their own unit, so that it makes no difference whether they come
// before or after whatever else the same moment has. From footprints, which are over-approximated:
// what is not known to be independent counts as dependent.
//
// It is a hook's step, from one port call to the next, or to its end. What it has read and written
// is the unit's own (what its hook has staged and been told, its agent's record; its container and
// its member, where neither the pod's own timers nor anybody else act on them), or what only the
// story or a fault changes, when none can come; or what nobody else writes from there on at that
// moment (Writers). It shows nothing to anybody else: no fact, no status, nothing that is committed
// for others. Or it is the claim of a lease that another one holds.
//
// A deadline is asked for by its own hook alone. So a step that does not ask for it is independent
// of it, too; and the deadline is of all else while its hook is not due.
//
// What is judged at the end of a handler or of a hook is judged of its own unit, too: of its path,
// its status, its queue, of what befell it. (PostgreSQL's properties do so; in a refresh one of
// them does not, which is not quiet.) Whether all has settled is judged of the whole world, so such
// a step counts as independent only where nothing can settle at that moment: as long as a unit has
// no data, or as this one's own status, which only its hook sets, is not Active.
#pragma once

#include <cstdint>
#include <span>

#include "model/world.h"
#include "sim/footprint.h"
#include "sim/properties/memory.h"
#include "sim/properties/property.h"
#include "sim/run_state.h"
#include "sim/scenario/scenario.h"
#include "sim/search/writers.h"

namespace sim {

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
  // While that unit's hook sets no status.
  [[nodiscard]] bool can_settle(const model::World& world, charm::UnitName unit) const;
  [[nodiscard]] bool may_go_on_with_story(const model::World& world) const;

  const Scenario& scenario_;
  bool judges_units_ = false;   // at the end of handlers and hooks, each its own
  bool asks_for_data_ = false;  // nothing settles before each unit has data
};

}  // namespace sim
