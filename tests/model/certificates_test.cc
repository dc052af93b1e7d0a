// The relation with a provider of certificates, and what members make of the files. Source:
// config-and-wire.md, section 3.2; charm-hooks.md, sections 1.7, 5.2, 6.10;
// patroni-and-kubernetes.md, section 3.1.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t first_ca = max_clients;
constexpr std::size_t second_ca = max_clients + 1;

// Two units that know each other; 0 leads.
struct ProviderTest : JujuTest {
  void SetUp() override {
    parameters.serves_clients = true;
    parameters.asks_certificates = true;
    settle_two();
  }
  TlsRecord& tls(UnitName unit) { return world.unit(unit).record.tls; }
  void relate() {
    juju::relate(step, first_ca);
    juju::on_provider_timer(step, 0);
    run_hooks(zero);
    run_hooks(one);
  }
  // What the unit's hook asks for, with a key of its own.
  PemNumber ask(UnitName unit) {
    const PemNumber request = juju::make_pem(world, juju::make_key(world));
    let_update_status_be_due(unit);
    EXPECT_EQ(begin_hook(unit), "update-status");
    juju::stage_asked(world, unit, request);
    EXPECT_TRUE(end_hook(unit));
    return request;
  }
  bool looks() const { return world.is_armed(timer_id(WorldTimer::provider_0)); }
  void answer() {
    ASSERT_TRUE(looks());
    fire(timer_id(WorldTimer::provider_0));
  }
  void issue_to_both() {
    relate();
    ask(zero);
    ask(one);
    answer();
    run_hooks(zero);
    run_hooks(one);
  }
};

TEST_F(ProviderTest, IsCreatedInEachUnitAndJoinsLater) {
  juju::relate(step, first_ca);
  EXPECT_EQ(count(FactKind::provider_related), 1U);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-created"));
  EXPECT_EQ(world.unit(zero).record.hook.subject, parameters.relation_count + 1);
  fire(timer_id(WorldTimer::provider_0));
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-joined 0", "relation-changed 0"));
}

TEST_F(ProviderTest, AnswersARequestAfterAWhileInABagThatWakesAllUnits) {
  relate();
  const PemNumber request = ask(zero);
  EXPECT_EQ(tls(zero).issued, 0U);
  EXPECT_EQ(span(WorldTimer::provider_0).least, timing::client_acts.least);
  answer();
  EXPECT_EQ(tls(zero).issued_for, request);
  EXPECT_EQ(key_of(tls(zero).issued), key_of(request));
  EXPECT_NE(tls(zero).issued, request);
  EXPECT_EQ(tls(zero).issued_by, world.shared().authority);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed"));
  EXPECT_THAT(run_hooks(one), ElementsAre("relation-changed"));
}

TEST_F(ProviderTest, AnswersWhatWasAskedBeforeItCame) {
  juju::relate(step, first_ca);
  run_hooks(zero);
  ask(zero);
  fire(timer_id(WorldTimer::provider_0));
  answer();
  EXPECT_NE(tls(zero).issued, 0U);
}

TEST_F(ProviderTest, DropsTheCertificateOfARequestThatIsReplaced) {
  issue_to_both();
  const PemNumber before = tls(zero).issued;
  const PemNumber request = ask(zero);
  answer();
  EXPECT_EQ(tls(zero).issued_for, request);
  EXPECT_NE(tls(zero).issued, before);
}

TEST_F(ProviderTest, LooksNotForARequestThatIsTheSame) {
  issue_to_both();
  let_update_status_be_due(zero);
  EXPECT_EQ(begin_hook(zero), "update-status");
  juju::stage_asked(world, zero, tls(zero).asked);
  EXPECT_TRUE(end_hook(zero));
  EXPECT_FALSE(looks());
}

TEST_F(ProviderTest, RenewsAllUnderAnotherAuthority) {
  issue_to_both();
  const TlsRecord before = tls(one);
  juju::rotate_certificates(step, juju::Rotation::renewed);
  EXPECT_NE(tls(one).issued, before.issued);
  EXPECT_NE(tls(one).issued_by, before.issued_by);
  EXPECT_EQ(tls(one).issued_for, before.issued_for);
  EXPECT_EQ(last(FactKind::certificates_issued).fact.value, 2U);
  EXPECT_THAT(run_hooks(one), ElementsAre("relation-changed"));
}

TEST_F(ProviderTest, RevokesAllUntilTheyAreAskedForAnew) {
  issue_to_both();
  juju::rotate_certificates(step, juju::Rotation::revoked);
  EXPECT_TRUE(tls(zero).revoked);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed"));
  ask(zero);
  answer();
  EXPECT_FALSE(tls(zero).revoked);
  EXPECT_TRUE(tls(one).revoked);
}

TEST_F(ProviderTest, RotatesNothingWhereThereIsNone) {
  juju::rotate_certificates(step, juju::Rotation::renewed);
  EXPECT_EQ(count(FactKind::certificates_issued), 0U);
}

TEST_F(ProviderTest, TakesItsBagsWithItAndLeavesTheSecret) {
  issue_to_both();
  tls(zero).secret.certificate = tls(zero).issued;
  juju::unrelate(step, first_ca);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-departed 0", "relation-broken"));
  EXPECT_EQ(tls(zero).asked, 0U);
  EXPECT_EQ(tls(zero).issued, 0U);
  EXPECT_NE(tls(zero).secret.certificate, 0U);
  EXPECT_EQ(count(FactKind::provider_gone), 0U);
  run_hooks(one);
  EXPECT_EQ(count(FactKind::provider_gone), 1U);
}

