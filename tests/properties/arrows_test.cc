// Every arrow of the published charts is walked by some run, or this names the arrow. The runs are
// the same each time: calm ones, ones with a single fault, and random ones.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <optional>

#include "sim/flow/coverage.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

constexpr std::uint64_t seeds = 200;

using namespace std::chrono_literals;

// One simulation of a scenario, whose walks count.
class Walks {
 public:
  explicit Walks(const Scenario& scenario) : simulation_(scenario, given::postgresql(&flow_), {}) {}

  Verdict calm() {
    ListChoices none;
    return simulation_.run(none);
  }
  void run(Choices& choices) { (void)simulation_.run(choices); }
  void random(std::uint64_t runs) {
    RandomChoices choices(0);
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      choices.restart(seed);
      (void)simulation_.run(choices);
    }
  }
  // The one fault of this kind that a unit's port calls can meet, at each of them in turn: what the
  // charts say about a refused call is then not left to luck. `besides`: what deviates, too.
  void strike_at_each_call(charm::UnitName unit, FaultKind kind, const Deviations& besides = {}) {
    ListChoices choices;
    for (std::uint32_t nth = 0;; ++nth) {
      const Deviation fault = at_call(unit, nth, kind);
      Deviations all = besides;
      std::erase_if(all, [&fault](const Deviation& other) {
        return other.label == fault.label && other.nth == fault.nth;
      });
      all.push_back(fault);
      std::sort(all.begin(), all.end());
      choices.restart(all);
      (void)simulation_.run(choices);
      const Deviations unused = choices.unused();
      if (std::ranges::find(unused, fault) != unused.end()) return;
    }
  }
  // Patroni dies at each call in turn, and Pebble refuses a call that many after it.
  void kill_patroni_before_each_call(charm::UnitName unit, std::uint32_t later) {
    ListChoices choices;
    for (std::uint32_t nth = 0;; ++nth) {
      const Deviation refused = at_call(unit, nth + later, FaultKind::refuse_workload);
      choices.restart({at_call(unit, nth, FaultKind::kill_patroni), refused});
      (void)simulation_.run(choices);
      const Deviations unused = choices.unused();
      if (std::ranges::find(unused, refused) != unused.end()) return;
    }
  }
  [[nodiscard]] Coverage coverage() const { return flow_.coverage(); }

  static Deviation at_call(charm::UnitName unit, std::uint32_t nth, FaultKind kind) {
    return {{unit, fault_question}, nth, 1 + static_cast<std::uint32_t>(kind)};
  }

 private:
  FlowMonitor flow_{given::charts()};
  Simulation simulation_;
};

// What a step of the story does, at each moment of a stretch of time in turn. The later steps keep
// their distance to it.
void tell_at_each_moment(const Scenario& told, std::size_t step, charm::Instant first,
                         charm::Instant last, charm::Duration every, Coverage& sum) {
  Scenario scenario = told;
  for (charm::Instant at = first; at < last; at = at + every) {
    scenario.story[step].at = at;
    Walks walks(scenario);
    (void)walks.calm();
    sum.add(walks.coverage());
  }
}

constexpr charm::Instant after(charm::Duration time) { return {time.count()}; }

// The container of a single unit is lost at each of these moments in turn.
void lose_the_container_at_each_moment(Coverage& sum) {
  Scenario scenario = given::scenario_of("scenarios/deploy-one-unit.json");
  scenario.story = {{.deed = BreakContainer{charm::UnitName{0}}}};
  tell_at_each_moment(scenario, 0, after(1s), after(3s), 1ms, sum);
}

// update-status comes to a container that is up, and that no hook knows of yet.
void look_before_the_container_is_noticed(Coverage& sum) {
  Walks walks(given::scenario_with(
      R"("world": {"units": 1, "container_reachable_after_s": {"postgresql-k8s/0": 239}})"));
  walks.random(50);
  sum.add(walks.coverage());
}

