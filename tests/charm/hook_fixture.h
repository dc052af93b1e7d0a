// A unit of three whose hooks are run on ports made by hand.
#pragma once

#include <gtest/gtest.h>

#include "charm/postgresql_k8s.h"
#include "tests/charm/fake_ports.h"

namespace charm {

inline constexpr UnitName zero{0}, one{1}, two{2};
inline constexpr Event elected{.kind = EventKind::leader_elected};
inline constexpr Event changed{.kind = EventKind::relation_changed};
inline constexpr Event pebble_ready{.kind = EventKind::pebble_ready};
inline constexpr Event update_status{.kind = EventKind::update_status};

struct HookTest : testing::Test {
  // Whether the event's own handler deferred; deferred ones run first.
  bool defers(const Event& event) {
    observer = {};
    hook = hook_name(postgresql_k8s(), event);
    const DispatchResult result = dispatch(postgresql_k8s(), it.unit, event, observer);
    EXPECT_TRUE(result.ok) << result.error;
    return !world.queue.empty();
  }
  // The walk of the handler that has the hook's name; where none has, the last one of a chart that
  // is neither the clients' nor the rolling restart's nor the refresh's, whose handlers observe
  // other events, too, and come last.
  [[nodiscard]] std::string path() const {
    for (std::size_t at = 0; at < observer.paths.size(); ++at) {
      if (observer.ended[at].starts_with(hook + " ")) return observer.paths[at];
    }
    return last_path(Walks::own);
  }
  [[nodiscard]] std::string path_of_clients() const { return last_path(Walks::of_clients); }
  [[nodiscard]] std::string path_of_restarts() const { return last_path(Walks::of_restarts); }

  // A cluster of three, all is well, this unit leads and is the primary.
  void settle() {
    world.leader = true;
    world.peer_units = {one, two};
    world.planned = {zero, one, two};
    world.listed = {host_of(zero), host_of(one), host_of(two)};
    world.initialised = true;
    world.secret.all.fill(Secret("secret"));
    world.taken.fill(Secret("secret"));
    for (auto& pod : world.pods) pod.labelled = true;
    world.services = {true, true};
    world.members = {MemberState::running, MemberState::streaming, MemberState::streaming};
    world.view = ClusterView{{member_of(zero), MemberRole::leader, MemberState::running},
                             {member_of(one), MemberRole::sync_standby, MemberState::streaming},
                             {member_of(two), MemberRole::replica, MemberState::streaming}};
    world.annotation = ports::LeaderAnnotation{member_of(zero), {1}};
    world.primary_endpoint = MemberState::running;
    world.data_directory = world.database = world.plan_current = world.service_running = true;
    world.exporter_planned = world.exporter = Secret("secret");
  }
  // A third unit has come up, and is not on the cluster.
  void add_a_unit() {
    settle();
    world.listed = {host_of(zero), host_of(one)};
    world.pods[2].labelled = false;
    world.view = ClusterView{{member_of(zero), MemberRole::leader, MemberState::running},
                             {member_of(one), MemberRole::sync_standby, MemberState::streaming}};
  }

  fake::World world;
  fake::FakeUnit it{world};
  fake::Observer observer;
  std::string hook;

 private:
  enum class Walks : std::uint8_t { own, of_clients, of_restarts, of_refreshes };
  static Walks walks_of(std::string_view chart) {
    if (chart.starts_with("database-")) return Walks::of_clients;
    if (chart.starts_with("restart-")) return Walks::of_restarts;
    // Whose tests call its handlers themselves.
    const bool refreshes = chart.starts_with("refresh-") || chart == "upgrade-relation-changed";
    return refreshes ? Walks::of_refreshes : Walks::own;
  }
  [[nodiscard]] std::string last_path(Walks wanted) const {
    for (std::size_t at = observer.paths.size(); at-- > 0;) {
      if (walks_of(observer.charts[at]) == wanted) return observer.paths[at];
    }
    return {};
  }
};

}  // namespace charm
