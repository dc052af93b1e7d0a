// patroni.yml, as text. Source: charm-hooks.md, section 8; config-and-wire.md, sections 1.3 and 5.
#pragma once

#include <string>

#include "charm/rendering/deployment.h"
#include "charm/types/cluster.h"

namespace charm {

// The whole file; it holds passwords.
std::string render_patroni_yml(const PatroniConfiguration& configuration,
                               const Deployment& deployment);

}  // namespace charm
