// What is promised about the charm's own passwords can fail, each part of it.
#include "sim/properties/passwords.h"
#include "tests/sim/property_fixture.h"

namespace sim {
namespace {

using namespace given;

struct Passwords : PropertyTest {
  Passwords() {
    application().initialised = true;
    application().passwords = all;
    for (UnitName unit : {zero, one, two}) {
      world.unit(unit).container.service_running = true;
      world.unit(unit).container.exporter = 4;
      world.unit(unit).volume.passwords = rendered;
      world.unit(unit).member.passwords = rendered;
      world.unit(unit).postgres.branch = 1;
    }
    world.shared().branches[1].timeline = 1;
    world.shared().roles[0] = {.passwords = {1, 2, 3, 4}, .branch = 1};
  }
  std::optional<std::string> judged() const { return judge(properties::passwords_are_served); }

  static constexpr model::Passwords all{1, 2, 3, 4, 5};
  static constexpr model::Passwords rendered{1, 2, 3, 0, 5};
};

TEST_F(Passwords, AreServedByThePrimary) {
  EXPECT_EQ(judged(), std::nullopt);
  world.shared().roles[0].passwords[3] = 9;
  EXPECT_EQ(judged(), "the database of postgresql-k8s/0 takes another one of monitoring");
}

TEST_F(Passwords, AreThoseOfEveryExporter) {
  world.unit(two).container.exporter = 9;
  EXPECT_EQ(judged(), "the exporter of postgresql-k8s/2 was started with another password");
  world.unit(two).container.exporter = 0;
  EXPECT_EQ(judged(), "the exporter of postgresql-k8s/2 does not run");
}

TEST_F(Passwords, AreInEveryPatroniYml) {
  world.unit(one).volume.passwords[1] = 9;
  EXPECT_EQ(judged(), "patroni.yml of postgresql-k8s/1 has another one of replication");
}

TEST_F(Passwords, AreLoadedByEveryPatroni) {
  world.unit(two).member.passwords[4] = 9;
  EXPECT_EQ(judged(), "Patroni of postgresql-k8s/2 has loaded another one of patroni");
}

TEST_F(Passwords, OfAMemberThatDoesNotRunDoNotCount) {
  world.unit(two).volume.passwords[1] = 9;
  world.unit(two).container.service_running = false;
  EXPECT_EQ(judged(), std::nullopt);
}

}  // namespace
}  // namespace sim
