// What no hook has to know, because it never changes while a unit lives, or is the files' own.
#pragma once

#include <string>

#include "charm/types/names.h"

namespace charm {

struct Deployment {
  AppName app;                          // `postgresql-k8s`
  std::string model;                    // Juju's, and Kubernetes' namespace
  std::string postgresql_major = "14";  // of the image, from its snap.yaml
};

}  // namespace charm
