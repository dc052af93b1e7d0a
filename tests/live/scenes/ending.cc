#include "tests/live/scenes/ending.h"

#include <algorithm>

#include "charm/wire/coordination.h"
#include "model/juju.h"
#include "model/state.h"

namespace scenes {
namespace {

using charm::UnitName;

std::string number(UnitName unit) { return std::to_string(unit.ordinal); }

template <class Names>
std::string listed(const Names& names) {
  std::vector<std::uint16_t> ordinals;
  for (const auto& name : names) ordinals.push_back(name.ordinal);
  std::ranges::sort(ordinals);
  std::string text;
  for (const auto ordinal : ordinals) text += ' ' + std::to_string(ordinal);
  return text;
}

const char* to_text(model::RoleLabel role) {
  switch (role) {
    case model::RoleLabel::none: return "";
    case model::RoleLabel::primary: return "primary";
    case model::RoleLabel::replica: return "replica";
  }
  return "";
}

}  // namespace

std::string labels(UnitName unit, bool is_member, std::string_view role) {
  return "pod " + number(unit) + ':' + (is_member ? " member" : "") + " role " + std::string(role);
}

Ending juju_ending(const model::World& world, const model::Texts& texts) {
  const model::Application& application = world.shared().application;
  Ending ending;
  ending.push_back("endpoints:" + listed(world.endpoints()));
  ending.push_back(std::string("initialised: ") + (application.initialised ? "yes" : "no"));
  ending.push_back("restart granted:" + listed(application.restart_granted));
  ending.push_back("upgrade stack:" + listed(world.upgrade_stack()));
  for (const UnitName unit : world.existing()) {
    const model::UnitState& state = world.unit(unit);
    ending.push_back("unit " + number(unit) + ": " + std::string(charm::to_text(state.status)) +
                     " '" + std::string(texts.text_of(state.status_text)) + "'" + ", restart " +
                     std::string(charm::wire::to_text(state.record.restart_state)) + ", upgrade " +
                     std::string(charm::wire::to_text(state.record.upgrade_state)) +
                     (model::juju::is_leader(world, unit) ? ", leads" : "") + ", defers " +
                     std::to_string(world.notice_count(unit)));
  }
  return ending;
}

Ending ending_of(const model::World& world, const model::Texts& texts) {
  Ending ending = juju_ending(world, texts);
  for (const UnitName unit : world.existing()) {
    const model::Pod& pod = world.unit(unit).pod;
    ending.push_back(labels(unit, pod.member_labels, to_text(pod.role)));
  }
  return ending;
}

std::string differences(const Ending& live, const Ending& simulated) {
  std::string text;
  for (const std::string& line : live) {
    if (std::ranges::find(simulated, line) == simulated.end()) text += "\n  live:      " + line;
  }
  for (const std::string& line : simulated) {
    if (std::ranges::find(live, line) == live.end()) text += "\n  simulated: " + line;
  }
  return text;
}

}  // namespace scenes
