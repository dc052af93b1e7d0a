// The trace: a fingerprint of what happened, whoever listens, and as JSON lines.
#include "sim/trace/trace.h"

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "sim/report/json_trace.h"
#include "sim/report/story_text.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using Json = nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<Json> json_lines(const std::string& file, std::uint64_t seed) {
  const Scenario scenario = given::scenario_of(file);
  std::ostringstream out;
  JsonTrace sink(out, scenario.world.app, charm::postgresql_k8s());
  RandomChoices random(seed);
  given::run(scenario, given::postgresql(), random, default_executor(), &sink);
  std::vector<Json> lines;
  for (const std::string& line : lines_of(out.str())) lines.push_back(Json::parse(line));
  return lines;
}

// --- the fingerprint ---

struct TraceTest : testing::Test {
  static std::uint64_t fingerprint_of(const TraceEvent& event) {
    Trace trace;
    trace.restart(Trace::Mode::fingerprint);
    trace.record(event);
    return trace.fingerprint();
  }

  const charm::Handler& handler = charm::postgresql_k8s().handlers[0];
  charm::Path path;
  TraceEvent hook{.at = {5}, .kind = TraceKind::hook_started, .unit = charm::UnitName{1}};
};

TEST_F(TraceTest, OfNoEventHasNoFingerprint) {
  Trace trace;
  trace.restart(Trace::Mode::fingerprint);
  EXPECT_EQ(trace.fingerprint(), 0U);
  EXPECT_EQ(trace.count(), 0U);
}

TEST_F(TraceTest, SwitchedOffRecordsNothing) {
  Trace trace;
  given::Events events;
  trace.listen(&events);
  trace.restart(Trace::Mode::off);
  trace.record(hook);
  EXPECT_FALSE(trace.on());
  EXPECT_EQ(trace.fingerprint(), 0U);
  EXPECT_THAT(events.items, IsEmpty());
}

TEST_F(TraceTest, TheSameEventsHaveTheSameFingerprint) {
  EXPECT_EQ(fingerprint_of(hook), fingerprint_of(hook));
}

TEST_F(TraceTest, TheOrderOfEventsCounts) {
  TraceEvent other = hook;
  other.at = {6};
  Trace one_way;
  Trace other_way;
  one_way.restart(Trace::Mode::fingerprint);
  other_way.restart(Trace::Mode::fingerprint);
  one_way.record(hook);
  one_way.record(other);
  other_way.record(other);
  other_way.record(hook);
  EXPECT_NE(one_way.fingerprint(), other_way.fingerprint());
}

TEST_F(TraceTest, TimeUnitAndHookOfAnEventCount) {
  std::set<std::uint64_t> seen{fingerprint_of(hook)};
  TraceEvent event = hook;
  event.at = {6};
  seen.insert(fingerprint_of(event));
  event = hook;
  event.unit = charm::UnitName{2};
  seen.insert(fingerprint_of(event));
  event = hook;
  event.event.kind = charm::EventKind::start;
  seen.insert(fingerprint_of(event));
  event = hook;
  event.event.subject = 1;
  seen.insert(fingerprint_of(event));
  event = hook;
  event.event.remote_unit = charm::UnitName{2};
  seen.insert(fingerprint_of(event));
  event = hook;
  event.event.departing_unit = charm::UnitName{2};
  seen.insert(fingerprint_of(event));
  EXPECT_THAT(seen, SizeIs(7));
}

TEST_F(TraceTest, PathReasonAndOutcomeOfAHandlerCount) {
  TraceEvent event = hook;
  event.kind = TraceKind::handler_ended;
  event.handler = &handler;
  event.path = &path;
  std::set<std::uint64_t> seen{fingerprint_of(event)};
  event.reemitted = true;
  seen.insert(fingerprint_of(event));
  event.outcome.reason = "because";
  seen.insert(fingerprint_of(event));
  event.outcome.kind = charm::Outcome::Kind::deferred;
  seen.insert(fingerprint_of(event));
  path.at("box");
  seen.insert(fingerprint_of(event));
  path.took("yes");
  seen.insert(fingerprint_of(event));
  event.kind = TraceKind::handler_merged;
  seen.insert(fingerprint_of(event));
  event.handler = &charm::postgresql_k8s().handlers[1];
  seen.insert(fingerprint_of(event));
  EXPECT_THAT(seen, SizeIs(8));
}

