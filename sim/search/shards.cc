// Who has which runs.
#include "sim/search/shards.h"

#include <algorithm>
#include <charconv>

#include "charm/types/check.h"

namespace sim {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto index = parse_number(text.substr(0, slash));
  const auto count = parse_number(text.substr(slash + 1));
  if (!index || !count || *index >= *count || *count > most_shards) return std::nullopt;
  return Shard{*index, *count};
}

std::string to_text(const Shard& shard) {
  return std::to_string(shard.index) + '/' + std::to_string(shard.count);
}

RunRange runs_of(const Shard& shard, std::uint64_t runs) {
  CHECK(shard.index < shard.count);
  const std::uint64_t each = runs / shard.count;
  const std::uint64_t more = runs % shard.count;  // so many parts have one more, the first ones
  const std::uint64_t index = shard.index;
  const std::uint64_t begin = each * index + std::min(more, index);
  return {begin, begin + each + (index < more ? 1 : 0)};
}

std::vector<std::uint32_t> ShardSet::missing() const {
  std::vector<std::uint32_t> all;
  auto next = has.begin();
  for (std::uint32_t index = 0; index < count; ++index) {
    if (next != has.end() && *next == index) {
      ++next;
    } else {
      all.push_back(index);
    }
  }
  return all;
}

std::uint64_t ShardSet::runs(std::uint64_t all) const {
  std::uint64_t sum = 0;
  for (const std::uint32_t index : has) sum += runs_of({index, count}, all).size();
  return sum;
}

std::string to_text(const std::vector<std::uint32_t>& ascending) {
  std::string text;
  for (std::size_t at = 0; at < ascending.size();) {
    std::size_t last = at;
    while (last + 1 < ascending.size() && ascending[last + 1] == ascending[last] + 1) ++last;
    text.append(text.empty() ? "" : ", ").append(std::to_string(ascending[at]));
    if (last > at) text.append(" to ").append(std::to_string(ascending[last]));
    at = last + 1;
  }
  return text;
}

}  // namespace sim
