// Which units write at a moment what others may read.
#include <cstring>

#include "sim/search/independence.h"

namespace sim {

using charm::UnitName;

SharedParts written(const model::World& before, const model::World& after) {
  const model::Application& old = before.shared().application;
  const model::Application& now = after.shared().application;
  SharedParts parts;
  const auto note = [&parts](SharedPart part, bool is_other) {
    if (is_other) parts.set(static_cast<std::size_t>(part));
  };
  note(SharedPart::leadership,
       !(old.lease_holder == now.lease_holder) || old.lapsing != now.lapsing);
  note(SharedPart::bag,
       old.initialised != now.initialised || !(before.endpoints() == after.endpoints()));
  note(SharedPart::secret,
       old.secret_revision != now.secret_revision || old.passwords != now.passwords);
  note(SharedPart::restart_bag, !(old.restart_granted == now.restart_granted));
  note(SharedPart::upgrade_bag, !(before.upgrade_stack() == after.upgrade_stack()) ||
                                    old.upgrade_restricted != now.upgrade_restricted ||
                                    !(old.upgrade_standbys == now.upgrade_standbys) ||
                                    old.rollout.dependencies != now.rollout.dependencies);
  const auto same = [](const auto& a, const auto& b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  note(SharedPart::cluster, !same(before.shared().dcs, after.shared().dcs));
  for (std::size_t at = 0; at < before.units().size(); ++at) {
    const model::UnitState& was = before.units()[at];
    const model::UnitState& is = after.units()[at];
    note(SharedPart::peer_states, was.record.restart_state != is.record.restart_state ||
                                      was.record.upgrade_state != is.record.upgrade_state);
    note(SharedPart::statuses, was.status != is.status || was.status_text != is.status_text);
    note(SharedPart::scope, was.record.in_scope != is.record.in_scope || was.exists != is.exists ||
                                was.record.life != is.record.life);
    note(SharedPart::cluster, !same(was.pod, is.pod) || !same(was.member, is.member) ||
                                  !same(was.postgres, is.postgres) || !same(was.cache, is.cache) ||
                                  !same(was.container, is.container));
  }
  note(SharedPart::password_count, before.shared().passwords_made != after.shared().passwords_made);
  return parts;
}

charm::UnitSet written_units(const model::World& before, const model::World& after) {
  charm::UnitSet units;
  for (std::uint16_t ordinal = 0; ordinal < before.unit_count(); ++ordinal) {
    const UnitName unit{ordinal};
    const model::TimerId agent = model::timer_id(unit, model::UnitTimer::agent);
    const bool same =
        std::memcmp(&before.unit(unit), &after.unit(unit), sizeof(model::UnitState)) == 0 &&
        before.is_armed(agent) == after.is_armed(agent);
    if (!same) units.insert(unit);
  }
  return units;
}

void SeenWriters::begin_pass() {
  for (auto& [at_us, moment] : moments_) moment.relied = {};
  has_refuted_ = false;
}

void SeenWriters::rely(charm::Instant moment, const Reliance& on) {
  Reliance& relied = moments_[moment.micros].relied;
  relied.parts |= on.parts;
  for (const UnitName unit : on.untold) relied.untold.insert(unit);
}

void SeenWriters::note(const model::World& before, const model::World& after,
                       std::optional<model::TimerId> fired) {
  const SharedParts parts = written(before, after);
  const charm::UnitSet told = written_units(before, after);
  if (parts.none() && told.empty()) return;
  charm::UnitSet who = after.existing();  // of the world's: as if all had written it
  const bool is_of_a_unit = fired && !model::is_world_timer(*fired);
  if (is_of_a_unit) {
    who.clear();
    who.insert(model::unit_of(*fired));
  }
  OfMoment& moment = moments_[after.now().micros];
  for (const UnitName unit : told) {
    const bool is_its_own = is_of_a_unit && model::unit_of(*fired) == unit;
    if (is_its_own || moment.writers.told.contains(unit)) continue;
    moment.writers.told.insert(unit);
    has_refuted_ |= moment.relied.untold.contains(unit);
  }
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (!parts[part]) continue;
    charm::UnitSet& known = moment.writers.units[part];
    for (const UnitName unit : who) {
      if (known.contains(unit)) continue;
      known.insert(unit);
      has_refuted_ |= moment.relied.parts[part];
    }
  }
}

}  // namespace sim