// Trust is withdrawn, an option goes wrong, or the pod of another unit dies, at each moment of a
// deployment.
void spoil_a_deployment_at_each_moment(Coverage& sum) {
  const auto spoil = [&sum](std::string_view units, std::string_view story, charm::Duration every) {
    const Scenario scenario = given::scenario_with(
        std::string(R"("world": {"units": )").append(units).append("}, ").append(story));
    tell_at_each_moment(scenario, 0, after(1s), after(20s), every, sum);
  };
  spoil("1", R"("story": [{"set_trust": false}, {"after_s": 100, "set_trust": true}])", 7ms);
  spoil("2", R"("story": [{"set_trust": false}, {"after_s": 100, "set_trust": true}])", 5ms);
  spoil("1", R"("story": [{"set_config": {"memory_shared_buffers": 1073741823}},
                          {"after_s": 100, "set_config": {}}])",
        11ms);
  spoil("2", R"("story": [{"set_config": {"memory_shared_buffers": 1073741823}},
                          {"after_s": 100, "set_config": {}}])",
        11ms);
  spoil("2", R"("story": [{"kill_pod": "postgresql-k8s/1", "returns": "after failover"}])", 7ms);
  // While a member starts whose option PostgreSQL could not be asked for: it is rendered once more.
  Scenario unknown = given::scenario_of("scenarios/option-unknown-while-a-pod-is-replaced.json");
  unknown.story.resize(2);
  unknown.story.push_back({.deed = SetTrust{false}});
  unknown.story.push_back({.after = 100s, .deed = SetTrust{true}});
  tell_at_each_moment(unknown, 2, after(118s), after(124s), 10ms, sum);
  // While a new leader admits units that have come meanwhile.
  tell_at_each_moment(given::scenario_with(R"("world": {"units": 2}, "story": [
                         {"at_s": 100, "move_leadership": "postgresql-k8s/1"},
                         {"at_s": 135, "add_units": 2},
                         {"set_trust": false}, {"after_s": 100, "set_trust": true}])"),
                      2, after(151s), after(181s), 4ms, sum);
}

// A story, and what goes wrong at each call of some of its units.
void strike(Coverage& sum, std::string_view story, std::initializer_list<std::uint16_t> units,
            std::initializer_list<FaultKind> kinds) {
  constexpr std::string_view each_once =
      R"("faults": {"until_s": 3600, "freeze_charm": 1, "refuse_kubernetes": 1,
                    "refuse_workload": 1, "refuse_patroni": 1})";
  const Deviations beyond_the_lease{{{{}, mishap_length_question}, 0, 5}};
  Walks walks(given::scenario_with(std::string(story).append(", ").append(each_once)));
  for (const std::uint16_t unit : units) {
    for (const FaultKind kind : kinds) {
      walks.strike_at_each_call({unit}, kind,
                                kind == FaultKind::freeze_charm ? beyond_the_lease : Deviations());
    }
  }
  sum.add(walks.coverage());
}

// The unit that leads, and the one that comes to lead.
void strike_at_each_call(Coverage& sum) {
  using enum FaultKind;
  strike(sum, R"("world": {"units": 2})", {0}, {freeze_charm, refuse_kubernetes, refuse_workload});
  // A new leader that is frozen comes back to a cluster without trust, or with an option gone
  // wrong, and leads no more; or a unit has departed meanwhile.
  strike(sum, R"("world": {"units": 2}, "story": [
            {"at_s": 100, "move_leadership": "postgresql-k8s/1"},
            {"at_s": 300, "set_trust": false}, {"at_s": 700, "set_trust": true}])",
         {1}, {freeze_charm});
  strike(sum, R"("world": {"units": 2}, "story": [
            {"at_s": 100, "move_leadership": "postgresql-k8s/1"},
            {"at_s": 300, "set_config": {"memory_shared_buffers": 1073741823}},
            {"at_s": 700, "set_config": {}}])",
         {1}, {freeze_charm});
  strike(sum, R"("world": {"units": 3}, "story": [
            {"at_s": 400, "move_leadership": "postgresql-k8s/1"},
            {"at_s": 435, "remove_units": 1}])",
         {1}, {freeze_charm});
  strike(sum, R"("world": {"units": 2}, "story": [
            {"at_s": 1, "when": "bootstrapping", "restart_container": "juju leader"}])",
         {0, 1}, {refuse_kubernetes});
  // Units are added while another comes to lead, and leave again.
  strike(sum, R"("world": {"units": 2}, "story": [
            {"at_s": 100, "move_leadership": "postgresql-k8s/1"},
            {"at_s": 135, "add_units": 2}, {"at_s": 400, "remove_units": 2}])",
         {0, 1}, {freeze_charm, refuse_kubernetes, refuse_patroni});
  // A new leader is held up before it asks for the users; meanwhile a client comes, whom the former
  // one serves.
  strike(sum, R"("world": {"units": 2}, "story": [
            {"at_s": 100, "move_leadership": "postgresql-k8s/1"},
            {"at_s": 300, "relate": "shop", "database": "orders"}])",
         {1}, {freeze_charm});
  // And the departed are found by update-status, while nothing can be configured.
  constexpr std::string_view another_leads = R"("world": {"units": 2}, "story": [
            {"at_s": 100, "move_leadership": "postgresql-k8s/1"},
            {"at_s": 135, "add_units": 2}, )";
  for (const std::string_view spoilt : {
           R"({"at_s": 400, "remove_units": 2},
              {"at_s": 420, "set_trust": false}, {"at_s": 1300, "set_trust": true}])",
           // Nor does the next leader come so far as to drop them.
           R"({"at_s": 400, "remove_units": 2}, {"at_s": 420, "set_trust": false},
              {"at_s": 421, "set_config": {"profile": "staging"}},
              {"at_s": 1300, "set_trust": true}, {"set_config": {"profile": "testing"}}])",
           R"({"at_s": 400, "remove_units": 2},
              {"at_s": 420, "break_container": "juju leader", "for_s": 900}])"}) {
    strike(sum, std::string(another_leads).append(spoilt), {0, 1}, {freeze_charm});
  }
  strike(sum, R"("world": {"units": 1}, "story": [{"at_s": 200, "scale_to": 0}])", {0},
         {refuse_kubernetes});
  // The primary leaves.
  strike(sum, R"("world": {"units": 2}, "story": [
            {"when": "settled", "after_s": 60, "switchover": "postgresql-k8s/1"},
            {"when": "settled", "after_s": 60, "remove_units": 1}])",
         {1}, {refuse_kubernetes});
}

