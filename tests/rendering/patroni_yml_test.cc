// patroni.yml as another YAML reader reads it (charm-hooks.md, section 8).
#include "charm/rendering/patroni_yml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <expected>

#include "charm/options/options.h"

namespace charm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

PatroniConfiguration configuration(const Options& options = default_options()) {
  PatroniConfiguration given;
  given.own_host = {1};
  for (const HostName listed : {HostName{0}, HostName{1}, HostName{1}})
    given.hosts.push_back(listed);
  given.bootstrap = {.synchronous = {.node_count = 2, .strict = true},
                     .maximum_lag_on_failover_bytes = 4096,
                     .max_connections = 100};
  given.options = &options;
  given.node = {.cores = 4, .memory_bytes = 4294967296};
  given.operator_password = Secret("of-operator");
  given.replication_password = Secret("of-replication");
  given.rewind_password = Secret("of-rewind");
  given.patroni_password = Secret("of-patroni");
  return given;
}

const Deployment deployment{.app = {"postgresql-k8s"}, .model = "m"};

YAML::Node rendered(const PatroniConfiguration& given, const Deployment& where = deployment) {
  return YAML::Load(render_patroni_yml(given, where));
}

std::vector<std::string> lines(const YAML::Node& list) {
  return list.as<std::vector<std::string>>();
}

Options with(std::string name, OptionValue value) {
  const std::array raw{RawOption{std::move(name), std::move(value)}};
  return *Options::read(raw);
}

TEST(PatroniYml, TheDynamicConfigurationIsWhatTheHooksAskFor) {
  const YAML::Node dynamic = rendered(configuration())["bootstrap"]["dcs"];
  EXPECT_TRUE(dynamic["synchronous_mode"].as<bool>());
  EXPECT_TRUE(dynamic["synchronous_mode_strict"].as<bool>());
  EXPECT_EQ(dynamic["synchronous_node_count"].as<int>(), 2);
  EXPECT_EQ(dynamic["maximum_lag_on_failover"].as<int>(), 4096);
  EXPECT_TRUE(dynamic["failsafe_mode"].as<bool>());
  EXPECT_FALSE(dynamic["ttl"]) << "Patroni's own timing";
  const YAML::Node postgresql = dynamic["postgresql"];
  EXPECT_TRUE(postgresql["use_pg_rewind"].as<bool>());
  EXPECT_FALSE(postgresql["remove_data_directory_on_rewind_failure"].as<bool>());
  EXPECT_EQ(postgresql["parameters"]["max_connections"].as<std::string>(), "100");
  EXPECT_EQ(postgresql["parameters"]["wal_level"].as<std::string>(), "logical");
  EXPECT_FALSE(postgresql["parameters"]["shared_buffers"]) << "the local value rules";
}

TEST(PatroniYml, TheMemberIsReachedByItsHostName) {
  const YAML::Node file = rendered(configuration());
  const std::string host = "postgresql-k8s-1.postgresql-k8s-endpoints";
  EXPECT_EQ(file["restapi"]["connect_address"].as<std::string>(), host + ":8008");
  EXPECT_EQ(file["postgresql"]["connect_address"].as<std::string>(), host + ":5432");
  EXPECT_EQ(file["postgresql"]["data_dir"].as<std::string>(), "/var/lib/postgresql/data/pgdata");
  EXPECT_EQ(file["postgresql"]["bin_dir"].as<std::string>(), "/usr/lib/postgresql/14/bin");
}

TEST(PatroniYml, WhoeverIsListedMayReplicateAndNobodyElse) {
  const auto admitted = lines(rendered(configuration())["postgresql"]["pg_hba"]);
  EXPECT_THAT(
      admitted,
      ElementsAre("local all backup peer map=operator", "local all monitoring password",
                  "host all all 0.0.0.0/0 md5", "host replication replication 127.0.0.1/32 md5",
                  "host replication replication 127.0.0.6/32 md5",
                  "host replication replication "
                  "postgresql-k8s-0.postgresql-k8s-endpoints.m.svc.cluster.local md5",
                  "host replication replication "
                  "postgresql-k8s-1.postgresql-k8s-endpoints.m.svc.cluster.local md5"));
}

