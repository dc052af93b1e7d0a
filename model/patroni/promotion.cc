// A promotion, and when Patroni sees it (3.1.2 and 4.1.5: postgresql/__init__.py, promote and
// _wait_promote).
//
// Once it has told PostgreSQL (`pg_ctl promote -W`), it looks each second, for loop_wait, whether
// pg_control says `in production`. The first look comes at once, and too early; so PostgreSQL takes
// commits for most of a second before the loop comes that makes the members' slots.
#include <algorithm>
#include <cstdint>

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

void look_again_in(Step& step, UnitName name, const Span& late) {
  const auto by_its_clock = [&](charm::Duration wait) {
    return network::by_clock_of(step.world, name, timing::promotion_poll + wait);
  };
  step.world.arm(timer_id(name, UnitTimer::job),
                 {by_its_clock(late.least), by_its_clock(late.most)});
}

// From here on it is past the point of no return: a lock that is lost does not call it off.
void request_promotion(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.memory.response = ha::Response::succeeded;
  unit.member.role = ha::Role::promoted;
  unit.member.looks = 1;
  step.world.arm(timer_id(name, UnitTimer::startup), timing::promote);
  look_again_in(step, name, timing::promotion_look);
}

}  // namespace

bool go_on_promoting(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (unit.member.looks == 0) {
    // Somebody has stopped it meanwhile: pg_ctl fails.
    if (unit.postgres.database != Database::running) return true;
    request_promotion(step, name);
    return false;
  }
  const auto most = std::min<std::int64_t>(step.parameters.loop_wait / timing::promotion_poll, 255);
  if (unit.member.looks >= most) return true;
  if (!unit.postgres.in_recovery && !unit.postgres.clean) {
    unit.member.role = ha::Role::primary;
    return true;
  }
  ++unit.member.looks;
  look_again_in(step, name, {});
  return false;
}

void finish_promotion(Step& step, UnitName name) {
  postgresql::promote(step, name);
  kubernetes::look_at_health(step, name);
  kubernetes::note_working_primary(step);
}

}  // namespace model::patroni