TEST_F(ProviderTest, IsNotSeenByTheHookThatBreaksItsRelation) {
  relate();
  EXPECT_EQ(juju::provider_of(step, zero), first_ca);
  juju::unrelate(step, first_ca);
  run_hook(zero);
  EXPECT_EQ(begin_hook(zero), "relation-broken");
  EXPECT_EQ(juju::provider_of(step, zero), std::nullopt);
}

TEST_F(ProviderTest, HasNoSecondBesideIt) {
  relate();
  juju::relate(step, second_ca);
  EXPECT_EQ(world.shared().relations[second_ca].life, Relating::never);
  juju::unrelate(step, first_ca);
  juju::relate(step, second_ca);
  EXPECT_EQ(world.shared().relations[second_ca].life, Relating::never);
  run_hooks(zero);
  run_hooks(one);
  juju::relate(step, second_ca);
  EXPECT_EQ(world.shared().relations[second_ca].life, Relating::made);
}

TEST_F(ProviderTest, IsRelatedOnlyWhereTheCharmHasAnEndpoint) {
  parameters.asks_certificates = false;
  juju::relate(step, first_ca);
  EXPECT_EQ(count(FactKind::provider_related), 0U);
}

// --- the unit's own secret and announcement ---

TEST_F(ProviderTest, OfAHookThatFailsNothingIsKept) {
  let_update_status_be_due(zero);
  EXPECT_EQ(begin_hook(zero), "update-status");
  juju::stage_tls(world, zero, {.request = 7, .announced = true});
  EXPECT_EQ(juju::read_tls(world, zero).request, 7U);
  fail_hook(zero);
  EXPECT_EQ(juju::read_tls(world, zero), juju::TlsView{});
}

TEST_F(ProviderTest, AnAnnouncementIsToldToThePeersOnce) {
  const auto announce = [this](bool announced) {
    let_update_status_be_due(one);
    EXPECT_EQ(begin_hook(one), "update-status");
    juju::stage_tls(world, one, {.announced = announced});
    EXPECT_TRUE(end_hook(one));
  };
  announce(true);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed 1"));
  announce(true);
  EXPECT_THAT(run_hooks(zero), IsEmpty());
  announce(false);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed 1"));
}

// --- the member ---

struct TlsOfMemberTest : WorldFixture {
  void SetUp() override { start_cluster(); }
  Volume& volume(UnitName unit) { return world.unit(unit).volume; }
  void write(UnitName unit, bool tls) {
    charm::PatroniConfiguration file = configuration({zero, one, two});
    file.tls = tls;
    pebble::write_configuration(step, unit, file);
  }
  void give_files(UnitName unit) {
    const PemNumber key = juju::make_key(world);
    volume(unit).pem = {key, juju::make_pem(world, key), 1};
  }
  void switch_on(UnitName unit) {
    give_files(unit);
    write(unit, true);
    have_read(unit);
    pebble::update_layer(step, unit);
  }
};

TEST_F(TlsOfMemberTest, IsSwitchedByAReloadWithoutARestart) {
  give_files(one);
  write(one, true);
  EXPECT_FALSE(member(one).tls);
  have_read(one);
  EXPECT_TRUE(member(one).tls);
  EXPECT_EQ(member(one).certificate, volume(one).pem.certificate);
  run_for(60s);
  EXPECT_EQ(count(FactKind::tls_switched), 1U);
  EXPECT_EQ(count(FactKind::job_started), 0U);
  EXPECT_TRUE(postgresql::is_streaming(world, one));
}

TEST_F(TlsOfMemberTest, WithFilesOfDifferentKeysIsAMismatch) {
  give_files(one);
  volume(one).pem.key = juju::make_key(world);
  write(one, true);
  have_read(one);
  EXPECT_EQ(count(FactKind::key_mismatch), 1U);
}

TEST_F(TlsOfMemberTest, WithoutFilesIsAMismatch) {
  write(one, true);
  have_read(one);
  EXPECT_EQ(count(FactKind::key_mismatch), 1U);
}

TEST_F(TlsOfMemberTest, ComesBackWithThePodFromItsStorage) {
  switch_on(one);
  patroni::kill_process(step, one);
  EXPECT_FALSE(member(one).tls);
  world.unit(one).container.service_running = true;
  patroni::start_process(step, one);
  EXPECT_TRUE(member(one).tls);
}

// The check's URL has the scheme, so the layer changes with it (charm-hooks.md, section 1.7).
TEST_F(TlsOfMemberTest, IsUnreadyWhilePebbleAsksByTheOtherScheme) {
  give_files(one);
  write(one, true);
  EXPECT_FALSE(pebble::is_plan_current(world, one));
  have_read(one);
  run_for(60s);
  EXPECT_FALSE(world.unit(one).pod.ready);
  pebble::update_layer(step, one);
  EXPECT_TRUE(pebble::is_plan_current(world, one));
  run_for(60s);
  EXPECT_TRUE(world.unit(one).pod.ready);
}

TEST_F(TlsOfMemberTest, ANewLayerRestartsNothing) {
  switch_on(one);
  EXPECT_EQ(count(FactKind::service_restarted), 0U);
  EXPECT_EQ(count(FactKind::service_started), 0U);
}

}  // namespace
}  // namespace model
