// State that cannot be read: dispatch() keeps to the property whatever a charm does, so it is
// broken on worlds made by hand, and what a run may meet is tried by random runs.
#include "sim/properties/foreign_state.h"

#include <gmock/gmock.h>

#include <array>

#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::EventKind;
using charm::UnitName;
using model::FactKind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

// The end of a dispatch on unit 1 that has done what it has to: of peer-relation-changed.
struct Refusal : testing::Test {
  Refusal() {
    forget(memory, 2);
    world.shared().application.unreadable = charm::StateKey::endpoints;
    world.unit(unit).process.began_unreadable = true;
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
  EXPECT_THAT(judge(), Optional(HasSubstr("is not Blocked with the name of the key")));
  say("Cannot read what another revision has left: the application's secret");
  EXPECT_THAT(judge(), Optional(HasSubstr("is not Blocked with the name of the key")));
  say("endpoints in database-peers");
  world.unit(unit).status = charm::StatusKind::active;
  EXPECT_THAT(judge(), Optional(HasSubstr("is not Blocked with the name of the key")));
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

TEST_F(Refusal, IsAskedOnlyOfADispatchThatBeganWithItAndWasCommitted) {
  say("");
  ending.end = HookEnd::failed;
  EXPECT_EQ(judge(), std::nullopt);
  ending.end = HookEnd::ok;
  world.unit(unit).process.began_unreadable = false;
  EXPECT_EQ(judge(), std::nullopt);
}

// --- whole runs ---

Verdict random_run(const std::string& text, std::uint64_t seed) {
  const Scenario scenario = given::scenario_with(text);
  Simulation simulation(scenario, given::postgresql(), {});
  RandomChoices random(seed);
  return simulation.run(random);
}

TEST(ForeignState, OfEachKeyIsRefusedWheneverItComesAndHeals) {
  for (const char* key : {"endpoints", "cluster_initialised", "application secret"}) {
    for (const int at : {1, 20, 45, 100, 400}) {
      const std::string story = R"("story": [{"at_s": )" + std::to_string(at) +
                                R"(, "write_foreign_state": ")" + key +
                                R"("}, {"after_s": 200, "mend_state": true}])";
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Verdict verdict = random_run(R"("world": {"units": 3}, )" + story, seed);
        EXPECT_THAT(verdict.violations, IsEmpty()) << key << " at " << at << ", seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace sim
