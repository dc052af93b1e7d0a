// Views, answers and decisions as JSON: the field's own names, spans in milliseconds, members as
// ordinals (65535: none), sets as bits.
#pragma once

#include <nlohmann/json.hpp>

#include "model/ha_decision.h"

namespace nlohmann {

template <>
struct adl_serializer<charm::Duration> {
  static void from_json(const json& j, charm::Duration& value) {
    value = std::chrono::milliseconds(j.get<std::int64_t>());
  }
  static void to_json(json& j, const charm::Duration& value) {
    j = std::chrono::floor<std::chrono::milliseconds>(value).count();
  }
};

}  // namespace nlohmann

namespace charm {

inline void from_json(const nlohmann::json& j, MemberName& name) { name.ordinal = j; }
inline void from_json(const nlohmann::json& j, MaybeMember& name) { name.ordinal = j; }
inline void to_json(nlohmann::json& j, const MaybeMember& name) { j = name.ordinal; }

}  // namespace charm

namespace model::ha {

using nlohmann::json;

inline void from_json(const json& j, MemberSet& set) { set = MemberSet(j.get<std::uint16_t>()); }
inline void to_json(json& j, const MemberSet& set) { j = set.bits(); }

// An enumerator is its number: the test has the same list of names, read from the header.
template <class Enum>
  requires std::is_enum_v<Enum>
void from_json(const json& j, Enum& value) {
  value = static_cast<Enum>(j.get<int>());
}
template <class Enum>
  requires std::is_enum_v<Enum>
void to_json(json& j, const Enum& value) {
  j = static_cast<int>(value);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Settings, version, synchronous_mode, strict,
                                                node_count, paused, failsafe_mode, check_timeline,
                                                standby_cluster, can_bootstrap,
                                                clones_without_leader, can_rewind,
                                                removes_diverged_data, ttl, loop_wait,
                                                primary_start_timeout, maximum_lag_on_failover)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Upstream, source, member)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Standbys, picked, confirmed, confirmed_after_reload,
                                                named, named_count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Postgres, data, system_id, control,
                                                recovery_configured, backup_label, runs, answers,
                                                in_recovery, state, role, in_state, timeline,
                                                received_timeline, control_timeline, flushed,
                                                received, replayed, replay_paused, has_next_history,
                                                upstream, settings_differ, reloads_upstream,
                                                lacks_slots, standbys)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    Memory, job, started, recovering, was_paused, bootstrapping, is_leader, response, rewind,
    checkpoint, crash_recovery_tried, crash_recovery_for, start_timeout, since_failed_promotion,
    since_promotion, last_timeline, failsafe_sender, since_failsafe, has_failsafe_map, failsafe_map,
    has_seen_cluster, seen, seen_nofailover, seen_holder, restart_scheduled, restart_matches,
    restarted_since, restart_in, restart_timeout)

// One object a member: that is how the DCS has them.
inline void from_json(const json& j, DcsMembers& members) {
  for (std::uint16_t i = 0; i < j.size(); ++i) {
    const auto add_if = [&](const char* key, MemberSet& set) {
      if (j[i].at(key).get<bool>()) set.insert(MemberName{i});
    };
    add_if("exists", members.exist);
    add_if("published", members.published);
    add_if("nofailover", members.nofailover);
    add_if("clone_from", members.clone_from);
    add_if("is_primary", members.primaries);
    j[i].at("timeline").get_to(members.timeline[i]);
  }
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(FailoverKey, leader, candidate, scheduled, due_in)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SyncKey, leader, standbys, quorum)
inline void from_json(const json& j, Dcs& dcs) {
  j.at("lock_holder").get_to(dcs.lock_holder);
  j.at("initialize").get_to(dcs.initialize);
  j.at("system_id").get_to(dcs.system_id);
  j.at("has_config").get_to(dcs.has_config);
  j.at("history_complete").get_to(dcs.history_complete);
  j.at("cluster_timeline").get_to(dcs.cluster_timeline);
  j.at("optime").get_to(dcs.optime);
  j.at("failover").get_to(dcs.failover);
  j.at("sync").get_to(dcs.sync);
  j.at("members").get_to(dcs.members);
}
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PeerStatus, reachable, is_primary, nofailover,
                                                watchdog_failed, failover_priority, timeline,
                                                received, replayed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LeaderHistory, reachable, in_recovery, timeline,
                                                has_my_timeline, switchpoint, ends_at_switchpoint)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ShutdownPositions, checkpoint, previous)

inline void from_json(const json& j, HaView& view) {
  j.at("me").get_to(view.me);
  view.nofailover = j.value("nofailover", false);
  view.nostream = j.value("nostream", false);
  view.failover_priority = j.value("failover_priority", std::int8_t{1});
  if (j.contains("replicate_from")) j.at("replicate_from").get_to(view.replicate_from);
  view.watchdog_runs = j.value("watchdog_runs", false);
  view.watchdog_activates = j.value("watchdog_activates", true);
  view.watchdog_healthy = j.value("watchdog_healthy", true);
  view.dcs_readable = j.value("dcs_readable", true);
  j.at("settings").get_to(view.settings);
  j.at("postgres").get_to(view.postgres);
  j.at("memory").get_to(view.memory);
  j.at("dcs").get_to(view.dcs);
}

inline void from_json(const json& j, HaAnswers& answers) {
  j.at("update_lock").get_to(answers.update_lock);
  j.at("acquire_lock").get_to(answers.acquire_lock);
  j.at("initialize").get_to(answers.initialize);
  j.at("peers").get_to(answers.peers);
  j.at("failsafe").get_to(answers.failsafe);
  j.at("reload").get_to(answers.reload);
  j.at("history").get_to(answers.history);
  j.at("write_sync").get_to(answers.write_sync);
  j.at("peer").get_to(answers.peer);
  j.at("leader").get_to(answers.leader);
  j.at("reloaded").get_to(answers.reloaded);
}

inline void to_json(json& j, const HaDecision& decision) {
  json writes = json::array();
  for (int i = 0; i <= static_cast<int>(Write::optime); ++i) {
    if (decision.writes.contains(static_cast<Write>(i))) writes.push_back(i);
  }
  const SyncNames& names = decision.sync_names;
  json sync_keys = json::array();
  for (std::size_t i = 0; i < decision.sync_writes; ++i) sync_keys.push_back(decision.sync_key[i]);
  j = {{"outcome", decision.outcome},
       {"asks", decision.asks},
       {"demotion", decision.demotion},
       {"job", decision.job},
       {"follow", decision.follow},
       {"upstream", decision.upstream},
       {"writes", writes},
       {"stopped_postgres", decision.stopped_postgres},
       {"cancelled_job", decision.cancelled_job},
       {"asked_peers", decision.asked_peers},
       {"resumed_replay", decision.resumed_replay},
       {"checkpoint", decision.checkpoint},
       {"kept_failsafe", decision.kept_failsafe},
       {"released_early", decision.released_early},
       {"awaits_leaving_sync", decision.awaits_leaving_sync},
       {"released_at", decision.released_at},
       {"role", decision.role},
       {"state", decision.state},
       {"sync_names",
        {{"set", names.set},
         {"anybody", names.anybody},
         {"as_configured", names.as_configured},
         {"count", names.count},
         {"members", names.members}}},
       {"sync_key", sync_keys},
       {"after", decision.after}};
}

}  // namespace model::ha
