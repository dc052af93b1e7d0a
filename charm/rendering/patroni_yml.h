// patroni.yml, as text. Source: charm-hooks.md, section 8; config-and-wire.md, sections 1.3 and 5.
#pragma once

#include <string>

#include "charm/types/cluster.h"
#include "charm/types/names.h"

namespace charm {

// What no hook has to know, because it never changes while a unit lives.
struct Deployment {
  AppName app;                          // `postgresql-k8s`
  std::string model;                    // Juju's, and Kubernetes' namespace
  std::string postgresql_major = "14";  // of the image, from its snap.yaml
  bool tls = false;                     // key.pem, ca.pem and cert.pem are in the storage
};

// The whole file; it holds passwords. Every text is quoted, so that no YAML reader takes `on` for a
// boolean, or `1e3` for a number.
std::string render_patroni_yml(const PatroniConfiguration& configuration,
                               const Deployment& deployment);

}  // namespace charm