// What a leader does for all, and is held up in.
void strike_the_leader(Coverage& sum) {
  using enum FaultKind;
  // A password is changed by a leader that leads no more.
  strike(sum, R"("world": {"units": 2}, "story": [
            {"at_s": 100, "run_action": "set-password", "unit": "postgresql-k8s/0",
             "parameters": {"username": "operator"}}])",
         {0}, {freeze_charm});
  // PostgreSQL has to start anew, and the leader is held up while it sees to the lock, or Patroni
  // refuses.
  strike(sum, R"("world": {"units": 2}, "story": [
            {"at_s": 200, "set_config": {"experimental_max_connections": 300}}])",
         {0}, {freeze_charm, refuse_patroni});
}

bool has_walked(const Coverage& coverage, const char* chart, const char* arrow) {
  const auto walked = coverage.charts.find(chart);
  return walked != coverage.charts.end() && walked->second.arrows.contains(arrow);
}

// update-status starts Patroni anew where it has died, or follows nobody; Pebble refuses.
void refuse_to_start_patroni(Coverage& sum) {
  const std::string_view one =
      R"("world": {"units": 1}, "story": [{"at_s": 600, "set_trust": true}],
         "faults": {"until_s": 900, "kill_patroni": 1, "refuse_workload": 1})";
  Walks dies(given::scenario_with(one));
  dies.kill_patroni_before_each_call({0}, 1);
  dies.kill_patroni_before_each_call({0}, 2);  // it reads the exporter's password first
  sum.add(dies.coverage());

  Scenario scaled = given::scenario_of("scenarios/scale-three-to-one.json");
  scaled.faults.budget[static_cast<std::size_t>(FaultKind::refuse_workload)] = 1;
  scaled.faults.until = std::chrono::hours(1);
  RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    Walks walks(scaled);
    random.restart(seed);
    walks.run(random);
    if (!has_walked(walks.coverage(), "update-status", "restart_member|done|set_not_replicating")) {
      continue;
    }
    Deviations taken = random.taken();
    std::erase_if(taken,
                  [](const Deviation& each) { return each.label.question == fault_question; });
    for (charm::UnitName unit; unit.ordinal < 3; ++unit.ordinal) {
      walks.strike_at_each_call(unit, FaultKind::refuse_workload, taken);
    }
    sum.add(walks.coverage());
    return;
  }
  ADD_FAILURE() << "no run in which a member follows nobody";
}

