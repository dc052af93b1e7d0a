#include "sim/history/recorder.h"

#include <algorithm>

namespace sim::history {
namespace {

const model::Postgres& postgres_of(const model::World& world, charm::UnitName member) {
  return world.unit(member).postgres;
}

Connection connection_to(const model::World& world, charm::UnitName member) {
  return {member.ordinal, postgres_of(world, member).stint};
}

}  // namespace

void Recorder::invoked(const model::World& world, charm::UnitName member) {
  const auto value = static_cast<std::uint32_t>(history_.writes.size() + 1);
  history_.writes.push_back(
      {.to = connection_to(world, member), .value = value, .invoked_us = world.now().micros});
  const model::Postgres& postgres = postgres_of(world, member);
  const std::uint32_t serial = world.shared().branches[postgres.branch].serial;
  branches_[serial].rows.push_back({postgres.lsn, value});
  pending_[member.ordinal] = value;
}

void Recorder::acknowledged(const model::World& world, charm::UnitName member, bool promised) {
  Write& write = history_.writes[pending_.at(member.ordinal) - 1];
  write.returned_us = world.now().micros;
  write.promised = promised;
  // The first that a new connection is told is what it finds there.
  const std::uint16_t session = postgres_of(world, member).stint;
  const auto last = last_read_.find(member.ordinal);
  if (last != last_read_.end() && last->second == session) return;
  last_read_[member.ordinal] = session;
  read(world, member);
}

void Recorder::forked(std::uint32_t serial, std::uint32_t parent, std::uint64_t lsn) {
  branches_[serial] = {.parent = parent, .fork_lsn = lsn, .rows = {}};
}

void Recorder::read(const model::World& world, charm::UnitName member) {
  const model::Postgres& postgres = postgres_of(world, member);
  Read read{.from = connection_to(world, member), .at_us = world.now().micros, .values = {}};
  std::uint64_t limit = postgres.lsn;
  for (std::uint32_t at = world.shared().branches[postgres.branch].serial; at != 0;) {
    const Branch& branch = branches_[at];
    for (const Row& row : branch.rows) {
      if (row.lsn <= limit) read.values.push_back(row.value);
    }
    limit = std::min(limit, branch.fork_lsn);
    at = branch.parent;
  }
  std::ranges::sort(read.values);
  history_.reads.push_back(std::move(read));
}

// What it was told stays: commits of the next life may not overlap with these, either.
void Recorder::given_up(const model::World& world) {
  for (Write& write : history_.writes) {
    if (write.given_up_us == Write::unknown) write.given_up_us = world.now().micros;
  }
  pending_.clear();
}

void Recorder::restart() { *this = {}; }

}  // namespace sim::history
