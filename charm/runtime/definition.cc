#include "charm/runtime/definition.h"

#include <string>

namespace charm {
namespace {

std::string_view subject_of(const CharmDefinition& charm, const Event& event) {
  switch (event.kind) {
    case EventKind::relation_created:
    case EventKind::relation_joined:
    case EventKind::relation_changed:
    case EventKind::relation_departed:
    case EventKind::relation_broken: return charm.relations[event.subject];
    case EventKind::storage_attached:
    case EventKind::storage_detaching: return charm.storages[event.subject];
    case EventKind::pebble_ready: return charm.container;
    case EventKind::install:
    case EventKind::start:
    case EventKind::config_changed:
    case EventKind::leader_elected:
    case EventKind::update_status:
    case EventKind::upgrade_charm:
    case EventKind::stop:
    case EventKind::remove:
    case EventKind::secret_changed: return {};
  }
  return {};
}

}  // namespace

std::string hook_name(const CharmDefinition& charm, const Event& event) {
  std::string name(subject_of(charm, event));
  if (!name.empty()) name += '-';
  return name.append(to_text(event.kind));
}

}  // namespace charm
