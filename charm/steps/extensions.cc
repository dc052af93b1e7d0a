#include "charm/steps/extensions.h"

namespace charm::steps {

std::expected<ExtensionSet, PluginError> wanted_extensions(Unit& unit) {
  const CharmConfig config = unit.juju.config();
  if (!config.valid) return std::unexpected(PluginError::bad_option);
  const Options& options = options_of(config);
  if (const auto unsatisfied = unsatisfied_plugin(options)) {
    unit.juju.log(to_text(*unsatisfied));
    return std::unexpected(PluginError::unsatisfied);
  }
  return options.extensions();
}

}  // namespace charm::steps
