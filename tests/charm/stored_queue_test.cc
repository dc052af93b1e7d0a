// The deferral queue in the state store, and what an upgrade of the charm makes of it.
#include "charm/runtime/stored_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "charm/postgresql_k8s.h"

namespace charm {
namespace {

using Names = std::array<std::string_view, 2>;

Outcome run(Unit&, const Event&) { return {}; }
Handler handler(std::string_view name, EventKind on, std::uint8_t subject = 0) {
  return {name, "", on, subject, run};
}

const AppName app{"pg"};
const Names relations{"peers", "restart"};
const Names other_order{"restart", "peers"};
constexpr Event started{.kind = EventKind::start};
constexpr Event elected{.kind = EventKind::leader_elected};
constexpr Event restart_departed{.kind = EventKind::relation_departed,
                                 .subject = 1,
                                 .remote_unit = UnitName{2},
                                 .departing_unit = UnitName{3}};

Notices parsed(const CharmDefinition& charm, std::string_view text) {
  auto notices = parse_stored_text(charm, app, text);
  EXPECT_TRUE(notices) << notices.error().text;
  return *notices;
}
std::string refused(const CharmDefinition& charm, std::string_view text) {
  const auto notices = parse_stored_text(charm, app, text);
  EXPECT_FALSE(notices);
  return notices ? "" : notices.error().text;
}

const std::array old_handlers{handler("a", EventKind::start),
                              handler("b", EventKind::relation_departed, 1)};
const CharmDefinition old_charm{"old", "box", relations, {}, old_handlers};

TEST(StoredQueue, IsALineANotice) {
  EXPECT_EQ(to_stored_text(old_charm, app, {{1, restart_departed}, {0, started}}),
            "b restart-relation-departed pg/2 pg/3\n"
            "a start - -\n");
}

const Names with_clients{"peers", "database"};
const std::array client_handlers{handler("d", EventKind::relation_joined, 1)};
const CharmDefinition server{.name = "server",
                             .container = "box",
                             .relations = with_clients,
                             .storages = {},
                             .handlers = client_handlers,
                             .client_endpoints = 1};

TEST(StoredQueue, OfAnotherApplicationKeepsTheRelationAndTheUnit) {
  const Notices queue{{0,
                       {.kind = EventKind::relation_joined,
                        .subject = 1,
                        .remote_unit = UnitName{512},
                        .departing_unit = UnitName{2},
                        .relation = {7}}},
                      {0, {.kind = EventKind::relation_joined, .subject = 1, .relation = {8}}}};
  const std::string text =
      "d database-relation-joined 7/512 pg/2\n"
      "d database-relation-joined 8/- -\n";
  EXPECT_EQ(to_stored_text(server, app, queue), text);
  EXPECT_EQ(parsed(server, text), queue);
}

TEST(StoredQueue, RefusesWhatIsNoRelationWithOthers) {
  for (const char* word : {"-", "pg/1", "7", "0/1", "65536/1", "7/x", "7/", "/1"}) {
    EXPECT_THAT(refused(server, std::string("d database-relation-joined ") + word + " -\n"),
                testing::HasSubstr("names no relation and unit of another application"));
  }
}

TEST(StoredQueue, IsReadAsItWasWritten) {
  const Notices queue{{1, restart_departed}, {0, started}, {1, restart_departed}};
  EXPECT_EQ(parsed(old_charm, to_stored_text(old_charm, app, queue)), queue);
  EXPECT_EQ(parsed(old_charm, ""), Notices());
}

TEST(StoredQueue, HoldsEveryHandlerOfTheCharm) {
  const CharmDefinition& charm = postgresql_k8s();
  Notices queue;
  for (std::uint16_t at = 0; at < charm.handlers.size(); ++at) {
    const Handler& row = charm.handlers[at];
    if (row.on == EventKind::action) continue;  // never deferred
    Event event{.kind = row.on, .subject = row.subject};
    if (charm.is_with_others(event)) event.relation = {7};
    queue.push_back({at, event});
  }
  EXPECT_EQ(parsed(charm, to_stored_text(charm, app, queue)), queue);
}

TEST(StoredQueue, GoesByNamesWhenTheTableHasChanged) {
  const std::array handlers{handler("b", EventKind::relation_departed, 0),
                            handler("new", EventKind::start), handler("a", EventKind::start)};
  const CharmDefinition charm{"new", "box", other_order, {}, handlers};
  Event departed = restart_departed;
  departed.subject = 0;
  EXPECT_EQ(parsed(charm, "b restart-relation-departed pg/2 pg/3\na start - -\n"),
            (Notices{{0, departed}, {2, started}}));
}

TEST(StoredQueue, HasNoHandlerForANameThatIsGone) {
  EXPECT_EQ(parsed(old_charm, "c start - -\n"), (Notices{{no_handler, started}}));
}

TEST(StoredQueue, HasNoHandlerForAnEventThatIsNotObservedAnyMore) {
  EXPECT_EQ(parsed(old_charm, "a leader-elected - -\n"), (Notices{{no_handler, elected}}));
}

TEST(StoredQueue, HasNoHandlerForARelationThatIsGone) {
  EXPECT_EQ(parsed(old_charm, "b other-relation-departed pg/2 pg/3\n")[0].handler, no_handler);
}

// ops looks for the method, and whether anybody observes the event: not whether the one does the
// other.
TEST(StoredQueue, KeepsANoticeForAHandlerThatObservesSomethingElseNow) {
  const std::array handlers{handler("a", EventKind::leader_elected),
                            handler("b", EventKind::start)};
  const CharmDefinition charm{"new", "box", relations, {}, handlers};
  EXPECT_EQ(parsed(charm, "a start - -\n"), (Notices{{0, started}}));
}

TEST(StoredQueue, PrefersTheRowThatObservesTheEvent) {
  const std::array handlers{handler("a", EventKind::leader_elected),
                            handler("a", EventKind::start)};
  const CharmDefinition charm{"new", "box", relations, {}, handlers};
  EXPECT_EQ(parsed(charm, "a start - -\n"), (Notices{{1, started}}));
}

TEST(StoredQueue, RefusesWhatItCannotHaveWritten) {
  const std::string what = "the stored deferral queue is unreadable: ";
  EXPECT_EQ(refused(old_charm, "a start -\n"), what + "'a start -' is not four words");
  EXPECT_EQ(refused(old_charm, "a start - - -\n"), what + "'a start - - -' is not four words");
  EXPECT_EQ(refused(old_charm, "a start other/0 -\n"),
            what + "'a start other/0 -' names no unit of pg");
  std::string long_text;
  for (std::size_t at = 0; at <= max_notices; ++at) long_text += "a start - -\n";
  EXPECT_EQ(refused(old_charm, long_text), what + "'a start - -' is one notice too many");
}

// What stands in the state store may have been written by anything.
RC_GTEST_PROP(StoredQueueFuzz, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto notices = parse_stored_text(postgresql_k8s(), app, bytes);
  if (!notices) RC_ASSERT(!notices.error().text.empty());
}

// Lines as they should be, but for a word now and then.
std::string spoilt_queue() {
  const CharmDefinition& charm = postgresql_k8s();
  const auto word = [](std::vector<std::string> good) {
    const bool spoils = *rc::gen::inRange(0, 16) == 0;
    if (spoils) {
      good = {"",        " ",     "- -",  "pg/128", "pg/99999999999",
              "other/0", "pg/-1", "\xff", "\t",     std::string("\0", 1)};
    }
    return *rc::gen::elementOf(good);
  };
  std::vector<std::string> handlers;
  for (const Handler& handler : charm.handlers) handlers.emplace_back(handler.name);
  std::string text;
  for (int lines = *rc::gen::inRange(0, 6); lines > 0; --lines) {
    text += word(handlers) + ' ';
    text += word({"start", "leader-elected", "update-status", "database-peers-relation-changed",
                  "database-peers-relation-departed", "postgresql-pebble-ready"}) +
            ' ';
    text += word({"-", "pg/0", "pg/1", "pg/127"}) + ' ';
    text += word({"-", "pg/2"}) + word({"\n"});
  }
  return text;
}

// Whatever is read is what this revision would write: so it survives the next hook.
RC_GTEST_PROP(StoredQueueFuzz, WhatIsReadIsWrittenAndReadAgain, ()) {
  const CharmDefinition& charm = postgresql_k8s();
  const auto notices = parse_stored_text(charm, app, spoilt_queue());
  if (!notices) return;
  Notices known;
  for (const Notice& notice : *notices) {
    if (notice.handler != no_handler) known.push_back(notice);
  }
  const auto again = parse_stored_text(charm, app, to_stored_text(charm, app, known));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == known);
}

}  // namespace
}  // namespace charm