// The first random run of a scenario that walks this arrow; and, with it, what comes of a fault at
// each call of a unit.
void run_until_walked(Coverage& sum, Scenario scenario, const char* chart, const char* arrow,
                      std::optional<FaultKind> then = {}) {
  if (then) scenario.faults.budget[static_cast<std::size_t>(*then)] += 3;
  RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    Walks walks(scenario);
    random.restart(seed);
    walks.run(random);
    if (!has_walked(walks.coverage(), chart, arrow)) continue;
    const Deviations taken = random.taken();
    for (charm::UnitName unit; then && unit.ordinal < scenario.world.units; ++unit.ordinal) {
      walks.strike_at_each_call(unit, *then, taken);
    }
    return sum.add(walks.coverage());
  }
  ADD_FAILURE() << "no run of " << scenario.title << " walks " << arrow;
}

// What needs two things to go wrong, one after the other.
void run_until_all_is_walked(Coverage& sum) {
  const auto of = [](const char* name) {
    return given::scenario_of(std::string("scenarios/").append(name).append(".json"));
  };
  run_until_walked(sum, of("faults-of-the-bootstrap"), "postgresql-pebble-ready",
                   "stop_database|done|await_bootstrap", FaultKind::refuse_workload);
  run_until_walked(sum, of("faults-while-running"), "update-status", "is_stuck|yes|restart_member");
  run_until_walked(sum, of("faults-while-rotating-passwords"), "uphold-passwords",
                   "restore_passwords|done|is_pebble_ready", FaultKind::refuse_workload);
  run_until_walked(sum, of("faults-while-rotating-passwords"), "uphold-passwords",
                   "restore_passwords|refused|is_pebble_ready");
  run_until_walked(sum, of("faults-while-scaling"), "update-status",
                   "remove_departed_units|done|update_config", FaultKind::refuse_workload);
  // A unit is admitted by half, and whoever leads next is held up until another does.
  run_until_walked(sum, given::scenario_with(R"("world": {"units": 3}, "faults": {"until_s": 900,
                     "kill_hook": 4, "move_leadership": 6, "freeze_charm": 3})"),
                   "leader-elected", "complete_admissions|not leader|step_down");
}

// Stories of which the calm run is enough.
void tell_what_calls_refuse(Coverage& sum) {
  for (const std::string_view story : {
           // Nobody may see to what a removal needs.
           R"("world": {"units": 1}, "story": [{"at_s": 200, "set_trust": false},
              {"after_s": 30, "scale_to": 0}], "horizon_s": 1800)",
           R"("world": {"units": 1}, "story": [{"at_s": 200, "scale_to": 0}],
              "horizon_s": 1800)",
           // A unit departs while nothing can be configured.
           R"("world": {"units": 3}, "story": [{"at_s": 200, "set_trust": false},
              {"after_s": 30, "remove_units": 1}, {"after_s": 200, "set_trust": true}])",
           R"("world": {"units": 3}, "story": [
              {"at_s": 200, "set_config": {"memory_shared_buffers": 1073741823}},
              {"after_s": 30, "remove_units": 1}, {"after_s": 200, "set_config": {}}])",
           // A password is to be changed while a member recovers.
           R"("world": {"units": 3}, "story": [
              {"when": "settled", "after_s": 60, "crash_postgresql": "replica", "recovery_s": 300},
              {"after_s": 20, "run_action": "set-password", "unit": "juju leader",
               "parameters": {"username": "rewind"}}])",
           // No plugin is looked at while another option is bad.
           R"("world": {"units": 1}, "story": [{"at_s": 200, "set_config": {"profile": "staging"}},
              {"after_s": 30, "set_config": {"profile": "testing"}}])",
           // Before the flag; where the maker is who goes, the data go with it (ARCHITECTURE.md).
           R"("world": {"units": 3, "service_routes_after_s": 120},
              "story": [{"when": "primary running", "after_s": 20, "remove_units": 2}])",
           // A unit comes that has no file yet, and TLS is switched, while an option is bad.
           R"("world": {"units": 1}, "story": [
              {"when": "settled", "set_config": {"profile": "staging"}},
              {"after_s": 10, "add_units": 1}, {"after_s": 60, "relate_provider": "first-ca"},
              {"after_s": 120, "unrelate_provider": "first-ca"},
              {"after_s": 100, "set_config": {"profile": "testing"}}])",
           // A primary goes, and whoever could follow it is away.
           R"("world": {"units": 3}, "horizon_s": 3600, "story": [
              {"when": "settled", "after_s": 60, "switchover": "postgresql-k8s/2"},
              {"when": "settled", "after_s": 60, "lose_node": "postgresql-k8s/0"},
              {"lose_node": "postgresql-k8s/1"}, {"after_s": 5, "remove_units": 1}])",
       }) {
    Walks walks(given::scenario_with(story));
    (void)walks.calm();
    sum.add(walks.coverage());
  }
}

