#include "charm/runtime/dispatch.h"

namespace charm {
namespace {

bool observes(const Handler& handler, const Event& event) {
  return handler.on == event.kind && handler.subject == event.subject;
}

class Dispatch {
 public:
  Dispatch(const CharmDefinition& charm, Unit& unit, DispatchObserver& observer)
      : charm_(charm), unit_(unit), observer_(observer) {}

  // Oldest first, over the list as it stood at the start. A notice that defers again keeps its
  // place.
  void reemit() {
    const Notices before = unit_.juju.notices();
    for (const Notice& notice : before) {
      if (!run(notice, Source::queue).deferred()) continue;
      kept_.push_back(notice);
    }
    changed_ = kept_.size() != before.size();
  }

  void emit(const Event& event) {
    for (std::size_t at = 0; at < charm_.handlers.size(); ++at) {
      if (!observes(charm_.handlers[at], event)) continue;
      const Notice notice{static_cast<std::uint16_t>(at), event};
      // ops 2.18 and later skip a handler while an equal notice is queued
      // (juju-and-pebble.md, 5.3).
      if (kept_.contains(notice)) {
        observer_.handler_merged(charm_.handlers[at], event);
        continue;
      }
      if (!run(notice, Source::juju).deferred()) continue;
      kept_.push_back(notice);
      changed_ = true;
    }
  }

  void commit() {
    if (changed_) unit_.juju.set_notices(kept_);
  }

 private:
  enum class Source : std::uint8_t { queue, juju };

  Outcome run(const Notice& notice, Source source) {
    // A handler that this revision of the charm no longer has: the notice is dropped (5.4).
    if (notice.handler >= charm_.handlers.size()) return {};
    const Handler& handler = charm_.handlers[notice.handler];
    unit_.path.clear();
    observer_.handler_started(handler, notice.event, source == Source::queue);
    const Outcome outcome = handler.run(unit_, notice.event);
    observer_.handler_ended(handler, outcome, unit_.path);
    return outcome;
  }

  const CharmDefinition& charm_;
  Unit& unit_;
  DispatchObserver& observer_;
  Notices kept_;
  bool changed_ = false;
};

}  // namespace

DispatchResult dispatch(const CharmDefinition& charm, Unit& unit, const Event& event,
                        DispatchObserver& observer) {
  try {
    Dispatch run(charm, unit, observer);
    run.reemit();
    run.emit(event);
    run.commit();
    return {};
  } catch (const HookFailed& failure) {
    return {false, failure.what()};
  }
}

}  // namespace charm