// Patroni writes pg_hba.conf when it finds another list, and PostgreSQL reads no comment.
TEST(PatroniYml, ListedAnewTheListIsAnotherOneAndSaysTheSame) {
  PatroniConfiguration anew = configuration();
  anew.list_anew = true;
  const std::string first = render_patroni_yml(configuration(), deployment);
  const std::string second = render_patroni_yml(anew, deployment, first);
  const std::string third = render_patroni_yml(anew, deployment, second);
  const auto listed = [](const std::string& file) {
    return lines(YAML::Load(file)["postgresql"]["pg_hba"]);
  };
  auto with_one_more = listed(first);
  with_one_more.emplace_back("# Listed anew.");
  EXPECT_EQ(listed(second), with_one_more);
  EXPECT_EQ(third, first);
  EXPECT_EQ(render_patroni_yml(configuration(), deployment, second), second) << "it stays so";
  PatroniConfiguration kept = configuration();
  kept.options = nullptr;
  EXPECT_EQ(listed(*render_over(second, kept, deployment)), with_one_more);
  kept.list_anew = true;
  EXPECT_EQ(listed(*render_over(second, kept, deployment)), listed(first));
}

TEST(PatroniYml, WithTlsNobodyComesInWithout) {
  PatroniConfiguration secured = configuration();
  secured.tls = true;
  const YAML::Node file = rendered(secured);
  for (const std::string& line : lines(file["postgresql"]["pg_hba"])) {
    EXPECT_TRUE(line.starts_with("local ") || line.starts_with("hostssl ")) << line;
  }
  EXPECT_EQ(file["postgresql"]["parameters"]["ssl"].as<std::string>(), "on");
  EXPECT_EQ(file["restapi"]["certfile"].as<std::string>(), "/var/lib/postgresql/data/cert.pem");
  EXPECT_EQ(file["ctl"]["cacert"].as<std::string>(), "/var/lib/postgresql/data/ca.pem");
  EXPECT_FALSE(rendered(configuration())["ctl"]);
}

TEST(PatroniYml, EachRoleHasItsPassword) {
  const YAML::Node roles = rendered(configuration())["postgresql"]["authentication"];
  EXPECT_EQ(roles["replication"]["password"].as<std::string>(), "of-replication");
  EXPECT_EQ(roles["rewind"]["password"].as<std::string>(), "of-rewind");
  EXPECT_EQ(roles["superuser"]["username"].as<std::string>(), "operator");
  EXPECT_EQ(roles["superuser"]["password"].as<std::string>(), "of-operator");
  const YAML::Node rest = rendered(configuration())["restapi"]["authentication"];
  EXPECT_EQ(rest["password"].as<std::string>(), "of-patroni");
}

TEST(PatroniYml, WithoutAPasswordRestAsksForNone) {
  PatroniConfiguration given = configuration();
  given.patroni_password = {};
  EXPECT_FALSE(rendered(given)["restapi"]["authentication"]);
}

// An operator's text ends nowhere but where it ends.
TEST(PatroniYml, AnOptionIsOneValueWhateverItSays) {
  for (const std::string text : {"'", "\"", "x: y", "- x", "# no", "{a}", "[a]", "on", "1e3", "%",
                                 "a\\nb", "~", "", " x ", "\xc3\xa9"}) {
    const Options options = with("request_time_zone", text);
    const YAML::Node parameters = rendered(configuration(options))["postgresql"]["parameters"];
    EXPECT_EQ(parameters["TimeZone"].as<std::string>(), text);
    EXPECT_EQ(parameters["work_mem"].as<std::string>(), "4096");
  }
}

// For a YAML 1.1 reader, as Patroni's is, `on` without quotes is a boolean.
TEST(PatroniYml, EveryParameterIsQuoted) {
  const std::string text = render_patroni_yml(configuration(), deployment);
  EXPECT_THAT(text, HasSubstr("synchronous_commit: \"on\""));
  EXPECT_THAT(text, HasSubstr("autovacuum: \"on\""));
  EXPECT_THAT(text, Not(HasSubstr(": on\n")));
}

// --- without options, over a file that stands ---

std::expected<std::string, NothingToKeep> over(std::string_view standing,
                                               PatroniConfiguration given) {
  given.options = nullptr;
  return render_over(standing, given, deployment);
}

TEST(PatroniYmlOver, AFileOfTheSameUnitsIsTheSameFile) {
  for (const bool tls : {false, true}) {
    const Options options = with("request_time_zone", std::string("it's: \"quoted\" # \\ x"));
    PatroniConfiguration given = configuration(options);
    given.tls = tls;
    const std::string standing = render_patroni_yml(given, deployment);
    EXPECT_EQ(over(standing, given), standing);
    EXPECT_EQ(over(*over(standing, given), given), standing) << "and once more";
  }
}

