// Two runs that must be the same, held against each other step by step: a hook, a property or a
// model that depends on anything but what it was told is found where it first shows.
#pragma once

#include <optional>
#include <string>

#include "sim/simulation.h"

namespace sim {

struct Apart {
  charm::Instant at;  // of the first run; of the second, if the first has ended
  charm::MaybeUnit unit;
  std::string hook;  // that the unit was in; empty: none
  std::string call;  // the port call at which it shows, or the last one before; empty: none
  std::string
      field;  // what differs: `the call`, `the arguments of juju.set_unit_status`, `the option`
  std::string first;  // its value in each run
  std::string second;
  std::size_t step = 0;  // how many steps were the same
};

// Plays the run with `first`, then with `second`, which must give the same answers, and stops at
// the first difference in what is asked, called, or told by the trace. Nothing: there is none.
std::optional<Apart> run_twice(const Scenario& scenario, const CharmUnderTest& charm,
                               Choices& first, Choices& second,
                               const std::atomic<bool>* interrupted = nullptr);

}  // namespace sim
