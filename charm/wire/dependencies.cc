#include "charm/wire/dependencies.h"

#include "charm/wire/json.h"

namespace charm::wire {
namespace {

using nlohmann::json;

constexpr std::string_view key = "dependencies";

Wire<VersionText> version_in(const json& one, const char* field) {
  const auto found = one.find(field);
  if (found == one.end() || !found->is_string()) {
    return refuse(key, std::string("has no text ").append(field));
  }
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > VersionText::capacity) {
    return refuse(key, std::string("has too long a ").append(field));
  }
  return VersionText(text);
}

Wire<Dependency> dependency_in(const json& all, const char* name) {
  const auto found = all.find(name);
  if (found == all.end() || !found->is_object()) {
    return refuse(key, std::string("says nothing of ").append(name));
  }
  const auto version = version_in(*found, "version");
  if (!version) return std::unexpected(version.error());
  const auto supported = version_in(*found, "upgrade_supported");
  if (!supported) return std::unexpected(supported.error());
  return Dependency{.version = *version, .upgrade_supported = *supported};
}

json described(const Dependency& one, const char* name, const json& inner) {
  return {{"dependencies", inner},
          {"name", name},
          {"upgrade_supported", std::string(one.upgrade_supported.view())},
          {"version", std::string(one.version.view())}};
}

}  // namespace

Wire<std::optional<Dependencies>> parse_dependencies(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto all = parse_json(key, text);
  if (!all) return std::unexpected(all.error());
  if (!all->is_object()) return refuse(key, "is no mapping");
  const auto charm = dependency_in(*all, "charm");
  if (!charm) return std::unexpected(charm.error());
  const auto rock = dependency_in(*all, "rock");
  if (!rock) return std::unexpected(rock.error());
  return Dependencies{.charm = *charm, .rock = *rock};
}

std::string dependencies_text(const Dependencies& dependencies) {
  return to_python_json(
      {{"charm", described(dependencies.charm, "postgresql", {{"pgbouncer", ">0"}})},
       {"rock", described(dependencies.rock, "charmed-postgresql", json::object())}});
}

}  // namespace charm::wire
