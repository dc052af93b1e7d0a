// Every schedule of a small scope, one after the other.
#include <algorithm>
#include <vector>

#include "sim/failover/worst.h"

namespace sim::failover {
namespace {

using namespace std::chrono_literals;

// All of them with the fault at one moment: first the one without any answer, and from each one
// those with one answer more, to a question that comes after its last one.
class Moment {
 public:
  Moment(const Base& base, const charm::CharmDefinition& charm, const WorstOptions& options,
         std::atomic<std::uint64_t>& played)
      : options_(options), played_(played), player_(base, charm) {}

  void cover(const Schedule& first, std::uint32_t answers, Covered& covered) {
    const Failover failover = player_.play(first);
    played_.fetch_add(1, std::memory_order_relaxed);
    if (covered.runs++ == 0 || is_worse(failover, covered.failover, options_.harm)) {
      covered.schedule = first;
      covered.failover = failover;
    }
    if (answers == 0) return;
    const charm::Instant fault = player_.fault();
    const std::vector<OpenQuestion> asked = player_.asked_since();
    // Those before the last one that is answered are asked in other schedules' turn.
    std::size_t from = 0;
    for (std::size_t at = 0; at < asked.size(); ++at) {
      if (asked[at].option != 0) from = at + 1;
    }
    for (std::size_t at = from; at < asked.size(); ++at) {
      if (options_.interrupted != nullptr && *options_.interrupted) return;
      const OpenQuestion& one = asked[at];
      if (one.at < fault) continue;
      Schedule more = first;
      more.choices.push_back({one.label, one.nth, one.options - 1});
      std::ranges::sort(more.choices);
      cover(more, answers - 1, covered);
    }
  }

 private:
  const WorstOptions& options_;
  std::atomic<std::uint64_t>& played_;
  Player player_;
};

}  // namespace

Covered cover(const Base& base, const charm::CharmDefinition& charm, Scope scope,
              const WorstOptions& options, Crew& crew,
              const std::function<void(std::uint64_t)>& progress) {
  std::vector<Covered> all(scope.moments);
  std::atomic<std::uint64_t> played{0};
  const Crew::Work work = [&](unsigned /*worker*/, std::size_t at) {
    Schedule first{.wait = least_wait(base)};
    if (base.kind->mishap) {
      first.strike = static_cast<std::uint32_t>(at);
    } else {
      first.wait += least_wait(base) * static_cast<std::int64_t>(at) / scope.moments;
    }
    Moment(base, charm, options, played).cover(first, scope.answers, all[at]);
  };
  crew.each(scope.moments, work, 100ms, [&] { progress(played); });

  Covered covered = all.front();
  for (std::size_t at = 1; at < all.size(); ++at) {
    covered.runs += all[at].runs;
    if (!is_worse(all[at].failover, covered.failover, options.harm)) continue;
    covered.schedule = all[at].schedule;
    covered.failover = all[at].failover;
  }
  covered.is_whole = options.interrupted == nullptr || !*options.interrupted;
  return covered;
}

}  // namespace sim::failover
