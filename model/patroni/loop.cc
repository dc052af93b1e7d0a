// When a pass of the HA loop comes, and how it goes: see, decide, ask, decide on, act
// (patroni-and-kubernetes.md, sections 2.1 and 2.3; the decision itself is in model/ha/).
#include "model/patroni/loop.h"

#include <tuple>

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

// The next loop, one loop_wait after this one has begun, or at once if it has taken longer ("Loop
// time exceeded"); a follower of a known leader naps half a second longer, once, so that it sees an
// expiry in the first loop past ttl (section 2.1).
void schedule(Step& step, UnitName name, bool was_woken) {
  Member& member = step.world.unit(name).member;
  if (member.missed_event) {
    member.missed_event = false;
    return wake(step, name);
  }
  const bool follows = !is_unlocked(step.world, name) && !holds_lock(step.world, name);
  const charm::Duration late = was_woken && follows ? timing::follower_delay : charm::Duration{0};
  const charm::Duration took =
      network::on_clock_of(step.world, name, step.world.now() - charm::Instant{member.pass_us});
  const charm::Duration left = step.parameters.loop_wait - took;
  const charm::Duration wait = left > charm::Duration{0} ? left + late : timing::loop_exceeded;
  step.world.arm(timer_id(name, UnitTimer::ha),
                 exactly(network::by_clock_of(step.world, name, wait)));
}

// Whether what a renewal would be answered makes Patroni try again: no connection, 429 with its
// Retry-After, and 403 only since 4.1.1 (section 1.9, step 3).
bool is_retried(const Step& step, UnitName name) {
  if (!network::reaches_api(step.world, name)) return true;
  switch (network::api_trouble(step.world)) {
    case ApiTrouble::none: return false;
    case ApiTrouble::throttled:
    case ApiTrouble::late: return true;
    case ApiTrouble::forbidden: return step.parameters.patroni == ha::Version::v4_1;
  }
  return false;
}

// A holder that cannot reach the API server tries to renew for retry_timeout, and fails then
// (section 1.9), unless it is reached before that: on_api_reached(). Whoever only reads fails at
// once: its watches are gone.
bool waits_for_api(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  if (!is_retried(step, name) || member.renewing) {
    member.renewing = false;
    return false;
  }
  if (!member.memory.is_leader) return false;
  member.renewing = true;
  // It takes effect at once, and the second try is refused for its old version, unheard as well.
  const bool late = network::api_trouble(step.world) == ApiTrouble::late;
  if (late && network::reaches_api(step.world, name) && !conflicts(step, name, Key::lock) &&
      seen_by(step.world, name).lock_holder == charm::member_of(name)) {
    renew(step, name, Heard::no);
  }
  step.world.arm(timer_id(name, UnitTimer::ha),
                 exactly(network::by_clock_of(step.world, name, step.parameters.retry_timeout)));
  return true;
}

// A new process asks for the cluster until it gets it, and does nothing else before that: it has no
// REST API, and starts no PostgreSQL (section 2.2). A LIST that is refused is no answer either.
bool waits_for_dcs(Step& step, UnitName name) {
  if (step.world.unit(name).member.rest_up || network::api_serves(step.world, name)) return false;
  step.world.arm(timer_id(name, UnitTimer::ha),
                 exactly(network::by_clock_of(step.world, name, timing::dcs_retry)));
  return true;
}

void begin_cycles(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.rest_up = true;
  unit.postgres.excused_us = step.world.now().micros;  // nobody could demote it before
  load_parameters(step, name);
  kubernetes::look_at_health(step, name);
}

// Whether the answers of its peers let it reach for the lock. What it has loaded and heard is what
// it acts on, though others may have been faster meanwhile.
bool will_race(const ha::HaView& view, const ha::HaAnswers& answers) {
  return ha::decide(view, answers).asks == ha::Ask::acquire_lock;
}

// True: the answers are on their way, and the pass goes on when they are there. They are worth a
// wait to whoever races, and where a silent peer keeps everybody waiting. A race that asks nobody
// (a primary that finds its lock gone) is one step with its write.
bool waits_for_peers(Step& step, UnitName name, const ha::HaView& view, ha::HaAnswers& answers) {
  Member& member = step.world.unit(name).member;
  const bool silence = !member.asking && note_silent_peers(step, name);
  answer(step, name, {.asks = ha::Ask::peers}, answers);
  if (member.asking) return false;
  if (will_race(view, answers)) begin_race(step, name);
  member.asking = silence || member.racing;
  if (!member.asking) return false;
  const Span wait = silence ? exactly(timing::peer_timeout) : timing::peer_answers;
  step.world.arm(timer_id(name, UnitTimer::ha),
                 {network::by_clock_of(step.world, name, wait.least),
                  network::by_clock_of(step.world, name, wait.most)});
  return true;
}

