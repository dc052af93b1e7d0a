// A part of a campaign's runs, for one of several machines: what they come to is put together
// later, as if one machine had made all runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

// The parts have numbers from 0 on, as Kubernetes numbers the pods of an Indexed Job.
struct Shard {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  friend bool operator==(const Shard&, const Shard&) = default;
};
inline constexpr std::uint32_t most_shards = 100'000;  // as many completions as a Job can have

// `2/8`, index and count; nothing, if it is no such text, or there is no such part.
std::optional<Shard> parse_shard(std::string_view text);
std::string to_text(const Shard& shard);

// Runs by their numbers, from `begin` on up to `end`, which is not one of them.
struct RunRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  [[nodiscard]] std::uint64_t size() const { return end - begin; }
};
// Together the parts have each run once, in their order, and none has two more than another.
RunRange runs_of(const Shard& shard, std::uint64_t runs);

// Some of the parts that there are.
struct ShardSet {
  std::uint32_t count = 1;
  std::vector<std::uint32_t> has{0};  // ascending, without duplicates

  [[nodiscard]] bool is_whole() const { return has.size() == count; }
  [[nodiscard]] std::vector<std::uint32_t> missing() const;
  // How many runs they have of so many.
  [[nodiscard]] std::uint64_t runs(std::uint64_t all) const;
};
// `0, 3 to 7`.
std::string to_text(const std::vector<std::uint32_t>& ascending);

}  // namespace sim
