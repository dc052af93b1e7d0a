// What clients and operators ask for and there cannot be, as the judges see it: by what stands in
// the relations and in the options, not by what the charm makes of them.
#pragma once

#include "charm/types/client.h"
#include "sim/properties/property.h"

namespace sim::properties::wishes {

// The options in force.
charm::CharmConfig asked_for(const Moment& moment);

// What is refused is nobody's to serve, and an empty name asks for nothing.
bool can_be_served(const charm::ClientRequest& request);

// Whether some option has a value that PostgreSQL would refuse: it is out of range, more than this
// unit's node gives, or unknown to the system.
bool has_bad_option(const Moment& moment, charm::UnitName unit);
// As far as that is seen before the database runs.
bool has_option_out_of_range(const Moment& moment, charm::UnitName unit);
// The unit whose node decides what is asked of all members; there is one that is planned.
charm::UnitName decides_for_all(const Moment& moment);
// Whether the unit has to say that an option is bad: in its own file, or, if it leads, in what is
// asked of all.
bool knows_bad_option(const Moment& moment, charm::UnitName unit);
// Whether this unit says so: nothing else is held up by it.
bool is_blocked_by_option(const Moment& moment, charm::UnitName unit);
// Before there is a cluster, a bad option keeps the leader from making one: it says so, and all
// others wait for it until the operator mends the option.
bool is_cluster_held_up_by_option(const Moment& moment);
// Which of its two texts has to say that a plugin cannot be had, or cannot go; empty: all can.
std::string_view refused_plugin(const Moment& moment);
// The same of a related client's request.
std::string_view refused_client(const Moment& moment);
// Whether this unit says that its volume fills up, rightly or not.
bool is_blocked_by_volume(const Moment& moment, charm::UnitName unit);
// Whether this is the Blocked of such a wish, or option, that stands, or of a volume.
bool is_rightly_blocked(const Moment& moment, charm::UnitName unit);

}  // namespace sim::properties::wishes
