// State that cannot be read: dispatch() keeps to the property whatever a charm does, so it is
// broken on worlds made by hand, and what a run may meet is tried by random runs.
#include "sim/properties/foreign_state.h"

#include <gmock/gmock.h>

#include <array>

#include "model/juju.h"
#include "sim/properties/charm_duties.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::EventKind;
using charm::StateKey;
using charm::UnitName;
using model::FactKind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

// The end of a dispatch on unit 1 that has done what it has to: of peer-relation-changed.
struct Refusal : testing::Test {
  Refusal() {
    forget(memory, 2);
    ending.unreadable = StateKey::endpoints;
    say("Cannot read what another revision has left: endpoints in database-peers");
    queue_for(ending.event);
  }
  void say(std::string_view text) {
    world.unit(unit).status = charm::StatusKind::blocked;
    world.unit(unit).status_text = texts.id_of(text);
  }
  void queue_for(const charm::Event& event) {
    charm::Notices notices;
    const auto& handlers = charm::postgresql_k8s().handlers;
    for (std::size_t at = 0; at < handlers.size(); ++at) {
      if (observes(handlers[at], event)) {
        notices.push_back({static_cast<std::uint16_t>(at), event});
      }
    }
    world.set_notices(unit, notices);
  }
  std::optional<std::string> judge() const {
    return properties::unreadable_is_refused.judge(
        {world, scenario, charm::postgresql_k8s(), texts, facts, nullptr, &ending, &memory});
  }

  static constexpr UnitName unit{1};
  model::World world{2};
  const Scenario scenario = given::scenario_with();
  model::Texts texts;
  std::vector<model::Fact> facts;
  DispatchEnding ending{unit, {.kind = EventKind::relation_changed}, HookEnd::ok, false, ""};
  Memory memory;
};

TEST_F(Refusal, ByNameWithTheEventKeptIsRight) { EXPECT_EQ(judge(), std::nullopt); }

TEST_F(Refusal, WithoutTheNameIsFound) {
  say("Configuration Error. Please check the logs");
  EXPECT_THAT(judge(), Optional(HasSubstr("is not Blocked with the refusal of the key")));
  say("Cannot read what another revision has left: the application's secret");
  EXPECT_THAT(judge(), Optional(HasSubstr("is not Blocked with the refusal of the key")));
  say("endpoints in database-peers");
  world.unit(unit).status = charm::StatusKind::active;
  EXPECT_THAT(judge(), Optional(HasSubstr("is not Blocked with the refusal of the key")));
}

TEST_F(Refusal, ThatLosesTheEventIsFound) {
  world.set_notices(unit, {});
  EXPECT_THAT(judge(), Optional(HasSubstr("the event is lost for peer-relation-changed")));
  ending.event.kind = EventKind::stop;
  EXPECT_EQ(judge(), std::nullopt) << "it cannot be kept";
}

TEST_F(Refusal, ThatLosesWhatWasQueuedIsFound) {
  memory.queues[1].before = 2;
  EXPECT_THAT(judge(), Optional(HasSubstr("of what was queued before something is lost")));
}

TEST_F(Refusal, ThatWritesOverItIsFound) {
  for (const FactKind kind :
       {FactKind::endpoints_written, FactKind::initialised, FactKind::secret_revised}) {
    facts = {{kind, UnitName{0}, 0}};
    EXPECT_EQ(judge(), std::nullopt) << "somebody else has";
    facts = {{kind, unit, 0}};
    EXPECT_THAT(judge(), Optional(HasSubstr("has written over what it could not read")));
  }
}

TEST_F(Refusal, IsAskedOnlyOfADispatchThatWasToldOfItAndWasCommitted) {
  say("");
  ending.end = HookEnd::failed;
  EXPECT_EQ(judge(), std::nullopt);
  ending.end = HookEnd::ok;
  ending.unreadable = StateKey::none;
  EXPECT_EQ(judge(), std::nullopt);
}