TEST_F(TraceTest, StatusFactEndAndTextsCount) {
  TraceEvent event = hook;
  event.kind = TraceKind::status;
  std::set<std::uint64_t> seen{fingerprint_of(event)};
  event.status.kind = charm::StatusKind::active;
  seen.insert(fingerprint_of(event));
  event.status.message = "Primary";
  seen.insert(fingerprint_of(event));
  event.kind = TraceKind::fact;
  seen.insert(fingerprint_of(event));
  event.fact.kind = model::FactKind::promoted;
  seen.insert(fingerprint_of(event));
  event.fact.value = 2;
  seen.insert(fingerprint_of(event));
  event.kind = TraceKind::hook_ended;
  seen.insert(fingerprint_of(event));
  event.end = HookEnd::killed;
  seen.insert(fingerprint_of(event));
  event.text = "why";
  seen.insert(fingerprint_of(event));
  event.kind = TraceKind::violated;
  seen.insert(fingerprint_of(event));
  event.detail = "what";
  seen.insert(fingerprint_of(event));
  EXPECT_THAT(seen, SizeIs(11));
}

TEST_F(TraceTest, KeepsTheFingerprintAfterEachEventIfAsked) {
  Trace trace;
  trace.restart(Trace::Mode::fingerprint);
  trace.record(hook);
  EXPECT_THAT(trace.steps(), IsEmpty());
  trace.keep_steps(true);
  trace.record(hook);
  trace.record(hook);
  ASSERT_THAT(trace.steps(), SizeIs(2));
  EXPECT_EQ(trace.steps().back(), trace.fingerprint());
}

TEST_F(TraceTest, RestartedBeginsAnew) {
  Trace trace;
  trace.restart(Trace::Mode::fingerprint);
  trace.keep_steps(true);
  trace.record(hook);
  trace.restart(Trace::Mode::fingerprint);
  EXPECT_EQ(trace.fingerprint(), 0U);
  EXPECT_EQ(trace.count(), 0U);
  EXPECT_THAT(trace.steps(), IsEmpty());
}

TEST(TraceOfARun, DoesNotDependOnWhoListens) {
  const Scenario scenario = given::scenario_of("scenarios/faults-while-deploying.json");
  std::ostringstream out;
  JsonTrace json(out, scenario.world.app, charm::postgresql_k8s());
  StoryText story(out, scenario.world.app, charm::postgresql_k8s(), {.verbose = true});
  RandomChoices random(3);
  const Verdict alone = given::run(scenario, given::postgresql(), random);
  Simulation heard(scenario, given::postgresql(), {});
  heard.trace().listen(&json);
  heard.trace().listen(&story);
  heard.trace().keep_steps(true);
  random.restart(3);
  EXPECT_EQ(given::numbers_of(heard.run(random)), given::numbers_of(alone));
  EXPECT_EQ(heard.trace().steps().back(), alone.fingerprint);
  EXPECT_EQ(heard.trace().steps().size(), heard.trace().count());
}

TEST(TraceOfARun, SwitchedOffChangesNothingElse) {
  const Scenario scenario = given::scenario_of("scenarios/deploy-three-units.json");
  ListChoices calm;
  const Verdict heard = given::run(scenario, given::postgresql(), calm);
  Simulation silent(scenario, given::postgresql(), {.trace = Trace::Mode::off});
  calm.restart({});
  const Verdict verdict = silent.run(calm);
  EXPECT_EQ(verdict.fingerprint, 0U);
  EXPECT_EQ(verdict.world_fingerprint, heard.world_fingerprint);
  EXPECT_EQ(verdict.dispatches, heard.dispatches);
  EXPECT_EQ(verdict.calls, heard.calls);
  EXPECT_EQ(verdict.simulated, heard.simulated);
}

// --- JSON lines ---

