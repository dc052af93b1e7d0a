#include "charm/rendering/pebble_layer.h"

#include "charm/rendering/yaml.h"
#include "charm/types/check.h"

namespace charm {
namespace {

using namespace rendering;

constexpr const char* operating_user = "postgres";
// Pebble's own 5 s are less than a standby may need to leave (it asks the primary first, and waits
// up to 20 s to be let go) or a primary to send its last WAL and give the lock away: what is killed
// then is a failover by ttl instead of a hand-over. A pod has 30 s to end.
constexpr const char* kill_delay = "25s";

void begin_service(YAML::Emitter& out, const char* name, const char* summary, const char* command,
                   bool enabled) {
  begin_map(out, name);
  pair(out, "override", "replace");
  pair(out, "summary", summary);
  pair(out, "command", command);
  pair(out, "startup", enabled ? "enabled" : "disabled");
}

void run_as_operating_user(YAML::Emitter& out) {
  pair(out, "user", operating_user);
  pair(out, "group", operating_user);
}

void render_patroni(YAML::Emitter& out, const LayerInput& input) {
  const Deployment& deployment = input.deployment;
  const std::string scope = "patroni-" + deployment.app.text;
  begin_service(out, patroni_service, "Patroni, which runs PostgreSQL",
                "patroni /var/lib/postgresql/data/patroni.yml", true);
  run_as_operating_user(out);
  pair(out, "on-failure", input.on_failure);
  pair(out, "kill-delay", kill_delay);
  begin_map(out, "environment");
  pair(out, "PATRONI_KUBERNETES_LABELS", "{application: patroni, cluster-name: " + scope + "}");
  pair(out, "PATRONI_KUBERNETES_LEADER_LABEL_VALUE", "primary");
  pair(out, "PATRONI_KUBERNETES_NAMESPACE", deployment.model);
  pair(out, "PATRONI_KUBERNETES_USE_ENDPOINTS", "true");
  pair(out, "PATRONI_NAME", to_text(deployment.app, member_of(input.unit)));
  pair(out, "PATRONI_REPLICATION_USERNAME", "replication");
  pair(out, "PATRONI_SCOPE", scope);
  pair(out, "PATRONI_SUPERUSER_USERNAME", "operator");
  end_map(out);
  end_map(out);
}

void render_exporter(YAML::Emitter& out, const Secret& password) {
  begin_service(out, exporter_service, "The exporter of PostgreSQL's metrics", "/start-exporter.sh",
                !password.empty());
  begin_list(out, "after");
  text(out, patroni_service);
  end_list(out);
  run_as_operating_user(out);
  begin_map(out, "environment");
  pair(out, "DATA_SOURCE_NAME",
       "user=monitoring password=" + std::string(password.reveal()) +
           " host=/var/run/postgresql port=5432 database=postgres");
  end_map(out);
  end_map(out);
}

void render_services(YAML::Emitter& out, const LayerInput& input) {
  begin_map(out, "services");
  render_patroni(out, input);
  begin_service(out, "pgbackrest server", "The server of pgBackRest", "pgbackrest server", false);
  run_as_operating_user(out);
  end_map(out);
  render_exporter(out, input.monitoring_password);
  begin_service(out, "rotate-logs", "Rotates logs", "python3 /home/postgres/rotate_logs.py", false);
  end_map(out);
  end_map(out);
}

// Its scheme follows TLS, so the layer changes with it.
void render_checks(YAML::Emitter& out, const LayerInput& input) {
  const Deployment& deployment = input.deployment;
  const std::string scheme = input.tls ? "https" : "http";
  begin_map(out, "checks");
  begin_map(out, "postgresql");
  pair(out, "override", "replace");
  pair(out, "level", "ready");
  begin_map(out, "http");
  pair(out, "url", scheme + "://" + to_text(deployment.app, host_of(input.unit)) + ":8008/health");
  end_map(out);
  end_map(out);
  end_map(out);
}

}  // namespace

std::string render_pebble_layer(const LayerInput& input) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  pair(out, "summary", "PostgreSQL under Patroni, and what runs beside it");
  render_services(out, input);
  render_checks(out, input);
  end_map(out);
  CHECK(out.good());
  return std::string(out.c_str()) + '\n';
}

}  // namespace charm
