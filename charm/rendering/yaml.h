// How both files are written: every text in double quotes, so that no YAML reader takes `on` for a
// boolean, or `1e3` for a number.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace charm::rendering {

inline void text(YAML::Emitter& out, std::string_view value) {
  out << YAML::DoubleQuoted << std::string(value);
}

inline void pair(YAML::Emitter& out, const char* key, std::string_view value) {
  out << YAML::Key << key << YAML::Value;
  text(out, value);
}
inline void pair(YAML::Emitter& out, const char* key, const char* value) {
  pair(out, key, std::string_view(value));
}
inline void pair(YAML::Emitter& out, const char* key, const std::string& value) {
  pair(out, key, std::string_view(value));
}
template <class Number>  // or a boolean
  requires std::is_arithmetic_v<Number>
void pair(YAML::Emitter& out, const char* key, Number value) {
  out << YAML::Key << key << YAML::Value << value;
}

inline void begin_map(YAML::Emitter& out, const char* key) {
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
}
inline void begin_list(YAML::Emitter& out, const char* key) {
  out << YAML::Key << key << YAML::Value << YAML::BeginSeq;
}
inline void end_map(YAML::Emitter& out) { out << YAML::EndMap; }
inline void end_list(YAML::Emitter& out) { out << YAML::EndSeq; }

}  // namespace charm::rendering
