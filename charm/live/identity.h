// Who this unit is, and what the running hook is about, by the environment that Juju sets. Source:
// juju-and-pebble.md, section 1.2.
#pragma once

#include <expected>
#include <string>

#include "charm/runtime/decode.h"
#include "charm/types/names.h"

namespace charm::live {

struct Identity {
  AppName app;
  UnitName unit;
  std::string model;  // which is also its namespace in Kubernetes
  // In a relation-broken: the relation that goes, `database:7`, and the application at its other
  // end. Juju still lists it.
  std::string broken_relation;
  std::string broken_application;
};

std::expected<Identity, DecodeError> read_identity(const EnvironmentLookup& environment);

}  // namespace charm::live
