// For the tests of the HA decision: three members, pg-0 holds the lock, all answers are yes. Each
// test changes what it is about.
#pragma once

#include <gtest/gtest.h>

#include "model/ha_decision.h"

namespace model::ha {

using namespace std::chrono_literals;

inline constexpr MemberName zero{0}, one{1}, two{2};

inline MemberSet set_of(std::initializer_list<MemberName> names) {
  MemberSet set;
  for (MemberName name : names) set.insert(name);
  return set;
}

struct HaDecisionTest : testing::Test {
  HaView view;
  HaAnswers answers;

  HaDecisionTest() {
    for (Answer* answer : {&answers.update_lock, &answers.acquire_lock, &answers.initialize,
                           &answers.peers, &answers.failsafe, &answers.reload, &answers.history}) {
      *answer = Answer::yes;
    }
    answers.write_sync.fill(Answer::yes);
    view.dcs.initialize = Initialize::system_id;
    view.dcs.system_id = 1;
    view.dcs.cluster_timeline = 1;
    view.dcs.optime = 100;
    view.dcs.lock_holder = zero;
    for (MemberName name : {zero, one, two}) {
      view.dcs.members.timeline[name.ordinal] = 1;
      answers.peer[name.ordinal] = {
          .reachable = true, .timeline = 1, .received = 100, .replayed = 100};
    }
    view.dcs.members.exist = view.dcs.members.published = set_of({zero, one, two});
    view.dcs.members.primaries = set_of({zero});
    view.memory.has_seen_cluster = true;
    view.memory.seen = set_of({zero, one, two});
    view.memory.seen_holder = zero;
    be(one);
  }

  void be(MemberName name) {
    view.me = name;
    view.postgres.received = view.postgres.replayed = view.postgres.flushed = 100;
    view.postgres.upstream = {.source = Source::member, .member = zero};
  }
  // It holds the lock, and is the primary.
  void be_leader() {
    be(zero);
    view.postgres.in_recovery = false;
    view.postgres.role = Role::primary;
    view.memory.is_leader = true;
    view.memory.rewind = Rewind::checkpointed;
  }
  void lose_lock_holder() {
    view.dcs.lock_holder = {};
    answers.peer[0].reachable = false;
    view.dcs.members.primaries = {};
  }
  void crash() { view.postgres.runs = view.postgres.answers = false; }
  PeerStatus& peer(MemberName name) { return answers.peer[name.ordinal]; }

  // What is loaded again is what was there, with the lock taken by whom it was given to.
  HaDecision decide_now() {
    if (!has_reloaded) answers.reloaded = view.dcs;
    return decide(view, answers);
  }
  Outcome outcome() { return decide_now().outcome; }
  bool writes(Write write) { return decide_now().writes.contains(write); }

  bool has_reloaded = false;
};

}  // namespace model::ha
