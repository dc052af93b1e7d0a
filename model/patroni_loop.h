// What the HA loop, the long actions and the REST API share: the lock, and who can see whom.
#pragma once

#include "model/step.h"

namespace model::patroni {

// Notices a changed lock record, and restarts this observer's clock for it (section 1.7).
void observe_lock(Step& step, charm::UnitName unit);
// By this observer's view: the record is valid and names the unit.
bool holds_lock(const World& world, charm::UnitName unit);
// By this observer's view: nobody holds the lock.
bool is_unlocked(const World& world, charm::UnitName unit);
// Writes the lock record; every other member is woken by its watch (section 1.6).
void write_lock(Step& step, charm::UnitName unit);
void release_lock(Step& step, charm::UnitName unit);
void wake(Step& step, charm::UnitName unit);

void start_job(Step& step, charm::UnitName unit, Job job);
// A member record that others can find: published, on a pod with the labels.
bool is_member(const World& world, charm::UnitName unit);
// Publishes the member record and the role label; the end of every HA loop.
void publish(Step& step, charm::UnitName unit);
// What synchronous replication asks of this primary now (section 4).
void manage_synchronous(Step& step, charm::UnitName unit);
// A replication slot for every other member that this primary knows (cycle step C13).
void manage_slots(Step& step, charm::UnitName unit);
void prepare_promotion(Step& step, charm::UnitName unit);

}  // namespace model::patroni
