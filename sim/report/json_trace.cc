// One line an event: `at_us`, `kind`, `unit`, and what belongs to the kind.
#include "sim/report/json_trace.h"

#include <nlohmann/json.hpp>
#include <ostream>

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

Json path_json(const charm::Path& path) {
  Json steps = Json::array();
  for (const charm::Path::Step& step : path.steps()) {
    Json item{{"node", step.node}};
    if (!step.arrow.empty()) item["arrow"] = step.arrow;
    steps.push_back(std::move(item));
  }
  return steps;
}

void add_event(Json& line, const TraceEvent& event, const charm::AppName& app,
               const charm::CharmDefinition& charm) {
  line["event"] = hook_name(charm, event.event);
  if (charm.is_with_others(event.event)) {
    line["relation"] = event.event.relation.number;
    if (event.event.remote_unit) line["remote_unit"] = event.event.remote_unit.ordinal;
  } else if (event.event.remote_unit) {
    line["remote_unit"] = to_text(app, *event.event.remote_unit);
  }
  if (event.event.departing_unit)
    line["departing_unit"] = to_text(app, *event.event.departing_unit);
}

void add_handler(Json& line, const TraceEvent& event) {
  line["handler"] = event.handler->name;
  line["reemitted"] = event.reemitted;
  if (event.path == nullptr) return;
  line["outcome"] = event.outcome.deferred() ? "deferred" : "done";
  line["reason"] = event.outcome.reason;
  line["path"] = path_json(*event.path);
}

}  // namespace

JsonTrace::JsonTrace(std::ostream& out, const charm::AppName& app,
                     const charm::CharmDefinition& charm)
    : out_(out), app_(app), charm_(charm) {
  out_ << Json{{"schema", "charmsim-trace/1"}, {"app", app.text}, {"charm", charm.name}}.dump()
       << '\n';
}

void JsonTrace::take(const TraceEvent& event) {
  Json line{{"at_us", event.at.micros}, {"kind", to_text(event.kind)}};
  if (event.unit) line["unit"] = to_text(app_, *event.unit);
  switch (event.kind) {
    case TraceKind::hook_started: add_event(line, event, app_, charm_); break;
    case TraceKind::handler_ended:
    case TraceKind::handler_merged:
      add_event(line, event, app_, charm_);
      add_handler(line, event);
      break;
    case TraceKind::hook_ended:
      line["end"] = to_text(event.end);
      if (!event.text.empty()) line["error"] = event.text;
      break;
    case TraceKind::status:
      line["status"] = to_text(event.status.kind);
      line["message"] = event.status.message;
      break;
    case TraceKind::fact:
      line["fact"] = to_text(event.fact.kind);
      line["value"] = event.fact.value;
      if (!event.text.empty()) line["text"] = event.text;
      break;
    case TraceKind::fault:
      line["fault"] = event.text;
      line["call"] = event.detail;
      break;
    case TraceKind::story:
      line["step"] = event.text;
      if (!event.detail.empty()) line["note"] = event.detail;
      break;
    case TraceKind::violated:
      line["property"] = event.text;
      line["what"] = event.detail;
      break;
    case TraceKind::settled:
    case TraceKind::unsettled: break;
  }
  // Whatever the bytes are, the line is valid JSON.
  out_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace sim
