// Charms whose actions complete, and do not what they are named after: that is found.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "charm/postgresql_k8s.h"
#include "sim/properties/actions.h"
#include "tests/support/broken.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using given::expect_broken;

Outcome say_that_it_is_done(Unit& /*unit*/, const Event& /*event*/) { return {}; }

Verdict run_of_action(given::TinyCharm::Run run, std::string_view name, std::string_view given) {
  const given::TinyCharm charm(EventKind::action, run, name);
  const std::string scenario =
      R"("world": {"units": 2}, "horizon_s": 1200, "story": [{"at_s": 100, "unit": 1, "run_action": ")" +
      std::string(name) + R"(")" + std::string(given) + "}]";
  return given::run_calm(given::scenario_with(scenario),
                         charm.with({&properties::action_keeps_its_word, 1}));
}

Outcome name_itself(Unit& unit, const Event& /*event*/) {
  unit.action.set_result("primary", to_text(unit.app, unit.name));
  return {};
}

Outcome tell_an_empty_password(Unit& unit, const Event& event) {
  if (event.kind == EventKind::action) unit.action.set_result("password", charm::Secret());
  return {};
}

Outcome ask_with_another_key(Unit& unit, const Event& /*event*/) {
  charm::TlsState state = unit.juju.tls();
  state.request_key = unit.entropy.make_private_key();
  state.request = unit.entropy.make_certificate_request(state.request_key);
  unit.juju.set_tls(state);
  return {};
}

TEST(ABrokenCharm, WhoseActionNamesAPrimaryThatNeverLedIsFound) {
  expect_broken(run_of_action(name_itself, "get-primary", ""), properties::action_keeps_its_word,
                "whom it names has never led");
}

TEST(ABrokenCharm, ThatTellsNoPasswordIsFound) {
  expect_broken(run_of_action(say_that_it_is_done, "get-password", ""),
                properties::action_keeps_its_word, "there is no password in its results");
  std::vector<charm::Handler> handlers(charm::postgresql_k8s().handlers.begin(),
                                       charm::postgresql_k8s().handlers.end());
  for (charm::Handler& handler : handlers) {
    if (handler.name == "get-password") handler.run = tell_an_empty_password;
  }
  charm::CharmDefinition charm = charm::postgresql_k8s();
  charm.handlers = handlers;
  const auto scenario = given::scenario_with(R"("world": {"units": 1}, "story": [
      {"when": "settled", "run_action": "get-password", "unit": 0}])");
  expect_broken(
      given::run_calm(scenario, {&charm, {&properties::action_keeps_its_word, 1}, nullptr}),
      properties::action_keeps_its_word, "the password in its results is empty");
}

TEST(ABrokenCharm, ThatAsksForACertificateOfAnotherKeyIsFound) {
  constexpr std::string_view given_key =
      R"(, "parameters": {"private-key": "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n"})";
  expect_broken(run_of_action(ask_with_another_key, "set-tls-private-key", given_key),
                properties::action_keeps_its_word, "the request is of another key");
  expect_broken(run_of_action(say_that_it_is_done, "set-tls-private-key", given_key),
                properties::action_keeps_its_word, "no request stands");
}

}  // namespace
}  // namespace sim
