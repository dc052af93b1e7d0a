// What Juju's hook tools print, read: pure functions of outside bytes. Source: juju-and-pebble.md,
// sections 2.1 and 2.2.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/options/options.h"
#include "charm/types/status.h"
#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::live {

using wire::Wire;

// Each refuses what the tool never prints; `null` is an empty answer, as Juju gives it for what is
// not there.
Wire<bool> parse_flag(std::string_view output);
Wire<std::string> parse_word(std::string_view output);
Wire<std::vector<std::string>> parse_words(std::string_view output);
// Relation data, a secret's content, the state store.
Wire<wire::Bag> parse_bag(std::string_view output);

// config-get --all. Values of a type that no option has are refused.
Wire<std::vector<RawOption>> parse_options(std::string_view output);

struct StatusText {
  StatusKind kind = StatusKind::unknown;  // also what the agent itself sets: `error`, `terminated`
  std::string message;

  friend bool operator==(const StatusText&, const StatusText&) = default;
};
Wire<StatusText> parse_status(std::string_view output);

struct GoalState {
  std::vector<std::string> units;  // that are not dying
  // By endpoint, the names of the applications that it has, or shall have, relations with.
  std::map<std::string, std::vector<std::string>, std::less<>> applications;

  friend bool operator==(const GoalState&, const GoalState&) = default;
};
Wire<GoalState> parse_goal_state(std::string_view output);

// The URI that secret-add prints, in plain text: `secret:ID` or `secret://MODEL/ID`.
Wire<std::string> parse_secret_uri(std::string_view output);
// The id of the one secret that secret-info-get tells of.
Wire<std::string> parse_secret_id(std::string_view output);

// The address that others reach this unit by: network-get's first bind address.
Wire<std::string> parse_bind_address(std::string_view output);

// Why a tool has failed, as far as somebody acts differently.
enum class ToolFailure : std::uint8_t {
  other,
  relation_not_found,  // or it has gone from the controller, where Juju 3 says `permission denied`
  secret_not_found,
  not_leader,
};
ToolFailure failure_of(std::string_view tool, std::string_view errors);

// The first line of a tool's standard error, without `ERROR `, made printable and cut.
std::string first_line(std::string_view errors);

}  // namespace charm::live
