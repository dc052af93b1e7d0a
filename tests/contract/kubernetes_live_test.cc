// What the adapter meets at a real kube-apiserver and nowhere in the model: whom the server takes
// it for, whom it takes the server for, and what others have written into the same objects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "charm/live/kubernetes_adapter.h"
#include "tests/live/folder.h"
#include "tests/live/kubernetes_namespace.h"
#include "tests/live/remembering_log.h"

namespace charm::live {
namespace {

using nlohmann::json;
using ports::PatroniObject;
using ports::ServiceKind;

class LiveKubernetesServer : public testing::Test {
 protected:
  void SetUp() override {
    const std::string lacks = given::ApiServer::lacks();
    if (!lacks.empty()) GTEST_SKIP() << lacks;
    here = std::make_unique<given::KubernetesNamespace>();
  }

  KubernetesAdapter adapter(const KubernetesAccess& access) {
    return {http, access, here->app(), log};
  }
  KubernetesAdapter trusted() { return adapter(here->access("charm")); }
  // That text, as a file that somebody else writes.
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = folder.path() + '/' + name;
    std::ofstream(path) << text;
    return path;
  }
  json owners_of(const std::string& path) {
    return here->server().get(path)["metadata"]["ownerReferences"];
  }

  given::Folder folder;
  Http http;
  given::RememberingLog log;
  std::unique_ptr<given::KubernetesNamespace> here;
};

// --- whom it trusts, and who trusts it ---

TEST_F(LiveKubernetesServer, ATokenOfNobodyIsNoTrust) {
  KubernetesAccess access = here->access("charm");
  access.token.file = file("token", "made-up");
  EXPECT_EQ(adapter(access).is_pod_running({1}), std::unexpected(ApiError::unavailable));
  EXPECT_THAT(log.lines, testing::ElementsAre(testing::HasSubstr("token is not accepted")));
}

TEST_F(LiveKubernetesServer, ATokenThatIsReplacedIsReadAnew) {
  KubernetesAccess access = here->access("charm");
  const std::string good = contents(access.token).value();
  access.token.file = file("token", "made-up");
  KubernetesAdapter port = adapter(access);
  EXPECT_FALSE(port.is_pod_running({1}));
  file("token", good);
  EXPECT_TRUE(port.is_pod_running({1}));
}

TEST_F(LiveKubernetesServer, AServerOfAnotherAuthorityIsNotSpokenTo) {
  KubernetesAccess access = here->access("charm");
  access.authority = {};
  EXPECT_EQ(adapter(access).set_rolling_partition(2), std::unexpected(ApiError::unavailable));
  EXPECT_EQ(here->partition(), 0);
}

// A Role reaches no node: that is why the charm wants trust.
TEST_F(LiveKubernetesServer, RightsInTheNamespaceAloneReachNoNode) {
  const json everything = json::array({"*"});
  const json rule{{"apiGroups", everything}, {"resources", everything}, {"verbs", everything}};
  here->server().create(here->path("roles"),
                        {{"metadata", {{"name", "all"}}}, {"rules", json::array({rule})}});
  const json group{{"apiGroup", "rbac.authorization.k8s.io"}};
  json subject{{"kind", "User"}, {"name", "system:serviceaccount:testing:untrusted"}};
  json role{{"kind", "Role"}, {"name", "all"}};
  subject.update(group);
  role.update(group);
  here->server().create(
      here->path("rolebindings"),
      {{"metadata", {{"name", "all"}}}, {"subjects", json::array({subject})}, {"roleRef", role}});
  KubernetesAdapter port = adapter(here->access("untrusted"));
  EXPECT_EQ(port.is_labelled_as_member({1}), false);
  EXPECT_EQ(port.node_resources({1}), std::unexpected(ApiError::forbidden));
  EXPECT_EQ(port.is_pod_running({1}), std::unexpected(ApiError::forbidden));
}

// --- what others have written ---

TEST_F(LiveKubernetesServer, FieldsThatAnotherManagerHasAppliedAreTaken) {
  ASSERT_TRUE(trusted().apply_service(ServiceKind::primary));
  const std::string path = here->path(ServiceKind::primary);
  const json others{{"apiVersion", "v1"},
                    {"kind", "Service"},
                    {"metadata", {{"name", "pg-primary"}}},
                    {"spec", {{"selector", {{"role", "nobody"}}}}}};
  ASSERT_EQ(here->server().status_of({.method = "PATCH",
                                      .url = path + "?fieldManager=other&force=true",
                                      .headers = {"Content-Type: application/apply-patch+yaml"},
                                      .body = others.dump()},
                                     "admin"),
            200);
  ASSERT_TRUE(trusted().apply_service(ServiceKind::primary));
  EXPECT_EQ(here->server().get(path)["spec"]["selector"]["role"], "primary");
}

TEST_F(LiveKubernetesServer, WhatOthersHaveAddedToAServiceStays) {
  ASSERT_TRUE(trusted().apply_service(ServiceKind::primary));
  const std::string path = here->path(ServiceKind::primary);
  here->server().merge(path, {{"metadata", {{"annotations", {{"of", "another"}}}}}});
  ASSERT_TRUE(trusted().apply_service(ServiceKind::primary));
  EXPECT_EQ(here->server().get(path)["metadata"]["annotations"]["of"], "another");
}

TEST_F(LiveKubernetesServer, WhatIsOwnedSaysSoInFull) {
  here->make_patroni_object(PatroniObject::endpoints, {{"leader", "pg-0"}, {"ttl", "30"}});
  const auto read = trusted().patroni_object(PatroniObject::endpoints);
  ASSERT_TRUE(read);
  ASSERT_TRUE(trusted().own_patroni_object(PatroniObject::endpoints, read->version));
  const json object = here->server().get(here->path(PatroniObject::endpoints));
  const json owner = here->reference_to(here->set()["metadata"]["uid"]);
  EXPECT_EQ(object["metadata"]["ownerReferences"], json::array({owner}));
  EXPECT_EQ(object["metadata"]["annotations"], (json{{"leader", "pg-0"}, {"ttl", "30"}}));
}

TEST_F(LiveKubernetesServer, AnOwnerThatIsGoneIsReplaced) {
  here->make_patroni_object(PatroniObject::endpoints, {{"leader", "pg-0"}});
  const std::string path = here->path(PatroniObject::endpoints);
  const auto read = trusted().patroni_object(PatroniObject::endpoints);
  ASSERT_TRUE(trusted().own_patroni_object(PatroniObject::endpoints, read->version));
  here->replace_stateful_set();
  const auto later = trusted().patroni_object(PatroniObject::endpoints);
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->goes_with_application);
  ASSERT_TRUE(trusted().own_patroni_object(PatroniObject::endpoints, later->version));
  EXPECT_EQ(owners_of(path), json::array({here->reference_to(here->set()["metadata"]["uid"])}));
}

