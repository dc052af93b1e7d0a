// How the Kubernetes port fails: each error that hooks tell apart, and what an operator reads of
// it.
#include "charm/live/kubernetes_adapter.h"
#include "tests/live/kubernetes_fixture.h"

namespace {

using charm::ApiError;
using charm::live::in_cluster_access;
using charm::live::parse_kubeconfig;
using charm::live::given::Authority;
using charm::live::given::bytes;
using charm::live::given::http10;
using charm::live::given::http11;
using charm::live::given::KubernetesTest;
using charm::live::given::Reply;
using charm::live::given::ScriptedServer;
using charm::live::given::Then;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class KubernetesRefusals : public KubernetesTest {
 protected:
  // What a write comes to, and the line that says why.
  std::pair<ApiError, std::string> patched(const Reply& reply) {
    server.answer("PATCH /api/v1/namespaces/model/pods/pg-1", reply);
    const auto done = adapter().label_pod_as_member({1});
    EXPECT_FALSE(done);
    EXPECT_EQ(log.lines.size(), 1U);
    EXPECT_EQ(server.asked().size(), 1U);  // one try
    return {done ? ApiError::unavailable : done.error(), log.lines.empty() ? "" : log.lines[0]};
  }
};

TEST_F(KubernetesRefusals, Forbidden) {
  EXPECT_EQ(patched(http11(403, "{}")),
            std::pair(ApiError::forbidden, std::string("cannot label pod pg-1: 403 forbidden")));
}

TEST_F(KubernetesRefusals, NotFound) {
  EXPECT_EQ(patched(http11(404, "{}")),
            std::pair(ApiError::not_found, std::string("cannot label pod pg-1: 404 not found")));
}

TEST_F(KubernetesRefusals, Conflict) {
  EXPECT_EQ(patched(http11(409, "{}")).first, ApiError::conflict);
}

TEST_F(KubernetesRefusals, ThrottledTellsForHowLong) {
  EXPECT_EQ(patched(http11(429, "{}", "Retry-After: 5\r\n")),
            std::pair(ApiError::throttled,
                      std::string("cannot label pod pg-1: 429, the server has too much to do for "
                                  "the next 5 s")));
}

TEST_F(KubernetesRefusals, AnExpiredTokenIsUnavailableAndSaysSo) {
  EXPECT_EQ(patched(http11(401, "{}")),
            std::pair(ApiError::unavailable,
                      std::string("cannot label pod pg-1: 401, the token is not accepted")));
}

TEST_F(KubernetesRefusals, TroubleOfTheServerIsUnavailable) {
  EXPECT_EQ(patched(http11(503, "{}")),
            std::pair(ApiError::unavailable, std::string("cannot label pod pg-1: 503")));
}

TEST_F(KubernetesRefusals, ALostAnswerIsUnavailableAndNotAskedForAgain) {
  EXPECT_EQ(patched(bytes("")).first, ApiError::unavailable);
}

TEST_F(KubernetesRefusals, ARedirectionIsNoSuccess) {
  EXPECT_EQ(patched(http11(302, "", "Location: /\r\n")).first, ApiError::unavailable);
}

TEST_F(KubernetesRefusals, AnAnswerThatIsNoSuchObjectIsNone) {
  server.answer(lock_path, http11(200, "<html>sign in</html>"));
  server.answer(lock_path, http11(200, "{}"));
  server.answer(lock_path, http11(200, R"({"metadata": {"resourceVersion": "next"}})"));
  auto kubernetes = adapter();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(kubernetes.leader_annotation().error(), ApiError::unavailable);
  }
  ASSERT_EQ(log.lines.size(), 3U);
  EXPECT_EQ(log.lines[0], "cannot read endpoints patroni-pg: the answer is no such object");
}

TEST_F(KubernetesRefusals, TheTokenIsReadAnewForEachRequest) {
  server.answer("DELETE /api/v1/namespaces/model/pods/pg-1", http11(401, "{}"));
  server.answer("DELETE /api/v1/namespaces/model/pods/pg-1", http11(200, "{}"));
  auto kubernetes = adapter();
  EXPECT_EQ(kubernetes.delete_pod({1}).error(), ApiError::unavailable);
  account.write("token", "token-2");
  EXPECT_TRUE(kubernetes.delete_pod({1}));
  EXPECT_EQ(server.last().header("Authorization"), "Bearer token-2");
}

TEST_F(KubernetesRefusals, WithoutATokenNothingIsAsked) {
  auto kubernetes = adapter();
  account.remove("token");
  EXPECT_EQ(kubernetes.delete_pod({1}).error(), ApiError::unavailable);
  account.write("token", "");
  EXPECT_EQ(kubernetes.delete_pod({1}).error(), ApiError::unavailable);
  account.write("token", "tok\ren");
  EXPECT_EQ(kubernetes.delete_pod({1}).error(), ApiError::unavailable);
  EXPECT_THAT(server.asked(), IsEmpty());
  EXPECT_THAT(log.lines,
              ElementsAre("cannot delete pod pg-1: cannot read " + account.folder() + "/token",
                          "cannot delete pod pg-1: " + account.folder() + "/token is empty",
                          "cannot delete pod pg-1: the token is no token"));
}

TEST_F(KubernetesRefusals, WithoutAccessEachCallSaysWhy) {
  const auto access = in_cluster_access("", "", account.folder());
  charm::live::KubernetesAdapter kubernetes(http, access, {"pg"}, log);
  EXPECT_EQ(kubernetes.is_pod_running({1}).error(), ApiError::unavailable);
  EXPECT_EQ(kubernetes.set_rolling_partition(1).error(), ApiError::unavailable);
  EXPECT_THAT(log.lines,
              ElementsAre("cannot read pod pg-1: " + access.error().text,
                          "cannot set the partition of StatefulSet pg: " + access.error().text));
}

