// Each kind of fault by itself, directed at a cluster of three that is otherwise calm: it strikes
// once, brings about what it is called after, and the cluster overcomes it.
#include <gmock/gmock.h>

#include <optional>

#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::UnitName;
using model::FactKind;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

// What the model tells of it, if that is more than the trace's own line.
std::optional<FactKind> fact_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::kill_pod:
    case FaultKind::lose_pod: return FactKind::pod_stopped;
    case FaultKind::move_leadership: return FactKind::leadership_lost;
    case FaultKind::crash_agent: return FactKind::agent_started;
    case FaultKind::restart_workload:
    case FaultKind::break_container: return FactKind::container_unreachable;
    case FaultKind::freeze_charm:
    case FaultKind::freeze_patroni:
    case FaultKind::freeze_pod: return FactKind::frozen;
    case FaultKind::kill_node:
    case FaultKind::lose_node: return FactKind::node_back;
    case FaultKind::slow_recovery:
    case FaultKind::kill_postgresql:
    case FaultKind::crash_postgresql: return FactKind::database_crashed;
    case FaultKind::kill_patroni:
    case FaultKind::crash_patroni: return FactKind::service_stopped;
    case FaultKind::delete_pod: return FactKind::pod_terminating;
    case FaultKind::cut_from_api:
    case FaultKind::cut_one_way:
    case FaultKind::cut_off:
    case FaultKind::lose_packets:
    case FaultKind::lose_api_packets:
    case FaultKind::split_network:
    case FaultKind::cut_from_controller: return FactKind::cut_off;
    case FaultKind::stop_api: return FactKind::api_stopped;
    case FaultKind::step_clock: return FactKind::clock_stepped;
    case FaultKind::silence_watch:
    case FaultKind::lag_watch: return FactKind::watch;
    case FaultKind::throttle_api:
    case FaultKind::delay_api:
    case FaultKind::forbid_api: return FactKind::api_refuses;
    case FaultKind::sweep_endpoints: return FactKind::endpoints_swept;
    case FaultKind::drift_clock: return FactKind::clock_drifts;
    default: return std::nullopt;  // of a call or a hook alone
  }
}

struct RunWithFault {
  given::Events events;
  Verdict verdict;

  [[nodiscard]] std::vector<given::Events::Item> faults() const {
    return events.of(TraceKind::fault);
  }
  [[nodiscard]] std::size_t count(FactKind kind) const {
    std::size_t found = 0;
    for (const auto& item : events.of(TraceKind::fact)) found += item.fact == kind ? 1U : 0U;
    return found;
  }
};

// The nth chance to strike is taken. A call's is while the cluster comes up, for then hooks make
// calls of every sort; a mishap's when it runs.
RunWithFault run_with(FaultKind kind, std::uint32_t nth) {
  const bool mishap = kind >= first_mishap;
  Scenario scenario = given::scenario_of("scenarios/deploy-three-units.json");
  scenario.faults.budget[static_cast<std::size_t>(kind)] = 1;
  scenario.faults.from = mishap ? 120s : 0s;
  scenario.faults.until = 600s;
  const auto first = static_cast<std::uint32_t>(mishap ? first_mishap : FaultKind{});
  const Label asked = mishap ? Label{{}, mishap_kind_question} : Label{UnitName{0}, fault_question};
  ListChoices list({{asked, nth, static_cast<std::uint32_t>(kind) - first + 1}});
  RunWithFault run;
  run.verdict = given::run(scenario, given::postgresql(), list, default_executor(), &run.events);
  return run;
}

// Those that need a database to strike are spread over all of the calls.
std::uint32_t stride_of(FaultKind kind) {
  return kind == FaultKind::kill_postgresql || kind == FaultKind::kill_patroni ? 24 : 1;
}

constexpr std::uint32_t never = 1'000'000;

class EachFault : public testing::TestWithParam<int> {};

TEST_P(EachFault, StrikesAloneDoesWhatItIsCalledAfterAndIsOvercome) {
  const auto kind = static_cast<FaultKind>(GetParam());
  const std::optional<FactKind> fact = fact_of(kind);
  const RunWithFault calm = run_with(kind, never);
  ASSERT_THAT(calm.faults(), IsEmpty());
  const std::uint32_t stride = stride_of(kind);
  std::size_t struck = 0;
  std::size_t told = 0;
  for (std::uint32_t nth = 0; nth < 300 * stride && struck < 10; nth += stride) {
    const RunWithFault run = run_with(kind, nth);
    EXPECT_THAT(run.verdict.violations, IsEmpty()) << "at the chance number " << nth;
    if (run.faults().empty()) continue;
    ++struck;
    EXPECT_THAT(run.faults(), SizeIs(1));
    EXPECT_EQ(run.faults().front().text, to_text(kind));
    const bool tells = !fact || run.count(*fact) > calm.count(*fact);
    told += tells ? 1 : 0;
    // At the first calls there is nothing to kill yet.
    EXPECT_TRUE(tells || stride > 1) << "at the chance number " << nth;
  }
  EXPECT_GT(struck, 0U);
  EXPECT_GT(told, 0U);
}

INSTANTIATE_TEST_SUITE_P(Faults, EachFault, testing::Range(0, static_cast<int>(fault_kind_count)),
                         [](const auto& kind) {
                           return std::string(to_text(static_cast<FaultKind>(kind.param)));
                         });

}  // namespace
}  // namespace sim
