// Chart: charm/flowcharts/stop.mmd. Names are its node ids: a statement a box, a return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/retry.h"

namespace charm {
namespace {

using namespace std::chrono_literals;

// Juju waits for the hooks of a unit that is removed without a limit (juju-and-pebble.md, section
// 4.8).
constexpr steps::Patience patience_of_the_last{.total = 60s, .every = 5s};

bool try_again(Unit& unit) {
  return steps::retry_for(unit.clock, patience_of_the_last,
                          [&unit] { return steps::own_patroni_objects(unit).has_value(); });
}

}  // namespace

// Also when only the pod is restarted: an owner that the objects have early does no harm. And once
// more with `remove`: a unit that is removed before it has started runs no `stop`, and Patroni may
// have made an object since.
Outcome on_stop(Unit& unit, const Event& /*event*/) {
  unit.path.at("set_owners");
  if (steps::own_patroni_objects(unit)) {
    unit.path.took("done");
    return unit.path.done("rtn", "what Patroni has made goes with the application");
  }
  unit.path.took("refused");
  UnitSet others = unit.juju.planned_units();
  others.erase(unit.name);
  if (unit.path.at("is_anybody_staying").yes(!others.empty())) {
    return unit.path.done("rtn_later", "whoever stops later sets the owners");
  }
  unit.path.at("try_again");
  unit.path.took(try_again(unit) ? "done" : "refused");
  return unit.path.done("rtn_last", "nobody is there to do more");
}

}  // namespace charm
