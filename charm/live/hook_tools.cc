#include "charm/live/hook_tools.h"

#include <iostream>

#include "charm/live/private_files.h"
#include "charm/live/termination.h"
#include "charm/live/tool_input.h"

namespace charm::live {
namespace {

const std::string as_json = "--format=json";

// An argument may be 128 KiB long; what is said is far shorter.
std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 8192;
  return std::string(text.substr(0, longest));
}

std::string level_text(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "DEBUG";
    case LogLevel::warning: return "WARNING";
    case LogLevel::error: return "ERROR";
  }
  return {};
}

ToolError error_of(const std::string& tool, const Ended& ended, bool tell_errors) {
  std::string text = tool + ": " + to_text(ended);
  const std::string line = tell_errors ? first_line(ended.errors) : std::string();
  if (!line.empty()) text.append(": ").append(line);
  return {failure_of(tool, ended.errors), std::move(text)};
}

}  // namespace

Told<std::string> HookTools::call(std::vector<std::string> arguments, std::string input,
                                  Errors errors) {
  end_if_told();
  const std::string tool = arguments.front();
  Ended ended =
      run({.arguments = std::move(arguments), .input = std::move(input), .deadline = deadline_});
  if (!ended.well()) return std::unexpected(error_of(tool, ended, errors == Errors::told));
  return std::move(ended.output);
}

Told<void> HookTools::order(std::vector<std::string> arguments, std::string input, Errors errors) {
  const auto output = call(std::move(arguments), std::move(input), errors);
  if (!output) return std::unexpected(output.error());
  return {};
}

template <class T>
Told<T> HookTools::ask(std::vector<std::string> arguments, Wire<T> (*parse)(std::string_view),
                       Errors errors) {
  const std::string tool = arguments.front();
  const auto output = call(std::move(arguments), {}, errors);
  if (!output) return std::unexpected(output.error());
  auto answer = parse(*output);
  if (!answer) return std::unexpected(ToolError{.text = tool + ": " + answer.error().text});
  return *std::move(answer);
}

Told<bool> HookTools::is_leader() { return ask({"is-leader", as_json}, parse_flag); }

Told<GoalState> HookTools::goal_state() { return ask({"goal-state", as_json}, parse_goal_state); }

Told<std::vector<RawOption>> HookTools::options() {
  return ask({"config-get", "--all", as_json}, parse_options);
}

Told<std::vector<std::string>> HookTools::relation_ids(std::string_view endpoint) {
  return ask({"relation-ids", as_json, std::string(endpoint)}, parse_words);
}

Told<std::vector<std::string>> HookTools::relation_units(std::string_view relation) {
  return ask({"relation-list", as_json, "-r", std::string(relation)}, parse_words);
}

Told<std::string> HookTools::relation_application(std::string_view relation) {
  return ask({"relation-list", "--app", as_json, "-r", std::string(relation)}, parse_word);
}

Told<wire::Bag> HookTools::relation_bag(std::string_view relation, Scope scope,
                                        std::string_view of) {
  std::vector<std::string> arguments{"relation-get", as_json, "-r", std::string(relation)};
  if (scope == Scope::application) arguments.emplace_back("--app");
  arguments.emplace_back("-");  // all of it
  arguments.emplace_back(of);
  return ask(std::move(arguments), parse_bag);
}

Told<void> HookTools::set_relation_bag(std::string_view relation, Scope scope,
                                       const wire::Bag& changes) {
  std::vector<std::string> arguments{"relation-set", "-r", std::string(relation)};
  if (scope == Scope::application) arguments.emplace_back("--app");
  arguments.insert(arguments.end(), {"--file", "-"});
  return order(std::move(arguments), to_tool_input(changes), Errors::kept_back);
}

Told<wire::Bag> HookTools::secret_content(std::string_view label) {
  return ask({"secret-get", as_json, "--refresh", "--label", std::string(label)}, parse_bag,
             Errors::kept_back);
}

