// charmsim failover --worst: the failover that does most harm, as far as a search finds it.
#pragma once

#include <vector>

#include "sim/commands/failover.h"
#include "sim/failover/kinds.h"

namespace sim {

// Of each kind in each setting. The exit code.
int worst_command(const FailoverOptions& options, const std::vector<const failover::Kind*>& kinds,
                  const std::vector<failover::Setting>& settings, const Console& console);

}  // namespace sim
