// The charm's options as a scenario sets them.
#pragma once

#include <expected>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "charm/options/options.h"
#include "charm/types/cluster.h"
#include "sim/scenario/error.h"

namespace sim {

// What each node gives to its pods.
inline constexpr charm::NodeResources every_node{.cores = 4,
                                                 .memory_bytes = std::uint64_t{8} << 30U};

// A digest of the parameters in patroni.yml that PostgreSQL takes at a reload, and of what new
// sessions begin with (config-and-wire.md, section 1.1): of every option that no other digest has,
// so it is kept.
std::uint32_t digest_of_reloaded(const charm::Options& options);
// The same, each option at its default.
std::uint32_t reloaded_by_default();

struct Configuration {
  std::vector<charm::RawOption> set;              // what is not at its default
  std::shared_ptr<const charm::Options> options;  // nothing: the charm refuses one of them
  std::shared_ptr<const std::string> refusal;     // then why
  charm::CharmConfig config;                      // points into both
  std::uint32_t reloaded = reloaded_by_default();
};

// What the object does not name stays as it was before; null sets it back to its default (`juju
// config --reset`). Refused is what `juju config` refuses: a name that there is not, a value of
// another type. A value that only the charm refuses gives a configuration that is not valid.
std::expected<Configuration, ScenarioError> read_configuration(const nlohmann::json& object,
                                                               const Configuration& before,
                                                               const std::string& pointer);

}  // namespace sim
