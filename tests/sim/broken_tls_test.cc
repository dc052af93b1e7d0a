// The charm with one handler of its relation with a provider of certificates exchanged for one with
// a mistake that a property is there to find: a whole run finds it. And what whole runs of the
// charm itself do not do.
#include <gmock/gmock.h>

#include "charm/steps/tls.h"
#include "sim/properties/tls.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::Outcome;
using charm::TlsState;
using charm::Unit;
using given::expect_broken;
using testing::IsEmpty;

// All other handlers are the charm's own.
Verdict run_with(std::string_view name, given::TinyCharm::Run run, std::string_view scenario,
                 const Property& property) {
  std::vector<charm::Handler> handlers(charm::postgresql_k8s().handlers.begin(),
                                       charm::postgresql_k8s().handlers.end());
  for (charm::Handler& handler : handlers) {
    if (handler.name == name) handler.run = run;
  }
  charm::CharmDefinition definition = charm::postgresql_k8s();
  definition.handlers = handlers;
  return given::run_calm(given::scenario_with(scenario), {&definition, {&property, 1}, nullptr});
}

constexpr std::string_view on =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 300, "relate_provider": "ca"}, {"at_s": 1200, "set_trust": true}])";
constexpr std::string_view on_and_off =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 300, "relate_provider": "ca"},
                 {"at_s": 1200, "unrelate_provider": "ca"}])";
constexpr std::string_view another_key =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 300, "relate_provider": "ca"},
                 {"at_s": 600, "restart_container": "postgresql-k8s/1"},
                 {"run_action": "set-tls-private-key", "unit": 1},
                 {"at_s": 1200, "set_trust": true}])";
constexpr std::string_view with_a_client =
    R"("world": {"units": 2}, "horizon_s": 3600,
       "story": [{"at_s": 300, "relate": "shop", "database": "orders"},
                 {"at_s": 600, "relate_provider": "ca"}, {"at_s": 1200, "set_trust": true}])";

Outcome do_nothing(Unit& /*unit*/, const Event& /*event*/) { return {}; }

TEST(ABrokenCharm, ThatAsksForNoCertificateIsFound) {
  expect_broken(
      run_with("certificates-relation-created", do_nothing, on, properties::tls_converges),
      properties::tls_converges, "postgresql-k8s/0 has no certificate");
}

TEST(ABrokenCharm, ThatDoesNotTakeItsCertificateIntoUseIsFound) {
  expect_broken(
      run_with("certificates-relation-changed", do_nothing, on, properties::tls_converges),
      properties::tls_converges, "postgresql-k8s/0 talks plainly");
}

TEST(ABrokenCharm, ThatIsNotSwitchedOffIsFound) {
  expect_broken(
      run_with("certificates-relation-broken", do_nothing, on_and_off, properties::tls_converges),
      properties::tls_converges, "postgresql-k8s/0 talks TLS");
}

// Announces what it wants, not what is served, where the charm's own brings both in line.
Outcome announce_alone(Unit& unit, const Event& /*event*/) {
  TlsState state = unit.juju.tls();
  state.announced = true;
  unit.juju.set_tls(state);
  return {};
}

TEST(ABrokenCharm, ThatAnnouncesWhatItDoesNotServeIsFound) {
  expect_broken(run_with("uphold-passwords", announce_alone,
                         R"("world": {"units": 1}, "horizon_s": 3600,
                            "story": [{"at_s": 1200, "crash_postgresql": "primary"}])",
                         properties::tls_converges),
                properties::tls_converges,
                "postgresql-k8s/0 announces another scheme than it serves");
}

// Upstream's way: the new key takes the old one's place before its certificate is there, and a
// pebble-ready in between pushes the two.
Outcome replace_the_key_at_once(Unit& unit, const Event& /*event*/) {
  charm::steps::request_certificate(unit, unit.entropy.make_private_key());
  TlsState state = unit.juju.tls();
  state.files.key = state.request_key;
  unit.juju.set_tls(state);
  return {};
}

TEST(ABrokenCharm, ThatReplacesItsKeyBeforeTheCertificateIsThereIsFound) {
  expect_broken(
      run_with("set-tls-private-key", replace_the_key_at_once, another_key, properties::keys_match),
      properties::keys_match, "postgresql-k8s/1 loads files that do not belong to each other");
}

TEST(ABrokenCharm, ThatDoesNotTellItsClientsOfTlsIsFound) {
  expect_broken(run_with("certificates-relation-changed", do_nothing, with_a_client,
                         properties::clients_know_tls),
                properties::clients_know_tls, "shop is not told to talk TLS");
}

TEST(TheCharm, SwitchesTlsWithoutStoppingADatabase) {
  given::Events events;
  const Verdict verdict = given::run_calm(given::scenario_of("scenarios/tls-on-and-off.json"),
                                          given::postgresql(), &events);
  EXPECT_THAT(verdict.violations, IsEmpty());
  charm::Instant switched{};
  for (const auto& item : events.of(TraceKind::fact)) {
    if (item.fact == model::FactKind::tls_switched && switched == charm::Instant{}) {
      switched = item.at;
    }
    if (switched == charm::Instant{}) continue;
    EXPECT_NE(item.fact, model::FactKind::service_started);
    EXPECT_NE(item.fact, model::FactKind::service_stopped);
    EXPECT_NE(item.fact, model::FactKind::job_started);
  }
  EXPECT_NE(switched, charm::Instant{});
}

}  // namespace
}  // namespace sim
