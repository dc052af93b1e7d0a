// The deferral report: what it makes of a trace, and of a whole run.
#include "sim/report/deferrals.h"

#include <gmock/gmock.h>

#include <array>
#include <nlohmann/json.hpp>

#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Handler;
using charm::Instant;
using charm::Outcome;
using charm::UnitName;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr std::array<std::string_view, 1> relations{"peers"};
constexpr charm::CharmDefinition charm_of_test{"test", "box", relations, {}, {}};
constexpr Handler first{"first", "", EventKind::start};
constexpr Handler second{"second", "", EventKind::start};
constexpr Event started{.kind = EventKind::start};
constexpr Event updated{.kind = EventKind::update_status};

// Events of one unit's trace, a second apart.
class DeferralReportTest : public testing::Test {
 protected:
  void hook(const Event& event) {
    now_.micros += 1'000'000;
    report_.take({.at = now_, .kind = TraceKind::hook_started, .unit = self, .event = event});
  }
  void fresh(const Handler& handler, Outcome::Kind kind) { ended(handler, kind, false); }
  void again(const Handler& handler, Outcome::Kind kind) { ended(handler, kind, true); }
  void merged(const Handler& handler) {
    report_.take({.at = now_,
                  .kind = TraceKind::handler_merged,
                  .unit = self,
                  .event = started,
                  .handler = &handler});
  }
  void committed() {
    report_.take({.at = now_, .kind = TraceKind::hook_ended, .unit = self});
    report_.take({.at = now_,
                  .kind = TraceKind::fact,
                  .unit = self,
                  .fact = {.kind = model::FactKind::flushed, .unit = self}});
  }
  void failed() {
    report_.take({.at = now_, .kind = TraceKind::hook_ended, .unit = self, .end = HookEnd::failed});
  }

  static constexpr auto deferred = Outcome::Kind::deferred;
  static constexpr auto done = Outcome::Kind::done;
  static constexpr UnitName self{1};
  const charm::AppName app_{"pg"};
  Instant now_;
  DeferralReport report_{app_, charm_of_test};

 private:
  void ended(const Handler& handler, Outcome::Kind kind, bool reemitted) {
    charm::Path path;
    path.at(kind == deferred ? "defer" : "rtn");
    report_.take({.at = now_,
                  .kind = TraceKind::handler_ended,
                  .unit = self,
                  .event = started,
                  .reemitted = reemitted,
                  .handler = &handler,
                  .path = &path,
                  .outcome = {kind, "the reason"}});
  }
};

TEST_F(DeferralReportTest, SaysNothingOfARunWithoutDeferrals) {
  hook(started);
  fresh(first, done);
  committed();
  EXPECT_EQ(report_.summary(now_), "none");
  EXPECT_EQ(report_.text(now_), "");
}

TEST_F(DeferralReportTest, TellsWhoDeferredWhyHowOftenAndUntilWhen) {
  hook(started);
  fresh(first, deferred);
  committed();
  hook(updated);
  again(first, deferred);
  committed();
  hook(updated);
  again(first, done);
  committed();
  EXPECT_EQ(report_.summary(now_), "1, longest queue 1, longest wait 2.000s");
  EXPECT_EQ(report_.text(now_),
            "     1.000s  pg/1  first: deferred 2 times, the reason  [defer]; ran with "
            "update-status after 2.000s\n"
            "longest queue of pg/1: 1\n");
}

TEST_F(DeferralReportTest, TellsWhatIsQueuedStill) {
  hook(started);
  fresh(first, deferred);
  fresh(second, deferred);
  committed();
  now_.micros += 500'000;
  EXPECT_EQ(report_.summary(now_), "2, longest queue 2, longest wait 0.500s");
  EXPECT_THAT(report_.text(now_), HasSubstr("second: deferred once, the reason  [defer]; queued "
                                            "still, after 0.500s"));
}

TEST_F(DeferralReportTest, DoesNotCountWhatAHookThatFailedHasDone) {
  hook(started);
  fresh(first, deferred);
  failed();
  EXPECT_THAT(report_.deferrals(), IsEmpty());

  hook(started);
  fresh(first, deferred);
  committed();
  hook(updated);
  again(first, done);
  failed();
  ASSERT_THAT(report_.deferrals(), SizeIs(1));
  EXPECT_FALSE(report_.deferrals()[0].end.has_value());
}

TEST_F(DeferralReportTest, CountsNewEventsThatAQueuedOneStoodFor) {
  hook(started);
  fresh(first, deferred);
  committed();
  hook(started);
  again(first, deferred);
  merged(first);
  committed();
  ASSERT_THAT(report_.deferrals(), SizeIs(1));
  EXPECT_EQ(report_.deferrals()[0].merged, 1U);
  EXPECT_EQ(report_.deferrals()[0].times, 2U);
}

TEST_F(DeferralReportTest, TellsEqualNoticesApart) {
  hook(started);
  fresh(first, deferred);
  committed();
  hook(started);
  again(first, deferred);
  fresh(first, deferred);
  committed();
  hook(updated);
  again(first, done);
  again(first, deferred);
  committed();
  ASSERT_THAT(report_.deferrals(), SizeIs(2));
  EXPECT_TRUE(report_.deferrals()[0].end.has_value());
  EXPECT_FALSE(report_.deferrals()[1].end.has_value());
  EXPECT_THAT(report_.longest_queues(), ElementsAre(Pair(self, 2U)));
}

TEST_F(DeferralReportTest, IsJson) {
  hook(started);
  fresh(first, deferred);
  committed();
  EXPECT_EQ(report_.json(now_).dump(),
            R"({"count":1,"longest_wait_us":0,"longest_queues":{"pg/1":1},"list":[)"
            R"({"unit":"pg/1","handler":"first","event":"start","node":"defer",)"
            R"("reason":"the reason","times":1,"merged":0,"since_us":1000000,"waited_us":0,)"
            R"("run_with":null}]})");
}

// --- whole runs ---

class DeferralsOfARun : public testing::TestWithParam<std::string> {};

// The report is made of the trace alone; the world says whether it is right.
TEST_P(DeferralsOfARun, AreWhatTheWorldHasQueuedAtItsEnd) {
  const Scenario scenario = given::scenario_of(GetParam());
  std::size_t seen = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    DeferralReport report(scenario.world.app, charm::postgresql_k8s());
    Simulation simulation(scenario, given::postgresql(), {});
    simulation.trace().listen(&report);
    RandomChoices random(seed);
    simulation.run(random);
    std::map<UnitName, std::size_t> queued;
    for (const Deferral& deferral : report.deferrals()) {
      ++seen;
      if (!deferral.end) ++queued[deferral.unit];
    }
    for (UnitName unit : simulation.world().existing()) {
      EXPECT_EQ(queued[unit], simulation.world().notice_count(unit)) << "seed " << seed;
    }
  }
  EXPECT_GT(seen, 0U);
}

INSTANTIATE_TEST_SUITE_P(Deferrals, DeferralsOfARun,
                         testing::Values("scenarios/deploy-three-units.json",
                                         "scenarios/faults-while-deploying.json"),
                         [](const auto& file) { return given::test_name(file.param); });

}  // namespace
}  // namespace sim
