// What befalls the primary of a live rig: by its processes' own numbers, so that the moment is
// known to some milliseconds.
#pragma once

#include <sys/types.h>

#include <string>

namespace sampling {

// Of the pod in that folder, as they are seen from outside; 0: there is none.
pid_t first_process(const std::string& pod);
pid_t postmaster(const std::string& pod);
// When its Patroni began: microseconds since the epoch, good to 10 ms; 0: there is none.
std::int64_t patroni_began_us(const std::string& pod);

}  // namespace sampling
