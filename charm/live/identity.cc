#include "charm/live/identity.h"

namespace charm::live {
namespace {

std::string value_of(const EnvironmentLookup& environment, std::string_view name) {
  return std::string(environment(name).value_or(std::string_view()));
}

}  // namespace

std::expected<Identity, DecodeError> read_identity(const EnvironmentLookup& environment) {
  Identity who;
  const std::string name = value_of(environment, "JUJU_UNIT_NAME");
  who.app.text = name.substr(0, name.find('/'));
  const auto unit = parse_unit_name(who.app, name);
  if (who.app.text.empty() || !unit) {
    return std::unexpected(DecodeError{"JUJU_UNIT_NAME names no unit: is this run by Juju?"});
  }
  who.unit = *unit;
  who.model = value_of(environment, "JUJU_MODEL_NAME");
  if (who.model.empty()) return std::unexpected(DecodeError{"JUJU_MODEL_NAME is missing"});
  if (value_of(environment, "JUJU_DISPATCH_PATH").ends_with("-relation-broken")) {
    who.broken_relation = value_of(environment, "JUJU_RELATION_ID");
    who.broken_application = value_of(environment, "JUJU_REMOTE_APP");
  }
  return who;
}

}  // namespace charm::live
