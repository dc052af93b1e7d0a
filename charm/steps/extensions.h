// Which extensions each database shall have.
#pragma once

#include <cstdint>
#include <expected>

#include "charm/options/extensions.h"
#include "charm/runtime/unit.h"

namespace charm::steps {

enum class PluginError : std::uint8_t {
  bad_option,   // some option has a value that it must not have
  unsatisfied,  // a plugin lacks what it needs; which one is logged
};

std::expected<ExtensionSet, PluginError> wanted_extensions(Unit& unit);

}  // namespace charm::steps
