// Each rendered file is the golden one, byte for byte; and each key of them is one that Patroni, or
// Pebble, reads: Patroni's own validator ignores a key that it does not know.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "charm/options/options.h"
#include "charm/options/parameters.h"
#include "tests/rendering/files.h"
#include "tests/support/places.h"

namespace charm {
namespace {

const std::filesystem::path folder = tests::in_repository("tests/rendering/golden");

std::string golden(const std::string& name, const std::string& now) {
  if (std::getenv("CHARMSIM_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << now;
  }
  std::ifstream in(folder / name, std::ios::binary);
  EXPECT_TRUE(in) << name << " is missing; ./test --rewrite writes it";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(GoldenRendering, EachFileIsTheGoldenOne) {
  for (const auto& [name, now] : given::rendered_files()) {
    EXPECT_EQ(golden(name, now), now) << name << ": if this is as it shall be: ./test --rewrite";
  }
}

TEST(GoldenRendering, ThereIsNoOtherGoldenFile) {
  const auto files = given::rendered_files();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    EXPECT_TRUE(files.contains(entry.path().filename())) << entry.path();
  }
}

// `postgresql.parameters.work_mem`; the items of a list have the list's own path.
void add_paths(const YAML::Node& node, const std::string& path, std::set<std::string>& paths) {
  if (node.IsMap()) {
    for (const auto& pair : node) {
      const auto key = pair.first.as<std::string>();
      add_paths(pair.second, path.empty() ? key : path + '.' + key, paths);
    }
  } else if (node.IsSequence()) {
    paths.insert(path);
    for (const auto& item : node) {
      if (item.IsMap()) add_paths(item, path, paths);
    }
  } else {
    paths.insert(path);
  }
}

// charm-hooks.md, sections 8.1 and 8.2; config-and-wire.md, sections 1.3 (8 and 9) and 5.
const std::set<std::string> patroni_keys{
    // 8.1
    "bootstrap.dcs.failsafe_mode",
    "bootstrap.dcs.max_timelines_history",
    "bootstrap.dcs.maximum_lag_on_failover",
    "bootstrap.dcs.postgresql.remove_data_directory_on_diverged_timelines",
    "bootstrap.dcs.postgresql.remove_data_directory_on_rewind_failure",
    "bootstrap.dcs.postgresql.use_pg_rewind",
    "bootstrap.dcs.synchronous_mode",
    "bootstrap.dcs.synchronous_mode_strict",
    "bootstrap.dcs.synchronous_node_count",
    "bootstrap.initdb",
    "bootstrap.initdb.auth-host",
    "bootstrap.initdb.auth-local",
    "bootstrap.initdb.encoding",
    "bootstrap.pg_hba",
    // 8.2
    "ctl.cacert",
    "ctl.certfile",
    "ctl.keyfile",
    "log.dir",
    "log.file_num",
    "log.file_size",
    "postgresql.authentication.replication.password",
    "postgresql.authentication.replication.username",
    "postgresql.authentication.rewind.password",
    "postgresql.authentication.rewind.username",
    "postgresql.authentication.superuser.password",
    "postgresql.authentication.superuser.username",
    "postgresql.bin_dir",
    "postgresql.connect_address",
    "postgresql.data_dir",
    "postgresql.listen",
    "postgresql.pg_hba",
    "postgresql.pg_ident",
    "postgresql.pgpass",
    "restapi.authentication.password",
    "restapi.authentication.username",
    "restapi.cafile",
    "restapi.certfile",
    "restapi.connect_address",
    "restapi.keyfile",
    "restapi.listen",
    // Of a member that leaves.
    "tags.nofailover",
    "tags.nosync",
};

// Driven by no option: config-and-wire.md, section 1.3, 9.
const std::set<std::string> fixed_dynamic_parameters{"archive_command",
                                                     "archive_mode",
                                                     "autovacuum",
                                                     "debug_print_parse",
                                                     "debug_print_plan",
                                                     "debug_print_rewritten",
                                                     "fsync",
                                                     "full_page_writes",
                                                     "lc_messages",
                                                     "log_autovacuum_min_duration",
                                                     "log_checkpoints",
                                                     "log_destination",
                                                     "log_directory",
                                                     "log_error_verbosity",
                                                     "log_file_mode",
                                                     "log_filename",
                                                     "log_hostname",
                                                     "log_line_prefix",
                                                     "log_min_duration_sample",
                                                     "log_min_error_statement",
                                                     "log_recovery_conflict_waits",
                                                     "log_replication_commands",
                                                     "log_rotation_age",
                                                     "log_rotation_size",
                                                     "log_statement",
                                                     "log_statement_sample_rate",
                                                     "log_statement_stats",
                                                     "log_temp_files",
                                                     "log_timezone",
                                                     "log_truncate_on_rotation",
                                                     "logging_collector",
                                                     "shared_preload_libraries",
                                                     "synchronous_standby_names",
                                                     "wal_level"};
const std::set<std::string> fixed_local_parameters{"archive_command",
                                                   "pg_stat_statements.max",
                                                   "shared_preload_libraries",
                                                   "ssl",
                                                   "ssl_ca_file",
                                                   "ssl_cert_file",
                                                   "ssl_key_file"};

TEST(GoldenRendering, EachKeyIsOneOfTheReferenceAndEachOfThoseIsThere) {
  std::set<std::string> expected = patroni_keys;
  const std::string dynamic = "bootstrap.dcs.postgresql.parameters.";
  const std::string local = "postgresql.parameters.";
  for (const std::string& name : fixed_dynamic_parameters) expected.insert(dynamic + name);
  for (const std::string& name : fixed_local_parameters) expected.insert(local + name);
  constexpr NodeResources node{.cores = 4, .memory_bytes = 4294967296};
  for (const auto& one : dynamic_parameters(default_options(), node)) {
    expected.insert(dynamic + one.name);
  }
  for (const auto& one : postgresql_parameters(default_options(), node)) {
    expected.insert(local + one.name);
  }
  std::set<std::string> found;
  for (const auto& [name, text] : given::rendered_files()) {
    if (name.starts_with("patroni-")) add_paths(YAML::Load(text), "", found);
  }
  EXPECT_EQ(found, expected);
}

// What a PATCH says to a cluster is what patroni.yml says to one that is being made; but for
// strict, which is off until the users are there, and for what patroni.yml leaves out.
TEST(GoldenRendering, APatchAsksForWhatTheBootstrapSectionDoes) {
  const auto files = given::rendered_files();
  for (const auto& [patch, file] : {std::pair{"patch-three-units.json", "patroni-three-units.yml"},
                                    std::pair{"patch-options.json", "patroni-options.yml"}}) {
    const YAML::Node asked = YAML::Load(files.at(patch));
    const YAML::Node made = YAML::Load(files.at(file))["bootstrap"]["dcs"];
    const std::string name = patch;
    const auto expect_same = [&name](const YAML::Node& a, const YAML::Node& b) {
      for (const auto& entry : a) {
        const auto key = entry.first.as<std::string>();
        if (!entry.second.IsScalar() || key == "synchronous_mode_strict") continue;
        ASSERT_TRUE(b[key]) << name << ": " << key;
        EXPECT_EQ(entry.second.Scalar(), b[key].Scalar()) << name << ": " << key;
      }
    };
    expect_same(asked, made);
    expect_same(asked["postgresql"], made["postgresql"]);
    expect_same(asked["postgresql"]["parameters"], made["postgresql"]["parameters"]);
  }
}

// charm-hooks.md, section 1.7; a layer's own words: juju-and-pebble.md, section 6.7. Pebble refuses
// a layer with any other.
TEST(GoldenRendering, EachKeyOfALayerIsOneThatPebbleReads) {
  const std::set<std::string> of_service{"override", "summary",    "command",    "startup",
                                         "user",     "group",      "on-failure", "kill-delay",
                                         "after",    "environment"};
  const std::set<std::string> of_check{"override", "level", "http"};
  for (const auto& [name, text] : given::rendered_files()) {
    if (!name.starts_with("layer")) continue;
    const YAML::Node layer = YAML::Load(text);
    for (const auto& pair : layer) {
      EXPECT_THAT(pair.first.as<std::string>(), testing::AnyOf("summary", "services", "checks"));
    }
    for (const auto& service : layer["services"]) {
      for (const auto& pair : service.second) {
        EXPECT_TRUE(of_service.contains(pair.first.as<std::string>())) << pair.first;
      }
      EXPECT_EQ(service.second["override"].as<std::string>(), "replace");
      EXPECT_TRUE(service.second["command"].IsScalar());
      EXPECT_THAT(service.second["startup"].as<std::string>(),
                  testing::AnyOf("enabled", "disabled"));
      for (const auto& after : service.second["after"]) {
        EXPECT_TRUE(layer["services"][after.as<std::string>()]) << "it waits for what there is";
      }
    }
    for (const auto& check : layer["checks"]) {
      for (const auto& pair : check.second) {
        EXPECT_TRUE(of_check.contains(pair.first.as<std::string>())) << pair.first;
      }
      EXPECT_THAT(check.second["level"].as<std::string>(), testing::AnyOf("alive", "ready"));
      EXPECT_TRUE(check.second["http"]["url"].as<std::string>().starts_with("http"));
    }
  }
}

}  // namespace
}  // namespace charm
