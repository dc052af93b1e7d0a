#include "charm/types/names.h"

#include <algorithm>
#include <charconv>

namespace charm {
namespace {

template <class Name>
std::string joined(const AppName& app, char separator, Name name) {
  return app.text + separator + std::to_string(name.ordinal);
}

constexpr std::uint64_t largest_remote_number = 65534;  // the next one is MaybeUnit's none

// A decimal number, in its one canonical spelling.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<std::uint16_t> parse_ordinal(std::string_view text) {
  const auto ordinal = parse_number<std::uint16_t>(text);
  return ordinal && *ordinal < max_units ? ordinal : std::nullopt;
}

template <class Name>
std::optional<Name> parse(const AppName& app, char separator, std::string_view text) {
  if (!text.starts_with(app.text)) return std::nullopt;
  text.remove_prefix(app.text.size());
  if (text.empty() || text.front() != separator) return std::nullopt;
  const auto ordinal = parse_ordinal(text.substr(1));
  if (!ordinal) return std::nullopt;
  return Name{*ordinal};
}

}  // namespace

std::string to_text(const AppName& app, UnitName unit) { return joined(app, '/', unit); }
std::string to_text(const AppName& app, PodName pod) { return joined(app, '-', pod); }
std::string to_text(const AppName& app, MemberName member) { return joined(app, '-', member); }
std::string to_text(const AppName& app, HostName host) {
  return joined(app, '-', host) + '.' + app.text + "-endpoints";
}

std::optional<UnitName> parse_unit_name(const AppName& app, std::string_view text) {
  return parse<UnitName>(app, '/', text);
}
std::optional<UnitName> parse_remote_unit_name(const AppName& app, std::string_view text) {
  if (!text.starts_with(app.text)) return std::nullopt;
  text.remove_prefix(app.text.size());
  if (text.empty() || text.front() != '/') return std::nullopt;
  const auto number = parse_number<std::uint64_t>(text.substr(1));
  if (!number) return std::nullopt;
  return UnitName{static_cast<std::uint16_t>(std::min(*number, largest_remote_number))};
}
std::optional<RelationId> parse_relation_id(std::string_view name, std::string_view text) {
  if (!text.starts_with(name)) return std::nullopt;
  text.remove_prefix(name.size());
  if (text.empty() || text.front() != ':') return std::nullopt;
  const auto number = parse_number<std::uint16_t>(text.substr(1));
  if (!number || *number == 0) return std::nullopt;
  return RelationId{*number};
}
std::optional<PodName> parse_pod_name(const AppName& app, std::string_view text) {
  return parse<PodName>(app, '-', text);
}
std::optional<MemberName> parse_member_name(const AppName& app, std::string_view text) {
  return parse<MemberName>(app, '-', text);
}
std::optional<HostName> parse_host_name(const AppName& app, std::string_view text) {
  const std::string suffix = '.' + app.text + "-endpoints";
  if (!text.ends_with(suffix)) return std::nullopt;
  text.remove_suffix(suffix.size());
  return parse<HostName>(app, '-', text);
}

}  // namespace charm