Told<std::string> HookTools::secret_id(std::string_view label) {
  return ask({"secret-info-get", as_json, "--label", std::string(label)}, parse_secret_id);
}

Told<std::vector<std::string>> HookTools::secret_ids() {
  return ask({"secret-ids", as_json}, parse_words);
}

// An empty value cannot be stored.
Told<std::string> HookTools::call_with_content(std::vector<std::string> arguments,
                                               const wire::Bag& content) {
  PrivateFolder folder;
  for (const auto& [key, value] : content) {
    if (!value.empty()) arguments.push_back(key + "#file=" + folder.write(value));
  }
  return call(std::move(arguments), {}, Errors::kept_back);
}

Told<std::string> HookTools::add_secret(std::string_view label, Scope owner,
                                        const wire::Bag& content) {
  const char* owned = owner == Scope::unit ? "unit" : "application";
  const auto output =
      call_with_content({"secret-add", "--label", std::string(label), "--owner", owned}, content);
  if (!output) return std::unexpected(output.error());
  auto uri = parse_secret_uri(*output);
  if (!uri) return std::unexpected(ToolError{.text = "secret-add: " + uri.error().text});
  return *std::move(uri);
}

Told<void> HookTools::set_secret(std::string_view id, const wire::Bag& content) {
  const auto output = call_with_content({"secret-set", std::string(id)}, content);
  if (!output) return std::unexpected(output.error());
  return {};
}

Told<void> HookTools::grant_secret(std::string_view id, std::string_view relation) {
  return order({"secret-grant", std::string(id), "--relation", std::string(relation)});
}

Told<void> HookTools::revoke_secret(std::string_view id, std::string_view relation) {
  return order({"secret-revoke", std::string(id), "--relation", std::string(relation)});
}

Told<StatusText> HookTools::unit_status() {
  return ask({"status-get", "--include-data", as_json, "--application=false"}, parse_status);
}

Told<void> HookTools::set_unit_status(StatusKind kind, std::string_view message) {
  return order(
      {"status-set", "--application=false", std::string(to_text(kind)), "--", shortened(message)});
}

Told<void> HookTools::set_application_version(std::string_view version) {
  return order({"application-version-set", "--", std::string(version)});
}

Told<void> HookTools::open_port(std::string_view port) {
  return order({"open-port", std::string(port)});
}

Told<wire::Bag> HookTools::state() { return ask({"state-get", as_json}, parse_bag); }

Told<void> HookTools::set_state(const wire::Bag& changes) {
  return order({"state-set", "--file", "-"}, to_tool_input(changes));
}

Told<void> HookTools::delete_state(std::string_view key) {
  return order({"state-delete", std::string(key)});
}

Told<std::string> HookTools::bind_address(std::string_view endpoint) {
  return ask({"network-get", as_json, std::string(endpoint)}, parse_bind_address);
}

Told<std::string> HookTools::action_parameters() {
  return call({"action-get", as_json}, {}, Errors::kept_back);
}

Told<void> HookTools::set_action_result(std::string_view key, std::string_view value) {
  return order({"action-set", std::string(key).append("=").append(value)});
}

Told<void> HookTools::set_action_result(std::string_view key, const Secret& value) {
  return order({"action-set", std::string(key).append("=").append(value.reveal())}, {},
               Errors::kept_back);
}

Told<void> HookTools::fail_action(std::string_view text) {
  return order({"action-fail", "--", shortened(text)});
}

Told<void> HookTools::log_action(std::string_view line) {
  return order({"action-log", "--", shortened(line)});
}

bool HookTools::log(LogLevel level, std::string_view line) {
  const Ended ended =
      run({.arguments = {"juju-log", "--log-level", level_text(level), "--", shortened(line)},
           .deadline = deadline_});
  if (!ended.well()) std::cerr << shortened(line) << '\n';
  return ended.well();
}

}  // namespace charm::live
