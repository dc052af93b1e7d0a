// How the API server fails whoever asks it: each call of the port, in each way.
#include <functional>
#include <utility>

#include "tests/contract/kubernetes_contract.h"

namespace charm::contract {
namespace {

using Result = std::expected<void, ApiError>;

template <class T>
Result without_value(const std::expected<T, ApiError>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

struct KubernetesTrouble : KubernetesContract {
  void SetUp() override {
    KubernetesContract::SetUp();
    if (!bench) return;
    bench->finish_bootstrap({0});
    lock = version_of(PatroniObject::endpoints);
    sync = version_of(PatroniObject::sync_endpoints);
    configuration = version_of(PatroniObject::config_endpoints);
  }

  struct NamedCall {
    const char* name;
    std::function<Result(ports::Kubernetes&)> make;
  };
  // All methods of the port, with what they need to succeed.
  [[nodiscard]] std::vector<NamedCall> calls() const {
    using Port = ports::Kubernetes;
    return {
        {"is_labelled_as_member",
         [](Port& port) { return without_value(port.is_labelled_as_member({2})); }},
        {"is_pod_running", [](Port& port) { return without_value(port.is_pod_running({2})); }},
        {"patroni_object",
         [](Port& port) { return without_value(port.patroni_object(PatroniObject::endpoints)); }},
        {"bootstrap_record", [](Port& port) { return without_value(port.bootstrap_record()); }},
        {"leader_annotation", [](Port& port) { return without_value(port.leader_annotation()); }},
        {"published_members", [](Port& port) { return without_value(port.published_members()); }},
        {"rollout", [](Port& port) { return without_value(port.rollout({2})); }},
        {"node_resources", [](Port& port) { return without_value(port.node_resources({1})); }},
        {"apply_service", [](Port& port) { return port.apply_service(ServiceKind::primary); }},
        {"label_pod_as_member", [](Port& port) { return port.label_pod_as_member({2}); }},
        {"set_rolling_partition", [](Port& port) { return port.set_rolling_partition(2); }},
        {"patch_leader_annotation",
         [this](Port& port) { return port.patch_leader_annotation({2}, lock); }},
        {"own_patroni_object",
         [this](Port& port) {
           return port.own_patroni_object(PatroniObject::sync_endpoints, sync);
         }},
        {"delete_patroni_object",
         [this](Port& port) {
           return port.delete_patroni_object(PatroniObject::config_endpoints, configuration);
         }},
        {"delete_pod", [](Port& port) { return port.delete_pod({2}); }},
    };
  }
  void expect_all_to_fail(ApiError error) {
    for (const NamedCall& call : calls()) {
      EXPECT_TRUE(fails_with(call.make(kubernetes()), error)) << call.name;
    }
  }
  void expect_nothing_written() {
    EXPECT_FALSE(bench->has_service(ServiceKind::primary));
    EXPECT_FALSE(kubernetes().is_labelled_as_member({2}).value());
    EXPECT_TRUE(kubernetes().is_pod_running({2}).value());
    EXPECT_EQ(kubernetes().rollout({2})->partition, 0);
    EXPECT_EQ(version_of(PatroniObject::endpoints), lock);
    EXPECT_EQ(version_of(PatroniObject::sync_endpoints), sync);
    EXPECT_EQ(version_of(PatroniObject::config_endpoints), configuration);
  }

  ports::ResourceVersion lock;
  ports::ResourceVersion sync;
  ports::ResourceVersion configuration;
};

TEST_P(KubernetesTrouble, EachCallSucceedsWithoutIt) {
  for (const NamedCall& call : calls()) {
    EXPECT_TRUE(call.make(kubernetes())) << call.name;
  }
}

TEST_P(KubernetesTrouble, WithoutTrustEachCallIsForbiddenAndHasNoEffect) {
  bench->refuse_trust();
  expect_all_to_fail(ApiError::forbidden);
  bench->relieve();
  expect_nothing_written();
}

TEST_P(KubernetesTrouble, WithoutTrustEvenWhatIsNotThereIsForbidden) {
  bench->refuse_trust();
  EXPECT_TRUE(fails_with(kubernetes().is_pod_running({3}), ApiError::forbidden));
  EXPECT_TRUE(fails_with(kubernetes().patroni_object(PatroniObject::service), ApiError::forbidden));
}

TEST_P(KubernetesTrouble, AServerWithTooMuchToDoThrottlesEachCallAndDoesNothing) {
  bench->throttle();
  expect_all_to_fail(ApiError::throttled);
  bench->relieve();
  expect_nothing_written();
}

TEST_P(KubernetesTrouble, WithoutAServerEachCallFails) {
  bench->cut_off();
  expect_all_to_fail(ApiError::unavailable);
  bench->relieve();
  expect_nothing_written();
}

TEST_P(KubernetesTrouble, WhenItIsOverEachCallSucceedsAgain) {
  for (const auto& begin :
       {&KubernetesBench::refuse_trust, &KubernetesBench::throttle, &KubernetesBench::cut_off}) {
    ((*bench).*begin)();
    EXPECT_FALSE(kubernetes().leader_annotation());
    bench->relieve();
    EXPECT_TRUE(kubernetes().leader_annotation());
  }
  for (const NamedCall& call : calls()) EXPECT_TRUE(call.make(kubernetes())) << call.name;
}

// --- how long it takes ---

TEST_P(KubernetesTrouble, NoCallWaits) {
  for (const NamedCall& call : calls()) {
    EXPECT_FALSE(bench->waits([&] { (void)call.make(kubernetes()); })) << call.name;
  }
}

TEST_P(KubernetesTrouble, NoRefusalIsWaitedFor) {
  for (const auto& begin :
       {&KubernetesBench::refuse_trust, &KubernetesBench::throttle, &KubernetesBench::cut_off}) {
    ((*bench).*begin)();
    EXPECT_FALSE(bench->waits([this] { (void)kubernetes().leader_annotation(); }));
    EXPECT_FALSE(bench->waits([this] { (void)kubernetes().set_rolling_partition(1); }));
    bench->relieve();
  }
}

TEST_P(KubernetesTrouble, AServerThatHangsIsGivenUp) {
  bench->hang();
  bool reads = true;
  const bool waits = bench->waits([&] { reads = kubernetes().leader_annotation().has_value(); });
  EXPECT_FALSE(reads);
  EXPECT_EQ(waits, !bench->has(Difference::hangs_for_no_time));
  EXPECT_TRUE(fails_with(kubernetes().set_rolling_partition(2), ApiError::unavailable));
  bench->relieve();
  EXPECT_EQ(kubernetes().rollout({2})->partition, 0);
}

CHARM_ON_BOTH_SIDES(KubernetesTrouble);

}  // namespace
}  // namespace charm::contract
