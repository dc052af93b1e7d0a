// What the ports tell a hook of the world: each error that Kubernetes, Pebble and PostgreSQL can
// answer with. Source: patroni-and-kubernetes.md, sections 7.3 to 7.6; juju-and-pebble.md, 7.6.
#include <gmock/gmock.h>

#include "charm/options/options.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::ApiError;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using charm::ports::PatroniObject;
using testing::Contains;
using testing::ElementsAre;
using namespace std::chrono_literals;

// The story keeps a run from ending before its hooks have.
constexpr const char* one_unit =
    R"("world": {"units": 1}, "story": [{"at_s": 300, "set_trust": true}])";
constexpr const char* untrusted =
    R"("world": {"units": 1, "trusted": false}, "story": [{"at_s": 300, "set_trust": false}])";

std::vector<std::string> statuses(given::TinyCharm::Run hook, const char* members,
                                  const Deviations& taken = {}, const FaultPlan& faults = {}) {
  const given::TinyCharm charm(EventKind::start, hook);
  given::Events events;
  ListChoices list(taken);
  Scenario scenario = given::scenario_with(members);
  scenario.faults = faults;
  given::run(scenario, charm.with(), list, default_executor(), &events);
  std::vector<std::string> texts;
  for (const auto& item : events.of(TraceKind::status)) texts.push_back(item.text);
  return texts;
}

template <class T>
void tell(Unit& unit, const std::expected<T, ApiError>& answer) {
  unit.juju.set_unit_status({charm::StatusKind::active,
                             answer ? std::string("good") : std::string(to_text(answer.error()))});
}

Outcome label_itself(Unit& unit, const charm::Event& /*event*/) {
  tell(unit, unit.kubernetes.label_pod_as_member(charm::pod_of(unit.name)));
  return {};
}
Outcome label_a_pod_that_is_not_there(Unit& unit, const charm::Event& /*event*/) {
  tell(unit, unit.kubernetes.label_pod_as_member({7}));
  return {};
}
Outcome read_an_object_that_is_not_there(Unit& unit, const charm::Event& /*event*/) {
  tell(unit, unit.kubernetes.patroni_object(PatroniObject::endpoints));
  return {};
}
void make_a_cluster(Unit& unit) {
  unit.clock.sleep(20s);
  (void)unit.kubernetes.label_pod_as_member(charm::pod_of(unit.name));
  (void)unit.workload.write_patroni_configuration({.options = &charm::default_options()});
  (void)unit.workload.update_and_restart_service({});
  unit.clock.sleep(60s);
}

// Patroni renews its lock in the meantime.
Outcome delete_what_was_read_a_minute_ago(Unit& unit, const charm::Event& /*event*/) {
  make_a_cluster(unit);
  const auto read = unit.kubernetes.patroni_object(PatroniObject::endpoints);
  if (!read) return {};
  unit.clock.sleep(60s);
  tell(unit, unit.kubernetes.delete_patroni_object(PatroniObject::endpoints, read->version));
  return {};
}

Outcome own_what_was_read_a_minute_ago(Unit& unit, const charm::Event& /*event*/) {
  make_a_cluster(unit);
  const auto read = unit.kubernetes.patroni_object(PatroniObject::endpoints);
  if (!read) return {};
  unit.clock.sleep(60s);
  tell(unit, unit.kubernetes.own_patroni_object(PatroniObject::endpoints, read->version));
  return {};
}
Outcome own_and_look(Unit& unit, const charm::Event& /*event*/) {
  make_a_cluster(unit);
  constexpr auto object = PatroniObject::config_endpoints;
  const auto before = unit.kubernetes.patroni_object(object);
  if (!before || before->goes_with_application) return {};
  (void)unit.kubernetes.own_patroni_object(object, before->version);
  const auto after = unit.kubernetes.patroni_object(object);
  const bool is_owned = after && after->goes_with_application;
  const bool is_written = after && !(after->version == before->version);
  unit.juju.set_unit_status(
      {charm::StatusKind::active, is_owned && is_written ? "owned" : "as before"});
  return {};
}

TEST(KubernetesPort, RefusesEverythingToACharmThatIsNotTrusted) {
  EXPECT_THAT(statuses(label_itself, untrusted), ElementsAre("forbidden"));
  EXPECT_THAT(statuses(label_itself, one_unit), ElementsAre("good"));
}

TEST(KubernetesPort, SaysWhatIsNotThere) {
  EXPECT_THAT(statuses(label_a_pod_that_is_not_there, one_unit), ElementsAre("not found"));
  EXPECT_THAT(statuses(read_an_object_that_is_not_there, one_unit), ElementsAre("not found"));
}

TEST(KubernetesPort, RefusesAWriteOnAnOldVersion) {
  EXPECT_THAT(statuses(delete_what_was_read_a_minute_ago, one_unit), ElementsAre("conflict"));
  EXPECT_THAT(statuses(own_what_was_read_a_minute_ago, one_unit), ElementsAre("conflict"));
}

TEST(KubernetesPort, AnOwnerIsAWriteToTheObject) {
  EXPECT_THAT(statuses(own_and_look, one_unit), ElementsAre("owned"));
}

