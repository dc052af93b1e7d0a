// Options of which only the running system knows whether a value is one. Source:
// config-and-wire.md, section 1.5.
#pragma once

#include <cstdint>

#include "charm/options/options.h"
#include "charm/runtime/unit.h"

namespace charm::steps {

enum class KnownValues : std::uint8_t {
  all,
  not_all,     // the log names the first that is not known
  unanswered,  // none is known to be bad, and not all could be asked
};

// Asks the own member, and its container for locales. Defaults are not asked for: every image has
// them; upstream asks, and so waits for a database at each config-changed.
KnownValues look_up_values(Unit& unit, const Options& options);

}  // namespace charm::steps
