#include "charm/rendering/patroni_yml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include "charm/options/options.h"
#include "charm/options/parameters.h"
#include "charm/rendering/standing_file.h"
#include "charm/rendering/yaml.h"
#include "charm/types/check.h"

namespace charm {
namespace {

using namespace rendering;

constexpr std::string_view storage = "/var/lib/postgresql/data";

std::string in_storage(std::string_view name) {
  return std::string(storage) + '/' + std::string(name);
}

// Driven by no option (config-and-wire.md, 1.3, 9).
constexpr std::array<std::pair<const char*, const char*>, 32> fixed_parameters{{
    {"archive_mode", "on"},
    {"autovacuum", "on"},
    {"debug_print_parse", "off"},
    {"debug_print_plan", "off"},
    {"debug_print_rewritten", "off"},
    {"fsync", "on"},
    {"full_page_writes", "on"},
    {"lc_messages", "en_US.UTF8"},
    {"log_autovacuum_min_duration", "60000"},
    {"log_checkpoints", "on"},
    {"log_destination", "stderr"},
    {"log_directory", "/var/log/postgresql"},
    {"log_error_verbosity", "verbose"},
    {"log_file_mode", "0600"},
    {"log_filename", "postgresql-%w_%H%M.log"},
    {"log_hostname", "off"},
    {"log_line_prefix", "%t [%p]: user=%u,db=%d,app=%a,client=%h,line=%l "},
    {"log_min_duration_sample", "-1"},
    {"log_min_error_statement", "warning"},
    {"log_recovery_conflict_waits", "on"},
    {"log_replication_commands", "on"},
    {"log_rotation_age", "1"},
    {"log_rotation_size", "0"},
    {"log_statement", "ddl"},
    {"log_statement_sample_rate", "1"},
    {"log_statement_stats", "off"},
    {"log_temp_files", "1"},
    {"log_timezone", "UTC"},
    {"log_truncate_on_rotation", "on"},
    {"logging_collector", "on"},
    {"synchronous_standby_names", "*"},
    {"wal_level", "logical"},
}};

constexpr const char* preloaded = "timescaledb,pgaudit,pg_stat_statements";
// Of pg_stat_statements, in the local section only.
constexpr const char* most_statements = "10000";

// Patroni checks these as numbers, and takes a number in quotes for a text.
void pair_of_number(YAML::Emitter& out, const DynamicParameter& one) {
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(one.value.data(), one.value.data() + one.value.size(), number);
  CHECK(error == std::errc() && end == one.value.data() + one.value.size());
  pair(out, one.name.c_str(), number);
}

std::string own_address(const PatroniConfiguration& configuration, const Deployment& deployment) {
  return to_text(deployment.app, configuration.own_host);
}

// The cluster's dynamic configuration, as whoever makes the database writes it. Patroni's own
// timing is left at its defaults (section 8.1).
void render_dynamic(YAML::Emitter& out, const PatroniConfiguration& configuration) {
  const DynamicConfiguration& dynamic = configuration.bootstrap;
  begin_map(out, "dcs");
  pair(out, "synchronous_mode", true);
  pair(out, "synchronous_mode_strict", dynamic.synchronous.strict);
  pair(out, "synchronous_node_count", static_cast<unsigned>(dynamic.synchronous.node_count));
  pair(out, "maximum_lag_on_failover", dynamic.maximum_lag_on_failover_bytes);
  pair(out, "failsafe_mode", true);
  pair(out, "max_timelines_history", 50);
  begin_map(out, "postgresql");
  pair(out, "use_pg_rewind", true);
  pair(out, "remove_data_directory_on_rewind_failure", false);
  pair(out, "remove_data_directory_on_diverged_timelines", false);
  begin_map(out, "parameters");
  for (const auto& [name, value] : fixed_parameters) pair(out, name, value);
  pair(out, "archive_command", "/bin/true");
  pair(out, "shared_preload_libraries", preloaded);
  for (const DynamicParameter& one :
       dynamic_parameters(*configuration.options, configuration.node)) {
    pair_of_number(out, one);
  }
  end_map(out);
  end_map(out);
  end_map(out);
}

// At initdb only (config-and-wire.md, section 5).
void render_bootstrap(YAML::Emitter& out, const PatroniConfiguration& configuration,
                      const StandingParameters* standing) {
  begin_map(out, "bootstrap");
  if (standing == nullptr) {
    render_dynamic(out, configuration);
  } else {
    out << YAML::Key << "dcs" << YAML::Value;
    emit(out, standing->dynamic);
  }
  begin_list(out, "initdb");
  for (const auto& [option, value] :
       {std::pair{"auth-host", "md5"}, std::pair{"auth-local", "trust"},
        std::pair{"encoding", "UTF8"}}) {
    out << YAML::BeginMap;
    pair(out, option, value);
    end_map(out);
  }
  text(out, "data-checksums");
  end_list(out);
  begin_list(out, "pg_hba");
  text(out, "host all all 0.0.0.0/0 md5");
  text(out, "host replication replication 127.0.0.1/32 md5");
  end_list(out);
  end_map(out);
}

void render_rest(YAML::Emitter& out, const PatroniConfiguration& configuration,
                 const Deployment& deployment) {
  begin_map(out, "restapi");
  pair(out, "listen", "0.0.0.0:8008");
  pair(out, "connect_address", own_address(configuration, deployment) + ":8008");
  if (!configuration.patroni_password.empty()) {
    begin_map(out, "authentication");
    pair(out, "username", "patroni");
    pair(out, "password", configuration.patroni_password.reveal());
    end_map(out);
  }
  if (configuration.tls) {
    pair(out, "certfile", in_storage("cert.pem"));
    pair(out, "keyfile", in_storage("key.pem"));
    pair(out, "cafile", in_storage("ca.pem"));
  }
  end_map(out);
  if (!configuration.tls) return;
  begin_map(out, "ctl");
  pair(out, "certfile", in_storage("cert.pem"));
  pair(out, "keyfile", in_storage("key.pem"));
  pair(out, "cacert", in_storage("ca.pem"));
  end_map(out);
}

void render_role(YAML::Emitter& out, const char* role, const char* user, const Secret& password) {
  begin_map(out, role);
  pair(out, "username", user);
  pair(out, "password", password.reveal());
  end_map(out);
}

// First match wins (charm-hooks.md, section 8.3): who is not listed cannot replicate.
void render_admission(YAML::Emitter& out, const PatroniConfiguration& configuration,
                      const Deployment& deployment, bool marked) {
  const std::string host = configuration.tls ? "hostssl" : "host";
  const auto replication = [&](const std::string& from) {
    text(out, host + " replication replication " + from + " md5");
  };
  begin_list(out, "pg_hba");
  text(out, "local all backup peer map=operator");
  text(out, "local all monitoring password");
  text(out, host + " all all 0.0.0.0/0 md5");
  replication("127.0.0.1/32");
  replication("127.0.0.6/32");
  UnitSet told;  // a duplicate in the list says nothing new
  for (HostName listed : configuration.hosts) {
    if (told.contains(unit_of(listed))) continue;
    told.insert(unit_of(listed));
    replication(to_text(deployment.app, listed) + '.' + deployment.model + ".svc.cluster.local");
  }
  if (marked) text(out, pg_hba_mark);
  end_list(out);
  begin_list(out, "pg_ident");
  text(out, "operator postgres backup");
  end_list(out);
}

// By TLS, and by no option.
constexpr std::array<std::pair<const char*, std::string_view>, 3> tls_files{
    {{"ssl_ca_file", "ca.pem"}, {"ssl_cert_file", "cert.pem"}, {"ssl_key_file", "key.pem"}}};

bool is_of_tls(std::string_view parameter) {
  return parameter == "ssl" || std::ranges::any_of(tls_files, [parameter](const auto& file) {
           return parameter == file.first;
         });
}

void render_parameters(YAML::Emitter& out, const PatroniConfiguration& configuration) {
  pair(out, "archive_command", "/bin/true");
  pair(out, "pg_stat_statements.max", most_statements);
  pair(out, "shared_preload_libraries", preloaded);
  for (const Parameter& one : postgresql_parameters(*configuration.options, configuration.node)) {
    pair(out, one.name.c_str(), one.value);
  }
}

void keep_parameters(YAML::Emitter& out, const StandingParameters& standing) {
  for (const auto& entry : standing.local) {
    const std::string& name = entry.first.Scalar();
    if (is_of_tls(name)) continue;
    out << YAML::Key << name << YAML::Value;
    emit(out, entry.second);
  }
}

void render_postgresql(YAML::Emitter& out, const PatroniConfiguration& configuration,
                       const Deployment& deployment, const StandingParameters* standing,
                       bool marked) {
  begin_map(out, "postgresql");
  pair(out, "listen", "0.0.0.0:5432");
  pair(out, "connect_address", own_address(configuration, deployment) + ":5432");
  pair(out, "data_dir", in_storage("pgdata"));
  pair(out, "bin_dir", "/usr/lib/postgresql/" + deployment.postgresql_major + "/bin");
  pair(out, "pgpass", "/tmp/pgpass");
  begin_map(out, "parameters");
  if (standing == nullptr) {
    render_parameters(out, configuration);
  } else {
    keep_parameters(out, *standing);
  }
  if (configuration.tls) {
    pair(out, "ssl", "on");
    for (const auto& [parameter, file] : tls_files) pair(out, parameter, in_storage(file));
  }
  end_map(out);
  render_admission(out, configuration, deployment, marked);
  begin_map(out, "authentication");
  render_role(out, "replication", "replication", configuration.replication_password);
  render_role(out, "rewind", "rewind", configuration.rewind_password);
  render_role(out, "superuser", "operator", configuration.operator_password);
  end_map(out);
  end_map(out);
}

// Of a member that leaves: it takes no lock with it, and no commit waits for it.
void render_tags(YAML::Emitter& out, const PatroniConfiguration& configuration) {
  if (!configuration.leaving) return;
  begin_map(out, "tags");
  pair(out, "nofailover", true);
  pair(out, "nosync", true);
  end_map(out);
}

std::string render(const PatroniConfiguration& configuration, const Deployment& deployment,
                   std::string_view standing, const StandingParameters* kept) {
  const bool marked = is_pg_hba_marked(standing) != configuration.list_anew;
  YAML::Emitter out;
  out << YAML::BeginMap;
  render_bootstrap(out, configuration, kept);
  render_rest(out, configuration, deployment);
  render_postgresql(out, configuration, deployment, kept, marked);
  render_tags(out, configuration);
  begin_map(out, "log");
  pair(out, "dir", "/var/log/postgresql");
  pair(out, "file_num", 10080);
  pair(out, "file_size", 600);
  end_map(out);
  end_map(out);
  CHECK(out.good());
  return std::string(out.c_str()) + '\n';
}

}  // namespace

std::string render_patroni_yml(const PatroniConfiguration& configuration,
                               const Deployment& deployment, std::string_view standing) {
  CHECK(configuration.options != nullptr);
  return render(configuration, deployment, standing, nullptr);
}

std::expected<std::string, NothingToKeep> render_over(std::string_view standing,
                                                      const PatroniConfiguration& configuration,
                                                      const Deployment& deployment) {
  CHECK(configuration.options == nullptr);
  const auto kept = read_standing(standing);
  if (!kept) return std::unexpected(NothingToKeep{});
  return render(configuration, deployment, standing, &*kept);
}

}  // namespace charm
