// The layer that the charm adds to Pebble's plan, as YAML. Source: charm-hooks.md, section 1.7.
#pragma once

#include <string>

#include "charm/rendering/deployment.h"
#include "charm/types/names.h"
#include "charm/types/secret.h"

namespace charm {

inline constexpr const char* layer_label = "postgresql";
inline constexpr const char* patroni_service = "postgresql";
inline constexpr const char* exporter_service = "metrics_server";

struct LayerInput {
  Deployment deployment;
  UnitName unit;
  bool tls = false;            // as in patroni.yml
  Secret monitoring_password;  // empty: the exporter is not started
  // What Pebble does when Patroni ends with an error. Upstream sets it aside in the unit's databag
  // during a restore; this charm makes none (charm/wire/keys.cc).
  std::string on_failure = "restart";
};

// The whole layer; it holds the monitoring password, in the exporter's environment.
std::string render_pebble_layer(const LayerInput& input);

}  // namespace charm
