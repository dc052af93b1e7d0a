// TLS: each exit of its handlers and of its action, and what becomes of secret, files and clients.
#include <gmock/gmock.h>

#include "charm/options/options.h"
#include "charm/steps/configuration.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using testing::HasSubstr;

constexpr std::uint8_t certificates = 4;
constexpr RelationId shop{7};
constexpr RelationId first_ca{8};

Event of_provider(EventKind kind) {
  return {.kind = kind, .subject = certificates, .relation = first_ca};
}

struct Tls : HookTest {
  void SetUp() override { settle(); }

  // A request stands in the relation.
  void ask() {
    world.provider.emplace();
    EXPECT_FALSE(defers(of_provider(EventKind::relation_created)));
  }
  void issue() {
    world.provider->certificate = {1000 + ++world.pems_made};
    world.provider->authority = {77};
    world.provider->revoked = false;
  }
  void switch_on() {
    ask();
    issue();
    EXPECT_FALSE(defers(of_provider(EventKind::relation_changed)));
  }
  std::string after(EventKind kind) {
    (void)defers(of_provider(kind));
    return path();
  }
  void add_client() {
    world.clients[shop].request.database = RequestText("orders");
    world.clients[shop].offer.password = Secret("told");
    world.clients[shop].user = Secret("told");
    world.clients[shop].granted = true;
  }
};

// --- certificates-relation-created ---

using CertificatesCreated = Tls;

TEST_F(CertificatesCreated, AsksWithANewKeyThatIsNotInUseYet) {
  ask();
  EXPECT_TRUE(path().ends_with("make_key -> request_certificate -> rtn2")) << path();
  EXPECT_FALSE(world.provider->asked.empty());
  EXPECT_EQ(world.provider->asked, world.tls_state.request);
  EXPECT_FALSE(world.tls_state.request_key.empty());
  EXPECT_TRUE(world.tls_state.files.key.empty());
  EXPECT_FALSE(world.tls_state.enabled());
}

TEST_F(CertificatesCreated, AsksOnceWhateverUnitsTheProviderHas) {
  ask();
  const TlsState asked = world.tls_state;
  EXPECT_TRUE(after(EventKind::relation_joined).ends_with("has_asked [yes] -> rtn")) << path();
  EXPECT_EQ(world.tls_state, asked);
}

TEST_F(CertificatesCreated, BeginsWithTheKeyThatAnOperatorHasSet) {
  world.tls_state.request_key = {5};
  ask();
  EXPECT_EQ(world.tls_state.request_key, Pem{5});
}

// --- certificates-relation-changed ---

using CertificatesChanged = Tls;

