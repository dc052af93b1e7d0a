// Pebble's layer as another YAML reader reads it (charm-hooks.md, section 1.7).
#include "charm/rendering/pebble_layer.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace charm {
namespace {

const LayerInput usual{.deployment = {.app = {"postgresql-k8s"}, .model = "m"},
                       .unit = {2},
                       .monitoring_password = Secret("of-monitoring")};

YAML::Node layer(const LayerInput& input = usual) { return YAML::Load(render_pebble_layer(input)); }
std::string word(const YAML::Node& node) { return node.as<std::string>(); }

TEST(PebbleLayer, PatroniFindsItsClusterByItsEnvironment) {
  const YAML::Node patroni = layer()["services"]["postgresql"];
  EXPECT_EQ(word(patroni["command"]), "patroni /var/lib/postgresql/data/patroni.yml");
  EXPECT_EQ(word(patroni["startup"]), "enabled");
  EXPECT_EQ(word(patroni["override"]), "replace");
  EXPECT_EQ(word(patroni["user"]), "postgres");
  EXPECT_EQ(word(patroni["on-failure"]), "restart");
  EXPECT_EQ(word(patroni["kill-delay"]), "25s");
  const YAML::Node environment = patroni["environment"];
  EXPECT_EQ(word(environment["PATRONI_NAME"]), "postgresql-k8s-2");
  EXPECT_EQ(word(environment["PATRONI_SCOPE"]), "patroni-postgresql-k8s");
  EXPECT_EQ(word(environment["PATRONI_KUBERNETES_NAMESPACE"]), "m");
  EXPECT_EQ(word(environment["PATRONI_KUBERNETES_USE_ENDPOINTS"]), "true");
  EXPECT_EQ(word(environment["PATRONI_KUBERNETES_LABELS"]),
            "{application: patroni, cluster-name: patroni-postgresql-k8s}");
}

TEST(PebbleLayer, AnOperatorMaySayWhatIsDoneWhenPatroniFails) {
  LayerInput input = usual;
  input.on_failure = "ignore";
  EXPECT_EQ(word(layer(input)["services"]["postgresql"]["on-failure"]), "ignore");
}

TEST(PebbleLayer, TheExporterIsStartedOnceItHasAPassword) {
  const YAML::Node exporter = layer()["services"]["metrics_server"];
  EXPECT_EQ(word(exporter["startup"]), "enabled");
  EXPECT_EQ(word(exporter["after"][0]), "postgresql");
  EXPECT_EQ(word(exporter["environment"]["DATA_SOURCE_NAME"]),
            "user=monitoring password=of-monitoring host=/var/run/postgresql port=5432 "
            "database=postgres");
  LayerInput input = usual;
  input.monitoring_password = {};
  EXPECT_EQ(word(layer(input)["services"]["metrics_server"]["startup"]), "disabled");
}

TEST(PebbleLayer, WhatBackupsNeedIsThereAndNotStarted) {
  EXPECT_EQ(word(layer()["services"]["pgbackrest server"]["startup"]), "disabled");
  EXPECT_EQ(word(layer()["services"]["rotate-logs"]["startup"]), "disabled");
}

// So the layer changes with TLS, and Pebble's plan with it.
TEST(PebbleLayer, TheCheckAsksPatroniByItsScheme) {
  const std::string address = "://postgresql-k8s-2.postgresql-k8s-endpoints:8008/health";
  EXPECT_EQ(word(layer()["checks"]["postgresql"]["http"]["url"]), "http" + address);
  EXPECT_EQ(word(layer()["checks"]["postgresql"]["level"]), "ready");
  LayerInput input = usual;
  input.tls = true;
  EXPECT_EQ(word(layer(input)["checks"]["postgresql"]["http"]["url"]), "https" + address);
}

}  // namespace
}  // namespace charm
