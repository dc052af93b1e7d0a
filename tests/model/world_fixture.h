// A small world for the tests of the model. What is due first happens, always at its earliest;
// hooks take no time and do nothing. Everything is public: a test brings it into the state that it
// wants.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "charm/options/options.h"
#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/pebble.h"
#include "model/postgresql.h"
#include "model/step.h"
#include "model/timing.h"

namespace model::given {

using charm::Duration;
using charm::Instant;
using charm::UnitName;
using charm::UnitSet;
using namespace std::chrono_literals;

inline constexpr UnitName zero{0};
inline constexpr UnitName one{1};
inline constexpr UnitName two{2};

struct PastFact {
  Instant at;
  Fact fact;
};

struct WorldFixture : testing::Test {
  explicit WorldFixture(std::uint16_t units = 3) : world(units), hooks(units) {}

  // --- time ---

  void fire(TimerId id) {
    keep_facts();
    world.advance_to(world.window(id).earliest);
    world.disarm(id);
    is_world_timer(id) ? fire_world_timer(world_timer(id))
                       : fire_unit_timer(unit_of(id), unit_timer(id));
    keep_facts();
  }
  void run_for(Duration time) {
    const Instant end = world.now() + time;
    while (world.window(world.next()).earliest <= end) fire(world.next());
    keep_facts();
    world.advance_to(end);
  }
  // Until the condition holds, within a day.
  template <class Condition>
  void run_until(Condition condition) {
    const Instant end = world.now() + 24h;
    while (!condition()) {
      if (world.window(world.next()).earliest > end) {
        ADD_FAILURE() << "it did not come about";
        return;
      }
      fire(world.next());
    }
  }
  Window window(UnitName unit, UnitTimer timer) const {
    return world.window(timer_id(unit, timer));
  }
  Window window(WorldTimer timer) const { return world.window(timer_id(timer)); }
  // From now to where a window begins and ends.
  Span span(UnitName unit, UnitTimer timer) const { return from_now(window(unit, timer)); }
  Span span(WorldTimer timer) const { return from_now(window(timer)); }

  // --- facts ---

  void keep_facts() {
    for (const Fact& fact : facts) past.push_back({world.now(), fact});
    facts.clear();
  }
  std::vector<PastFact> all(FactKind kind) {
    keep_facts();
    std::vector<PastFact> found;
    for (const PastFact& fact : past) {
      if (fact.fact.kind == kind) found.push_back(fact);
    }
    return found;
  }
  std::size_t count(FactKind kind) { return all(kind).size(); }
  PastFact last(FactKind kind) {
    const auto found = all(kind);
    EXPECT_FALSE(found.empty());
    return found.empty() ? PastFact{} : found.back();
  }
  void forget_past() {
    keep_facts();
    past.clear();
  }

  // --- Juju ---

  // Of the peer relations, the first bears no name here.
  static std::string text_of(const charm::Event& event) {
    std::string text(to_text(event.kind));
    const bool of_peers = event.relation == charm::RelationId{};
    if (of_peers && event.subject == restart_peers) text.insert(0, "restart-");
    if (of_peers && event.subject == upgrade_peers) text.insert(0, "upgrade-");
    return event.remote_unit ? text + ' ' + std::to_string(event.remote_unit.ordinal) : text;
  }
  // The unit exists, and its agent runs.
  void start_unit(UnitName unit) {
    juju::add_unit(step, unit);
    world.unit(unit).pod.phase = PodPhase::running;
    juju::start_agent(step, unit);
  }
  // Begins the hook that is due now, whatever the agent's timer says; empty: none is.
  std::string begin_hook(UnitName unit) {
    const auto event = juju::next_hook(step, unit);
    return event ? text_of(*event) : std::string();
  }
  bool end_hook(UnitName unit) {
    const bool flushed = juju::flush(step, unit);
    flushed ? juju::commit_hook(step, unit) : juju::fail_hook(step, unit);
    keep_facts();
    return flushed;
  }
  // Runs the hook that is due now to its good end.
  std::string run_hook(UnitName unit) {
    std::string name = begin_hook(unit);
    if (!name.empty()) end_hook(unit);
    return name;
  }
  // Runs hooks until none is due.
  std::vector<std::string> run_hooks(UnitName unit) {
    std::vector<std::string> names;
    for (std::string name = run_hook(unit); !name.empty(); name = run_hook(unit)) {
      names.push_back(name);
    }
    return names;
  }
  // A unit that has nothing more to do.
  void settle(UnitName unit) {
    start_unit(unit);
    run_hooks(unit);
  }
  void make_leader(UnitName unit) {
    world.shared().application.lease_holder = {};
    juju::on_lease_timer(step, unit);
    keep_facts();
  }
  void fail_hook(UnitName unit) { juju::fail_hook(step, unit); }

  // --- Patroni ---

