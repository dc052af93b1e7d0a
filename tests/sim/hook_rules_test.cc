// What Juju promises to every hook, looked at over whole runs. Source: juju-and-pebble.md, sections
// 1.3, 2.4, 3.1, 7.1.
#include <gmock/gmock.h>

#include <set>

#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using charm::UnitName;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using namespace std::chrono_literals;

std::vector<std::string> statuses(EventKind on, given::TinyCharm::Run hook, const char* members) {
  const given::TinyCharm charm(on, hook);
  given::Events events;
  given::run_calm(given::scenario_with(members), charm.with(), &events);
  std::vector<std::string> texts;
  for (const auto& item : events.of(TraceKind::status)) texts.push_back(item.text);
  return texts;
}

// The story keeps a run from ending before its hooks have.
constexpr const char* one_unit =
    R"("world": {"units": 1}, "story": [{"at_s": 4000, "set_trust": true}])";
constexpr const char* two_units =
    R"("world": {"units": 2}, "story": [{"at_s": 600, "set_trust": true}])";

// Whoever runs a hook while another begins.
struct Concurrency {
  bool twice_on_a_unit = false;
  bool on_two_units = false;

  explicit Concurrency(const given::Events& events) {
    std::set<std::uint16_t> running;
    for (const auto& item : events.items) {
      if (item.kind == TraceKind::hook_started) {
        twice_on_a_unit = twice_on_a_unit || running.contains(UnitName(*item.unit).ordinal);
        on_two_units = on_two_units || !running.empty();
        running.insert(UnitName(*item.unit).ordinal);
      }
      if (item.kind == TraceKind::hook_ended) running.erase(UnitName(*item.unit).ordinal);
    }
  }
};

TEST(Hooks, RunOneAtATimeOnAUnitAndAtTheSameTimeOnSeveral) {
  std::size_t concurrent = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    given::Events events;
    RandomChoices random(seed);
    given::run(given::scenario_of("scenarios/faults-while-deploying.json"), given::postgresql(),
               random, default_executor(), &events);
    const Concurrency found(events);
    EXPECT_FALSE(found.twice_on_a_unit) << "seed " << seed;
    concurrent += found.on_two_units ? 1U : 0U;
  }
  EXPECT_GT(concurrent, 15U);
}

Outcome take_an_hour(Unit& unit, const Event& /*event*/) {
  unit.clock.sleep(1h);
  unit.juju.set_unit_status({charm::StatusKind::active, "at last"});
  return {};
}

TEST(Hooks, HaveNoTimeLimit) {
  EXPECT_THAT(statuses(EventKind::install, take_an_hour, one_unit), ElementsAre("at last"));
}

Outcome set_a_status_and_fail(Unit& unit, const Event& /*event*/) {
  const bool again = unit.juju.unit_status().kind == charm::StatusKind::maintenance;
  if (again) {
    unit.juju.set_unit_status({charm::StatusKind::active, "was kept"});
    return {};
  }
  unit.juju.set_unit_status({charm::StatusKind::maintenance, "set"});
  throw charm::HookFailed("on purpose");
}

TEST(AStatus, IsSetAtOnceAndOutlivesTheHookThatFails) {
  EXPECT_THAT(statuses(EventKind::start, set_a_status_and_fail, one_unit),
              ElementsAre("set", "was kept"));
}

// --- the application bag (section 2.4) ---

// Unit 0 leads, and writes while the hook of unit 1 that has read waits.
Outcome write_or_read_twice(Unit& unit, const Event& /*event*/) {
  if (unit.juju.is_leader()) {
    unit.clock.sleep(30s);
    (void)unit.juju.set_endpoints({{0}});
    (void)unit.juju.set_cluster_initialised();
    return {};
  }
  const std::size_t before = unit.juju.endpoints().size();
  unit.clock.sleep(5min);
  const std::size_t after = unit.juju.endpoints().size();
  const bool flag = unit.juju.cluster_initialised();
  unit.juju.set_unit_status(
      {charm::StatusKind::active,
       std::to_string(before) + " then " + std::to_string(after) + (flag ? ", set" : ", not set")});
  return {};
}

TEST(TheApplicationBag, IsReadOnceInAHookHoweverOftenItIsAskedFor) {
  EXPECT_THAT(statuses(EventKind::start, write_or_read_twice, two_units),
              Contains("0 then 0, not set"));
}

Outcome read_late(Unit& unit, const Event& event) {
  if (unit.juju.is_leader()) return write_or_read_twice(unit, event);
  unit.clock.sleep(5min);
  const std::size_t hosts = unit.juju.endpoints().size();
  unit.juju.set_unit_status({charm::StatusKind::active, std::to_string(hosts)});
  return {};
}

TEST(TheApplicationBag, IsReadFromTheControllerAtTheFirstLookOfAHook) {
  EXPECT_THAT(statuses(EventKind::start, read_late, two_units), Contains("1"));
}

}  // namespace
}  // namespace sim