TEST(JsonTraceTest, ItsFirstLineNamesTheSchemaTheApplicationAndTheCharm) {
  std::ostringstream out;
  const charm::AppName app{"pg"};
  const JsonTrace trace(out, app, charm::postgresql_k8s());
  EXPECT_EQ(Json::parse(out.str()),
            Json({{"schema", "charmsim-trace/1"}, {"app", "pg"}, {"charm", "postgresql-k8s"}}));
  EXPECT_EQ(out.str().back(), '\n');
}

class JsonTraceOfARun : public testing::TestWithParam<std::string> {};

TEST_P(JsonTraceOfARun, IsALineOfJsonForEachEventInTheOrderOfTime) {
  std::int64_t before = 0;
  const auto lines = json_lines(GetParam(), 1);
  ASSERT_GT(lines.size(), 40U);
  EXPECT_EQ(lines[0]["schema"], "charmsim-trace/1");
  for (std::size_t at = 1; at < lines.size(); ++at) {
    EXPECT_GE(lines[at].at("at_us").get<std::int64_t>(), before);
    EXPECT_FALSE(lines[at].at("kind").get<std::string>().empty());
    before = lines[at].at("at_us").get<std::int64_t>();
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, JsonTraceOfARun, testing::ValuesIn(given::scenario_files()),
                         [](const auto& file) { return given::test_name(file.param); });

// Which members a line of each kind must have.
const std::map<std::string, std::vector<std::string>> members_by_kind{
    {"hook-started", {"unit", "event"}},
    {"handler-ended", {"unit", "event", "handler", "reemitted", "outcome", "reason", "path"}},
    {"handler-merged", {"unit", "event", "handler"}},
    {"hook-ended", {"unit", "end"}},
    {"status", {"unit", "status", "message"}},
    {"fact", {"fact", "value"}},
    {"fault", {"fault", "call"}},  // and the unit, if it does not befall all
    {"story", {"step"}},
    {"settled", {}},
    {"unsettled", {}},
};

void expect_members(const std::string& file, std::uint64_t seed, std::set<std::string>& kinds) {
  const auto lines = json_lines(file, seed);
  for (std::size_t at = 1; at < lines.size(); ++at) {
    const auto kind = lines[at].at("kind").get<std::string>();
    kinds.insert(kind);
    for (const std::string& member : members_by_kind.at(kind)) {
      EXPECT_TRUE(lines[at].contains(member)) << member << " in " << lines[at];
    }
  }
}

TEST(JsonTraceTest, TellsEachKindOfEventWithWhatBelongsToIt) {
  std::set<std::string> kinds;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    expect_members("scenarios/faults-while-deploying.json", seed, kinds);
    expect_members("scenarios/primary-pod-killed.json", seed, kinds);
  }
  kinds.insert("unsettled");  // without a deed of the story nothing gets worse by itself
  EXPECT_THAT(kinds, SizeIs(members_by_kind.size()));
}

// --- names ---

class TraceKinds : public testing::TestWithParam<int> {};

TEST_P(TraceKinds, HaveAName) {
  EXPECT_THAT(to_text(static_cast<TraceKind>(GetParam())), testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Trace, TraceKinds, testing::Range(0, static_cast<int>(trace_kind_count)));

class FactKinds : public testing::TestWithParam<int> {};

TEST_P(FactKinds, HaveAName) {
  EXPECT_THAT(to_text(static_cast<model::FactKind>(GetParam())), testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Trace, FactKinds,
                         testing::Range(0, static_cast<int>(model::fact_kind_count)));

TEST(StoryText, OfAMishapWithoutAPlaceHasNoEmptyOne) {
  std::ostringstream out;
  const charm::AppName app{"app"};
  StoryText story(out, app, charm::postgresql_k8s(), {});
  TraceEvent event;
  event.kind = TraceKind::fault;
  event.text = "lose_pod";
  story.take(event);
  event.detail = "kubernetes.label";
  story.take(event);
  EXPECT_THAT(out.str(), testing::HasSubstr("FAULT lose_pod\n"));
  EXPECT_THAT(out.str(), testing::HasSubstr("FAULT lose_pod at kubernetes.label\n"));
}

}  // namespace
}  // namespace sim
