// Who has written what, and where it goes on from there.
#include "sim/search/writers.h"

#include <algorithm>
#include <cstring>

#include "model/hash.h"

namespace sim {

using charm::UnitName;

namespace {

template <class T>
bool has_same_bytes(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

}  // namespace

bool has_moved(const model::UnitState& was, const model::UnitState& is) {
  return !has_same_bytes(was.pod, is.pod) || !has_same_bytes(was.member, is.member) ||
         !has_same_bytes(was.postgres, is.postgres) || !has_same_bytes(was.cache, is.cache) ||
         !has_same_bytes(was.container, is.container);
}

namespace {

void add_all(charm::UnitSet& to, const charm::UnitSet& units) {
  for (const UnitName unit : units) to.insert(unit);
}

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
  const bool is_other_dcs = !has_same_bytes(before.shared().dcs, after.shared().dcs);
  note(SharedPart::dcs, is_other_dcs);
  note(SharedPart::cluster, is_other_dcs);
  note(SharedPart::relations, !has_same_bytes(before.shared().relations, after.shared().relations));
  for (std::size_t at = 0; at < before.units().size(); ++at) {
    const model::UnitState& was = before.units()[at];
    const model::UnitState& is = after.units()[at];
    note(SharedPart::peer_states, was.record.restart_state != is.record.restart_state ||
                                      was.record.upgrade_state != is.record.upgrade_state);
    note(SharedPart::statuses, was.status != is.status || was.status_text != is.status_text);
    note(SharedPart::scope, was.record.in_scope != is.record.in_scope || was.exists != is.exists ||
                                was.record.life != is.record.life);
    note(SharedPart::cluster, has_moved(was, is));
  }
  note(SharedPart::password_count, before.shared().passwords_made != after.shared().passwords_made);
  return parts;
}

}  // namespace

Effects effects(const model::World& before, const model::World& after) {
  Effects all{.parts = written(before, after), .told = {}, .moved = {}, .woken = {}};
  for (std::uint16_t ordinal = 0; ordinal < before.unit_count(); ++ordinal) {
    const UnitName unit{ordinal};
    const model::TimerId agent = model::timer_id(unit, model::UnitTimer::agent);
    if (!has_same_bytes(before.unit(unit), after.unit(unit)) ||
        before.is_armed(agent) != after.is_armed(agent)) {
      all.told.insert(unit);
    }
    if (has_moved(before.unit(unit), after.unit(unit))) all.moved.insert(unit);
  }
  const auto count = static_cast<std::uint32_t>(after.timer_count());
  for (std::uint32_t at = model::world_timer_count; at < count; ++at) {
    const model::TimerId timer{at};
    if (before.window(timer) != after.window(timer)) all.woken.insert(model::unit_of(timer));
  }
  return all;
}

bool Effects::empty() const {
  return parts.none() && told.empty() && moved.empty() && woken.empty();
}

void Effects::add(const Effects& other) {
  parts |= other.parts;
  add_all(told, other.told);
  add_all(moved, other.moved);
  add_all(woken, other.woken);
}

void Reliance::add(const Reliance& other) {
  parts |= other.parts;
  add_all(untold, other.untold);
  add_all(unmoved, other.unmoved);
  add_all(unwoken, other.unwoken);
}

SeenWriters::Places SeenWriters::places_of(const model::World& world) {
  Places places;
  places.reserve(world.unit_count());
  for (const model::UnitState& unit : world.units()) {
    const charm::Event& hook = unit.record.hook;
    Place place = model::mix(static_cast<std::uint64_t>(unit.record.step),
                             static_cast<std::uint64_t>(hook.kind) * 256 + hook.subject);
    place = model::mix(place, hook.remote_unit.ordinal * 0x10000U + hook.departing_unit.ordinal);
    places.push_back(model::mix(place, hook.relation.number));
  }
  return places;
}

Effects SeenWriters::from(const OfMoment& moment, std::uint16_t unit, Place place) {
  Effects all;
  std::set<Place> reached{place};
  std::vector<Place> left{place};
  while (!left.empty()) {
    const auto found = moment.at.find({unit, left.back()});
    left.pop_back();
    if (found == moment.at.end()) continue;
    all.add(found->second.effects);
    for (const Place next : found->second.next) {
      if (reached.insert(next).second) left.push_back(next);
    }
  }
  return all;
}

Writers SeenWriters::writers(const OfMoment& moment, const Places& places) {
  Writers all;
  const auto add = [&all](UnitName by, const Effects& effects) {
    for (std::size_t part = 0; part < shared_part_count; ++part) {
      if (effects.parts[part]) all.units[part].insert(by);
    }
    const auto add_others = [by](charm::UnitSet& to, charm::UnitSet units) {
      units.erase(by);
      add_all(to, units);
    };
    add_others(all.told, effects.told);
    add_others(all.woken, effects.woken);
    add_all(all.moved, effects.moved);
  };
  const auto count = static_cast<std::uint16_t>(places.size());
  for (std::uint16_t unit = 0; unit < count; ++unit) {
    add({unit}, moment.of_world);
    add({unit}, from(moment, unit, places[unit]));
    const auto timers = moment.of_timers.find(unit);
    if (timers != moment.of_timers.end()) add({unit}, timers->second);
  }
  add_all(all.told, moment.of_world.told);
  add_all(all.woken, moment.of_world.woken);
  return all;
}

void SeenWriters::begin_pass() {
  for (auto& [at_us, moment] : moments_) moment.relied.clear();
}

Writers SeenWriters::at(charm::Instant moment, const model::World& world) const {
  const auto found = moments_.find(moment.micros);
  return found == moments_.end() ? Writers() : writers(found->second, places_of(world));
}

void SeenWriters::rely(charm::Instant moment, const model::World& world, UnitName unit,
                       const Reliance& on) {
  moments_[moment.micros].relied[{unit.ordinal, places_of(world)}].add(on);
}

void SeenWriters::note(const model::World& before, const model::World& after,
                       std::optional<model::TimerId> fired) {
  OfMoment& moment = moments_[after.now().micros];
  const Places old = places_of(before);
  const Places now = places_of(after);
  const auto count = static_cast<std::uint16_t>(old.size());
  for (std::uint16_t unit = 0; unit < count; ++unit) {
    if (old[unit] != now[unit]) moment.at[{unit, old[unit]}].next.insert(now[unit]);
  }
  const Effects all = effects(before, after);
  if (all.empty()) return;
  if (!fired || model::is_world_timer(*fired)) return moment.of_world.add(all);
  const std::uint16_t by = model::unit_of(*fired).ordinal;
  const model::UnitTimer timer = model::unit_timer(*fired);
  const bool is_of_hook = timer == model::UnitTimer::call || timer == model::UnitTimer::agent;
  (is_of_hook ? moment.at[{by, old[by]}].effects : moment.of_timers[by]).add(all);
}

bool SeenWriters::has_refuted() const {
  const auto meet = [](const charm::UnitSet& a, const charm::UnitSet& b) {
    return std::ranges::any_of(a, [&b](UnitName unit) { return b.contains(unit); });
  };
  for (const auto& [at_us, moment] : moments_) {
    for (const auto& [where, relied] : moment.relied) {
      const Writers seen = writers(moment, where.second);
      for (std::size_t part = 0; part < shared_part_count; ++part) {
        if (!relied.parts[part]) continue;
        if (seen.is_written_by_others(static_cast<SharedPart>(part), {where.first})) return true;
      }
      if (meet(relied.untold, seen.told) || meet(relied.unmoved, seen.moved) ||
          meet(relied.unwoken, seen.woken)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace sim
