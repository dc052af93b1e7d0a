// Histories: branches of WAL, and what is on the way from the first of them to a member's data.
#include <algorithm>
#include <bitset>

#include "model/postgresql.h"

namespace model::postgresql {
namespace {

using charm::UnitName;

using BranchSet = std::bitset<max_branches>;

// Those that some member's data goes back to: the others are of no use to anybody, except that the
// client's commits on them are lost, which is told when it happens.
BranchSet branches_in_use(const World& world) {
  const auto& branches = world.shared().branches;
  BranchSet used;
  for (const UnitState& unit : world.units()) {
    for (std::uint16_t at = unit.postgres.branch; at != 0; at = branches[at].parent) used.set(at);
  }
  return used;
}

bool ends_here(const World& world, std::uint16_t branch) {
  return std::any_of(world.units().begin(), world.units().end(),
                     [branch](const UnitState& unit) { return unit.postgres.branch == branch; });
}

// The only branch in use that forked from this one; 0 if there are several, or none.
std::uint16_t only_child(const World& world, const BranchSet& used, std::uint16_t branch) {
  std::uint16_t child = 0;
  for (std::uint16_t at = 1; at < max_branches; ++at) {
    if (!used[at] || world.shared().branches[at].parent != branch) continue;
    if (child != 0) return 0;
    child = at;
  }
  return child;
}

// What was written about users on that branch, from this position on, is in nobody's data any more.
void forget_users(World& world, std::uint16_t branch, std::uint64_t from_lsn) {
  for (ClientRelation& relation : world.shared().relations) {
    const auto is_gone = [branch, from_lsn](const ClientUser& user) {
      return user.branch == branch && user.lsn >= from_lsn;
    };
    if (is_gone(relation.users[1])) relation.users[1] = {};
    if (is_gone(relation.users[0])) relation.users = {relation.users[1], {}};
  }
}

// The same of the charm's own users: the newest first, and those that are left close up.
void forget_roles(World& world, std::uint16_t branch, std::uint64_t from_lsn) {
  auto& roles = world.shared().roles;
  const auto left = std::remove_if(roles.begin(), roles.end(), [=](const SystemRoles& one) {
    return one.branch == branch && one.lsn >= from_lsn;
  });
  std::fill(left, roles.end(), SystemRoles{});
}

void redirect_roles(World& world, std::uint16_t from, std::uint16_t to) {
  for (SystemRoles& one : world.shared().roles) {
    if (one.branch == from) one.branch = to;
  }
}

void redirect_users(World& world, std::uint16_t from, std::uint16_t to) {
  for (ClientRelation& relation : world.shared().relations) {
    for (ClientUser& user : relation.users) {
      if (user.branch == from) user.branch = to;
    }
  }
}

// A branch that nobody's data ends on, and from which one other forked, becomes part of that one:
// nobody can tell them apart. There is such a branch: at most as many have several children as
// there are units.
void merge_one(World& world, const BranchSet& used) {
  auto& branches = world.shared().branches;
  for (std::uint16_t at = 1; at < max_branches; ++at) {
    if (!used[at] || ends_here(world, at)) continue;
    const std::uint16_t child = only_child(world, used, at);
    if (child == 0) continue;
    forget_users(world, at, branches[child].fork_lsn + 1);
    redirect_users(world, at, child);
    forget_roles(world, at, branches[child].fork_lsn + 1);
    redirect_roles(world, at, child);
    branches[child].parent = branches[at].parent;
    branches[child].fork_lsn = std::min(branches[child].fork_lsn, branches[at].fork_lsn);
    branches[at] = {};
    return;
  }
}

std::uint16_t free_branch(World& world) {
  auto& branches = world.shared().branches;
  const auto find = [&branches]() -> std::uint16_t {
    for (std::uint16_t at = 1; at < max_branches; ++at) {
      if (branches[at].timeline == 0) return at;
    }
    return 0;
  };
  if (const std::uint16_t at = find(); at != 0) return at;
  const BranchSet used = branches_in_use(world);
  for (std::size_t at = 1; at < max_branches; ++at) {
    if (used[at]) continue;
    forget_users(world, static_cast<std::uint16_t>(at), 0);
    forget_roles(world, static_cast<std::uint16_t>(at), 0);
    branches[at] = {};
  }
  if (const std::uint16_t at = find(); at != 0) return at;
  merge_one(world, used);
  const std::uint16_t at = find();
  CHECK(at != 0);
  return at;
}

// Up to where the way from the first branch to this position shares that branch; 0 if it does not.
std::uint64_t shared_up_to(const World& world, std::uint16_t from, std::uint64_t lsn,
                           std::uint16_t branch) {
  const auto& branches = world.shared().branches;
  std::uint64_t limit = lsn;
  for (std::uint16_t at = from; at != 0; at = branches[at].parent) {
    if (at == branch) return limit;
    limit = std::min(limit, branches[at].fork_lsn);
  }
  return 0;
}

}  // namespace

bool contains(const World& world, UnitName unit, std::uint16_t branch, std::uint64_t lsn) {
  const Postgres& postgres = world.unit(unit).postgres;
  return shared_up_to(world, postgres.branch, postgres.lsn, branch) >= lsn;
}

bool can_follow(const World& world, UnitName standby, UnitName primary) {
  const Postgres& mine = world.unit(standby).postgres;
  const Postgres& theirs = world.unit(primary).postgres;
  if (mine.system_id != theirs.system_id) return false;
  return shared_up_to(world, theirs.branch, theirs.lsn, mine.branch) >= mine.lsn;
}

bool has_confirmed_beyond(const World& world, UnitName unit, UnitName other) {
  for (std::uint16_t at = 1; at < max_branches; ++at) {
    const std::uint64_t confirmed = world.shared().branches[at].confirmed;
    if (confirmed == 0 || !contains(world, unit, at, confirmed)) continue;
    if (!contains(world, other, at, confirmed)) return true;
  }
  return false;
}

void begin_history(Step& step, UnitName unit, std::uint64_t lsn) {
  Postgres& postgres = step.world.unit(unit).postgres;
  const std::uint16_t branch = free_branch(step.world);
  ++postgres.timeline;
  auto& branches = step.world.shared().branches;
  const std::uint32_t serial = ++step.world.shared().client.branches_made;
  if (step.log != nullptr) step.log->forked(serial, branches[postgres.branch].serial, lsn);
  branches[branch] = {
      .fork_lsn = lsn, .parent = postgres.branch, .timeline = postgres.timeline, .serial = serial};
  postgres.branch = branch;
}

void copy(Step& step, UnitName to, UnitName source) {
  const Postgres& theirs = step.world.unit(source).postgres;
  Postgres& mine = step.world.unit(to).postgres;
  mine.system_id = theirs.system_id;
  mine.timeline = theirs.timeline;
  mine.branch = theirs.branch;
  mine.written = mine.lsn = mine.replayed = theirs.lsn;
  // Neither pg_basebackup nor pg_rewind leaves any (before 4.0 a standby's count for nothing).
  if (step.parameters.patroni == ha::Version::v4_1) mine.slots.clear();
}

}  // namespace model::postgresql
