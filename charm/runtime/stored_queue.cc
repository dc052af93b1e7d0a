#include "charm/runtime/stored_queue.h"

#include <utility>

#include "charm/types/text.h"

namespace charm {
namespace {

constexpr std::string_view nobody = "-";

std::string unit_text(const AppName& app, MaybeUnit unit) {
  return unit ? to_text(app, *unit) : std::string(nobody);
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
  for (auto [text, unit] : {std::pair{remote, &notice.event.remote_unit},
                            std::pair{departing, &notice.event.departing_unit}}) {
    if (text == nobody) continue;
    const auto name = parse_unit_name(app, text);
    if (!name) return refuse(line, "names no unit of " + app.text);
    *unit = *name;
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
    text.append(unit_text(app, notice.event.remote_unit)).append(" ");
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
