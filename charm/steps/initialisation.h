// What turns a first running primary into an initialised cluster.
#pragma once

#include <cstdint>
#include <optional>

#include "charm/runtime/unit.h"

namespace charm::steps {

// Where it got stuck, in the order of its boxes.
enum class Initialisation : std::uint8_t {
  marked,
  labels_refused,
  services_refused,
  service_does_not_route,
  users_refused,
  not_leader,
};

// Label the lock holder's pod, create the Services, look once for the primary behind them, make
// users, set the flag. It does not wait: its hook is deferred anyway, and waiting would hold up the
// pebble-ready behind it in the queue, which is what starts the primary (charm-hooks.md, hazard
// 21). Without a path and without statuses of its own: for the hook whose chart has it as one box.
Initialisation initialise_cluster(Unit& unit);

// The record of a bootstrap that was begun and that nobody goes on with, or nothing. A Patroni that
// is killed, or stopped, in the middle of initdb leaves `initialize` empty, and then nobody may
// make the database, for ever (patroni-and-kubernetes.md, section 2.4). Only the leader of a
// cluster without the flag finds one, and only while every unit's pod runs and no member comes up
// within a minute: one that is away, or has just come back, may be the maker, with a database on
// its volume; and unless this unit is alone, only when the record is ten minutes old. Deleting it,
// in that version, lets Patroni begin anew.
std::optional<ports::ResourceVersion> orphaned_bootstrap(Unit& unit);

// Whether the own member holds a database whose bootstrap does not end. If the API server fails
// Patroni in the moment between initdb and the creation of users, it demotes what it has just made,
// and then waits for the end of a recovery that never comes, while nobody else may begin (section
// 2.4). So it is if the record is two minutes old and PostgreSQL runs. Before the record is filled
// in nobody else has a copy, and no client has written.
bool is_bootstrap_unfinished(Unit& unit);

}  // namespace charm::steps
