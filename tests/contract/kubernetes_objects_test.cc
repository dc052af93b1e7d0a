// What Patroni keeps in Kubernetes: its lock, its configuration and bootstrap record, and `-sync`.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/contract/kubernetes_contract.h"

namespace charm::contract {
namespace {

constexpr MemberName zero{0};
constexpr MemberName two{2};

struct KubernetesObjects : KubernetesContract {
  MaybeMember leader() { return kubernetes().leader_annotation()->leader; }
  BootstrapState bootstrap() { return kubernetes().bootstrap_record()->state; }
};

// --- whose they are ---

TEST_P(KubernetesObjects, WhatPatroniHasNotMadeIsNotFound) {
  for (const PatroniObject object : all_patroni_objects) EXPECT_FALSE(is_there(object));
  EXPECT_TRUE(fails_with(kubernetes().leader_annotation(), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().bootstrap_record(), ApiError::not_found));
}

TEST_P(KubernetesObjects, PatroniMakesEndpointsAndOneService) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) EXPECT_TRUE(is_there(object));
  EXPECT_TRUE(is_there(PatroniObject::config_service));
  EXPECT_FALSE(is_there(PatroniObject::service));
  EXPECT_FALSE(is_there(PatroniObject::sync_service));
}

TEST_P(KubernetesObjects, WhatPatroniMakesIsNotOlderAndOutlivesTheApplication) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) {
    const auto found = kubernetes().patroni_object(object);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->older_than_application);
    EXPECT_FALSE(found->goes_with_application);
  }
}

TEST_P(KubernetesObjects, WhatAnApplicationOfThisNameHasLeftIsOlder) {
  bench->leave_patroni_objects();
  for (const PatroniObject object : patroni_endpoints) {
    const auto found = kubernetes().patroni_object(object);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->older_than_application);
    EXPECT_FALSE(found->goes_with_application);
  }
  EXPECT_EQ(bootstrap(), BootstrapState::done);
}

// --- what members have published ---

TEST_P(KubernetesObjects, APodWithTheLabelsIsAMemberAndTheLockNamesWhoLeads) {
  EXPECT_EQ(kubernetes().published_members(), ClusterView());
  for (const PodName pod : {PodName{2}, PodName{0}}) {
    ASSERT_TRUE(kubernetes().label_pod_as_member(pod));
  }
  const ClusterMember leads{zero, MemberRole::leader, MemberState::other};
  const ClusterMember follows{two, MemberRole::replica, MemberState::other};
  bench->finish_bootstrap(zero);
  EXPECT_THAT(kubernetes().published_members().value(), testing::ElementsAre(leads, follows));
  bench->take_lock(two);
  EXPECT_EQ(kubernetes().published_members()->begin()->role, MemberRole::replica);
  bench->release_lock();
  EXPECT_THAT(kubernetes().published_members().value(),
              testing::Each(testing::Field(&ClusterMember::role, MemberRole::replica)));
}

// --- deleting ---

TEST_P(KubernetesObjects, AnObjectIsDeletedByTheVersionThatWasRead) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) {
    ASSERT_TRUE(kubernetes().delete_patroni_object(object, version_of(object)));
    EXPECT_FALSE(is_there(object));
  }
  EXPECT_TRUE(fails_with(kubernetes().leader_annotation(), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().bootstrap_record(), ApiError::not_found));
}

TEST_P(KubernetesObjects, WhatSomebodyHasWrittenSinceIsNotDeleted) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) {
    const auto read = version_of(object);
    bench->write_endpoints(object);
    EXPECT_TRUE(fails_with(kubernetes().delete_patroni_object(object, read), ApiError::conflict));
    EXPECT_TRUE(is_there(object));
  }
}

TEST_P(KubernetesObjects, WhatIsGoneIsNotDeletedAgain) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) {
    const auto read = version_of(object);
    ASSERT_TRUE(kubernetes().delete_patroni_object(object, read));
    EXPECT_TRUE(fails_with(kubernetes().delete_patroni_object(object, read), ApiError::not_found));
  }
}

