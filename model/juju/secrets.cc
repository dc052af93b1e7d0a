// The application secret: revisions, and which of them each unit reads. Source:
// juju-and-pebble.md, section 3.8.
#include "model/juju/parts.h"

namespace model::juju {

using charm::UnitName;

std::uint8_t read_secret(World& world, UnitName name, SecretRead read) {
  const Application& application = world.shared().application;
  if (is_leader(world, name) || application.secret_revision == 0) return application.passwords;
  AgentRecord& record = world.unit(name).record;
  if (record.secret_tracked == 0) record.secret_told = application.secret_revision;
  if (record.secret_tracked == 0 || read == SecretRead::refresh) {
    record.secret_tracked = application.secret_revision;
    record.secret_view = application.passwords;
  }
  return record.secret_view;
}

bool has_new_revision(const World& world, UnitName name) {
  const AgentRecord& record = world.unit(name).record;
  return record.secret_tracked != 0 &&
         record.secret_told != world.shared().application.secret_revision;
}

void write_secret(Step& step, UnitName writer, std::uint8_t staged) {
  Application& application = step.world.shared().application;
  const auto after = static_cast<std::uint8_t>(application.passwords | staged);
  if (after == application.passwords) return;  // the same content makes no revision
  application.passwords = after;
  ++application.secret_revision;
  step.note(FactKind::secret_revised, writer, application.secret_revision);
  AgentRecord& own = step.world.unit(writer).record;
  if (own.secret_tracked != 0) own.secret_told = application.secret_revision;
  for (UnitName unit : step.world.existing()) {
    if (has_new_revision(step.world, unit)) wake_agent(step, unit);
  }
}

}  // namespace model::juju
