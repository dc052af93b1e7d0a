// Looks at the world after each step, and at the client's log.
#include "sim/failover/watch.h"

#include <algorithm>
#include <type_traits>

#include "model/hash.h"
#include "model/network.h"
#include "model/postgresql.h"

namespace sim::failover {
namespace {

using charm::UnitName;

// Keeps since when it is so.
void keep(std::int64_t& since, bool is_so, std::int64_t now) {
  if (!is_so) {
    since = charm::never.micros;
  } else if (since == charm::never.micros) {
    since = now;
  }
}

bool is_there(const model::World& world, UnitName unit, std::uint16_t branch, std::uint32_t serial,
              std::uint64_t lsn) {
  // A branch whose number has been used again is nobody's history any more.
  return world.shared().branches[branch].serial == serial &&
         model::postgresql::contains(world, unit, branch, lsn);
}

}  // namespace

std::string_view to_text(Phase phase) {
  switch (phase) {
    case Phase::detect: return "detect";
    case Phase::elect: return "elect";
    case Phase::promote: return "promote";
    case Phase::route: return "route";
    case Phase::client: return "client";
  }
  return "";
}

void Watch::restart(const model::World& world, charm::Instant fault,
                    charm::Duration noticed_break) {
  members_.assign(world.unit_count(), {});
  acknowledged_.clear();
  doubtful_.clear();
  longest_ = {};
  fault_ = fault;
  noticed_break_ = noticed_break;
  last_ = served_since_ = world.now();
  acted_ = charm::never;
  server_ = {};
  first_server_ = {};
  stint_ = 0;
  noticed_ = false;
  for (UnitName unit; unit.ordinal < world.unit_count(); ++unit.ordinal) {
    if (!model::postgresql::is_primary(world, unit)) continue;
    server_ = first_server_ = unit;
    stint_ = world.unit(unit).postgres.stint;
    if (world.unit(unit).postgres.write_waits) invoked(world, unit);
  }
  look(world);
}

Watch::Commit Watch::newest(const model::World& world, UnitName member) {
  const model::Postgres& postgres = world.unit(member).postgres;
  return {postgres.lsn, world.shared().branches[postgres.branch].serial, postgres.branch};
}

bool Watch::is_server(const model::World& world, UnitName member) const {
  if (server_ == member && stint_ == world.unit(member).postgres.stint) return true;
  return world.shared().application.primary_route.contains(member);
}

// Nobody acts while all is well: what is looked at is what follows a fault of the primary.
bool Watch::somebody_acts(const model::World& world) const {
  const charm::MaybeMember holder = world.shared().dcs.lock_holder;
  if (!holder) return true;
  // What a pod that is cut off does to itself brings no other member forward.
  if (server_ && model::network::reaches_api(world, *server_)) {
    const model::UnitState& unit = world.unit(*server_);
    if (unit.member.handing_over || unit.member.stopping != model::Stopping::no) return true;
    if (unit.postgres.database == model::Database::starting) return true;
    if (unit.member.job != model::Job::none) return true;
  }
  for (UnitName unit; unit.ordinal < world.unit_count(); ++unit.ordinal) {
    const model::Member& member = world.unit(unit).member;
    if (member.rest_up && !member.lock_valid && unit != charm::unit_of(*holder)) return true;
  }
  return false;
}

void Watch::look(const model::World& world) {
  const std::int64_t now = world.now().micros;
  const charm::MaybeMember holder = world.shared().dcs.lock_holder;
  for (UnitName unit; unit.ordinal < world.unit_count(); ++unit.ordinal) {
    Member& member = members_[unit.ordinal];
    keep(member.lock_us, holder && charm::unit_of(*holder) == unit, now);
    keep(member.primary_us, model::postgresql::is_primary(world, unit), now);
    keep(member.routed_us, world.shared().application.primary_route.contains(unit), now);
  }
  if (acted_ == charm::never && somebody_acts(world)) acted_ = world.now();
}

void Watch::step_done(const model::World& world) { look(world); }

void Watch::doubt(Member& member) {
  if (!member.is_waiting) return;
  member.is_waiting = false;
  doubtful_.push_back(member.waits);
}

void Watch::invoked(const model::World& world, UnitName member) {
  Member& server = members_[member.ordinal];
  const std::uint16_t stint = world.unit(member).postgres.stint;
  // What waited there for another process was the client's, if it was connected to that.
  if (server_ == member && server.waits_stint == stint_ && stint != stint_) doubt(server);
  server.waits = newest(world, member);
  server.waits_stint = stint;
  server.is_waiting = true;
}

Watch::Phases Watch::cut(const Member& member, Phase last, std::int64_t now) const {
  std::array<std::int64_t, phase_count> ends{acted_.micros, member.lock_us, member.primary_us,
                                             member.routed_us, now};
  ends[static_cast<std::size_t>(last)] = now;
  // Each phase ends when its own thing is so, but not before the one before it; where nobody had to
  // act, the first that was to be waited for says until when nothing was done.
  Phases phases{};
  std::int64_t at = last_.micros;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const bool is_known = ends[phase] != charm::never.micros;
    const std::int64_t end = is_known ? std::clamp(ends[phase], at, now) : at;
    phases[phase] = end - at;
    at = end;
  }
  return phases;
}

