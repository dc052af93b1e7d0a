// The files that tell charmcraft and Juju what the charm is. Source: live-rig.md, section 8;
// config-and-wire.md, section 1.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace charm::package {

// The options, each with its type, its default, and what it may be.
std::string config_yaml();

struct MalformedFile {
  std::string text;  // of what is missing
};

// Of charmcraft.yaml: all but what is charmcraft's own, and the actions.
std::expected<std::string, MalformedFile> metadata_yaml(std::string_view charmcraft);
std::expected<std::string, MalformedFile> actions_yaml(std::string_view charmcraft);

// What the charm was made for. `made_at` as in ISO 8601: `2026-01-31T12:00:00Z`.
std::expected<std::string, MalformedFile> manifest_yaml(std::string_view charmcraft,
                                                        std::string_view made_at);

}  // namespace charm::package
