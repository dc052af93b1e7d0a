// What the visited set holds of a state: its key, which is the state itself, mixed, or a
// fingerprint.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/explorer/mix.h"
#include "sim/explorer/report.h"
#include "sim/explorer/system.h"

namespace sim::explorer {

// The upper bits of a key tell in which part of the visited set it is.
inline constexpr unsigned shard_bits = 5;
inline constexpr std::size_t shard_count = std::size_t{1} << shard_bits;

template <PackedSystem S>
class ExactKeys {
 public:
  static constexpr bool is_exact = true;

  ExactKeys(const S& system, const Options&)
      : system_(&system), bits_(std::max(16U, system.state_bits())), mix_(bits_) {}

  // A successor on its way to the lookup: the key says it all.
  struct Candidate {
    std::uint64_t key;
  };

  [[nodiscard]] unsigned bits() const { return bits_; }
  [[nodiscard]] Candidate candidate(const typename S::State& state) const {
    return {mix_.mix(system_->pack(state))};
  }
  [[nodiscard]] typename S::State state_of(const Candidate& candidate) const {
    return system_->unpack(mix_.unmix(candidate.key));
  }

 private:
  const S* system_;
  unsigned bits_;
  Mix mix_;
};

template <System S>
class CompactKeys {
 public:
  static constexpr bool is_exact = false;

  CompactKeys(const S& system, const Options& options)
      : system_(&system), bits_(options.fingerprint_bits) {
    CHECK(bits_ > 10);
    CHECK(bits_ <= 64);
  }

  struct Candidate {
    std::uint64_t key;
    typename S::State state;
  };

  [[nodiscard]] unsigned bits() const { return bits_; }
  [[nodiscard]] Candidate candidate(const typename S::State& state) const {
    return {hash(state) >> (64 - bits_), state};
  }
  [[nodiscard]] const typename S::State& state_of(const Candidate& candidate) const {
    return candidate.state;
  }

 private:
  [[nodiscard]] std::uint64_t hash(const typename S::State& state) const {
    if constexpr (HashedSystem<S>) {
      return system_->hash(state);
    } else {
      return Mix(64).mix(system_->pack(state));
    }
  }

  const S* system_;
  unsigned bits_;
};

}  // namespace sim::explorer
