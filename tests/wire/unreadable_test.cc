// What stands in the charm's state: the first key that cannot be read is named, and nothing that
// upstream writes is.
#include "charm/wire/unreadable.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/postgresql_k8s.h"
#include "tests/wire/any_text.h"

namespace charm::wire {
namespace {

const AppName app{"pg"};
constexpr UnitName unit{1};

// As upstream leaves it on a cluster of two.
StoredState good() {
  return {.peers_app = {{"endpoints", R"(["pg-0.pg-endpoints", "pg-1.pg-endpoints"])"},
                        {"cluster_initialised", "True"}},
          .application_secret = {{"operator-password", "abc"}, {"patroni-password", "None"}},
          .upgrade_app = {{"upgrade-stack", "[0, 1]"}, {"sync-standbys", R"(["pg/1"])"}},
          .upgrade_unit = {{"state", "idle"}},
          .restart_app = {{"<ops.model.Unit pg/1>", "granted"}},
          .restart_unit = {{"state", "acquire"}},
          .own_queue = "config-changed config-changed - -\n",
          .of_ops = [](std::string_view) { return std::optional<std::string>("[]\n"); }};
}

Unreadable found(const StoredState& state) {
  return first_unreadable(postgresql_k8s(), app, unit, state);
}

TEST(UnreadableStateOf, UpstreamIsNothing) { EXPECT_EQ(found(good()), Unreadable{}); }
TEST(UnreadableStateOf, AFirstDispatchIsNothing) {
  EXPECT_EQ(found({.of_ops = [](std::string_view) { return std::nullopt; }}), Unreadable{});
}

TEST(UnreadableStateOf, EachPartIsNamed) {
  const auto key_of = [](void (*breaks)(StoredState&)) {
    StoredState state = good();
    breaks(state);
    return found(state).key;
  };
  EXPECT_EQ(key_of([](StoredState& state) { state.peers_app["endpoints"] = "x"; }),
            StateKey::endpoints);
  EXPECT_EQ(key_of([](StoredState& state) { state.peers_app["cluster_initialised"] = "x"; }),
            StateKey::cluster_initialised);
  EXPECT_EQ(key_of([](StoredState& state) {
              state.application_secret["operator-password"] = std::string(64, 'x');
            }),
            StateKey::application_secret);
  EXPECT_EQ(key_of([](StoredState& state) { state.own_queue = "config-changed\n"; }),
            StateKey::deferral_queue);
  EXPECT_EQ(key_of([](StoredState& state) {
              state.of_ops = [](std::string_view) { return std::optional<std::string>("{"); };
            }),
            StateKey::deferral_queue);
  EXPECT_EQ(key_of([](StoredState& state) { state.upgrade_app["upgrade-stack"] = "[1, 1]"; }),
            StateKey::upgrade_stack);
  EXPECT_EQ(key_of([](StoredState& state) { state.upgrade_app["sync-standbys"] = "[1]"; }),
            StateKey::sync_standbys);
  EXPECT_EQ(key_of([](StoredState& state) { state.upgrade_unit["state"] = "x"; }),
            StateKey::upgrade_state);
  EXPECT_EQ(key_of([](StoredState& state) { state.restart_unit["state"] = "x"; }),
            StateKey::restart_lock);
}

TEST(UnreadableStateOf, TheFirstIsToldWithItsReason) {
  StoredState state = good();
  state.peers_app["endpoints"] = "x";
  state.upgrade_unit["state"] = "x";
  EXPECT_EQ(found(state), (Unreadable{StateKey::endpoints, "endpoints: is no JSON"}));
}

RC_GTEST_PROP(UnreadableStateProperty, NoBytesFailTheHook, ()) {
  StoredState state = good();
  state.peers_app["endpoints"] = *given::near({state.peers_app["endpoints"]});
  state.application_secret["operator-password"] = *given::near({"abc"});
  state.upgrade_app["upgrade-stack"] = *given::near({"[0, 1]"});
  state.own_queue = *given::near({state.own_queue});
  const std::string queue = *given::near({"[]\n", "- [A/on/config_changed[1], A, b]\n"});
  state.of_ops = [&queue](std::string_view) { return std::optional(queue); };
  const Unreadable unreadable = found(state);
  RC_CLASSIFY(unreadable.key == StateKey::none, "all is readable");
  RC_ASSERT((unreadable.key == StateKey::none) == unreadable.why.empty());
}

}  // namespace
}  // namespace charm::wire
