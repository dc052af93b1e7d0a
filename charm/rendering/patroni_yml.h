// patroni.yml, as text. Source: charm-hooks.md, section 8; config-and-wire.md, sections 1.3 and 5.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "charm/rendering/deployment.h"
#include "charm/types/cluster.h"

namespace charm {

// The whole file; it holds passwords. The options are given. Of a file that stands it follows
// whether pg_hba is the list with the line that says nothing, or the one without.
std::string render_patroni_yml(const PatroniConfiguration& configuration,
                               const Deployment& deployment, std::string_view standing = "");

// Of a file that stands nothing can be kept: it is no YAML, or lacks the parameters, or aliases
// make of them what has no end.
struct NothingToKeep {};

// The same without options: `postgresql.parameters`, but for those of TLS, and the dynamic
// configuration in `bootstrap` are those of the file that stands; the rest is as it shall be.
std::expected<std::string, NothingToKeep> render_over(std::string_view standing,
                                                      const PatroniConfiguration& configuration,
                                                      const Deployment& deployment);

}  // namespace charm
