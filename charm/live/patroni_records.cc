#include "charm/live/patroni_records.h"

#include <algorithm>

#include "charm/live/outside_json.h"
#include "charm/live/patroni_answers.h"

namespace charm::live {
namespace {

using nlohmann::json;

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

std::optional<json> record_of(const json& pod) {
  return parse_outside_object(text_in(pod, {"metadata", "annotations", "status"}));
}

// Of who does not lead it is told how it replicates, where that is known.
MemberState state_of(const json& record, MemberRole role) {
  const std::string replicates = text_in(record, {"replication_state"});
  const bool follows = role != MemberRole::leader && !replicates.empty();
  return member_state(follows ? replicates : text_in(record, {"state"}));
}

}  // namespace

std::string member_selector(const AppName& app) {
  return "application%3Dpatroni%2Ccluster-name%3Dpatroni-" + app.text;
}

std::set<std::string> synchronous_names(const ObjectMeta& sync) {
  std::set<std::string> names;
  const auto leader = sync.annotations.find("leader");
  const auto standbys = sync.annotations.find("sync_standby");
  if (leader == sync.annotations.end() || leader->second.empty()) return names;
  if (standbys == sync.annotations.end()) return names;
  std::string_view rest = standbys->second;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (end > 0) names.insert(in_small_letters(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

std::optional<ClusterView> parse_published_members(const AppName& app, std::string_view pods,
                                                   MaybeMember leader,
                                                   const std::set<std::string>& synchronous) {
  const auto object = parse_outside_object(pods);
  if (!object) return std::nullopt;
  const json* list = find_in(*object, {"items"});
  if (list == nullptr || !list->is_array()) return std::nullopt;
  ClusterView view;
  UnitSet seen;
  for (const json& pod : *list) {
    const std::string text = text_in(pod, {"metadata", "name"});
    const auto name = parse_member_name(app, text);
    if (!name || seen.contains(unit_of(*name))) return std::nullopt;
    seen.insert(unit_of(*name));
    ClusterMember member{*name, MemberRole::replica, MemberState::other};
    if (leader == *name) {
      member.role = MemberRole::leader;
    } else if (synchronous.contains(in_small_letters(text))) {
      member.role = MemberRole::sync_standby;
    }
    if (const auto record = record_of(pod)) member.state = state_of(*record, member.role);
    view.push_back(member);
  }
  std::ranges::sort(view, {}, &ClusterMember::name);
  return view;
}

}  // namespace charm::live
