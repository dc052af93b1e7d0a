// Safety of Patroni's objects and of the data (patroni-and-kubernetes.md, section 9): what is
// broken, if it is. `memory` is what stood before the step, `facts` tell what it did, in order.
#include <algorithm>

#include "model/network.h"
#include "model/patroni.h"
#include "model/postgresql.h"
#include "sim/properties/postgresql.h"

namespace sim::properties::judge {
namespace {

using charm::UnitName;
using model::FactKind;

const model::Fact* find(const Moment& moment, FactKind kind) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind == kind) return &fact;
  }
  return nullptr;
}

Judgement if_noted(const Moment& moment, FactKind kind, const char* what) {
  const model::Fact* fact = find(moment, kind);
  if (fact == nullptr) return std::nullopt;
  return name_of(moment, *fact->unit) + what;
}

// How long a renewal protects its writer: until the fastest clock has counted the ttl. Beyond the
// error of the clocks' rates nothing is promised (section 9, S11).
charm::Duration protected_for(const Moment& moment) {
  const charm::Duration ttl = moment.scenario.world.patroni.ttl;
  charm::Duration least = ttl;
  for (UnitName unit : moment.world.existing()) {
    least = std::min(least, model::network::by_clock_of(moment.world, unit, ttl));
  }
  return least;
}

// GET /primary answers 200: its process answers, and holds the lock by its own clock (section 3),
// as far as others must wait for that.
bool answers_as_primary(const Moment& moment, UnitName name) {
  const model::UnitState& unit = moment.world.unit(name);
  if (!model::patroni::is_up(moment.world, name) || !unit.member.memory.is_leader) return false;
  // By failsafe, without the DCS: an old leader that wakes up while the API server is down may get
  // everybody's consent, and is a leader for itself until it reads the lock again (2.11). Its
  // commits wait for standbys that have left it. So it is, too, between a consent that it does not
  // get again and the end of its PostgreSQL: the record has run out for itself as for all others.
  if (unit.member.memory.failsafe_us != model::Memory::long_ago_us) return false;
  if (!unit.member.lock_valid) return false;
  return moment.world.now().micros < unit.postgres.confirmed_us + protected_for(moment).count();
}

std::string_view text_of(model::Initialise state) {
  switch (state) {
    case model::Initialise::absent: return "absent";
    case model::Initialise::bootstrapping: return "empty";
    case model::Initialise::done: return "a system identifier";
  }
  return {};
}

}  // namespace

Judgement lock_history(const Moment& moment) {
  const Memory& before = *moment.memory;
  const model::Dcs& now = moment.world.shared().dcs;
  std::uint32_t taken = 0;
  for (const model::Fact& fact : moment.facts) taken += fact.kind == FactKind::lock_taken ? 1U : 0U;
  if (now.transitions != before.transitions + taken) {
    return "transitions went from " + std::to_string(before.transitions) + " to " +
           std::to_string(now.transitions) + ", and the lock was taken " + std::to_string(taken) +
           " times";
  }
  if (!(now.lock_holder == before.lock_holder) && now.lock_version == before.lock_version) {
    return "two holders of one version of the lock object";
  }
  return std::nullopt;
}

Judgement entitled(const Moment& moment) {
  return if_noted(moment, FactKind::unentitled,
                  " acknowledges, and has not held the lock for ttl of its own clock");
}

Judgement loss_bound(const Moment& moment) {
  return if_noted(moment, FactKind::loss_unbound,
                  " acknowledges, and lacks more than maximum_lag_on_failover of what was stored "
                  "with the lock");
}

Judgement standbys_enforced(const Moment& moment) {
  const model::Dcs& dcs = moment.world.shared().dcs;
  if (!dcs.sync_leader || !(dcs.lock_holder == dcs.sync_leader)) return std::nullopt;
  const UnitName holder = charm::unit_of(*dcs.sync_leader);
  if (!model::postgresql::is_primary(moment.world, holder)) return std::nullopt;
  const charm::UnitSet missing = dcs.sync_standbys - moment.world.unit(holder).member.sync_names;
  if (missing.empty()) return std::nullopt;
  return name_of(moment, missing.first()) + " is in -sync, and " + name_of(moment, holder) +
         " does not wait for it";
}

Judgement races_fairly(const Moment& moment) {
  return if_noted(moment, FactKind::lock_stolen,
                  " overwrote the lock, by a version that its race had not seen");
}

Judgement synchronous_promotes(const Moment& moment) {
  const Memory& before = *moment.memory;
  const model::Fact* fact = find(moment, FactKind::lock_taken);
  if (fact == nullptr || !before.sync_leader) return std::nullopt;
  const bool named = before.sync_leader == charm::member_of(*fact->unit) ||
                     before.sync_standbys.contains(*fact->unit);
  // Patroni asks it of replicas alone (`is_healthiest_node` of 3.1.2 and 4.1.5): S3 and S4 judge
  // what comes of it.
  if (named || model::postgresql::is_primary(moment.world, *fact->unit)) return std::nullopt;
  return name_of(moment, *fact->unit) + " took the lock, and is not in -sync";
}

