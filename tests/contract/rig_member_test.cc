// What the benches of the contracts do in Patroni's place is what Patroni does: a member of the
// rig's own, brought up through the charm's adapters.
#include <gtest/gtest.h>

#include <thread>

#include "charm/live/kubernetes_adapter.h"
#include "charm/live/patroni_adapter.h"
#include "charm/live/workload_adapter.h"
#include "charm/options/options.h"
#include "tests/live/api_server.h"
#include "tests/live/remembering_log.h"
#include "tests/live/rig_pod.h"

namespace charm::live {
namespace {

using namespace std::chrono_literals;
using ports::BootstrapState;
using ports::PatroniObject;

PatroniConfiguration configuration() {
  PatroniConfiguration result;
  result.hosts.push_back({0});
  result.options = &default_options();
  result.node = {.cores = 1, .memory_bytes = std::uint64_t{1} << 30U};
  result.operator_password = Secret("of-operator");
  result.replication_password = Secret("of-replication");
  result.rewind_password = Secret("of-rewind");
  result.patroni_password = Secret("of-patroni");
  return result;
}

// A member alone on its volume, as a hook brings it up.
struct LiveKubernetesMember : testing::Test {
  void SetUp() override {
    const std::string lacks = given::ApiServer::lacks();
    if (!lacks.empty()) GTEST_SKIP() << lacks;
    pod = std::make_unique<given::RigPod>(0);
    // Whoever has built the API server has built the rest with it, or is told what is missing.
    ASSERT_EQ(pod->lacks(), "");
    pebble = std::make_unique<Pebble>(http, pod->socket());
    workload = std::make_unique<WorkloadAdapter>(
        *pebble, pems, log, Deployment{.app = app, .model = "testing"}, UnitName{0});
    kubernetes = std::make_unique<KubernetesAdapter>(
        http, given::ApiServer().access("charm", "testing"), app, log);
    patroni = std::make_unique<PatroniAdapter>(
        http,
        PatroniAddresses{.member = [this](HostName) { return pod->address() + ":8008"; },
                         .primary = {}},
        PatroniCredentials{.password = [] { return "of-patroni"; },
                           .authority = [] { return std::string(); }},
        app, UnitName{0}, log);
  }

  // Its own times are Patroni's: some seconds, and more where the machine has much to do.
  template <class Condition>
  static testing::AssertionResult comes_about(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 4min;
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return testing::AssertionSuccess();
      std::this_thread::sleep_for(200ms);
    }
    return testing::AssertionFailure();
  }
  void start_member() {
    ASSERT_TRUE(kubernetes->label_pod_as_member({0}));
    ASSERT_TRUE(workload->create_data_directory());
    ASSERT_TRUE(workload->write_patroni_configuration(configuration()));
    ASSERT_TRUE(workload->update_and_restart_service(Secret("of-monitoring")));
    ASSERT_TRUE(comes_about([this] { return patroni->own_health() == MemberState::running; }));
  }

  const AppName app{"postgresql-k8s"};
  Http http;
  PemStore pems;
  given::RememberingLog log;
  std::unique_ptr<given::RigPod> pod;
  std::unique_ptr<Pebble> pebble;
  std::unique_ptr<WorkloadAdapter> workload;
  std::unique_ptr<KubernetesAdapter> kubernetes;
  std::unique_ptr<PatroniAdapter> patroni;
};

TEST_F(LiveKubernetesMember, LeavesInKubernetesWhatTheContractsSay) {
  ASSERT_NO_FATAL_FAILURE(start_member());
  ASSERT_TRUE(comes_about([this] {
    const auto lock = kubernetes->leader_annotation();
    return lock && lock->leader == MemberName{0};
  }));
  EXPECT_EQ(kubernetes->bootstrap_record()->state, BootstrapState::done);
  for (const PatroniObject made :
       {PatroniObject::endpoints, PatroniObject::config_endpoints, PatroniObject::config_service}) {
    const auto object = kubernetes->patroni_object(made);
    ASSERT_TRUE(object);
    EXPECT_FALSE(object->older_than_application);
    EXPECT_FALSE(object->goes_with_application);
  }
  for (const PatroniObject other : {PatroniObject::service, PatroniObject::sync_service}) {
    EXPECT_EQ(kubernetes->patroni_object(other), std::unexpected(ApiError::not_found));
  }
  // What it has published is what it answers to GET /cluster.
  EXPECT_TRUE(comes_about([this] {
    const auto published = kubernetes->published_members();
    return published && published->size() == 1 && *published == patroni->cluster();
  }));
  // A renewal is a write: what was read before it is of no use any more.
  const auto read = kubernetes->leader_annotation();
  ASSERT_TRUE(
      comes_about([&] { return kubernetes->leader_annotation()->version != read->version; }));
  EXPECT_EQ(kubernetes->delete_patroni_object(PatroniObject::endpoints, read->version),
            std::unexpected(ApiError::conflict));
  // Patroni goes on with an object that somebody owns.
  const auto now = kubernetes->patroni_object(PatroniObject::config_endpoints);
  ASSERT_TRUE(kubernetes->own_patroni_object(PatroniObject::config_endpoints, now->version));
  EXPECT_TRUE(patroni->patch_synchronous({.node_count = 1, .strict = false}));
  EXPECT_TRUE(kubernetes->patroni_object(PatroniObject::config_endpoints)->goes_with_application);
}

}  // namespace
}  // namespace charm::live