TEST_F(LiveKubernetesServer, AMembersOtherLabelsStay) {
  here->server().merge(here->path(PodName{1}), {{"metadata", {{"labels", {{"role", "primary"}}}}}});
  ASSERT_TRUE(trusted().label_pod_as_member({1}));
  const json labels = here->server().get(here->path(PodName{1}))["metadata"]["labels"];
  EXPECT_EQ(labels["role"], "primary");
  EXPECT_EQ(labels["application"], "patroni");
  EXPECT_EQ(labels["cluster-name"], "patroni-pg");
  EXPECT_EQ(labels["app.kubernetes.io/name"], "pg");
}

TEST_F(LiveKubernetesServer, ALockOfAnotherApplicationsMemberIsNoAnswer) {
  here->make_patroni_object(PatroniObject::endpoints, {{"leader", "other-0"}});
  EXPECT_EQ(trusted().leader_annotation(), std::unexpected(ApiError::unavailable));
}

// --- what is not there ---

TEST_F(LiveKubernetesServer, APodWhoseNodeIsGoneDoesNotRun) {
  here->server().remove(here->node_path({1}));
  EXPECT_EQ(trusted().is_pod_running({1}), false);
  EXPECT_EQ(trusted().node_resources({1}), std::unexpected(ApiError::not_found));
}

TEST_F(LiveKubernetesServer, WithoutAStatefulSetThereIsNoRollout) {
  here->make_patroni_object(PatroniObject::endpoints, {{"leader", "pg-0"}});
  here->server().remove(here->set_path());
  EXPECT_EQ(trusted().rollout({1}), std::unexpected(ApiError::not_found));
  EXPECT_EQ(trusted().set_rolling_partition(1), std::unexpected(ApiError::not_found));
  const auto object = trusted().patroni_object(PatroniObject::endpoints);
  ASSERT_TRUE(object);
  EXPECT_FALSE(object->older_than_application);
}

TEST_F(LiveKubernetesServer, AContainersLimitCountsBeforeItsNode) {
  here->remove_pod({1});
  json pod = here->server().get(here->path(PodName{2}));
  pod["metadata"] = {{"name", "pg-1"}};
  pod["spec"].erase("tolerations");
  for (json& container : pod["spec"]["containers"]) {
    container["resources"] = {{"limits", {{"cpu", "1500m"}, {"memory", "3Gi"}}}};
  }
  pod.erase("status");
  here->server().create(here->path("pods"), pod);
  const auto resources = trusted().node_resources({1});
  ASSERT_TRUE(resources);
  EXPECT_EQ(resources->cores, 1U);
  EXPECT_EQ(resources->memory_bytes, std::uint64_t{3} << 30U);
}

TEST_F(LiveKubernetesServer, ATokenOfAServiceAccountIsTaken) {
  const std::string accounts = here->path("serviceaccounts");
  here->server().create(accounts, {{"metadata", {{"name", "pg"}}}});
  const json asked = here->server().create(accounts + "/pg/token", {{"spec", json::object()}});
  KubernetesAccess access = here->access("charm");
  access.token = {.file = {}, .text = asked["status"]["token"]};
  EXPECT_EQ(adapter(access).is_pod_running({1}), std::unexpected(ApiError::forbidden));
}

}  // namespace
}  // namespace charm::live
