// PostgreSQL: who streams from whom, timelines and where they fork, which commits are acknowledged.
// Source: patroni-and-kubernetes.md, section 5.
#pragma once

#include "model/step.h"

namespace model::postgresql {

// Out of recovery, and running.
bool is_primary(const World& world, charm::UnitName unit);
// A running replica whose upstream runs as the primary of the same timeline.
bool is_streaming(const World& world, charm::UnitName unit);
// The units that stream from this primary.
charm::UnitSet standbys(const World& world, charm::UnitName primary);
// Whether a standby's data can follow that primary without a rewind.
bool can_follow(const World& world, charm::UnitName standby, charm::UnitName primary);

// A standby begins to stream: its timeline and position become its upstream's.
void stream(Step& step, charm::UnitName standby, charm::UnitName primary);
// Leaves recovery: a new timeline forks here.
void promote(Step& step, charm::UnitName unit);
// The processes are gone; the data stays.
void stop(Step& step, charm::UnitName unit);

// The client tries to write on every member that is out of recovery, and remembers what was
// acknowledged.
void write(Step& step);

}  // namespace model::postgresql
