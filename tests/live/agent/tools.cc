// What is about the unit itself, and actions.
#include "tests/live/agent/tools.h"

#include <algorithm>
#include <array>

#include "tests/live/agent/tool_call.h"

namespace agent {
namespace {

namespace juju = model::juju;
using charm::StatusKind;
using charm::UnitName;
using nlohmann::json;

// No tool needs the moment.
constexpr const char* since = "1970-01-01 00:00:00Z";

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line.append(line.empty() ? "" : " ").append(word);
  return line;
}

bool is_action_key(std::string_view key) {
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !key.empty() && is_alphanumeric(key.front()) && is_alphanumeric(key.back()) &&
         std::ranges::all_of(key, [&](char c) { return is_alphanumeric(c) || c == '-'; });
}

}  // namespace

Tools::Tool Tools::find(std::string_view name) {
  static const std::map<std::string_view, Tool> tools{
      {"is-leader", &Tools::is_leader},
      {"goal-state", &Tools::goal_state},
      {"config-get", &Tools::config_get},
      {"relation-ids", &Tools::relation_ids},
      {"relation-list", &Tools::relation_list},
      {"relation-get", &Tools::relation_get},
      {"relation-set", &Tools::relation_set},
      {"secret-add", &Tools::secret_add},
      {"secret-set", &Tools::secret_set},
      {"secret-get", &Tools::secret_get},
      {"secret-info-get", &Tools::secret_info_get},
      {"secret-ids", &Tools::secret_ids},
      {"secret-grant", &Tools::secret_grant},
      {"secret-revoke", &Tools::secret_revoke},
      {"status-get", &Tools::status_get},
      {"status-set", &Tools::status_set},
      {"state-get", &Tools::state_get},
      {"state-set", &Tools::state_set},
      {"state-delete", &Tools::state_delete},
      {"network-get", &Tools::network_get},
      {"juju-log", &Tools::juju_log},
      {"application-version-set", &Tools::application_version_set},
      {"open-port", &Tools::open_port},
      {"action-get", &Tools::action_get},
      {"action-set", &Tools::action_set},
      {"action-fail", &Tools::action_fail},
      {"action-log", &Tools::action_log},
  };
  const auto found = tools.find(name);
  return found == tools.end() ? nullptr : found->second;
}

const std::vector<std::string>& tool_names() {
  static const std::vector<std::string> names{"is-leader",     "goal-state",
                                              "config-get",    "relation-ids",
                                              "relation-list", "relation-get",
                                              "relation-set",  "secret-add",
                                              "secret-set",    "secret-get",
                                              "secret-ids",    "secret-grant",
                                              "secret-revoke", "secret-info-get",
                                              "status-get",    "status-set",
                                              "state-get",     "state-set",
                                              "state-delete",  "network-get",
                                              "juju-log",      "action-get",
                                              "action-set",    "action-fail",
                                              "action-log",    "application-version-set",
                                              "open-port"};
  return names;
}

ToolAnswer Tools::run(UnitName unit, const ToolCall& given) {
  const Tool tool = find(given.arguments.front());
  if (tool == nullptr || juju_.hook(unit) == nullptr) {
    return {.code = 1, .output = {}, .errors = "ERROR unknown tool, or no hook runs\n"};
  }
  Call call{.unit = unit, .given = given, .output = {}};
  try {
    (this->*tool)(call);
    return {.code = 0, .output = std::move(call.output), .errors = {}};
  } catch (const NeedsInput&) {
    return {.code = 1, .output = {}, .errors = {}, .wants_input = true};
  } catch (const Refusal& refusal) {
    return {.code = refusal.code, .output = {}, .errors = "ERROR " + refusal.text + '\n'};
  } catch (const NoPlace& none) {
    log_(std::string(given.arguments.front()) + ": " + none.what());
    return {.code = 1, .output = {}, .errors = std::string("ERROR ") + none.what() + '\n'};
  }
}

void Tools::is_leader(Call& call) {
  Arguments arguments = call.arguments({});
  arguments.end();
  call.print(juju_.is_leader(call.unit), arguments.as_json());
}

