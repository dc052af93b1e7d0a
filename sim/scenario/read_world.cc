// The world of a scenario, its shape checked before.
#include "sim/scenario/read_world.h"

#include <nlohmann/json.hpp>

#include "sim/scenario/consistency.h"

namespace sim {

using charm::Duration;
using nlohmann::json;

Duration seconds_of(const json& object, const char* key, Duration otherwise) {
  if (!object.contains(key)) return otherwise;
  return std::chrono::seconds(object[key].get<std::int64_t>());
}

Read<charm::UnitName> read_unit(const charm::AppName& app, const std::string& text,
                                const std::string& pointer) {
  if (!text.starts_with(app.text + '/')) {
    return std::unexpected(
        ScenarioError{"",
                      {},
                      {},
                      pointer,
                      "is \"" + text + "\"",
                      "must be a unit of " + app.text + ", the application that the world has"});
  }
  if (const auto unit = charm::parse_unit_name(app, text)) return *unit;
  return std::unexpected(
      ScenarioError{"",
                    {},
                    {},
                    pointer,
                    "is \"" + text + "\"",
                    "must be at most " + to_text(app, charm::UnitName{max_scenario_units - 1})});
}

namespace {

Read<Nodes> read_nodes(const charm::AppName& app, const json& object) {
  constexpr std::uint64_t mebibyte = 1U << 20U;
  Nodes nodes;
  for (const auto& [name, given] : object.items()) {
    const auto unit = read_unit(app, name, pointer_to("/world/nodes", name));
    if (!unit) return std::unexpected(unit.error());
    charm::NodeResources node = usual_node;
    node.cores = given.value("cores", node.cores);
    node.memory_bytes = mebibyte * given.value("memory_mib", node.memory_bytes / mebibyte);
    nodes[*unit] = node;
  }
  return nodes;
}

// Source: patroni-and-kubernetes.md, section 5.
model::SynchronousCommit read_synchronous_commit(const std::string& word) {
  using enum model::SynchronousCommit;
  if (word == "off") return off;
  if (word == "local") return local;
  if (word == "remote_write") return remote_write;
  if (word == "remote_apply") return remote_apply;
  return on;
}

}  // namespace

Read<WorldSpec> read_world(const json& object) {
  WorldSpec world;
  world.app.text = object.value("app", world.app.text);
  world.units = object.value("units", world.units);
  world.trusted = object.value("trusted", world.trusted);
  auto nodes = read_nodes(world.app, object.value("nodes", json::object()));
  if (!nodes) return std::unexpected(nodes.error());
  world.nodes = *std::move(nodes);
  world.reloaded_by_default = Reloaded(charm::default_options(), world.nodes);
  auto configuration =
      read_configuration(object.value("config", json::object()), {}, world.nodes, "/world/config");
  if (!configuration) return std::unexpected(configuration.error());
  world.configuration = *std::move(configuration);
  const json patroni = object.value("patroni", json::object());
  world.patroni.ttl = seconds_of(patroni, "ttl_s", world.patroni.ttl);
  world.patroni.loop_wait = seconds_of(patroni, "loop_wait_s", world.patroni.loop_wait);
  world.patroni.retry_timeout = seconds_of(patroni, "retry_timeout_s", world.patroni.retry_timeout);
  world.patroni.primary_start_timeout =
      seconds_of(patroni, "primary_start_timeout_s", world.patroni.primary_start_timeout);
  if (patroni.value("version", "3.1") == "4.1") world.patroni_version = model::ha::Version::v4_1;
  world.race_mended = patroni.value("race_mended", world.race_mended);
  world.synchronous_commit = read_synchronous_commit(object.value("synchronous_commit", "on"));
  if (object.contains("client_writes_every_ms")) {
    world.client_writes_every =
        std::chrono::milliseconds(object["client_writes_every_ms"].get<std::int64_t>());
  }
  world.update_status_interval =
      seconds_of(object, "update_status_interval_s", world.update_status_interval);
  world.service_routes_after = seconds_of(object, "service_routes_after_s", Duration{0});

  const json reachable = object.value("container_reachable_after_s", json::object());
  for (const auto& [name, seconds] : reachable.items()) {
    const auto unit =
        read_unit(world.app, name, pointer_to("/world/container_reachable_after_s", name));
    if (!unit) return std::unexpected(unit.error());
    world.container_reachable_after[*unit] = std::chrono::seconds(seconds.get<std::int64_t>());
  }
  const json rates = object.value("clock_rate_ppm", json::object());
  for (const auto& [name, rate] : rates.items()) {
    const auto unit = read_unit(world.app, name, pointer_to("/world/clock_rate_ppm", name));
    if (!unit) return std::unexpected(unit.error());
    world.clock_rate_ppm[*unit] = rate.get<std::int32_t>();
  }
  world.leftovers = object.value("leftovers", world.leftovers);
  world.known_values = object.value("known_values", world.known_values);
  return world;
}

}  // namespace sim
