// The body of PATCH /config: what holds for the whole cluster, whoever has made it. Source:
// charm-hooks.md, sections 3.3 and 8.4 ([HEAD]).
#pragma once

#include <string>

#include "charm/types/cluster.h"

namespace charm {

// JSON, keys in order. What patroni.yml's bootstrap section says once is said here again: a cluster
// that another revision made keeps, until then, what that one wrote (no failsafe mode, and data
// that Patroni may delete).
std::string render_patch_body(const DynamicConfiguration& dynamic);
// The same of these keys alone.
std::string render_patch_body(const SynchronousSettings& settings);

}  // namespace charm