  charm::PatroniConfiguration configuration(std::initializer_list<UnitName> admitted,
                                            std::uint16_t node_count = 2) const {
    charm::PatroniConfiguration result;
    result.options = &charm::default_options();
    for (UnitName unit : admitted) result.hosts.push_back(charm::host_of(unit));
    result.bootstrap.synchronous = {.node_count = node_count, .strict = true};
    return result;
  }
  // A pod with its labels and a container that answers, without an agent.
  void start_pod_of(UnitName unit) {
    juju::add_unit(step, unit);
    world.unit(unit).pod.phase = PodPhase::running;
    world.unit(unit).pod.ready = true;
    kubernetes::label_as_member(step, unit);
    world.unit(unit).container.stage = ContainerStage::noticed;
  }
  // Its Patroni is told to read its file, and its loop has come round.
  void have_read(UnitName unit) {
    ASSERT_TRUE(patroni::reload(step, unit));
    run_until([this, unit] { return !world.unit(unit).member.reload_pending; });
  }
  void start_patroni(UnitName unit, const charm::PatroniConfiguration& file) {
    pebble::write_configuration(step, unit, file);
    pebble::update_and_restart(step, unit);
  }
  // Three members; 0 is the primary, and both others stream from it.
  void start_cluster(std::uint16_t node_count = 2) {
    for (UnitName unit : {zero, one, two}) {
      start_pod_of(unit);
      start_patroni(unit, configuration({zero, one, two}, node_count));
    }
    world.shared().application.primary_service = true;
    run_for(60s);
    forget_past();
  }
  // Patroni again, in a pod that has come back without its labels and its plan.
  void restore(UnitName unit) {
    kubernetes::label_as_member(step, unit);
    pebble::update_and_restart(step, unit);
  }
  Postgres& postgres(UnitName unit) { return world.unit(unit).postgres; }
  Member& member(UnitName unit) { return world.unit(unit).member; }
  Dcs& dcs() { return world.shared().dcs; }
  Client& client() { return world.shared().client; }
  Application& application() { return world.shared().application; }

  World world;
  Facts facts;
  Parameters parameters;
  Step step{world, facts, parameters, nullptr};
  std::vector<PastFact> past;
  std::vector<std::vector<std::string>> hooks;  // that the agents have run by themselves

 private:
  Span from_now(Window window) const {
    return {window.earliest - world.now(), window.latest - world.now()};
  }
  void fire_world_timer(WorldTimer timer) {
    switch (timer) {
      case WorldTimer::lease_expiry: return juju::on_lease_expiry(step);
      case WorldTimer::primary_route: return kubernetes::on_route_timer(step);
      case WorldTimer::client: return postgresql::write(step);
      case WorldTimer::story:
      case WorldTimer::mishap: return;
      case WorldTimer::api: return network::on_api_timer(step);
      case WorldTimer::request: return patroni::on_request_timer(step);
      case WorldTimer::provisioner: return juju::on_provisioner_timer(step);
      case WorldTimer::client_0: return juju::on_client_timer(step, 0);
      case WorldTimer::client_1: return juju::on_client_timer(step, 1);
      case WorldTimer::client_2: return juju::on_client_timer(step, 2);
      case WorldTimer::client_3: return juju::on_client_timer(step, 3);
      case WorldTimer::provider_0: return juju::on_provider_timer(step, 0);
      case WorldTimer::provider_1: return juju::on_provider_timer(step, 1);
      case WorldTimer::rollout: return kubernetes::on_rollout_timer(step);
    }
  }
  void fire_unit_timer(UnitName unit, UnitTimer timer) {
    if (network::is_held(world, unit, timer)) return network::keep_for_later(world, unit, timer);
    switch (timer) {
      case UnitTimer::agent: return run_agent(unit);
      case UnitTimer::call:
      case UnitTimer::deadline: return;
      case UnitTimer::lease: return juju::on_lease_timer(step, unit);
      case UnitTimer::container: return pebble::on_container_timer(step, unit);
      case UnitTimer::pod: return kubernetes::on_pod_timer(step, unit);
      case UnitTimer::ha: return patroni::on_ha_timer(step, unit);
      case UnitTimer::lock_expiry: return patroni::on_lock_expiry(step, unit);
      case UnitTimer::job: return patroni::on_job_timer(step, unit);
      case UnitTimer::update_status: return juju::on_update_status_timer(step, unit);
      case UnitTimer::replication: return postgresql::on_replication_timer(step, unit);
      case UnitTimer::recovery: return network::on_recovery_timer(step, unit);
      case UnitTimer::startup: return patroni::on_startup_timer(step, unit);
      case UnitTimer::watch: return patroni::on_watch_timer(step, unit);
      case UnitTimer::service: return pebble::on_service_timer(step, unit);
    }
  }
  void run_agent(UnitName unit) {
    const std::string name = run_hook(unit);
    if (!name.empty()) return hooks[unit.ordinal].push_back(name);
    if (world.unit(unit).process.shutting_down) juju::stop_agent(step, unit);
    if (!world.unit(unit).process.running) kubernetes::process_ended(step, unit);
  }
};

}  // namespace model::given