TEST_F(KubernetesRefusals, AServerOfAnotherAuthorityNeverSeesTheToken) {
  account.write("ca.crt", Authority().pem());
  EXPECT_EQ(adapter().delete_pod({1}).error(), ApiError::unavailable);
  EXPECT_THAT(server.asked(), IsEmpty());
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("cannot delete pod pg-1: certificate: ")));
}

TEST_F(KubernetesRefusals, NoLineHasASecretOrWhatTheServerSaid) {
  const std::string page = R"({"message": "Bearer token-1 is written on the wall"})";
  server.answer(own_pod_path, http11(500, page));
  server.answer(own_pod_path, http11(200, page));
  server.answer(own_pod_path, bytes(page));
  auto kubernetes = adapter();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(kubernetes.node_resources({2}));
  ASSERT_EQ(log.lines.size(), 3U);
  for (const std::string& line : log.lines) {
    EXPECT_THAT(line, AllOf(Not(HasSubstr("token-1")), Not(HasSubstr("wall"))));
  }
}

TEST_F(KubernetesRefusals, APodOnANodeWithoutAProperNameIsNotLookedFor) {
  nlohmann::json strange = pod("pg-2");
  strange["spec"]["nodeName"] = "a/../../secrets";
  serve(own_pod_path, strange);
  EXPECT_EQ(adapter().node_resources({2}).error(), ApiError::unavailable);
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST_F(KubernetesRefusals, APodHasItsAddressesFromItsFiles) {
  const auto six = in_cluster_access("fd00::1", "443", account.folder());
  ASSERT_TRUE(six);
  EXPECT_EQ(six->server, "https://[fd00::1]:443");
  EXPECT_EQ(six->name_space, "model");
  EXPECT_FALSE(in_cluster_access("", "443", account.folder()));
  EXPECT_FALSE(in_cluster_access("10.0.0.1", "", account.folder()));
  EXPECT_FALSE(in_cluster_access("evil/x?", "443", account.folder()));
  account.write("namespace", "../kube-system");
  EXPECT_FALSE(in_cluster_access("10.0.0.1", "443", account.folder()));
}

constexpr const char* kubeconfig = R"(
apiVersion: v1
current-context: here
contexts:
- {name: there, context: {cluster: none, user: none}}
- {name: here, context: {cluster: rig, user: admin, namespace: model}}
clusters:
- {name: rig, cluster: {server: 'https://10.0.0.1:6443/', certificate-authority-data: Q0E=}}
users:
- name: admin
  user: {tokenFile: secrets/token, client-certificate: c.pem, client-key-data: S0VZ}
)";

std::string with(std::string_view what, std::string_view instead) {
  std::string text = kubeconfig;
  return text.replace(text.find(what), what.size(), instead);
}

TEST(Kubeconfig, ReadsTheCurrentContext) {
  const auto access = parse_kubeconfig(kubeconfig, "/etc/k");
  ASSERT_TRUE(access) << access.error().text;
  EXPECT_EQ(access->server, "https://10.0.0.1:6443");
  EXPECT_EQ(access->name_space, "model");
  EXPECT_EQ(access->authority.text, "CA");
  EXPECT_EQ(access->token.file, "/etc/k/secrets/token");
  EXPECT_EQ(access->certificate.file, "/etc/k/c.pem");
  EXPECT_EQ(access->key.text, "KEY");
}

TEST(Kubeconfig, RefusesWhatWouldNotBeChecked) {
  EXPECT_FALSE(parse_kubeconfig(with("https://10", "http://10"), ""));
  EXPECT_FALSE(parse_kubeconfig(
      with("certificate-authority-data: Q0E=", "insecure-skip-tls-verify: true"), ""));
  EXPECT_FALSE(parse_kubeconfig(with("tokenFile: secrets/token", "exec: {command: x}"), ""));
}

TEST(Kubeconfig, RefusesWhatIsNone) {
  for (const char* text : {"", "a", "[", "{a: [}", "current-context: [here]", "- 1", "a: *b",
                           "current-context: here\ncontexts: {here: 1}", "\xff\xfe"}) {
    const auto access = parse_kubeconfig(text, "");
    EXPECT_FALSE(access) << text;
  }
  EXPECT_FALSE(parse_kubeconfig(with("current-context: here", "current-context: gone"), ""));
  EXPECT_FALSE(parse_kubeconfig(with("Q0E=", "Q0"), ""));
  EXPECT_FALSE(charm::live::kubeconfig_access("/nowhere/config"));
}

// The whole way, with a certificate that the client shows and without a token.
TEST(Kubeconfig, ServesTheAdapter) {
  const Authority authority;
  ScriptedServer server(authority.issue("IP:127.0.0.1"), &authority);
  server.answer("DELETE /api/v1/namespaces/model/pods/pg-1", http11(200, "{}"));
  const auto client = authority.issue("DNS:client");
  charm::live::KubernetesAccess access{.server = "https://" + server.address(),
                                       .name_space = "model",
                                       .authority = {.text = authority.pem()},
                                       .certificate = {.text = client.certificate},
                                       .key = {.text = client.key}};
  charm::live::Http http;
  charm::live::given::RememberingLog log;
  charm::live::KubernetesAdapter adapter(http, access, {"pg"}, log);
  EXPECT_TRUE(adapter.delete_pod({1}));
  EXPECT_EQ(server.last().header("Authorization"), "");
  access.certificate = {};
  access.key = {};
  charm::live::KubernetesAdapter nobody(http, access, {"pg"}, log);
  EXPECT_EQ(nobody.delete_pod({1}).error(), ApiError::unavailable);
}

}  // namespace