// It may be written, or mended, at any moment of a dispatch: what that one was told counts.
TEST_F(Refusal, IsAskedWhateverHasBecomeOfTheStateSince) {
  ASSERT_EQ(world.shared().application.unreadable, StateKey::none);
  say("");
  EXPECT_THAT(judge(), Optional(HasSubstr("is not Blocked with the refusal of the key")));
}

TEST_F(Refusal, ExcusesNoDispatchThatHadFoundEverythingReadable) {
  const auto judge_runs = [this] {
    return properties::deferred_runs.judge(
        {world, scenario, charm::postgresql_k8s(), texts, facts, nullptr, &ending, &memory});
  };
  memory.queues[1].before = 2;
  EXPECT_EQ(judge_runs(), std::nullopt);
  ending.unreadable = StateKey::none;
  world.shared().application.unreadable = StateKey::endpoints;  // since then
  EXPECT_THAT(judge_runs(), Optional(HasSubstr("of 2 that were queued, 0 were run")));
}

// --- whole runs ---

std::vector<StateKey> all_keys() {
  std::vector<StateKey> keys;
  for (std::size_t at = 1; at < charm::state_key_count; ++at) {
    keys.push_back(static_cast<StateKey>(at));
  }
  return keys;
}

// With a client and a provider of certificates, so that everything is there to be spoilt.
std::string story_of(StateKey key, int at, const std::string& then) {
  return R"("world": {"units": 3}, "story": [{"relate": "shop", "database": "orders"},
            {"relate_provider": "ca"}, {"at_s": )" +
         std::to_string(at) + R"(, "write_foreign_state": ")" + std::string(to_text(key)) + '"' +
         (model::juju::is_of_one_unit(key) ? R"(, "of_unit": "postgresql-k8s/1"})" : "}") + then +
         ']';
}

std::vector<int> blocked_by(StateKey key, const Simulation& simulation) {
  const std::string text = refusal_of(key);
  std::vector<int> units;
  for (const UnitName unit : simulation.world().existing()) {
    const model::UnitState& state = simulation.world().unit(unit);
    const bool says_so = simulation.texts().text_of(state.status_text) == text;
    if (state.status == charm::StatusKind::blocked && says_so) units.push_back(unit.ordinal);
  }
  return units;
}

// Nobody has news of what one unit alone reads: its next update-status meets it, so the story goes
// on for longer.
TEST(ForeignState, OfEachKeyBlocksByItsNameThoseWhoReadIt) {
  const std::string then = R"(, {"after_s": 400, "set_trust": true})";
  for (const StateKey key : all_keys()) {
    const Scenario scenario =
        given::scenario_with(story_of(key, 400, then) + R"(, "horizon_s": 1100)");
    Simulation simulation(scenario, given::postgresql(), {});
    RandomChoices random(1);
    simulation.run(random);
    const charm::MaybeUnit leader = simulation.world().shared().application.lease_holder;
    std::vector<int> expected{0, 1, 2};
    if (model::juju::is_of_one_unit(key)) expected = {1};
    if (key == StateKey::client_offer) expected = {(*leader).ordinal};
    EXPECT_EQ(blocked_by(key, simulation), expected) << to_text(key);
  }
}

TEST(ForeignState, OfEachKeyIsRefusedWheneverItComesAndHeals) {
  for (const StateKey key : all_keys()) {
    for (const int at : {1, 45, 100, 400}) {
      const Scenario scenario =
          given::scenario_with(story_of(key, at, R"(, {"after_s": 400, "mend_state": true})"));
      for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        Simulation simulation(scenario, given::postgresql(), {});
        RandomChoices random(seed);
        const Verdict verdict = simulation.run(random);
        EXPECT_THAT(verdict.violations, IsEmpty())
            << to_text(key) << " at " << at << ", seed " << seed;
        EXPECT_THAT(blocked_by(key, simulation), IsEmpty()) << to_text(key);
      }
    }
  }
}

}  // namespace
}  // namespace sim
