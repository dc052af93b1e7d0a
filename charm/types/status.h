// What `juju status` shows of a unit.
#pragma once

#include <cstdint>
#include <string_view>

namespace charm {

enum class StatusKind : std::uint8_t { unknown, maintenance, waiting, blocked, active };

// The message is not owned: it is a literal, or lives as long as its source says.
struct Status {
  StatusKind kind = StatusKind::unknown;
  std::string_view message;

  friend bool operator==(const Status&, const Status&) = default;
};

std::string_view to_text(StatusKind kind);

// The messages are part of the charm's interface, verbatim. Source: charm-hooks.md, section 10.
namespace messages {
inline constexpr std::string_view primary = "Primary";
inline constexpr std::string_view awaiting_cluster = "awaiting for cluster to start";
inline constexpr std::string_view awaiting_primary_endpoint =
    "awaiting for primary endpoint to be ready";
inline constexpr std::string_view awaiting_member = "awaiting for member to start";
inline constexpr std::string_view restarting = "Executing restart operation";
// No published text: the charm shows Active for such a member.
inline constexpr std::string_view not_replicating = "member neither leads nor streams";
// The same: of one that Patroni has not started, or whose database is down.
inline constexpr std::string_view not_running = "database does not run";
inline constexpr std::string_view service_inactive = "Database service inactive, restarting";
inline constexpr std::string_view no_services = "failed to create k8s services";
inline constexpr std::string_view patch_failed_with = "failed to patch pod with error ";
inline constexpr std::string_view disabled = "Disabled";
inline constexpr std::string_view little_space = "<10% free space on pgdata volume.";
inline constexpr std::string_view bad_configuration = "Configuration Error. Please check the logs";
// `juju trust <app> --scope=cluster` in backticks follows.
inline constexpr std::string_view no_trust = "Insufficient permissions, try: ";
// What stands in a databag, a secret or the state store was written by another revision of the
// charm, and cannot be read, or tells of something under way that this one does not do: its key
// follows. No published text: upstream fails the hook, and goes on with the other.
inline constexpr std::string_view unreadable_state = "Cannot read what another revision has left: ";
inline constexpr std::string_view refused_state =
    "Cannot go on with what another revision has left: ";
// Of a refresh.
inline constexpr std::string_view others_upgrade_first = "other units upgrading first...";
inline constexpr std::string_view upgrading = "upgrading unit";
inline constexpr std::string_view upgraded = "upgrade completed";
inline constexpr std::string_view upgraded_first =
    "upgrade completed, run resume-upgrade to proceed";
inline constexpr std::string_view upgrade_failed =
    "upgrade failed. Check logs for rollback instruction";
inline constexpr std::string_view ready_to_roll_back = "ready to rollback application";
inline constexpr std::string_view invalid_roles = "invalid role(s) for extra user roles";
inline constexpr std::string_view unsatisfied_plugin =
    "Unsatisfied plugin dependencies. Please check the logs";
inline constexpr std::string_view plugin_in_use =
    "Cannot disable plugins: Existing objects depend on it. See logs";
inline constexpr std::string_view no_database = "Failed to initialize database relation";
}  // namespace messages

}  // namespace charm