// Those of other models are not in it.
void Tools::goal_state(Call& call) {
  Arguments arguments = call.arguments({});
  arguments.end();
  json units = json::object();
  for (const UnitName unit : juju_.world().existing()) {
    const model::UnitState& state = juju_.unit(unit);
    if (state.record.life == model::Life::dead) continue;
    const bool dying = state.record.life == model::Life::dying;
    units[charm::to_text(juju_.deployment().app, unit)] = {
        {"status", dying ? std::string("dying") : std::string(charm::to_text(state.status))},
        {"since", since}};
  }
  json relations = json::object();
  for (std::size_t client = 0; client < juju_.deployment().clients.size(); ++client) {
    const model::Relating life = juju_.world().shared().relations.at(client).life;
    if (life == model::Relating::never || life == model::Relating::gone) continue;
    const std::string& name = juju_.deployment().clients[client].name;
    json& endpoint = relations["database"];
    const char* status = life == model::Relating::dying ? "dying" : "joined";
    endpoint[name] = {{"status", status}, {"since", since}};
    if (life == model::Relating::made) continue;
    endpoint[name + "/0"] = {{"status", "active"}, {"since", since}};
  }
  call.print({{"units", units}, {"relations", relations}}, true);
}

void Tools::config_get(Call& call) {
  Arguments arguments = call.arguments({.with_value = {}, .flags = {"--all", "-a"}});
  const std::string key = arguments.take();
  arguments.end();
  const bool all = arguments.flag("--all") || arguments.flag("-a");
  if (all && !key.empty()) refuse_use("cannot use argument --all together with key \"" + key + '"');
  const std::uint8_t index = juju::read_configuration(juju_.world(), call.unit);
  const json& options = juju_.deployment().configurations.at(index);
  if (!key.empty()) {
    return call.print(options.contains(key) ? options[key] : json(), arguments.as_json());
  }
  json told = options;
  if (!all) {
    for (const auto& [name, value] : options.items()) {
      if (value.is_null()) told.erase(name);
    }
  }
  call.print(told, arguments.as_json());
}

void Tools::status_get(Call& call) {
  Arguments arguments =
      call.arguments({.with_value = {}, .flags = {"--include-data", "--application"}});
  arguments.end();
  if (arguments.flag("--application")) refuse("the model has no status of the application");
  auto& seen = juju_.hook(call.unit)->status;
  if (!seen) {
    const model::UnitState& unit = juju_.unit(call.unit);
    seen = {unit.status, std::string(juju_.texts().text_of(unit.status_text))};
  }
  json status{{"status", charm::to_text(seen->kind)}};
  if (arguments.flag("--include-data")) {
    status["message"] = seen->message;
    status["status-data"] = json::object();
  } else if (!arguments.as_json()) {
    status = status["status"];
  }
  call.print(status, arguments.as_json());
}

void Tools::status_set(Call& call) {
  Arguments arguments = call.arguments({.with_value = {}, .flags = {"--application"}});
  if (arguments.at_end()) refuse_use("invalid args, require <status> [message]");
  const std::string name = arguments.take();
  const std::string message = arguments.take();
  arguments.end();
  for (const StatusKind kind :
       {StatusKind::maintenance, StatusKind::blocked, StatusKind::waiting, StatusKind::active}) {
    if (charm::to_text(kind) != name) continue;
    if (arguments.flag("--application")) {
      if (!juju_.is_leader(call.unit)) refuse("this unit is not the leader");
      refuse("the model has no status of the application");
    }
    juju_.unit(call.unit).status = kind;
    juju_.unit(call.unit).status_text = juju_.texts().id_of(message);
    return;
  }
  refuse_use("invalid status \"" + name +
             "\", expected one of [maintenance blocked waiting active]");
}

void Tools::state_get(Call& call) {
  Arguments arguments = call.arguments({.with_value = {}, .flags = {"--strict"}});
  std::string key = arguments.take();
  arguments.end();
  if (key == "-") key.clear();
  const Bag state = texts_.state(call.unit);
  if (key.empty()) return call.print(state.empty() ? json() : json(state), arguments.as_json());
  const auto found = state.find(key);
  if (found != state.end()) return call.print(found->second, arguments.as_json());
  if (arguments.flag("--strict")) refuse('"' + key + "\" not found");
  call.print("", arguments.as_json());
}

void Tools::state_set(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"--file"}, .flags = {}});
  const Bag changes = call.changes(arguments);
  constexpr std::size_t longest_key = 256;
  constexpr std::size_t longest_value = 65536;
  for (const auto& [key, value] : changes) {
    if (key.size() > longest_key || value.size() > longest_value) {
      refuse("max allowed " + std::string(key.size() > longest_key ? "key" : "value") +
             " length exceeded");
    }
  }
  texts_.set_state(call.unit, changes);
}

void Tools::state_delete(Call& call) {
  Arguments arguments = call.arguments({});
  const std::string key = arguments.take();
  arguments.end();
  if (key.empty()) return;
  texts_.set_state(call.unit, {{key, ""}});
}

