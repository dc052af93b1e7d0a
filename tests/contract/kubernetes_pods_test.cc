// Pods, their nodes, the StatefulSet that they come from, and the Services for clients.
#include <array>

#include "tests/contract/kubernetes_contract.h"

namespace charm::contract {
namespace {

constexpr PodName first{0};
constexpr PodName own{1};
constexpr PodName last{2};
constexpr PodName never_made{3};

struct KubernetesPods : KubernetesContract {
  bool is_member(PodName pod) { return kubernetes().is_labelled_as_member(pod).value(); }
  bool runs(PodName pod) { return kubernetes().is_pod_running(pod).value(); }
};

// --- labels ---

TEST_P(KubernetesPods, APodIsNoMemberUntilItIsLabelled) {
  EXPECT_FALSE(is_member(last));
  ASSERT_TRUE(kubernetes().label_pod_as_member(last));
  EXPECT_TRUE(is_member(last));
  EXPECT_FALSE(is_member(first));
}

TEST_P(KubernetesPods, APodMayBeLabelledAgain) {
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(kubernetes().label_pod_as_member(last));
  EXPECT_TRUE(is_member(last));
}

TEST_P(KubernetesPods, SeveralMayLabelOnePod) {
  for (const bool through : bench->race(4, [](ports::Kubernetes& port, std::size_t /*writer*/) {
         return port.label_pod_as_member(last);
       })) {
    EXPECT_TRUE(through);
  }
  EXPECT_TRUE(is_member(last));
}

TEST_P(KubernetesPods, APodThatWasNeverMadeIsNotFound) {
  EXPECT_TRUE(fails_with(kubernetes().label_pod_as_member(never_made), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().is_labelled_as_member(never_made), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().is_pod_running(never_made), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().rollout(never_made), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().delete_pod(never_made), ApiError::not_found));
}

TEST_P(KubernetesPods, APodThatIsGoneIsNotFoundEither) {
  bench->lose_pod(last);
  EXPECT_TRUE(fails_with(kubernetes().label_pod_as_member(last), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().is_labelled_as_member(last), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().is_pod_running(last), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().rollout(last), ApiError::not_found));
  EXPECT_TRUE(fails_with(kubernetes().delete_pod(last), ApiError::not_found));
}

TEST_P(KubernetesPods, APodThatIsMadeAnewHasLostItsLabels) {
  ASSERT_TRUE(kubernetes().label_pod_as_member(last));
  bench->lose_pod(last);
  bench->make_pod(last);
  EXPECT_FALSE(is_member(last));
  EXPECT_TRUE(runs(last));
}

// --- its end ---

TEST_P(KubernetesPods, APodRunsUntilItIsAskedToEnd) {
  EXPECT_TRUE(runs(last));
  ASSERT_TRUE(kubernetes().delete_pod(last));
  EXPECT_FALSE(runs(last));
  EXPECT_TRUE(runs(first));
}

TEST_P(KubernetesPods, APodThatIsAskedToEndIsThereUntilItHasEnded) {
  ASSERT_TRUE(kubernetes().label_pod_as_member(last));
  ASSERT_TRUE(kubernetes().delete_pod(last));
  EXPECT_TRUE(is_member(last));
  bench->end_pod(last);
  EXPECT_TRUE(fails_with(kubernetes().is_labelled_as_member(last), ApiError::not_found));
}

TEST_P(KubernetesPods, APodMayBeAskedToEndAgain) {
  ASSERT_TRUE(kubernetes().delete_pod(last));
  EXPECT_TRUE(kubernetes().delete_pod(last));
  EXPECT_FALSE(runs(last));
}

TEST_P(KubernetesPods, APodThatEndsMayBeLabelled) {
  ASSERT_TRUE(kubernetes().delete_pod(last));
  EXPECT_TRUE(kubernetes().label_pod_as_member(last));
  EXPECT_TRUE(is_member(last));
}

TEST_P(KubernetesPods, APodOnALostNodeRunsUntilThatIsNoticed) {
  ASSERT_TRUE(kubernetes().label_pod_as_member(last));
  bench->lose_node(last);
  EXPECT_TRUE(runs(last));
  bench->notice_lost_node(last);
  EXPECT_FALSE(runs(last));
  EXPECT_TRUE(is_member(last));
}

// --- what the node has ---

TEST_P(KubernetesPods, AUnitHasWhatItsNodeHas) {
  const auto resources = kubernetes().node_resources(own);
  ASSERT_TRUE(resources);
  EXPECT_EQ(resources->cores, 4U);
  EXPECT_EQ(resources->memory_bytes, std::uint64_t{8} << 30U);
}

// --- the rolling update ---

TEST_P(KubernetesPods, NothingIsRolledOutAtFirst) {
  const auto rollout = kubernetes().rollout(own);
  ASSERT_TRUE(rollout);
  EXPECT_EQ(*rollout, (ports::Rollout{.under_way = false, .pod_updated = true, .partition = 0}));
}

TEST_P(KubernetesPods, ThePartitionIsWhatItWasSetTo) {
  for (const std::uint16_t partition : std::to_array<std::uint16_t>({3, 1, 1, 0})) {
    ASSERT_TRUE(kubernetes().set_rolling_partition(partition));
    EXPECT_EQ(kubernetes().rollout(own)->partition, partition);
  }
}

TEST_P(KubernetesPods, TheLastToSetThePartitionWins) {
  ASSERT_TRUE(bench->another().set_rolling_partition(2));
  ASSERT_TRUE(kubernetes().set_rolling_partition(1));
  EXPECT_EQ(bench->another().rollout(last)->partition, 1);
}

TEST_P(KubernetesPods, APartitionBeyondAllPodsHoldsThemAll) {
  ASSERT_TRUE(kubernetes().set_rolling_partition(3));
  bench->write_template();
  bench->let_pass(1s);
  for (const PodName pod : {first, own, last}) {
    EXPECT_EQ(kubernetes().rollout(pod),
              (ports::Rollout{.under_way = true, .pod_updated = false, .partition = 3}));
  }
}

TEST_P(KubernetesPods, PodsFromThePartitionOnAreMadeAnew) {
  ASSERT_TRUE(kubernetes().set_rolling_partition(3));
  bench->write_template();
  ASSERT_TRUE(kubernetes().set_rolling_partition(1));
  bench->roll_out();
  EXPECT_EQ(kubernetes().rollout(first),
            (ports::Rollout{.under_way = true, .pod_updated = false, .partition = 1}));
  for (const PodName pod : {own, last}) {
    EXPECT_EQ(kubernetes().rollout(pod),
              (ports::Rollout{.under_way = true, .pod_updated = true, .partition = 1}));
  }
}

TEST_P(KubernetesPods, APodBelowThePartitionComesBackAsItWas) {
  ASSERT_TRUE(kubernetes().set_rolling_partition(3));
  bench->write_template();
  bench->lose_pod(own);
  bench->make_pod(own);
  EXPECT_FALSE(kubernetes().rollout(own)->pod_updated);
}

TEST_P(KubernetesPods, ARolloutIsOverWhenAllPodsAreOfTheNewTemplate) {
  ASSERT_TRUE(kubernetes().set_rolling_partition(3));
  bench->write_template();
  ASSERT_TRUE(kubernetes().set_rolling_partition(0));
  bench->roll_out();
  for (const PodName pod : {first, own, last}) {
    EXPECT_EQ(kubernetes().rollout(pod),
              (ports::Rollout{.under_way = false, .pod_updated = true, .partition = 0}));
  }
}

// --- Services for clients ---

TEST_P(KubernetesPods, AServiceIsMadeWhenItIsApplied) {
  for (const ServiceKind kind : {ServiceKind::primary, ServiceKind::replicas}) {
    EXPECT_FALSE(bench->has_service(kind));
    ASSERT_TRUE(kubernetes().apply_service(kind));
    EXPECT_TRUE(bench->has_service(kind));
    EXPECT_TRUE(bench->does_service_go_with_application(kind));
  }
}

TEST_P(KubernetesPods, AServiceMayBeAppliedAgain) {
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(kubernetes().apply_service(ServiceKind::primary));
  EXPECT_TRUE(bench->another().apply_service(ServiceKind::primary));
  EXPECT_TRUE(bench->has_service(ServiceKind::primary));
  EXPECT_FALSE(bench->has_service(ServiceKind::replicas));
}

TEST_P(KubernetesPods, SeveralMayApplyOneService) {
  for (const bool through : bench->race(4, [](ports::Kubernetes& port, std::size_t /*writer*/) {
         return port.apply_service(ServiceKind::replicas);
       })) {
    EXPECT_TRUE(through);
  }
  EXPECT_TRUE(bench->has_service(ServiceKind::replicas));
}

TEST_P(KubernetesPods, AServiceThatIsLeftOverIsTakenOver) {
  bench->leave_service(ServiceKind::primary);
  EXPECT_FALSE(bench->does_service_go_with_application(ServiceKind::primary));
  ASSERT_TRUE(kubernetes().apply_service(ServiceKind::primary));
  EXPECT_TRUE(bench->has_service(ServiceKind::primary));
  EXPECT_TRUE(bench->does_service_go_with_application(ServiceKind::primary));
}

TEST_P(KubernetesPods, WithoutTheFirstPodThereIsNoOwnerForAService) {
  bench->lose_pod(first);
  EXPECT_TRUE(fails_with(kubernetes().apply_service(ServiceKind::primary), ApiError::not_found));
  EXPECT_FALSE(bench->has_service(ServiceKind::primary));
}

CHARM_ON_BOTH_SIDES(KubernetesPods);

}  // namespace
}  // namespace charm::contract