TEST(PatroniYmlOver, WhatComesFromOptionsStaysAndTheRestIsNew) {
  const Options options = with("memory_work_mem", std::int64_t{4097});
  const std::string standing = render_patroni_yml(configuration(options), deployment);
  PatroniConfiguration given = configuration();
  given.bootstrap.synchronous = {.node_count = 7, .strict = false};
  given.node = {};
  given.tls = true;
  given.leaving = true;
  given.hosts.clear();
  given.hosts.push_back({5});
  given.rewind_password = Secret("another");
  const YAML::Node file = YAML::Load(*over(standing, given));
  const YAML::Node before = YAML::Load(standing);
  EXPECT_EQ(file["postgresql"]["parameters"]["work_mem"].as<std::string>(), "4097");
  EXPECT_EQ(YAML::Dump(file["bootstrap"]), YAML::Dump(before["bootstrap"]));
  EXPECT_EQ(file["postgresql"]["parameters"]["ssl"].as<std::string>(), "on");
  EXPECT_TRUE(file["tags"]["nofailover"].as<bool>());
  EXPECT_THAT(lines(file["postgresql"]["pg_hba"]).back(), HasSubstr("postgresql-k8s-5."));
  EXPECT_EQ(file["postgresql"]["authentication"]["rewind"]["password"].as<std::string>(),
            "another");
}

TEST(PatroniYmlOver, TlsThatIsOffLeavesNoParameter) {
  PatroniConfiguration given = configuration();
  const std::string open = render_patroni_yml(given, deployment);
  given.tls = true;
  const std::string secured = render_patroni_yml(given, deployment);
  EXPECT_EQ(over(secured, configuration()), open);
  EXPECT_EQ(over(open, given), secured);
}

// As another revision of the charm writes it.
TEST(PatroniYmlOver, TextsWithoutQuotesAreTextsAndOtherTypesStay) {
  const std::string standing =
      "bootstrap: {dcs: {failsafe_mode: true, list: [1, a], none: ,\n"
      "  postgresql: {parameters: {wal_level: logical, max_connections: 100}}}}\n"
      "postgresql: {parameters: {archive_mode: on, cost: 0.5, work_mem: '4096'}}\n";
  const std::string file = *over(standing, configuration());
  for (const char* line : {"failsafe_mode: true\n", "wal_level: \"logical\"\n",
                           "max_connections: 100\n", "archive_mode: \"on\"\n", "cost: \"0.5\"\n",
                           "work_mem: \"4096\"\n", "none: ~\n", "- 1\n", "- \"a\"\n"}) {
    EXPECT_THAT(file, HasSubstr(line));
  }
}

TEST(PatroniYmlOver, AFileOfWhichNothingCanBeKeptIsRefused) {
  for (const char* standing :
       {"", "x", "- a", "{", "a: [b", "bootstrap: {dcs: {}}",
        "bootstrap: {dcs: {a: 1}}\npostgresql:",
        "bootstrap: {dcs: 1}\npostgresql: {parameters: {a: b}}",
        "bootstrap: x\npostgresql: {parameters: {a: b}}", "postgresql: {parameters: {a: b}}",
        "bootstrap: {dcs: {a: 1}}\npostgresql: {parameters: x}", "\tbootstrap: &a *a"}) {
    EXPECT_FALSE(over(standing, configuration())) << standing;
  }
}

// A few lines, of which aliases make what could never be written out.
TEST(PatroniYmlOver, AFileWithoutAnEndIsRefused) {
  EXPECT_FALSE(
      over("bootstrap: {dcs: &a {b: *a}}\npostgresql: {parameters: {c: d}}", configuration()));
  EXPECT_FALSE(
      over("bootstrap: {dcs: {b: c}}\npostgresql: {parameters: &a {d: [*a]}}", configuration()));
  std::string doubled = "bootstrap:\n  dcs:\n    a0: &a0 [x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    doubled += "    a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 7; ++j) doubled += ", " + before;
    doubled += "]\n";
  }
  EXPECT_FALSE(over(doubled + "postgresql: {parameters: {b: c}}", configuration()));
  EXPECT_TRUE(over("bootstrap: {dcs: {a: &a [x], b: *a}}\npostgresql: {parameters: {c: d}}",
                   configuration()));
}

TEST(PatroniYml, AMemberThatLeavesIsTagged) {
  EXPECT_FALSE(rendered(configuration())["tags"]);
  PatroniConfiguration given = configuration();
  given.leaving = true;
  EXPECT_TRUE(rendered(given)["tags"]["nofailover"].as<bool>());
  EXPECT_TRUE(rendered(given)["tags"]["nosync"].as<bool>());
}

}  // namespace
}  // namespace charm
