// How a hook waits. A hook never learns what time it is: answers with absolute time would make it a
// function of more than what it was told.
#pragma once

#include "charm/types/time.h"

namespace charm::ports {

class Clock {
 public:
  virtual ~Clock() = default;

  // Returns after that time; the cluster goes on meanwhile.
  virtual void sleep(Duration time) = 0;
  // Sets the deadline that deadline_passed() asks about. There is one at a time.
  virtual void set_deadline(Duration from_now) = 0;
  virtual bool deadline_passed() = 0;
};

}  // namespace charm::ports
