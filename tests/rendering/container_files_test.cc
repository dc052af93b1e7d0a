// What the charm asks of files that stand in the container.
#include "charm/rendering/container_files.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "charm/options/options.h"
#include "charm/rendering/patroni_yml.h"
#include "charm/rendering/pebble_layer.h"
#include "charm/rendering/standing_file.h"
#include "tests/wire/any_text.h"

namespace charm {
namespace {

using testing::Eq;
using testing::Optional;

const Deployment deployment{.app = {"pg"}, .model = "testing"};

std::string patroni_yml(bool tls, std::uint64_t memory = 4) {
  return render_patroni_yml({.tls = tls,
                             .options = &default_options(),
                             .node = {.cores = 2, .memory_bytes = memory << 30U}},
                            deployment);
}

std::string layer(bool tls = false) {
  return render_pebble_layer(
      {.deployment = deployment, .unit = {1}, .tls = tls, .monitoring_password = Secret("m")});
}

// As GET /v1/plan of Pebble v1.26 gives it for layer().
constexpr const char* plan = R"(services:
    metrics_server:
        summary: The exporter of PostgreSQL's metrics
        startup: enabled
        override: replace
        command: /start-exporter.sh
        after:
            - postgresql
        environment:
            DATA_SOURCE_NAME: user=monitoring password=m host=/var/run/postgresql port=5432 database=postgres
        user: postgres
        group: postgres
    pgbackrest server:
        summary: The server of pgBackRest
        startup: disabled
        override: replace
        command: pgbackrest server
        user: postgres
        group: postgres
    postgresql:
        summary: Patroni, which runs PostgreSQL
        startup: enabled
        override: replace
        command: patroni /var/lib/postgresql/data/patroni.yml
        environment:
            PATRONI_KUBERNETES_LABELS: '{application: patroni, cluster-name: patroni-pg}'
            PATRONI_KUBERNETES_LEADER_LABEL_VALUE: primary
            PATRONI_KUBERNETES_NAMESPACE: testing
            PATRONI_KUBERNETES_USE_ENDPOINTS: "true"
            PATRONI_NAME: pg-1
            PATRONI_REPLICATION_USERNAME: replication
            PATRONI_SCOPE: patroni-pg
            PATRONI_SUPERUSER_USERNAME: operator
        user: postgres
        group: postgres
        on-failure: restart
        kill-delay: 25s
    rotate-logs:
        summary: Rotates logs
        startup: disabled
        override: replace
        command: python3 /home/postgres/rotate_logs.py
checks:
    postgresql:
        override: replace
        level: ready
        threshold: 3
        http:
            url: http://pg-1.pg-endpoints:8008/health
)";

std::string changed(std::string_view what, std::string_view into) {
  std::string text(plan);
  return text.replace(text.find(what), what.size(), into);
}

TEST(PebblePlan, HasTheLayerThatItWasMadeOf) {
  EXPECT_THAT(is_in_plan(layer(), plan), Optional(true));
}

TEST(PebblePlan, LacksALayerThatAsksForSomethingElse) {
  EXPECT_THAT(is_in_plan(layer(true), plan), Optional(false));
}

TEST(PebblePlan, MayHaveMore) {
  EXPECT_THAT(is_in_plan(layer(), std::string(plan) + "log-targets: {}\n"), Optional(true));
  EXPECT_THAT(
      is_in_plan(layer(), changed("services:\n", "services:\n    promtail:\n        command: x\n")),
      Optional(true));
  EXPECT_THAT(is_in_plan(layer(), changed("level: ready", "level: ready\n        period: 10s")),
              Optional(true));
}

TEST(PebblePlan, WithoutOnlyOneThingLacksTheLayer) {
  EXPECT_THAT(is_in_plan(layer(), "{}"), Optional(false));
  EXPECT_THAT(is_in_plan(layer(), changed("on-failure: restart", "on-failure: ignore")),
              Optional(false));
  EXPECT_THAT(is_in_plan(layer(), changed("on-failure: restart", "on-success: ignore")),
              Optional(false));
  EXPECT_THAT(is_in_plan(layer(), changed("threshold: 3", "threshold: 4")), Optional(false));
  EXPECT_THAT(is_in_plan(layer(), changed("PATRONI_NAME: pg-1", "X: y")), Optional(false));
}

TEST(PebblePlan, HasTheLayerWhateverTheExporterIs) {
  EXPECT_THAT(is_in_plan(layer(), changed("- postgresql", "- postgresql\n            - x")),
              Optional(true));
  EXPECT_THAT(is_in_plan(layer(), changed("password=", "password=x")), Optional(true));
}

TEST(PebblePlan, HasTheExporterThatLogsInByTheSamePassword) {
  EXPECT_THAT(is_exporter_in_plan(layer(), plan), Optional(true));
  EXPECT_THAT(is_exporter_in_plan(layer(), changed("password=", "password=x")), Optional(false));
  EXPECT_THAT(is_exporter_in_plan(layer(), changed("DATA_SOURCE_NAME", "OTHER")), Optional(false));
  EXPECT_THAT(is_exporter_in_plan(layer(), changed("metrics_server:", "x:")), Optional(false));
  EXPECT_THAT(is_exporter_in_plan(layer(), "{}"), Optional(false));
  EXPECT_EQ(is_exporter_in_plan(layer(), "- a"), std::nullopt);
}

TEST(PebblePlan, NeedHaveNoExporterThatIsNotStarted) {
  const std::string without = render_pebble_layer({.deployment = deployment, .unit = {1}});
  EXPECT_THAT(is_exporter_in_plan(without, "{}"), Optional(true));
  EXPECT_THAT(is_exporter_in_plan(without, without), Optional(true));
  EXPECT_THAT(is_exporter_in_plan(without, plan), Optional(false));
}

TEST(PebblePlan, IsAMap) {
  EXPECT_EQ(is_in_plan(layer(), "- a"), std::nullopt);
  EXPECT_EQ(is_in_plan(layer(), "a: [b"), std::nullopt);
}

TEST(PatroniYml, ServesTlsWhereItNamesACertificate) {
  EXPECT_TRUE(serves_tls(patroni_yml(true)));
  EXPECT_FALSE(serves_tls(patroni_yml(false)));
  for (const char* text : {"", "restapi: x", "restapi: [certfile]", "a: [b", "- restapi"}) {
    EXPECT_FALSE(serves_tls(text)) << text;
  }
}

TEST(PatroniYml, HasOtherParametersOnAnotherNode) {
  EXPECT_FALSE(have_other_parameters(patroni_yml(false), patroni_yml(false)));
  EXPECT_FALSE(have_other_parameters(patroni_yml(false), patroni_yml(true)));
  EXPECT_TRUE(have_other_parameters(patroni_yml(false), patroni_yml(false, 8)));
  EXPECT_TRUE(have_other_parameters("", patroni_yml(false)));
}

TEST(PatroniYml, HasOtherParametersWhereThoseOfTheBootstrapSectionAreOthers) {
  std::string before = patroni_yml(false);
  constexpr std::string_view parameters = "parameters:\n";  // the bootstrap section comes first
  before.insert(before.find(parameters) + parameters.size(), "        another: \"1\"\n");
  EXPECT_TRUE(have_other_parameters(before, patroni_yml(false)));
}

// As Patroni 3.1.2 writes it: its own two lines first.
std::string pg_hba_of(const std::string& patroni_yml) {
  std::string text = "# Do not edit this file manually!\n# It will be overwritten by Patroni!\n";
  for (const std::string& line : rendering::standing_pg_hba(patroni_yml)) text += line + '\n';
  return text;
}

TEST(PgHbaConf, IsWrittenAsAskedWithTheSameLines) {
  const std::string asked = patroni_yml(false);
  const std::string written = pg_hba_of(asked);
  EXPECT_TRUE(is_written_as_asked(asked, written));
  EXPECT_TRUE(is_written_as_asked(asked, written.substr(0, written.size() - 1)));
  EXPECT_FALSE(is_written_as_asked(patroni_yml(true), written)) << "over TLS alone";
  EXPECT_FALSE(is_written_as_asked(asked, written + "host replication replication 1.2.3.4/32 md5"));
  EXPECT_FALSE(is_written_as_asked(asked, ""));
}

TEST(PgHbaConf, IsWrittenAsAskedWhateverIsSaidBesides) {
  const std::string asked = patroni_yml(false);
  const std::string anew = render_patroni_yml({.list_anew = true,
                                               .options = &default_options(),
                                               .node = {.cores = 2, .memory_bytes = 4ULL << 30U}},
                                              deployment, asked);
  EXPECT_NE(pg_hba_of(anew), pg_hba_of(asked));
  EXPECT_TRUE(is_written_as_asked(anew, pg_hba_of(asked)));
  EXPECT_TRUE(is_written_as_asked(asked, pg_hba_of(anew)));
}

TEST(PgHbaConf, IsNotAskedForByAFileWithoutAList) {
  for (const char* text : {"", "x", "postgresql: x", "postgresql: {pg_hba: x}",
                           "postgresql: {pg_hba: [[a]]}", "a: [b"}) {
    EXPECT_TRUE(is_written_as_asked(text, "local all all trust")) << text;
  }
}

TEST(SnapYaml, NamesTheVersion) {
  EXPECT_THAT(postgresql_version_of("name: x\nversion: '14.13'\n"), Optional(Eq("14.13")));
  EXPECT_THAT(postgresql_version_of("version: 16\n"), Optional(Eq("16")));
  EXPECT_THAT(postgresql_version_of("version: 16.0~beta1\n"), Optional(Eq("16.0~beta1")));
  for (const char* text : {"", "version: x", "version: ''", "version: [14]", "version: 14. 1",
                           "version: 1/../x", "- version"}) {
    EXPECT_EQ(postgresql_version_of(text), std::nullopt) << text;
  }
}

// Whoever has written it: an answer, or none.
RC_GTEST_PROP(ContainerFiles, OfAnyBytesGiveAnAnswer, ()) {
  static const std::vector<std::string> valid{plan, patroni_yml(true), "version: '14.13'",
                                              "a: &x [*x]", "services: {postgresql: &x {a: *x}}"};
  const std::string text = *wire::given::near(valid);
  (void)serves_tls(text);
  (void)is_in_plan(layer(), text);
  (void)is_exporter_in_plan(layer(), text);
  (void)have_other_parameters(text, patroni_yml(true));
  (void)have_other_parameters(patroni_yml(true), text);
  (void)is_written_as_asked(text, plan);
  (void)is_written_as_asked(patroni_yml(true), text);
  (void)rendering::is_pg_hba_marked(text);
  const std::string version = postgresql_version_of(text).value_or("0");
  RC_ASSERT(version.find_first_of("0123456789") == 0U);
}

}  // namespace
}  // namespace charm
