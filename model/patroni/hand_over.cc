// A PostgreSQL that is shut down in good order, and the lock that its Patroni gives away with it:
// SIGTERM and switchovers (patroni-and-kubernetes.md, sections 2.12, 2.13 and 4.4).
//
// The postmaster ends when its walsenders have sent everything. The Patroni of a holder looks at
// once and then each second (postgresql/__init__.py, _do_stop): is it gone, the lock is deleted;
// does pg_control say "shut down" while it is still there, because some standby cannot be reached,
// then the lock is deleted if another candidate has everything. The first look is always too early,
// so a lock is let go more than a second after its server took the last commit. Who has no lock to
// give away waits for the postmaster alone.
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/pebble.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

using GiveAway = ha::HaDecision (*)(const ha::HaView&, const ha::HaAnswers&,
                                    const ha::ShutdownPositions&);

void arm_job(Step& step, UnitName name, charm::Duration wait) {
  step.world.arm(timer_id(name, UnitTimer::job),
                 exactly(network::by_clock_of(step.world, name, wait)));
}

// What Patroni does now that PostgreSQL's end is known; up to this question, which stays open.
ha::HaDecision decide_up_to(Step& step, UnitName name, GiveAway decide, ha::Ask last) {
  const ha::HaView view = view_of(step.world, name, step.parameters);
  const std::uint64_t end = step.world.unit(name).postgres.written;
  const ha::ShutdownPositions positions{.checkpoint = end, .previous = end};
  ha::HaAnswers answers;
  ha::HaDecision decision = decide(view, answers, positions);
  while (decision.asks != last && decision.asks != ha::Ask::nothing) {
    answer(step, name, decision, answers);
    decision = decide(view, answers, positions);
  }
  return decision;
}

void tell_postmaster_to_stop(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  member.stopping = Stopping::postmaster;
  member.looks = 0;
  postgresql::begin_stop(step, name);  // new sessions are refused from the start
  const bool looks = member.memory.is_leader || is_step_down(member.job);
  if (looks) return arm_job(step, name, timing::stop_poll);
  step.world.arm(timer_id(name, UnitTimer::job), timing::postmaster_end);
}

// Where its WAL ends is read, which takes a while, before the lock goes.
void note_end(Step& step, UnitName name) {
  step.world.unit(name).member.stopping = Stopping::ended;
  step.world.arm(timer_id(name, UnitTimer::job), timing::hand_over);
}

void let_lock_go(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  member.memory.is_leader = false;
  if (!network::api_acts(step.world, name)) return;
  release_lock(step, name);
  publish(step, name);
}

// 3.1 looks at once, 4.x gives the standbys another second. Whoever is silent costs 2 s, and
// somebody is: that is why the postmaster is still there.
charm::Duration time_to_ask(const Step& step) {
  const bool waits = step.parameters.patroni == ha::Version::v4_1;
  return timing::peer_timeout + (waits ? timing::stop_poll : charm::Duration{0});
}

void give_away_early(Step& step, UnitName name, GiveAway decide) {
  if (!step.world.unit(name).member.memory.is_leader) return;
  if (decide_up_to(step, name, decide, ha::Ask::reload).released_early) {
    return let_lock_go(step, name);
  }
  // Somebody may come back who has everything: the others shall know how far that is.
  Dcs& dcs = step.world.shared().dcs;
  if (decide == ha::shut_down && network::api_acts(step.world, name) &&
      dcs.lock_holder == charm::member_of(name)) {
    dcs.optime = step.world.unit(name).postgres.lsn;
  }
}

// True: it is gone. Otherwise the next look is on its way. Who demotes without the DCS has no lock
// to give away.
bool look_at_postmaster(Step& step, UnitName name, GiveAway decide) {
  Member& member = step.world.unit(name).member;
  UnitBits& unsent = step.world.unit(name).postgres.unsent;
  // A connection that is whole again has brought everything, or was reset.
  for (UnitName standby : charm::UnitSet(unsent)) {
    if (network::connected(step.world, standby, name)) unsent.erase(standby);
  }
  if (++member.looks >= timing::wal_timeout / timing::stop_poll) unsent.clear();
  if (unsent.empty()) return true;
  if (member.looks == 2 && decide != nullptr) give_away_early(step, name, decide);
  arm_job(step, name, member.looks == 1 ? time_to_ask(step) : timing::stop_poll);
  return false;
}

