#include "charm/runtime/stored_queue.h"

#include "charm/types/text.h"

namespace charm {
namespace {

constexpr std::string_view nobody = "-";

std::string unit_text(const AppName& app, MaybeUnit unit) {
  return unit ? to_text(app, *unit) : std::string(nobody);
}

std::string remote_text(const CharmDefinition& charm, const AppName& app, const Event& event) {
  if (!charm.is_with_others(event)) return unit_text(app, event.remote_unit);
  const std::string unit =
      event.remote_unit ? std::to_string(event.remote_unit.ordinal) : std::string(nobody);
  return std::to_string(event.relation.number) + '/' + unit;
}

// The other way round; false if it is no such word.
bool read_remote_of_others(std::string_view text, Event& event) {
  const std::string_view number = take_until(text, '/');
  const auto relation = parse_relation_id("", ":" + std::string(number));
  if (!relation) return false;
  event.relation = *relation;
  if (text == nobody) return true;
  const auto unit = parse_remote_unit_name({}, "/" + std::string(text));
  if (unit) event.remote_unit = *unit;
  return unit.has_value();
}

bool read_unit(const AppName& app, std::string_view text, MaybeUnit& unit) {
  if (text == nobody) return true;
  const auto name = parse_unit_name(app, text);
  if (name) unit = *name;
  return name.has_value();
}

std::unexpected<DecodeError> refuse(std::string_view line, std::string_view why) {
  constexpr std::size_t longest = 200;  // its beginning tells it apart
  std::string text("the stored deferral queue is unreadable: '");
  text.append(line.substr(0, longest)).append("' ").append(why);
  return std::unexpected(DecodeError{std::move(text)});
}

// The row of the table that has the name, rather one that observes the event; or no_handler.
std::uint16_t handler_named(const CharmDefinition& charm, std::string_view name,
                            const Event& event) {
  std::uint16_t found = no_handler;
  bool is_observed = false;
  for (std::size_t at = 0; at < charm.handlers.size(); ++at) {
    const Handler& handler = charm.handlers[at];
    is_observed = is_observed || observes(handler, event);
    if (handler.name != name) continue;
    if (found == no_handler || observes(handler, event)) found = static_cast<std::uint16_t>(at);
  }
  return is_observed ? found : no_handler;
}

std::expected<Notice, DecodeError> parse_line(const CharmDefinition& charm, const AppName& app,
                                              std::string_view line) {
  std::string_view rest = line;
  const std::string_view handler = take_until(rest, ' ');
  const std::string_view hook = take_until(rest, ' ');
  const std::string_view remote = take_until(rest, ' ');
  const std::string_view departing = take_until(rest, ' ');
  if (departing.empty() || !rest.empty()) return refuse(line, "is not four words");

  const auto event = parse_hook_name(charm, hook);
  if (!event) return Notice{no_handler, {}};
  Notice notice{handler_named(charm, handler, *event), *event};
  const bool with_others = charm.is_with_others(*event);
  if (with_others && !read_remote_of_others(remote, notice.event)) {
    return refuse(line, "names no relation and unit of another application");
  }
  if ((!with_others && !read_unit(app, remote, notice.event.remote_unit)) ||
      !read_unit(app, departing, notice.event.departing_unit)) {
    return refuse(line, "names no unit of " + app.text);
  }
  return notice;
}

}  // namespace

std::string to_stored_text(const CharmDefinition& charm, const AppName& app,
                           const Notices& notices) {
  std::string text;
  for (const Notice& notice : notices) {
    CHECK(notice.handler < charm.handlers.size());
    text.append(charm.handlers[notice.handler].name).append(" ");
    text.append(hook_name(charm, notice.event)).append(" ");
    text.append(remote_text(charm, app, notice.event)).append(" ");
    text.append(unit_text(app, notice.event.departing_unit)).append("\n");
  }
  return text;
}

std::expected<Notices, DecodeError> parse_stored_text(const CharmDefinition& charm,
                                                      const AppName& app, std::string_view text) {
  Notices notices;
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    const auto notice = parse_line(charm, app, line);
    if (!notice) return std::unexpected(notice.error());
    if (notices.full()) return refuse(line, "is one notice too many");
    notices.push_back(*notice);
  }
  return notices;
}

}  // namespace charm
