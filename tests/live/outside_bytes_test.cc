// Parsers of what Kubernetes and Patroni answer, on what they would answer and on what nobody
// would.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/live/kubernetes_access.h"
#include "charm/live/kubernetes_objects.h"
#include "charm/live/outside_json.h"
#include "charm/live/patroni_answers.h"
#include "charm/live/patroni_records.h"
#include "charm/live/quantity.h"
#include "charm/live/timestamps.h"
#include "tests/wire/any_text.h"

namespace {

using charm::AppName;
using charm::MemberRole;
using charm::MemberState;
using charm::live::member_role;
using charm::live::parse_cluster;
using charm::live::parse_http_date;
using charm::live::parse_kubeconfig;
using charm::live::parse_member_status;
using charm::live::parse_node;
using charm::live::parse_object;
using charm::live::parse_outside_object;
using charm::live::parse_pod;
using charm::live::parse_published_members;
using charm::live::parse_quantity;
using charm::live::parse_resource_version;
using charm::live::parse_rfc3339;
using charm::live::parse_stateful_set;
using charm::wire::given::near;

const AppName app{"pg"};

TEST(Quantity, IsWhatKubernetesWrites) {
  const std::vector<std::pair<const char*, std::uint64_t>> known = {{"2", 2},
                                                                    {"0", 0},
                                                                    {"1500m", 1},
                                                                    {"900m", 0},
                                                                    {"16Gi", 17179869184},
                                                                    {"1000k", 1000000},
                                                                    {"1.5Gi", 1610612736},
                                                                    {"128974848", 128974848},
                                                                    {"129e6", 129000000},
                                                                    {"1E3", 1000},
                                                                    {"1E", 1000000000000000000},
                                                                    {"129M", 129000000},
                                                                    {"123Mi", 128974848},
                                                                    {"+5", 5},
                                                                    {"2500000u", 2},
                                                                    {"3000000001n", 3},
                                                                    {".5k", 500},
                                                                    {"5.", 5},
                                                                    {"16389048Ki", 16782385152},
                                                                    {"128974848000m", 128974848}};
  for (const auto& [text, value] : known) EXPECT_EQ(parse_quantity(text), value) << text;
}

TEST(Quantity, IsNothingElse) {
  for (const char* text : {"", "-1", "Gi", "1gi", "1 Gi", "1K", "1KB", "1.2.3", "e3", "1e", "1e99",
                           "99999999999999999999", "16Ei", "0x10", "1_000", "1m5", "."}) {
    EXPECT_EQ(parse_quantity(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(Quantity, AnAmountInSmallerUnitsIsTheSame, (std::uint32_t amount)) {
  const std::string text = std::to_string(amount);
  RC_ASSERT(parse_quantity(text) == amount);
  RC_ASSERT(parse_quantity(text + "000m") == amount);
  RC_ASSERT(parse_quantity(text + ".999") == amount);
  RC_ASSERT(parse_quantity(text + "Ki") == std::uint64_t{amount} * 1024);
}

TEST(Timestamps, AreReadToTheSecond) {
  using namespace std::chrono;
  const auto expected = sys_days(2026y / January / 2) + 3h + 4min + 5s;
  EXPECT_EQ(parse_rfc3339("2026-01-02T03:04:05Z"), expected);
  EXPECT_EQ(parse_rfc3339("2026-01-02T03:04:05.678901Z"), expected);
  EXPECT_EQ(parse_http_date("Fri, 02 Jan 2026 03:04:05 GMT"), expected);
}

TEST(Timestamps, AreNothingElse) {
  for (const char* text : {"", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05+01:00",
                           "2026-02-30T03:04:05Z", "2026-01-02T24:00:00Z", "2026-01-02T03:04:05.Z",
                           "2026-01-02T03:04:05.xZ", "26-01-02T03:04:05Z", "2026-1-02T03:04:05Z",
                           "2026-00-02T03:04:05Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
  for (const char* text :
       {"", "Fri, 02 Jan 2026", "Fri, 02 Jan 2026 03:04:05", "Fri, 02 Jan 2026 03:04:05 UTC",
        "Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026",
        "Fri, 02 Foo 2026 03:04:05 GMT", "Fri, 31 Feb 2026 03:04:05 GMT"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(ResourceVersion, IsATextOfDigits) {
  EXPECT_EQ(parse_resource_version("18446744073709551615")->value, UINT64_MAX);
  for (const char* text : {"", "0", "01", "-1", "1a", "18446744073709551616", " 1", "1 "}) {
    EXPECT_EQ(parse_resource_version(text), std::nullopt) << text;
  }
}

TEST(OutsideJson, HasADepth) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += "{\"a\":";
    return text + "1" + std::string(depth, '}');
  };
  EXPECT_TRUE(parse_outside_object(nested(60)));
  EXPECT_FALSE(parse_outside_object(nested(70)));
  EXPECT_FALSE(parse_outside_object(std::string(1000000, '[')));
  EXPECT_FALSE(parse_outside_object("[]"));
  EXPECT_FALSE(parse_outside_object("{} {}"));
}

TEST(PatroniAnswers, RolesOfAllVersions) {
  for (const char* role : {"leader", "primary", "master"}) {
    EXPECT_EQ(member_role(role), MemberRole::leader);
  }
  for (const char* role : {"sync_standby", "quorum_standby"}) {
    EXPECT_EQ(member_role(role), MemberRole::sync_standby);
  }
  for (const char* role : {"replica", "standby_leader", "demoted", "uninitialized", "?"}) {
    EXPECT_EQ(member_role(role), MemberRole::replica);
  }
}

TEST(PatroniAnswers, MembersComeByOrdinal) {
  const auto view = parse_cluster(app, R"({"members": [
      {"name": "pg-10", "role": "replica", "state": "in archive recovery"},
      {"name": "pg-2", "role": "leader", "state": "starting"}, {"name": "pg-11", "role": "replica"}]})");
  ASSERT_TRUE(view);
  ASSERT_EQ(view->size(), 3U);
  EXPECT_EQ((*view)[0], (charm::ClusterMember{{2}, MemberRole::leader, MemberState::starting}));
  EXPECT_EQ((*view)[1], (charm::ClusterMember{{10}, MemberRole::replica, MemberState::other}));
  EXPECT_EQ((*view)[2], (charm::ClusterMember{{11}, MemberRole::replica, MemberState::other}));
  EXPECT_EQ(parse_cluster(app, R"({"members": []})"), charm::ClusterView());
}

TEST(PatroniAnswers, MembersOfOthersSpoilTheAnswer) {
  for (const char* text :
       {R"({"members": [{"name": "other-0", "role": "leader", "state": "running"}]})",
        R"({"members": [{"name": "pg-128", "role": "leader", "state": "running"}]})",
        R"({"members": [{"name": "pg-1", "role": "leader"}, {"name": "pg-1", "role": "replica"}]})",
        R"({"members": [{"name": "pg-1", "role": 1}]})", R"({"members": [1]})",
        R"({"members": {}})", "{}", "", "null"}) {
    EXPECT_EQ(parse_cluster(app, text), std::nullopt) << text;
  }
}

// The property of all parsers: whatever they are given, they come to an end without an exception,
// and with nothing that could not be.
RC_GTEST_PROP(OutsideBytes, ACluster, ()) {
  const std::string text = *near({R"({"members": [{"name": "pg-0", "role": "leader",
      "state": "running"}, {"name": "pg-1", "role": "sync_standby", "state": "streaming"}]})"});
  const auto view = parse_cluster(app, text);
  if (view) {
    for (std::size_t i = 1; i < view->size(); ++i) {
      RC_ASSERT((*view)[i - 1].name < (*view)[i].name);
    }
  }
}

RC_GTEST_PROP(OutsideBytes, AStatus, ()) {
  const std::string text =
      *near({R"({"state": "running", "role": "replica", "pending_restart": true,
      "replication_state": "streaming", "cluster_unlocked": true})",
             R"({"state": "stopped", "role": "demoted"})"});
  const auto status = parse_member_status(text);
  if (status && status->state == MemberState::streaming) {
    RC_ASSERT(text.find("streaming") != std::string::npos);
  }
}

const std::vector<std::string>& objects() {
  static const std::vector<std::string> texts = {
      R"({"metadata": {"resourceVersion": "41", "uid": "u", "creationTimestamp":
      "2026-01-02T03:04:05Z", "labels": {"application": "patroni"}, "annotations": {"leader": "pg-1",
      "initialize": ""}, "ownerReferences": [{"kind": "StatefulSet", "name": "pg", "uid": "u",
      "controller": true}], "managedFields": [{"time": "2026-01-02T03:04:05Z"}]}})",
      R"({"metadata": {"resourceVersion": "1"}, "spec": {"nodeName": "n", "containers": [{"name":
      "postgresql", "resources": {"limits": {"cpu": "2", "memory": "1Gi"}}}]}, "status": {"phase":
      "Running"}})",
      R"({"status": {"allocatable": {"cpu": "4", "memory": "16Gi"}, "conditions": [{"type": "Ready",
      "status": "True"}]}})",
      R"({"metadata": {"resourceVersion": "1"}, "spec": {"updateStrategy": {"rollingUpdate":
      {"partition": 3}}}, "status": {"currentRevision": "a", "updateRevision": "b"}})"};
  return texts;
}