// By its own view; without the DCS it leaves all the same.
bool is_waited_for(const World& world, UnitName name) {
  const Dcs& dcs = seen_by(world, name);
  const bool runs = world.unit(name).postgres.database == Database::running;
  return runs && !dcs.paused && network::api_serves(world, name) && dcs.sync_leader &&
         dcs.sync_leader == dcs.lock_holder && dcs.sync_standbys.contains(name);
}

// A synchronous standby first asks not to be waited for any more, and looks for twice loop_wait
// whether the primary has let it go (section 4.4): no commit hangs because of it.
void look_whether_to_leave(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  --member.leaving;
  if (!is_waited_for(step.world, name)) member.leaving = 0;
  if (member.leaving == 0) return tell_postmaster_to_stop(step, name);
  arm_job(step, name, timing::leave_poll);
}

void rest_has_ended(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.stopping = Stopping::no;
  if (!is_waited_for(step.world, name)) return tell_postmaster_to_stop(step, name);
  if (unit.pod.published_tags == Tags::none) unit.pod.published_tags = Tags::nosync;
  unit.member.leaving =
      static_cast<std::uint8_t>(2 * step.parameters.loop_wait / timing::leave_poll + 1);
  look_whether_to_leave(step, name);
}

void end_process(Step& step, UnitName name) {
  step.note(FactKind::service_stopped, name);
  pebble::process_ended(step, name);
  kubernetes::process_ended(step, name);
}

// In a pause it leaves the lock and PostgreSQL as they are (2.13): who goes on, until its container
// ends, is a postmaster without Patroni.
void end_alone(Step& step, UnitName name) {
  const bool container_ends = step.world.unit(name).container.stage == ContainerStage::down;
  container_ends ? kill_process(step, name) : kill_patroni(step, name);
  end_process(step, name);
}

}  // namespace

// --- SIGTERM ---

void shut_down(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (!unit.container.service_running) return kubernetes::process_ended(step, name);
  if (seen_by(step.world, name).paused) return end_alone(step, name);
  step.world.disarm(timer_id(name, UnitTimer::ha));
  unit.member.job = Job::none;
  unit.member.naming = false;
  unit.member.missed_event = false;
  end_pass(step, name);
  unit.member.handing_over = true;
  step.note(FactKind::handing_over, name);
  unit.member.stopping = Stopping::rest;
  step.world.arm(timer_id(name, UnitTimer::job), timing::rest_end);
}

void go_on_shutting_down(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  if (member.stopping == Stopping::rest) return rest_has_ended(step, name);
  if (member.leaving > 0) return look_whether_to_leave(step, name);
  if (member.stopping == Stopping::postmaster) {
    if (!look_at_postmaster(step, name, ha::shut_down)) return;
    if (member.memory.is_leader) return note_end(step, name);
  }
  apply(step, name, decide_up_to(step, name, ha::shut_down, ha::Ask::nothing));
  kill_process(step, name);
  if (network::api_acts(step.world, name)) publish(step, name);  // `stopped` (section 2.17)
  end_process(step, name);
}

// --- a switchover ---

void begin_step_down(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  member.role = ha::Role::demoted;
  member.stopping = Stopping::checkpoint;
}

bool go_on_stepping_down(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  switch (member.stopping) {
    case Stopping::no:
    case Stopping::rest:
    case Stopping::checkpoint: tell_postmaster_to_stop(step, name); return false;
    case Stopping::postmaster:
      if (!look_at_postmaster(step, name, ha::step_down)) return false;
      note_end(step, name);
      return false;
    case Stopping::ended:
      let_lock_go(step, name);
      member.stopping = Stopping::settled;
      arm_job(step, name, timing::let_others_lead);
      return false;
    case Stopping::settled: break;
  }
  member.stopping = Stopping::no;
  return true;
}

// Without the DCS: it is only waited for.
bool go_on_demoting(Step& step, UnitName name) { return look_at_postmaster(step, name, nullptr); }

void finish_step_down(Step& step, UnitName name) {
  apply(step, name, decide_up_to(step, name, ha::step_down, ha::Ask::nothing));
  step.note(FactKind::demoted, name);
}

}  // namespace model::patroni
