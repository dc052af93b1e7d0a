// A run that keeps somebody else's times, those of a live one say: it is told when things come, and
// the windows of the model count for what it is not told about.
#pragma once

#include <optional>

#include "model/world.h"

namespace sim {

class Pace {
 public:
  virtual ~Pace() = default;
  // When this timer, which has just been armed, shall fire; not before now. Nothing: by choice,
  // within its window.
  virtual std::optional<charm::Instant> moment(const model::World& world, model::TimerId timer) = 0;
};

}  // namespace sim