TEST_P(KubernetesObjects, WhatIsMadeAgainIsNotWhatWasRead) {
  bench->finish_bootstrap(zero);
  const auto read = version_of(PatroniObject::endpoints);
  ASSERT_TRUE(kubernetes().delete_patroni_object(PatroniObject::endpoints, read));
  bench->take_lock(two);
  EXPECT_TRUE(fails_with(kubernetes().delete_patroni_object(PatroniObject::endpoints, read),
                         ApiError::conflict));
  EXPECT_EQ(leader(), two);
}

TEST_P(KubernetesObjects, OfSeveralWhoDeleteAVersionOneGetsThrough) {
  bench->finish_bootstrap(zero);
  const auto read = version_of(PatroniObject::sync_endpoints);
  const auto through = bench->race(4, [read](ports::Kubernetes& port, std::size_t /*writer*/) {
    return port.delete_patroni_object(PatroniObject::sync_endpoints, read);
  });
  EXPECT_EQ(std::ranges::count(through, true), 1);
  EXPECT_FALSE(is_there(PatroniObject::sync_endpoints));
}

TEST_P(KubernetesObjects, WithTheServiceOfTheConfigurationItsEndpointsGo) {
  bench->finish_bootstrap(zero);
  const auto read = version_of(PatroniObject::config_service);
  ASSERT_TRUE(kubernetes().delete_patroni_object(PatroniObject::config_service, read));
  EXPECT_FALSE(is_there(PatroniObject::config_service));
  EXPECT_FALSE(is_there(PatroniObject::config_endpoints));
  EXPECT_TRUE(is_there(PatroniObject::endpoints));
}

TEST_P(KubernetesObjects, WithoutItsEndpointsTheServiceOfTheConfigurationStays) {
  bench->finish_bootstrap(zero);
  const auto read = version_of(PatroniObject::config_endpoints);
  ASSERT_TRUE(kubernetes().delete_patroni_object(PatroniObject::config_endpoints, read));
  EXPECT_EQ(is_there(PatroniObject::config_service), !bench->has(Difference::one_configuration));
}

// --- owning ---

TEST_P(KubernetesObjects, WhatIsOwnedGoesWithTheApplication) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) {
    ASSERT_TRUE(kubernetes().own_patroni_object(object, version_of(object)));
    const auto found = kubernetes().patroni_object(object);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->goes_with_application);
    EXPECT_FALSE(found->older_than_application);
  }
}

TEST_P(KubernetesObjects, WhatStandsInAnObjectStaysWhenItIsOwned) {
  bench->finish_bootstrap(two);
  for (const PatroniObject object : patroni_endpoints) {
    ASSERT_TRUE(kubernetes().own_patroni_object(object, version_of(object)));
  }
  EXPECT_EQ(leader(), two);
  EXPECT_EQ(bootstrap(), BootstrapState::done);
}

TEST_P(KubernetesObjects, PatroniMayWriteWhatIsOwned) {
  bench->finish_bootstrap(zero);
  const PatroniObject lock = PatroniObject::endpoints;
  ASSERT_TRUE(kubernetes().own_patroni_object(lock, version_of(lock)));
  bench->take_lock(two);
  EXPECT_EQ(leader(), two);
  EXPECT_TRUE(kubernetes().patroni_object(lock)->goes_with_application);
}

TEST_P(KubernetesObjects, AnObjectMayBeOwnedAgain) {
  bench->finish_bootstrap(zero);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(kubernetes().own_patroni_object(PatroniObject::sync_endpoints,
                                                version_of(PatroniObject::sync_endpoints)));
  }
  EXPECT_TRUE(kubernetes().patroni_object(PatroniObject::sync_endpoints)->goes_with_application);
}

TEST_P(KubernetesObjects, WhatSomebodyHasWrittenSinceIsNotOwned) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) {
    const auto read = version_of(object);
    bench->write_endpoints(object);
    EXPECT_TRUE(fails_with(kubernetes().own_patroni_object(object, read), ApiError::conflict));
    EXPECT_FALSE(kubernetes().patroni_object(object)->goes_with_application);
  }
}

