// The charm's options as a scenario sets them.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "charm/options/options.h"
#include "charm/types/cluster.h"
#include "sim/scenario/error.h"

namespace sim {

// What a node gives to its pods, unless the scenario says something else.
inline constexpr charm::NodeResources usual_node{.cores = 4,
                                                 .memory_bytes = std::uint64_t{8} << 30U};
// By unit: the node of its pod, where it is another one.
using Nodes = std::map<charm::UnitName, charm::NodeResources>;

// A digest of the parameters in patroni.yml that PostgreSQL takes at a reload, and of what new
// sessions begin with (config-and-wire.md, section 1.1): of every option that no other digest has.
std::uint32_t digest_of_reloaded(const charm::Options& options, const charm::NodeResources& node);

// The same of each unit. Kept, since it is asked for at every moment that is judged.
class Reloaded {
 public:
  Reloaded();  // each option at its default, on usual nodes
  Reloaded(const charm::Options& options, const Nodes& nodes);

  [[nodiscard]] std::uint32_t of(charm::UnitName unit) const;

 private:
  std::uint32_t usual_;
  std::map<charm::UnitName, std::uint32_t> others_;
};

struct Configuration {
  std::vector<charm::RawOption> set;              // what is not at its default
  std::shared_ptr<const charm::Options> options;  // nothing: the charm refuses one of them
  std::shared_ptr<const std::string> refusal;     // then why
  charm::CharmConfig config;                      // points into both
  Reloaded reloaded;                              // with options
};

// What the object does not name stays as it was before; null sets it back to its default (`juju
// config --reset`). Refused is what `juju config` refuses: a name that there is not, a value of
// another type. A value that only the charm refuses gives a configuration that is not valid.
std::expected<Configuration, ScenarioError> read_configuration(const nlohmann::json& object,
                                                               const Configuration& before,
                                                               const Nodes& nodes,
                                                               const std::string& pointer);

}  // namespace sim
