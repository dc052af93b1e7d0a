#include "charm/live/action.h"

#include "charm/live/need.h"
#include "charm/live/x509.h"
#include "charm/tls/private_key.h"
#include "charm/wire/action.h"

namespace charm::live {

ActionParameters Action::parameters() {
  const std::string told = need(tools_.action_parameters());
  auto parameters = wire::parse_action_parameters(told);
  const auto given =
      parameters ? wire::parse_given_key(told) : wire::Wire<std::optional<std::string>>();
  if (!parameters || !given) {
    const std::string& text = (parameters ? given.error() : parameters.error()).text;
    fail(text);
    throw HookFailed(text);
  }
  if (!given->has_value()) return *parameters;
  const auto key = tls::read_private_key(**given);
  parameters->private_key = GivenKey{};
  if (key && is_private_key(*key)) {
    parameters->private_key = GivenKey{.key = pems_.keep(*key), .usable = true};
  }
  return *parameters;
}

void Action::set_result(std::string_view key, std::string_view value) {
  need(tools_.set_action_result(key, value));
}

void Action::set_result(std::string_view key, const Secret& value) {
  need(tools_.set_action_result(key, value));
}

void Action::fail(std::string_view text) { need(tools_.fail_action(text)); }

void Action::log(std::string_view line) { need(tools_.log_action(line)); }

}  // namespace charm::live