TEST_P(KubernetesObjects, WhatIsGoneIsNotOwnedIntoBeing) {
  bench->finish_bootstrap(zero);
  const auto read = version_of(PatroniObject::endpoints);
  ASSERT_TRUE(kubernetes().delete_patroni_object(PatroniObject::endpoints, read));
  EXPECT_TRUE(fails_with(kubernetes().own_patroni_object(PatroniObject::endpoints, read),
                         ApiError::not_found));
  EXPECT_FALSE(is_there(PatroniObject::endpoints));
}

TEST_P(KubernetesObjects, WithoutTheFirstPodThereIsNoOwner) {
  bench->finish_bootstrap(zero);
  const auto read = version_of(PatroniObject::endpoints);
  bench->lose_pod({0});
  EXPECT_TRUE(fails_with(kubernetes().own_patroni_object(PatroniObject::endpoints, read),
                         ApiError::not_found));
}

TEST_P(KubernetesObjects, OwningIsAWrite) {
  bench->finish_bootstrap(zero);
  for (const PatroniObject object : patroni_endpoints) {
    const auto read = version_of(object);
    ASSERT_TRUE(kubernetes().own_patroni_object(object, read));
    const bool keeps_version =
        object == PatroniObject::endpoints && bench->has(Difference::owned_lock_keeps_version);
    EXPECT_EQ(version_of(object) == read, keeps_version);
  }
}

TEST_P(KubernetesObjects, WhatIsLeftOverMayBeOwned) {
  bench->leave_patroni_objects();
  const PatroniObject lock = PatroniObject::endpoints;
  ASSERT_TRUE(kubernetes().own_patroni_object(lock, version_of(lock)));
  const auto found = kubernetes().patroni_object(lock);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->goes_with_application);
  EXPECT_EQ(found->older_than_application, !bench->has(Difference::owned_is_not_older));
}

// --- the bootstrap record ---

TEST_P(KubernetesObjects, ABootstrapHasBegunUntilItIsDone) {
  bench->begin_bootstrap();
  EXPECT_EQ(bootstrap(), BootstrapState::begun);
  bench->finish_bootstrap(zero);
  EXPECT_EQ(bootstrap(), BootstrapState::done);
}

TEST_P(KubernetesObjects, ABootstrapRecordTellsForHowLongItHasStoodStill) {
  bench->begin_bootstrap();
  bench->let_pass(3s);
  const auto record = kubernetes().bootstrap_record();
  ASSERT_TRUE(record);
  EXPECT_GE(record->unchanged_for, 2s);
  bench->finish_bootstrap(zero);
  EXPECT_LT(kubernetes().bootstrap_record()->unchanged_for, record->unchanged_for);
}

TEST_P(KubernetesObjects, AnyWriteOfTheRecordBeginsItsTimeAnew) {
  bench->begin_bootstrap();
  bench->let_pass(3s);
  const auto before = kubernetes().bootstrap_record();
  bench->write_endpoints(PatroniObject::config_endpoints);
  const auto after = kubernetes().bootstrap_record();
  ASSERT_TRUE(before && after);
  EXPECT_NE(before->version, after->version);
  EXPECT_EQ(after->unchanged_for < before->unchanged_for,
            !bench->has(Difference::counts_initialize_alone));
}

TEST_P(KubernetesObjects, ARecordOfWhoeverDidNotFinishIsDeletedByItsVersion) {
  bench->begin_bootstrap();
  const auto record = kubernetes().bootstrap_record();
  ASSERT_TRUE(record);
  ASSERT_TRUE(kubernetes().delete_patroni_object(PatroniObject::config_endpoints, record->version));
  EXPECT_TRUE(fails_with(kubernetes().bootstrap_record(), ApiError::not_found));
}

