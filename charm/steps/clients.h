// Client applications: who waits for credentials, and what each is told (charm-hooks.md, section
// 5.1).
#pragma once

#include <optional>

#include "charm/runtime/unit.h"

namespace charm::steps {

// The first relation after `last` whose client has asked and was not served. Also one whose user
// has been lost with a failover: a commit that no standby had. Only the leader can tell.
std::optional<RelationId> next_waiting_client(Unit& unit, RelationId last);
// The password that the client was told, or a new one.
Secret password_for(Unit& unit, RelationId client);
// Tells the client all of it. Nothing of it is seen before the hook has ended well.
enum class Published : std::uint8_t { done, unreachable, not_leader };
Published publish(Unit& unit, RelationId client, const Secret& password);
// Tells each client that was served whether there is a replica to read from; nothing, unless this
// unit leads.
void update_read_only_endpoint(Unit& unit);
// The first user whose relation is gone, if any.
std::expected<std::optional<RelationId>, Unreachable> next_orphaned_user(Unit& unit);
// Whether the status is the Blocked for what a client asks for and cannot have. The member works.
bool is_blocked_by_request(Unit& unit);
// Active again, if it is.
void lift_request_block(Unit& unit);

}  // namespace charm::steps
