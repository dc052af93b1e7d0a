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

struct Configuration {
  std::vector<charm::RawOption> set;              // what is not at its default
  std::shared_ptr<const charm::Options> options;  // nothing: the charm refuses one of them
  std::shared_ptr<const std::string> refusal;     // then why
  charm::CharmConfig config;                      // points into both
};

// What the object does not name stays as it was before; null sets it back to its default (`juju
// config --reset`). Refused is what `juju config` refuses: a name that there is not, a value of
// another type. A value that only the charm refuses gives a configuration that is not valid.
std::expected<Configuration, ScenarioError> read_configuration(const nlohmann::json& object,
                                                               const Configuration& before,
                                                               const std::string& pointer);

}  // namespace sim
