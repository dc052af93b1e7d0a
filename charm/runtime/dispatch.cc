#include "charm/runtime/dispatch.h"

#include <string>

namespace charm {
namespace {

class Dispatch {
 public:
  Dispatch(const CharmDefinition& charm, Unit& unit, DispatchObserver& observer)
      : charm_(charm), unit_(unit), observer_(observer) {}

  // Oldest first, over the list as it stood at the start. A notice that defers again keeps its
  // place; one whose handler is gone is dropped for good, even if a later revision has it again.
  void reemit() {
    const Notices before = unit_.juju.notices();
    for (const Notice& notice : before) {
      if (notice.handler >= charm_.handlers.size()) continue;
      if (run(notice, Source::queue).deferred()) keep(notice);
    }
    changed_ = kept_.size() != before.size();
  }

  void emit(const Event& event) {
    for (std::size_t at = 0; at < charm_.handlers.size(); ++at) {
      if (!observes(charm_.handlers[at], event)) continue;
      const Notice notice{static_cast<std::uint16_t>(at), event};
      // Asked after the re-emission: an equal notice that has just been run well stands for
      // nothing.
      if (charm_.duplicates == Duplicates::merged && kept_.contains(notice)) {
        observer_.handler_merged(charm_.handlers[at], event);
        continue;
      }
      if (!run(notice, Source::juju).deferred()) continue;
      keep(notice);
      changed_ = true;
    }
  }

  // Nothing may be decided by what cannot be read, nor written over it.
  void set_aside(const Event& event, std::string_view text) {
    unit_.juju.log(text);
    unit_.juju.set_unit_status({StatusKind::blocked, text});
    if (event.kind == EventKind::action) unit_.action.fail(text);
    kept_ = unit_.juju.notices();
    queue(event);
    queue({.kind = EventKind::config_changed});
  }

  void commit() {
    if (changed_) unit_.juju.set_notices(kept_);
  }

 private:
  enum class Source : std::uint8_t { queue, juju };

  Outcome run(const Notice& notice, Source source) {
    const Handler& handler = charm_.handlers[notice.handler];
    unit_.path.clear();
    observer_.handler_started(handler, notice.event, source == Source::queue);
    const Outcome outcome = handler.run(unit_, notice.event);
    observer_.handler_ended(handler, outcome, unit_.path);
    return outcome;
  }

  // As in ops: the unit is torn down, and no dispatch comes in which it could run again; an
  // action's operator is told once, when it ends.
  static bool can_defer(EventKind kind) {
    return kind != EventKind::stop && kind != EventKind::remove && kind != EventKind::action;
  }

  // For each of its handlers, as if it had deferred; equal notices stand for one.
  void queue(const Event& event) {
    if (!can_defer(event.kind)) return;
    for (std::size_t at = 0; at < charm_.handlers.size(); ++at) {
      const Notice notice{static_cast<std::uint16_t>(at), event};
      if (!observes(charm_.handlers[at], event) || kept_.contains(notice)) continue;
      keep(notice);
      changed_ = true;
    }
  }

  void keep(const Notice& notice) {
    const EventKind kind = notice.event.kind;
    if (!can_defer(kind)) throw HookFailed("cannot defer " + std::string(to_text(kind)));
    if (kept_.full()) throw HookFailed("cannot defer: the queue is full");
    kept_.push_back(notice);
  }

  const CharmDefinition& charm_;
  Unit& unit_;
  DispatchObserver& observer_;
  Notices kept_;
  bool changed_ = false;
};

template <class Act>
DispatchResult play(const CharmDefinition& charm, Unit& unit, DispatchObserver& observer, Act act) {
  try {
    Dispatch run(charm, unit, observer);
    act(run);
    run.commit();
    return {};
  } catch (const HookFailed& failure) {
    return {false, failure.what()};
  }
}

}  // namespace

DispatchResult dispatch(const CharmDefinition& charm, Unit& unit, const Event& event,
                        DispatchObserver& observer) {
  return play(charm, unit, observer, [&](Dispatch& run) {
    if (const StateKey key = unit.juju.unreadable_state(); key != StateKey::none) {
      run.set_aside(event, refusal_of(key));
    } else {
      run.reemit();
      run.emit(event);
    }
  });
}

DispatchResult set_aside(const CharmDefinition& charm, Unit& unit, const Event& event,
                         DispatchObserver& observer, std::string_view why) {
  return play(charm, unit, observer, [&](Dispatch& run) { run.set_aside(event, why); });
}

}  // namespace charm