// A pass that races goes on with the objects that it has loaded, and the lock that it has seen
// free; its own PostgreSQL and the members' records it sees as they are at the end of its wait. Any
// other one that has waited looks again: all that it does could as well have come later.
ha::HaView view_of_pass(Step& step, UnitName name) {
  ha::HaView view = view_of(step.world, name, step.parameters);
  if (step.world.unit(name).member.racing) view.dcs = raced_dcs_of(step.world, name);
  return view;
}

// False: it waits for an answer, and comes again.
bool run_pass(Step& step, UnitName name) {
  note_who_caught_up(step, name);
  const ha::HaView view = view_of_pass(step, name);
  ha::HaAnswers answers;
  ha::HaDecision decision = ha::decide(view, answers);
  while (decision.asks != ha::Ask::nothing) {
    if (decision.asks == ha::Ask::write_sync && decision.awaits_standbys) {
      answers.write_sync[decision.sync_writes - 1U] = ha::Answer::no;  // not yet: finish_naming()
    } else if (decision.asks == ha::Ask::peers) {
      if (waits_for_peers(step, name, view, answers)) return false;
    } else {
      answer(step, name, decision, answers);
    }
    decision = ha::decide(view, answers);
  }
  end_pass(step, name);
  apply(step, name, decision);
  if (step.world.unit(name).container.service_running) load_parameters(step, name);
  if (decision.awaits_standbys && step.world.unit(name).container.service_running) {
    step.world.unit(name).member.naming = true;
    step.world.unit(name).member.naming_version = seen_by(step.world, name).sync_version;
  }
  return true;
}

// Synchronous standbys that were named 2 s ago: those that have caught up may be promoted from now
// on (section 4.3), if nobody has written `-sync` since.
void finish_naming(Step& step, UnitName name) {
  step.world.unit(name).member.naming = false;
  note_who_caught_up(step, name);
  const ha::HaView view = view_of(step.world, name, step.parameters);
  const ha::MemberSet confirmed = view.postgres.standbys.confirmed;
  const bool same =
      step.world.shared().dcs.sync_version == step.world.unit(name).member.naming_version;
  if (same && !confirmed.empty() && !(confirmed == view.dcs.sync.standbys)) {
    write_standbys(step, name, {.leader = view.me, .standbys = confirmed});
  }
}

// What a member has of its file, and has told PostgreSQL of it.
auto loaded(const Member& member) {
  return std::tuple(member.tagged, member.parameters.local, member.reloadable, member.passwords,
                    member.listed, member.listed_by_tls, member.listed_marked, member.admitted,
                    member.admits_by_tls, member.tls, member.certificate);
}

// A reload takes note only; the file is read when the loop comes round (Patroni 3.1.2: daemon.py,
// run). Nothing wakes the loop for it.
void read_again(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.reload_pending = false;
  const auto before = loaded(unit.member);
  reload_pg_hba(step, name);
  load_file(step, name);
  if (loaded(unit.member) != before) step.note(FactKind::file_read, name);
}

}  // namespace

void on_ha_timer(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  const bool was_woken = member.woken;
  member.woken = false;
  if (member.naming) {
    finish_naming(step, name);
    return schedule(step, name, false);
  }
  if (!member.asking && !member.renewing) {
    member.pass_us = step.world.now().micros;
    if (member.reload_pending) read_again(step, name);
  }
  network::try_api(step, name);
  if (waits_for_dcs(step, name)) return;
  if (!member.rest_up) begin_cycles(step, name);
  if (network::reaches_api(step.world, name) && !member.racing) load_cluster(step, name);
  if (waits_for_api(step, name) || !run_pass(step, name)) return;
  if (!step.world.unit(name).container.service_running) return;  // the process has ended itself
  if (member.naming) {
    const charm::Duration wait = timing::names_take_hold;
    return step.world.arm(timer_id(name, UnitTimer::ha),
                          exactly(network::by_clock_of(step.world, name, wait)));
  }
  if (!member.woken) schedule(step, name, was_woken);
}

void on_api_reached(Step& step, UnitName name) {
  if (!step.world.unit(name).member.renewing || !network::api_serves(step.world, name)) return;
  step.world.arm(timer_id(name, UnitTimer::ha), timing::api_retry);
}

void on_lock_expiry(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  member.lock_valid = false;
  step.note(FactKind::lock_expired, name);
}

}  // namespace model::patroni
