// Relations and their bags. Source: juju-and-pebble.md, sections 2.1, 2.2 and 2.4.
#include <algorithm>
#include <charconv>

#include "tests/live/agent/tool_call.h"

namespace agent {
namespace {

using nlohmann::json;

bool is_unit_name(std::string_view name) {
  const auto slash = name.find('/');
  return slash != name.npos && slash > 0 && slash + 1 < name.size() &&
         name.find_first_not_of("0123456789", slash + 1) == name.npos;
}

std::string application_in(std::string_view name) {
  return std::string(name.substr(0, name.find('/')));
}

}  // namespace

Relation Tools::relation(Call& call, const Arguments& arguments) {
  const std::string given = arguments.value("-r");
  const std::vector<Relation> all = texts_.relations(call.unit);
  if (!arguments.has("-r")) {
    const charm::Event& event = juju_.hook(call.unit)->event;
    if (subject_of(event.kind) != charm::Subject::relation) {
      refuse_use("no relation id specified");
    }
    const bool of_peers = event.subject < juju_.charm().peer_relations();
    const std::uint16_t number = of_peers ? event.subject : event.relation.number;
    const auto own = std::ranges::find(all, number, &Relation::number);
    if (own == all.end()) refuse_use("no relation id specified");
    return *own;
  }
  const std::string digits = given.substr(given.rfind(':') + 1);
  std::uint16_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const std::string said = "invalid value \"" + given + "\" for option -r: ";
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
    refuse_use(said + "invalid relation id");
  }
  const auto found = std::ranges::find(all, number, &Relation::number);
  if (found == all.end()) refuse_use(said + "relation not found");
  return *found;
}

void Tools::relation_ids(Call& call) {
  Arguments arguments = call.arguments({});
  std::string endpoint = arguments.take();
  arguments.end();
  if (endpoint.empty()) {
    const charm::Event& event = juju_.hook(call.unit)->event;
    if (subject_of(event.kind) != charm::Subject::relation) {
      refuse_use("no relation name specified");
    }
    endpoint = juju_.charm().relations[event.subject];
  }
  std::vector<std::string> ids;
  for (const Relation& one : texts_.relations(call.unit)) {
    if (texts_.endpoint_name(one) == endpoint) ids.push_back(texts_.id_of(one));
  }
  std::ranges::sort(ids);
  call.print(ids, arguments.as_json());
}

void Tools::relation_list(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"-r"}, .flags = {"--app"}});
  const Relation of = relation(call, arguments);
  arguments.end();
  if (arguments.flag("--app")) {
    return call.print(texts_.other_application(of), arguments.as_json());
  }
  call.print(texts_.members(call.unit, of), arguments.as_json());
}

void Tools::relation_get(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"-r"}, .flags = {"--app"}});
  const Relation from = relation(call, arguments);
  std::string key = arguments.take();
  if (key == "-") key.clear();
  std::string of = arguments.take();
  arguments.end();
  bool of_application = arguments.flag("--app");
  const charm::Event& event = juju_.hook(call.unit)->event;
  const bool in_relation = subject_of(event.kind) == charm::Subject::relation;
  if (of.empty() && in_relation && event.remote_unit && !of_application) {
    of = texts_.other_application(from) + '/' + std::to_string(event.remote_unit.ordinal);
  } else if (of.empty() && in_relation) {
    of = texts_.other_application(from);
    of_application = true;
  } else if (of.empty()) {
    refuse_use("no unit or application specified");
  } else if (of_application) {
    of = application_in(of);
  } else if (!is_unit_name(of)) {
    const bool is_application = of.find('/') == of.npos;
    refuse_use(
        (is_application ? "expected unit name, got application name \"" : "invalid unit name \"") +
        of + '"');
  }
  const std::string& own = juju_.deployment().app.text;
  const bool of_clients = from.client.has_value() && of_application && of == own;
  if (of_clients && !juju_.is_leader(call.unit)) {
    refuse("permission denied (unauthorized access)");
  }
  const bool is_known =
      application_in(of) == own || application_in(of) == texts_.other_application(from);
  if (!is_known) refuse("permission denied (unauthorized access)");
  const Bag bag =
      texts_.bag(call.unit, from, of_application ? Scope::application : Scope::unit, of);
  if (key.empty()) return call.print(json(bag), arguments.as_json());
  const auto found = bag.find(key);
  call.print(found == bag.end() ? json() : json(found->second), arguments.as_json());
}

void Tools::relation_set(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"-r", "--file"}, .flags = {"--app"}});
  const Relation into = relation(call, arguments);
  const Bag changes = call.changes(arguments);
  const bool of_application = arguments.flag("--app");
  if (of_application && !juju_.is_leader(call.unit)) refuse("cannot write relation settings");
  texts_.set_bag(call.unit, into, of_application ? Scope::application : Scope::unit, changes);
}

}  // namespace agent
