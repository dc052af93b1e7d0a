// Who is a member by its pod's labels. Admitting units to the cluster, one after the other: the
// loop all_units_on_cluster -> are_all_members_ready -> add_unit_to_cluster -> patch_pod_labels,
// which two charts share.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "charm/runtime/unit.h"

namespace charm::steps {

// The own pod's labels: a pod that came back has lost them. Nothing, or the exit to take. In the
// charts: is_listed -> restore_labels.
std::optional<Outcome> restore_labels(Unit& unit);

// Whether this unit leads an initialised cluster, stays, and has not listed a unit that it knows and
// that stays.
bool is_anybody_left_out(Unit& unit);

enum class Admission : std::uint8_t {
  complete,    // every unit is listed and its pod labelled
  pod_gone,    // every unit but those whose pod does not exist now
  not_ready,   // a member is not ready: defer2, from which an arrow goes on
  not_leader,  // leadership was lost on the way; the chart says what follows
};

// How far it got, or the exit to take.
std::expected<Admission, Outcome> admit_units(Unit& unit);

// The end of a hook that went on after an admission, at that exit of its chart: deferred, unless
// every unit is on the cluster.
Outcome end_after(Unit& unit, Admission admission, std::string_view exit,
                  std::string_view done_reason);

}  // namespace charm::steps
