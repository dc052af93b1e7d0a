// Juju's action tools: the story has the parameters, the run keeps what the operator will read.
#include "sim/ports/ports.h"

namespace sim {

charm::ActionParameters ActionPort::parameters() {
  return gate_.make(Call::action_parameters, 0, [this] {
    const std::uint8_t running = gate_.state().record.action;
    if (running == 0) throw charm::HookFailed("not running an action");
    return actions(scenario_)[running - 1U]->parameters;
  });
}

void ActionPort::add_result(std::string_view key, std::string_view shown, std::uint32_t arguments) {
  gate_.make(Call::set_action_result, arguments, [this, key, shown] {
    std::string& text = gate_.action_text();
    if (gate_.state().process.action_failed) return Done{};  // told, and not what is read first
    if (!text.empty()) text.append(", ");
    text.append(key).append("=").append(shown);
    return Done{};
  });
}

void ActionPort::set_result(std::string_view key, std::string_view value) {
  add_result(key, value, digest(value));
}

void ActionPort::set_result(std::string_view key, const charm::Secret& value) {
  add_result(key, value.empty() ? "" : "(hidden)", digest(key));
}

void ActionPort::fail(std::string_view text) {
  gate_.make(Call::fail_action, digest(text), [this, text] {
    gate_.state().process.action_failed = true;
    gate_.action_text().assign(text);
    return Done{};
  });
}

void ActionPort::log(std::string_view line) {
  gate_.make(Call::log_action, digest(line), [] { return Done{}; });
}

}  // namespace sim
