#include "sim/properties/sight.h"

#include <algorithm>

#include "model/network.h"
#include "model/patroni.h"
#include "model/postgresql.h"
#include "sim/properties/refresh.h"

namespace sim::sight {

using charm::UnitName;
using model::FactKind;
using model::World;

namespace {

bool has_to_be_mended(model::ha::Rewind state) {
  return state == model::ha::Rewind::needed || state == model::ha::Rewind::failed;
}

}  // namespace

charm::UnitSet listed(const World& world) {
  charm::UnitSet units;
  for (const charm::HostName host : world.endpoints()) units.insert(charm::unit_of(host));
  return units;
}

charm::MaybeUnit primary(const World& world) {
  for (UnitName unit : world.existing()) {
    if (model::postgresql::is_primary(world, unit)) return unit;
  }
  return {};
}

bool is_cluster_undisturbed(const World& world) {
  const model::Application& application = world.shared().application;
  return !application.api_down && !world.shared().dcs.paused &&
         model::network::api_trouble(world) == model::ApiTrouble::none;
}

bool is_in_reach(const World& world, UnitName name) {
  const model::UnitState& unit = world.unit(name);
  const model::Surroundings& around = unit.surroundings;
  return !around.api_cut && !around.lossy && !around.api_lossy && around.cut_to.empty() &&
         around.frozen == model::Frozen::no && unit.cache.watch == model::Watch::current;
}

bool is_undisturbed(const World& world, UnitName name) {
  const model::UnitState& unit = world.unit(name);
  const bool recovers = unit.postgres.database == model::Database::starting ||
                        unit.surroundings.recovered_us > world.now().micros;
  return !recovers && is_in_reach(world, name);
}

bool is_undisturbed(const World& world) {
  return is_cluster_undisturbed(world) &&
         std::ranges::all_of(world.existing(),
                             [&world](UnitName name) { return is_undisturbed(world, name); });
}

bool is_ready_to_lead(const World& world, UnitName name) {
  const model::UnitState& unit = world.unit(name);
  return model::patroni::is_up(world, name) && unit.pod.phase == model::PodPhase::running &&
         !unit.member.tagged && unit.pod.member_labels && unit.pod.published &&
         (unit.member.job == model::Job::none || unit.member.job == model::Job::promote) &&
         unit.postgres.database == model::Database::running && unit.postgres.in_recovery &&
         !has_to_be_mended(unit.member.memory.rewind);
}

namespace {

// The failsafe map that the last holder has written does not name it; or somebody who answers has
// more, and whether that one may lead does not count (section 2.9, H6, H8 and H12).
bool is_kept_from_winning(const World& world, UnitName name) {
  const model::Dcs& dcs = world.shared().dcs;
  const bool unnamed = dcs.has_failsafe_map && !dcs.failsafe_map.empty() &&
                       !dcs.failsafe_map.contains(charm::member_of(name));
  // A request names another who could: whoever is not the candidate leaves it to that one (2.12).
  const charm::MaybeMember candidate = dcs.failover_candidate;
  const bool gives_way = candidate && !(candidate == charm::member_of(name)) &&
                         is_ready_to_lead(world, charm::unit_of(*candidate));
  return unnamed || gives_way || std::ranges::any_of(dcs.sync_standbys, [&](UnitName other) {
           return is_ready_to_lead(world, other) &&
                  world.unit(other).postgres.lsn > world.unit(name).postgres.lsn;
         });
}

}  // namespace

charm::UnitSet who_may_win(const World& world, UnitName but) {
  charm::UnitSet set;
  for (UnitName name : world.shared().dcs.sync_standbys) {
    if (name != but && is_ready_to_lead(world, name) && !is_kept_from_winning(world, name)) {
      set.insert(name);
    }
  }
  return set;
}

bool somebody_may_win(const World& world, UnitName but) { return !who_may_win(world, but).empty(); }

bool has_a_standby(const World& world, UnitName primary, UnitName but) {
  return std::ranges::any_of(world.existing(), [&](UnitName name) {
    return name != primary && name != but && is_ready_to_lead(world, name) &&
           model::patroni::lets_in(world, primary, name) &&
           model::postgresql::may_log_in(world, name, primary, charm::SystemUser::replication);
  });
}

bool a_winner_has_a_standby(const World& world, UnitName but) {
  return std::ranges::all_of(world.shared().dcs.sync_standbys, [&](UnitName name) {
    return name == but || !is_ready_to_lead(world, name) || has_a_standby(world, name, but);
  });
}

charm::MaybeUnit working_holder(const World& world) {
  const charm::MaybeMember holder = world.shared().dcs.lock_holder;
  if (!holder || !model::postgresql::is_primary(world, charm::unit_of(*holder))) return {};
  return charm::unit_of(*holder);
}

bool follows_or_leads(const World& world, UnitName name) {
  return model::postgresql::is_streaming(world, name) || working_holder(world) == name;
}

bool works(const World& world, UnitName name) {
  if (working_holder(world) != name) return model::postgresql::is_streaming(world, name);
  return (world.unit(name).member.sync_names - world.shared().dcs.sync_standbys).empty();
}

namespace {

// Before 4.1.1: it was isolated while its leader came back on a new timeline; the name is the same,
// so nothing makes it compare histories (section 8, 12). A restart of its Patroni does.
bool missed_a_timeline(const World& world, UnitName name, UnitName holder) {
  const model::UnitState& unit = world.unit(name);
  return unit.postgres.database == model::Database::running && unit.postgres.following == holder &&
         !model::postgresql::can_follow(world, name, holder) &&
         unit.member.memory.rewind != model::ha::Rewind::check &&
         !has_to_be_mended(unit.member.memory.rewind);
}

}  // namespace

bool may_stream_from(const World& world, UnitName name, UnitName holder) {
  const model::UnitState& unit = world.unit(name);
  // A holder without labels is no member: nobody knows where it listens (section 1.5).
  return !missed_a_timeline(world, name, holder) &&
         !model::postgresql::never_streams(world, name) && world.unit(holder).pod.member_labels &&
         unit.container.service_running && unit.pod.member_labels &&
         unit.pod.phase == model::PodPhase::running && !unit.member.handing_over &&
         model::patroni::lets_in(world, holder, name) &&
         model::postgresql::may_log_in(world, name, holder, charm::SystemUser::replication) &&
         model::postgresql::may_log_in(world, name, holder, charm::SystemUser::rewind);
}

bool is_whole(const World& world) {
  const charm::MaybeUnit holder = working_holder(world);
  if (!holder) return false;
  return std::ranges::all_of(world.existing(), [&](UnitName name) {
    if (name == *holder) return true;
    if (model::postgresql::is_primary(world, name)) return false;
    return !may_stream_from(world, name, *holder) || model::postgresql::is_streaming(world, name);
  });
}

bool is_led_by_failsafe(const World& world, charm::Duration ttl) {
  const std::int64_t fresh_since = world.now().micros - ttl.count();
  return std::ranges::any_of(world.existing(), [&](UnitName name) {
    return world.unit(name).member.memory.failsafe_us > fresh_since;
  });
}

bool has_reason_to_be_leaderless(const World& world, charm::Duration ttl) {
  const model::Dcs& dcs = world.shared().dcs;
  if (dcs.paused || dcs.initialise != model::Initialise::done) return true;
  if (is_led_by_failsafe(world, ttl)) return true;
  const auto may_win = [&](UnitName name) {
    const bool named =
        dcs.sync_standbys.contains(name) || dcs.sync_leader == charm::member_of(name);
    return named && is_ready_to_lead(world, name) && !is_kept_from_winning(world, name);
  };
  return std::ranges::none_of(world.existing(), may_win);
}

namespace {

bool has_news(const World& world, UnitName name) {
  return world.unit(name).member.observed_lock != world.shared().dcs.lock_version &&
         is_ready_to_lead(world, name);
}

}  // namespace

bool has_unread_news(const World& world, UnitName but) {
  return std::ranges::any_of(world.existing(), [&world, but](UnitName name) {
    return name != but && has_news(world, name);
  });
}

bool is_led(const World& world) {
  if (!world.shared().dcs.lock_holder) return false;
  // What was renewed while it was away is news to its next cycle, and counts for ttl from then on.
  const auto believes = [&world](UnitName name) {
    return world.unit(name).member.lock_valid || has_news(world, name);
  };
  return std::ranges::any_of(world.existing(), believes);
}

bool hides_a_loss(const World& world) { return is_led(world) && !working_holder(world); }

bool holder_is_up(const World& world) {
  const charm::MaybeMember holder = world.shared().dcs.lock_holder;
  return holder && model::patroni::is_up(world, charm::unit_of(*holder));
}

bool another_is_labelled(const World& world, UnitName but) {
  return std::ranges::any_of(world.existing(), [&](UnitName name) {
    const model::Pod& pod = world.unit(name).pod;
    return name != but && pod.phase == model::PodPhase::running &&
           pod.role == model::RoleLabel::primary;
  });
}

bool waits_for_an_operator(const Moment& moment) {
  const World& world = moment.world;
  const charm::MaybeUnit holder = working_holder(world);
  const charm::Duration ttl = moment.scenario.world.patroni.ttl;
  if (!holder && has_reason_to_be_leaderless(world, ttl)) return true;
  return std::ranges::any_of(world.existing(), [&](UnitName name) {
    const bool blocked = world.unit(name).status == charm::StatusKind::blocked &&
                         !properties::is_held_by_refresh(moment, name);
    return blocked || (holder && missed_a_timeline(world, name, *holder));
  });
}

namespace {

// A lost node has taken it, or it is Active, and rightly so.
bool is_active(const World& world, UnitName name, const charm::UnitSet& listed) {
  const model::UnitState& unit = world.unit(name);
  return unit.pod.node_lost || (unit.status == charm::StatusKind::active && listed.contains(name) &&
                                follows_or_leads(world, name));
}

}  // namespace

bool all_are_active(const World& world) {
  return std::ranges::all_of(world.planned(), [&world, there = listed(world)](UnitName name) {
    return is_active(world, name, there);
  });
}

bool all_are_active_or_held(const Moment& moment) {
  const World& world = moment.world;
  return std::ranges::all_of(world.planned(), [&moment, there = listed(world)](UnitName name) {
    return is_active(moment.world, name, there) || properties::is_held_by_refresh(moment, name);
  });
}

namespace {

bool lets_the_charm_in(const World& world, UnitName primary) {
  constexpr auto login = static_cast<std::size_t>(charm::SystemUser::operator_user);
  return model::postgresql::system_roles(world, primary).passwords[login] ==
         world.shared().application.passwords[login];
}

}  // namespace

bool status_contradicts(const Moment& moment, UnitName name) {
  const World& world = moment.world;
  const model::UnitState& unit = world.unit(name);
  // Its hooks cannot ask while Pebble does not answer.
  if (unit.container.broken || unit.container.stage != model::ContainerStage::noticed) return false;
  const bool works = follows_or_leads(world, name);
  if (unit.status == charm::StatusKind::active) return !works;
  // A text of the refresh says how far it is; any other is as binding as without one, as long as
  // there is an agent that could set another.
  if (properties::tells_of_refresh(moment, name) || properties::is_mute(world, name)) return false;
  const bool is_late =
      unit.status == charm::StatusKind::waiting || unit.status == charm::StatusKind::maintenance;
  // Its pebble-ready waits for the Service to lead to the primary, and to nobody else (a former
  // one keeps its label as long as its Patroni does not run), and for that one to let the charm in:
  // where a set-password was killed halfway, that takes until its unit's update-status.
  const charm::MaybeUnit holder = working_holder(world);
  const bool served = holder &&
                      world.shared().application.primary_route == model::UnitBits{*holder} &&
                      lets_the_charm_in(world, *holder);
  return is_late && works && served && world.shared().application.initialised &&
         world.endpoints().contains(charm::host_of(name));
}

bool is_disturbance(FactKind kind) {
  switch (kind) {
    case FactKind::pod_terminating:
    case FactKind::pod_stopped:
    case FactKind::service_stopped:
    case FactKind::service_restarted:
    case FactKind::container_unreachable:
    case FactKind::database_crashed:
    case FactKind::node_back:
    case FactKind::cut_off:
    case FactKind::healed:
    case FactKind::frozen:
    case FactKind::thawed:
    case FactKind::clock_stepped:
    case FactKind::clock_drifts:
    case FactKind::watch:
    case FactKind::api_refuses:
    case FactKind::endpoints_swept:
    case FactKind::application_leaving:
    case FactKind::application_removed:
    case FactKind::application_deployed:
    case FactKind::garbage_collected:
    case FactKind::api_stopped:
    case FactKind::api_started:
    case FactKind::lock_granted:
    case FactKind::object_removed:
    case FactKind::leadership_lost:
    case FactKind::switchover_asked:
    case FactKind::failover_asked:
    case FactKind::pause_changed:
    case FactKind::restart_asked:
    case FactKind::unit_added:
    case FactKind::unit_dying:
    case FactKind::unit_removed: return true;
    default: return false;
  }
}

// A switchover names its candidate, the others nobody.
bool is_of_the_cluster(FactKind kind) {
  switch (kind) {
    case FactKind::api_refuses:
    case FactKind::api_stopped:
    case FactKind::api_started:
    case FactKind::endpoints_swept:
    case FactKind::application_leaving:
    case FactKind::application_removed:
    case FactKind::application_deployed:
    case FactKind::garbage_collected:
    case FactKind::lock_granted:
    case FactKind::object_removed:
    case FactKind::switchover_asked:
    case FactKind::failover_asked:
    case FactKind::pause_changed: return true;
    default: return false;
  }
}

bool is_of_no_concern(FactKind kind) {
  switch (kind) {
    case FactKind::pod_started:
    case FactKind::agent_started:
    case FactKind::leadership_gained:
    case FactKind::container_reachable:
    case FactKind::flushed:
    case FactKind::endpoints_written:
    case FactKind::initialised:
    case FactKind::job_started:
    case FactKind::role_label:
    case FactKind::sync_standbys:
    case FactKind::standby_names:
    case FactKind::history_written:
    case FactKind::owners_set:  // the keys stay as they are
    case FactKind::action_started:
    case FactKind::action_ended:
    case FactKind::client_related:
    case FactKind::client_requested:
    case FactKind::client_told:
    case FactKind::client_unrelated:
    case FactKind::client_gone:
    case FactKind::restart_granted:
    case FactKind::restart_freed:
    case FactKind::extensions_set:
    case FactKind::password_altered:
    case FactKind::passwords_restored:
    case FactKind::provider_related:
    case FactKind::provider_unrelated:
    case FactKind::provider_gone:
    case FactKind::certificates_issued:
    case FactKind::tls_switched:
    case FactKind::pod_outdated:   // its end is told by itself
    case FactKind::refresh_asked:  // what comes of it, pod by pod, is told by itself
    case FactKind::partition_set:
    case FactKind::unit_refreshed:
    case FactKind::exporter_restarted:
    case FactKind::client_user_made:
    case FactKind::client_user_dropped:
    case FactKind::api_forbade:
    case FactKind::file_read:
    case FactKind::secret_revised: return true;
    default: return false;
  }
}

}  // namespace sim::sight
