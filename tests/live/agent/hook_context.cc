#include "tests/live/agent/hook_context.h"

#include "charm/types/check.h"
#include "tests/live/agent/stored_texts.h"

namespace agent {
namespace {

using charm::EventKind;
using charm::Subject;
using charm::UnitName;

constexpr const char* model_uuid = "8c0b4a4c-6f0e-4c6f-8e0b-6d6f64656c31";

std::string name_of(const ModelJuju& juju, const charm::Event& event) {
  if (model::juju::is_action(event)) return std::string(juju.charm().actions[event.subject]);
  return charm::hook_name(juju.charm(), event);
}

// The remote unit is always there, and often empty; so is what a joined or a departed tells.
void add_relation(Variables& variables, ModelJuju& juju, UnitName unit, const charm::Event& event) {
  StoredTexts texts(juju);
  const bool of_peers = event.subject < juju.charm().peer_relations();
  for (const Relation& relation : texts.relations(unit)) {
    const std::uint16_t number = of_peers ? event.subject : event.relation.number;
    if (relation.number != number) continue;
    const std::string other = texts.other_application(relation);
    variables["JUJU_RELATION"] = texts.endpoint_name(relation);
    variables["JUJU_RELATION_ID"] = texts.id_of(relation);
    variables["JUJU_REMOTE_APP"] = other;
    variables["JUJU_REMOTE_UNIT"] =
        event.remote_unit ? other + '/' + std::to_string(event.remote_unit.ordinal) : "";
    if (event.kind != EventKind::relation_departed) continue;
    const charm::AppName& app = juju.deployment().app;
    variables["JUJU_DEPARTING_UNIT"] = event.departing_unit
                                           ? charm::to_text(app, *event.departing_unit)
                                           : variables["JUJU_REMOTE_UNIT"];
  }
}

}  // namespace

std::string context_id(const ModelJuju& juju, UnitName unit) {
  const RunningHook* hook = juju.hook(unit);
  CHECK(hook != nullptr);
  return charm::to_text(juju.deployment().app, unit) + '-' + name_of(juju, hook->event) + '-' +
         std::to_string(hook->number);
}

Variables hook_variables(ModelJuju& juju, UnitName unit, const std::string& context,
                         const AgentPlace& place, const std::string& path) {
  const RunningHook* hook = juju.hook(unit);
  CHECK(hook != nullptr);
  const charm::Event& event = hook->event;
  const bool is_action = model::juju::is_action(event);
  const std::string name = name_of(juju, event);
  Variables variables{{"JUJU_DISPATCH_PATH", (is_action ? "actions/" : "hooks/") + name},
                      {"JUJU_HOOK_NAME", is_action ? "" : name},
                      {"JUJU_UNIT_NAME", charm::to_text(juju.deployment().app, unit)},
                      {"JUJU_MODEL_NAME", juju.deployment().model},
                      {"JUJU_MODEL_UUID", model_uuid},
                      {"JUJU_CHARM_DIR", place.charm_folder},
                      {"CHARM_DIR", place.charm_folder},
                      {"JUJU_CONTEXT_ID", context},
                      {"JUJU_AGENT_SOCKET_ADDRESS", place.socket},
                      {"JUJU_AGENT_SOCKET_NETWORK", "unix"},
                      {"JUJU_API_ADDRESSES", "10.0.0.1:17070"},
                      {"JUJU_VERSION", "3.6.9"},
                      {"JUJU_PRINCIPAL_UNIT", ""},
                      {"JUJU_AVAILABILITY_ZONE", ""},
                      {"PATH", place.tools + ':' + path}};
  switch (subject_of(event.kind)) {
    case Subject::relation: add_relation(variables, juju, unit, event); break;
    case Subject::storage: {
      const std::string storage(juju.charm().storages[event.subject]);
      variables["JUJU_STORAGE_ID"] = storage + '/' + std::to_string(unit.ordinal);
      variables["JUJU_STORAGE_KIND"] = "filesystem";
      variables["JUJU_STORAGE_LOCATION"] = "/var/lib/juju/storage/" + storage + "/0";
      break;
    }
    case Subject::container:
      variables["JUJU_WORKLOAD_NAME"] = std::string(juju.charm().container);
      break;
    case Subject::action:
      variables["JUJU_ACTION_NAME"] = name;
      variables["JUJU_ACTION_UUID"] = context;
      variables["JUJU_ACTION_TAG"] = "action-" + context;
      break;
    case Subject::none: break;
  }
  if (event.kind == EventKind::secret_changed) {
    StoredTexts texts(juju);
    const SecretName passwords{.kind = SecretName::Kind::application, .client = 0};
    variables["JUJU_SECRET_ID"] = "secret:" + texts.id_of(unit, passwords);
    variables["JUJU_SECRET_LABEL"] = texts.label_of(passwords);
  }
  return variables;
}

}  // namespace agent
