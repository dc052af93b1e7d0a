// The bags of `upgrade` and `restart`: what upstream writes is taken over, and whatever else stands
// there is refused by its key, and never taken for something else.
#include "charm/wire/coordination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/steps/versions.h"
#include "charm/wire/json.h"
#include "tests/wire/any_text.h"

namespace charm::wire {
namespace {

const AppName app{"pg"};

template <class T>
std::string refusal(const Wire<T>& read) {
  return read ? "taken" : read.error().text;
}

UpgradeStack stack_of(std::initializer_list<UnitName> units) {
  UpgradeStack stack;
  for (const UnitName unit : units) stack.push_back(unit);
  return stack;
}

// --- upgrade ---

TEST(Upgrade, TheStackIsReadFromItsEnd) {
  const UpgradeStack stack = stack_of({{0}, {2}, {1}});
  EXPECT_EQ(upgrade_stack_text(stack), "[0, 2, 1]");
  EXPECT_EQ(*parse_upgrade_stack("[0, 2, 1]"), stack);
  EXPECT_TRUE(parse_upgrade_stack("")->empty());
  EXPECT_TRUE(parse_upgrade_stack("[]")->empty());
  EXPECT_EQ(refusal(parse_upgrade_stack("[0, 0]")), "upgrade-stack: names a unit twice");
  for (const char* strange : {"[-1]", "[128]", "[9223372036854775807]"}) {
    EXPECT_EQ(refusal(parse_upgrade_stack(strange)),
              "upgrade-stack: names a unit that there cannot be");
  }
  for (const char* strange : {"[0.0]", "[\"0\"]", "[true]", "0", "[18446744073709551615]"}) {
    EXPECT_EQ(refusal(parse_upgrade_stack(strange)), "upgrade-stack: is no list of whole numbers");
  }
}

TEST(Upgrade, StatesAreTheirWords) {
  EXPECT_EQ(*parse_upgrade_state(""), UpgradeState::none);
  for (std::uint8_t at = 0; at <= static_cast<std::uint8_t>(UpgradeState::completed); ++at) {
    const auto state = static_cast<UpgradeState>(at);
    EXPECT_EQ(*parse_upgrade_state(to_text(state)), state);
  }
  EXPECT_EQ(*parse_upgrade_state("upgrading"), UpgradeState::upgrading);
  EXPECT_EQ(refusal(parse_upgrade_state("Idle")), "state: is no state of an upgrade");
}

TEST(Upgrade, WithoutSyncStandbysNothingIsRestricted) {
  EXPECT_EQ(*parse_sync_standbys(app, ""), UpgradeStandbys{});
  const UpgradeStandbys both{.units = {{0}, {1}}, .restricted = true};
  EXPECT_EQ(*parse_sync_standbys(app, R"(["pg/1", "pg/0"])"), both);
  EXPECT_EQ(sync_standbys_text(app, both), R"(["pg/0", "pg/1"])");
  const UpgradeStandbys nobody{.units = {}, .restricted = true};
  EXPECT_EQ(*parse_sync_standbys(app, "[]"), nobody);
  EXPECT_EQ(sync_standbys_text(app, nobody), "[]");
  EXPECT_EQ(sync_standbys_text(app, {}), "");
  EXPECT_EQ(refusal(parse_sync_standbys(app, R"(["other/1"])")),
            "sync-standbys: names no unit of pg");
}

RC_GTEST_PROP(UpgradeProperty, AStackIsNeverMisread, ()) {
  const std::string text = *given::near({"[]", "[0]", "[0, 1, 2]", "[12, 3]"});
  const auto read = parse_upgrade_stack(text);
  if (!read || text.empty()) return;
  RC_ASSERT(nlohmann::json::parse(text) == nlohmann::json::parse(upgrade_stack_text(*read)));
}

// As upstream writes it (config-and-wire.md, section 3.3).
constexpr const char* upstream_dependencies =
    R"({"charm": {"dependencies": {"pgbouncer": ">0"}, "name": "postgresql", )"
    R"("upgrade_supported": ">0", "version": "2"}, "rock": {"dependencies": {}, )"
    R"("name": "charmed-postgresql", "upgrade_supported": "^14", "version": "14.11"}})";

TEST(TheDependencies, AreUpstreams) {
  EXPECT_EQ(*parse_dependencies(upstream_dependencies), steps::own_dependencies());
  EXPECT_EQ(*parse_dependencies(""), std::nullopt);
  EXPECT_EQ(dependencies_text(steps::own_dependencies()), upstream_dependencies);
}

TEST(TheDependencies, OfNoVersionsAreRefused) {
  EXPECT_EQ(refusal(parse_dependencies("x")), "dependencies: is no JSON");
  EXPECT_EQ(refusal(parse_dependencies("[]")), "dependencies: is no object");
  EXPECT_EQ(refusal(parse_dependencies("{}")), "dependencies: says nothing of charm");
  EXPECT_EQ(refusal(parse_dependencies(R"({"charm": {"version": "2"}})")),
            "dependencies: has no text for upgrade_supported");
  EXPECT_EQ(
      refusal(parse_dependencies(R"({"charm": {"version": "2", "upgrade_supported": ">0"}})")),
      "dependencies: says nothing of rock");
  EXPECT_EQ(refusal(parse_dependencies(R"({"charm": {"version": 2, "upgrade_supported": ">0"}})")),
            "dependencies: has no text for version");
  EXPECT_EQ(
      refusal(parse_dependencies(R"({"charm": {"version": ")" + std::string(32, '1') + R"("}})")),
      "dependencies: has a version that is too long");
}

RC_GTEST_PROP(TheDependenciesProperty, AreTheSameOrRefused, ()) {
  const std::string text = *given::near({upstream_dependencies});
  const auto read = parse_dependencies(text);
  RC_CLASSIFY(read.has_value(), "taken");
  if (!read) {
    RC_ASSERT(read.error().text.starts_with("dependencies: "));
    return;
  }
  RC_ASSERT(read->has_value() == !text.empty());
  if (!*read) return;
  const auto whole = nlohmann::json::parse(text);
  RC_ASSERT((*read)->charm.version.view() == whole["charm"]["version"].get<std::string>());
  RC_ASSERT((*read)->rock.upgrade_supported.view() ==
            whole["rock"]["upgrade_supported"].get<std::string>());
}

// --- restart ---

TEST(Restart, StatesAreTheirWords) {
  EXPECT_EQ(*parse_restart_state(""), RestartState::none);
  EXPECT_EQ(*parse_restart_state("idle"), RestartState::none);
  for (const RestartState state :
       {RestartState::none, RestartState::acquire, RestartState::release}) {
    EXPECT_EQ(*parse_restart_state(to_text(state)), state);
  }
  EXPECT_EQ(refusal(parse_restart_state("give")), "state: is neither acquire nor release");
}

TEST(Restart, TheLockIsGrantedByTheNameOfAUnit) {
  EXPECT_EQ(restart_lock_key(app, {0}), "<ops.model.Unit pg/0>");
  EXPECT_EQ(*parse_restart_granted(app, {{"<ops.model.Unit pg/0>", "granted"},
                                         {"<ops.model.Unit pg/1>", "idle"},
                                         {"<ops.model.Unit pg/2>", ""},
                                         {"<ops.model.Unit pg/3>", "granted"},
                                         {"something", "else"}}),
            (UnitSet{{0}, {3}}));
  EXPECT_EQ(*parse_restart_granted(app, {}), UnitSet{});
  const auto of_one = [](const char* key, const char* text) {
    return refusal(parse_restart_granted(app, {{key, text}}));
  };
  EXPECT_EQ(of_one("<ops.model.Unit pg/0>", "Granted"), "the lock: is neither granted nor idle");
  EXPECT_EQ(of_one("<ops.model.Unit other/0>", "granted"), "the lock: is granted to no unit of pg");
  EXPECT_EQ(of_one("<ops.model.Unit pg/0", "granted"), "the lock: is granted to no unit");
  EXPECT_EQ(of_one("<ops.model.Unit pg/500>", "idle"), "taken") << "it is granted to nobody";
}

}  // namespace
}  // namespace charm::wire
