// The application secret: revisions, and which of them each unit reads. Source:
// juju-and-pebble.md, section 3.8.
#include "model/juju/parts.h"

namespace model::juju {

using charm::UnitName;

Passwords read_secret(World& world, UnitName name, SecretRead read) {
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

void stage_password(World& world, UnitName name, charm::SystemUser user, std::uint16_t password) {
  world.unit(name).staged.passwords[static_cast<std::size_t>(user)] = password;
}

void write_secret(Step& step, UnitName writer, const Passwords& staged) {
  Application& application = step.world.shared().application;
  Passwords after = application.passwords;
  for (std::size_t user = 0; user < after.size(); ++user) {
    if (staged[user] != 0) after[user] = staged[user];
  }
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
