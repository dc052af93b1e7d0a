// What is kept of a patroni.yml that stands, where a bad option keeps its parameters from being
// rendered anew.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace charm::rendering {

struct StandingParameters {
  YAML::Node dynamic;  // `bootstrap.dcs`: a map
  YAML::Node local;    // `postgresql.parameters`: a map; TLS among them, if it was on
};

// Nothing: the text is no YAML, or lacks one of them; or aliases make of one what has no end.
std::optional<StandingParameters> read_standing(std::string_view standing);

// The lines of `postgresql.pg_hba`; none: there is no such list, or not of texts alone.
std::vector<std::string> standing_pg_hba(std::string_view standing);
// A line of pg_hba that says nothing. A list with it is another one than without, for Patroni.
inline constexpr std::string_view pg_hba_mark = "# Listed anew.";
bool is_pg_hba_marked(std::string_view standing);

// As it was read: texts in double quotes, true, false and whole numbers plain, in the same order.
void emit(YAML::Emitter& out, const YAML::Node& node);

}  // namespace charm::rendering