RC_GTEST_PROP(OutsideBytes, AnObject, ()) {
  const std::string text = *near(objects());
  const auto object = parse_object(text);
  if (object) {
    RC_ASSERT(object->version.value > 0U);
    const auto annotation = leader_annotation_of(*object, app);
    if (annotation) RC_ASSERT(annotation->version == object->version);
    (void)bootstrap_state_of(*object);
    (void)has_member_labels(*object, app);
  }
  (void)parse_pod(text, "postgresql");
  (void)parse_node(text);
  (void)parse_stateful_set(text);
  (void)parse_published_members(app, text, charm::MemberName{0}, {"pg-1"});
}

RC_GTEST_PROP(OutsideBytes, AQuantityOrATime, ()) {
  const std::string text = *near({"16Gi", "1500m", "1.5e3", "2026-01-02T03:04:05.1Z",
                                  "Fri, 02 Jan 2026 03:04:05 GMT", "18446744073709551615"});
  (void)parse_quantity(text);
  (void)parse_rfc3339(text);
  (void)parse_http_date(text);
  (void)parse_resource_version(text);
}

RC_GTEST_PROP(OutsideBytes, AKubeconfig, ()) {
  const std::string text =
      *near({"current-context: a\ncontexts: [{name: a, context: {cluster: b, user: c}}]\n"
             "clusters: [{name: b, cluster: {server: 'https://x'}}]\nusers: [{name: c, user: "
             "{token: t}}]\n"});
  const auto access = parse_kubeconfig(text, "/");
  if (access) RC_ASSERT(access->server.starts_with("https://"));
}

}  // namespace