// Of a primary that is removed and hands over the successor is lost at each of these moments in
// turn: nobody else could be asked for.
void lose_the_successor_at_each_moment(Coverage& sum) {
  const Scenario scenario = given::scenario_with(R"(
      "world": {"units": 2}, "horizon_s": 1800,
      "story": [{"when": "settled", "after_s": 60, "switchover": "postgresql-k8s/1"},
                {"at_s": 300, "remove_units": 1}, {"stop_service": "postgresql-k8s/0"}])");
  tell_at_each_moment(scenario, 2, after(300'100ms), after(300'300ms), 1ms, sum);
}

// The primary's database crashes at each of these moments in turn, while a client is served and
// while another's user is dropped, and while a plugin is switched on: each statement once meets
// nobody who takes it.
void crash_the_primary_while_clients_come_and_go(Coverage& sum) {
  Scenario scenario = given::scenario_with(R"(
      "world": {"units": 3},
      "story": [{"at_s": 200, "relate": "billing", "database": "invoices"},
                {"at_s": 300, "relate": "shop", "database": "orders"},
                {"crash_postgresql": "primary"},
                {"at_s": 900, "unrelate": "billing"},
                {"crash_postgresql": "primary"},
                {"at_s": 1500, "set_config": {"plugin_hstore_enable": true}},
                {"crash_postgresql": "primary"}])");
  for (charm::Duration later{0}; later < 600ms; later += 2ms) {
    scenario.story[2].at = after(300s + later);
    scenario.story[4].at = after(900s + later);
    scenario.story[6].at = after(1500s + later);
    Walks walks(scenario);
    EXPECT_TRUE(walks.calm().ok()) << "crashed after " << later.count() << " us";
    sum.add(walks.coverage());
  }
}

// With room for so many faults of a kind, whenever they strike.
Scenario scenario_for(const std::string& file, FaultKind kind, std::uint16_t faults) {
  Scenario scenario = given::scenario_of(file);
  scenario.faults.budget[static_cast<std::size_t>(kind)] = faults;
  scenario.faults.until = std::chrono::hours(1);
  return scenario;
}

// Unit 0 is to become a synchronous standby: neither can that be asked for, nor taken back.
void refuse_to_ask_for_standbys(Coverage& sum) {
  constexpr charm::UnitName leader{0};
  constexpr FaultKind kind = FaultKind::refuse_patroni;
  const Scenario scenario = scenario_for("scenarios/refresh-with-few-standbys.json", kind, 2);
  for (std::uint32_t nth = 0;; ++nth) {
    Walks walks(scenario);
    const Deviations once{Walks::at_call(leader, nth, kind)};
    ListChoices choices;
    choices.restart(once);
    walks.run(choices);
    ASSERT_TRUE(choices.unused().empty()) << "no call asks for more standbys";
    if (!has_walked(walks.coverage(), "action-pre-upgrade-check",
                    "ask_for_more|refused|has_become_synchronous")) {
      continue;
    }
    walks.strike_at_each_call(leader, kind, once);
    return sum.add(walks.coverage());
  }
}

