// Each call of the Kubernetes port: what is sent, and what is made of the answer.
#include "charm/live/kubernetes_adapter.h"

#include "tests/live/kubernetes_fixture.h"

namespace {

using namespace std::chrono_literals;
using charm::ApiError;
using charm::MemberName;
using charm::PodName;
using charm::live::given::http11;
using charm::live::given::KubernetesTest;
using charm::ports::BootstrapState;
using charm::ports::PatroniObject;
using charm::ports::ResourceVersion;
using charm::ports::ServiceKind;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(KubernetesTest, AppliesAServiceThatPodZerosOwnerOwns) {
  serve(pod_0_path, pod("pg-0"));
  server.answer("PATCH /api/v1/namespaces/model/services/pg-primary", http11(201, "{}"));
  EXPECT_TRUE(adapter().apply_service(ServiceKind::primary));
  EXPECT_EQ(server.last().line,
            "PATCH /api/v1/namespaces/model/services/pg-primary?fieldManager=pg&force=true");
  EXPECT_EQ(server.last().header("Content-Type"), "application/apply-patch+yaml");
  EXPECT_EQ(server.last().header("Authorization"), "Bearer token-1");
  const json body = json::parse(server.last().body);
  EXPECT_EQ(body["kind"], "Service");
  EXPECT_EQ(body["metadata"]["ownerReferences"], json::array({owner()}));
  EXPECT_EQ(body["metadata"]["labels"], (json{{"app.kubernetes.io/name", "pg"}}));
  EXPECT_EQ(body["spec"]["selector"], (json{{"app.kubernetes.io/name", "pg"},
                                            {"cluster-name", "patroni-pg"},
                                            {"role", "primary"}}));
  EXPECT_EQ(body["spec"]["ports"][0]["port"], 8008);
  EXPECT_EQ(body["spec"]["ports"][1]["port"], 5432);
}

TEST_F(KubernetesTest, TheOtherServiceSelectsReplicas) {
  serve(pod_0_path, pod("pg-0"));
  server.answer("PATCH /api/v1/namespaces/model/services/pg-replicas", http11(200, "{}"));
  EXPECT_TRUE(adapter().apply_service(ServiceKind::replicas));
  EXPECT_EQ(json::parse(server.last().body)["spec"]["selector"]["role"], "replica");
}

TEST_F(KubernetesTest, WithoutPodZeroNoServiceIsApplied) {
  EXPECT_EQ(adapter().apply_service(ServiceKind::primary).error(), ApiError::not_found);
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST_F(KubernetesTest, LabelsAPodAsMember) {
  server.answer("PATCH /api/v1/namespaces/model/pods/pg-1", http11(200, "{}"));
  EXPECT_TRUE(adapter().label_pod_as_member({1}));
  EXPECT_EQ(server.last().header("Content-Type"), "application/strategic-merge-patch+json");
  EXPECT_EQ(server.last().body,
            R"({"metadata":{"labels":{"application":"patroni","cluster-name":"patroni-pg"}}})");
}

TEST_F(KubernetesTest, KnowsWhetherAPodIsLabelled) {
  json other = pod("pg-2");
  serve(own_pod_path, other);
  other["metadata"]["labels"]["cluster-name"] = "patroni-other";
  serve(own_pod_path, other);
  other["metadata"].erase("labels");
  serve(own_pod_path, other);
  auto kubernetes = adapter();
  EXPECT_EQ(kubernetes.is_labelled_as_member({2}), true);
  EXPECT_EQ(kubernetes.is_labelled_as_member({2}), false);
  EXPECT_EQ(kubernetes.is_labelled_as_member({2}), false);
  EXPECT_EQ(kubernetes.is_labelled_as_member({1}).error(), ApiError::not_found);
  EXPECT_THAT(log.lines, IsEmpty());  // that it is not there is an answer
}

TEST_F(KubernetesTest, APodRunsIfItsNodeSaysSo) {
  serve(own_pod_path, pod("pg-2"));
  serve(node_path, node());
  EXPECT_EQ(adapter().is_pod_running({2}), true);
}

TEST_F(KubernetesTest, APodOnASilentNodeDoesNotRun) {
  serve(own_pod_path, pod("pg-2"));
  json silent = node();
  silent["status"]["conditions"][1]["status"] = "Unknown";
  serve(node_path, silent);
  server.answer(node_path, http11(404, "{}"));  // its node has been removed
  auto kubernetes = adapter();
  EXPECT_EQ(kubernetes.is_pod_running({2}), false);
  EXPECT_EQ(kubernetes.is_pod_running({2}), false);
}

TEST_F(KubernetesTest, APodThatEndsOrWaitsDoesNotRun) {
  json ending = pod("pg-2");
  ending["metadata"]["deletionTimestamp"] = "2026-01-02T03:04:05Z";
  serve(own_pod_path, ending);
  json pending = pod("pg-2");
  pending["status"]["phase"] = "Pending";
  serve(own_pod_path, pending);
  auto kubernetes = adapter();
  EXPECT_EQ(kubernetes.is_pod_running({2}), false);
  EXPECT_EQ(kubernetes.is_pod_running({2}), false);
  EXPECT_EQ(kubernetes.is_pod_running({3}).error(), ApiError::not_found);
}

TEST_F(KubernetesTest, TellsWhatIsLeftOverByTheStatefulSetsAge) {
  serve(set_path, stateful_set());
  json older = object("patroni-pg", "40");
  older["metadata"]["creationTimestamp"] = "2026-01-02T03:04:04Z";
  serve(lock_path, older);
  serve(lock_path, object("patroni-pg", "41"));
  auto kubernetes = adapter();
  const auto first = kubernetes.patroni_object(PatroniObject::endpoints);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->older_than_application);
  EXPECT_FALSE(first->goes_with_application);
  EXPECT_EQ(first->version, ResourceVersion{40});
  EXPECT_FALSE(kubernetes.patroni_object(PatroniObject::endpoints)->older_than_application);
}

TEST_F(KubernetesTest, AnEarlierStatefulSetsObjectDoesNotGoWithThisOne) {
  serve(set_path, stateful_set());
  json owned = object("patroni-pg");
  owned["metadata"]["ownerReferences"] = json::array({owner()});
  serve(lock_path, owned);
  owned["metadata"]["ownerReferences"][0]["uid"] = "an earlier one's";
  serve(lock_path, owned);
  auto kubernetes = adapter();
  EXPECT_TRUE(kubernetes.patroni_object(PatroniObject::endpoints)->goes_with_application);
  EXPECT_FALSE(kubernetes.patroni_object(PatroniObject::endpoints)->goes_with_application);
}

TEST_F(KubernetesTest, WithoutAStatefulSetNothingIsLeftOver) {
  serve(lock_path, object("patroni-pg"));
  const auto found = adapter().patroni_object(PatroniObject::endpoints);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->older_than_application);
}

