// What Patroni's REST API answers. Pure: from an answer's body to values. Each gives nothing for
// what is no such answer: HTML, half an object, another application's members. Source:
// patroni-and-kubernetes.md, sections 3.2 to 3.7; charm-hooks.md, section 7.
#pragma once

#include <optional>
#include <string_view>

#include "charm/types/cluster.h"

namespace charm::live {

// GET /cluster. By ordinal, where Patroni sorts by text. A name that is no member's of this
// application, or one that is there twice, spoils all of it: it might be the leader's.
std::optional<ClusterView> parse_cluster(const AppName& app, std::string_view body);

// `leader`, and what later and earlier versions and other answers call it; whoever a commit waits
// for is a sync_standby, a quorum's, too. A standby cluster's leader takes no writes, and is a
// replica here.
MemberRole member_role(std::string_view role);
MemberState member_state(std::string_view state);

// The status object: GET /health, with 200 or 503, and GET /patroni.
struct MemberStatus {
  MemberState state = MemberState::other;
  bool cluster_unlocked = false;
  bool pending_restart = false;

  friend bool operator==(const MemberStatus&, const MemberStatus&) = default;
};
std::optional<MemberStatus> parse_member_status(std::string_view body);

// Why POST /switchover was refused with 412: the candidate is not in `-sync`.
bool is_not_synchronous(std::string_view body);

}  // namespace charm::live
