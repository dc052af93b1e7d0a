#include "tests/live/agent/orders.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ostream>

#include "charm/live/http.h"
#include "charm/options/option.h"
#include "charm/postgresql_k8s.h"

namespace agent {
namespace {

using charm::UnitName;
using nlohmann::json;

// What whoever holds the pods wants to know. Others are not told.
const char* to_text(model::FactKind kind) {
  using model::FactKind;
  switch (kind) {
    case FactKind::unit_added: return "unit added";
    case FactKind::unit_dying: return "unit dying";
    case FactKind::unit_dead: return "unit dead";
    case FactKind::unit_removed: return "unit removed";
    case FactKind::pod_started: return "pod started";
    case FactKind::pod_terminating: return "pod terminating";
    case FactKind::pod_stopped: return "pod stopped";
    case FactKind::leadership_gained: return "leadership gained";
    case FactKind::leadership_lost: return "leadership lost";
    case FactKind::flush_refused: return "flush refused";
    case FactKind::application_removed: return "application removed";
    default: return nullptr;
  }
}

json to_json(const charm::OptionDefault& value) {
  return std::visit(
      [](const auto& held) -> json {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
          return nullptr;
        } else {
          return held;
        }
      },
      value);
}

std::optional<std::string> boot_id_at(const std::string& socket) {
  charm::live::Http http;
  const auto answer = http.ask({.url = "http://localhost/v1/system-info",
                                .headers = {},
                                .body = {},
                                .unix_socket = socket,
                                .timeout = std::chrono::seconds(1)});
  if (!answer) return std::nullopt;
  const json info = json::parse(answer->body, nullptr, false);
  const json::json_pointer place("/result/boot-id");
  if (info.is_discarded() || !info.contains(place)) return std::nullopt;
  return info[place].get<std::string>();
}

// `{unit}` in a text is the unit's number.
std::string for_unit(std::string text, UnitName unit) {
  constexpr std::string_view mark = "{unit}";
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark)) {
    text.replace(at, mark.size(), std::to_string(unit.ordinal));
  }
  return text;
}

const char* to_text(HookEnd end) {
  switch (end) {
    case HookEnd::well: return "well";
    case HookEnd::failed: return "failed";
    case HookEnd::killed: return "killed";
  }
  return "";
}

}  // namespace

json configuration(const json& given) {
  json all = json::object();
  for (const charm::OptionSpec& option : charm::option_table()) {
    all[std::string(option.name)] = to_json(option.value);
  }
  if (given.is_object()) all.update(given);
  return all;
}

Rig::Rig(const json& file, std::ostream& told)
    : told_(told),
      app_{file.at("app").get<std::string>()},
      juju_(charm::postgresql_k8s(), deployment(file)),
      dispatcher_(juju_, setting(file)) {}

Deployment Rig::deployment(const json& file) {
  Deployment what{.app = app_, .configurations = {}, .clients = {}, .boot_id = {}, .tell = {}};
  what.model = file.at("model").get<std::string>();
  what.units = file.at("units").get<std::uint16_t>();
  what.most_units = file.at("most_units").get<std::uint16_t>();
  for (const json& one : file.value("configurations", json::array({json::object()}))) {
    what.configurations.push_back(configuration(one));
  }
  for (const json& client : file.value("clients", json::array())) {
    what.clients.push_back({.name = client.at("name").get<std::string>(),
                            .asks = client.at("asks").get<charm::wire::Bag>()});
  }
  if (file.contains("pebble_socket")) {
    const std::string socket = file["pebble_socket"].get<std::string>();
    what.boot_id = [socket](UnitName unit) { return boot_id_at(for_unit(socket, unit)); };
  }
  what.tell = [this](const model::Fact& fact) {
    const char* text = to_text(fact.kind);
    if (text != nullptr) tell({{"what", text}, {"unit", name_of(fact.unit)}});
  };
  return what;
}