TEST_F(KubernetesTest, KnowsPatronisObjectsByName) {
  auto kubernetes = adapter();
  for (std::size_t at = 0; at < charm::ports::patroni_object_count; ++at) {
    EXPECT_EQ(kubernetes.patroni_object(static_cast<PatroniObject>(at)).error(),
              ApiError::not_found);
  }
  std::vector<std::string> lines;
  for (const auto& asked : server.asked()) lines.push_back(asked.line);
  const std::string below = "GET /api/v1/namespaces/model/";
  EXPECT_THAT(
      lines,
      ElementsAre(below + "services/patroni-pg", below + "services/patroni-pg-config",
                  below + "services/patroni-pg-sync", below + "endpoints/patroni-pg",
                  below + "endpoints/patroni-pg-config", below + "endpoints/patroni-pg-sync"));
}

TEST_F(KubernetesTest, DeletesTheVersionThatWasSeen) {
  const char* line = "DELETE /api/v1/namespaces/model/services/patroni-pg-config";
  server.answer(line, http11(200, "{}"));
  server.answer(line, http11(409, "{}"));
  auto kubernetes = adapter();
  EXPECT_TRUE(kubernetes.delete_patroni_object(PatroniObject::config_service, {41}));
  EXPECT_EQ(json::parse(server.last().body)["preconditions"]["resourceVersion"], "41");
  EXPECT_EQ(kubernetes.delete_patroni_object(PatroniObject::config_service, {41}).error(),
            ApiError::conflict);
  EXPECT_THAT(log.lines, ElementsAre("cannot delete service patroni-pg-config: 409, somebody else "
                                     "has changed it"));
}

