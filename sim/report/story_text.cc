// What the story tells, and how.
#include "sim/report/story_text.h"

#include <algorithm>
#include <ostream>

#include "sim/report/event_text.h"

namespace sim {
namespace {

constexpr std::string_view plain;
constexpr std::string_view dim = "\033[2m";
constexpr std::string_view bold = "\033[1m";
constexpr std::string_view red = "\033[31m";
constexpr std::string_view green = "\033[32m";
constexpr std::string_view yellow = "\033[33m";
constexpr std::string_view cyan = "\033[36m";
constexpr std::string_view reset = "\033[0m";

constexpr std::size_t name_width = 20;

// Facts that only a verbose story tells.
bool is_detail(model::FactKind kind) {
  using model::FactKind;
  switch (kind) {
    case FactKind::flushed:
    case FactKind::agent_started:
    case FactKind::unit_added:
    case FactKind::lock_expired:
    case FactKind::job_ended:
    case FactKind::role_label:
    case FactKind::ready:
    case FactKind::endpoints_written:
    case FactKind::secret_revised:
    case FactKind::sync_standbys: return true;
    default: return false;
  }
}

}  // namespace

std::string to_seconds(charm::Duration time) {
  const std::int64_t millis = time.count() / 1000;
  std::string fraction = std::to_string(millis % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(millis / 1000) + '.' + fraction + 's';
}

std::string to_seconds(charm::Instant at) {
  std::string text = to_seconds(charm::Duration(at.micros));
  if (text.size() < 11) text.insert(0, 11 - text.size(), ' ');
  return text;
}

void StoryText::line(const TraceEvent& event, std::string_view colour, const std::string& text) {
  std::string name = event.unit ? to_text(app_, *event.unit) : std::string("-");
  if (name.size() < name_width) name.append(name_width - name.size(), ' ');
  const bool coloured = options_.colours && !colour.empty();
  out_ << to_seconds(event.at) << "  " << name << ' ';
  if (coloured) out_ << colour;
  out_ << text;
  if (coloured) out_ << reset;
  out_ << '\n';
}

std::uint32_t StoryText::deferrals_before(const TraceEvent& event) {
  const auto same = [&event](const Waiting& waiting) {
    return event.unit == waiting.unit && waiting.handler == event.handler &&
           waiting.event == event.event;
  };
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), same);
  if (!event.outcome.deferred()) {
    const std::uint32_t times = found == waiting_.end() ? 0 : found->times;
    if (found != waiting_.end()) waiting_.erase(found);
    return times;
  }
  if (found == waiting_.end()) {
    waiting_.push_back(
        {*event.unit, event.handler, event.event, std::string(event.outcome.reason), 1});
    return 0;
  }
  if (found->reason == event.outcome.reason) return found->times++;
  found->reason = event.outcome.reason;
  ++found->times;
  return 0;
}

void StoryText::handler_line(const TraceEvent& event) {
  const std::uint32_t before = deferrals_before(event);
  const bool deferred = event.outcome.deferred();
  if (deferred && before > 0 && !options_.verbose) return;
  std::string text = std::string(event.handler->name) + other_event(charm_, event);
  text += about(app_, event.event);
  if (event.reemitted) text += " again";
  if (!deferred && before > 1) text += ", deferred " + std::to_string(before) + " times";
  text.append(deferred ? ": deferred, " : ": ").append(event.outcome.reason);
  if (options_.colours) text.append(reset).append(dim);
  text += "  [" + (options_.verbose ? to_text(*event.path) : short_path(*event.path)) + ']';
  line(event, deferred ? yellow : cyan, text);
}

void StoryText::fact_line(const TraceEvent& event) {
  if (is_detail(event.fact.kind) && !options_.verbose) return;
  const bool good = event.fact.kind == model::FactKind::initialised ||
                    event.fact.kind == model::FactKind::promoted;
  std::string text = fact_text(app_, event.fact);
  if (!event.text.empty()) text.append(": ").append(event.text);
  line(event, good ? green : plain, text);
}

void StoryText::take(const TraceEvent& event) {
  switch (event.kind) {
    case TraceKind::hook_started:
      if (options_.verbose)
        line(event, dim, hook_name(charm_, event.event) + about(app_, event.event));
      return;
    case TraceKind::handler_ended: return handler_line(event);
    case TraceKind::handler_merged:
      if (options_.verbose)
        line(event, dim, std::string(event.handler->name) + ": queued already, merged");
      return;
    case TraceKind::hook_ended:
      if (event.end == HookEnd::ok) return;
      return line(event, red,
                  "hook " + std::string(to_text(event.end)) +
                      (event.text.empty() ? "" : ": " + std::string(event.text)));
    case TraceKind::status:
      return line(
          event, event.status.kind == charm::StatusKind::active ? green : yellow,
          "status " + std::string(to_text(event.status.kind)) +
              (event.status.message.empty() ? "" : ": " + std::string(event.status.message)));
    case TraceKind::fact: return fact_line(event);
    case TraceKind::fault:
      return line(event, red,
                  "FAULT " + std::string(event.text) +
                      (event.detail.empty() ? "" : " at " + std::string(event.detail)));
    case TraceKind::story:
      return line(event, bold,
                  "STORY " + std::string(event.text) +
                      (event.detail.empty() ? "" : ": " + std::string(event.detail)));
    case TraceKind::settled: return line(event, green, "all is as it shall be");
    case TraceKind::unsettled: return line(event, dim, "not all is as it shall be");
    case TraceKind::violated:
      return line(event, red,
                  "BROKEN " + std::string(event.text) + ": " + std::string(event.detail));
  }
}

}  // namespace sim
