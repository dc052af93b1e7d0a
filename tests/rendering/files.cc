#include "tests/rendering/files.h"

#include <vector>

#include "charm/options/options.h"
#include "charm/rendering/patch_body.h"
#include "charm/rendering/patroni_yml.h"
#include "charm/rendering/pebble_layer.h"
#include "charm/steps/configuration.h"

namespace charm::given {
namespace {

constexpr NodeResources node{.cores = 4, .memory_bytes = 4294967296};
const Deployment deployment{.app = {"postgresql-k8s"}, .model = "m"};

// As the hooks ask for it, of the last of that many units.
PatroniConfiguration of_units(std::uint16_t units, const Options& options = default_options()) {
  PatroniConfiguration given;
  for (std::uint16_t unit = 0; unit < units; ++unit) given.hosts.push_back(HostName{unit});
  given.own_host = {static_cast<std::uint16_t>(units - 1)};
  given.bootstrap = steps::dynamic_configuration(charm_config(options), units, units, node);
  given.bootstrap.synchronous.strict = false;
  given.options = &options;
  given.node = node;
  given.operator_password = Secret("of-operator");
  given.replication_password = Secret("of-replication");
  given.rewind_password = Secret("of-rewind");
  given.patroni_password = Secret("of-patroni");
  return given;
}

Options with(std::vector<RawOption> raw) { return *Options::read(raw); }

// One of each type, of each prefix, and of each computed parameter.
Options many_options() {
  return with({{"connection_statement_timeout", std::int64_t{60000}},
               {"cpu_max_worker_processes", std::string("6")},
               {"cpu_max_parallel_workers", std::string("20")},
               {"cpu_max_logical_replication_workers", std::string("3")},
               {"cpu_wal_compression", false},
               {"durability_maximum_lag_on_failover", std::int64_t{4096}},
               {"durability_synchronous_commit", std::string("remote_apply")},
               {"durability_wal_keep_size", std::int64_t{128}},
               {"experimental_max_connections", std::int64_t{500}},
               {"instance_default_text_search_config", std::string("pg_catalog.english")},
               {"logging_log_connections", false},
               {"memory_max_prepared_transactions", std::int64_t{7}},
               {"memory_shared_buffers", std::int64_t{2048}},
               {"optimizer_cpu_tuple_cost", 0.02},
               {"optimizer_pg_stat_statements_track", std::string("all")},
               {"profile_limit_memory", std::int64_t{1000}},
               {"request_date_style", std::string("ISO, DMY")},
               {"request_time_zone", std::string("it's: \"quoted\" # and \\ more")},
               {"response_lc_time", std::string("de_DE.utf8")},
               {"session_idle_in_transaction_session_timeout", std::int64_t{1}},
               {"storage_hot_standby_feedback", true},
               {"vacuum_autovacuum_naptime", std::int64_t{61}}});
}

// Of the same units as the patroni.yml of that name.
void add_patches(std::map<std::string, std::string>& files) {
  const auto add = [&files](const char* name, const Options& options, std::uint16_t units) {
    files["patch-" + std::string(name) + ".json"] =
        render_patch_body(steps::dynamic_configuration(charm_config(options), units, units, node));
  };
  add("three-units", default_options(), 3);
  add("options", many_options(), 2);
  files["patch-alone.json"] = render_patch_body(SynchronousSettings{});
}

void add_patroni(std::map<std::string, std::string>& files) {
  const auto add = [&files](const char* name, const PatroniConfiguration& given,
                            const Deployment& where) {
    files["patroni-" + std::string(name) + ".yml"] = render_patroni_yml(given, where);
  };
  add("one-unit", of_units(1), deployment);
  add("three-units", of_units(3), deployment);
  const Options majority = with({{"synchronous_node_count", std::string("majority")}});
  add("five-units-majority", of_units(5, majority), deployment);
  const Options number =
      with({{"synchronous_node_count", std::string("2")}, {"synchronous_mode_strict", false}});
  add("five-units-two-standbys", of_units(5, number), deployment);
  PatroniConfiguration secured = of_units(2);
  secured.tls = true;
  add("tls", secured, deployment);
  const Options options = many_options();
  add("options", of_units(2, options), deployment);
  const Options testing = with({{"profile", std::string("testing")}});
  add("testing-profile", of_units(1, testing), deployment);
  PatroniConfiguration departing = of_units(3);
  departing.leaving = true;
  add("departing", departing, deployment);
  PatroniConfiguration kept = of_units(4);  // over the one with many options, and without TLS
  kept.options = nullptr;
  kept.leaving = true;
  PatroniConfiguration before = of_units(2, options);
  before.tls = true;
  files["patroni-over-options.yml"] =
      *render_over(render_patroni_yml(before, deployment), kept, deployment);
  PatroniConfiguration open = of_units(1);
  open.patroni_password = {};
  add("rest-without-password", open, deployment);
  PatroniConfiguration doubled = of_units(2);
  doubled.hosts.push_back(HostName{0});
  add("endpoints-with-duplicate", doubled, deployment);
}

void add_layers(std::map<std::string, std::string>& files) {
  LayerInput input{
      .deployment = deployment, .unit = {2}, .monitoring_password = Secret("of-monitoring")};
  files["layer.yml"] = render_pebble_layer(input);
  input.on_failure = "ignore";
  files["layer-failure-ignored.yml"] = render_pebble_layer(input);
  input.on_failure = "restart";
  input.tls = true;
  files["layer-tls.yml"] = render_pebble_layer(input);
  input.tls = false;
  input.monitoring_password = {};
  files["layer-without-exporter.yml"] = render_pebble_layer(input);
}

}  // namespace

std::map<std::string, std::string> rendered_files() {
  std::map<std::string, std::string> files;
  add_patroni(files);
  add_patches(files);
  add_layers(files);
  return files;
}

}  // namespace charm::given
