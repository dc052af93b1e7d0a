// A fiber for each unit: a hook that stops keeps its stack.
#pragma once

#include <memory>

#include "sim/execution/executor.h"

namespace sim {

std::unique_ptr<Executor> make_fibers(std::uint16_t units, Executor::Body body);

}  // namespace sim