TEST_F(CertificatesChanged, TakesTheCertificateIntoUseAndAnnouncesIt) {
  switch_on();
  EXPECT_TRUE(path().ends_with("update_config [done] -> update_clients [done] -> rtn")) << path();
  EXPECT_EQ(world.pem_files, world.tls_state.files);
  EXPECT_EQ(world.pem_files.certificate, world.provider->certificate);
  EXPECT_EQ(world.pem_files.key, world.tls_state.request_key);
  EXPECT_TRUE(world.file->tls);
  EXPECT_TRUE(world.tls_state.announced);
  EXPECT_EQ(world.reloads, 1);
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(CertificatesChanged, LetsPebbleAskByTheNewScheme) {
  world.plan_current = false;
  switch_on();
  EXPECT_EQ(world.layer_updates, 1);
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(CertificatesChanged, WithNothingNewPushesNothing) {
  switch_on();
  EXPECT_FALSE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_EQ(world.pushes, 1);
}

TEST_F(CertificatesChanged, WaitsForItsOwnCertificate) {
  ask();
  EXPECT_TRUE(after(EventKind::relation_changed)
                  .ends_with("is_certificate_available [no] -> "
                             "rtn_waits"))
      << path();
  EXPECT_FALSE(world.tls_state.enabled());
}

TEST_F(CertificatesChanged, AsksForAnotherWhereItsOwnIsRevokedAndGoesOnWithItUntilThen) {
  switch_on();
  const TlsState before = world.tls_state;
  world.provider->revoked = true;
  EXPECT_TRUE(after(EventKind::relation_changed).ends_with("request_certificate -> rtn_asked"))
      << path();
  EXPECT_EQ(world.tls_state.files, before.files);
  EXPECT_EQ(world.tls_state.request_key, before.request_key);
  EXPECT_NE(world.provider->asked, before.request);
}

TEST_F(CertificatesChanged, EndsWhereTheRelationHasGoneAgain) {
  EXPECT_TRUE(after(EventKind::relation_changed).ends_with("is_related [no] -> rtn_gone"))
      << path();
}

TEST_F(CertificatesChanged, StoresAndDefersWhileTheContainerIsNotReachable) {
  ask();
  issue();
  world.connected = false;
  EXPECT_TRUE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_TRUE(path().ends_with("defer_unreachable")) << path();
  EXPECT_TRUE(world.tls_state.enabled());
  world.connected = true;
  (void)defers(update_status);
  EXPECT_TRUE(world.queue.empty());
  EXPECT_TRUE(world.tls_state.announced);
}

TEST_F(CertificatesChanged, AnnouncesNothingThatPatroniHasNotTaken) {
  ask();
  issue();
  world.members[0] = std::nullopt;
  EXPECT_TRUE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_TRUE(path().ends_with("update_config [refused] -> defer_update")) << path();
  EXPECT_FALSE(world.tls_state.announced);
}

TEST_F(CertificatesChanged, WithoutItsFilesWritesNoConfigurationThatNamesThem) {
  ask();
  issue();
  world.takes_files = false;
  EXPECT_TRUE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_TRUE(path().ends_with("update_config [refused] -> defer_update")) << path();
  EXPECT_FALSE(world.file.has_value());
}

TEST_F(CertificatesChanged, WithoutTrustIsBlocked) {
  ask();
  issue();
  world.api_error = ApiError::forbidden;
  EXPECT_TRUE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_TRUE(path().ends_with("update_config [forbidden] -> blocked_trust -> defer_trust"))
      << path();
}

TEST_F(CertificatesChanged, WithAnOptionThatPostgresqlWouldRefuseIsBlocked) {
  ask();
  issue();
  world.options.valid = false;
  EXPECT_TRUE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_TRUE(
      path().ends_with("update_config [bad option] -> blocked_configuration -> "
                       "defer_configuration"))
      << path();
}

TEST_F(CertificatesChanged, WithABadOptionIsTakenIntoUseOverTheFileThatStands) {
  world.file = PatroniConfiguration{.own_host = host_of(zero), .options = &default_options()};
  ask();
  issue();
  add_client();
  world.announced_by_others = {one, two};
  world.options.valid = false;
  EXPECT_TRUE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_TRUE(path().ends_with(
      "update_clients [bad option] -> blocked_configuration -> defer_configuration"))
      << path();
  EXPECT_TRUE(world.file->tls);
  EXPECT_TRUE(world.tls_state.announced);
  EXPECT_FALSE(world.clients[shop].offer.authority.empty());
}

// --- certificates-relation-broken ---

using CertificatesBroken = Tls;

TEST_F(CertificatesBroken, SwitchesOffAndKeepsTheKey) {
  switch_on();
  const Pem key = world.tls_state.request_key;
  world.provider.reset();
  EXPECT_TRUE(after(EventKind::relation_broken)
                  .ends_with("drop_certificate -> is_container_reachable [yes] -> update_config "
                             "[done] -> update_clients [done] -> rtn"))
      << path();
  EXPECT_FALSE(world.file->tls);
  EXPECT_FALSE(world.tls_state.announced);
  EXPECT_FALSE(world.tls_state.enabled());
  EXPECT_EQ(world.tls_state.request_key, key);
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(CertificatesBroken, LeavesAUnitAsItIsThatGoesItself) {
  switch_on();
  world.provider.reset();
  world.planned = {one, two};
  EXPECT_TRUE(after(EventKind::relation_broken).ends_with("is_leaving [yes] -> rtn_leaving"))
      << path();
  EXPECT_TRUE(world.tls_state.enabled());
}

TEST_F(CertificatesBroken, LateLeavesTheCertificateOfTheNextProvider) {
  switch_on();
  EXPECT_TRUE(after(EventKind::relation_broken).ends_with("is_related_again [yes] -> rtn_again"))
      << path();
  EXPECT_TRUE(world.tls_state.enabled());
}

TEST_F(CertificatesBroken, StaysAnnouncedUntilPatroniHasSwitched) {
  switch_on();
  world.provider.reset();
  world.members[0] = std::nullopt;
  EXPECT_TRUE(defers(of_provider(EventKind::relation_broken)));
  EXPECT_TRUE(world.tls_state.announced);
  world.members[0] = MemberState::running;
  (void)defers(update_status);
  EXPECT_FALSE(world.tls_state.announced);
}

// --- pebble-ready ---

struct PebbleReadyWithTls : Tls {};

TEST_F(PebbleReadyWithTls, PushesTheFilesThatAreNotThere) {
  switch_on();
  world.pem_files = {};
  EXPECT_FALSE(defers(pebble_ready));
  EXPECT_EQ(world.pem_files, world.tls_state.files);
}

TEST_F(PebbleReadyWithTls, DefersWhereTheyAreRefused) {
  switch_on();
  world.pem_files = {};
  world.takes_files = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_THAT(observer.paths, testing::Contains(HasSubstr("has_pushed_tls_files [no] -> defer2")));
}

TEST_F(PebbleReadyWithTls, WithoutACertificatePushesNothing) {
  EXPECT_FALSE(defers(pebble_ready));
  EXPECT_EQ(world.pushes, 0);
  EXPECT_FALSE(world.file->tls);
}

// --- clients ---

struct ClientsOfTls : Tls {};

TEST_F(ClientsOfTls, AreToldWhenEveryUnitAnnouncesIt) {
  add_client();
  switch_on();
  EXPECT_TRUE(world.clients[shop].offer.authority.empty());
  world.announced_by_others = {one};
  EXPECT_FALSE(defers(changed));
  EXPECT_TRUE(world.clients[shop].offer.authority.empty());
  world.announced_by_others = {one, two};
  EXPECT_FALSE(defers(changed));
  EXPECT_EQ(world.clients[shop].offer.authority, Pem{77});
}

TEST_F(ClientsOfTls, StayToldWhileAUnitIsAddedAndAreToldToStopWithTheLeader) {
  add_client();
  world.announced_by_others = {one, two};
  switch_on();
  EXPECT_EQ(world.clients[shop].offer.authority, Pem{77});
  world.announced_by_others = {one};
  EXPECT_FALSE(defers(changed));
  EXPECT_EQ(world.clients[shop].offer.authority, Pem{77});
  world.provider.reset();
  (void)after(EventKind::relation_broken);
  EXPECT_TRUE(world.clients[shop].offer.authority.empty());
}

TEST_F(ClientsOfTls, AreLeftToTheLeader) {
  add_client();
  world.announced_by_others = {one, two};
  world.leader = false;
  switch_on();
  EXPECT_TRUE(world.clients[shop].offer.authority.empty());
}

// --- set-tls-private-key ---

struct SetTlsPrivateKey : Tls {
  std::string run() {
    EXPECT_FALSE(defers({.kind = EventKind::action, .subject = 6}));
    return path();
  }
};

TEST_F(SetTlsPrivateKey, AsksWithTheKeyThatIsGivenAndKeepsTheOneInUse) {
  switch_on();
  const TlsFiles before = world.tls_state.files;
  const Pem asked = world.provider->asked;
  world.given.private_key = GivenKey{.key = {55}, .usable = true};
  EXPECT_TRUE(run().ends_with("request_certificate -> rtn2")) << path();
  EXPECT_EQ(world.tls_state.request_key, Pem{55});
  EXPECT_EQ(world.tls_state.files, before);
  EXPECT_NE(world.provider->asked, asked);
  EXPECT_EQ(world.failure, "");
  issue();
  EXPECT_FALSE(defers(of_provider(EventKind::relation_changed)));
  EXPECT_EQ(world.pem_files.key, Pem{55});
}

TEST_F(SetTlsPrivateKey, MakesAKeyWhereNoneIsGiven) {
  switch_on();
  const Pem before = world.tls_state.request_key;
  EXPECT_THAT(run(), HasSubstr("is_key_given [no] -> make_key"));
  EXPECT_NE(world.tls_state.request_key, before);
}

TEST_F(SetTlsPrivateKey, FailsWithATextWhereItIsNoKey) {
  switch_on();
  const TlsState before = world.tls_state;
  world.given.private_key = GivenKey{};
  EXPECT_TRUE(run().ends_with("is_key_usable [no] -> fail_key -> rtn_failed")) << path();
  EXPECT_EQ(world.failure, "The private key must be PEM without a passphrase, or base64 of that");
  EXPECT_EQ(world.tls_state, before);
}

TEST_F(SetTlsPrivateKey, WithoutAProviderIsKeptForTheNext) {
  world.given.private_key = GivenKey{.key = {55}, .usable = true};
  EXPECT_TRUE(run().ends_with("is_related [no] -> store_request -> rtn")) << path();
  ask();
  EXPECT_EQ(world.tls_state.request_key, Pem{55});
}

}  // namespace
}  // namespace charm
