// The cases of Patroni's port: what a hook may rely on, whoever stands behind it. `Model` runs in
// virtual time; `LivePatroni` needs the rig (tests/live/rig, label `live`): real members, which all
// of its cases share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "tests/contract/patroni_bench.h"

namespace charm::contract {

using namespace std::chrono_literals;
using ports::RestartWhen;
using ports::TakeOverError;

inline constexpr std::array all_units{UnitName{0}, UnitName{1}, UnitName{2}};

enum class PatroniSide : std::uint8_t { model, live };

class PatroniContract : public testing::TestWithParam<PatroniSide> {
 protected:
  void SetUp() override {
    if (GetParam() == PatroniSide::live) {
      if (const std::string lacks = lacks_live_patroni(); !lacks.empty()) GTEST_SKIP() << lacks;
    }
    bench = GetParam() == PatroniSide::live ? live_patroni() : model_patroni();
    ASSERT_TRUE(comes([this] { return is_whole(); })) << "the three members are not whole";
  }

  // --- asking ---

  ports::Patroni& of(UnitName unit) { return bench->patroni(unit); }
  // Waits for what is to come about by itself; how long that takes is no part of the contract.
  template <class Condition>
  bool comes(Condition condition, Duration within = 180s) {
    const Duration end = bench->now() + within;
    while (!condition()) {
      if (bench->now() > end) return false;
      bench->let_pass(250ms);
    }
    return true;
  }
  // GET /health loads no cluster, so whoever races for the lock may be asked (section 8.1).
  bool is(UnitName unit, MemberState state) { return of(unit).own_health() == state; }
  bool is_up(UnitName unit) { return is(unit, MemberState::running) || streams(unit); }
  bool streams(UnitName unit) { return is(unit, MemberState::streaming); }
  bool answers(UnitName unit) { return of(unit).own_health().has_value(); }
  // As `asked` sees it; nothing: it is not listed, or `asked` does not answer.
  std::optional<ClusterMember> seen(UnitName asked, UnitName member) {
    const auto view = of(asked).cluster();
    if (!view) return std::nullopt;
    const auto found = std::ranges::find(*view, member_of(member), &ClusterMember::name);
    return found == view->end() ? std::nullopt : std::optional(*found);
  }
  bool has_role(UnitName asked, UnitName member, MemberRole role) {
    const auto found = seen(asked, member);
    return found && found->role == role;
  }
  // The lock is that member's, and its PostgreSQL is out of recovery.
  bool leads(UnitName unit) {
    return is(unit, MemberState::running) && has_role(unit, unit, MemberRole::leader);
  }
  // A DynamicConfiguration with which something is pending.
  DynamicConfiguration more_connections() {
    DynamicConfiguration more = bench->configuration();
    more.max_connections += 10;
    return more;
  }
  // One synchronous standby is enough: `standby` is it, `other` is none.
  void leave_one_synchronous() {
    ASSERT_TRUE(of(leader).patch_synchronous({.node_count = 1, .strict = false}));
    ASSERT_TRUE(comes([this] {
      const auto one = seen(leader, standby);
      const auto two = seen(leader, other);
      return one && two && one->role != two->role;
    }));
    if (!has_role(leader, standby, MemberRole::sync_standby)) std::swap(standby, other);
  }

  // The standby's pg_hba.conf lists it alone, and its patroni.yml everybody.
  void lose_a_reload() {
    bench->write_file(standby, {.alone = true});
    ASSERT_FALSE(bench->is_pg_hba_taken(standby));
    ASSERT_TRUE(of(standby).reload());
    ASSERT_TRUE(comes([this] { return bench->is_pg_hba_taken(standby); }));
    bench->delay_starts(standby, 25s);
    bench->begin_restart(standby);
    ASSERT_TRUE(comes([this] { return is(standby, MemberState::starting); }));
    bench->write_file(standby, {});
    ASSERT_TRUE(of(standby).reload());
    ASSERT_TRUE(comes([this] { return streams(standby); }));
    ASSERT_FALSE(bench->is_pg_hba_taken(standby));
  }

  std::unique_ptr<PatroniBench> bench;
  // Who is what when the case begins.
  UnitName leader{0};
  UnitName standby{1};
  UnitName other{2};

 private:
  bool is_whole() {
    UnitSet standbys;
    for (UnitName unit : all_units) {
      if (streams(unit)) standbys.insert(unit);
    }
    if (standbys.size() != 2) return false;
    for (UnitName unit : all_units) {
      if (!standbys.contains(unit)) leader = unit;
    }
    standby = standbys.first();
    standbys.erase(standby);
    other = standbys.first();
    if (!is(leader, MemberState::running)) return false;
    for (UnitName unit : all_units) {
      const auto view = of(unit).cluster();
      if (!view || !is_whole(*view)) return false;
    }
    return of(leader).primary_endpoint_health() == MemberState::running;
  }
  [[nodiscard]] bool is_whole(const ClusterView& view) const {
    return view.size() == 3 && std::ranges::all_of(view, [this](const ClusterMember& member) {
             return unit_of(member.name) == leader
                        ? member.role == MemberRole::leader && member.state == MemberState::running
                        : member.role == MemberRole::sync_standby &&
                              member.state == MemberState::streaming;
           });
  }
};

}  // namespace charm::contract