TEST_F(KubernetesTest, OwnsTheVeryObjectThatWasSeen) {
  serve(pod_0_path, pod("pg-0"));
  serve(lock_path, object("patroni-pg", "18446744073709551615"));
  server.answer("PATCH /api/v1/namespaces/model/endpoints/patroni-pg", http11(200, "{}"));
  EXPECT_TRUE(adapter().own_patroni_object(PatroniObject::endpoints, {UINT64_MAX}));
  const json body = json::parse(server.last().body);
  EXPECT_EQ(body["kind"], "Endpoints");
  EXPECT_EQ(body["metadata"], (json{{"name", "patroni-pg"},
                                    {"uid", "uid-of-it"},
                                    {"resourceVersion", "18446744073709551615"},
                                    {"ownerReferences", json::array({owner()})}}));
}

TEST_F(KubernetesTest, OwnsNothingThatHasChangedOrGone) {
  serve(pod_0_path, pod("pg-0"));
  serve(lock_path, object("patroni-pg", "42"));
  auto kubernetes = adapter();
  EXPECT_EQ(kubernetes.own_patroni_object(PatroniObject::endpoints, {41}).error(),
            ApiError::conflict);
  EXPECT_EQ(kubernetes.own_patroni_object(PatroniObject::sync_service, {41}).error(),
            ApiError::not_found);
  for (const auto& asked : server.asked()) EXPECT_EQ(asked.line.substr(0, 3), "GET");
}

TEST_F(KubernetesTest, ReadsTheBootstrapRecordByTheServersClock) {
  const char* line = "GET /api/v1/namespaces/model/endpoints/patroni-pg-config";
  json config = object("patroni-pg-config");
  config["metadata"]["annotations"] = {{"initialize", ""}};
  config["metadata"]["managedFields"] = {{{"time", "2026-01-02T03:04:05Z"}},
                                         {{"time", "2026-01-02T03:05:00Z"}},
                                         {{"time", "2026-01-02T03:04:06Z"}}};
  serve(line, config, "Date: Fri, 02 Jan 2026 03:07:01 GMT\r\n");
  config["metadata"]["annotations"]["initialize"] = "7123456789012345678";
  serve(line, config, "Date: Fri, 02 Jan 2026 03:04:59 GMT\r\n");
  config["metadata"].erase("annotations");
  serve(line, config);
  auto kubernetes = adapter();
  const auto begun = kubernetes.bootstrap_record();
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->state, BootstrapState::begun);
  EXPECT_EQ(begun->unchanged_for, 121s);
  EXPECT_EQ(begun->version, ResourceVersion{41});
  const auto done = kubernetes.bootstrap_record();  // a server whose clock is behind the writer's
  EXPECT_EQ(done->state, BootstrapState::done);
  EXPECT_EQ(done->unchanged_for, 0s);
  const auto absent = kubernetes.bootstrap_record();  // no Date: nothing is known to be old
  EXPECT_EQ(absent->state, BootstrapState::absent);
  EXPECT_EQ(absent->unchanged_for, 0s);
}

TEST_F(KubernetesTest, ReadsWhoLeads) {
  json lock = object("patroni-pg");
  serve(lock_path, lock);
  lock["metadata"]["annotations"] = {{"leader", "pg-2"}, {"ttl", "30"}};
  serve(lock_path, lock);
  lock["metadata"]["annotations"]["leader"] = "other-2";
  serve(lock_path, lock);
  auto kubernetes = adapter();
  EXPECT_FALSE(kubernetes.leader_annotation()->leader.has_value());
  EXPECT_EQ(kubernetes.leader_annotation()->leader, MemberName{2});
  EXPECT_EQ(kubernetes.leader_annotation().error(), ApiError::unavailable);
  EXPECT_THAT(log.lines, ElementsAre("cannot read endpoints patroni-pg: its leader is no member of "
                                     "the application"));
}

TEST_F(KubernetesTest, WritesTheLeaderOfTheVersionThatWasSeen) {
  const char* line = "PATCH /api/v1/namespaces/model/endpoints/patroni-pg";
  server.answer(line, http11(200, "{}"));
  EXPECT_TRUE(adapter().patch_leader_annotation({1}, {41}));
  EXPECT_EQ(server.last().body,
            R"({"metadata":{"annotations":{"leader":"pg-1"},"resourceVersion":"41"}})");
}

