// What members have published: which requests ask for it, and what is made of the answers.
#include "charm/live/patroni_records.h"

#include "tests/live/kubernetes_fixture.h"

namespace {

using charm::ApiError;
using charm::ClusterMember;
using charm::ClusterView;
using charm::MemberName;
using charm::MemberRole;
using charm::MemberState;
using charm::live::given::http11;
using charm::live::given::KubernetesTest;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* sync_path = "GET /api/v1/namespaces/model/endpoints/patroni-pg-sync";
constexpr const char* pods_path = "GET /api/v1/namespaces/model/pods";

struct PublishedMembers : KubernetesTest {
  // A pod, and what its member has published.
  static json member(const char* name, const json& record) {
    json made = pod(name);
    made["metadata"]["annotations"] = {{"status", record.dump()}};
    return made;
  }
  static json list_of(std::initializer_list<json> pods) {
    return {{"kind", "PodList"}, {"items", json(pods)}};
  }
  void serve_lock(const char* leader) {
    json lock = object("patroni-pg");
    lock["metadata"]["annotations"] = {{"leader", leader}, {"ttl", "30"}};
    serve(lock_path, lock);
  }
  void serve_sync(const char* standbys) {
    json sync = object("patroni-pg-sync");
    sync["metadata"]["annotations"] = {{"leader", "pg-2"}, {"sync_standby", standbys}};
    serve(sync_path, sync);
  }
  std::expected<ClusterView, ApiError> published() { return adapter().published_members(); }
};

TEST_F(PublishedMembers, AreThePodsByOrdinalWithTheRolesThatTheObjectsGiveThem) {
  serve_lock("pg-2");
  serve_sync("PG-0,pg-10");
  serve(
      pods_path,
      list_of(
          {member("pg-10",
                  {{"state", "running"}, {"role", "replica"}, {"replication_state", "streaming"}}),
           member("pg-2",
                  {{"state", "running"}, {"role", "primary"}, {"replication_state", "streaming"}}),
           member("pg-0", {{"state", "starting"}}),
           member("pg-3", {{"state", "running"}, {"replication_state", "in archive recovery"}})}));
  const auto view = published();
  ASSERT_TRUE(view);
  EXPECT_THAT(*view,
              ElementsAre(ClusterMember{{0}, MemberRole::sync_standby, MemberState::starting},
                          ClusterMember{{2}, MemberRole::leader, MemberState::running},
                          ClusterMember{{3}, MemberRole::replica, MemberState::other},
                          ClusterMember{{10}, MemberRole::sync_standby, MemberState::streaming}));
  EXPECT_EQ(
      server.last().line,
      std::string(pods_path) + "?labelSelector=application%3Dpatroni%2Ccluster-name%3Dpatroni-pg");
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(PublishedMembers, WithoutObjectsNobodyIsNamed) {
  serve(pods_path, list_of({member("pg-0", {{"state", "running"}})}));
  const auto view = published();
  ASSERT_TRUE(view);
  EXPECT_THAT(*view, ElementsAre(ClusterMember{{0}, MemberRole::replica, MemberState::running}));
}

TEST_F(PublishedMembers, NobodyIsSynchronousWhereTheObjectNamesNoLeader) {
  serve_lock("pg-0");
  json sync = object("patroni-pg-sync");
  sync["metadata"]["annotations"] = {{"sync_standby", "pg-1"}};
  serve(sync_path, sync);
  serve(pods_path, list_of({member("pg-1", {{"state", "running"}})}));
  EXPECT_EQ(published()->begin()->role, MemberRole::replica);
}

// Patroni lists such a member, too, with no state.
TEST_F(PublishedMembers, APodWithoutARecordThatCanBeReadHasNoState) {
  json broken = pod("pg-1");
  broken["metadata"]["annotations"] = {{"status", "{\"state\":"}};
  serve(pods_path, list_of({pod("pg-0"), broken}));
  const auto view = published();
  ASSERT_TRUE(view);
  EXPECT_THAT(*view, ElementsAre(ClusterMember{{0}, MemberRole::replica, MemberState::other},
                                 ClusterMember{{1}, MemberRole::replica, MemberState::other}));
}

TEST_F(PublishedMembers, OfAnotherApplicationOrTwiceAreNoAnswer) {
  for (const json& pods : {list_of({pod("other-0")}), list_of({pod("pg-0"), pod("pg-0")}),
                           json{{"items", 3}}, json{{"kind", "Pod"}}}) {
    log.lines.clear();
    serve(pods_path, pods);
    const auto view = published();
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error(), ApiError::unavailable);
    EXPECT_THAT(log.lines, ElementsAre("cannot list pods: the answer is no list of members"));
  }
}

TEST_F(PublishedMembers, WhoMayNotListThemIsToldSo) {
  server.answer(pods_path, http11(403, "{}"));
  const auto view = published();
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error(), ApiError::forbidden);
  EXPECT_THAT(log.lines, ElementsAre("cannot list pods: 403 forbidden"));
}

TEST_F(PublishedMembers, WhereTheLockCannotBeReadNobodyIsAskedFor) {
  server.answer(lock_path, http11(500, "{}"));
  const auto view = published();
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error(), ApiError::unavailable);
  EXPECT_EQ(server.asked().size(), 1U);
}

}  // namespace
