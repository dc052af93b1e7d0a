// What a revision of the charm says of its versions, and which older ones it can follow. Source:
// config-and-wire.md, section 3.3 (`dependencies`).
#pragma once

#include "charm/types/bounded_text.h"

namespace charm {

using VersionText = BoundedText<31>;

struct Dependency {
  VersionText version;            // `14.11`
  VersionText upgrade_supported;  // the versions that it can be upgraded from: `^14`

  friend bool operator==(const Dependency&, const Dependency&) = default;
};

struct Dependencies {
  Dependency charm;
  Dependency rock;  // the workload's image

  friend bool operator==(const Dependencies&, const Dependencies&) = default;
};

}  // namespace charm
