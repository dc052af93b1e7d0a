#include "charm/types/names.h"

#include <charconv>

namespace charm {
namespace {

template <class Name>
std::string joined(const AppName& app, char separator, Name name) {
  return app.text + separator + std::to_string(name.ordinal);
}

// The decimal ordinal, in its one canonical spelling.
std::optional<std::uint16_t> parse_ordinal(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint16_t ordinal = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, ordinal);
  if (error != std::errc{} || stop != end || ordinal >= max_units) return std::nullopt;
  return ordinal;
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
