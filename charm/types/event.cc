#include "charm/types/event.h"

namespace charm {

std::string_view to_text(EventKind kind) {
  switch (kind) {
    case EventKind::install: return "install";
    case EventKind::start: return "start";
    case EventKind::config_changed: return "config-changed";
    case EventKind::leader_elected: return "leader-elected";
    case EventKind::update_status: return "update-status";
    case EventKind::upgrade_charm: return "upgrade-charm";
    case EventKind::stop: return "stop";
    case EventKind::remove: return "remove";
    case EventKind::relation_created: return "relation-created";
    case EventKind::relation_joined: return "relation-joined";
    case EventKind::relation_changed: return "relation-changed";
    case EventKind::relation_departed: return "relation-departed";
    case EventKind::relation_broken: return "relation-broken";
    case EventKind::storage_attached: return "storage-attached";
    case EventKind::storage_detaching: return "storage-detaching";
    case EventKind::pebble_ready: return "pebble-ready";
    case EventKind::secret_changed: return "secret-changed";
    case EventKind::action: return "action";
  }
  CHECK(false && "no such event");
  return {};
}

Subject subject_of(EventKind kind) {
  switch (kind) {
    case EventKind::relation_created:
    case EventKind::relation_joined:
    case EventKind::relation_changed:
    case EventKind::relation_departed:
    case EventKind::relation_broken: return Subject::relation;
    case EventKind::storage_attached:
    case EventKind::storage_detaching: return Subject::storage;
    case EventKind::pebble_ready: return Subject::container;
    case EventKind::action: return Subject::action;
    case EventKind::install:
    case EventKind::start:
    case EventKind::config_changed:
    case EventKind::leader_elected:
    case EventKind::update_status:
    case EventKind::upgrade_charm:
    case EventKind::stop:
    case EventKind::remove:
    case EventKind::secret_changed: return Subject::none;
  }
  CHECK(false && "no such event");
  return {};
}

}  // namespace charm
