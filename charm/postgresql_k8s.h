// The charm: PostgreSQL on Kubernetes.
#pragma once

#include "charm/runtime/definition.h"

namespace charm {

const CharmDefinition& postgresql_k8s();

}  // namespace charm
