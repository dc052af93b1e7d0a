// Admitting units to the cluster, one after the other: the loop all_units_on_cluster ->
// are_all_members_ready -> add_unit_to_cluster -> patch_pod_labels, which two charts share.
#pragma once

#include <expected>
#include <optional>

#include "charm/runtime/unit.h"

namespace charm::steps {

enum class Admission : std::uint8_t {
  complete,   // every unit is listed and its pod labelled
  not_ready,  // a member is not ready: defer2, from which an arrow goes on
};

// How far it got, or the exit to take.
std::expected<Admission, Outcome> admit_units(Unit& unit);

}  // namespace charm::steps
