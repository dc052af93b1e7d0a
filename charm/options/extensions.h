// From the options `plugin_*_enable` to PostgreSQL's extensions. Source: config-and-wire.md,
// section 1.7; charm-hooks.md, section 6.13.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "charm/options/options.h"

namespace charm {

struct Extension {
  std::string_view name;  // as SQL reads it: `hstore`, `"uuid-ossp"`
  bool enabled = false;

  friend bool operator==(const Extension&, const Extension&) = default;
};

// All that the options speak of: to be created those that others need first, then the rest, to be
// dropped the other way round. Both in the options' order.
std::vector<Extension> extensions(const Options& options);

// The first option that asks for an extension whose needs are switched off, with what is missing.
std::optional<OptionError> unsatisfied_plugin(const Options& options);

}  // namespace charm
