// What clients and operators ask for and there cannot be, as the judges see it: by what stands in
// the relations and in the options, not by what the charm makes of them.
#pragma once

#include "charm/types/client.h"
#include "sim/properties/property.h"

namespace sim::properties::wishes {

// What is refused is nobody's to serve, and an empty name asks for nothing.
bool can_be_served(const charm::ClientRequest& request);

// Which of its two texts has to say that a plugin cannot be had, or cannot go; empty: all can.
std::string_view refused_plugin(const Moment& moment);
// The same of a related client's request.
std::string_view refused_client(const Moment& moment);
// Whether this is the Blocked of such a wish that stands.
bool is_rightly_blocked(const Moment& moment, charm::UnitName unit);

}  // namespace sim::properties::wishes