Dispatcher::Setting Rig::setting(const json& file) {
  const char* path = std::getenv("PATH");
  Dispatcher::Setting setting{.charm_folder = file.at("charm").get<std::string>(),
                              .tools = file.at("tools").get<std::string>(),
                              .socket = file.at("socket").get<std::string>(),
                              .log = file.at("log").get<std::string>(),
                              .path = path == nullptr ? "" : path,
                              .wrap = {},
                              .variables = file.value("variables", Variables()),
                              .skips_waits = file.value("skips_waits", false),
                              .descriptor = STDIN_FILENO,
                              .readable = [this] { read_orders(); }};
  if (file.contains("wrap")) {
    const auto words = file["wrap"].get<std::vector<std::string>>();
    setting.wrap = [words](UnitName unit) {
      std::vector<std::string> filled;
      for (const std::string& word : words) filled.push_back(for_unit(word, unit));
      return filled;
    };
  }
  setting.ended = [this](const EndedHook& hook) {
    tell({{"what", "hook ended"},
          {"unit", name_of(hook.unit)},
          {"hook", hook.name},
          {"end", to_text(hook.end)},
          {"code", hook.code},
          {"committed", hook.committed}});
    for (; actions_told_ < juju_.ended_actions().size(); ++actions_told_) {
      const ModelJuju::EndedAction& action = juju_.ended_actions()[actions_told_];
      tell({{"what", "action ended"},
            {"action", action.name},
            {"well", action.well},
            {"failure", action.failure},
            {"results",
             std::map<std::string, std::string>(action.results.begin(), action.results.end())}});
    }
  };
  return setting;
}

std::string Rig::name_of(charm::MaybeUnit unit) const {
  return unit ? charm::to_text(app_, *unit) : std::string();
}

void Rig::tell(json what) {
  what["at_ms"] = juju_.now().micros / 1000;
  told_ << what.dump() << std::endl;  // at once: somebody waits for it
}

void Rig::serve(int orders) {
  orders_ = orders;
  constexpr charm::Duration day = std::chrono::hours(24);
  while (!over_) dispatcher_.run_until([this] { return over_; }, day);
}

void Rig::read_orders() {
  std::array<char, 4096> piece{};
  const ssize_t got = ::read(orders_, piece.data(), piece.size());
  if (got <= 0) over_ = true;
  if (got > 0) unread_.append(piece.data(), static_cast<std::size_t>(got));
  for (auto end = unread_.find('\n'); end != unread_.npos; end = unread_.find('\n')) {
    const json order = json::parse(unread_.substr(0, end), nullptr, false);
    unread_.erase(0, end + 1);
    try {
      obey(order);
    } catch (const json::exception& error) {
      tell({{"what", "refused"}, {"why", error.what()}});
    }
  }
}

void Rig::obey(const json& order) {
  const std::string what = order.at("do").get<std::string>();
  const auto unit = [&]() -> UnitName {
    const auto named = charm::parse_unit_name(app_, order.at("unit").get<std::string>());
    const bool is_one = named && named->ordinal < juju_.deployment().most_units;
    if (!is_one) throw json::other_error::create(0, "there can be no such unit", nullptr);
    return *named;
  };
  if (what == "scale") return juju_.scale(order.at("units").get<std::uint16_t>());
  if (what == "configure")
    return juju_.set_configuration(order.at("configuration").get<std::size_t>());
  if (what == "integrate") return juju_.integrate(order.at("client").get<std::size_t>());
  if (what == "remove-relation")
    return juju_.remove_relation(order.at("client").get<std::size_t>());
  if (what == "take-leadership") return juju_.take_lease_from_holder(unit());
  if (what == "kill-pod") return juju_.kill_pod(unit());
  if (what == "stop") {
    over_ = true;
    return;
  }
  if (what == "tell") return tell(stands());
  if (what == "run") {
    const json parameters = order.value("parameters", json::object());
    if (juju_.run_action(unit(), order.at("action").get<std::string>(), parameters.dump())) return;
  }
  throw json::other_error::create(0, "nobody can do that", nullptr);
}

// What stands in the controller, as texts.
json Rig::stands() {
  json units = json::object();
  for (const UnitName unit : juju_.world().existing()) {
    const model::UnitState& state = juju_.unit(unit);
    json bags = json::object();
    StoredTexts& texts = dispatcher_.tools().texts();
    for (const Relation& relation : texts.relations(unit)) {
      bags[texts.id_of(relation)] = texts.committed_bag(unit, relation);
    }
    units[name_of(unit)] = {{"status", charm::to_text(state.status)},
                            {"message", juju_.texts().text_of(state.status_text)},
                            {"leads", model::juju::is_leader(juju_.world(), unit)},
                            {"in_error", state.record.step == model::HookStep::failed},
                            {"bags", bags},
                            {"deferred", texts.state(unit)}};
  }
  return {{"what", "stands"}, {"units", units}};
}

}  // namespace agent