void Tools::network_get(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"-r"}, .flags = {}});
  if (arguments.at_end()) refuse_use("no arguments specified");
  const std::string binding = arguments.take();
  arguments.end();
  const auto& endpoints = juju_.charm().relations;
  if (std::ranges::find(endpoints, binding) == endpoints.end()) {
    refuse("undefined for unit charm: endpoint \"" + binding + "\" not valid");
  }
  const std::string at = texts_.address(juju_.unit(call.unit).pod.incarnation, call.unit);
  const json address{{"hostname", ""}, {"value", at}, {"cidr", at + "/32"}};
  call.print({{"bind-addresses", json::array({{{"mac-address", ""},
                                               {"interface-name", "eth0"},
                                               {"addresses", json::array({address})}}})},
              {"egress-subnets", json::array({at + "/32"})},
              {"ingress-addresses", json::array({at})}},
             true);
}

void Tools::juju_log(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"--log-level", "-l"}, .flags = {"--debug"}});
  const std::vector<std::string> words = arguments.take_all();
  if (words.empty()) refuse_use("no message specified");
  std::string level = arguments.value("--log-level");
  if (level.empty()) level = arguments.has("-l") ? arguments.value("-l") : "INFO";
  log_(charm::to_text(juju_.deployment().app, call.unit) + ' ' + level + ' ' + joined(words));
}

void Tools::application_version_set(Call& call) {
  Arguments arguments = call.arguments({});
  const std::string version = arguments.take();
  arguments.end();
  juju_.unit(call.unit).record.version_told = !version.empty();
}

// The model knows those of the charm, and no other. They go with the hook's transaction.
void Tools::open_port(Call& call) {
  Arguments arguments = call.arguments({});
  const std::string port = arguments.take();
  arguments.end();
  if (port != "5432/tcp" && port != "8008/tcp") {
    throw NoPlace("the model has no place for the port " + port);
  }
  juju_.unit(call.unit).staged.ports_opened = true;
}

// --- actions ---

RunningHook& Tools::action(Call& call, const char* refusal) {
  RunningHook& hook = *juju_.hook(call.unit);
  if (!juju::is_action(hook.event)) refuse(refusal);
  return hook;
}

void Tools::action_get(Call& call) {
  Arguments arguments = call.arguments({});
  const std::string key = arguments.take();
  arguments.end();
  const RunningHook& running = action(call, "not running an action");
  json value = json::parse(running.parameters);
  std::string_view rest = key;
  while (!rest.empty()) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const std::string name(rest.substr(0, dot));
    value = value.is_object() && value.contains(name) ? value[name] : json();
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  call.print(value, arguments.as_json());
}

void Tools::action_set(Call& call) {
  Arguments arguments = call.arguments({});
  std::vector<std::pair<std::string, std::string>> results;
  for (const std::string& word : arguments.take_all()) {
    const auto equals = word.find('=');
    if (equals == word.npos) {
      refuse_use("argument \"" + word + "\" must be of the form key...=value");
    }
    const std::string key = word.substr(0, equals);
    constexpr std::array<std::string_view, 4> reserved{"stdout", "stdout-encoding", "stderr",
                                                       "stderr-encoding"};
    if (std::ranges::find(reserved, key) != reserved.end()) {
      refuse_use("cannot set reserved action key \"" + key + '"');
    }
    if (!is_action_key(key)) {
      refuse_use("key \"" + key +
                 "\" must start and end with lowercase alphanumeric, and contain only lowercase "
                 "alphanumeric, hyphens and periods");
    }
    results.emplace_back(key, word.substr(equals + 1));
  }
  RunningHook& running = action(call, "not running an action");
  for (auto& [key, value] : results) {
    const auto known =
        std::ranges::find(running.results, key, &decltype(results)::value_type::first);
    if (known != running.results.end()) running.results.erase(known);
    running.results.emplace_back(key, value);
  }
}

void Tools::action_fail(Call& call) {
  Arguments arguments = call.arguments({});
  const std::string text = arguments.take();
  arguments.end();
  RunningHook& running = action(call, "not running an action");
  running.failure =
      text.empty() ? "action failed without reason given, check action for errors" : text;
  juju_.unit(call.unit).process.action_failed = true;
}

void Tools::action_log(Call& call) {
  Arguments arguments = call.arguments({});
  const std::vector<std::string> words = arguments.take_all();
  if (words.empty()) refuse_use("no message specified");
  action(call, "not running an action");
  log_(charm::to_text(juju_.deployment().app, call.unit) + " action: " + joined(words));
}

}  // namespace agent
