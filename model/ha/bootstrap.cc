// Bootstrap and join (section 2.4).
#include "model/ha/cycle.h"

namespace model::ha {

Outcome Cycle::bootstrap() {
  if (is_unlocked() && dcs_->initialize == Initialize::absent && !view_.nofailover &&
      settings().can_bootstrap) {
    write(Write::initialize_race);
    if (!answered(answers_.initialize, Ask::initialize)) return Outcome::lost_initialize_race;
    now_.after.bootstrapping = true;
    now_.after.response = Response::none;
    start_job(settings().standby_cluster ? Job::bootstrap_standby_leader : Job::bootstrap);
    return settings().standby_cluster ? Outcome::bootstraps_standby_leader
                                      : Outcome::bootstraps_cluster;
  }
  if (!is_unlocked()) {
    // The lowest of those tagged `clonefrom`; Patroni draws one of them.
    MemberSet sources = dcs_->members.recorded() & dcs_->members.clone_from;
    sources.erase(view_.me);
    sources.erase(*holder_.name);
    if (!sources.empty()) {
      start_job(Job::clone_from_replica, {.source = Source::member, .member = sources.first()});
      return Outcome::clones_from_replica;
    }
    start_job(Job::clone_from_leader, {.source = Source::member, .member = holder_.name});
    return Outcome::clones_from_leader;
  }
  if (settings().clones_without_leader && dcs_->initialize != Initialize::empty) {
    start_job(Job::clone_without_leader);
    return Outcome::clones_without_leader;
  }
  return Outcome::awaits_bootstrap;
}

Outcome Cycle::cancel_bootstrap() {
  write(Write::cancel_initialize);
  stop_postgres();
  return Outcome::exits_bootstrap_failed;
}

Outcome Cycle::post_bootstrap() {
  const Response response = now_.after.response;
  if (!is_running() || response == Response::failed) return cancel_bootstrap();
  if (response == Response::none) {
    if (!is_primary()) return Outcome::awaits_end_of_recovery;
    set_role(Role::primary);
    start_job(Job::post_bootstrap);
    return Outcome::runs_post_bootstrap;
  }
  now_.after.bootstrapping = false;
  if (!view_.watchdog_activates) return cancel_bootstrap();
  ensure_checkpoint();
  write(Write::initialize);
  write(Write::config);
  write(Write::take_lock);
  set_is_leader(true);
  if (is_sync_mode()) name_standbys({}, settings().strict ? 1 : 0);
  if (!stopped()) now_.after.started = true;
  reload();
  return Outcome::initialized_cluster;
}

}  // namespace model::ha