// Section 5: what a promotion begins is later than what anybody has acknowledged commits on, of the
// same database.
Judgement timelines_rise(const Moment& moment) {
  const auto& branches = moment.world.shared().branches;
  const auto root = [&branches](std::uint16_t at) {
    while (branches[at].parent != 0) at = branches[at].parent;
    return at;
  };
  if (const model::Fact* fact = find(moment, FactKind::promoted)) {
    const model::Postgres& postgres = moment.world.unit(*fact->unit).postgres;
    for (std::uint16_t at = 1; at < model::max_branches; ++at) {
      const model::Branch& other = branches[at];
      if (at == postgres.branch || other.timeline < postgres.timeline || other.acknowledged == 0) {
        continue;
      }
      if (root(at) != root(postgres.branch)) continue;
      return name_of(moment, *fact->unit) + " began timeline " + std::to_string(postgres.timeline) +
             ", and commits were acknowledged on another " + std::to_string(other.timeline);
    }
  }
  const model::Fact* history = find(moment, FactKind::history_written);
  const bool anew = find(moment, FactKind::initialise_changed) != nullptr;
  if (history == nullptr || anew || history->value >= moment.memory->history) return std::nullopt;
  return "the key `history` went from " + std::to_string(moment.memory->history) + " to " +
         std::to_string(history->value);
}

Judgement streams_its_history(const Moment& moment) {
  if (auto text = if_noted(moment, FactKind::rewound_acknowledged,
                           " was rewound over commits that a standby had confirmed"))
    return text;
  return if_noted(moment, FactKind::diverged, " streams from a server whose history is another");
}

Judgement initialised_once(const Moment& moment) {
  using model::Initialise;
  // By a hook, or with the application that it belonged to.
  const bool removed = find(moment, FactKind::object_removed) != nullptr ||
                       find(moment, FactKind::garbage_collected) != nullptr;
  Initialise state = moment.memory->initialise;
  std::uint32_t made = moment.memory->databases_made;
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind == FactKind::job_started &&
        fact.value == static_cast<std::uint32_t>(model::Job::bootstrap) && ++made > 1) {
      return name_of(moment, *fact.unit) +
             " runs initdb, and one has been run for this `initialize`";
    }
    if (fact.kind != FactKind::initialise_changed) continue;
    const auto next = static_cast<Initialise>(fact.value);
    const bool fits = next == Initialise::absent
                          ? state == Initialise::bootstrapping || removed
                          : static_cast<int>(next) == static_cast<int>(state) + 1;
    if (!fits) {
      return "`initialize` went from " + std::string(text_of(state)) + " to " +
             std::string(text_of(next));
    }
    if (next == Initialise::bootstrapping) made = 0;
    state = next;
  }
  return std::nullopt;
}

Judgement one_answers_as_primary(const Moment& moment) {
  if (moment.world.shared().dcs.paused) return std::nullopt;
  // A lock that an outsider has deleted is free before its holder's own expiry (8.6).
  if (moment.world.shared().client.unprotected) return std::nullopt;
  charm::MaybeUnit first;
  const std::int64_t now_us = moment.world.now().micros;
  for (UnitName unit : moment.world.existing()) {
    // By a clock that was stepped a valid lock is free, or a lost one valid, until then.
    const bool doubtful = moment.memory->bounds.is_doubtful(unit, now_us);
    if (doubtful || !answers_as_primary(moment, unit)) continue;
    if (first) {
      return name_of(moment, *first) + " and " + name_of(moment, unit) +
             " both answer 200 to GET /primary";
    }
    first = unit;
  }
  return std::nullopt;
}

// Who holds what was acknowledged, and nobody else does.
Judgement last_copy_is_spared(const Moment& moment) {
  const model::Fact* fact = find(moment, FactKind::service_restarted);
  if (fact == nullptr) return std::nullopt;
  // A lock holder that waits for who is not synchronous is of no use as it is. It stops in good
  // order, and hands over to who has everything, or goes on by itself.
  const model::Dcs& dcs = moment.world.shared().dcs;
  const charm::UnitSet named = moment.world.unit(*fact->unit).member.sync_names;
  const bool holds = dcs.lock_holder == charm::member_of(*fact->unit);
  if (holds && !(named - dcs.sync_standbys).empty()) return std::nullopt;
  const charm::UnitSet others = moment.world.planned() - charm::UnitSet{*fact->unit};
  if (others.empty()) return std::nullopt;
  for (UnitName other : others) {
    const model::UnitState& unit = moment.world.unit(other);
    const bool lost = unit.pod.node_lost && unit.pod.node_away_s == 0;  // for ever
    const bool has = unit.postgres.database != model::Database::none && !lost;
    if (has && !model::postgresql::has_confirmed_beyond(moment.world, *fact->unit, other))
      return std::nullopt;
  }
  return name_of(moment, *fact->unit) +
         " was restarted by the charm, and nobody else holds what it acknowledged";
}

Judgement annotation_is_patronis(const Moment& moment) {
  return if_noted(moment, FactKind::lock_granted, " was named by the charm");
}

// A member's data goes when Patroni copies anew, when it gives a bootstrap up and takes
// `initialize` back, or ends without if the API server refuses that, and when its unit is removed.
Judgement data_stay(const Moment& moment) {
  for (UnitName name : moment.world.planned() & moment.memory->has_database) {
    if (moment.world.unit(name).postgres.database != model::Database::none) continue;
    const bool begun = moment.world.shared().dcs.initialise == model::Initialise::bootstrapping;
    const auto of_patroni = [name, begun](const model::Fact& fact) {
      const bool gives_up = fact.kind == FactKind::initialise_changed &&
                            fact.value == static_cast<std::uint32_t>(model::Initialise::absent);
      const bool of_member = fact.unit == name;
      return gives_up || (fact.kind == FactKind::job_ended && of_member) ||
             (begun && fact.kind == FactKind::service_stopped && of_member);
    };
    if (std::ranges::any_of(moment.facts, of_patroni)) continue;
    return name_of(moment, name) + " has lost its data, and Patroni has not asked for it";
  }
  return std::nullopt;
}

}  // namespace sim::properties::judge
