// Its chart is leader-elected.mmd: one statement a box, one return an exit.
#include "greeter.h"

#include <array>

namespace greeter {
namespace {

using charm::EventKind;
using charm::Handler;
using charm::Outcome;
using charm::Status;
using charm::StatusKind;
using charm::Unit;

Outcome on_leader_elected(Unit& unit, const charm::Event& /*event*/) {
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return unit.path.done("rtn", "leadership is gone again");
  }
  unit.path.at("label_own_pod");
  if (!unit.kubernetes.label_pod_as_member(pod_of(unit.name))) {
    unit.path.took("refused");
    return unit.path.deferred("defer", "the API server does not answer");
  }
  unit.path.took("done");
  unit.path.at("set_active");
  unit.juju.set_unit_status(Status{StatusKind::active, "I lead"});
  return unit.path.done("rtn2", "labelled");
}

constexpr std::array<std::string_view, 1> relations{"peers"};
constexpr std::array handlers{
    Handler{"leader-elected", "leader-elected", EventKind::leader_elected, 0, on_leader_elected}};

}  // namespace

const charm::CharmDefinition& definition() {
  static const charm::CharmDefinition charm{"greeter", "greeter", relations, {}, handlers};
  return charm;
}

}  // namespace greeter