// A refresh in which, at each call or moment in turn, a call is refused, trust goes, a leader is
// held up for longer than its lease, or the pod dies that all wait for.
void refresh_while_all_goes_wrong(Coverage& sum) {
  using enum FaultKind;
  const Deviations beyond_the_lease{{{{}, mishap_length_question}, 0, 5}};
  // Not as long as the refresh takes, which ends the leader's pod.
  const Deviations just_beyond_it{{{{}, mishap_length_question}, 0, 4}};
  const auto strike = [&](const std::string& file, std::uint16_t unit, FaultKind kind) {
    Walks walks(scenario_for(file, kind, 1));
    walks.strike_at_each_call({unit}, kind, kind == freeze_charm ? beyond_the_lease : Deviations());
    sum.add(walks.coverage());
  };
  strike("scenarios/refresh-three-units.json", 1, refuse_kubernetes);
  strike("scenarios/refresh-three-units.json", 0, freeze_charm);
  strike("scenarios/refresh-without-pre-check.json", 2, refuse_kubernetes);
  strike("scenarios/refresh-fails-and-rolls-back.json", 0, freeze_charm);
  strike("scenarios/refresh-while-the-first-unit-goes.json", 0, refuse_kubernetes);
  strike("scenarios/refresh-one-unit.json", 0, kill_after_flush);
  strike("scenarios/refresh-shuts-a-new-unit-out.json", 3, refuse_patroni);
  refuse_to_ask_for_standbys(sum);

  Walks back(scenario_for("scenarios/refresh-fails-and-rolls-back.json", freeze_charm, 1));
  back.strike_at_each_call({0}, freeze_charm, just_beyond_it);
  sum.add(back.coverage());

  // The leader is the first to be upgraded.
  Scenario led = scenario_for("scenarios/refresh-three-units.json", freeze_charm, 1);
  led.story.insert(led.story.begin(),
                   {.when = Condition::settled, .deed = MoveLeadership{charm::UnitName{2}}});
  Walks walks(led);
  walks.strike_at_each_call({2}, freeze_charm, beyond_the_lease);
  sum.add(walks.coverage());

  Scenario held = given::scenario_of("scenarios/refresh-without-pre-check.json");
  held.story.push_back({.deed = SetTrust{false}});
  held.story.push_back({.after = 600s, .deed = SetTrust{true}});
  tell_at_each_moment(held, 1, after(78s), after(92s), 4ms, sum);

  Scenario needed = given::scenario_of("scenarios/regressions/refresh-waits-for-a-held-pod.json");
  tell_at_each_moment(needed, 2, after(303s), after(373s), 500ms, sum);
  needed.story.push_back({.deed = SetTrust{false}});
  needed.story.push_back({.after = 300s, .deed = SetTrust{true}});
  tell_at_each_moment(needed, 3, after(310s), after(430s), 5s, sum);
}

void play(const std::string& file, Coverage& sum) {
  Walks walks(given::scenario_of(file));
  (void)walks.calm();
  walks.random(seeds);
  if (file == "scenarios/faults-api-refuses.json") {
    walks.strike_at_each_call({0}, FaultKind::refuse_kubernetes);
  }
  sum.add(walks.coverage());
}

// Each with its own simulations: two at a time, the longest first, and what they have walked is
// added up.
Coverage walk_all() {
  std::vector<std::function<void(Coverage&)>> walks{
      spoil_a_deployment_at_each_moment,
      refuse_to_start_patroni,
      strike_at_each_call,
      strike_the_leader,
      refresh_while_all_goes_wrong,
      run_until_all_is_walked,
      lose_the_container_at_each_moment,
      look_before_the_container_is_noticed,
      tell_what_calls_refuse,
      lose_the_successor_at_each_moment,
      crash_the_primary_while_clients_come_and_go,
  };
  for (const std::string& file : given::scenario_files()) {
    walks.emplace_back([file](Coverage& sum) { play(file, sum); });
  }
  std::atomic<std::size_t> next = 0;
  const auto work = [&walks, &next] {
    Coverage sum;
    for (std::size_t at = next++; at < walks.size(); at = next++) walks[at](sum);
    return sum;
  };
  auto other = std::async(std::launch::async, work);
  Coverage sum = work();
  sum.add(other.get());
  return sum;
}

const Coverage& walked() {
  static const Coverage coverage = walk_all();
  return coverage;
}

void expect_all_walked(const ChartSet::ByName& charts, const Coverage::ByChart& walks) {
  for (const auto& [name, chart] : charts) {
    SCOPED_TRACE(name);
    const auto counts = walks.find(name);
    if (counts == walks.end()) {
      ADD_FAILURE() << "no run walked any of it";
      continue;
    }
    const CoverageSummary summary = summarise(chart, counts->second);
    EXPECT_EQ(summary.arrows_never_walked, std::vector<std::string>{}) << to_text(summary);
  }
}

// One test, since the runs are made once for all charts.
TEST(Arrows, OfEveryChartAreAllWalkedBySomeRun) {
  expect_all_walked(given::charts().all_published(), walked().published);
  expect_all_walked(given::charts().all_refined(), walked().charts);
}

}  // namespace
}  // namespace sim
