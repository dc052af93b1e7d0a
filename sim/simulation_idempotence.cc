// Handlers are idempotent in a settled world: when a run has settled, each hook is run once more on
// each unit, on the world as it stands, and nothing changes but clocks. No time passes and nobody
// else acts: what such a hook changes, it changes by itself.
#include <algorithm>
#include <cstring>

#include "model/juju.h"
#include "sim/properties/sight.h"
#include "sim/simulation.h"
#include "sim/unit_side.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;

template <class T>
bool same(const T& a, const T& b) {
  static_assert(std::has_unique_object_representations_v<T>);
  return std::memcmp(&a, &b, sizeof a) == 0;
}

enum class Messages : std::uint8_t { may_differ, are_the_same };  // of units that are Active

std::string_view change_of_unit(const model::UnitState& a, const model::UnitState& b,
                                Messages messages) {
  const bool same_message =
      a.status_text == b.status_text ||
      (messages == Messages::may_differ && a.status == charm::StatusKind::active);
  if (a.status != b.status || !same_message) return "its status";
  if (a.record.restart_state != b.record.restart_state ||
      a.record.upgrade_state != b.record.upgrade_state) {
    return "its bags";
  }
  if (!same(a.volume, b.volume)) return "its files";
  if (!same(a.container, b.container)) return "its Pebble plan or service";
  if (!same(a.pod, b.pod)) return "its pod's labels";
  if (!same(a.postgres, b.postgres)) return "its database";
  if (a.member.admitted != b.member.admitted || a.member.job != b.member.job ||
      a.member.sync_names != b.member.sync_names || a.member.passwords != b.member.passwords) {
    return "its member";
  }
  return {};
}

// What differs; empty if nothing does. What an agent keeps about its hook, who has looked at the
// lock when, and timers are no change.
std::string change_between(const charm::AppName& app, const model::World& a, const model::World& b,
                           Messages messages) {
  if (!(a.endpoints() == b.endpoints())) return "endpoints";
  if (!same(a.shared().application, b.shared().application))
    return "the application's bags or Services";
  if (!(a.upgrade_stack() == b.upgrade_stack())) return "the upgrade stack";
  if (!same(a.shared().dcs, b.shared().dcs)) return "Patroni's objects";
  for (UnitName name; name.ordinal < a.unit_count(); ++name.ordinal) {
    std::string_view what = change_of_unit(a.unit(name), b.unit(name), messages);
    if (what.empty() && !(a.notices(name) == b.notices(name))) what = "its deferral queue";
    if (!what.empty()) return std::string(what) + ", of " + to_text(app, name);
  }
  return {};
}

// Events that can come again in a settled world, whatever has been before.
bool can_come_again(EventKind kind) {
  switch (kind) {
    case EventKind::config_changed:
    case EventKind::start:
    case EventKind::leader_elected:
    case EventKind::update_status:
    case EventKind::relation_joined:
    case EventKind::relation_changed:
    case EventKind::pebble_ready:
    case EventKind::secret_changed:
    case EventKind::upgrade_charm: return true;
    default: return false;
  }
}

std::vector<Event> events_of(const charm::Handler& handler, const model::World& world,
                             UnitName name) {
  if (!can_come_again(handler.on)) return {};
  const bool leads = world.shared().application.lease_holder == name;
  if (handler.on == EventKind::leader_elected && !leads) return {};
  std::vector<Event> events;
  const bool of_relation = subject_of(handler.on) == charm::Subject::relation;
  if (!of_relation || handler.on == EventKind::relation_changed) {
    events.push_back({handler.on, handler.subject, {}, {}});
  }
  // Of a client or a provider there is no other unit that a handler would make anything of.
  if (!of_relation || handler.subject >= model::max_peer_relations) return events;
  for (UnitName other : world.unit(name).record.peers[handler.subject].joined) {
    if (world.planned().contains(other)) events.push_back({handler.on, handler.subject, other, {}});
  }
  return events;
}

}  // namespace

bool Simulation::can_be_probed(UnitName name) const {
  const model::UnitState& unit = world_.unit(name);
  return unit.process.running && !unit.process.shutting_down && !unit.pod.node_lost &&
         unit.surroundings.frozen == model::Frozen::no &&
         unit.record.step == model::HookStep::none && !units_[name.ordinal].run.active;
}

// On the run's own world, which is put back: ports and gates are bound to it.
std::string Simulation::probe(UnitName name, const Event& event) {
  model::UnitState& unit = world_.unit(name);
  unit.record.hook = event;
  unit.record.step = model::HookStep::running;
  unit.record.newest_number = world_.shared().application.records_made;
  unit.process.told_not_leader = unit.process.deadline_passed = false;
  unit.process.configuration = 0;
  UnitRun& run = units_[name.ordinal].run;
  if (run.doomed) executor_->unwind(run);
  run.active = true;
  run.ended = run.in_call = false;
  run.event = event;
  run.log.clear();
  run.cursor = {};
  run.heard = run.hears = 0;
  executor_->go_on(run);
  run.active = false;
  const bool committed = run.ended && run.result.ok && model::juju::flush(step_, name);
  facts_.clear();
  return committed ? std::string() : "nothing, but fails";
}

// Run once it may bring an Active unit's message up to date, which no hook was due for; run twice
// it changes nothing at all.
std::string Simulation::change_by(UnitName name, const Event& event, const model::World& settled) {
  std::string what = probe(name, event);
  const charm::AppName& app = scenario_.world.app;
  if (what.empty()) what = change_between(app, settled, world_, Messages::may_differ);
  if (!what.empty()) return what;
  const model::World once = world_;
  what = probe(name, event);
  return what.empty() ? change_between(app, once, world_, Messages::are_the_same) : what;
}

void Simulation::judge_idempotence() {
  if (!options_.idempotence || verdict_.end != RunEnd::settled || !verdict_.ok()) return;
  if (!is_asked_for(handlers_are_idempotent) || !sight::all_are_active(world_)) return;
  const model::World settled = world_;
  probing_ = true;
  std::string broken;
  for (UnitName name : settled.planned()) {
    if (!can_be_probed(name)) continue;
    for (const charm::Handler& handler : charm_.definition->handlers) {
      for (const Event& event : events_of(handler, settled, name)) {
        const std::string what = change_by(name, event, settled);
        world_ = settled;
        ++verdict_.probes;
        if (what.empty() || !broken.empty()) continue;
        broken = hook_name(*charm_.definition, event) + " of " +
                 to_text(scenario_.world.app, name) + ", run again in the settled world, changes " +
                 what;
      }
    }
  }
  probing_ = false;
  if (!broken.empty()) note_violation(handlers_are_idempotent, Form::always, std::move(broken));
}

}  // namespace sim
