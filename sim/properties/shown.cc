#include "sim/properties/shown.h"

#include "charm/types/status.h"
#include "sim/properties/refresh.h"
#include "sim/properties/sight.h"
#include "sim/properties/wishes.h"

namespace sim::properties::judge {
namespace {

using charm::UnitName;

constexpr std::uint8_t a_tenth = 10;

// Whose hooks run, and can ask.
bool is_heard(const Moment& moment, UnitName name) {
  const model::UnitState& unit = moment.world.unit(name);
  return !unit.pod.node_lost && !unit.container.broken &&
         unit.container.stage == model::ContainerStage::noticed && !is_mute(moment.world, name);
}

}  // namespace

std::optional<std::string> volume_is_told(const Moment& moment) {
  for (const UnitName name : moment.world.planned()) {
    const model::UnitState& unit = moment.world.unit(name);
    if (!is_heard(moment, name) || !unit.volume.data_directory) continue;
    const bool is_nearly_full = unit.volume.free_percent < a_tenth;
    if (wishes::is_blocked_by_volume(moment, name) && !is_nearly_full) {
      return name_of(moment, name) + " says that its volume fills up, and there is space";
    }
    if (unit.status == charm::StatusKind::blocked || tells_of_refresh(moment, name)) continue;
    if (is_nearly_full) {
      return name_of(moment, name) + " does not say '" +
             std::string(charm::messages::little_space) + "'";
    }
  }
  return std::nullopt;
}

std::optional<std::string> version_and_ports_are_shown(const Moment& moment) {
  const charm::UnitSet listed = sight::listed(moment.world);
  for (const UnitName name : moment.world.planned()) {
    const model::AgentRecord& record = moment.world.unit(name).record;
    if (!is_heard(moment, name) || !listed.contains(name)) continue;
    if (!record.version_told) return name_of(moment, name) + " shows no version";
    if (!record.ports_open) return name_of(moment, name) + " has not opened its ports";
  }
  return std::nullopt;
}

std::optional<std::string> little_space_was_told(const Moment& moment) {
  if (moment.handler == nullptr || moment.handler->handler.name != "update-status") {
    return std::nullopt;
  }
  const UnitName unit = moment.handler->unit;
  if (!wishes::is_blocked_by_volume(moment, unit)) return std::nullopt;
  return name_of(moment, unit);
}

}  // namespace sim::properties::judge
