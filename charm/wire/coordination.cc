#include "charm/wire/coordination.h"

#include <algorithm>
#include <array>

#include "charm/wire/json.h"

namespace charm::wire {
namespace {

// By UpgradeState.
constexpr std::array<std::string_view, 7> upgrade_states{"",      "recovery",  "failed",   "idle",
                                                         "ready", "upgrading", "completed"};

constexpr std::string_view before_unit = "<ops.model.Unit ";
constexpr std::string_view after_unit = ">";

Wire<VersionText> parse_version(const nlohmann::json& part, const char* name) {
  constexpr std::string_view key = "dependencies";
  const auto found = part.find(name);
  const auto* text = found == part.end() ? nullptr : found->get_ptr<const std::string*>();
  if (text == nullptr) return refuse(key, std::string("has no text for ").append(name));
  if (text->size() > VersionText::capacity) return refuse(key, "has a version that is too long");
  return VersionText(*text);
}

Wire<Dependency> parse_dependency(const nlohmann::json& whole, const char* name) {
  const auto part = whole.find(name);
  if (part == whole.end() || !part->is_object()) {
    return refuse("dependencies", std::string("says nothing of ").append(name));
  }
  const auto version = parse_version(*part, "version");
  if (!version) return std::unexpected(version.error());
  const auto supported = parse_version(*part, "upgrade_supported");
  if (!supported) return std::unexpected(supported.error());
  return Dependency{.version = *version, .upgrade_supported = *supported};
}

// `others`: charms that it needs, by their versions; upstream names one, and looks at none.
nlohmann::json to_json(const char* name, const Dependency& dependency,
                       const nlohmann::json& others) {
  return {{"name", name},
          {"version", dependency.version.view()},
          {"upgrade_supported", dependency.upgrade_supported.view()},
          {"dependencies", others}};
}

}  // namespace

std::string_view to_text(UpgradeState state) {
  return upgrade_states.at(static_cast<std::size_t>(state));
}

Wire<UpgradeState> parse_upgrade_state(std::string_view text) {
  const auto found = std::ranges::find(upgrade_states, text);
  if (found == upgrade_states.end()) return refuse("state", "is no state of an upgrade");
  return static_cast<UpgradeState>(found - upgrade_states.begin());
}

Wire<UpgradeStack> parse_upgrade_stack(std::string_view text) {
  constexpr std::string_view key = "upgrade-stack";
  const auto numbers = parse_number_list(key, text);
  if (!numbers) return std::unexpected(numbers.error());
  UpgradeStack stack;
  for (const std::int64_t number : *numbers) {
    if (number < 0 || number >= static_cast<std::int64_t>(max_units)) {
      return refuse(key, "names a unit that there cannot be");
    }
    const UnitName unit{static_cast<std::uint16_t>(number)};
    if (stack.contains(unit)) return refuse(key, "names a unit twice");
    stack.push_back(unit);
  }
  return stack;
}

std::string upgrade_stack_text(const UpgradeStack& stack) {
  nlohmann::json list = nlohmann::json::array();
  for (const UnitName unit : stack) list.push_back(unit.ordinal);
  return to_python_json(list);
}

Wire<UpgradeStandbys> parse_sync_standbys(const AppName& app, std::string_view text) {
  constexpr std::string_view key = "sync-standbys";
  if (text.empty()) return UpgradeStandbys{};
  const auto names = parse_text_list(key, text);
  if (!names) return std::unexpected(names.error());
  UpgradeStandbys standbys{.units = {}, .restricted = true};
  for (const std::string& name : *names) {
    const auto unit = parse_unit_name(app, name);
    if (!unit) return refuse(key, "names no unit of " + app.text);
    standbys.units.insert(*unit);
  }
  return standbys;
}

std::string sync_standbys_text(const AppName& app, const UpgradeStandbys& standbys) {
  if (!standbys.restricted) return "";
  nlohmann::json list = nlohmann::json::array();
  for (const UnitName unit : standbys.units) list.push_back(to_text(app, unit));
  return to_python_json(list);
}

Wire<std::optional<Dependencies>> parse_dependencies(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto whole = parse_json("dependencies", text);
  if (!whole) return std::unexpected(whole.error());
  if (!whole->is_object()) return refuse("dependencies", "is no object");
  const auto charm = parse_dependency(*whole, "charm");
  if (!charm) return std::unexpected(charm.error());
  const auto rock = parse_dependency(*whole, "rock");
  if (!rock) return std::unexpected(rock.error());
  return Dependencies{.charm = *charm, .rock = *rock};
}

std::string dependencies_text(const Dependencies& dependencies) {
  using nlohmann::json;
  const json charm = to_json("postgresql", dependencies.charm, {{"pgbouncer", ">0"}});
  const json rock = to_json("charmed-postgresql", dependencies.rock, json::object());
  return to_python_json({{"charm", charm}, {"rock", rock}});
}

std::string_view to_text(RestartState state) {
  switch (state) {
    case RestartState::none: return "";
    case RestartState::acquire: return "acquire";
    case RestartState::release: return "release";
  }
  return {};
}

Wire<RestartState> parse_restart_state(std::string_view text) {
  if (text.empty() || text == "idle") return RestartState::none;
  if (text == to_text(RestartState::acquire)) return RestartState::acquire;
  if (text == to_text(RestartState::release)) return RestartState::release;
  return refuse("state", "is neither acquire nor release");
}

std::string restart_lock_key(const AppName& app, UnitName unit) {
  return std::string(before_unit).append(to_text(app, unit)).append(after_unit);
}

Wire<MaybeUnit> parse_restart_grant(const AppName& app, std::string_view key,
                                    std::string_view text) {
  if (text.empty() || text == "idle") return MaybeUnit{};
  if (text != restart_granted_text) return refuse("the lock", "is neither granted nor idle");
  const bool is_key = key.starts_with(before_unit) && key.ends_with(after_unit);
  if (!is_key) return refuse("the lock", "is granted to no unit");
  key.remove_prefix(before_unit.size());
  key.remove_suffix(after_unit.size());
  const auto unit = parse_unit_name(app, key);
  if (!unit) return refuse("the lock", "is granted to no unit of " + app.text);
  return MaybeUnit(*unit);
}

Wire<UnitSet> parse_restart_granted(const AppName& app, const Bag& bag) {
  UnitSet granted;
  for (const auto& [key, text] : bag) {
    if (!key.starts_with(before_unit)) continue;
    const auto unit = parse_restart_grant(app, key, text);
    if (!unit) return std::unexpected(unit.error());
    if (*unit) granted.insert(**unit);
  }
  return granted;
}

}  // namespace charm::wire
