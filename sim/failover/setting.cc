// Settings as texts.
#include "sim/failover/setting.h"

#include <array>
#include <charconv>

namespace sim::failover {

std::optional<Timing> parse_timing(std::string_view text) {
  std::array<std::uint32_t, 3> numbers{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t place = 0; place < numbers.size(); ++place) {
    if (place > 0) {
      if (at == end || *at != '/') return std::nullopt;
      ++at;
    }
    const auto [stop, error] = std::from_chars(at, end, numbers[place]);
    if (error != std::errc{}) return std::nullopt;
    at = stop;
  }
  if (at != end) return std::nullopt;
  return Timing{numbers[0], numbers[1], numbers[2]};
}

std::string to_text(const Timing& timing) {
  return std::to_string(timing.ttl_s) + '/' + std::to_string(timing.loop_wait_s) + '/' +
         std::to_string(timing.retry_timeout_s);
}

std::string to_text(const Setting& setting) {
  return to_text(setting.timing) + ", " + std::to_string(setting.units) +
         (setting.units == 1 ? " unit" : " units") + ", synchronous " + setting.synchronous +
         (setting.strict ? ", strict" : ", not strict") + ", commit " + setting.synchronous_commit +
         ", Patroni " + setting.patroni + ", a write each " + std::to_string(setting.client_ms) +
         " ms";
}

}  // namespace sim::failover
