// Juju's hook tools, each a program that is run: what is asked, and what it answers. A secret is
// never an argument, with the one exception that Juju leaves no other way for: action-set. Source:
// juju-and-pebble.md, section 2.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "charm/live/log.h"
#include "charm/live/process.h"
#include "charm/live/tool_output.h"
#include "charm/types/secret.h"
#include "charm/types/time.h"

namespace charm::live {

struct ToolError {
  ToolFailure what = ToolFailure::other;
  std::string text;  // `relation-get: exit status 2: relation not found`; no secret is in it
};
template <class T>
using Told = std::expected<T, ToolError>;

enum class LogLevel : std::uint8_t { debug, warning, error };

// Whose bag of a relation, or whose secret: the application's or one unit's.
enum class Scope : std::uint8_t { application, unit };

// Each call throws HookFailed when the hook is told to end.
class HookTools {
 public:
  explicit HookTools(Duration deadline = std::chrono::seconds(60)) : deadline_(deadline) {}

  Told<bool> is_leader();
  Told<GoalState> goal_state();
  Told<std::vector<RawOption>> options();

  // --- relations: `relation` is an id, `database:7` ---
  Told<std::vector<std::string>> relation_ids(std::string_view endpoint);
  Told<std::vector<std::string>> relation_units(std::string_view relation);
  Told<std::string> relation_application(std::string_view relation);
  // `of` is a unit or an application, by the scope.
  Told<wire::Bag> relation_bag(std::string_view relation, Scope scope, std::string_view of);
  // Of the own bag: an empty value removes its key.
  Told<void> set_relation_bag(std::string_view relation, Scope scope, const wire::Bag& changes);

  // --- secrets ---
  Told<wire::Bag> secret_content(std::string_view label);  // the latest revision
  // Of a secret that this unit or, when it leads, its application owns.
  Told<std::string> secret_id(std::string_view label);
  Told<std::string> add_secret(std::string_view label, Scope owner, const wire::Bag& content);
  Told<void> set_secret(std::string_view id, const wire::Bag& content);
  Told<void> grant_secret(std::string_view id, std::string_view relation);
  Told<void> revoke_secret(std::string_view id, std::string_view relation);
  Told<std::vector<std::string>> secret_ids();

  // --- the unit ---
  Told<StatusText> unit_status();
  Told<void> set_unit_status(StatusKind kind, std::string_view message);
  Told<void> set_application_version(std::string_view version);
  // `5432/tcp`
  Told<void> open_port(std::string_view port);
  Told<wire::Bag> state();  // the whole of the state store
  Told<void> set_state(const wire::Bag& changes);
  Told<void> delete_state(std::string_view key);
  Told<std::string> bind_address(std::string_view endpoint);

  // --- actions ---
  Told<std::string> action_parameters();  // JSON
  Told<void> set_action_result(std::string_view key, std::string_view value);
  // Juju takes a result as an argument only: for as long as the tool runs, it can be read in this
  // container.
  Told<void> set_action_result(std::string_view key, const Secret& value);
  Told<void> fail_action(std::string_view text);
  Told<void> log_action(std::string_view line);

  // juju-log. It never throws; if the tool cannot do it, the line goes to standard error, which
  // Juju logs as well, and false is returned.
  bool log(LogLevel level, std::string_view line);

 private:
  // Whether what a failing tool prints may be told: not if it was given a secret.
  enum class Errors : std::uint8_t { told, kept_back };

  Told<std::string> call(std::vector<std::string> arguments, std::string input = {},
                         Errors errors = Errors::told);
  Told<void> order(std::vector<std::string> arguments, std::string input = {},
                   Errors errors = Errors::told);
  template <class T>
  Told<T> ask(std::vector<std::string> arguments, Wire<T> (*parse)(std::string_view),
              Errors errors = Errors::told);
  Told<std::string> call_with_content(std::vector<std::string> arguments, const wire::Bag& content);

  Duration deadline_;
};

// What the other adapters say, as Juju's log has it.
class JujuLog final : public Log {
 public:
  explicit JujuLog(HookTools& tools) : tools_(tools) {}
  void warn(std::string_view line) override { tools_.log(LogLevel::warning, line); }

 private:
  HookTools& tools_;
};

}  // namespace charm::live