void Watch::end_gap(UnitName by, charm::Instant now) {
  if (now < fault_ || (now - last_).count() <= longest_.outage_us) return;
  longest_.outage_us = (now - last_).count();
  longest_.phases_us = cut(members_[by.ordinal], Phase::client, now.micros);
}

// Of a gap that nobody ends: it is whoever holds the lock that is waited for.
Watch::Phases Watch::cut_open(const model::World& world) const {
  const std::int64_t now = world.now().micros;
  const charm::MaybeMember holder = world.shared().dcs.lock_holder;
  if (!holder) return cut({}, acted_ == charm::never ? Phase::detect : Phase::elect, now);
  const UnitName unit = charm::unit_of(*holder);
  const Member& member = members_[unit.ordinal];
  const bool is_primary = member.primary_us != charm::never.micros;
  const bool is_routed = member.routed_us != charm::never.micros;
  // What is missing then is its standbys' word, or nobody has found out yet.
  const bool answers = is_primary && is_routed && model::network::reaches_controller(world, unit);
  if (acted_ == charm::never && !answers) return cut(member, Phase::detect, now);
  if (!is_primary) return cut(member, Phase::promote, now);
  return cut(member, is_routed ? Phase::client : Phase::route, now);
}

void Watch::acknowledged(const model::World& world, UnitName member, bool /*promised*/) {
  const charm::Instant now = world.now();
  look(world);
  Member& server = members_[member.ordinal];
  server.is_waiting = false;
  if (!is_server(world, member) || !model::network::reaches_controller(world, member)) return;
  const std::uint16_t stint = world.unit(member).postgres.stint;
  end_gap(member, now);
  if (now - last_ >= noticed_break_) {
    served_since_ = now;
    if (now >= fault_) noticed_ = true;
  }
  if (!(server_ == member && stint_ == stint)) {
    if (server_ && server_ != member) {
      Member& before = members_[server_.ordinal];
      if (before.waits_stint == stint_) doubt(before);
    }
    if (now >= fault_) noticed_ = true;
    server_ = member;
    stint_ = stint;
    served_since_ = now;
  }
  last_ = now;
  acted_ = charm::never;
  acknowledged_.push_back(newest(world, member));
}

// Histories are asked of the world in the end.
void Watch::forked(std::uint32_t /*serial*/, std::uint32_t /*parent*/, std::uint64_t /*lsn*/) {}
void Watch::given_up(const model::World& /*world*/) {}

std::uint64_t Watch::fingerprint() const {
  const auto add_all = [](const auto& list, std::uint64_t hash) {
    using Item = std::remove_cvref_t<decltype(list.front())>;
    static_assert(std::has_unique_object_representations_v<Item>);
    return model::hash_bytes(list.data(), list.size() * sizeof(Item), hash);
  };
  std::uint64_t hash = add_all(members_, 0);
  hash = add_all(acknowledged_, hash);
  hash = add_all(doubtful_, hash);
  hash =
      add_all(longest_.phases_us, model::mix(hash, static_cast<std::uint64_t>(longest_.outage_us)));
  for (const charm::Instant at : {fault_, last_, served_since_, acted_}) {
    hash = model::mix(hash, static_cast<std::uint64_t>(at.micros));
  }
  hash = model::mix(hash, server_.ordinal);
  hash = model::mix(hash, first_server_.ordinal);
  return model::mix(hash, std::uint64_t{stint_} * 2 + std::uint64_t{noticed_});
}

Failover Watch::result(const model::World& world, bool is_open) const {
  Failover result = longest_;
  result.is_open = is_open;
  if (is_open) {
    const std::int64_t seen_us = (world.now() - last_).count();
    if (seen_us > result.outage_us) {
      result.outage_us = seen_us;
      result.phases_us = cut_open(world);
    }
    return result;
  }
  result.has_moved = server_ != first_server_;
  const auto is_in_history = [this, &world](const Commit& commit) {
    return is_there(world, *server_, commit.branch, commit.serial, commit.lsn);
  };
  for (const Commit& commit : acknowledged_) {
    if (!is_in_history(commit)) ++result.lost;
  }
  for (const Commit& commit : doubtful_) {
    ++result.in_doubt;
    if (is_in_history(commit)) ++result.in_doubt_there;
  }
  return result;
}

}  // namespace sim::failover
