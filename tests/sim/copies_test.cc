// Who may copy the data: by the start of its Patroni, and by pg_hba.
#include "sim/properties/charm_duties.h"
#include "tests/sim/section9.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::Optional;

struct Copies : Section9 {
  Copies() {
    member(zero).admitted = {one};
    world.shared().application.initialised = false;
    postgres(one).database = model::Database::none;
  }
  void start(UnitName unit) {
    happens(FactKind::service_started, unit);
    go_on();
  }
  std::optional<std::string> copy(UnitName unit) {
    postgres(unit).database = model::Database::running;
    happens(FactKind::job_ended, unit, static_cast<std::uint32_t>(model::Job::clone_from_leader));
    return judge(properties::copies_when_admitted);
  }
};

TEST_F(Copies, WithTheFlagAndByThePgHbaAreRight) {
  world.shared().application.initialised = true;
  start(one);
  EXPECT_EQ(copy(one), std::nullopt);
  member(zero).admitted = {};
  EXPECT_THAT(judge(properties::copies_when_admitted), Optional(HasSubstr("no pg_hba admits it")));
}

TEST_F(Copies, WithAFlagThatCameAfterTheStartAreFound) {
  start(one);
  world.shared().application.initialised = true;
  EXPECT_THAT(copy(one), Optional(HasSubstr("was started without the flag")));
}

TEST_F(Copies, OfWhoLedInTheDispatchThatStartedItAreRight) {
  world.shared().application.lease_holder = one;
  begin_dispatch(memory, one, world);
  world.shared().application.lease_holder = zero;  // while its hook goes on
  start(one);
  EXPECT_EQ(copy(one), std::nullopt);
}

TEST_F(Copies, OfWhoLedInADispatchBeforeAreFound) {
  world.shared().application.lease_holder = one;
  begin_dispatch(memory, one, world);
  DispatchEnding ending{one, {charm::EventKind::start, 0, {}, {}}, HookEnd::ok, false, ""};
  dispatch = &ending;
  go_on();
  dispatch = nullptr;
  world.shared().application.lease_holder = zero;
  begin_dispatch(memory, one, world);
  start(one);
  EXPECT_THAT(copy(one), Optional(HasSubstr("was started without the flag")));
}

// Pebble starts it again by itself, without asking.
TEST_F(Copies, AreRightAsLongAsTheContainerOfARightStartLives) {
  world.unit(one).container.layer_added = true;
  memory.started_rightly = {one};
  happens(FactKind::container_unreachable, one);  // for a while
  go_on();
  start(one);
  EXPECT_EQ(copy(one), std::nullopt);
  facts.clear();
  postgres(one).database = model::Database::none;
  happens(FactKind::pod_stopped, one);
  go_on();
  start(one);
  EXPECT_THAT(copy(one), Optional(HasSubstr("was started without the flag")));
}

TEST_F(Copies, AreNotRightAnyMoreWhenTheContainerIsMadeAnew) {
  memory.started_rightly = {one};
  world.unit(one).container.layer_added = false;
  happens(FactKind::container_unreachable, one);
  go_on();
  start(one);
  EXPECT_THAT(copy(one), Optional(HasSubstr("was started without the flag")));
}

TEST_F(Copies, ThatCameToNothingAreNone) {
  start(one);
  copy(one);
  postgres(one).database = model::Database::none;
  EXPECT_EQ(judge(properties::copies_when_admitted), std::nullopt);
}

}  // namespace
}  // namespace sim
