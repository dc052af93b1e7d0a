#include "sim/report/results.h"

namespace sim {

RunResult result_of(const Verdict& verdict, const std::vector<std::optional<Actor>>& actors) {
  RunResult result{.simulated = verdict.simulated,
                   .interrupted = verdict.end == RunEnd::interrupted};
  for (std::size_t at = 0; at < verdict.violations.size(); ++at) {
    result.failures.push_back(
        {verdict.violations[at], at < actors.size() ? actors[at] : std::nullopt});
  }
  return result;
}

}  // namespace sim
