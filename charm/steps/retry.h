// Trying again until a deadline: through the clock port, since in that time the cluster changes.
#pragma once

#include "charm/ports/clock.h"

namespace charm::steps {

struct Patience {
  Duration total;
  Duration every;
};

// Tries at once, and then every `every` until it holds or `total` has passed; says whether it held.
template <class Try>
bool retry_for(ports::Clock& clock, Patience patience, Try holds) {
  if (holds()) return true;
  clock.set_deadline(patience.total);
  do {
    clock.sleep(patience.every);
    if (holds()) return true;
  } while (!clock.deadline_passed());
  return false;
}

}  // namespace charm::steps
