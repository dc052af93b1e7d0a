#include "charm/live/patroni_answers.h"

#include <algorithm>

#include "charm/live/outside_json.h"

namespace charm::live {
namespace {

using nlohmann::json;

std::optional<ClusterMember> member_of_answer(const AppName& app, const json& item) {
  const auto name = parse_member_name(app, text_in(item, {"name"}));
  const std::string role = text_in(item, {"role"});
  if (!name || role.empty()) return std::nullopt;
  // A member that has just come has no state yet.
  return ClusterMember{*name, member_role(role), member_state(text_in(item, {"state"}))};
}

}  // namespace

std::optional<ClusterView> parse_cluster(const AppName& app, std::string_view body) {
  const auto object = parse_outside_object(body);
  if (!object) return std::nullopt;
  const json* list = find_in(*object, {"members"});
  if (list == nullptr || !list->is_array()) return std::nullopt;
  ClusterView view;
  UnitSet seen;
  for (const json& item : *list) {
    const auto member = member_of_answer(app, item);
    if (!member || seen.contains(unit_of(member->name))) return std::nullopt;
    seen.insert(unit_of(member->name));
    view.push_back(*member);
  }
  std::ranges::sort(view, {}, &ClusterMember::name);
  return view;
}

MemberRole member_role(std::string_view role) {
  if (role == "leader" || role == "primary" || role == "master") return MemberRole::leader;
  if (role == "sync_standby" || role == "quorum_standby") return MemberRole::sync_standby;
  return MemberRole::replica;
}

MemberState member_state(std::string_view state) {
  if (state == "running") return MemberState::running;
  if (state == "streaming") return MemberState::streaming;
  if (state == "starting") return MemberState::starting;
  return MemberState::other;
}

std::optional<MemberStatus> parse_member_status(std::string_view body) {
  const auto object = parse_outside_object(body);
  if (!object) return std::nullopt;
  const std::string state = text_in(*object, {"state"});
  // Both are always there.
  if (state.empty() || text_in(*object, {"role"}).empty()) return std::nullopt;
  MemberStatus status{.state = member_state(state),
                      .cluster_unlocked = is_true_in(*object, {"cluster_unlocked"}),
                      .pending_restart = is_true_in(*object, {"pending_restart"})};
  const bool streams = text_in(*object, {"replication_state"}) == "streaming";
  if (status.state == MemberState::running && streams) status.state = MemberState::streaming;
  return status;
}

bool is_not_synchronous(std::string_view body) {
  return body.find("candidate name does not match with sync_standby") != std::string_view::npos;
}

}  // namespace charm::live
