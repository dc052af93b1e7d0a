// When two worlds are equal to a search: absolute time does not count, nor do most counters.
// Worlds with one fingerprint have the same futures (but for the chance that a hash has).
//
// Moments enter as what is left or has passed, and not at all where nothing asks for them any more
// (a pass that is over, a deadline that is past); versions of objects by how far they are behind
// the newest; WAL positions by their distance to the furthest, and those that lie behind what every
// database has by their order alone, among which stands how far commits must have been kept (S5):
// nothing but "before or behind" is asked of them. Of counters that are only compared with one
// another (a pod's incarnations, revisions of the secret, records of units, stints) it counts how
// they compare. Others (timelines, passwords, databases) are taken as they are: what only they tell
// apart is not found to be the same.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "charm/types/bounded_vector.h"
#include "model/text.h"
#include "model/world.h"

namespace model {

// WAL positions as they are told apart.
class WalPositions {
 public:
  explicit WalPositions(const World& world);
  void replace(std::uint64_t& lsn) const;
  friend bool operator==(const WalPositions&, const WalPositions&) = default;

 private:
  void add(std::uint64_t lsn) {
    if (lsn != 0 && lsn < least_) old_.push_back(lsn);
  }

  std::uint64_t most_ = 0;  // that any database has
  std::uint64_t least_ = 0;
  charm::BoundedVector<std::uint64_t, 4 * max_branches + 16 + max_world_units> old_;  // sorted
};

// Of worlds of one run or search, one after the other: what has not changed since the last one is
// not hashed again. The fingerprint does not depend on it.
class CanonicalFingerprint {
 public:
  // `ttl` is that of Patroni: who is longer than twice that without a right to lead has none.
  CanonicalFingerprint(const World& blank, charm::Duration ttl);

  // All timers have been given their windows.
  std::uint64_t of(const World& world, const Texts& texts);

 private:
  // What the canonical form of a unit depends on besides the unit.
  struct Surrounding {
    std::int64_t now_us = 0;
    std::uint32_t lock_version = 0;
    std::uint32_t config_version = 0;
    std::uint32_t sync_version = 0;
    std::uint16_t secret_revision = 0;
    std::uint16_t records_made = 0;
    WalPositions lsns;
    friend bool operator==(const Surrounding&, const Surrounding&) = default;
  };

  charm::Duration ttl_;
  World last_;
  Surrounding surrounding_;
  bool is_first_ = true;
  std::uint64_t shared_hash_ = 0;
  std::uint64_t lists_hash_ = 0;
  std::vector<std::uint64_t> unit_hashes_;
};

}  // namespace model
