// The hazards of charm-hooks.md, section 11, as upstream_hazards_test.cc has them: of who is
// listed, let in, and dropped.
#include <gmock/gmock.h>

#include "charm/hooks/hooks.h"
#include "charm/steps/admission.h"
#include "charm/steps/members.h"
#include "charm/steps/passwords.h"
#include "charm/steps/retry.h"
#include "charm/steps/status.h"
#include "tests/support/hazards.h"

namespace sim {
namespace {

using charm::Event;
using charm::HostList;
using charm::Outcome;
using charm::Unit;
using given::Hazard;

// Section 3.1, steps 4 and 5: what is refused ends the hook before the departed are dropped (step
// 6), and nothing brings it back.
Outcome end_where_the_api_refuses(Unit& unit, const Event& event) {
  Outcome outcome = on_leader_elected(unit, event);
  if (unit.juju.unit_status().kind == charm::StatusKind::blocked) {
    outcome.kind = Outcome::Kind::done;
  }
  return outcome;
}

// Section 3.6: whoever leads when it is told drops them, and nobody else.
Outcome drop_if_it_leads(Unit& unit, const Event& event) {
  if (!unit.juju.is_leader() || event.departing_unit == unit.name) return {};
  (void)charm::steps::remove_departed_units(unit);
  return {};
}

// [HEAD]: the object that renders is made at the dispatch's first look, with the list of then.
void render_again(Unit& unit, const HostList& hosts) {
  const charm::SystemPasswords passwords = unit.juju.passwords();
  const auto written = unit.workload.write_patroni_configuration(
      {.own_host = host_of(unit.name),
       .hosts = hosts,
       .tls = unit.juju.tls().enabled(),
       .operator_password = passwords.of(charm::SystemUser::operator_user),
       .replication_password = passwords.of(charm::SystemUser::replication),
       .rewind_password = passwords.of(charm::SystemUser::rewind),
       .patroni_password = passwords.of(charm::SystemUser::patroni)});
  if (written) (void)unit.patroni.reload();
}

template <Outcome (*hook)(Unit& unit, const Event& event)>
Outcome render_the_list_of_before(Unit& unit, const Event& event) {
  const HostList before = unit.juju.endpoints();
  const Outcome outcome = hook(unit, event);
  if (unit.juju.endpoints() != before) render_again(unit, before);
  return outcome;
}

// What the published chart says of its own arrow from the deferral (section 9.6): a return belongs
// there. Upstream has none, and neither has this charm.
template <Outcome (*hook)(Unit& unit, const Event& event)>
Outcome return_where_it_defers(Unit& unit, const Event& event) {
  if (unit.juju.is_leader() && unit.juju.cluster_initialised()) {
    const auto admission = charm::steps::admit_units(unit);
    if (admission && *admission == charm::steps::Admission::not_ready) {
      return {.kind = Outcome::Kind::deferred, .reason = "a member is not ready"};
    }
  }
  return hook(unit, event);
}

// Sections 3.1 and 3.2: a queued pebble-ready takes what this very dispatch has made.
Outcome use_what_is_not_committed(Unit& unit, const Event& event) {
  if (unit.juju.is_leader()) (void)charm::steps::generate_passwords(unit);
  return on_postgresql_pebble_ready(unit, event);
}

// Nothing labels the pod of a unit that is removed, once the leader has dropped it: no
// upgrade-charm runs, and pebble-ready goes by the list (sections 3.2 and 6.7). All else is as
// here.
Outcome hand_over_without_labels(Unit& unit, const Event& event) {
  using namespace std::chrono_literals;
  const charm::UnitSet staying = unit.juju.planned_units();
  const bool leads = charm::steps::lock_holder(unit) == unit.name;
  if (!leads || staying.contains(unit.name)) return on_storage_detaching(unit, event);
  const bool runs = charm::steps::retry_for(unit.clock, {.total = 15s, .every = 3s}, [&unit] {
    return unit.patroni.own_health().has_value();
  });
  charm::MaybeMember successor;
  const bool found =
      runs && charm::steps::retry_for(unit.clock, {.total = 10min, .every = 5s}, [&] {
        successor = charm::steps::synchronous_standby(unit, staying);
        return successor.has_value();
      });
  if (found) (void)unit.patroni.switch_over(successor);
  return {};
}

class UpstreamMembership : public testing::TestWithParam<Hazard> {};

TEST_P(UpstreamMembership, BreaksAPropertyAsUpstreamHasItAndNoneAsItIsHere) {
  given::expect_only_upstream_breaks(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Section11, UpstreamMembership,
    testing::Values(
        Hazard{"H12_TheNextLeaderEndsBeforeItDrops",
               "leader-elected",
               end_where_the_api_refuses,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "move_leadership": "postgresql-k8s/2"},
                  {"when": "settled", "after_s": 60, "set_trust": false},
                  {"after_s": 1, "remove_units": 1},
                  {"after_s": 300, "set_trust": true}],
                  "holds": ["a departed unit disappears everywhere"])",
               "a departed unit disappears everywhere",
               0,
               "update-status",
               {{"peer-relation-departed", drop_if_it_leads}}},
        Hazard{
            "H17_ReturnsWhereItDefers",
            "peer-relation-changed",
            return_where_it_defers<charm::on_peer_relation_changed>,
            R"("world": {"units": 3})",
            "units are Active within 2 update-status cycles and V4 and V9 of the last disturbance",
            100,
            "uphold-passwords",
            {{"leader-elected", return_where_it_defers<charm::on_leader_elected>}}},
        Hazard{"H25_PasswordsThatAreLostWithTheDispatch", "postgresql-pebble-ready",
               use_what_is_not_committed,
               R"("world": {"units": 2, "container_reachable_after_s": {"postgresql-k8s/0": 400}},
                  "story": [{"when": "leader elected", "after_s": 10,
                             "move_leadership": "postgresql-k8s/1"}],
                  "faults": {"until_s": 300, "kill_hook": 5},
                  "holds": ["every planned unit is Active, listed and streaming"])",
               "every planned unit is Active, listed and streaming", 300},
        // Not the bound: unit 1 is restarted at each update-status, and each restart begins it
        // anew.
        Hazard{"H30_RendersTheListOfBefore",
               "peer-relation-changed",
               render_the_list_of_before<charm::on_peer_relation_changed>,
               R"("world": {"units": 2})",
               "every planned unit is Active, listed and streaming",
               0,
               "uphold-passwords",
               {{"leader-elected", render_the_list_of_before<charm::on_leader_elected>}}},
        Hazard{"LeadsUnlabelledWhileItIsRemoved", "pgdata-storage-detaching",
               hand_over_without_labels,
               R"("world": {"units": 3}, "story": [
                  {"when": "settled", "after_s": 60, "switchover": "postgresql-k8s/2"},
                  {"after_s": 60, "kill_pod": "primary"},
                  {"after_s": 0, "remove_units": 1}])",
               "units are Active within 2 update-status cycles and V4 and V9 of the last "
               "disturbance",
               100}),
    [](const auto& hazard) { return hazard.param.name; });

}  // namespace
}  // namespace sim