TEST_F(KubernetesTest, SeesHowFarARolloutHasCome) {
  serve(set_path, stateful_set());
  serve(own_pod_path, pod("pg-2"));
  const auto rollout = adapter().rollout({2});
  ASSERT_TRUE(rollout);
  EXPECT_TRUE(rollout->under_way);
  EXPECT_TRUE(rollout->pod_updated);
  EXPECT_EQ(rollout->partition, 2);
}

TEST_F(KubernetesTest, SeesThatARolloutIsOver) {
  json set = stateful_set();
  set["status"]["currentRevision"] = "pg-new";
  set["spec"].erase("updateStrategy");
  serve(set_path, set);
  json old = pod("pg-2");
  old["metadata"]["labels"]["controller-revision-hash"] = "pg-old";
  serve(own_pod_path, old);
  const auto rollout = adapter().rollout({2});
  ASSERT_TRUE(rollout);
  EXPECT_FALSE(rollout->under_way);
  EXPECT_FALSE(rollout->pod_updated);
  EXPECT_EQ(rollout->partition, 0);
}

TEST_F(KubernetesTest, NoRolloutWithoutItsParts) {
  EXPECT_EQ(adapter().rollout({2}).error(), ApiError::not_found);
  json set = stateful_set();
  serve(set_path, set);
  set.erase("status");
  serve(set_path, set);
  EXPECT_EQ(adapter().rollout({2}).error(), ApiError::not_found);
  serve(own_pod_path, pod("pg-2"));
  EXPECT_EQ(adapter().rollout({2}).error(), ApiError::unavailable);
}

TEST_F(KubernetesTest, SetsThePartition) {
  server.answer("PATCH /apis/apps/v1/namespaces/model/statefulsets/pg", http11(200, "{}"));
  EXPECT_TRUE(adapter().set_rolling_partition(3));
  EXPECT_EQ(server.last().body, R"({"spec":{"updateStrategy":{"rollingUpdate":{"partition":3}}}})");
}

TEST_F(KubernetesTest, DeletesAPodWithItsOwnGrace) {
  server.answer("DELETE /api/v1/namespaces/model/pods/pg-1", http11(200, "{}"));
  auto kubernetes = adapter();
  EXPECT_TRUE(kubernetes.delete_pod({1}));
  EXPECT_EQ(server.last().body, "");
  EXPECT_EQ(kubernetes.delete_pod({2}).error(), ApiError::not_found);
}

TEST_F(KubernetesTest, ANodeGivesWhatItHasToGive) {
  serve(own_pod_path, pod("pg-2"));
  serve(node_path, node());
  const auto resources = adapter().node_resources({2});
  ASSERT_TRUE(resources);
  EXPECT_EQ(resources->cores, 3U);
  EXPECT_EQ(resources->memory_bytes, 17179869184U);
}

TEST_F(KubernetesTest, TheNodeOfAnotherPodIsThatPods) {
  json other = pod("pg-0");
  other["spec"]["nodeName"] = "node-b";
  serve(pod_0_path, other);
  json small = node();
  small["status"]["allocatable"] = {{"cpu", "2"}, {"memory", "4Gi"}};
  serve("GET /api/v1/nodes/node-b", small);
  auto kubernetes = adapter();
  EXPECT_EQ(kubernetes.node_resources({0}), (charm::NodeResources{2, 4294967296}));
  EXPECT_EQ(kubernetes.node_resources({1}).error(), ApiError::not_found);
}

TEST_F(KubernetesTest, AContainersLimitsCountIfTheyAreLower) {
  json limited = pod("pg-2");
  limited["spec"]["containers"][0]["resources"]["limits"] = {{"cpu", "1"}, {"memory", "1"}};
  limited["spec"]["containers"][1]["resources"]["limits"] = {{"cpu", "8"}, {"memory", "1000k"}};
  serve(own_pod_path, limited);
  limited["spec"]["containers"][1]["resources"]["limits"] = {{"cpu", "1500m"}, {"memory", "64Gi"}};
  serve(own_pod_path, limited);
  limited["spec"]["containers"][1]["resources"]["limits"] = {{"cpu", "a lot"}};
  serve(own_pod_path, limited);
  serve(node_path, node());
  auto kubernetes = adapter();
  EXPECT_EQ(kubernetes.node_resources({2}), (charm::NodeResources{3, 1000000}));
  EXPECT_EQ(kubernetes.node_resources({2}), (charm::NodeResources{1, 17179869184}));
  EXPECT_EQ(kubernetes.node_resources({2}).error(), ApiError::unavailable);
}

}  // namespace
