// What changes without being a fault: Juju gives the leadership to another unit, the operator takes
// the highest unit away. It is asked for where the scenario allows some of it that is not used up.
//
// A leadership is lost by a renewal that fails, and in no other way while its holder lives
// (juju-and-pebble.md, section 4.1): between two renewals nobody can tell whether the next one will
// fail. So to ask at each renewal is to ask at any moment. Who gets the lease is asked, too: all
// that wait race for it.
#include "model/juju.h"
#include "model/network.h"
#include "sim/scenario/consistency.h"
#include "sim/simulation.h"

namespace sim {
namespace {

using charm::UnitName;

// Whether what is left of the story neither names that unit, or a higher one, nor takes away so
// many that none would be left.
bool spares(const std::vector<StoryStep>& story, std::size_t from, UnitName unit) {
  std::uint32_t units = unit.ordinal;  // that are asked for then
  for (std::size_t at = from; at < story.size(); ++at) {
    const Deed& deed = story[at].deed;
    const std::optional<Target> target = target_of(deed);
    const auto* named = target ? std::get_if<UnitName>(&*target) : nullptr;
    if (named != nullptr && named->ordinal >= unit.ordinal) return false;
    units = scale_after(deed, units);
    if (units == 0 && std::holds_alternative<RemoveUnits>(deed)) return false;
  }
  return true;
}

}  // namespace

void Simulation::note_change(UnitName unit, std::string_view what) {
  settled_ = false;
  may_have_settled_ = true;
  if (!trace_.on()) return;
  TraceEvent event{.at = world_.now(), .kind = TraceKind::story, .unit = unit};
  event.text = what;
  trace_.record(event);
}

// Until somebody has it again the run goes on, however well all stands: what it leads to is to be
// seen.
bool Simulation::is_changing_leader() const {
  if (scenario_.changes.leaders == 0) return false;
  const model::Application& application = world_.shared().application;
  return application.renewals_fail || !application.lease_holder;
}

void Simulation::on_lease_timer(UnitName unit) {
  ask_for_leader_change(unit);
  model::juju::on_lease_timer(step_, unit);
}

void Simulation::ask_for_leader_change(UnitName unit) {
  if (changes_left_.leaders == 0) return;
  const model::Application& application = world_.shared().application;
  const bool renews = application.lease_holder == unit && !application.renewals_fail &&
                      model::network::reaches_controller(world_, unit);
  if (!renews) return;
  charm::UnitSet others = world_.existing();
  others.erase(unit);
  // Alone, it loses the lease, and gets it again.
  const auto most = static_cast<std::uint32_t>(std::max<std::size_t>(others.size(), 1));
  std::uint32_t option = choices_->pick(1 + most, {{}, leader_change_question});
  if (option == 0) return;
  --changes_left_.leaders;
  charm::MaybeUnit next;
  for (UnitName other : others) {
    if (--option == 0) next = other;
  }
  note_change(unit, "Juju renews this unit's leadership no more");
  model::juju::let_lease_go(step_, next);
}

// Nobody, where none may go, or none is left to spend.
charm::MaybeUnit Simulation::next_to_depart() const {
  if (changes_left_.departures == 0) return {};
  const model::Application& application = world_.shared().application;
  if (application.presence != model::Presence::deployed || application.scale < 2) return {};
  const UnitName last{static_cast<std::uint16_t>(application.scale - 1)};
  if (!spares(scenario_.story, world_.shared().story_step, last)) return {};
  return last;
}

// True: the operator has acted, which is a step of its own.
bool Simulation::ask_for_departure() {
  const charm::MaybeUnit last = next_to_depart();
  if (!last || choices_->pick(2, {{}, departure_question}) == 0) return false;
  --changes_left_.departures;
  note_change(*last, "the operator takes this unit away");
  model::juju::request_scale(step_, (*last).ordinal);
  step_done();
  return true;
}

}  // namespace sim