// The first draw of an API call in the run.
std::vector<std::string> label_while(FaultKind kind) {
  FaultPlan faults;
  faults.until = 60s;
  faults.budget[static_cast<std::size_t>(kind)] = 1;
  std::vector<std::string> all;
  for (std::uint32_t draw = 0; draw < 40; ++draw) {
    const auto option = static_cast<std::uint32_t>(kind) + 1;
    for (const std::string& text :
         statuses(label_itself, one_unit, {{{charm::UnitName{0}, fault_question}, draw, option}},
                  faults)) {
      all.push_back(text);
    }
  }
  return all;
}

TEST(KubernetesPort, TellsTooManyRequestsFromAServerThatCannot) {
  EXPECT_THAT(label_while(FaultKind::throttle_kubernetes), Contains("throttled"));
  EXPECT_THAT(label_while(FaultKind::refuse_kubernetes), Contains("unavailable"));
}

// While the API server acts and answers too late, its answer is lost and its effect is not.
Outcome label_late(Unit& unit, const charm::Event& /*event*/) {
  unit.clock.sleep(60s);
  const charm::PodName own = charm::pod_of(unit.name);
  tell(unit, unit.kubernetes.label_pod_as_member(own));
  unit.clock.sleep(300s);
  const bool labelled = unit.kubernetes.is_labelled_as_member(own).value_or(false);
  unit.juju.set_unit_status({charm::StatusKind::active, labelled ? "labelled" : "not labelled"});
  return {};
}

TEST(KubernetesPort, LosesTheAnswersOfAServerThatIsLateAndNotTheEffects) {
  FaultPlan faults;
  faults.from = 30s;
  faults.until = 200s;
  faults.budget[static_cast<std::size_t>(FaultKind::delay_api)] = 1;
  const auto option = static_cast<std::uint32_t>(FaultKind::delay_api) -
                      static_cast<std::uint32_t>(first_mishap) + 1;
  std::vector<std::string> told;
  for (std::uint32_t draw = 0; draw < 5; ++draw) {
    const auto texts = statuses(
        label_late, R"("world": {"units": 1}, "story": [{"at_s": 900, "set_trust": true}])",
        {{{{}, mishap_kind_question}, draw, option}, {{{}, mishap_length_question}, 0, 3}}, faults);
    told.insert(told.end(), texts.begin(), texts.end());
  }
  EXPECT_THAT(told, Contains("unavailable"));
  EXPECT_THAT(told, testing::Not(Contains("not labelled")));
}

// Of a refresh that is held at unit 1, and of a pod that is asked to end.
Outcome look_at_a_refresh(Unit& unit, const charm::Event& /*event*/) {
  if (unit.name.ordinal != 0) return {};
  (void)unit.kubernetes.set_rolling_partition(1);
  unit.clock.sleep(200s);
  std::string text;
  for (const charm::PodName pod : {charm::PodName{0}, charm::PodName{1}}) {
    const auto rollout = unit.kubernetes.rollout(pod).value_or(charm::ports::Rollout{});
    text.append(rollout.under_way ? "under way" : "over");
    text.append(rollout.pod_updated ? ", new, from " : ", old, from ");
    text.append(std::to_string(rollout.partition)).append("; ");
  }
  text.append(to_text(unit.kubernetes.rollout({7}).error()));
  unit.juju.set_unit_status({charm::StatusKind::active, text});
  tell(unit, unit.kubernetes.delete_pod({7}));
  (void)unit.kubernetes.delete_pod({1});
  const bool runs = unit.kubernetes.is_pod_running({1}).value_or(false);
  unit.juju.set_unit_status({charm::StatusKind::active, runs ? "runs" : "ends"});
  return {};
}

TEST(KubernetesPort, TellsOfARefreshAndEndsPods) {
  EXPECT_THAT(statuses(look_at_a_refresh,
                       R"("world": {"units": 2},
                  "story": [{"at_s": 100, "refresh": "to a revision that works"},
                            {"at_s": 600, "set_trust": true}])"),
              ElementsAre("under way, old, from 1; under way, new, from 1; not found", "not found",
                          "ends"));
}

// --- Pebble and PostgreSQL ---

Outcome ask_pebble_at_once(Unit& unit, const charm::Event& /*event*/) {
  const bool connected = unit.workload.can_connect();
  const bool written =
      unit.workload.write_patroni_configuration({.options = &charm::default_options()}).has_value();
  const bool runs = unit.workload.is_service_running().has_value();
  unit.juju.set_unit_status(
      {charm::StatusKind::active, connected || written || runs ? "answers" : "does not answer"});
  return {};
}

TEST(WorkloadPort, AnswersNothingBeforePebbleIsThere) {
  const char* late =
      R"("world": {"units": 1, "app": "test", "container_reachable_after_s": {"test/0": 100}},
                         "story": [{"at_s": 300, "set_trust": true}])";
  EXPECT_THAT(statuses(ask_pebble_at_once, late), ElementsAre("does not answer"));
}

Outcome ask_for_users(Unit& unit, const charm::Event& /*event*/) {
  const bool made = unit.postgresql.create_users_and_grants(charm::Secret("x")).has_value();
  unit.juju.set_unit_status({charm::StatusKind::active, made ? "made" : "unreachable"});
  return {};
}

TEST(PostgresqlPort, NeedsAPrimaryBehindItsService) {
  EXPECT_THAT(statuses(ask_for_users, one_unit), ElementsAre("unreachable"));
}

}  // namespace
}  // namespace sim