TEST_P(KubernetesObjects, ARecordThatIsFilledInMeanwhileIsNotDeleted) {
  bench->begin_bootstrap();
  const auto record = kubernetes().bootstrap_record();
  ASSERT_TRUE(record);
  bench->finish_bootstrap(zero);
  EXPECT_TRUE(fails_with(
      kubernetes().delete_patroni_object(PatroniObject::config_endpoints, record->version),
      ApiError::conflict));
  EXPECT_EQ(bootstrap(), BootstrapState::done);
}

// --- the lock ---

TEST_P(KubernetesObjects, TheLockNamesWhoHasIt) {
  bench->finish_bootstrap(two);
  EXPECT_EQ(leader(), two);
  bench->take_lock(zero);
  EXPECT_EQ(leader(), zero);
}

TEST_P(KubernetesObjects, ALockThatWasLetGoNamesNobody) {
  bench->finish_bootstrap(two);
  bench->release_lock();
  EXPECT_FALSE(leader());
}

TEST_P(KubernetesObjects, AVersionStandsUntilSomebodyWrites) {
  bench->finish_bootstrap(two);
  const auto read = kubernetes().leader_annotation();
  ASSERT_TRUE(read);
  EXPECT_EQ(bench->another().leader_annotation(), read);
  bench->write_endpoints(PatroniObject::endpoints);
  const auto later = kubernetes().leader_annotation();
  ASSERT_TRUE(later);
  EXPECT_EQ(later->leader, read->leader);
  EXPECT_NE(later->version, read->version);
}

TEST_P(KubernetesObjects, TheLockIsGivenToSomebodyElse) {
  bench->finish_bootstrap(two);
  const auto read = kubernetes().leader_annotation();
  ASSERT_TRUE(kubernetes().patch_leader_annotation(zero, read->version));
  EXPECT_EQ(leader(), zero);
  EXPECT_NE(kubernetes().leader_annotation()->version, read->version);
}

TEST_P(KubernetesObjects, ALockThatWasRenewedSinceIsNotGivenAway) {
  bench->finish_bootstrap(two);
  const auto read = kubernetes().leader_annotation();
  bench->write_endpoints(PatroniObject::endpoints);
  EXPECT_TRUE(
      fails_with(kubernetes().patch_leader_annotation(zero, read->version), ApiError::conflict));
  EXPECT_EQ(leader(), two);
}

TEST_P(KubernetesObjects, ALockThatIsNotThereIsNotGivenAway) {
  bench->finish_bootstrap(two);
  const auto read = kubernetes().leader_annotation();
  ASSERT_TRUE(kubernetes().delete_patroni_object(PatroniObject::endpoints, read->version));
  EXPECT_TRUE(
      fails_with(kubernetes().patch_leader_annotation(zero, read->version), ApiError::not_found));
  EXPECT_FALSE(is_there(PatroniObject::endpoints));
}

TEST_P(KubernetesObjects, OfTwoWhoHaveReadTheSameLockTheFirstWins) {
  bench->finish_bootstrap(two);
  const auto read = kubernetes().leader_annotation();
  const auto other = bench->another().leader_annotation();
  ASSERT_TRUE(bench->another().patch_leader_annotation({1}, other->version));
  EXPECT_TRUE(
      fails_with(kubernetes().patch_leader_annotation(zero, read->version), ApiError::conflict));
  EXPECT_EQ(leader(), MemberName{1});
}

TEST_P(KubernetesObjects, OfSeveralWhoReachForTheLockOneHasIt) {
  bench->finish_bootstrap(two);
  const auto read = kubernetes().leader_annotation();
  const auto through = bench->race(3, [&read](ports::Kubernetes& port, std::size_t writer) {
    const MemberName member{static_cast<std::uint16_t>(writer)};
    return port.patch_leader_annotation(member, read->version);
  });
  ASSERT_EQ(std::ranges::count(through, true), 1);
  const auto winner = std::ranges::find(through, true) - through.begin();
  EXPECT_EQ(leader(), MemberName{static_cast<std::uint16_t>(winner)});
}

CHARM_ON_BOTH_SIDES(KubernetesObjects);

}  // namespace
}  // namespace charm::contract
