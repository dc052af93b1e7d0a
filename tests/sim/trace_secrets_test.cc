// Every password of a run holds a canary: it is given to hooks, and is seen nowhere else.
#include <gtest/gtest.h>

#include <sstream>

#include "sim/commands/saved_run.h"
#include "sim/ports/ports.h"
#include "sim/properties/postgresql.h"
#include "sim/report/json_trace.h"
#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;

const std::string canary(password_canary);

// Everything that a run leaves for people and for machines, in one text.
std::string all_that_is_written(const Scenario& scenario, const CharmUnderTest& charm,
                                Choices& choices) {
  std::ostringstream out;
  JsonTrace json(out, scenario.world.app, *charm.definition);
  StoryText story(out, scenario.world.app, *charm.definition, {.verbose = true});
  Simulation simulation(scenario, charm, {});
  simulation.trace().listen(&json);
  simulation.trace().listen(&story);
  simulation.trace().keep_steps(true);
  const Verdict verdict = simulation.run(choices);
  for (const Violation& violation : verdict.violations) out << violation.what << '\n';
  const std::string list = to_text(given::sorted(choices.taken()));
  const VerdictView view{verdict, charm.properties, scenario, scenario.name, list, "./run"};
  out << to_text(view, false) << to_json_text(view);
  SavedRun saved;
  saved.scenario_file = scenario.name;
  saved.choices = list;
  saved.broken = verdict.ok() ? std::string() : std::string(verdict.violations[0].property);
  saved.fingerprint = verdict.fingerprint;
  saved.steps = simulation.trace().steps();
  out << to_json_text(saved);
  return out.str();
}

bool holds_text(const std::string& written, std::string_view text) {
  return written.find(text) != std::string::npos;
}

class SecretsOf : public testing::TestWithParam<std::string> {};

TEST_P(SecretsOf, AnyScenarioAreInNothingThatARunWrites) {
  const Scenario scenario = given::scenario_of(GetParam());
  ListChoices calm;
  EXPECT_FALSE(holds_text(all_that_is_written(scenario, given::postgresql(), calm), canary));
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RandomChoices random(seed);
    EXPECT_FALSE(holds_text(all_that_is_written(scenario, given::postgresql(), random), canary))
        << "seed " << seed;
  }
}

TEST_P(SecretsOf, AnyScenarioAreInNothingThatABrokenRunWrites) {
  Scenario scenario = given::scenario_of(GetParam());
  scenario.horizon = std::chrono::seconds(5);
  ListChoices calm;
  const std::string written = all_that_is_written(scenario, given::postgresql(), calm);
  EXPECT_TRUE(holds_text(written, "FAILED"));
  EXPECT_FALSE(holds_text(written, canary));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, SecretsOf, testing::ValuesIn(given::scenario_files()),
                         [](const auto& file) { return given::test_name(file.param); });

// --- the canary is really there ---

bool holds_canary(const charm::Secret& secret) {
  return secret.reveal().find(password_canary) != std::string_view::npos;
}

Outcome look_at_passwords(Unit& unit, const Event& /*event*/) {
  std::size_t made = 0;
  std::size_t read = 0;
  for (std::size_t at = 0; at < charm::system_user_count; ++at) {
    const auto user = static_cast<charm::SystemUser>(at);
    const charm::Secret password = unit.entropy.make_password(user);
    made += holds_canary(password) ? 1U : 0U;
    (void)unit.juju.set_password(user, password);
    read += holds_canary(unit.juju.passwords().of(user)) ? 1U : 0U;
  }
  const bool all = made == charm::system_user_count && read == charm::system_user_count;
  unit.juju.set_unit_status({charm::StatusKind::active, all ? "all hold it" : "some do not"});
  return {};
}

std::string written_by(EventKind on, given::TinyCharm::Run hook) {
  const given::TinyCharm charm(on, hook);
  const std::array all{properties::no_hook_exception};
  ListChoices calm;
  return all_that_is_written(given::scenario_with(R"("world": {"units": 1})"), charm.with(all),
                             calm);
}

TEST(PasswordCanary, IsInEveryPasswordThatAHookMakesOrReads) {
  EXPECT_TRUE(holds_text(written_by(EventKind::leader_elected, look_at_passwords), "all hold it"));
}

Outcome leak_as_status(Unit& unit, const Event& /*event*/) {
  const charm::Secret password = unit.entropy.make_password(charm::SystemUser::rewind);
  unit.juju.set_unit_status({charm::StatusKind::active, password.reveal()});
  return {};
}

Outcome leak_as_error(Unit& unit, const Event& /*event*/) {
  const charm::Secret password = unit.entropy.make_password(charm::SystemUser::rewind);
  throw charm::HookFailed("cannot use " + std::string(password.reveal()));
}

TEST(PasswordCanary, WouldBeSeenInAStatus) {
  EXPECT_TRUE(holds_text(written_by(EventKind::start, leak_as_status), canary));
}

TEST(PasswordCanary, WouldBeSeenInAnError) {
  EXPECT_TRUE(holds_text(written_by(EventKind::start, leak_as_error), canary));
}

}  // namespace
}  // namespace sim
