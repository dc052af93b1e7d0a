// Chart: charm/flowcharts/install.mmd. Names are its node ids: a statement a box, a return an exit.
#include "charm/hooks/hooks.h"

namespace charm {

// With upgrade-charm, too: the charm that was refreshed may have opened none.
Outcome on_install(Unit& unit, const Event& /*event*/) {
  unit.path.at("open_ports");
  unit.juju.open_ports();
  return unit.path.done("rtn", "the database's ports are open");
}

}  // namespace charm
